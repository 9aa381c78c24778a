package tui

import (
	"path/filepath"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine/report"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (r *reporting) Keys() []key.Binding {
	switch {
	case r.letter:
		return r.letterKeys()
	case r.form != nil:
		return []key.Binding{named(keys.Enter, "write it"), keys.Back}
	case r.ended:
		return []key.Binding{named(keys.Enter, "leave mxodus"), keys.Visit, keys.Back}
	case r.kept() == nil:
		return []key.Binding{named(keys.Enter, "write the report"), keys.HandOver, keys.Scroll, keys.Back}
	}
	return []key.Binding{named(keys.Enter, "go on to the end"), named(keys.Visit, "open it"), keys.HandOver, named(keys.Files, "write it anew"), keys.Scroll, keys.Back}
}

func (r *reporting) letterKeys() []key.Binding {
	out := r.owner.Keys()
	if r.owner.pane == paneList && len(out) > 0 && out[0].Help().Key == keys.Enter.Help().Key {
		out[0] = named(keys.Enter, "the report")
	}
	return out
}

func (r *reporting) View(w, h int) string {
	l := r.look
	switch {
	case r.letter:
		return r.owner.View(w, h)
	case r.ended:
		return r.endView(w, h)
	}
	head := []string{r.headline("Report", r.madeWords(), w)}
	if h >= 14 {
		head = append(head, "")
	}
	if r.fault != nil {
		head = append(append(head, r.faultLines(r.fault, w)...), "")
	}
	switch {
	case r.form != nil:
		head = append(head, paragraph("Four files that only you can read: report.html to read, print and sign; two tables; and the same as data.", w)...)
		return joined(h, append(head, ""), strings.Split(r.form.View(l, w, max(1, h-len(head)-1)), "\n"))
	case r.report == nil && r.fault != nil:
		return joined(h, head)
	case r.report == nil:
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(r.frame)) + " Gathering what the project knows."})
	}
	return joined(h, head, strings.Split(r.scroll.View(l, r.lines(w), w, max(1, h-len(head))), "\n"))
}

func (r *reporting) madeWords() string {
	if w := r.kept(); w != nil {
		return "written " + say.Soon(w.At)
	}
	return "not written yet"
}

// gradeSign is how good something is.
func (r *reporting) gradeSign(g report.Grade) string {
	l := r.look
	switch g {
	case report.Good:
		return l.Good.Paint(l.Done)
	case report.Bad:
		return l.Bad.Paint(l.Failed)
	}
	return l.Attention.Paint(l.Glyphs.Attention)
}

// lines are the report in short.
func (r *reporting) lines(w int) []string {
	l, x := r.look, r.report
	out := []string{r.gradeSign(x.Verdict.Grade) + " " + l.Strong.Paint(l.Cut(clean(x.Verdict.Title), w-2))}
	for _, words := range append([]string{x.Verdict.Sentence}, x.Verdict.But...) {
		for _, s := range paragraph(clean(words), w-2) {
			out = append(out, "  "+s)
		}
	}
	out = append(out, "")
	if k := r.kept(); k != nil {
		out = append(out, labelled(l, "The report", clean(filepath.Join(k.Dir, report.HTMLFile)), w)...)
	}
	t := x.Totals
	out = append(out, labelled(l, "Mailboxes", say.Number(t.Mailboxes)+", with "+say.Count(t.Messages, "message")+", "+say.Size(t.Bytes), w)...)
	out = append(out, labelled(l, "Arrived", say.Count(t.AtNew(), "message")+", "+say.Size(t.There), w)...)
	out = append(out, r.leftLines(w)...)
	out = append(out, "", l.Strong.Paint("What is left to do"))
	for _, s := range x.Next {
		out = append(out, r.stepLines(s, w)...)
	}
	return out
}

// leftLines are what isn't at the new server, by its reason.
func (r *reporting) leftLines(w int) []string {
	if len(r.report.Reasons) == 0 {
		return labelled(r.look, "Left out", "nothing", w)
	}
	var out []string
	label := "Left out"
	for _, x := range r.report.Reasons {
		out = append(out, labelled(r.look, label, say.Number(x.Messages)+": "+clean(x.Text), w)...)
		label = ""
	}
	return out
}

// stepLines are one thing to do, with its day.
func (r *reporting) stepLines(s report.Step, w int) []string {
	when := clean(s.Then)
	if !s.When.IsZero() {
		when = s.When.Local().Format("Mon 2 Jan 2006")
	}
	l := r.look
	what := "  " + l.Todo + " " + clean(s.What)
	if room := min(w, 100); widget.Width(what)+widget.Width(when)+2 <= room {
		return []string{l.Spread(what, l.Dim.Paint(when), room)}
	}
	out := []string{l.Cut(what, w)}
	for _, line := range widget.Wrap(when, w-4) {
		out = append(out, "    "+l.Dim.Paint(line))
	}
	return out
}

// endView is the last screen of the journey.
func (r *reporting) endView(w, h int) string {
	l, x := r.look, r.report
	t := x.Totals
	title := "The move is done."
	if r.session.names.ending == nil || x.Verdict.Grade != report.Good {
		title = "The report is written. The move is not over yet."
	}
	out := []string{"", r.gradeSign(x.Verdict.Grade) + " " + l.Strong.Paint(l.Cut(clean(r.session.project.Company)+": "+title, w-2)), ""}
	out = append(out, paragraph(say.Count(t.AtNew(), "message")+" of "+say.Count(t.Mailboxes, "mailbox")+" stand at the new server, "+say.Size(t.There)+". "+clean(x.Verdict.Title)+".", w)...)
	out = append(out, "")
	switch {
	case r.session.names.ending == nil:
		out = append(out, paragraph("The step Finish says when it is safe to stop, and ends the move.", w)...)
	case r.session.practice:
		out = append(out, paragraph("This was practice, from the first step to the last. In earnest it goes the same way. What would be left then:", w)...)
	default:
		out = append(out, paragraph("Nothing is left to do here today. What is left for later:", w)...)
	}
	for _, s := range x.Next {
		if !s.When.IsZero() && s.When.After(r.now) {
			out = append(out, "  "+l.Todo+" "+l.Fit(s.When.Local().Format("Mon 2 Jan"), 12)+l.Cut(clean(s.What), w-16))
		}
	}
	out = append(out, "")
	out = append(out, labelled(l, "Report", clean(r.kept().Dir), w)...)
	out = append(out, labelled(l, "Project", clean(r.session.file.Path())+r.keepWords(), w)...)
	return joined(h, out)
}

func (r *reporting) keepWords() string {
	if r.session.practice {
		return " goes away when you leave; so does a report beside it"
	}
	return ": keep it until the old service is ended, then delete it, for it holds passwords"
}
