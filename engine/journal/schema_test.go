package journal

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
)

var update = flag.Bool("update", false, "write testdata/schema1.sql anew; only right while no schema 1 was released")

// makeSchema1 fills a file with a little of everything.
func makeSchema1(t *testing.T, f *File) {
	t.Helper()
	users, err := f.SaveUsers(t.Context(), []engine.User{
		{Address: "anna@acme.example", DisplayName: "Anna Ärger", SourceLogin: "anna", DestinationLogin: "anna@acme.onmicrosoft.com", UserRoot: "INBOX.anna"},
		{Address: "ben@acme.example", SourceLogin: "ben", LeftOut: true}})
	must(t, err)
	r, err := f.Folder(t.Context(), users[0].ID, "Entw&APw-rfe\xff")
	must(t, err)
	r.Path, r.Dest, r.DestPath, r.Renamed = []string{"Entwürfe"}, "Drafts", []string{"Drafts"}, "the new server has its own"
	r.SourceValidity, r.DestValidity, r.DestNext, r.Created = 4_000_000_000, 2, 4_294_967_295, true
	r.Done = engine.Status{Messages: 3, UIDNext: 9, UIDValidity: 4_000_000_000, HighestModSeq: 1 << 62}
	must(t, f.SaveFolder(t.Context(), r))
	must(t, f.Put(t.Context(), r.ID, manyRecords(1, 3)))
	must(t, f.Put(t.Context(), r.ID, []engine.Record{{UID: 8, State: engine.Failed, Reason: engine.ReasonRefused, Said: "NO it's “bad”"}}))
	id, err := f.StartRun(t.Context(), "full")
	must(t, err)
	must(t, f.FinishRun(t.Context(), id, engine.Summary{Kind: "full", Sent: 3}))
	must(t, f.Event(t.Context(), engine.Event{UserID: users[0].ID, Level: engine.Attention, Text: "something", Said: "NO"}))
	must(t, f.SaveSealed(t.Context(), []byte{0, 1, 0xff}))
	unlock, err := f.Lock(t.Context())
	must(t, err)
	unlock()
}

// dump writes the file as SQL that makes it again.
func dump(t *testing.T, f *File) []byte {
	t.Helper()
	var out bytes.Buffer
	fmt.Fprintf(&out, "PRAGMA application_id = %d;\n", applicationID)
	var tables []string
	must(t, f.each(t.Context(), func(rows *sql.Rows) error {
		var name, kind, text string
		err := rows.Scan(&name, &kind, &text)
		if kind == "table" {
			tables = append(tables, name)
		}
		if name != "sqlite_sequence" {
			fmt.Fprintf(&out, "%s;\n", text)
		}
		return err
	}, `SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`))
	slices.Sort(tables)
	for _, table := range tables {
		dumpTable(t, f, &out, table)
	}
	fmt.Fprintf(&out, "PRAGMA user_version = 1;\n")
	return out.Bytes()
}

func dumpTable(t *testing.T, f *File, out *bytes.Buffer, table string) {
	t.Helper()
	var columns []string
	must(t, f.each(t.Context(), func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		columns = append(columns, "quote("+name+")")
		return err
	}, `SELECT name FROM pragma_table_info(?)`, table))
	must(t, f.each(t.Context(), func(rows *sql.Rows) error {
		var values string
		err := rows.Scan(&values)
		fmt.Fprintf(out, "INSERT INTO %s VALUES (%s);\n", table, values)
		return err
	}, `SELECT `+strings.Join(columns, `||', '||`)+` FROM `+table))
}

const golden = "testdata/schema1.sql"

// oldFile makes a file of schema 1 from the golden dump.
func oldFile(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(golden)
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.mxodus")
	must(t, claim(path))
	db := connect(path, nil)
	defer db.Close()
	_, err = db.ExecContext(context.Background(), string(script))
	must(t, err)
	return path
}

func TestOldestSchemaOpensWithAllThatIsInIt(t *testing.T) {
	if *update {
		f := newFile(t)
		makeSchema1(t, f)
		must(t, os.MkdirAll(filepath.Dir(golden), 0o755))
		must(t, os.WriteFile(golden, dump(t, f), 0o644))
	}
	f := reopen(t, oldFile(t))
	var version int
	must(t, f.readers.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version))
	if version != len(migrations) {
		t.Errorf("schema %d, want %d", version, len(migrations))
	}
	users, err := f.Users(t.Context())
	must(t, err)
	if len(users) != 2 || users[0].DisplayName != "Anna Ärger" || users[0].UserRoot != "INBOX.anna" || !users[1].LeftOut {
		t.Fatalf("users %+v", users)
	}
	folders, err := f.Folders(t.Context(), users[0].ID)
	must(t, err)
	if len(folders) != 1 || folders[0].Source != "Entw&APw-rfe\xff" || folders[0].Path[0] != "Entwürfe" || folders[0].Done.HighestModSeq != 1<<62 || folders[0].DestNext != 1<<32-1 {
		t.Fatalf("folders %+v", folders)
	}
	recs := collect(t, f, folders[0].ID)
	if len(recs) != 4 || recs[2].Identity != identityOf(3) || recs[3].Said != "NO it's “bad”" || recs[3].Reason != engine.ReasonRefused {
		t.Errorf("records %+v", recs)
	}
	runs, err := f.Runs(t.Context())
	must(t, err)
	events, err := f.Events(t.Context(), 0, 0)
	must(t, err)
	sealed, err := f.Sealed(t.Context())
	must(t, err)
	project, err := f.Project(t.Context())
	must(t, err)
	if len(runs) != 1 || runs[0].Summary.Sent != 3 || len(events) != 1 || !bytes.Equal(sealed, []byte{0, 1, 0xff}) || project.Company != "Acme" {
		t.Errorf("%+v %+v %v %+v", runs, events, sealed, project)
	}
	if alive, err := f.LastAlive(t.Context()); err != nil || alive.IsZero() {
		t.Errorf("last alive %v, %v", alive, err)
	}
}

func TestOldFilesEndAsNewOnesBegin(t *testing.T) {
	schema := func(f *File) (all []string) {
		must(t, f.each(t.Context(), func(rows *sql.Rows) error {
			var text string
			err := rows.Scan(&text)
			all = append(all, text)
			return err
		}, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name`))
		return all
	}
	migrated, made := schema(reopen(t, oldFile(t))), schema(newFile(t))
	if !slices.Equal(migrated, made) {
		t.Errorf("migrated:\n%s\nmade:\n%s", strings.Join(migrated, "\n"), strings.Join(made, "\n"))
	}
}

func TestBrokenMigrationChangesNothing(t *testing.T) {
	path := oldFile(t)
	db := connect(path, nil)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer conn.Close()
	good := slices.Clone(migrations)
	defer func() { migrations = good }()
	migrations = append(migrations, "CREATE TABLE extra (a); INSERT INTO extra VALUES (1)", "CREATE TABLE more (a); INSERT INTO nowhere VALUES (1)")
	if err := prepareSchema(t.Context(), path, conn); err == nil {
		t.Fatal("a broken migration passed")
	}
	_, version, _, err := readHeader(t.Context(), conn)
	if err != nil || version != len(good)+1 {
		t.Errorf("schema %d, %v", version, err)
	}
	var tables int
	must(t, conn.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE name IN ('extra', 'more')`).Scan(&tables))
	if tables != 1 {
		t.Errorf("%d of the new tables, want the first only", tables)
	}
}
