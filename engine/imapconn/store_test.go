package imapconn

import (
	"errors"
	"slices"
	"testing"

	"mxodus/engine"
)

func TestStoreGroupsAndRemoveTakesOnlyItsOwn(t *testing.T) {
	s := holder("UIDPLUS", 9, nil)
	ses := openDest(t, s)
	var changes []engine.FlagChange
	for i := range 10 {
		changes = append(changes, engine.FlagChange{UID: uint32(i + 1), Add: []string{`\Seen`, "$Junk"}})
	}
	changes = append(changes, engine.FlagChange{UID: 30, Remove: []string{`\Flagged`}}, engine.FlagChange{UID: 31, Add: []string{"$Junk", `\Seen`}})
	if err := ses.Store(t.Context(), folder("X"), 7, changes); err != nil {
		t.Fatal(err)
	}
	if err := ses.Remove(t.Context(), folder("X"), 7, []uint32{5, 4, 9}); err != nil {
		t.Fatal(err)
	}
	want := []string{`SELECT "X"`, `UID STORE 1:10,31 +FLAGS.SILENT ($Junk \Seen)`, `UID STORE 30 -FLAGS.SILENT (\Flagged)`,
		`SELECT "X"`, `UID STORE 4:5,9 +FLAGS.SILENT (\Deleted)`, `UID EXPUNGE 4:5,9`}
	if got := s.commands(); !slices.Equal(got, want) {
		t.Errorf("heard %q", got)
	}
	if err := ses.Store(t.Context(), folder("X"), 8, changes); !errors.Is(err, engine.ErrUIDValidity) {
		t.Errorf("%v", err)
	}
	ses.info.UIDPlus = false
	if err := ses.Remove(t.Context(), folder("X"), 7, []uint32{5}); err == nil || s.count("UID EXPUNGE") != 1 {
		t.Errorf("%v", err)
	}
}

func TestQuotaIsInBytesAndTheTightestCounts(t *testing.T) {
	s := &script{caps: "QUOTA"}
	s.answer = func(c *scriptConn, verb, args string) {
		c.say(`* QUOTAROOT INBOX "User quota" Other`)
		c.say(`* QUOTA "User quota" (STORAGE 100 1000 MESSAGE 5 10)`)
		c.say(`* QUOTA Other (STORAGE 900 1000)`)
		c.ok()
	}
	q, err := openDest(t, s).Quota(t.Context())
	if err != nil || q == nil || *q != (engine.Quota{Used: 900 << 10, Limit: 1000 << 10}) {
		t.Errorf("%+v %v", q, err)
	}
	s = &script{caps: "QUOTA"}
	s.answer = func(c *scriptConn, verb, args string) { c.say("%s NO none here", c.tag) }
	if q, err := openDest(t, s).Quota(t.Context()); q != nil || err != nil {
		t.Errorf("%+v %v", q, err)
	}
}
