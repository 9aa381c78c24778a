package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (s *letters) Keys() []key.Binding {
	switch {
	case s.waiting("learn"):
		return []key.Binding{named(keys.Back, "go on without")}
	case s.waiting("make"):
		return []key.Binding{keys.Back}
	case s.pane == paneRead:
		return s.readKeys()
	case s.pane == paneFacts, s.pane == paneSave, s.pane == paneWay:
		return s.formKeys()
	case s.pane == paneWords:
		return s.wordsKeys()
	case s.pane == paneSend:
		return s.sendKeys()
	}
	out := []key.Binding{keys.Enter}
	if s.opened != "" {
		out = append(out, named(keys.Visit, "open it"))
	}
	if s.kind() == passwordSheet {
		return append(out, keys.Files, keys.Back)
	}
	return append(out, named(keys.Read, "read"), keys.Facts, keys.Words, named(keys.Files, "save"), keys.Send, keys.Back)
}

func (s *letters) View(w, h int) string {
	l := s.look
	switch {
	case s.waiting("learn"):
		return joined(h, []string{s.headline(s.title(), "", w), ""},
			[]string{l.Accent.Paint(l.Spinner(s.frame)) + " Reading at the old server what this letter lists."},
			paragraph("Messages that are too large go by their subject, folders by their new name. Esc goes on without: then the letter tells what was known before.", w))
	case s.waiting("make"):
		return joined(h, []string{s.headline(s.title(), "", w), "", l.Accent.Paint(l.Spinner(s.frame)) + " Writing the letters."})
	case s.pane == paneRead:
		return s.readView(w, h)
	case s.pane == paneFacts, s.pane == paneSave, s.pane == paneWay:
		return s.formView(w, h)
	case s.pane == paneWords:
		return s.wordsView(w, h)
	case s.pane == paneSend:
		return s.sendView(w, h)
	}
	return s.listView(w, h)
}

// title is the step's, and the letter's where one is open.
func (s *letters) title() string {
	if s.pane == paneList && s.want == paneList {
		return s.what.title
	}
	return s.what.title + ": " + strings.ToLower(kindTitle(s.kind()))
}

func (s *letters) listView(w, h int) string {
	l := s.look
	list, plan := s.kinds(), s.session.schedule(s.now)
	head := []string{s.headline(s.what.title, l.Dim.Paint(s.moveWords(plan)), w)}
	if h >= 14 {
		head = append(append(head, paragraph(s.what.lead, w)...), "")
	}
	columns := []widget.Column{{Title: "Letter", Width: 16}, {Title: "Due", Width: 16}, {Title: "State", Width: 20, Grow: 1}}
	table := strings.Split(s.table.View(l, columns, w, len(list)+1, func(i int) []widget.Cell { return s.row(list[i], plan) }, nil), "\n")
	return joined(h, head, table, []string{""}, s.detailLines(list[max(0, s.table.At())], w))
}

// moveWords say when the move is, or was.
func (s *letters) moveWords(plan engine.Schedule) string {
	t := plan.CutOver
	switch {
	case plan.Moved && t.IsZero():
		return ""
	case plan.Moved:
		return "moved: " + t.In(s.zone()).Format("Mon 2 Jan 2006 15:04 MST")
	case t.IsZero():
		return "no day is planned yet"
	}
	return "the move: " + t.In(s.zone()).Format("Mon 2 Jan 2006 15:04 MST")
}

// zone is what dates are written in.
func (s *letters) zone() *time.Location {
	if z, err := time.LoadLocation(s.session.project.Letters.Zone); err == nil && s.session.project.Letters.Zone != "" {
		return z
	}
	return time.Local
}

func (s *letters) row(k letter.Kind, plan engine.Schedule) []widget.Cell {
	sign, ink, words := s.state(k)
	return []widget.Cell{{Text: kindTitle(k)}, {Text: s.dueWords(k, plan), Ink: s.look.Dim}, {Text: sign + " " + words, Ink: ink}}
}

