package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (e *exporting) keys() []key.Binding {
	switch e.phase {
	case exportForm:
		return []key.Binding{named(keys.Enter, lastWord(e.form, "check")), named(keys.Save, "check"), keys.Fields, keys.Pick, keys.Back}
	case exportBusy:
		return []key.Binding{named(keys.Back, "stop, and back")}
	case exportReady:
		return []key.Binding{named(keys.Enter, "write the files"), keys.Scroll, named(keys.Back, "change it")}
	case exportWritten:
		return []key.Binding{named(keys.Enter, "done"), keys.Scroll, keys.Back}
	}
	return []key.Binding{named(keys.Enter, "change it"), keys.Scroll, keys.Back}
}

const handTitle = "Hand over to Microsoft's own service"

// handWords are what it is, in three sentences.
const handWords = "For more mailboxes than one computer should carry: Microsoft's own service in the cloud copies them, and mxodus takes no part in it. mxodus checks every user by Microsoft's rules and writes the lists, a PowerShell script and a readme. What the service copied, mxodus doesn't verify."

func (e *exporting) View(w, h int) string {
	l := e.look
	if e.phase == exportForm {
		head := []string{e.headline(handTitle, "", w)}
		if h > 14 {
			head = append(append(head, paragraph(handWords, w)...), "")
		}
		return joined(h, head, strings.Split(e.form.View(l, w, max(1, h-len(head))), "\n"))
	}
	right, lines := "", []string(nil)
	switch e.phase {
	case exportBusy:
		lines = e.busyLines(w)
	case exportRefused:
		right = l.Bad.Paint(say.Count(len(e.refused), "user") + " refused")
		lines = e.refusedLines(w)
	case exportReady:
		right, lines = "not written yet", e.readyLines(w)
	case exportWritten:
		right, lines = l.Good.Paint(l.Done+" written"), e.writtenLines(w)
	default:
		lines = e.faultLines(forWizard(e.fault), w)
	}
	head := []string{e.headline(handTitle, right, w), ""}
	return joined(h, head, strings.Split(e.scroll.View(l, lines, w, h-len(head)), "\n"))
}

func (e *exporting) busyLines(w int) []string {
	l := e.look
	out := []string{l.Accent.Paint(l.Spinner(e.frame)) + " Checking the users by Microsoft's rules."}
	if s := e.session.measured; s != nil {
		out[0] = l.Accent.Paint(l.Spinner(e.frame)) + " Measuring the old mailboxes: " + say.Number(s.Done) + " of " + say.Number(len(s.Users)) + "."
		out = append(out, paragraph("Nothing is copied and nothing is changed.", w)...)
	}
	return out
}

func (e *exporting) refusedLines(w int) []string {
	l := e.look
	out := append(paragraph("Nothing was written. Mend this in the step Users, or leave these users out, then check again.", w), "")
	for _, r := range e.refused {
		out = append(out, l.Bad.Paint(l.Failed)+" "+l.Strong.Paint(l.Cut(clean(r.User), w-2)))
		for _, s := range paragraph(clean(r.What), w-2) {
			out = append(out, "  "+s)
		}
		out = append(out, labelled(l, "What to do", e.advice(wizardWords(r.Do)), w)...)
	}
	return out
}

func (e *exporting) readyLines(w int) []string {
	l := e.look
	out := []string{l.Strong.Paint("Batches")}
	for _, b := range e.made.Batches {
		words := clean(b.Name) + ": " + say.Either(b.Users, "mailbox", "mailboxes") + ", in " + b.File
		if b.Pilot {
			words += "; goes first"
		}
		out = append(out, "  "+l.Cut(words, w-2))
	}
	for i := range e.made.Warnings {
		f := e.made.Warnings[i]
		level := engine.Attention
		if f.Class >= engine.StopMailbox {
			level = engine.Bad
		}
		f.Who = ""
		out = append(append(out, ""), e.faultOfLevel(forWizard(&f), level, w)...)
	}
	return append(append(out, ""), paragraph(l.Glyphs.Attention+" The lists will hold passwords in the clear, readable for you only.", w)...)
}

func (e *exporting) writtenLines(w int) []string {
	l := e.look
	out := paragraph("Written into "+clean(e.dir)+", for your eyes only: "+strings.Join(e.made.Files, ", ")+".", w)
	out = append(append(out, ""), paragraph(l.Glyphs.Attention+" The lists hold passwords in the clear. Delete them as soon as the batches are made.", w)...)
	if len(e.stale) > 0 {
		out = append(append(out, ""), paragraph(l.Glyphs.Attention+" Of an earlier hand-over, with passwords too: "+clean(strings.Join(e.stale, ", "))+". Delete them.", w)...)
	}
	out = append(out, "", l.Strong.Paint("Next"))
	for i, s := range []string{
		"Read readme.txt there: what was measured, what the service doesn't do, and the order of steps.",
		"Run hand-over.ps1 there in PowerShell: it tests, makes, starts, watches and ends the batches.",
		"Delete the lists, and come back here for the letters and the cut-over.",
	} {
		for j, line := range paragraph(s, w-5) {
			lead := "     "
			if j == 0 {
				lead = "  " + say.Number(i+1) + "  "
			}
			out = append(out, lead+line)
		}
	}
	return out
}

// forWizard is a fault whose remedy names the fields of the form in place of a
// command's.
func forWizard(f *engine.Fault) *engine.Fault {
	out := *f
	out.Do = wizardWords(out.Do)
	return &out
}

func wizardWords(do string) string {
	return strings.NewReplacer("with a port --server ", "with a port ", ": --server ", ", in the field Old server: ",
		"export with --admin-format user", "choose each user's own password in the field It signs in",
		": --admin-format ", ", in the field It signs in: ").Replace(do)
}
