package lab_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// throttleWords are the ways in which a server asks to go slower.
var throttleWords = []struct{ kind, text string }{
	{"BAD", "Request is throttled. Suggested Backoff Time: %d milliseconds"},
	{"NO", "Request is throttled. Suggested Backoff Time: %d milliseconds"},
	{"NO", "[THROTTLED] Suggested Backoff Time: %d milliseconds"},
}

// TestAWaitIsObeyedWhateverCommandAskedForIt throttles each command of a run in
// turn, at the new server and at the old one: nothing is sent to the mailbox before
// the wait is over, a screen can count it down, and every letter arrives once, in
// its folder.
func TestAWaitIsObeyedWhateverCommandAskedForIt(t *testing.T) {
	const wait = 700 * time.Millisecond
	sides := map[engine.Side][]string{
		engine.SideDestination: {"CAPABILITY", "AUTHENTICATE", "ID", "NAMESPACE", "LIST", "LSUB", "STATUS", "CREATE", "SUBSCRIBE", "SELECT", "UID FETCH", "APPEND", "UID STORE"},
		engine.SideSource:      {"AUTHENTICATE", "NAMESPACE", "LIST", "EXAMINE", "UID FETCH"},
	}
	for side, commands := range sides {
		for _, command := range commands {
			for i, words := range throttleWords {
				if i != len(command)%len(throttleWords) && command != "SELECT" && command != "APPEND" {
					continue // each in one way, the most used in all
				}
				t.Run(fmt.Sprintf("%s %s %d", side, command, i), func(t *testing.T) {
					t.Parallel()
					w := tollWorld(t)
					server := w.to
					if side == engine.SideSource {
						server = w.from
					}
					server.Toll(command, words.kind, fmt.Sprintf(words.text, wait.Milliseconds()), wait)
					b := w.batch()
					counted := watchCountdown(b)
					s, err := b.Run(t.Context())
					if err != nil || s.Sum.Copied != 7 || s.Sum.Present != 1 || s.Sum.Failed+s.Sum.Skipped+s.UsersFailed != 0 {
						t.Errorf("%v %+v", err, s)
					}
					if n, early := server.Tolled(); n != 1 || len(early) > 0 {
						t.Errorf("%d were told to wait; within the wait came %v", n, early)
					}
					if !counted() {
						t.Error("the wait was never counted down")
					}
					tollWorldArrived(t, w)
				})
			}
		}
	}
}

// TestAServerThatIsBusyForAMomentCostsNothing does the same with refusals that name no
// time: to go slower, or for being away.
func TestAServerThatIsBusyForAMomentCostsNothing(t *testing.T) {
	words := []struct{ kind, text string }{{"NO", "[THROTTLED] Too many requests"}, {"BAD", "Request is throttled."}, {"NO", "Server Unavailable. 15"}}
	for side, commands := range map[engine.Side][]string{
		engine.SideDestination: {"NAMESPACE", "LIST", "LSUB", "STATUS", "CREATE", "SUBSCRIBE", "SELECT", "UID FETCH", "APPEND", "UID STORE"},
		engine.SideSource:      {"NAMESPACE", "LIST", "EXAMINE", "UID FETCH"},
	} {
		for i, command := range commands {
			for _, said := range []int{i % 2, 2} {
				t.Run(fmt.Sprintf("%s %s %s", side, command, words[said].text), func(t *testing.T) {
					t.Parallel()
					w := tollWorld(t)
					server := w.to
					if side == engine.SideSource {
						server = w.from
					}
					server.Toll(command, words[said].kind, words[said].text, 0)
					if s := w.run(); s.Sum.Copied != 7 || s.Sum.Present != 1 || s.Sum.Failed+s.Sum.Skipped+s.UsersFailed+s.UsersAttention != 0 {
						t.Errorf("%+v", s)
					}
					tollWorldArrived(t, w)
				})
			}
		}
	}
}

// tollWorld has work for every command: a new folder and a known one, keywords, a
// star, and a letter that stands at the new server already.
func tollWorld(t *testing.T) *tenancy {
	w := newTenancy(t, 1, time.Hour)
	const name = "u0@acme.example"
	w.put(name, "INBOX", 0, 3, `\Seen`, "$Label1")
	w.put(name, "INBOX", 3, 4, `\Flagged`)
	w.from.AddFolder(name, "Projects", "", true)
	w.from.AddFolder(name, "Projects/2019", "", true)
	w.put(name, "Projects/2019", 10, 13)
	w.put(name, "Projects", 20, 21)
	w.to.Put(name, "INBOX", letter(0), time.Date(2020, 3, 2, 10, 0, 0, 0, time.UTC))
	return w
}

func tollWorldArrived(t *testing.T, w *tenancy) {
	t.Helper()
	const name = "u0@acme.example"
	if got, want := subjects(w.to, name), subjects(w.from, name); !maps.Equal(got, want) {
		t.Errorf("arrived %v, expected %v", got, want)
	}
	var own []string
	for _, f := range w.to.Folders(name) {
		if strings.HasPrefix(f, "Projects") {
			own = append(own, f)
		}
	}
	if slices.Sort(own); !slices.Equal(own, []string{"Projects", "Projects/2019"}) {
		t.Errorf("folders %q", own)
	}
	w.verified(t)
}

// watchCountdown looks, as a screen does, whether some mailbox waits until a moment
// to come; the function it returns says so once the batch is over.
func watchCountdown(b *engine.Batch) func() bool {
	stop, seen := make(chan struct{}), make(chan bool, 1)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		waits := false
		for {
			select {
			case <-tick.C:
				for _, u := range b.Status().Users {
					waits = waits || u.State == engine.UserWaiting && u.Until.After(time.Now())
				}
			case <-stop:
				seen <- waits
				return
			}
		}
	}()
	return func() bool { close(stop); return <-seen }
}
