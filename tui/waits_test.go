package tui

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// After a pause somebody may have to wait until the server has surely stored what it
// was sent: the screen says for what, and how long, in the smallest window, too.
func TestWhatIsWaitedForIsSaidWhole(t *testing.T) {
	r := newScene(stepMigrate, 2)
	sceneBatch(r)
	running(r)
	b := r.session.batch
	why := "12 messages were on the way when the connection ended. The new server may store them late: mxodus looks again before it sends anything twice."
	for i := range b.Users {
		b.Users[i].State, b.Users[i].Why, b.Users[i].Until = engine.UserQueued, "", time.Time{}
	}
	b.Users[0].State, b.Users[0].Why, b.Users[0].Until = engine.UserWaiting, why, b.At.Add(28*time.Second)
	m := r.steps[stepMigrate].(*migrate)
	m.arrange()
	flat := func() string { return strings.Join(strings.Fields(m.View(58, 12)), " ") }
	for _, want := range []string{"In 0:28 it goes on for anna@acme.example.", "looks again before it sends anything twice."} {
		if got := flat(); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	b.Left, b.LeftMin, b.LeftMax = 5*time.Second, 4*time.Second, 7*time.Second
	if got := flat(); !strings.Contains(got, "at least 28 s left") {
		t.Errorf("the time left is shorter than the wait:\n%s", got)
	}
	if strings.Contains(flat(), "The others go on.") {
		t.Error("nobody else does")
	}
	m.openUser()
	if got := flat(); !strings.Contains(got, "In 0:28 it goes on.") || !strings.Contains(got, "sends anything twice.") {
		t.Errorf("the user's own pane says\n%s", got)
	}
}
