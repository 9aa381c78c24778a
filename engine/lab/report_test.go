package lab_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/report"
)

// verifyAll verifies everybody, against an earlier account if there is one.
func (w *trip) verifyAll(against *engine.Proof, deep bool) (*engine.Verify, engine.VerifyResult) {
	w.t.Helper()
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users, Deep: deep, Against: against})
	res, err := v.Run(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return v, res
}

// counted is what a look into both servers gives for one user.
type counted struct {
	source, there, big int
	bytes, thereBytes  int64
	folders            int
}

// count counts both servers without any client: a message of the old one is
// there when one of the same bytes stands at the new one, each taken once.
func count(c *lab.Company, u engine.UserRow) (n counted) {
	there := map[[32]byte]int{}
	for _, f := range c.New.Folders(u.User.Address) {
		for _, m := range c.New.Messages(u.User.Address, f) {
			there[sha256.Sum256(m.Body())]++
		}
	}
	for _, f := range c.Old.Folders(u.User.SourceLogin) {
		n.folders++
		for _, m := range c.Old.Messages(u.User.SourceLogin, f) {
			n.source++
			n.bytes += m.Size
			if m.Size > 35<<20 {
				n.big++
				continue
			}
			if sum := sha256.Sum256(m.Body()); there[sum] > 0 {
				there[sum]--
				n.there++
				n.thereBytes += m.Size
			}
		}
	}
	return n
}

