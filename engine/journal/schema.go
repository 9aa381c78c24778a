package journal

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID marks our files ("mxod"); see PRAGMA application_id.
const applicationID = 0x6d786f64

// migrations bring a file from schema i to schema i+1, each in one transaction.
// They are only ever appended: files of every older schema are out there.
var migrations = []string{schema1, schema2, schema3, schema4}

// Times are nanoseconds since 1970 UTC, or NULL. Names from servers are BLOBs:
// they are bytes, not text. user.id and folder.id are never used again after a
// removal, because the vault names secrets by user.
const schema1 = `
CREATE TABLE project (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	settings TEXT NOT NULL -- JSON of engine.Project
);
CREATE TABLE vault (
	id     INTEGER PRIMARY KEY CHECK (id = 1),
	sealed BLOB NOT NULL
);
CREATE TABLE user (
	id                INTEGER PRIMARY KEY AUTOINCREMENT,
	address           TEXT NOT NULL,
	display_name      TEXT NOT NULL,
	source_login      TEXT NOT NULL,
	destination_login TEXT NOT NULL,
	user_root         TEXT NOT NULL,
	left_out          INTEGER NOT NULL
);
CREATE TABLE folder (
	id                INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id           INTEGER NOT NULL REFERENCES user (id),
	source            BLOB NOT NULL,    -- wire name
	path              TEXT,             -- JSON list
	dest              BLOB NOT NULL DEFAULT x'',
	dest_path         TEXT,
	renamed           TEXT NOT NULL DEFAULT '',
	source_validity   INTEGER NOT NULL DEFAULT 0,
	dest_validity     INTEGER NOT NULL DEFAULT 0,
	done_messages     INTEGER NOT NULL DEFAULT 0,
	done_uid_next     INTEGER NOT NULL DEFAULT 0,
	done_uid_validity INTEGER NOT NULL DEFAULT 0,
	done_modseq       INTEGER NOT NULL DEFAULT 0,
	dest_next         INTEGER NOT NULL DEFAULT 0,
	sent_at           INTEGER,
	created           INTEGER NOT NULL DEFAULT 0,
	refusal           TEXT NOT NULL DEFAULT '',
	UNIQUE (user_id, source)
);
CREATE TABLE record (
	folder_id INTEGER NOT NULL,
	uid       INTEGER NOT NULL,
	state     INTEGER NOT NULL,
	size      INTEGER NOT NULL,
	date      INTEGER, -- INTERNALDATE, seconds since 1970 UTC
	zone      INTEGER, -- its offset, seconds east of UTC
	flags     TEXT,    -- separated by spaces
	identity  BLOB,
	digest    BLOB,
	dest_uid  INTEGER NOT NULL,
	reason    TEXT,
	said      TEXT,
	at        INTEGER,
	PRIMARY KEY (folder_id, uid)
) WITHOUT ROWID;
CREATE INDEX record_identity ON record (identity) WHERE state IN (2, 3) AND identity IS NOT NULL;
CREATE TABLE run (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind     TEXT NOT NULL,
	started  INTEGER NOT NULL,
	finished INTEGER,
	summary  TEXT -- JSON of engine.Summary
);
CREATE TABLE event (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER,
	user_id INTEGER NOT NULL,
	level   TEXT NOT NULL,
	text    TEXT NOT NULL,
	said    TEXT NOT NULL
);
CREATE INDEX event_user ON event (user_id, id);
CREATE TABLE lock (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	token   TEXT,             -- NULL: nobody holds it
	machine TEXT NOT NULL,
	host    TEXT NOT NULL,
	pid     INTEGER NOT NULL,
	birth   TEXT NOT NULL,    -- when the process started, in the system's terms
	since   INTEGER NOT NULL,
	beats   INTEGER NOT NULL,
	beat_at INTEGER NOT NULL
);
`

// schema2 adds documents: what was verified, what DNS said, which letters went
// out. Whoever keeps one knows its form.
const schema2 = `
CREATE TABLE document (
	name TEXT PRIMARY KEY,
	doc  BLOB NOT NULL
) WITHOUT ROWID;
`

// schema3 came with the letters to users. A user gets a letter once:
// message_id belongs to the try that counts.
const schema3 = `
ALTER TABLE user ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
CREATE TABLE delivery (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id    INTEGER NOT NULL, -- 0: the owner
	letter     TEXT NOT NULL,
	way        TEXT NOT NULL,
	state      TEXT NOT NULL,
	recipient  TEXT NOT NULL,
	message_id TEXT NOT NULL,
	identity   BLOB NOT NULL,
	next       INTEGER NOT NULL, -- the inbox's UIDNEXT before
	at         INTEGER,
	said       TEXT NOT NULL,
	UNIQUE (user_id, letter)
);
`

// schema4 tells what was changed of a message on the way: bits of engine.Altered,
// NULL for nothing.
const schema4 = `
ALTER TABLE record ADD COLUMN altered INTEGER;
`

// prepareSchema makes an empty file ours, and brings an older one up to date.
func prepareSchema(ctx context.Context, path string, conn *sql.Conn) error {
	id, version, pages, err := readHeader(ctx, conn)
	if err != nil {
		return err
	}
	switch {
	case id == 0 && version == 0 && pages == 0: // just claimed
		// Outside the transaction that follows: it marks even a file whose
		// making is broken off.
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return err
		}
	case id != applicationID:
		return notOurs(path, nil)
	case version > len(migrations):
		return newer(path, version)
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if version == len(migrations) {
		return nil
	}
	return migrate(ctx, path, conn)
}

func readHeader(ctx context.Context, conn *sql.Conn) (id, version, pages int, err error) {
	for pragma, n := range map[string]*int{"application_id": &id, "user_version": &version, "page_count": &pages} {
		if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(n); err != nil {
			return 0, 0, 0, err
		}
	}
	return id, version, pages, nil
}

// migrate runs what is missing. It looks at the version again under the write
// lock: another process may have been faster.
func migrate(ctx context.Context, path string, conn *sql.Conn) error {
	for {
		if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		more, err := migrateOnce(ctx, path, conn)
		if err == nil {
			_, err = conn.ExecContext(ctx, "COMMIT")
		}
		if err != nil {
			rollback(conn)
			return err
		}
		if !more {
			return nil
		}
	}
}

func migrateOnce(ctx context.Context, path string, conn *sql.Conn) (more bool, err error) {
	_, version, _, err := readHeader(ctx, conn)
	if err != nil {
		return false, err
	}
	if version > len(migrations) {
		return false, newer(path, version)
	}
	if version == len(migrations) {
		return false, nil
	}
	if _, err := conn.ExecContext(ctx, migrations[version]); err != nil {
		return false, fmt.Errorf("migration to schema %d: %w", version+1, err)
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1))
	return version+1 < len(migrations), err
}

func rollback(conn *sql.Conn) {
	// Fails when SQLite has rolled back by itself (a full disk): all the better.
	_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
}
