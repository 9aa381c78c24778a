package lab_test

import (
	"fmt"
	"testing"
	"time"

	"mxodus/engine/lab"
	"mxodus/engine/lab/real"
)

// TestRealServersGetEveryMessageOnceWhenConnectionsAreCut cuts the way to real
// servers at every stage of an APPEND. What they store, they decide themselves.
func TestRealServersGetEveryMessageOnceWhenConnectionsAreCut(t *testing.T) {
	for _, kind := range []real.Kind{real.KindDovecot, real.KindCyrus} {
		t.Run(string(kind), func(t *testing.T) {
			real.Have(t, kind)
			users := map[string]string{}
			for i := range 60 {
				users[fmt.Sprintf("user%d", i)] = "sun"
			}
			to := real.Start(t, kind, real.Options{Users: users, Separator: "/"})
			n := 0
			for _, stage := range lab.Stages() {
				resets := []bool{false}
				if stage == lab.Half || stage == lab.AfterCRLF {
					resets = []bool{false, true}
				}
				for _, reset := range resets {
					for _, commit := range commitsAt(stage) {
						user := fmt.Sprintf("user%d", n)
						n++
						t.Run(fmt.Sprintf("%s/reset=%v/commit=%s", stage, reset, commit), func(t *testing.T) {
							t.Parallel()
							cutToReal(t, to, user, lab.Cut{Stage: stage, RST: reset, Commit: commit})
						})
					}
				}
			}
		})
	}
}

func cutToReal(t *testing.T, to *real.Server, user string, cut lab.Cut) {
	from := start(t, lab.Options{})
	fill(from, "INBOX", 0, 40)
	p, err := lab.NewProxy(to.Address(), to.TLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	one, two := cut, cut
	one.Append, two.Append = 7, 23
	p.Cut(one, two)
	w := newTrip(t, from.Endpoint(), p.Endpoint(), row("anna", "sun", user, "sun"))
	w.project.Limits.QuietTime = time.Second
	w.run()
	p.WaitLate()
	w.run()
	if p.CutsLeft() != 0 {
		t.Errorf("%d cuts didn't happen", p.CutsLeft())
	}
	got := map[string]int{}
	for _, m := range dialReal(t, to, user, "sun").messages("INBOX") {
		got[m.body]++
	}
	lost, twice := 0, 0
	for n := range 40 {
		lost += max(0, 1-got[string(letter(n))])
		twice += max(0, got[string(letter(n))]-1)
	}
	if lost+twice > 0 || len(got) != 40 {
		t.Errorf("%d lost, %d twice, %d in all", lost, twice, len(got))
	}
}
