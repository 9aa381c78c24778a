package journal

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
)

// manyRecords are n copied messages with UIDs from a UID on.
func manyRecords(from uint32, n int) []engine.Record {
	recs := make([]engine.Record, n)
	at := time.Unix(1_767_225_600, 0)
	for i := range recs {
		uid := from + uint32(i)
		recs[i] = engine.Record{UID: uid, State: engine.Copied, Size: 40_000, Date: at.Add(time.Duration(uid) * time.Minute).In(time.FixedZone("", 3600)),
			Flags: []string{`\Seen`, `\Answered`}, Identity: identityOf(uid), DestUID: uid, At: at}
		binary.BigEndian.PutUint64(recs[i].Digest[8:], uint64(uid)*0x9e3779b97f4a7c15)
	}
	return recs
}

// identityOf is spread like a digest.
func identityOf(uid uint32) (id engine.Identity) {
	binary.BigEndian.PutUint64(id[:], uint64(uid)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(id[8:], uint64(uid)*0xbf58476d1ce4e5b9)
	return id
}

func collect(t testing.TB, f *File, folderID int64, want ...engine.State) (list []engine.Record) {
	t.Helper()
	must(t, f.Records(context.Background(), folderID, func(r engine.Record) error {
		list = append(list, r)
		return nil
	}, want...))
	return list
}

func TestRecordsComeBackAsTheyWerePut(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	zone := time.FixedZone("", -(3*3600 + 30*60))
	recs := []engine.Record{
		{UID: 1, State: engine.Sending},
		{UID: 7, State: engine.Copied, Size: 1 << 40, Date: time.Date(1969, 12, 31, 20, 0, 0, 0, zone), Flags: []string{`\Seen`, "$Forwarded", "NonJunk"},
			Identity: identityOf(7), Digest: engine.Digest{31: 9}, DestUID: 1<<32 - 1, At: time.Unix(12, 345_678_901)},
		{UID: 8, State: engine.Present, Date: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)},
		{UID: 9, State: engine.Skipped, Date: time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", 14*3600)), Reason: engine.ReasonTooBig},
		{UID: 1<<32 - 1, State: engine.Failed, Reason: engine.ReasonRefused, Said: "NO [LIMIT] ünacceptable \\x00"},
	}
	// In any order.
	must(t, f.Put(t.Context(), r.ID, []engine.Record{recs[4], recs[1], recs[0], recs[3], recs[2]}))
	got := collect(t, f, r.ID)
	if len(got) != len(recs) {
		t.Fatalf("%d records", len(got))
	}
	for i, want := range recs {
		g := got[i]
		_, gotZone := g.Date.Zone()
		_, wantZone := want.Date.Zone()
		if !g.Date.Equal(want.Date) || gotZone != wantZone || g.Date.IsZero() != want.Date.IsZero() || !g.At.Equal(want.At) || g.At.IsZero() != want.At.IsZero() {
			t.Errorf("times of %d: %v %v, want %v %v", want.UID, g.Date, g.At, want.Date, want.At)
		}
		g.Date, g.At, want.Date, want.At = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		if !reflect.DeepEqual(g, want) {
			t.Errorf("got  %+v\nwant %+v", g, want)
		}
	}
}

func TestPutReplaces(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	must(t, f.Put(t.Context(), r.ID, []engine.Record{{UID: 5, State: engine.Failed, Reason: engine.ReasonQuota, Said: "full", Flags: []string{"a"}}}))
	must(t, f.Put(t.Context(), r.ID, []engine.Record{{UID: 5, State: engine.Copied, Size: 3}, {UID: 5, State: engine.Copied, Size: 4}}))
	if got := collect(t, f, r.ID); len(got) != 1 || !reflect.DeepEqual(got[0], engine.Record{UID: 5, State: engine.Copied, Size: 4}) {
		t.Errorf("%+v", got)
	}
}

func TestPutIsAllOrNothingAndNeedsItsFolder(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	if err := f.Put(t.Context(), r.ID+1, manyRecords(1, 3)); err == nil {
		t.Error("records of no folder were taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Put(ctx, r.ID, manyRecords(1, 3)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := collect(t, f, r.ID); len(got) != 0 {
		t.Errorf("%d records", len(got))
	}
}

func TestRecordsByStateAndUID(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	recs := manyRecords(1, 3*pageSize)
	for i := range recs {
		recs[i].State = engine.State(i%5 + 1)
	}
	must(t, f.Put(t.Context(), r.ID, recs))
	if got := collect(t, f, r.ID); len(got) != len(recs) || !slices.IsSortedFunc(got, func(a, b engine.Record) int { return int(a.UID) - int(b.UID) }) {
		t.Errorf("%d records, or not by UID", len(got))
	}
	got := collect(t, f, r.ID, engine.Sending, engine.Failed)
	if len(got) != 2*len(recs)/5 {
		t.Errorf("%d records of two states", len(got))
	}
	for _, g := range got {
		if g.State != engine.Sending && g.State != engine.Failed {
			t.Fatalf("%v", g.State)
		}
	}
	var uids []uint32
	must(t, f.RecordsFrom(t.Context(), r.ID, 2990, func(r engine.Record) error {
		uids = append(uids, r.UID)
		return nil
	}))
	if len(uids) != 11 || uids[0] != 2990 {
		t.Errorf("%v", uids)
	}
	stop := errors.New("enough")
	n := 0
	if err := f.Records(t.Context(), r.ID, func(engine.Record) error { n++; return stop }); err != stop || n != 1 {
		t.Errorf("%v after %d", err, n)
	}
}

func TestCallbacksMayUseTheJournal(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	must(t, f.Put(t.Context(), r.ID, manyRecords(1, 1500)))
	var all sync.WaitGroup
	// More callers than connections, each of them reading and writing within.
	for range 3 * maxReaders {
		all.Go(func() {
			err := f.Records(t.Context(), r.ID, func(rec engine.Record) error {
				if rec.UID%500 != 0 {
					return nil
				}
				if _, err := f.Has(t.Context(), r.UserID, 0, rec.Identity); err != nil {
					return err
				}
				if _, err := f.Counts(t.Context()); err != nil {
					return err
				}
				err := f.Records(t.Context(), r.ID, func(engine.Record) error { return nil })
				return errors.Join(err, f.Put(t.Context(), r.ID, []engine.Record{rec}))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestHas(t *testing.T) {
	f := newFile(t)
	anna, ben := newUser(t, f, "anna@acme.example"), newUser(t, f, "ben@acme.example")
	folder := func(user int64, name string) int64 {
		r, err := f.Folder(t.Context(), user, name)
		must(t, err)
		return r.ID
	}
	inbox, all, bens := folder(anna, "INBOX"), folder(anna, "All"), folder(ben, "INBOX")
	must(t, f.Put(t.Context(), inbox, []engine.Record{
		{UID: 1, State: engine.Copied, Identity: identityOf(1)}, {UID: 2, State: engine.Present, Identity: identityOf(2)},
		{UID: 3, State: engine.Sending, Identity: identityOf(3)}, {UID: 4, State: engine.Failed, Identity: identityOf(4)},
		{UID: 5, State: engine.Skipped, Identity: identityOf(5)}, {UID: 6, State: engine.Copied}}))
	must(t, f.Put(t.Context(), bens, []engine.Record{{UID: 1, State: engine.Copied, Identity: identityOf(9)}}))
	for _, c := range []struct {
		user, except int64
		id           engine.Identity
		want         bool
	}{
		{anna, all, identityOf(1), true}, {anna, all, identityOf(2), true},
		{anna, all, identityOf(3), false}, {anna, all, identityOf(4), false}, {anna, all, identityOf(5), false},
		{anna, all, engine.Identity{}, false}, {anna, inbox, identityOf(1), false},
		{ben, 0, identityOf(1), false}, {ben, 0, identityOf(9), true}, {anna, 0, identityOf(9), false},
	} {
		if got, err := f.Has(t.Context(), c.user, c.except, c.id); err != nil || got != c.want {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
	var plan strings.Builder
	must(t, f.each(t.Context(), func(rows *sql.Rows) error {
		var a, b, c any
		var step string
		err := rows.Scan(&a, &b, &c, &step)
		fmt.Fprintln(&plan, step)
		return err
	}, "EXPLAIN QUERY PLAN "+readHas, []byte{1}, 1, 1))
	if !strings.Contains(plan.String(), "USING INDEX record_identity") && !strings.Contains(plan.String(), "USING COVERING INDEX record_identity") {
		t.Errorf("Has doesn't use its index:\n%s", plan.String())
	}
}

func TestRebase(t *testing.T) {
	f := newFile(t)
	r := newFolder(t, f)
	other, err := f.Folder(t.Context(), r.UserID, "Other")
	must(t, err)
	must(t, f.Put(t.Context(), other.ID, manyRecords(1, 4)))
	must(t, f.Put(t.Context(), r.ID, manyRecords(1, 4)))
	r.SourceValidity = 77
	// 1 and 2 change places, 4 moves up, 3 is dropped; 99 was never there.
	must(t, f.Rebase(t.Context(), r, []uint32{1, 2, 4, 99}, []uint32{2, 1, 9, 5}))
	got := collect(t, f, r.ID)
	if len(got) != 3 || got[0].Identity != identityOf(2) || got[1].Identity != identityOf(1) || got[2].Identity != identityOf(4) ||
		got[0].UID != 1 || got[1].UID != 2 || got[2].UID != 9 {
		t.Errorf("%+v", got)
	}
	if len(collect(t, f, other.ID)) != 4 {
		t.Error("another folder's records changed")
	}
	saved, err := f.Folder(t.Context(), r.UserID, "INBOX")
	if err != nil || saved.SourceValidity != 77 {
		t.Errorf("%+v, %v", saved, err)
	}
	// Two into one can't be: nothing changes.
	r.SourceValidity = 78
	if err := f.Rebase(t.Context(), r, []uint32{1, 2}, []uint32{5, 5}); err == nil {
		t.Error("two records became one")
	}
	if err := f.Rebase(t.Context(), r, []uint32{1}, nil); err == nil {
		t.Error("lists of different length were taken")
	}
	if saved, _ := f.Folder(t.Context(), r.UserID, "INBOX"); saved.SourceValidity != 77 || len(collect(t, f, r.ID)) != 3 {
		t.Errorf("half a rebase: %+v", saved)
	}
}

func TestWhatWasAlteredIsKept(t *testing.T) {
	f := newFile(t)
	users, err := f.SaveUsers(t.Context(), []engine.User{{Address: "anna@acme.example", SourceLogin: "anna"}})
	must(t, err)
	row, err := f.Folder(t.Context(), users[0].ID, "INBOX")
	must(t, err)
	both := engine.AlteredReceipt | engine.AlteredDate
	must(t, f.Put(t.Context(), row.ID, []engine.Record{{UID: 1, State: engine.Copied, Altered: both}, {UID: 2, State: engine.Copied}}))
	if recs := collect(t, f, row.ID); len(recs) != 2 || recs[0].Altered != both || recs[1].Altered != 0 {
		t.Errorf("%+v", recs)
	}
}
