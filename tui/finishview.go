package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (f *finish) Keys() []key.Binding {
	if f.form != nil {
		return []key.Binding{named(keys.Enter, "stop"), named(keys.Back, "go on")}
	}
	var out []key.Binding
	switch word, _ := f.missing(); {
	case f.Done():
		out = append(out, keys.Enter)
	case f.judge().Safe:
		out = append(out, named(keys.Enter, "end it"))
	case word != "":
		out = append(out, named(keys.Enter, word))
	}
	follow := named(keys.Follow, "follow")
	if f.works.copying() {
		follow = named(keys.Follow, "stop following")
	}
	out = append(out, follow)
	if m := f.steps[stepMigrate].(*migrate); !f.works.copying() || m.follow {
		out = append(out, keys.ToVerify)
	}
	if f.canPassDay() {
		out = append(out, keys.Day)
	}
	if !f.Done() && !f.judge().Safe {
		out = append(out, named(keys.StopAll, "stop anyway"))
	}
	return append(out, keys.Back)
}

func (f *finish) View(w, h int) string {
	l, v := f.look, f.judge()
	head := []string{f.headline("Finish", "", w)}
	if h >= 14 {
		head = append(head, "")
	}
	if f.form != nil {
		head = append(head, paragraph("It is not safe to stop yet: "+notYet(&v)+" Mail could be left behind at the old server. If it has to be, say why.", w)...)
		head = append(head, "")
		return joined(h, head, strings.Split(f.form.View(l, w, max(1, h-len(head))), "\n"))
	}
	if f.fault != nil {
		head = append(head, f.faultLines(f.fault, w)...)
	}
	head = append(head, f.verdictLines(&v, w)...)
	if h >= 14 {
		head = append(head, "")
	}
	for _, c := range v.Checks {
		head = append(head, f.checkLines(&c, &v, w)...)
	}
	return joined(h, head, []string{""}, f.nextLines(&v, w))
}

// verdictLines answer the question in a sentence.
func (f *finish) verdictLines(v *engine.StopVerdict, w int) []string {
	l := f.look
	sign, ink, words := l.Glyphs.Attention, l.Attention, "Not yet: "+notYet(v)
	switch e := f.session.names.ending; {
	case e != nil && e.Safe:
		sign, ink, words = l.Done, l.Good, "The migration was ended on "+say.Soon(e.At)+". It was safe to stop: the old service can be ended."
	case e != nil:
		words = "The migration was ended on " + say.Soon(e.At) + ", before it was safe. The reason given: " + clean(e.Reason)
	case v.Safe:
		sign, ink, words = l.Done, l.Good, "It is safe to stop. No mail can arrive at the old server, and all that did is at the new one."
	}
	var out []string
	for i, s := range paragraph(words, w-2) {
		lead := "  "
		if i == 0 {
			lead = ink.Paint(sign) + " "
		}
		out = append(out, lead+l.Strong.Paint(s))
	}
	return out
}

// notYet is the first reason against stopping.
func notYet(v *engine.StopVerdict) string {
	for _, c := range v.Checks {
		if c.OK {
			continue
		}
		switch c.Name {
		case engine.StopMX:
			return "mail can still go to the old server."
		case engine.StopTTL:
			if c.At.IsZero() {
				return "nobody can tell yet when the old MX is forgotten."
			}
			return "mail may arrive at the old server until " + say.Soon(c.At) + "."
		case engine.StopDeltas:
			return "the last deltas must find nothing new."
		case engine.StopQuiet:
			return "mail came to the old server a short while ago."
		}
		return "not every user is verified."
	}
	return ""
}

// checkLines are one line of the list, its time beneath where there is no room
// beside it.
func (f *finish) checkLines(c *engine.StopCheck, v *engine.StopVerdict, w int) []string {
	l := f.look
	sign, ink := l.Todo, l.Dim
	switch {
	case c.OK:
		sign, ink = l.Done, l.Good
	case c.Waits:
		sign, ink = l.Wait, l.Accent
	}
	what, when := f.checkWords(c, v)
	left := "  " + ink.Paint(sign) + " " + what
	if widget.Width(left)+widget.Width(when)+1 <= w {
		return []string{l.Spread(left, l.Dim.Paint(when), min(w, 96))}
	}
	return []string{l.Cut(left, w), "    " + l.Dim.Paint(l.Cut(when, w-4))}
}

