package engine

import "testing"

func TestNextStepIsTheOneThatIsMissing(t *testing.T) {
	report := func(states ...CheckState) (r SetupReport) {
		for i, s := range states {
			r.Steps = append(r.Steps, SetupStep{ID: SetupStepID(rune('a' + i)), State: s})
		}
		return r
	}
	for _, c := range []struct {
		r    SetupReport
		next SetupStepID
	}{
		{report(CheckOK, CheckFailed, CheckWaiting), "b"},
		{report(CheckOK, CheckWaiting, CheckFailed), "c"}, // what wasn't looked at may be well
		{report(CheckOK, CheckWarning, CheckWaiting), "c"},
		{report(CheckRunning), "a"},
		{report(CheckOK, CheckWarning), ""},
		{report(), ""},
	} {
		next := c.r.Next()
		if c.r.Done() != (c.next == "") || (next == nil) != (c.next == "") || next != nil && next.ID != c.next {
			t.Errorf("%+v: next %+v, done %v", c.r.Steps, next, c.r.Done())
		}
	}
}
