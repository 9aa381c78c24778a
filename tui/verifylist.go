package tui

import (
	"cmp"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// The account of every user as a table, and the messages that aren't there.

// verifyWide is from where every kind has a column of its own. Below it, kinds share
// one: at every width the columns add up to what the old server holds.
const verifyWide = 104

func verifyColumns(w int) []widget.Column {
	number := func(title string, width int) widget.Column {
		return widget.Column{Title: title, Width: max(width, len(title)), Right: true, Grow: 1}
	}
	columns := []widget.Column{{Title: "User", Width: 14, Grow: 3}, {Title: "Result", Width: 11}, number("Messages", 8)}
	if w < verifyWide {
		columns[2].Fold = 1
		return append(columns, number("There", 6), number("Left out", 8), number("Gone", 5), number("Not there", 9))
	}
	return append(columns, number("Copied", 7), number("Was there", 9), number("Left out", 8), number("Moved", 5), number("Deleted", 7),
		number("New", 5), number("Not there", 9))
}

func (v *verify) row(u *engine.VerifiedUser, w int) []widget.Cell {
	l, a := v.look, &u.Sum
	some := func(n int, ink widget.Ink) widget.Cell {
		if n == 0 {
			ink = l.Dim
		}
		return widget.Cell{Text: say.Number(n), Ink: ink}
	}
	row := []widget.Cell{{Text: name(u.User)}, v.verdict(u), {Text: say.Number(a.Source)}}
	absent := a.Failed + a.Missing + a.Changed
	if w < verifyWide {
		return append(row, widget.Cell{Text: say.Number(a.Copied + a.Present)}, some(a.Skipped, l.Attention), some(a.Moved+a.Deleted, l.Dim), some(absent+a.New, l.Bad))
	}
	return append(row, widget.Cell{Text: say.Number(a.Copied)}, some(a.Present, l.Dim), some(a.Skipped, l.Attention), some(a.Moved, l.Dim), some(a.Deleted, l.Dim),
		some(a.New, l.Attention), some(absent, l.Bad))
}

// goneLine says what the column Gone counts, where it stands for two.
func (v *verify) goneLine(a engine.Account, w int) []string {
	if w >= verifyWide || a.Moved+a.Deleted == 0 {
		return nil
	}
	return []string{v.look.Dim.Paint(v.look.Cut("Gone: brought there, and moved or deleted at the new server since.", w))}
}

// absentView lists the messages that aren't at the destination, and why.
func (v *verify) absentView(s *verifySnap, w, h int) string {
	l := v.look
	head := []string{v.headline("Messages that are not there", say.Count(len(s.absent)+s.more, "message"), w), ""}
	if len(s.absent) == 0 {
		return joined(h, head, []string{l.Good.Paint(l.Done) + " None."})
	}
	foot := v.absentWords(&s.absent[max(0, v.list.At())], w, h)
	columns := []widget.Column{{Title: "User", Width: 18, Grow: 1}, {Title: "Subject", Width: 20, Grow: 4}, {Title: "Date", Width: 11, Fold: 2},
		{Title: "Size", Width: 7, Right: true}, {Title: "", Width: 8}, {Title: "Folder", Width: 14, Grow: 2, Fold: 4}, {Title: "Reason", Width: 24, Grow: 2, Fold: 5}}
	table := v.list.View(l, columns, w, min(len(s.absent)+1, max(3, h-len(head)-len(foot))), func(i int) []widget.Cell {
		m := &s.absent[i]
		word, ink := outcomeWord(l, m.Outcome)
		day := "-"
		if !m.Date.IsZero() {
			day = m.Date.Local().Format("2 Jan 2006")
		}
		return []widget.Cell{{Text: name(m.User)}, {Text: subjectWords(m)}, {Text: day, Ink: l.Dim}, {Text: say.Size(m.Size), Ink: l.Dim},
			{Text: word, Ink: ink}, {Text: clean(strings.Join(m.Folder, "/"))}, {Text: clean(m.Reason), Ink: l.Dim}}
	}, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

func subjectWords(m *engine.VerifiedMessage) string {
	if m.Subject == "" {
		return "(no subject, UID " + say.Number(int(m.UID)) + ")"
	}
	return clean(m.Subject)
}

// absentWords say all that helps to find one message in the old mailbox, why it isn't
// at the new server, and what can be done. In a low window the least of it goes.
func (v *verify) absentWords(m *engine.VerifiedMessage, w, h int) []string {
	l := v.look
	about := labelled(l, "Subject", subjectWords(m), w)
	from := clean(m.From)
	if !m.Date.IsZero() {
		from = strings.TrimPrefix(from+", "+say.Moment(m.Date), ", ")
	}
	about = append(about, labelled(l, "From", from, w)...)
	about = append(about, labelled(l, "Stands in", engine.Quoted(strings.Join(m.Folder, "/"), 120)+" of "+name(m.User)+", UID "+say.Number(int(m.UID)), w)...)
	why := labelled(l, "Why", sentence(v.whyWords(m)), w)
	do := labelled(l, "What to do", m.Code.Do(), w)
	said := labelled(l, "It said", clean(m.Said), w)
	room := h - 2 - 4 // for the headline and three rows
	out := append(append([]string{""}, about...), why...)
	for _, more := range [][]string{do, said} {
		if len(out)+len(more) <= room {
			out = append(out, more...)
		}
	}
	if len(out) > room {
		out = append(why, do...)
	}
	return out
}

// whyWords name the limit where one was met.
func (v *verify) whyWords(m *engine.VerifiedMessage) string {
	words := cmp.Or(clean(m.Reason), clean(m.Outcome))
	if m.Code != engine.ReasonTooBig {
		return words
	}
	words = say.Size(m.Size) + " is " + words
	if most := v.session.project.Bounds().MaxMessageBytes; m.Size > most {
		return words + ", which this project sets to " + say.Size(most)
	}
	return words + " at the new server"
}

// outcomeWord is what became of a message, in a word.
func outcomeWord(l *widget.Look, outcome string) (string, widget.Ink) {
	switch outcome {
	case "skipped":
		return "left out", l.Attention
	case "failed":
		return "refused", l.Bad
	case "missing", "changed":
		return outcome, l.Bad
	}
	return clean(outcome), l.Dim
}