func (f *finish) checkWords(c *engine.StopCheck, v *engine.StopVerdict) (what, when string) {
	at := say.Soon(c.At)
	switch c.Name {
	case engine.StopMX:
		what, when = "All name servers give the new MX", "step Cut-over"
		if c.OK {
			when = "since " + at
		}
	case engine.StopTTL:
		what, when = "Nobody remembers the old MX", "after the change"
		switch {
		case c.OK:
			when = "since " + at
		case c.Waits:
			when = "in " + say.Countdown(c.At.Sub(f.now))
		}
	case engine.StopDeltas:
		what, when = "The last "+say.Count(c.Want, "delta")+" found nothing new", say.Number(c.Have)+" of "+say.Number(c.Want)
		if !c.OK && c.Have == c.Want {
			when = "one more, once it is forgotten"
			if v.Checks[1].OK {
				when = "one more"
			}
		}
	case engine.StopQuiet:
		what, when = "No new mail at the old server for "+hours(v.Rules.Quiet), "after a run"
		switch {
		case c.OK:
			when = "since " + at
		case c.Waits && c.At.After(f.now):
			when = "in " + say.Countdown(c.At.Sub(f.now))
		case c.Waits:
			when = "with the next delta"
		}
	case engine.StopVerified:
		what, when = "Every user is verified", say.Number(c.Have)+" of "+say.Count(c.Want, "user")
		if !c.OK && engine.NewSinceVerified(f.session.runs) {
			when = "mail was copied since: verify again (v)"
		}
	}
	return what, when
}

// hours is a span that stays in hours.
func hours(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return say.Number(int(d/time.Hour)) + " h"
	}
	return say.Span(d)
}

// nextLines say what goes on, and what to do.
func (f *finish) nextLines(v *engine.StopVerdict, w int) []string {
	l := f.look
	if d := f.session.dayWords; d != "" && f.session.practice {
		return paragraph(clean(d), w)
	}
	var words string
	switch {
	case f.Done() && f.session.practice:
		words = "That was the move. Enter goes on: to the letters that welcome your users, and to the report."
	case f.Done():
		words = "That was the move. Enter goes on: to the letters that welcome your users, and to the report. Keep the old service until the follow-up is answered."
	case v.Safe:
		words = "Press Enter to end the migration."
	case f.works.copying():
		words = "Deltas go on by themselves"
		if b := f.session.batch; b != nil && !b.NextPass.IsZero() {
			words += "; the next begins in " + say.Countdown(b.NextPass.Sub(f.now))
		}
		words += ". You may look at other steps meanwhile. Press v to verify between two of them."
		if f.steps[stepMigrate].(*migrate).between {
			words = "As soon as this delta is through, everybody is verified. Then deltas go on."
		}
	case !v.Checks[0].OK && f.session.project.CutOverDone:
		words = "The MX is changed. Its name servers follow within minutes; Cut-over shows which. Press f meanwhile: deltas bring what still arrives at the old server."
	case !v.Checks[0].OK:
		words = "Change the MX first (step Cut-over, Enter goes there). Then press f here: deltas bring what still arrives at the old server."
	case !v.Checks[2].OK || !v.Checks[3].OK:
		words = "Press f: deltas bring what still arrives at the old server, every " + say.Span(f.session.project.Limits.WithDefaults().FollowEvery) + "."
	case !v.Checks[4].OK:
		words = "Press v: both servers are read once more, and every message is accounted for."
	}
	if f.works.copying() {
		return append([]string{l.Accent.Paint(l.Spinner(f.frame)) + " " + l.Strong.Paint("Following")}, paragraph(words, w)...)
	}
	return paragraph(words, w)
}
