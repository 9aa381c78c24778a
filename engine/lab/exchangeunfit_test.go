package lab_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// unfit has one mailbox refuse letters of these numbers.
func unfit(name string, numbers ...int) func(string, []byte) bool {
	return func(address string, message []byte) bool {
		return address == name && slices.ContainsFunc(numbers, func(n int) bool {
			return bytes.Contains(message, fmt.Appendf(nil, "Subject: Letter %d\r\n", n))
		})
	}
}

// TestWhatExchangeWillNotHaveIsSkippedAndHoldsNobodyUp: several such letters among
// many, some with keywords and one with a long line too. No fate is ever unknown: if
// one were, the run would wait for hours, as its quiet time says.
func TestWhatExchangeWillNotHaveIsSkippedAndHoldsNobodyUp(t *testing.T) {
	const letters, name = 80, "u0@acme.example"
	bad := []int{3, 4, 30, 55, 79}
	w := newTenancy(t, 1, time.Hour)
	w.project.Limits.QuietTime = 5 * time.Hour
	w.exchange.Unfit = unfit(name, bad...)
	w.put(name, "INBOX", 0, 40, `\Seen`, "$Label1")
	w.put(name, "Projects", 40, letters)
	long := append(letter(letters), []byte("\r\n"+strings.Repeat("x", 11000)+"\r\n")...)
	w.from.Put(name, "INBOX", long, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b := w.batch()
	s, err := b.Run(ctx)
	if err != nil || s.Sum.Copied != letters-len(bad) || s.Sum.Skipped != len(bad)+1 || s.Sum.Failed != 0 || s.UsersAttention+s.UsersFailed != 0 {
		t.Errorf("%v %+v", err, s)
	}
	t.Logf("took %v, %d messages were sent %d times", s.Finished.Sub(s.Started), letters+1, w.to.Counters().Appends)
	if n := w.to.Counters().Appends; n != letters+1 {
		t.Errorf("%d were sent, expected each once", n)
	}
	want := subjects(w.from, name)
	maps.DeleteFunc(want, func(subject string, _ int) bool {
		return slices.ContainsFunc(append(bad, letters), func(n int) bool { return strings.HasSuffix(subject, fmt.Sprintf("/Subject: Letter %d", n)) })
	})
	if got := subjects(w.to, name); !maps.Equal(got, want) {
		t.Errorf("arrived %v", got)
	}
	reasons := map[engine.Reason]int{}
	for _, r := range w.records() {
		if r.State == engine.Skipped {
			reasons[r.Reason]++
			if !strings.HasPrefix(r.Said, "Command Argument Error. 1") {
				t.Errorf("%s: it said %q", r.Reason, r.Said)
			}
		}
	}
	if reasons[engine.ReasonUnfit] != len(bad) || reasons[engine.ReasonLongLine] != 1 {
		t.Errorf("%v", reasons)
	}
	for _, p := range b.Status().Users[0].Problems {
		if p.Fault.Code == engine.CodeFlags {
			continue
		}
		if !strings.Contains(p.Fault.What, "usually it is too large, has too long a line, or is damaged") || p.Fault.Do == "" || !strings.HasPrefix(p.Fault.Said, "Command Argument") {
			t.Errorf("%+v", p.Fault)
		}
	}
	w.verified(t)
	before := w.to.Counters().Appends
	if w.run(); w.to.Counters().Appends != before {
		t.Error("a second run sends what was just refused")
	}
}
