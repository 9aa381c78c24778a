package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestUsersKeepTheirIDs(t *testing.T) {
	f := newFile(t)
	anna := engine.User{Address: "anna@acme.example", DisplayName: "Anna", SourceLogin: "anna", DestinationLogin: "a", UserRoot: "r", LeftOut: true}
	saved, err := f.SaveUsers(t.Context(), []engine.User{anna, {Address: "ben@acme.example", SourceLogin: "ben"}})
	must(t, err)
	anna.ID = saved[0].ID
	if saved[0] != anna || saved[1].ID == 0 || saved[1].ID == anna.ID {
		t.Fatalf("%+v", saved)
	}
	// They may exchange addresses in one go.
	saved[0].Address, saved[1].Address = saved[1].Address, saved[0].Address
	_, err = f.SaveUsers(t.Context(), saved)
	must(t, err)
	if got, err := f.Users(t.Context()); err != nil || !reflect.DeepEqual(got, saved) {
		t.Errorf("%+v, %v, want %+v", got, err, saved)
	}
	// The ID of a removed user is not given to another: the vault knows users
	// by it.
	last := saved[1].ID
	must(t, f.RemoveUser(t.Context(), last))
	if id := newUser(t, f, "new@acme.example"); id <= last {
		t.Errorf("ID %d after %d", id, last)
	}
	if _, err := f.SaveUsers(t.Context(), []engine.User{{ID: 4711, Address: "x@acme.example"}}); err == nil {
		t.Error("a user who isn't there was updated")
	}
}

func TestDuplicateUsersAreNamed(t *testing.T) {
	f := newFile(t)
	_, err := f.SaveUsers(t.Context(), []engine.User{{Address: "anna@acme.example", DisplayName: "Anna", SourceLogin: "anna"}})
	must(t, err)
	for _, c := range []struct {
		user  engine.User
		named string // empty: no duplicate
	}{
		{engine.User{Address: "ANNA@acme.example", SourceLogin: "other"}, "address ANNA@acme.example: Anna <anna@acme.example> and ANNA@acme.example (other)"},
		{engine.User{Address: "second@acme.example", SourceLogin: "Anna"}, "log-in Anna at the old server: Anna <anna@acme.example> and second@acme.example (Anna)"},
		{engine.User{Address: "root@acme.example", SourceLogin: "anna", UserRoot: "INBOX.anna"}, ""},
		{engine.User{Address: "nologin@acme.example"}, ""},
		{engine.User{Address: "noloigin2@acme.example"}, ""},
	} {
		_, err := f.SaveUsers(t.Context(), []engine.User{{Address: "before" + c.user.Address}, c.user})
		if c.named == "" {
			must(t, err)
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.named) || engine.AsFault(err).Do == "" {
			t.Errorf("%v, want %s", err, c.named)
		}
		for _, u := range must1(f.Users(t.Context())) {
			if strings.HasPrefix(u.Address, "before"+c.user.Address) {
				t.Errorf("half of the list was saved: %+v", u)
			}
		}
	}
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestRemovedUserIsForgotten(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	other, err := f.Folder(t.Context(), newUser(t, f, "ben@acme.example"), "INBOX")
	must(t, err)
	for _, id := range []int64{r.ID, other.ID} {
		must(t, f.Put(t.Context(), id, manyRecords(1, 10)))
	}
	for _, id := range []int64{0, r.UserID, other.UserID} {
		must(t, f.Event(t.Context(), engine.Event{UserID: id, Level: engine.Info, Text: "x"}))
	}
	must(t, f.RemoveUser(t.Context(), r.UserID))
	must(t, f.RemoveUser(t.Context(), r.UserID))
	counts := must1(f.Counts(t.Context()))
	if len(counts) != 1 || counts[0].Folder.ID != other.ID || counts[0].Messages[engine.Copied] != 10 {
		t.Errorf("%+v", counts)
	}
	if got := collect(t, f, r.ID); len(got) != 0 {
		t.Errorf("%d records are left", len(got))
	}
	if events := must1(f.Events(t.Context(), 0, 0)); len(events) != 2 {
		t.Errorf("%+v", events)
	}
	if has, err := f.Has(t.Context(), r.UserID, 0, identityOf(1)); err != nil || has {
		t.Error(has, err)
	}
}

func TestFolderRecordsComeBackAsTheyWereSaved(t *testing.T) {
	f := newFile(t)
	user := newUser(t, f, "anna@acme.example")
	const wire = "INBOX.R\xe9union \"x\" &AOk-"
	r, err := f.Folder(t.Context(), user, wire)
	if err != nil || !reflect.DeepEqual(r, engine.FolderRecord{ID: r.ID, UserID: user, Source: wire}) {
		t.Fatalf("%+v, %v", r, err)
	}
	r = engine.FolderRecord{ID: r.ID, UserID: user, Source: wire, Path: []string{"Réunion/x", "", "\x00\n", "日本"}, Dest: "\xff\x00", DestPath: []string{},
		Renamed: "why", SourceValidity: 1<<32 - 1, DestValidity: 1<<32 - 2,
		Done:     engine.Status{Messages: 500_000, UIDNext: 1<<32 - 3, UIDValidity: 1<<32 - 4, HighestModSeq: 1<<64 - 1},
		DestNext: 1<<32 - 5, SentAt: time.Unix(1_700_000_000, 123_456_789), Created: true, Refusal: "no"}
	must(t, f.SaveFolder(t.Context(), r))
	if got, err := f.Folder(t.Context(), user, wire); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%+v, %v\nwant %+v", got, err, r)
	}
	if list, err := f.Folders(t.Context(), user); err != nil || len(list) != 1 || !reflect.DeepEqual(list[0], r) {
		t.Errorf("%+v, %v", list, err)
	}
	r.ID++
	if err := f.SaveFolder(t.Context(), r); err == nil {
		t.Error("a folder that isn't there was saved")
	}
	if _, err := f.Folder(t.Context(), user+1, "INBOX"); err == nil {
		t.Error("a folder of nobody was made")
	}
}

