package tui

import (
	"strings"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// allOf is everything that is known of one user's test.
func (t *test) allOf(c *engine.UserCheck, w int) []string {
	l := t.look
	var out []string
	for _, x := range []struct {
		title string
		check engine.SideCheck
	}{{"Old server", c.Source}, {"New server", c.Destination}} {
		out = append(out, l.Strong.Paint(x.title))
		out = append(out, t.sideLines(x.check, w)...)
		out = append(out, "")
	}
	if len(c.Warnings) > 0 {
		out = append(out, l.Strong.Paint("Warnings"))
		out = append(out, t.warnings(c, w)...)
		if t.session.accepted[c.User.ID] {
			out = append(out, l.Good.Paint(l.Done)+" Accepted: the project keeps that, with the date.")
		} else if c.State == engine.CheckWarning {
			out = append(out, l.Dim.Paint("Press w to accept them as they are."))
		}
		out = append(out, "")
	}
	if len(c.Mappings) > 0 {
		out = append(out, l.Strong.Paint("Where each folder goes"))
		for _, m := range c.Mappings {
			out = append(out, t.mapping(m, w))
		}
	}
	return out
}

func (t *test) sideLines(s engine.SideCheck, w int) []string {
	l := t.look
	if s.Fault != nil {
		return t.faultLines(s.Fault, w)
	}
	if s.State != engine.CheckOK && s.State != engine.CheckWarning {
		return []string{l.Dim.Paint("  not tested yet")}
	}
	out := []string{"  " + l.Good.Paint(l.Done) + " signed in, " + say.Count(s.Messages, "message") + " there" + took(s)}
	return append(out, labelled(l, "Encryption", clean(s.Info.TLS), w)...)
}

func took(s engine.SideCheck) string {
	if s.At.IsZero() {
		return ""
	}
	return ", at " + say.Clock(s.At)
}

func (t *test) mapping(m engine.Mapping, w int) string {
	l := t.look
	from := clean(strings.Join(m.Source.Path, "/"))
	to := clean(strings.Join(m.DestPath, "/"))
	switch {
	case m.Skip != "":
		to = l.Dim.Paint("left out: " + m.Skip.Text())
	case m.Renamed != "":
		to = l.Attention.Paint(l.Glyphs.Attention) + " " + to + l.Dim.Paint("  "+clean(m.Renamed))
	}
	half := max(12, min(40, w/2-4))
	return l.Cut("  "+l.Fit(from, half)+l.Dim.Paint(" "+l.Rule+l.Current+" ")+to, w)
}

// between writes a range of durations.
func between(least, most time.Duration) string {
	a, b := say.Span(least), say.Span(most)
	if a == b {
		return "about " + a
	}
	return a + " to " + b
}
