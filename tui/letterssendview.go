package tui

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (s *letters) sendView(w, h int) string {
	l := s.look
	head := []string{s.headline(s.title(), s.countWords(), w)}
	words := "Goes " + s.wayWords() + "."
	switch {
	case s.way == "" || s.session.project.Letters.SenderAddress == "":
		words = "Not set up yet: press w and say how letters are sent, and from whom."
	case s.works.posting():
		words = "They go " + s.wayWords() + ". You may look at other steps meanwhile."
	case s.toSend() == 0:
		words = "Everybody has it: nothing is left to send."
		if _, open, _ := s.session.post.of(s.made.kind); open > 0 {
			words = "Everybody has it, or may have it: nothing is left to send."
		}
	}
	if s.session.practice && s.way == letter.WaySMTP {
		words += " The practice mail server takes everything and delivers nothing."
	}
	head = append(head, paragraph(words, w)...)
	if h >= 14 {
		head = append(head, "")
	}
	var tail []string
	if s.fault != nil && !errors.Is(s.fault.Err, context.Canceled) {
		tail = append([]string{""}, s.faultLines(s.fault, w)...)
	} else if x := s.current(); x != nil {
		tail = s.fateLines(*x, w)
	}
	tail = tail[:min(len(tail), max(0, h-len(head)-3))]
	columns := []widget.Column{{Title: "To", Width: 24, Grow: 1}, {Title: "Language", Width: 9, Fold: 1}, {Title: "State", Width: 30, Grow: 1}}
	room := max(2, h-len(head)-len(tail))
	table := s.people.View(l, columns, w, room, func(i int) []widget.Cell {
		x := s.made.list[i]
		sign, ink, words := s.fateWords(x)
		return []widget.Cell{{Text: clean(x.To)}, {Text: x.Language.Name, Ink: l.Dim}, {Text: sign + " " + words, Ink: ink}}
	}, nil)
	return joined(h, head, strings.Split(table, "\n"), tail)
}

// countWords sum up.
func (s *letters) countWords() string {
	if p := s.session.posting; p != nil && s.works.posting() && p.kind == s.made.kind {
		return s.look.Accent.Paint(s.look.Spinner(s.frame)) + " " + say.Number(len(p.done)) + " of " + say.Number(p.total)
	}
	sent, _, _ := s.session.post.of(s.made.kind)
	return say.Number(sent) + " of " + say.Number(len(s.made.list)) + " sent"
}

// onTheWay is what the posting under way, or the last one, says of a letter.
func (s *letters) onTheWay(x letter.Letter) *letter.Delivered {
	p := s.session.posting
	if p == nil || p.kind != x.Kind {
		return nil
	}
	for i := len(p.done) - 1; i >= 0; i-- {
		if d := &p.done[i]; d.Letter.UserID == x.UserID {
			return d
		}
	}
	return nil
}

func (s *letters) fateWords(x letter.Letter) (string, widget.Ink, string) {
	l := s.look
	state, at, way := engine.DeliveryState(""), "", ""
	if d := s.fate(x); d != nil {
		state, at, way = d.State, say.Soon(d.At), d.Way
	}
	if d := s.onTheWay(x); d != nil {
		switch d.Fate {
		case letter.Sent, letter.SentBefore:
			state, at, way = engine.DeliverySent, say.Soon(d.At), d.Way
		case letter.Uncertain:
			state, at, way = engine.DeliverySending, say.Soon(d.At), d.Way
		case letter.Failed:
			state = engine.DeliveryFailed
		}
	}
	by := map[string]string{letter.WayInbox: ", inbox", letter.WaySMTP: ", by mail"}[way]
	switch {
	case state == engine.DeliverySent:
		return l.Done, l.Good, "sent " + at + by
	case state == engine.DeliverySending:
		return l.Glyphs.Attention, l.Attention, "may have gone " + at
	case state == engine.DeliveryFailed:
		return l.Failed, l.Bad, "not sent"
	case x.To == "":
		return l.Glyphs.Attention, l.Attention, "has no address"
	}
	return l.Todo, l.Dim, "not sent yet"
}

// fateLines tell more of the letter under the cursor, where there is more.
func (s *letters) fateLines(x letter.Letter, w int) []string {
	if d := s.onTheWay(x); d != nil && d.Fault != nil {
		f := *d.Fault
		f.Said = cmp.Or(f.Said, d.Said)
		if d.Fate == letter.Uncertain {
			f.Do = "Ask whether it arrived. If it didn't, press a to send it once more."
			if d.Way == letter.WayInbox {
				f.Do = "Send again in a minute: mxodus looks first whether it is there."
			}
		}
		return append([]string{""}, s.faultOfLevel(&f, map[bool]engine.Level{true: engine.Attention, false: engine.Bad}[d.Fate == letter.Uncertain], w)...)
	}
	d := s.fate(x)
	switch {
	case d == nil || d.State == engine.DeliverySent:
		return nil
	case d.State == engine.DeliveryFailed:
		return append([]string{""}, labelled(s.look, "It said", clean(cmp.Or(d.Said, "nothing")), w)...)
	}
	return append([]string{""}, paragraph("Whether this letter arrived is not known: ask. If it didn't, press a to send it once more.", w)...)
}
