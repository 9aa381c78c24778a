package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/tui/seek"
	"mxodus/tui/widget"
)

// server is the step of one mail server; source.go and destination.go say what
// differs.
type server struct {
	seat
	side   engine.Side
	word   string // "old server", "new server"
	about  string
	before func() string // why the step is blocked

	phase      serverPhase
	found      preset.Discovery
	menu       widget.Menu
	form       *widget.Form
	notes      []string        // how users sign in at this provider
	base       engine.Endpoint // what the form was filled in from
	draft      engine.Endpoint
	admin      engine.Secret
	credential engine.Secret // of account, until the project has it; empty: it has
	account    engine.ServiceAccount
	seen       *seenServer // of draft; nil: not checked yet
	saved      bool        // draft is in the project
	fault      *engine.Fault
}

type serverPhase int

const (
	serverFresh serverPhase = iota
	serverLooking
	serverOffer
	serverForm
	serverCard
)

func (s *server) Done() bool    { return s.session.open() && s.session.endpoint(s.side).Host != "" }
func (s *server) About() string { return s.about }
func (s *server) Typing() bool  { return s.phase == serverForm }

func (s *server) Blocked() string {
	if !s.session.open() {
		return "open a project first"
	}
	return s.before()
}

func (s *server) Init() tea.Cmd {
	if s.phase != serverFresh {
		return nil
	}
	s.draft = s.session.endpoint(s.side)
	if s.draft.Host != "" {
		s.admin, s.account = s.session.admins[s.side], s.knownAccount()
		s.phase, s.saved = serverCard, true
		return nil
	}
	if s.canFind() {
		return s.find()
	}
	s.openForm(s.draft)
	return nil
}

// find looks for the server by the domain.
func (s *server) find() tea.Cmd {
	domain, discover, o := s.session.project.Domain, s.discover, seek.Options(s.dns)
	s.phase, s.fault = serverLooking, nil
	return s.ask("look", func(ctx context.Context) (any, error) {
		return discover(ctx, domain, o)
	})
}

func (s *server) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		return s.reply(msg)
	case pinCertificate:
		s.draft.Fingerprint, s.draft.CAFile = string(msg), ""
		return s.check()
	case tea.KeyMsg:
		return s.key(msg)
	}
	return nil
}

func (s *server) reply(r reply) tea.Cmd {
	if r.err != nil {
		s.fault = faultOf(r.err)
		if r.lane.name == "key" && s.phase == serverForm {
			s.form.Fault("key", s.advice(s.fault.What+" "+s.fault.Do))
			s.fault = nil
		}
		if s.phase == serverLooking {
			s.openForm(s.draft)
		}
		return nil
	}
	switch v := r.value.(type) {
	case preset.Discovery:
		s.offer(v)
	case seenServer:
		s.seen = &v
		if v.fault == nil {
			s.session.seen[s.side] = v.info
			return s.save()
		}
	case keyRead:
		s.credential = v.key
		return s.useAccount(v.account)
	case loaded:
		s.saved, s.credential = true, ""
		s.session.refresh(v)
	}
	return nil
}

func (s *server) save() tea.Cmd {
	l, side, e, admin, secret := s.held(), s.side, s.draft, s.admin, s.credential
	return s.ask("save", func(ctx context.Context) (any, error) { return saveServer(ctx, l, side, e, admin, secret) })
}

// held is the open project, for commands.
func (c *core) held() loaded { return loaded{file: c.session.file, vault: c.session.vault} }

func (s *server) check() tea.Cmd {
	s.phase, s.seen, s.fault = serverCard, nil, nil
	a, e, o := s.adapters, s.draft, s.dialOptions()
	return s.ask("check", func(ctx context.Context) (any, error) { return checkServer(ctx, a, e, o) })
}

func (s *server) key(msg tea.KeyMsg) tea.Cmd {
	switch s.phase {
	case serverLooking:
		return s.lookingKey(msg)
	case serverOffer:
		return s.offerKey(msg)
	case serverForm:
		return s.formKey(msg)
	}
	return s.cardKey(msg)
}

func (s *server) lookingKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Manual):
		s.drop("look")
		s.openForm(s.draft)
	case key.Matches(msg, keys.Back):
		s.drop("look")
		s.phase = serverFresh
		return s.back()
	}
	return nil
}

