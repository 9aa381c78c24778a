package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/preset"
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

func (s *server) Keys() []key.Binding {
	switch s.phase {
	case serverLooking:
		return []key.Binding{keys.Manual, keys.Back}
	case serverOffer:
		return []key.Binding{named(keys.Enter, "choose"), keys.Move, keys.Manual, keys.Look, keys.Back}
	case serverForm:
		return []key.Binding{named(keys.Enter, lastWord(s.form, "check the connection")), keys.Fields, keys.Pick, keys.Reveal, keys.Back}
	}
	if s.waiting("check") {
		return []key.Binding{named(keys.Back, "stop checking")}
	}
	enter := "check the connection"
	if s.good() {
		enter = "next"
	} else if s.seen != nil {
		enter = "check again"
	}
	out := []key.Binding{named(keys.Enter, enter), keys.Edit}
	if len(s.otherNames()) > 0 {
		out = append(out, keys.Use)
	}
	if s.canPin() {
		out = append(out, keys.Pin)
	}
	if s.canFind() {
		out = append(out, named(keys.Look, "look again"))
	}
	return append(out, keys.Back)
}

func (s *server) View(w, h int) string {
	l := s.look
	head := []string{s.headline(strings.ToUpper(s.word[:1])+s.word[1:], "", w), ""}
	if s.fault != nil {
		head = append(head, append(s.faultLines(s.fault, w), "")...)
	}
	switch s.phase {
	case serverFresh, serverLooking:
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(s.frame)) + " Looking for the mail server of " + clean(s.session.project.Domain) + ".", ""},
			paragraph("mxodus asks DNS and connects to the usual names. It signs in nowhere. This takes up to 20 seconds.", w))
	case serverOffer:
		return s.offerView(head, w, h)
	case serverForm:
		return s.formView(head, w, h)
	}
	return joined(h, head, s.card(w), s.result(w))
}

func (s *server) offerView(head []string, w, h int) string {
	words := "Nothing was found under " + clean(s.found.Domain) + "."
	if n := len(s.found.Candidates); n > 0 {
		words = "This was found for " + clean(s.found.Domain) + ". Which is it?"
	}
	head = append(head, append(paragraph(words, w), "")...)
	var tail []string
	for _, n := range s.found.Notes {
		tail = append(tail, paragraph(clean(n), w)...)
	}
	for i, t := range s.found.Tried {
		if i < 4 {
			tail = append(tail, s.look.Dim.Paint(s.look.Cut("no answer at "+clean(t.Address)+": "+clean(t.Why), w)))
		}
	}
	room := max(4, h-len(head)-len(tail)-1)
	menu := strings.Split(strings.TrimRight(s.menu.View(s.look, w, room), "\n"), "\n")
	return joined(h, head, menu, []string{""}, tail)
}

func (s *server) formView(head []string, w, h int) string {
	l := s.look
	if s.side == engine.SideDestination {
		head = append(head, paragraph("An IMAP server where the users' new mailboxes exist already.", w)...)
		head = append(head, "")
	}
	var tail []string
	for _, n := range s.notes {
		tail = append(tail, paragraph(clean(n), w)...)
	}
	if len(tail) > 0 {
		tail = append([]string{"", l.Strong.Paint("How users sign in here")}, tail...)
	}
	need := s.form.Height(l, w)
	room := max(min(need, h-len(head)), h-len(head)-len(tail))
	return joined(h, head, strings.Split(s.form.View(l, w, min(room, need)), "\n"), tail)
}

// card is what the draft says.
func (s *server) card(w int) []string {
	l := s.look
	e := s.draft
	out := labelled(l, "Server", clean(e.URL()), w)
	signIn := "each user's own password"
	if e.Admin != "" {
		signIn = "the administrator's log-in " + clean(e.Admin)
	}
	out = append(out, labelled(l, "Sign in with", signIn, w)...)
	trust := "from a known authority"
	switch {
	case e.CAFile != "":
		trust = "from our own authority, " + clean(e.CAFile)
	case e.Fingerprint != "":
		trust = "exactly " + shortPrint(e.Fingerprint)
	}
	return append(append(out, labelled(l, "Certificate", trust, w)...), "")
}

func shortPrint(hex string) string {
	if len(hex) < 16 {
		return clean(hex)
	}
	return clean(hex[:8]) + " ... " + clean(hex[len(hex)-8:])
}

// result is what the check saw.
func (s *server) result(w int) []string {
	l := s.look
	switch {
	case s.waiting("check"):
		return []string{l.Accent.Paint(l.Spinner(s.frame)) + " Connecting to " + clean(s.draft.Address()) + "."}
	case s.seen == nil && s.saved:
		return paragraph("Press Enter to check the connection. Nobody is signed in yet.", w)
	case s.seen == nil:
		return nil
	}
	info := s.seen.info
	if f := s.seen.fault; f != nil {
		out := append(s.faultLines(f, w), "")
		for i, n := range s.otherNames() {
			out = append(out, fmt.Sprintf("  %s  use the name %s", l.Accent.Paint(fmt.Sprint(i+1)), clean(n)))
		}
		if s.canPin() {
			out = append(out, labelled(l, "Fingerprint", grouped(info.Certificate), min(w, 58))...)
			out = append(out, paragraph("If whoever runs the server confirms this fingerprint, press p: then exactly this certificate is trusted.", w)...)
		}
		return out
	}
	out := []string{l.Good.Paint(l.Done) + " The server answers, and its certificate is right.", ""}
	if info.TLS == "" {
		out = []string{l.Good.Paint(l.Done) + " The server answers.", l.Attention.Paint(l.Glyphs.Attention) + " The connection is not encrypted.", ""}
	}
	out = append(out, labelled(l, "Encryption", clean(info.TLS), w)...)
	out = append(out, labelled(l, "Names on it", clean(strings.Join(info.CertNames, ", ")), w)...)
	out = append(out, labelled(l, "Greeting", clean(info.Greeting), w)...)
	return append(out, labelled(l, "Can do", abilities(info), w)...)
}

// grouped writes a fingerprint in groups that eyes can compare.
func grouped(hex string) string {
	var out []string
	for i := 0; i < len(hex); i += 4 {
		out = append(out, hex[i:min(i+4, len(hex))])
	}
	return clean(strings.Join(out, " "))
}

// abilities are the extensions that make copying quicker.
func abilities(i engine.SessionInfo) string {
	var out []string
	for _, x := range []struct {
		has  bool
		name string
	}{{i.LiteralPlus, "LITERAL+"}, {i.MultiAppend, "MULTIAPPEND"}, {i.UIDPlus, "UIDPLUS"}, {i.CondStore, "CONDSTORE"}} {
		if x.has {
			out = append(out, x.name)
		}
	}
	return strings.Join(out, ", ")
}
