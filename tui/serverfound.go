package tui

import (
	"strings"

	"mxodus/engine/preset"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// offer shows what was found, best first.
func (s *server) offer(d preset.Discovery) {
	s.found, s.phase = d, serverOffer
	s.menu = widget.Menu{}
	for _, c := range d.Candidates {
		item := widget.Item{Label: c.Endpoint.URL(), Text: sureWords(c.Sure) + " " + clean(c.Why), Answer: c}
		item.Sign, item.Ink = sureSign(s.look, c.Sure)
		if c.Title != "" {
			item.Label += "   " + clean(c.Title)
		}
		s.menu.Items = append(s.menu.Items, item)
	}
	s.menu.Items = append(s.menu.Items, widget.Item{Label: "Type the server in", Text: "If you know its name, or none of these is right."})
}

func sureWords(s preset.Sure) string {
	switch s {
	case preset.Certain:
		return "Certain:"
	case preset.Likely:
		return "Likely:"
	}
	return "A guess:"
}

func sureSign(l *widget.Look, s preset.Sure) (string, widget.Ink) {
	switch s {
	case preset.Certain, preset.Likely:
		return l.Done, l.Good
	}
	return l.Glyphs.Attention, l.Attention
}

func (s *server) offerView(head []string, w, h int) string {
	words := "Nothing was found under " + clean(s.found.Domain) + "."
	if n := len(s.found.Candidates); n > 0 {
		words = "This was found for " + clean(s.found.Domain) + ". Which is it?"
	}
	head = append(head, append(paragraph(words, w), "")...)
	room := h - len(head)
	need := s.menu.Height(w)
	tail := s.foundLines(w, max(0, min(room-need-1, room)))
	menu := strings.Split(strings.TrimRight(s.menu.View(s.look, w, min(need, max(4, room-len(tail)-1))), "\n"), "\n")
	return joined(h, head, menu, []string{""}, tail)
}

// foundLines are what the domain's administrator should know, and what was asked
// in vain, as far as there is room.
func (s *server) foundLines(w, most int) []string {
	var out []string
	for _, n := range s.found.Notes {
		out = append(out, paragraph(clean(n), w)...)
	}
	for i, t := range s.found.Tried {
		more := s.triedLines(t, w)
		left := len(s.found.Tried) - i
		if len(out)+len(more) > most || left > 1 && len(out)+len(more) == most {
			return append(out[:min(len(out), max(0, most-1))], s.look.Dim.Paint(s.look.More+" "+say.Either(left, "place", "places")+" where nobody answered: press d"))
		}
		out = append(out, more...)
	}
	return out[:min(len(out), most)]
}

func (s *server) triedLines(t preset.Tried, w int) []string {
	out := paragraph("no answer at "+clean(t.Address)+": "+clean(t.Why), w-2)
	for i := range out {
		if i > 0 {
			out[i] = "  " + out[i]
		}
		out[i] = s.look.Dim.Paint(out[i])
	}
	return out
}

// asked is all that was found out about the domain.
func (s *server) asked(w int) []string {
	var out []string
	for _, n := range s.found.Notes {
		out = append(append(out, paragraph(clean(n), w)...), "")
	}
	for _, t := range s.found.Tried {
		out = append(append(out, clean(t.Address)), labelled(s.look, "No answer", clean(t.Why), w)...)
	}
	return out
}

// noteLines say how users sign in at the provider.
func (s *server) noteLines(w int) []string {
	var out []string
	for _, n := range s.notes {
		out = append(out, paragraph(s.advice(n), w)...)
	}
	return out
}
