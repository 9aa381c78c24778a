package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
)

func (s *server) Keys() []key.Binding {
	switch s.phase {
	case serverLooking:
		return []key.Binding{keys.Manual, keys.Back}
	case serverOffer:
		return []key.Binding{named(keys.Enter, "choose"), keys.Move, keys.Manual, keys.Look, keys.Tried, keys.Back}
	case serverForm:
		out := []key.Binding{named(keys.Enter, lastWord(s.form, "check the connection")), keys.Fields, keys.Pick, keys.Reveal, keys.Back}
		if len(s.notes) > 0 {
			out = slices.Insert(out, 3, keys.Notes)
		}
		return out
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

func (s *server) formView(head []string, w, h int) string {
	l := s.look
	if s.side == engine.SideDestination {
		head = append(head, paragraph("An IMAP server where the users' new mailboxes exist already.", w)...)
		head = append(head, "")
	}
	need := min(s.form.Height(l, w), h-len(head))
	tail := s.noteLines(w)
	if len(tail) > 0 {
		tail = append([]string{"", l.Strong.Paint("How users sign in here")}, tail...)
	}
	if room := h - len(head) - need; len(tail) > room && room > 0 {
		tail = append(tail[:room-1:room-1], l.Dim.Paint(l.More+" more: press Ctrl-N"))
	}
	return joined(h, head, strings.Split(s.form.View(l, w, need), "\n"), tail)
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
	if e.ServiceAccount != "" {
		signIn = "the service account " + clean(e.ServiceAccount)
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
	out = append(out, labelled(l, "Can do", abilities(info), w)...)
	return append(out, s.delegationLines(w)...)
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
