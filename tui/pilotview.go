package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (m *migrate) pilotKeys() []key.Binding {
	if m.pilot.picking {
		return []key.Binding{named(keys.Enter, "this user first"), keys.Move, keys.Back}
	}
	if m.works.verifying() || m.waiting("prepare") {
		return []key.Binding{keys.Back}
	}
	p := m.session.facts.Pilot
	var out []key.Binding
	switch {
	case p.Copied.IsZero():
		out = append(out, named(keys.Enter, "copy this user"))
	case p.Verified.IsZero():
		out = append(out, named(keys.Enter, "verify this user"))
	case !p.OK:
		out = append(out, named(keys.Enter, "copy this user again"))
	default:
		out = append(out, named(keys.Enter, "it is good: copy all"), named(keys.Again, "copy this user again"))
	}
	out = append(out, named(keys.Pilot, "another user"))
	if len(m.groups) > 0 {
		out = append(out, m.problemsKey())
	}
	return append(out, keys.Log, keys.Back)
}

func (m *migrate) pickView(w, h int) string {
	head := append([]string{m.headline("Who goes first?", "", w), ""},
		paragraph("Somebody patient, with a mailbox that is neither empty nor the largest; you yourself, perhaps.", w)...)
	head = append(head, "")
	return joined(h, head, strings.Split(m.pilot.menu.View(m.look, w, max(1, h-len(head))), "\n"))
}

// pilotView is how far the pilot is, and what a person should look at.
func (m *migrate) pilotView(w, h int) string {
	l, p, u := m.look, m.session.facts.Pilot, m.session.pilotUser()
	out := []string{m.headline("Migrate: one user first", name(*u), w), ""}
	if h < 14 {
		out = out[:1]
	}
	if m.fault != nil {
		out = append(out, append(m.faultLines(m.fault, w), "")...)
	}
	out = append(out, m.pilotLine(!p.Copied.IsZero(), m.copiedWords(), w))
	verified := !p.Verified.IsZero()
	switch {
	case m.works.verifying() || m.waiting("prepare") && m.pilot.verify:
		out = append(out, "  "+l.Accent.Paint(l.Spinner(m.frame))+" Verifying: both servers are read again.")
	case verified && !p.OK:
		out = append(out, "  "+l.Attention.Paint(l.Glyphs.Attention)+" "+l.Cut("Verified on "+say.Soon(p.Verified)+": "+m.openWords(), w-4))
	case verified:
		out = append(out, m.pilotLine(true, "Verified: every message is accounted for", w))
	default:
		out = append(out, m.pilotLine(false, "Verified", w))
	}
	out = append(out, m.pilotLine(false, "Looked at by you", w), "")
	if verified && p.OK {
		return joined(h, out, m.checkByHand(w, h-len(out)))
	}
	return joined(h, out, paragraph("This user is copied and verified alone; the others wait. Then you look into the new mailbox yourself.", w))
}

func (m *migrate) pilotLine(done bool, words string, w int) string {
	l := m.look
	sign, ink := l.Todo, l.Dim
	if done {
		sign, ink = l.Done, l.Good
	}
	return "  " + ink.Paint(sign) + " " + l.Cut(words, w-4)
}

func (m *migrate) copiedWords() string {
	r := m.pilot.result
	switch {
	case m.session.facts.Pilot.Copied.IsZero() && m.session.interrupted() != nil:
		return "Copied: it was interrupted, and goes on exactly there"
	case r == nil || len(r.Users) == 0:
		return "Copied"
	}
	words := "Copied: " + say.Count(r.Sum.Copied+r.Sum.Present, "message")
	if r.Sum.Skipped > 0 {
		words += ", " + say.Number(r.Sum.Skipped) + " left out for a reason"
	}
	if r.Sum.Failed > 0 {
		words += ", " + say.Number(r.Sum.Failed) + " refused"
	}
	return words
}

// openWords say what the verification left open.
func (m *migrate) openWords() string {
	if a := m.pilot.account; a != nil && a.Sum.Missing > 0 {
		return say.Count(a.Sum.Missing, "message") + " not at the new server. Copy again."
	}
	return "something is left open. Copy again."
}

// checkByHand is what no program can see.
func (m *migrate) checkByHand(w, h int) []string {
	l := m.look
	steps := []string{
		"Open the new mailbox, in web mail or a program: does the sign-in work?",
		"Count: " + m.placeWords(),
		"Open an old message with an attachment, and one with an accent in its subject.",
		"Send a message from there, and delete it again.",
	}
	out := []string{l.Strong.Paint("Now look yourself, best together with this user")}
	if h < 8 {
		steps = steps[:3]
	}
	for i, s := range steps {
		for j, line := range paragraph(s, w-5) {
			lead := "     "
			if j == 0 {
				lead = "  " + say.Number(i+1) + "  "
			}
			out = append(out, lead+line)
		}
	}
	return append(append(out, ""), paragraph("Is it good? Press Enter, and all others follow.", w)...)
}

// placeWords name the largest folders with their numbers.
func (m *migrate) placeWords() string {
	if m.pilot.result == nil || len(m.pilot.result.Users) == 0 {
		return "do the folders hold what they should?"
	}
	folders := m.pilot.result.Users[0].Folders
	var words []string
	for range 3 {
		var most *engine.FolderStatus
		for i := range folders {
			f := &folders[i]
			if f.Dest != "" && arrivedIn(f) > 0 && (most == nil || arrivedIn(f) > arrivedIn(most)) && !mentioned(words, f) {
				most = f
			}
		}
		if most != nil {
			words = append(words, folderWords(most))
		}
	}
	if len(words) == 0 {
		return "do the folders hold what they should?"
	}
	return strings.Join(words, ", ") + "."
}

func folderWords(f *engine.FolderStatus) string {
	return clean(f.Dest) + " holds " + say.Number(arrivedIn(f))
}

func arrivedIn(f *engine.FolderStatus) int { return f.Sum.Copied + f.Sum.Present }

func mentioned(words []string, f *engine.FolderStatus) bool {
	for _, w := range words {
		if w == folderWords(f) {
			return true
		}
	}
	return false
}