// dueWords say when a letter should go out: by the change as it happened, once it
// has, and else as it is planned.
func (s *letters) dueWords(k letter.Kind, plan engine.Schedule) string {
	if k == passwordSheet {
		return "before the day"
	}
	on, until := k.Due(plan.CutOver)
	for _, t := range plan.Tasks {
		if string(t.Name) != string(k) {
			continue
		}
		if on, until = t.On, t.Until; t.State == engine.TaskNotNeeded {
			return "before the move"
		}
	}
	switch {
	case on.IsZero():
		return k.Short()
	case s.now.Before(on):
		return "from " + on.In(s.zone()).Format("Mon 2 Jan")
	}
	return "by " + until.In(s.zone()).Format("Mon 2 Jan")
}

// state is how far a letter is.
func (s *letters) state(k letter.Kind) (string, widget.Ink, string) {
	l, post := s.look, &s.session.post
	if p := s.session.posting; p != nil && p.kind == k && s.works.posting() {
		return l.Spinner(s.frame), l.Accent, "sending, " + say.Number(len(p.done)) + " of " + say.Number(p.total)
	}
	sent, open, failed := post.of(k)
	total := len(s.session.moving())
	if k.ToOwner() {
		total = 1
	}
	saved := ""
	if f, ok := post.written[string(k)]; ok {
		saved = "saved " + f.At.In(s.zone()).Format("2 Jan 15:04")
	}
	switch {
	case open > 0:
		return l.Glyphs.Attention, l.Attention, say.Number(open) + " may have gone: see m"
	case failed > 0:
		return l.Failed, l.Bad, say.Number(failed) + " not sent, " + say.Number(sent) + " sent: see m"
	case sent > 0:
		return l.Done, l.Good, "sent to " + say.Number(sent) + " of " + say.Number(total)
	case saved != "":
		return l.Done, l.Good, saved
	case k == passwordSheet:
		return l.Todo, l.Dim, say.Count(s.firstPasswords(), "password") + " to print"
	}
	if lacks := k.Lacks(s.session.project); len(lacks) > 0 {
		return l.Glyphs.Attention, l.Attention, "to fill in: " + lacks[0].What
	}
	return l.Todo, l.Dim, "ready to go out"
}

// detailLines tell of the letter under the cursor, and of what was done last.
func (s *letters) detailLines(k letter.Kind, w int) []string {
	l := s.look
	if s.fault != nil {
		return s.faultLines(s.fault, w)
	}
	if s.note != "" {
		return paragraph(s.note, w)
	}
	out := paragraph(kindTitle(k)+": "+kindWords(k), w)
	if lacks := k.Lacks(s.session.project); len(lacks) > 0 && k != passwordSheet {
		var what []string
		for _, x := range lacks {
			what = append(what, x.What)
		}
		out = append(out, labelled(l, "Not said yet", strings.Join(what, ", ")+". Press e to fill it in.", w)...)
	}
	if f, ok := s.session.post.written[string(k)]; ok {
		out = append(out, labelled(l, "Saved", clean(f.Dir)+", "+say.Soon(f.At), w)...)
	}
	if sent, open, failed := s.session.post.of(k); sent+open+failed > 0 {
		out = append(out, labelled(l, "Went out", "to "+say.Number(sent)+"; who got it, and when: m", w)...)
	}
	return out
}

// kindTitle is what a letter is called on screen.
func kindTitle(k letter.Kind) string {
	switch k {
	case letter.Announcement:
		return "Announcement"
	case letter.Prepare:
		return "Preparation"
	case letter.Reminder:
		return "Reminder"
	case letter.CutOver:
		return "On the day"
	case letter.Welcome:
		return "Welcome"
	case letter.FollowUp:
		return "Follow-up"
	case letter.HandOver:
		return "Hand-over"
	}
	return "First passwords"
}

// kindWords say what is in a letter.
func kindWords(k letter.Kind) string {
	switch k {
	case letter.Announcement:
		return "that mail moves, when, what changes for the user and what stays."
	case letter.Prepare:
		return "what to do beforehand: large messages to save, folders that get another name, passwords to know."
	case letter.Reminder:
		return "tomorrow it happens; what works when, and whom to ask."
	case letter.CutOver:
		return "how to open the new mailbox, step by step, on the computer and on the phone."
	case letter.Welcome:
		return "what has arrived, what was left out and why, how to go on from here."
	case letter.FollowUp:
		return "whether anything is missing, while the old mailbox can still be opened."
	case letter.HandOver:
		return "what was done, the figures, and what is left to do, for the owner."
	}
	return "a page for each user with the log-in and the first password. It is for paper only: print it, hand it out in person, delete the file. No letter ever holds a password."
}
