PRAGMA application_id = 1836609380;
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
INSERT INTO event VALUES (1, NULL, 1, 'attention', 'something', 'NO');
INSERT INTO folder VALUES (1, 1, X'456E7477264150772D726665FF', '["Entwürfe"]', X'447261667473', '["Drafts"]', 'the new server has its own', 4000000000, 2, 3, 9, 4000000000, 4611686018427387904, 4294967295, NULL, 1, '');
INSERT INTO lock VALUES (1, NULL, 'office-pc/0123456789abcdef/pid:[4026531836]', 'office-pc', 4711, '00000000-0000-4000-8000-000000000000/197602', 1795529134019286037, 0, 1795529134019863834);
INSERT INTO project VALUES (1, '{"Company":"Acme","Domain":"","Source":{"Kind":"","Host":"","Port":0,"Security":"","AllowPlaintext":false,"CAFile":"","Fingerprint":"","MinTLS":"","Auth":"","Admin":"","AdminStyle":"","AdminSeparator":"","Preset":""},"Destination":{"Kind":"","Host":"","Port":0,"Security":"","AllowPlaintext":false,"CAFile":"","Fingerprint":"","MinTLS":"","Auth":"","Admin":"","AdminStyle":"","AdminSeparator":"","Preset":""},"Limits":{"MaxMessages":0,"MaxMessageBytes":0,"MemoryBytes":0,"Mailboxes":0,"ConnsPerMailbox":0,"SourceConns":0,"DestConns":0,"QuietTime":0,"Silence":0,"FollowEvery":0},"Rules":{"Include":null,"Exclude":null,"Rename":null,"Nest":"","GmailAll":false},"CutOver":"0001-01-01T00:00:00Z","CutOverDone":false}');
INSERT INTO record VALUES (1, 1, 2, 40000, 1767225660, 3600, '\Seen \Answered', X'9E3779B97F4A7C15BF58476D1CE4E5B9', X'00000000000000009E3779B97F4A7C1500000000000000000000000000000000', 1, NULL, NULL, 1767225600000000000);
INSERT INTO record VALUES (1, 2, 2, 40000, 1767225720, 3600, '\Seen \Answered', X'3C6EF372FE94F82A7EB08EDA39C9CB72', X'00000000000000003C6EF372FE94F82A00000000000000000000000000000000', 2, NULL, NULL, 1767225600000000000);
INSERT INTO record VALUES (1, 3, 2, 40000, 1767225780, 3600, '\Seen \Answered', X'DAA66D2C7DDF743F3E08D64756AEB12B', X'0000000000000000DAA66D2C7DDF743F00000000000000000000000000000000', 3, NULL, NULL, 1767225600000000000);
INSERT INTO record VALUES (1, 8, 5, 0, NULL, NULL, NULL, NULL, NULL, 0, 'refused', 'NO it''s “bad”', NULL);
INSERT INTO run VALUES (1, 'full', 1795529134017010282, 1795529134017542742, '{"Kind":"full","Started":"0001-01-01T00:00:00Z","Finished":"0001-01-01T00:00:00Z","Users":0,"UsersFailed":0,"UsersAttention":0,"Sum":{"Total":0,"Copied":0,"Present":0,"Skipped":0,"Failed":0,"TotalBytes":0,"CopiedBytes":0,"PresentBytes":0,"SkippedBytes":0,"FailedBytes":0},"Sent":3,"SentBytes":0,"FlagChanges":0,"FlagsDropped":0,"Interrupted":false}');
INSERT INTO sqlite_sequence VALUES ('user', 2);
INSERT INTO sqlite_sequence VALUES ('folder', 1);
INSERT INTO sqlite_sequence VALUES ('run', 1);
INSERT INTO sqlite_sequence VALUES ('event', 1);
INSERT INTO user VALUES (1, 'anna@acme.example', 'Anna Ärger', 'anna', 'anna@acme.onmicrosoft.com', 'INBOX.anna', 0);
INSERT INTO user VALUES (2, 'ben@acme.example', '', 'ben', '', '', 1);
INSERT INTO vault VALUES (1, X'0001FF');
PRAGMA user_version = 1;
