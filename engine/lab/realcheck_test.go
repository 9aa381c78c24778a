package lab_test

import (
	"fmt"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
	letters "mxodus/engine/letter"
	"mxodus/engine/report"
)

// TestRealServersAreTestedVerifiedAndUndone tests, moves, verifies by bytes and
// undoes hostile mail between real servers, and moves it once more.
func TestRealServersAreTestedVerifiedAndUndone(t *testing.T) {
	for _, p := range [][2]real.Kind{{real.KindDovecot, real.KindCyrus}, {real.KindCyrus, real.KindDovecot}, {real.KindCourier, real.KindDovecot}} {
		t.Run(fmt.Sprintf("%s to %s", p[0], p[1]), func(t *testing.T) {
			real.Have(t, p[0], p[1])
			checkHostile(t, p[0], p[1])
		})
	}
}

func checkHostile(t *testing.T, fromKind, toKind real.Kind) {
	users := map[string]string{"anna": "sun"}
	from := real.Start(t, fromKind, real.Options{Users: users, Prefix: "INBOX."[:6*btoi(fromKind == real.KindCyrus)]})
	to := real.Start(t, toKind, real.Options{Users: users, Format: "sdbox", Separator: "/", AutoFolders: true})
	planted := plantHostile(t, from)
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	probe := engine.NewProbe(w.project, w.users, w.dialer())
	if err := probe.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := probe.Status().Users[0]
	if c.State == engine.CheckFailed || c.Messages != planted {
		t.Errorf("%d planted, tested: %d, %s, %v, %v", planted, c.Messages, c.State, c.Source.Fault, c.Destination.Fault)
	}
	before := everything(t, to)
	s := w.run()
	for _, deep := range []bool{false, true} {
		w.verified(planted, s, deep)
	}
	r, err := engine.Undo(t.Context(), w.project, w.file, w.dialer(), w.users, false)
	if err != nil || r.Removed != s.Sum.Copied || r.Modified+r.Gone != 0 {
		t.Errorf("%d copied, undone: %+v, %v", s.Sum.Copied, r, err)
	}
	if after := everything(t, to); len(after) != len(before) {
		t.Errorf("%d messages are left after undo: %q", len(after), after)
	}
	again := w.run()
	if again.Sum.Copied != s.Sum.Copied || again.Sum.Failed != s.Sum.Failed {
		t.Errorf("once more: %+v, first: %+v", again.Sum, s.Sum)
	}
	w.verified(planted, again, true)
	w.papers(planted, len(everything(t, to))-len(before))
}

// papers fails unless the report and the welcome letter give the numbers that
// both servers gave when they were asked by hand: of messages planted at the old
// one, and there at the new one.
func (w *trip) papers(planted, there int) {
	w.t.Helper()
	in, err := report.Gather(w.t.Context(), w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	in.Now = time.Now()
	if f := report.Make(in).Totals; there == 0 || f.Messages != planted || f.AtNew() != there || f.LeftOut+f.Failed != planted-there {
		w.t.Errorf("%d were planted and %d are there; the report says %+v", planted, there, f)
	}
	facts, err := letters.Collect(w.t.Context(), w.file, w.users)
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := letters.NewMaker(facts)
	if err != nil {
		w.t.Fatal(err)
	}
	l, err := m.Make(letters.Welcome, w.users[0])
	if err != nil {
		w.t.Fatal(err)
	}
	if d := l.Data; d.Arrived != there || d.Skipped+d.Failed != planted-there {
		w.t.Errorf("%d were planted and %d are there; the letter says %d arrived, %d skipped, %d failed", planted, there, d.Arrived, d.Skipped, d.Failed)
	}
}

// verified fails unless every message is accounted for as the run said.
func (w *trip) verified(planted int, s engine.Summary, deep bool) {
	w.t.Helper()
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users, Deep: deep, Message: func(m engine.VerifiedMessage) {
		if m.Outcome != "failed" && m.Outcome != "skipped" {
			w.t.Errorf("%q %d is %s: %s", m.Folder, m.UID, m.Outcome, m.Reason)
		}
	}})
	res, err := v.Run(w.t.Context())
	a := res.Sum
	if err != nil || a.Source != planted || a.Copied != s.Sum.Copied || a.Failed != s.Sum.Failed || a.Skipped != s.Sum.Skipped {
		w.t.Errorf("deep %v: %+v, %v; the run said %+v", deep, a, err, s.Sum)
	}
}
