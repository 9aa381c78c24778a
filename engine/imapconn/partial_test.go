package imapconn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mxodus/engine"
)

// yahoo is a server of n messages that works on ten in one command and gives the
// highest of a longer list.
func yahoo(n int, items func(uid int) string) *script {
	return holder("MESSAGELIMIT=10", n, func(c *scriptConn, args string) {
		set, _, _ := strings.Cut(args, " ")
		var uids []int
		for part := range strings.SplitSeq(set, ",") {
			from, to, isRange := strings.Cut(part, ":")
			lo, _ := strconv.Atoi(from)
			hi := lo
			if isRange {
				if hi, _ = strconv.Atoi(to); to == "*" {
					hi = n
				}
			}
			for uid := lo; uid <= min(hi, n); uid++ {
				uids = append(uids, uid)
			}
		}
		slices.Sort(uids)
		slices.Reverse(uids)
		cut := len(uids) > 10
		if cut {
			uids = uids[:10]
		}
		for _, uid := range uids {
			c.say("* %d FETCH (UID %d %s)", uid, uid, items(uid))
		}
		if cut {
			c.say("%s OK [MESSAGELIMIT 10 %d] a part of it", c.tag, uids[9])
			return
		}
		c.ok()
	})
}

func TestAServerThatGivesAPartIsAskedForTheRest(t *testing.T) {
	s := yahoo(35, func(uid int) string { return fmt.Sprintf("RFC822.SIZE %d FLAGS ()", uid) })
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	entries, res := scanOne(t, ses, engine.ScanRequest{Folder: folder("X"), From: 1})
	got := uidsOf(entries)
	slices.Sort(got)
	if len(got) != 35 || got[0] != 1 || got[34] != 35 || res.Err != nil {
		t.Errorf("listed %v, %v", got, res.Err)
	}
	entries, _ = scanOne(t, ses, engine.ScanRequest{Folder: folder("X"), From: 20})
	if len(entries) != 16 {
		t.Errorf("from 20 on: %v", uidsOf(entries))
	}
}

func TestHeadersOfAServerThatGivesAPart(t *testing.T) {
	s := yahoo(25, func(uid int) string {
		head := fmt.Sprintf("Message-ID: <%d@x>\r\n\r\n", uid)
		return fmt.Sprintf("RFC822.SIZE 9 FLAGS () BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s", len(head), head)
	})
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	seen := map[uint32]bool{}
	if _, err := ses.Headers(t.Context(), engine.ScanRequest{Folder: folder("X"), From: 1}, func(h engine.Header) error {
		seen[h.UID] = true
		return nil
	}); err != nil || len(seen) != 25 {
		t.Errorf("%d headers, %v", len(seen), err)
	}
}

func TestBodiesAreAskedForInPartsThatTheServerTakes(t *testing.T) {
	s := yahoo(35, func(uid int) string { return fmt.Sprintf("BODY[] {7}\r\na: %03d\n", uid) })
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	var uids []uint32
	for uid := range uint32(35) {
		uids = append(uids, uid+1)
	}
	reqs := make(chan engine.FetchRequest, 1)
	reqs <- engine.FetchRequest{Folder: folder("X"), UIDValidity: 7, UIDs: uids}
	close(reqs)
	came := 0
	err := ses.Fetch(t.Context(), reqs, budget.Alloc, func(f engine.Fetched) error {
		if f.Err != nil {
			t.Errorf("%d: %v", f.UID, f.Err)
			return nil
		}
		f.Body.Release()
		came++
		return nil
	})
	if err != nil || came != 35 {
		t.Errorf("%d bodies, %v", came, err)
	}
}
