package cli

import (
	"fmt"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// sumEvery is how often plain progress says where the whole stands.
const sumEvery = 5 * time.Second

// batchView turns snapshots of a batch into frames. It remembers what it told.
type batchView struct {
	a      *app
	states map[int64]engine.UserState
	told   time.Time // when the whole was last told
	told1  string    // what was told then
	pass   int       // the pass whose end was told
}

func newBatchView(a *app) *batchView {
	return &batchView{a: a, states: map[int64]engine.UserState{}}
}

func (v *batchView) look(s engine.BatchStatus, d display, over bool) frame {
	switch d {
	case displayLive:
		if over {
			return frame{}
		}
		return frame{live: v.live(s), kept: v.passes(s)}
	case displayPlain:
		return frame{plain: v.plain(s, over)}
	case displayJSON:
		return frame{json: v.json(s)}
	}
	return frame{}
}

// live is the picture on a terminal: the whole, then whoever is at work.
func (v *batchView) live(s engine.BatchStatus) []string {
	const most = 10
	m := v.a.term.marks()
	out := []string{m.bar(float64(s.Sum.SettledBytes()), float64(s.Sum.TotalBytes), 20) + "  " + sumLine(s)}
	waiting := map[string]int{}
	for _, u := range s.Users {
		if u.State.Finished() || u.State == engine.UserQueued {
			waiting[string(u.State)]++
			continue
		}
		if len(out) > most {
			waiting["more at work"]++
			continue
		}
		out = append(out, "  "+userLine(u, s.At))
	}
	rest := ""
	for _, word := range []string{"more at work", "queued", "done", "needs attention", "failed", "stopped"} {
		if n := waiting[word]; n > 0 {
			rest += fmt.Sprintf(" %s %d %s", m.dot, n, word)
		}
	}
	if rest != "" {
		out = append(out, "  "+rest[len(m.dot)+2:])
	}
	return out
}

// plain tells every change of a state, and now and then where the whole stands.
func (v *batchView) plain(s engine.BatchStatus, over bool) []string {
	var out []string
	for _, u := range s.Users {
		if v.states[u.User.ID] == u.State {
			continue
		}
		v.states[u.User.ID] = u.State
		if u.State != engine.UserQueued {
			out = append(out, stamp(s.At)+userLine(u, s.At))
		}
	}
	if ended := v.passes(s); ended != nil {
		return append(out, ended...)
	}
	if line := sumLine(s); !over && s.NextPass.IsZero() && s.At.Sub(v.told) >= sumEvery && line != v.told1 {
		v.told, v.told1 = s.At, line
		out = append(out, stamp(s.At)+line)
	}
	return out
}

// passes tells once of each pass of run --follow that has ended.
func (v *batchView) passes(s engine.BatchStatus) []string {
	if s.NextPass.IsZero() || v.pass == s.Pass {
		return nil
	}
	v.pass = s.Pass
	return []string{stamp(s.At) + passLine(s)}
}

func stamp(t time.Time) string { return t.Local().Format("15:04:05 ") }

// passLine is the end of one pass of run --follow.
func passLine(s engine.BatchStatus) string {
	sent, bad := 0, 0
	for _, u := range s.Users {
		sent += u.Sent
		if u.State != engine.UserDone {
			bad++
		}
	}
	line := fmt.Sprintf("pass %d finished: %s copied", s.Pass, say.Count(sent, "message"))
	if bad > 0 {
		line += ", " + say.Count(bad, "user") + " not done"
	}
	return line + "; next look at " + s.NextPass.Local().Format("15:04:05") + ". Ctrl-C ends it."
}

// waiting counts the users that wait for a server.
func waiting(s engine.BatchStatus) (n int) {
	for _, u := range s.Users {
		if u.State == engine.UserWaiting {
			n++
		}
	}
	return n
}

// sumLine says where the whole stands.
func sumLine(s engine.BatchStatus) string {
	switch {
	case s.Stopping:
		return "Stopping"
	case s.Paused:
		return "Paused"
	case !s.NextPass.IsZero():
		words := "Up to date"
		if n := waiting(s); n > 0 {
			words += " but for " + say.Either(n, "user who waits", "users who wait")
		}
		return words + ". Next look in " + say.Countdown(s.NextPass.Sub(s.At))
	}
	of := say.Number(s.Sum.Total)
	if !s.Scanned {
		of += " or more"
	}
	line := fmt.Sprintf("%s of %s messages, %s of %s", say.Number(s.Sum.Settled()), of, say.Size(s.Sum.SettledBytes()), say.Size(s.Sum.TotalBytes))
	if s.Rate > 0 {
		line += fmt.Sprintf(", now %.0f messages/s, %s/s", s.Rate, say.Size(int64(s.ByteRate)))
	}
	if s.Left > 0 {
		line += ", about " + say.Span(s.Left) + " left"
		if say.Span(s.LeftMin) != say.Span(s.LeftMax) && s.LeftMax > 0 {
			line += " (" + say.Span(s.LeftMin) + " to " + say.Span(s.LeftMax) + ")"
		}
	}
	return line
}

// userLine says where one mailbox stands.
func userLine(u engine.UserStatus, now time.Time) string {
	line := engine.Clean(u.User.Address, 60) + ": " + string(u.State)
	if u.State == engine.UserWaiting && u.Until.After(now) {
		line += " " + say.Countdown(u.Until.Sub(now))
	}
	if u.Why != "" {
		line += " (" + engine.Clean(u.Why, 160) + ")"
	}
	switch {
	case u.State.Finished():
		line += fmt.Sprintf(", %s messages: %s at the new server, %s left out, %s", say.Number(u.Sum.Total), say.Number(u.Sum.Copied+u.Sum.Present), say.Number(u.Sum.Skipped), failedWords(u.Sum.Failed))
	case u.State == engine.UserCopying:
		line += fmt.Sprintf(", %s of %s", say.Number(u.Sum.Settled()), say.Number(u.Sum.Total))
		if u.Folder != "" {
			line += ", " + engine.Clean(u.Folder, 60)
		}
	}
	return line
}
