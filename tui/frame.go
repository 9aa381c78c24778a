package tui

import (
	"strconv"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// View draws the frame and the step in it.
func (r *root) View() string {
	if r.width == 0 {
		return ""
	}
	if r.width < leastWidth || r.height < leastHeight {
		return r.tooSmall()
	}
	w, h := body(r.width, r.height)
	lines := strings.Split(r.content(w, h), "\n")
	if r.width >= railFrom {
		return r.wide(lines, h)
	}
	return r.narrow(lines, h)
}

func (r *root) tooSmall() string {
	size := strconv.Itoa(r.width) + "x" + strconv.Itoa(r.height)
	lines := widget.Wrap("This window is too small ("+size+"). mxodus needs 60x15: make it larger. What runs goes on.", r.width)
	return widget.Page(lines[:min(len(lines), r.height)], r.height)
}

// content is what lies on top.
func (r *root) content(w, h int) string {
	switch {
	case r.question != nil:
		return "\n" + r.question.View(r.look, w, h-1)
	case r.over == overHelp:
		return r.help(w, h)
	case r.over == overRead:
		return r.readingView(w, h)
	case r.over == overPick:
		return r.pickView(w, h)
	case r.over == overGo:
		return widget.Page([]string{r.look.Strong.Paint("Go to step"), ""}, 2) + "\n" + r.menu.View(r.look, w, h-2)
	}
	return r.steps[r.at].View(w, h)
}

// wide has the rail at the left.
func (r *root) wide(lines []string, h int) string {
	l := r.look
	rail := r.rail(h)
	var b strings.Builder
	b.WriteString(r.head() + "\n")
	b.WriteString(r.rule(l.TeeDown))
	bar := l.Dim.Paint(l.Bar) + " "
	for i := range h {
		b.WriteByte('\n')
		b.WriteString(l.Fit(rail[i], railWidth-1))
		b.WriteString(bar)
		if i < len(lines) {
			b.WriteString(lines[i])
		}
	}
	b.WriteString("\n" + r.rule(l.TeeUp) + "\n" + r.foot())
	return b.String()
}

// narrow has the steps in one line.
func (r *root) narrow(lines []string, h int) string {
	var b strings.Builder
	b.WriteString(r.head() + "\n" + r.railLine() + "\n" + r.rule(r.look.Rule))
	for i := range h {
		b.WriteByte('\n')
		if i < len(lines) && lines[i] != "" {
			b.WriteByte(' ')
			b.WriteString(lines[i])
		}
	}
	b.WriteString("\n" + r.rule(r.look.Rule) + "\n" + r.foot())
	return b.String()
}

func (r *root) rule(tee string) string {
	l := r.look
	if r.width < railFrom {
		return l.Dim.Paint(strings.Repeat(l.Rule, r.width))
	}
	return l.Dim.Paint(strings.Repeat(l.Rule, railWidth-1) + tee + strings.Repeat(l.Rule, r.width-railWidth))
}

// head says which project this is and what goes on in the background.
func (r *root) head() string {
	l, s := r.look, &r.session
	left := " " + l.Strong.Paint("mxodus")
	if p := r.shown(); p != nil {
		left += "   " + clean(p.Company)
		if r.width >= railFrom {
			left += l.Dim.Paint(" " + l.Dash + " " + clean(p.Domain))
		}
	}
	if s.practice {
		words := "practice: nothing here is real"
		if r.width < railFrom {
			words = "practice"
		}
		left += "   " + l.Accent.Paint(words)
	}
	var right []string
	if n := s.attention(); n > 0 {
		words := l.Glyphs.Attention + " " + say.Count(n, "user")
		if r.width >= railFrom {
			words += " to look at"
		}
		right = append(right, l.Attention.Paint(words))
	}
	if w := r.background(); w != "" {
		right = append(right, l.Accent.Paint(l.Move)+" "+w)
	}
	return l.Spread(left, strings.Join(right, "   ")+" ", r.width)
}

// shown is the project on screen; nil: none is.
func (r *root) shown() *engine.Project {
	switch {
	case r.live != nil && r.live.now != nil:
		return &r.live.now.project
	case r.session.file != nil:
		return &r.session.project
	}
	return nil
}

// background is the work that goes on, in a few words.
func (r *root) background() string {
	s := r.session.batch
	switch {
	case r.works.copying() && s != nil:
		return batchWords(s)
	case r.works.testing():
		return "testing"
	case r.works.verifying():
		return "verifying"
	case r.works.making():
		return "making users"
	case r.works.posting():
		return "sending letters"
	}
	return ""
}

func batchWords(s *engine.BatchStatus) string {
	done := 0
	for _, u := range s.Users {
		if u.State.Finished() {
			done++
		}
	}
	words := strconv.Itoa(done) + " of " + say.Count(len(s.Users), "user") + " copied"
	switch {
	case s.Stopping:
		return "stopping"
	case s.Paused:
		return words + ", paused"
	case !s.NextPass.IsZero():
		return "next look in " + say.Countdown(s.NextPass.Sub(s.At))
	case s.Left > 0:
		words += ", " + say.Span(s.Left) + " left"
	}
	return words
}

// rail is the list of steps, one line each; beneath the first one that is
// blocked stands why, and beneath one that is to be done again. In a low window it
// shows those around the step on screen.
func (r *root) rail(height int) []string {
	out := make([]string, height)
	for i, row := range r.railRows(height) {
		out[i] = row.text
	}
	return out
}

// railRow is one line of the rail, and the step that it is about.
type railRow struct {
	text string
	step stepID
}

func (r *root) railRows(height int) []railRow {
	l := r.look
	var out []railRow
	low := height < len(r.steps)+4
	said := low
	for i, s := range r.steps {
		sign, ink := r.sign(stepID(i))
		title := s.Title()
		switch {
		case stepID(i) == r.at:
			title = l.Accent.Paint(title)
		case r.why(stepID(i)) != "":
			title = l.Dim.Paint(title)
		}
		out = append(out, railRow{" " + ink.Paint(sign) + " " + title, stepID(i)})
		why := stale(s)
		if blocked := r.why(stepID(i)); blocked != "" && !said {
			said, why = true, blocked
		}
		if low {
			continue
		}
		for _, line := range widget.Wrap(why, railWidth-6) {
			out = append(out, railRow{"    " + l.Dim.Paint(line), stepID(i)})
		}
	}
	first := widget.Window(int(r.at), len(r.steps), height)
	return append(out[first:], make([]railRow, height)...)[:height]
}

// railLine is the same on one line.
func (r *root) railLine() string {
	l := r.look
	var b strings.Builder
	b.WriteByte(' ')
	for i := range r.steps {
		sign, ink := r.sign(stepID(i))
		b.WriteString(ink.Paint(sign))
	}
	left := b.String() + "  " + strconv.Itoa(int(r.at)+1) + " of " + strconv.Itoa(len(r.steps)) + "  " + l.Accent.Paint(r.steps[r.at].Title())
	room := r.width - widget.Width(left) - 3
	if room < 12 {
		return l.Cut(left, r.width)
	}
	return l.Spread(left, l.Dim.Paint(l.Cut(r.nextWords(), room))+" ", r.width)
}

// nextWords say what comes next, or why it can't yet.
func (r *root) nextWords() string {
	if int(r.at)+1 >= len(r.steps) {
		return ""
	}
	next := r.steps[r.at+1]
	if why := r.why(r.at + 1); why != "" {
		return "Next: " + next.Title() + " - " + why
	}
	return "Next: " + next.Title()
}
