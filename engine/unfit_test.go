package engine

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"
)

// fateOf has the new server treat one message so, whenever it comes.
func (w *world) fateOf(message string, ft fate) {
	w.dst.onAppend = func(_ int, o *Outgoing) fate {
		var raw bytes.Buffer
		_, _ = o.Body.WriteTo(&raw)
		if raw.String() == message {
			return ft
		}
		return fate{}
	}
}

// problemWith is the problem of a run that has this code.
func problemWith(t *testing.T, b *Batch, code Code) *Fault {
	t.Helper()
	for _, p := range b.Status().Users[0].Problems {
		if p.Fault.Code == code {
			return &p.Fault
		}
	}
	t.Fatalf("no problem %q in %+v", code, b.Status().Users[0].Problems)
	return nil
}

// TestAMessageThatIsGivenUpIsExplainedByWhatHappenedToIt: a refusal is called one,
// a lost connection is none, and only the server's words are quoted.
func TestAMessageThatIsGivenUpIsExplainedByWhatHappenedToIt(t *testing.T) {
	bad := &Fault{Class: SkipMessage, Code: CodeRefused, Side: SideDestination, What: "Refused.", Said: "what is this"}
	for want, ft := range map[string]fate{
		"The new server did not understand this message, each time it was sent.":     {cut: true, err: bad},
		"The connection to the new server was lost each time this message was sent.": {cut: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 5)
			w.fateOf(letter(2), ft)
			b := w.batch()
			s, err := b.Run(t.Context())
			if err != nil || s.Sum.Copied != 4 || s.Sum.Failed != 1 {
				t.Errorf("%v %+v", err, s)
			}
			said := ""
			if ft.err != nil {
				said = bad.Said
			}
			if f := problemWith(t, b, CodeRefused); f.What != want || f.Said != said {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestAMessageThatTheNewServerNeverTakesIsSkipped: and asked for once more when a day
// has passed, but not before.
func TestAMessageThatTheNewServerNeverTakesIsSkipped(t *testing.T) {
	unfit := &Fault{Class: SkipMessage, Code: CodeUnfit, Side: SideDestination, What: "It refused to store the message.", Said: "Command Argument Error. 11"}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5)
		w.fateOf(letter(2), fate{err: unfit})
		for _, pause := range []int{0, 1, 25} {
			before := w.dst.appends
			time.Sleep(time.Duration(pause) * time.Hour)
			if s := w.run(); s.Sum.Copied != 4 || s.Sum.Skipped != 1 || s.Sum.Failed+s.UsersAttention != 0 {
				t.Errorf("after %d hours: %+v", pause, s)
			}
			if sent := w.dst.appends - before; sent != map[int]int{0: 5, 1: 0, 25: 1}[pause] {
				t.Errorf("after %d hours %d were sent", pause, sent)
			}
		}
	})
}
