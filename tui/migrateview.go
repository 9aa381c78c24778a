package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (m *migrate) Keys() []key.Binding {
	if m.limits != nil { // before the filter: here, too, something is typed
		return m.limitsKeys()
	}
	if m.Typing() {
		return m.filter.keys()
	}
	if m.pane != paneUsers {
		return m.paneKeys()
	}
	if m.pilot.picking || m.piloting() {
		return m.pilotKeys()
	}
	var out []key.Binding
	switch {
	case m.works.copying():
		pause := "pause all"
		if b := m.session.batch; b != nil && b.Paused {
			pause = "go on"
		}
		out = append(out, named(keys.PauseAll, pause))
		if m.follow {
			out = append(out, m.followKey())
		}
		out = append(out, named(keys.Details, "details"))
		if u := m.current(); u != nil {
			out = append(out, m.userKeys(u)...)
		}
	case m.ended != nil && m.Done():
		out = append(out, named(keys.Enter, "next"), keys.Again)
	case m.session.interrupted() != nil:
		out = append(out, named(keys.Enter, "go on copying"))
	case m.session.migrated() || m.ended != nil:
		out = append(out, named(keys.Enter, "run again"))
	default:
		out = append(out, named(keys.Enter, "start copying"))
	}
	if m.mayPilot() {
		out = append(out, keys.Pilot)
	}
	if m.canPassDay() {
		out = append(out, keys.Day)
	}
	if len(m.groups) > 0 {
		out = append(out, m.problemsKey())
	}
	out = append(out, keys.Log)
	if m.works.copying() {
		out = append(out, keys.StopAll, named(keys.RetryAll, "retry all failed"))
	} else if u := m.current(); u != nil {
		out = append(out, keys.Details, m.preferKey(u.User.ID))
	}
	if !m.follow && (m.works.copying() || m.session.migrated()) {
		out = append(out, m.followKey())
	}
	if m.session.batch != nil {
		out = append(out, keys.Sort, keys.Only, keys.Filter)
	}
	out = append(out, keys.Limits)
	return append(out, keys.Back)
}

// problemsKey counts what is more than a note.
func (m *migrate) problemsKey() key.Binding {
	problems, notes := countGroups(m.groups)
	if problems == 0 {
		return named(keys.Problems, "notes ("+say.Number(notes)+")")
	}
	return named(keys.Problems, "problems ("+say.Number(problems)+")")
}

func (m *migrate) followKey() key.Binding {
	if m.follow {
		return named(keys.Follow, "stop following")
	}
	return keys.Follow
}

func (m *migrate) userKeys(u *engine.UserStatus) []key.Binding {
	out := []key.Binding{keys.Pause, keys.Stop}
	switch {
	case u.State.Finished():
		out = []key.Binding{named(keys.Retry, "run this user again")}
	case u.State == engine.UserPaused:
		out[0] = named(keys.Pause, "let this user go on")
	}
	if m.mayPrefer(u) {
		out = slices.Insert(out, 1, m.preferKey(u.User.ID))
	}
	return out
}

func (m *migrate) preferKey(id int64) key.Binding {
	if m.session.goesFirst(id) && !m.works.copying() {
		return named(keys.Prefer, "no longer first")
	}
	return keys.Prefer
}

func (m *migrate) paneKeys() []key.Binding {
	out := []key.Binding{named(keys.Back, "close"), keys.Scroll}
	if u := m.current(); m.pane == paneUser && u != nil && m.works.copying() {
		out = append(out, m.userKeys(u)...)
	}
	for _, x := range []struct {
		pane migratePane
		b    key.Binding
	}{{paneProblems, keys.Problems}, {paneLog, keys.Log}} {
		if m.pane != x.pane {
			out = append(out, x.b)
		}
	}
	return out
}

