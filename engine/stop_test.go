package engine

import (
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func runAt(kind string, hour int, s Summary) Run {
	at := noon.Add(time.Duration(hour) * time.Hour)
	return Run{Kind: kind, Started: at, Finished: at.Add(time.Minute), Summary: s}
}

// calm is when everything speaks for stopping.
func calm() StopFacts {
	return StopFacts{Now: noon, Watched: true, AllNew: true, NewSince: noon.Add(-50 * time.Hour), SafeAfter: noon.Add(-26 * time.Hour), Users: 12,
		Runs: []Run{
			runAt("full", -90, Summary{Sent: 9000, Users: 12}), runAt("delta", -30, Summary{Sent: 2, Users: 12}),
			runAt("delta", -20, Summary{Users: 12}), runAt("delta", -10, Summary{Users: 12}), runAt("delta", -2, Summary{Users: 12}),
			runAt("verify", -1, Summary{Users: 12})}}
}

func TestAllQuietIsSafeToStop(t *testing.T) {
	if v := SafeToStop(calm(), StopRules{}); !v.Safe {
		t.Errorf("%+v", v)
	}
}

func TestEachReasonAloneForbidsStopping(t *testing.T) {
	for _, x := range []struct {
		why    string
		spoil  func(f *StopFacts)
		failed []StopCheckName
		waits  bool
	}{
		{"a server gives the old MX", func(f *StopFacts) { f.AllNew, f.SafeAfter = false, time.Time{} }, []StopCheckName{StopMX, StopTTL, StopDeltas}, false},
		{"the old TTL runs", func(f *StopFacts) { f.SafeAfter = noon.Add(time.Hour) }, []StopCheckName{StopTTL, StopDeltas}, true},
		{"nobody looked since the TTL ran out", func(f *StopFacts) { f.SafeAfter = noon.Add(-time.Hour) }, []StopCheckName{StopDeltas}, false},
		{"the last delta found mail", func(f *StopFacts) { f.Runs[4].Summary.Sent = 1 }, []StopCheckName{StopDeltas, StopQuiet}, false},
		{"mail came nine hours before the last delta", func(f *StopFacts) { f.Runs[3].Summary.Sent = 1 }, []StopCheckName{StopDeltas, StopQuiet}, false},
		{"a user could not be read", func(f *StopFacts) { f.Runs[4].Summary.UsersFailed = 1 }, []StopCheckName{StopDeltas, StopQuiet}, false},
		{"only two deltas", func(f *StopFacts) { f.Runs = slices.Delete(f.Runs, 2, 3) }, []StopCheckName{StopDeltas}, false},
		{"an interrupted delta proves nothing", func(f *StopFacts) { f.Runs[2].Summary.Interrupted = true }, []StopCheckName{StopDeltas}, false},
		{"a delta that was interrupted had brought mail", func(f *StopFacts) {
			f.Runs = append(f.Runs, runAt("delta", 0, Summary{Users: 12, Sent: 1, Interrupted: true}))
		}, []StopCheckName{StopDeltas, StopQuiet, StopVerified}, false},
		{"never verified", func(f *StopFacts) { f.Runs = f.Runs[:5] }, []StopCheckName{StopVerified}, false},
		{"verified before the last mail came", func(f *StopFacts) { f.Runs[5] = runAt("verify", -40, Summary{Users: 12}) }, []StopCheckName{StopVerified}, false},
		{"only eleven verified", func(f *StopFacts) { f.Runs[5].Summary.Users = 11 }, []StopCheckName{StopVerified}, false},
		{"a user needs attention", func(f *StopFacts) { f.Runs[5].Summary.UsersAttention = 1 }, []StopCheckName{StopVerified}, false},
		{"nothing was ever copied", func(f *StopFacts) { f.Runs = nil }, []StopCheckName{StopDeltas, StopQuiet, StopVerified}, false},
		{"there are no users", func(f *StopFacts) { f.Users = 0 }, []StopCheckName{StopVerified}, false},
	} {
		f := calm()
		x.spoil(&f)
		v := SafeToStop(f, StopRules{})
		var failed []StopCheckName
		for _, c := range v.Checks {
			if !c.OK {
				failed = append(failed, c.Name)
			}
		}
		if v.Safe || !slices.Equal(failed, x.failed) {
			t.Errorf("%s: safe %t, failed %v, want %v", x.why, v.Safe, failed, x.failed)
		}
		if i := slices.IndexFunc(v.Checks, func(c StopCheck) bool { return c.Name == StopTTL }); v.Checks[i].Waits && !v.Checks[i].OK != x.waits {
			t.Errorf("%s: waits %t", x.why, v.Checks[i].Waits)
		}
	}
}

func TestTheVerdictSaysWhen(t *testing.T) {
	f := calm()
	f.SafeAfter = noon.Add(3 * time.Hour)
	f.Runs[4].Summary.Sent = 1
	for _, c := range SafeToStop(f, StopRules{}).Checks {
		switch want := noon.Add(22*time.Hour + time.Minute); {
		case c.Name == StopTTL && !c.At.Equal(f.SafeAfter):
			t.Errorf("the TTL ends %v", c.At)
		case c.Name == StopQuiet && !c.At.Equal(want):
			t.Errorf("quiet at %v, want %v", c.At, want)
		case c.Name == StopDeltas && (c.Have != 0 || c.Want != 3):
			t.Errorf("%d of %d deltas", c.Have, c.Want)
		}
	}
}