func TestReportsNumbersAreThoseOfBothServers(t *testing.T) {
	c := company(t)
	w := newTrip(t, c.Practice.Project.Source, c.Practice.Project.Destination, c.Practice.Users...)
	w.run()
	_, res := w.verifyAll(nil, true)
	if !res.OK {
		t.Fatalf("%+v", res.Sum)
	}
	in, err := report.Gather(t.Context(), w.file)
	if err != nil {
		t.Fatal(err)
	}
	in.Now, in.Program = time.Now(), "mxodus test"
	r := report.Make(in)
	if r.Verdict.Grade != report.Good {
		t.Errorf("verdict: %+v", r.Verdict)
	}
	var sum counted
	for i, u := range c.Practice.Users {
		n, got := count(c, u), r.Users[slices.IndexFunc(r.Users, func(o report.User) bool { return o.Address == u.User.Address })]
		f := got.Figures
		if f.Messages != n.source || f.AtNew() != n.there || f.LeftOut != n.big || f.Bytes != n.bytes || f.There != n.thereBytes || f.Folders != n.folders || f.Open() != 0 {
			t.Errorf("%d %s: the report says %+v, the servers %+v", i, got.Address, f, n)
		}
		if len(got.Messages) != n.big || got.Proof != "bytes" || got.First.IsZero() || got.Last.Before(got.First) {
			t.Errorf("%s: %d messages listed, proof %q, %s to %s", got.Address, len(got.Messages), got.Proof, got.First, got.Last)
		}
		for _, m := range got.Messages {
			if m.Subject == "" || m.Size <= 35<<20 || m.Date.IsZero() {
				t.Errorf("%s: listed as %+v", got.Address, m)
			}
		}
		addsUp(t, got)
		sum.source, sum.there, sum.bytes = sum.source+n.source, sum.there+n.there, sum.bytes+n.bytes
	}
	if f := r.Totals; f.Messages != sum.source || f.AtNew() != sum.there || f.Bytes != sum.bytes || f.Present != lab.CompanyPresent || sum.source != lab.CompanyMessages {
		t.Errorf("together: %+v, the servers %+v", f, sum)
	}
	if dir := os.Getenv("MXODUS_REPORT"); dir != "" {
		if err := r.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// addsUp fails unless a mailbox is the sum of its folders, and its reasons that
// of what is not in its place.
func addsUp(t *testing.T, u report.User) {
	t.Helper()
	var n, there, away int
	var bytes int64
	for _, f := range u.Folders {
		n, there, bytes = n+f.Figures.Messages, there+f.Figures.AtNew(), bytes+f.Figures.Bytes
	}
	for _, r := range u.Reasons {
		away += r.Messages
	}
	f := u.Figures
	if n != f.Messages || there != f.AtNew() || bytes != f.Bytes || away != f.Messages-f.Copied-f.Present {
		t.Errorf("%s: folders hold %d, %d and %d bytes, reasons %d; the mailbox %+v", u.Address, n, there, bytes, away, f)
	}
}

// TestDigestCanBeMadeByAnybody makes the digest of the account from the bytes at
// the old server alone, as the documentation says.
func TestDigestCanBeMadeByAnybody(t *testing.T) {
	c := company(t)
	w := newTrip(t, c.Practice.Project.Source, c.Practice.Project.Destination, c.Practice.Users...)
	w.run()
	w.verifyAll(nil, false)
	p, err := engine.LastProof(t.Context(), w.file)
	if err != nil || p == nil {
		t.Fatal(p, err)
	}
	all := sha256.New()
	fmt.Fprintf(all, "mxodus account 1\n")
	slices.SortFunc(c.Practice.Users, func(a, b engine.UserRow) int { return strings.Compare(a.User.Address, b.User.Address) })
	for i, u := range c.Practice.Users {
		fmt.Fprintf(all, "user %d:%s\n", len(u.User.Address), u.User.Address)
		for _, f := range p.Users[i].Folders {
			wire := "INBOX"
			if len(f.Source) != 1 || f.Source[0] != "INBOX" {
				wire = "INBOX." + strings.Join(f.Source, ".")
			}
			h, last := sha256.New(), uint32(0)
			messages := c.Old.Messages(u.User.SourceLogin, wire)
			for _, m := range messages {
				id, fate := engine.IdentityOf(m.Body()), "brought -"
				if m.Size > 35<<20 {
					fate = "skipped too-big"
				}
				fmt.Fprintf(h, "%d %d %x %s\n", m.UID, m.Size, id[:], fate)
				last = m.UID
			}
			fmt.Fprint(all, "folder")
			for _, level := range f.Source {
				fmt.Fprintf(all, " %d:%s", len(level), level)
			}
			fmt.Fprintf(all, "\n%d %d %d %s\n", f.UIDValidity, last, len(messages), hex.EncodeToString(h.Sum(nil)))
		}
	}
	if got := hex.EncodeToString(all.Sum(nil)); got != p.Digest {
		t.Errorf("the digest is %s, by hand %s", p.Digest, got)
	}
}

// TestReportIsHeldAgainstBothServersLater goes through what can happen between
// a report and the day somebody asks.
func TestReportIsHeldAgainstBothServersLater(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	fill(from, "INBOX", 0, 20)
	fill(from, "Archive", 20, 30)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.run()
	w.verifyAll(nil, false)
	was := reported(t, w)
	check := func(what string, holds bool, added, moved, deleted, differences int) *engine.Held {
		t.Helper()
		v, _ := w.verifyAll(was, false)
		h := v.Held()
		if h.Holds != holds || h.New != added || h.Moved != moved || h.Deleted != deleted || len(h.Differences) != differences {
			t.Errorf("%s: %+v", what, h)
		}
		return h
	}
	check("nothing happened", true, 0, 0, 0, 0)
	fill(from, "INBOX", 30, 33)
	check("new mail came", true, 3, 0, 0, 0)
	w.run()
	uid := to.Messages("anna", "Archive")[0].UID
	to.Remove("anna", "Archive", uid)
	check("Anna deleted one", true, 3, 0, 1, 0)
	body, date := to.Messages("anna", "INBOX")[1].Body(), to.Messages("anna", "INBOX")[1].Date
	to.Remove("anna", "INBOX", to.Messages("anna", "INBOX")[1].UID)
	to.Put("anna", "Kept", body, date)
	check("Anna moved one", true, 3, 1, 1, 0)
	from.Remove("anna", "INBOX", from.Messages("anna", "INBOX")[4].UID)
	h := check("one went from the old server", false, 3, 1, 1, 1)
	if d := h.Differences[0]; d.User != "anna" || !slices.Equal(d.Folder, []string{"INBOX"}) || !strings.Contains(d.What, "gone from the old server") {
		t.Errorf("%+v", d)
	}
	from.Renumber("anna", "Archive")
	h = check("the old server numbered a folder anew", false, 3, 1, 0, 2)
	if !slices.ContainsFunc(h.Differences, func(d engine.HeldDifference) bool { return strings.Contains(d.What, "numbered anew") }) {
		t.Errorf("%+v", h.Differences)
	}
}

// reported is the account as it stands in report.json.
func reported(t *testing.T, w *trip) *engine.Proof {
	t.Helper()
	in, err := report.Gather(t.Context(), w.file)
	if err != nil {
		t.Fatal(err)
	}
	in.Now = time.Now()
	dir := t.TempDir()
	if err := report.Make(in).Write(dir); err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	p, err := report.Account(doc)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(doc), `"uid_validity": `, `"uid_validity": 7`, 1)
	if _, err := report.Account([]byte(changed)); err == nil {
		t.Error("a report that was changed is taken")
	}
	var plain report.Report
	if err := json.Unmarshal(doc, &plain); err != nil || plain.Totals.Messages != p.Counts.Source {
		t.Errorf("%v: %+v", err, plain.Totals)
	}
	return p
}