func (m *migrate) View(w, h int) string {
	switch {
	case m.limits != nil:
		return m.limitsView(w, h)
	case m.pane == paneLog:
		return m.logView(&m.log, m.events, m.whose, w, h)
	case m.pilot.picking:
		return m.pickView(w, h)
	case m.pane == paneUsers && m.piloting():
		return m.pilotView(w, h)
	case m.session.batch == nil, m.restored() && (m.session.holder != nil || m.waiting("prepare")):
		return m.beforeView(w, h)
	case m.pane == paneProblems:
		return m.problemsView(m.groups, &m.faults, w, h)
	case m.pane == paneUser && m.user(m.open) != nil:
		return m.userView(w, h)
	}
	return m.batchView(w, h)
}

// beforeView stands before the first run of this sitting.
func (m *migrate) beforeView(w, h int) string {
	l, s := m.look, &m.session
	head := []string{m.headline("Migrate", "", w), ""}
	if m.works.copying() || m.waiting("prepare") {
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(m.frame)) + " Beginning."})
	}
	if m.fault != nil {
		head = append(head, append(m.faultLines(m.fault, w), "")...)
	}
	if s.holder != nil {
		return joined(h, head, m.faultOfLevel(faultOf(s.holder), engine.Attention, w))
	}
	users := s.passed()
	out := labelled(l, "Users", say.Count(len(users), "user"), w)
	out = append(out, labelled(l, "First", s.firstWords(), w)...)
	if n := len(s.chosen()) - len(users); n > 0 {
		out = append(out, labelled(l, "Left out", say.Count(n, "user")+" whose test failed: mend and test them, and run again.", w)...)
	}
	if e := s.estimate(); e.Messages > 0 && !s.begun() {
		out = append(out, labelled(l, "To copy", say.Count(e.Messages, "message")+", "+say.Size(e.Bytes), w)...)
		if e.Max > 0 {
			out = append(out, labelled(l, "It takes", between(e.Min, e.Max), w)...)
		}
	}
	if r := s.interrupted(); r != nil {
		out = append(out, "", "  "+l.Cut(runWords(l, *r), w-2), "")
		out = append(out, paragraph("Press Enter to go on exactly where it stopped: nothing was lost, and nothing arrives twice.", w)...)
	} else if r := s.lastRun("full", "delta"); r != nil {
		out = append(out, "  "+l.Cut(runWords(l, *r), w-2), "")
		out = append(out, paragraph("Press Enter to run again: only what is new is copied.", w)...)
	} else {
		out = append(out, "")
		out = append(out, paragraph("Press Enter to start. The newest mail comes first. You can pause, stop, or close the window at any time: nothing is lost, and nothing arrives twice. The old server is not changed.", w)...)
		if m.mayPilot() {
			out = append(append(out, ""), paragraph("Or let one user go first (u): a pilot. That mailbox is copied and verified alone, and you look into it yourself before the others follow.", w)...)
		}
	}
	return joined(h, head, out, m.dayLines(w))
}

// dayLines say what happened when a working day passed.
func (s seat) dayLines(w int) []string {
	switch {
	case s.waiting("day"):
		return []string{"", s.look.Accent.Paint(s.look.Spinner(s.frame)) + " A working day passes."}
	case s.session.dayWords != "":
		return append([]string{""}, paragraph(clean(s.session.dayWords)+" Now run again (n on the Migrate step): only what is new is copied.", w)...)
	}
	return nil
}

// batchView is the live pane of all users.
func (m *migrate) batchView(w, h int) string {
	b := m.session.batch
	head := append([]string{m.headline("Migrate", m.passWords(b), w)}, m.overall(b, w)...)
	head = append(head, m.waits(b, w)...)
	head = append(head, m.ending(w)...)
	head = append(head, m.dayLines(w)...)
	head = append(head, m.filter.line(m.look, w, len(m.shown), len(b.Users))...)
	foot := m.footLine(w)
	blank := []string{""}
	if h-len(head)-len(foot) < 8 {
		blank = nil
	}
	room := max(3, h-len(head)-len(foot)-len(blank))
	tall := min(room, len(m.shown)+1)
	below := m.below(w, room-tall)
	below = append(below, make([]string, max(0, room-tall-len(below)))...) // the foot stays at the bottom
	columns, row := batchColumns(w), func(i int) []widget.Cell { return m.batchRow(b, &b.Users[m.shown[i]], w) }
	if !b.Finished.IsZero() {
		columns, row = endedColumns, func(i int) []widget.Cell { return m.endedRow(b, &b.Users[m.shown[i]]) }
	}
	table := m.table.View(m.look, columns, w, tall, row, nil)
	return joined(h, head, blank, strings.Split(table, "\n"), below, foot)
}

