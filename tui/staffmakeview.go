package tui

import (
	"cmp"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (s *staff) workKeys() []key.Binding {
	switch {
	case s.works.making():
		return []key.Binding{keys.Move}
	case s.over:
		return []key.Binding{named(keys.Enter, "done"), keys.Move}
	}
	return []key.Binding{named(keys.Back, "don't wait"), keys.Move}
}

func (s *staff) secretKeys() []key.Binding {
	reveal := "show them"
	if s.reveal {
		reveal = "hide them"
	}
	return []key.Binding{named(keys.Reveal, reveal), named(keys.Files, "save a sheet to print"), named(keys.Enter, "I have them"), keys.Move}
}

// results are what is known of the plan so far.
func (s *staff) results() []engine.StaffResult {
	if s.session.staffing == nil {
		return nil
	}
	return s.session.staffing.results
}

func (s *staff) workView(w, h int) string {
	l, results := s.look, s.results()
	right := say.Number(len(results)) + " of " + say.Number(len(s.steps))
	if s.works.making() {
		right = l.Accent.Paint(l.Spinner(s.frame)) + " " + right
	}
	head := append([]string{s.headline("In the tenant "+clean(s.view.Tenant.Name), right, w)}, s.workWords(w)...)
	head = append(head, s.waitLines(w)...)
	foot := s.resultFoot(w)
	if most := h - len(head) - 4; len(foot) > most {
		foot = foot[:max(0, most)]
	}
	room := max(3, h-len(head)-len(foot)-1)
	table := s.result.View(l, workColumns, w, room, s.resultRow, nil)
	return joined(h, head, []string{""}, strings.Split(table, "\n"), foot)
}

// workWords say what goes on, or how it ended.
func (s *staff) workWords(w int) []string {
	if s.works.making() {
		return paragraph("Users are made one after the other. What is done is written into the project's history.", w)
	}
	made, failed, untried := 0, 0, 0
	for _, r := range s.results() {
		switch {
		case r.Untried:
			untried++
		case r.Fault != nil:
			failed++
		default:
			made++
		}
	}
	words := say.Count(made, "user") + " done."
	if failed > 0 {
		words += " " + say.Number(failed) + " could not be done, or not wholly."
	}
	if untried > 0 {
		words += " " + say.Either(untried, "user was", "users were") + " not tried after that. Do it again later: it goes on where it stopped."
	}
	if !s.over {
		words += " The mailboxes are being made by Microsoft; that may take some minutes, and goes on without you as well."
	}
	return paragraph(words, w)
}

var workColumns = []widget.Column{
	{Title: "User", Width: 16, Grow: 3},
	{Title: "Done", Width: 22, Grow: 3},
	{Title: "Mailbox", Width: 14, Grow: 1},
}

func (s *staff) resultRow(i int) []widget.Cell {
	l, results := s.look, s.results()
	user := widget.Cell{Text: name(s.steps[i].User)}
	switch {
	case i == len(results) && s.works.making():
		return []widget.Cell{user, {Text: l.Spinner(s.frame) + " at work", Ink: l.Accent}, {}}
	case i >= len(results):
		return []widget.Cell{user, {Text: "waiting", Ink: l.Dim}, {}}
	}
	r := results[i]
	done := widget.Cell{Text: l.Done + " " + didWords(r), Ink: l.Good}
	switch {
	case r.Untried:
		done = widget.Cell{Text: "not tried", Ink: l.Dim}
	case r.Fault != nil:
		done = widget.Cell{Text: l.Failed + " " + strings.TrimSuffix("failed; "+didWords(r), "; "), Ink: l.Bad}
	}
	return []widget.Cell{user, done, s.newBox(r)}
}

// didWords say what was done for a user.
func didWords(r engine.StaffResult) string {
	var did []string
	for _, part := range []struct {
		done bool
		word string
	}{{r.Made, "made"}, {r.Located, "usage location"}, {r.Licensed, "licence"}, {r.Linked, "new log-in noted"}} {
		if part.done {
			did = append(did, part.word)
		}
	}
	return strings.Join(did, ", ")
}

// newBox says how far the mailbox of a user is who just got a licence.
func (s *staff) newBox(r engine.StaffResult) widget.Cell {
	l := s.look
	if !r.Licensed {
		return widget.Cell{}
	}
	box := s.session.staffing.boxes[r.Member.ID]
	switch {
	case box.fault != nil:
		return widget.Cell{Text: l.Glyphs.Attention + " not open yet", Ink: l.Attention}
	case box.tried:
		return widget.Cell{Text: l.Done + " opens", Ink: l.Good}
	case box.state == engine.MailboxReady:
		return widget.Cell{Text: l.Done + " there", Ink: l.Good}
	case s.over:
		return widget.Cell{Text: "not there yet", Ink: l.Attention}
	}
	return widget.Cell{Text: l.Spinner(s.frame) + " being made", Ink: l.Accent}
}

// resultFoot tells of what went wrong: for all, or for the user under the cursor.
func (s *staff) resultFoot(w int) []string {
	f := s.fault
	if at := s.result.At(); f == nil && at >= 0 && at < len(s.results()) {
		r := s.results()[at]
		f = r.Fault
		if f == nil {
			f = s.session.staffing.boxes[r.Member.ID].fault
		}
	}
	for _, r := range s.results() {
		if f == nil && r.Fault != nil && !r.Untried {
			f = r.Fault
		}
	}
	if f == nil {
		return nil
	}
	return append([]string{""}, s.faultLines(f, w)...)
}

func (s *staff) secretsView(w, h int) string {
	l := s.look
	head := append([]string{s.headline("First passwords", say.Count(len(s.firsts), "user"), w)},
		paragraph(l.Glyphs.Attention+" They are shown here once and kept nowhere. Write them down, or save a sheet to print. Each must be changed at the first sign-in.", w)...)
	var foot []string
	if s.saved != "" {
		foot = append([]string{""}, paragraph(l.Done+" Saved, only you may read it: "+s.saved+". Print it, hand it out in person, then delete it.", w)...)
	}
	room := max(3, h-len(head)-len(foot)-1)
	table := s.result.View(l, []widget.Column{{Title: "User", Width: 20, Grow: 2}, {Title: "First password", Width: 20, Grow: 1}}, w, room, func(i int) []widget.Cell {
		f := s.firsts[i]
		password := widget.Cell{Text: strings.Repeat(l.Star, 8), Ink: l.Dim}
		if s.reveal {
			password = widget.Cell{Text: clean(f.password.Reveal())}
		}
		return []widget.Cell{{Text: clean(cmp.Or(f.user.DestinationLogin, f.user.Address))}, password}
	}, nil)
	return joined(h, head, []string{""}, strings.Split(table, "\n"), foot)
}