func (s *server) offerKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Manual):
		s.openForm(s.draft)
	case key.Matches(msg, keys.Look):
		return s.find()
	case key.Matches(msg, keys.Tried) && len(s.found.Tried)+len(s.found.Notes) > 0:
		return read("What was asked for "+clean(s.found.Domain), s.asked)
	case key.Matches(msg, keys.Back):
		return s.back()
	case s.menu.Update(msg):
		if c, ok := s.menu.Chosen().Answer.(preset.Candidate); ok {
			s.notes = c.Notes
			s.openForm(c.Endpoint)
			return nil
		}
		s.openForm(s.draft)
	}
	return nil
}

func (s *server) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.waiting("key"):
	case key.Matches(msg, keys.Back):
		return s.leaveForm()
	case key.Matches(msg, keys.Notes) && len(s.notes) > 0:
		return read("How users sign in here", s.noteLines)
	case key.Matches(msg, keys.Reveal):
		s.form.ToggleReveal()
	case s.form.Update(msg):
		s.draft, s.admin = s.readForm()
		s.saved, s.credential = false, ""
		if s.form.Get("signin") == signInKey {
			return s.readKey(s.form.Get("key"))
		}
		return s.check()
	}
	return nil
}

// leaveForm goes back to where the form was opened from.
func (s *server) leaveForm() tea.Cmd {
	s.fault = nil
	switch {
	case s.draft.Host != "":
		s.phase = serverCard
	case len(s.menu.Items) > 0:
		s.phase = serverOffer
	default:
		s.phase = serverFresh
		return s.back()
	}
	return nil
}

func (s *server) cardKey(msg tea.KeyMsg) tea.Cmd {
	if s.waiting("check") {
		if key.Matches(msg, keys.Back) {
			s.drop("check")
		}
		return nil
	}
	switch {
	case key.Matches(msg, keys.Enter):
		if s.good() {
			return s.next()
		}
		return s.check()
	case key.Matches(msg, keys.Edit):
		s.openForm(s.draft)
	case key.Matches(msg, keys.Look) && s.canFind():
		return s.find()
	case key.Matches(msg, keys.Pin) && s.canPin():
		return s.askPin()
	case key.Matches(msg, keys.Use):
		n := int(msg.String()[0] - '1')
		if names := s.otherNames(); n < len(names) {
			s.draft.Host = names[n]
			return s.check()
		}
	case key.Matches(msg, keys.Back):
		return s.back()
	}
	return nil
}

// canFind says whether there is something to look for: not at the practice
// company, from which nothing leaves this computer.
func (s *server) canFind() bool { return s.side == engine.SideSource && !s.session.practice }

// pinCertificate is the answer of somebody who was asked: a fingerprint.
type pinCertificate string

func (s *server) askPin() tea.Cmd {
	print := s.seen.info.Certificate
	return send(questionMsg{&widget.Confirm{Title: "Trust exactly this certificate?",
		Text:    []string{grouped(print), "Whoever stands between you and the server could show a certificate of their own. Say yes only when the server's administrator has read you the same fingerprint. If the certificate changes later, mxodus refuses it and asks again."},
		Answers: []widget.Answer{{Label: "No"}, {Label: "Yes, it is the same fingerprint", Msg: addressed{s.id, pinCertificate(print)}}}}})
}

// good says that the draft was checked in this sitting and is in the project.
func (s *server) good() bool { return s.seen != nil && s.seen.fault == nil && s.saved }

// otherNames are names on the certificate that could be the server's true one.
func (s *server) otherNames() []string {
	if s.seen == nil || s.seen.fault == nil || s.seen.fault.Code != engine.CodeCertificate {
		return nil
	}
	var out []string
	for _, n := range s.seen.info.CertNames {
		if n != s.draft.Host && strings.Contains(n, ".") && !strings.ContainsFunc(n, notOfHost) && len(out) < 9 {
			out = append(out, n)
		}
	}
	return out
}

// canPin says that exactly the certificate that was shown could be trusted.
func (s *server) canPin() bool {
	return s.seen != nil && s.seen.fault != nil && s.seen.fault.Code == engine.CodeCertificate && s.seen.info.Certificate != ""
}

// notOfHost says that a rune is in no host's name: neither wildcards nor what
// somebody put into a certificate to confuse us.
func notOfHost(r rune) bool {
	return r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