// passWords say which run this is, since when, and how it stands.
func (m *migrate) passWords(b *engine.BatchStatus) string {
	l := m.look
	words := "started " + b.Started.Format("15:04 MST")
	switch {
	case !b.Finished.IsZero():
		return endWord(b, m.session.interrupted()) + " " + say.Soon(b.Finished)
	case b.Stopping:
		return l.Attention.Paint("stopping") + l.Dim.Paint(", "+words)
	case b.Paused:
		return l.Attention.Paint(l.Paused+" paused") + l.Dim.Paint(", "+words)
	case !b.NextPass.IsZero():
		return l.Accent.Paint(l.Wait+" next look in "+say.Countdown(b.NextPass.Sub(b.At))) + l.Dim.Paint(", following since "+b.Started.Format("15:04 MST"))
	}
	if b.Pass > 1 {
		words = "delta " + say.Number(b.Pass-1) + ", " + words
	}
	if m.follow {
		words += ", follows"
	}
	return l.Accent.Paint(l.Spinner(m.frame)) + " " + l.Dim.Paint(words)
}

// waits is the countdown of what servers asked for, if anybody waits.
func (c *core) waits(b *engine.BatchStatus, w int) []string {
	n, others, first := 0, false, (*engine.UserStatus)(nil)
	for i := range b.Users {
		u := &b.Users[i]
		others = others || u.State == engine.UserCopying || u.State == engine.UserScanning || u.State == engine.UserConnecting
		if u.State == engine.UserWaiting && !u.Until.IsZero() {
			n++
			if first == nil || u.Until.Before(first.Until) {
				first = u
			}
		}
	}
	if n == 0 || !b.Finished.IsZero() {
		return nil
	}
	words := "In " + say.Countdown(first.Until.Sub(b.At)) + " it goes on for " + name(first.User) + "."
	if n > 1 {
		words = "In " + say.Countdown(first.Until.Sub(b.At)) + " it goes on for the first of " + say.Count(n, "user") + " who wait."
	}
	if words += " " + clean(first.Why); others {
		words += " The others go on."
	}
	return signed(c.look.Wait, c.look.Attention, words, w)
}

// ending says how the run ended, once it did.
func (m *migrate) ending(w int) []string {
	l := m.look
	if m.fault != nil {
		return append([]string{""}, m.faultLines(m.fault, w)...)
	}
	if m.works.copying() {
		return nil
	}
	if m.ended == nil {
		return m.restoredLines(w)
	}
	s, b := m.ended.summary, &m.ended.status
	words := runAccount(b, s.Sent)
	if there, _ := b.Sum.There(); s.Sent+s.UsersFailed+b.Sum.Failed == 0 && there > 0 && !b.Stopping {
		words = strings.Replace(words, "Nothing was copied", "Nothing new", 1)
	}
	if s.FlagChanges > 0 {
		words += "; " + say.Count(s.FlagChanges, "mark") + " brought up to date"
	}
	sign, ink := l.Done, l.Good
	if n := lookAt(b); s.Interrupted || n > 0 || b.Stopping {
		sign, ink = l.Glyphs.Attention, l.Attention
		if n > 0 {
			words += "; " + say.Count(n, "user") + " to look at (e)"
		}
	}
	if b.Stopping {
		words += "; stopped before the end"
	}
	out := paragraph(words+".", w-2)
	for i := range out {
		lead := "  "
		if i == 0 {
			lead = ink.Paint(sign) + " "
		}
		out[i] = lead + out[i]
	}
	return out
}