func TestCountsByFolderAndState(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	empty, err := f.Folder(t.Context(), r.UserID, "Empty")
	must(t, err)
	var recs []engine.Record
	for s := engine.Sending; s <= engine.Failed; s++ {
		for i := range int(s) {
			recs = append(recs, engine.Record{UID: uint32(s)*100 + uint32(i), State: s, Size: 10 * int64(s)})
		}
	}
	must(t, f.Put(t.Context(), r.ID, recs))
	counts := must1(f.Counts(t.Context()))
	if len(counts) != 2 || counts[0].Folder.ID != r.ID || counts[1].Folder.ID != empty.ID || counts[1].Messages != [6]int{} {
		t.Fatalf("%+v", counts)
	}
	if c := counts[0]; c.Messages != [6]int{0, 1, 2, 3, 4, 5} || c.Bytes != [6]int64{0, 10, 40, 90, 160, 250} {
		t.Errorf("%+v", c)
	}
}

func TestHistory(t *testing.T) {
	f := newFile(t)
	first, err := f.StartRun(t.Context(), "full")
	must(t, err)
	second, err := f.StartRun(t.Context(), "delta")
	must(t, err)
	sum := engine.Summary{Kind: "delta", Users: 3, Sent: 7, SentBytes: 1 << 40, Interrupted: true, Sum: engine.Tally{Copied: 9}}
	must(t, f.FinishRun(t.Context(), second, sum))
	runs := must1(f.Runs(t.Context()))
	if len(runs) != 2 || runs[0].ID != first || runs[0].Kind != "full" || !runs[0].Finished.IsZero() || runs[0].Started.IsZero() ||
		runs[1].Finished.Before(runs[1].Started) || runs[1].Summary != sum {
		t.Errorf("%+v", runs)
	}
	if err := f.FinishRun(t.Context(), 99, sum); err == nil {
		t.Error("a run that never began was finished")
	}
	for i := range 5 {
		must(t, f.Event(t.Context(), engine.Event{At: time.Unix(int64(i), 0), UserID: int64(i % 2), Level: engine.Bad, Text: fmt.Sprint(i), Said: "NO"}))
	}
	events := must1(f.Events(t.Context(), 0, 3))
	if len(events) != 3 || events[0] != (engine.Event{At: time.Unix(4, 0), Level: engine.Bad, Text: "4", Said: "NO"}) || events[2].Text != "2" {
		t.Errorf("%+v", events)
	}
	if events := must1(f.Events(t.Context(), 1, 0)); len(events) != 2 || events[0].Text != "3" {
		t.Errorf("%+v", events)
	}
}

func TestSealedVaultIsKept(t *testing.T) {
	f := newFile(t)
	if got, err := f.Sealed(t.Context()); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	must(t, f.SaveSealed(t.Context(), []byte("one")))
	must(t, f.SaveSealed(t.Context(), []byte("two")))
	if got, err := f.Sealed(t.Context()); string(got) != "two" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	must(t, f.SaveSealed(t.Context(), []byte{}))
	if got, err := f.Sealed(t.Context()); got == nil || len(got) != 0 || err != nil {
		t.Errorf("an empty blob is not none: %v, %v", got, err)
	}
	must(t, f.SaveSealed(t.Context(), nil))
	if got, err := f.Sealed(t.Context()); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// TestSecretsAreNotWritten is about a mistake of tomorrow: a Secret in what is
// written as JSON comes out as stars.
func TestSecretsAreNotWritten(t *testing.T) {
	const canary = "canary-7f3a"
	f := newFile(t)
	secret := engine.Secret(canary)
	must(t, f.Event(t.Context(), engine.Event{Level: engine.Bad, Text: fmt.Sprintf("%s %v %+v %#v %q %x", secret, secret, secret, secret, secret, secret)}))
	settings, err := json.Marshal(map[string]any{"Password": secret, "List": []engine.Secret{secret}})
	must(t, err)
	must(t, f.writer.do(t.Context(), anybody, 1, func(tx *tx) error { return tx.exec(`UPDATE project SET settings = ?`, string(settings)) }))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(f.path + suffix)
		must(t, err)
		if bytes.Contains(b, []byte(canary)) || bytes.Contains(b, []byte(fmt.Sprintf("%x", canary))) {
			t.Errorf("the secret stands in %s", suffix)
		}
	}
}

func TestDocumentsAreKeptByName(t *testing.T) {
	f := newFile(t)
	must(t, f.Keep(t.Context(), "a", []byte(`{"n":1}`)))
	must(t, f.Keep(t.Context(), "a", []byte(`{"n":2}`)))
	must(t, f.Keep(t.Context(), "b", []byte("other")))
	if got, err := f.Kept(t.Context(), "a"); string(got) != `{"n":2}` || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	must(t, f.Keep(t.Context(), "a", nil))
	if got, err := f.Kept(t.Context(), "a"); got != nil || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := f.Kept(t.Context(), "b"); string(got) != "other" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
