package tui

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/tui/widget"
)

// The form of how letters are sent.

// openWay asks how letters are sent.
func (s *letters) openWay() {
	l := s.session.project.Letters
	var f *widget.Form
	inbox := func() bool { return f.Get("way") == letter.WayInbox }
	noLogin := func() bool { return inbox() || f.Get("login") == "" }
	way := &widget.Field{Name: "way", Label: "Send", Options: []widget.Option{{Value: letter.WaySMTP, Label: "by mail, through a mail server"}, {Value: letter.WayInbox, Label: "straight into the new inboxes"}},
		Help: "Into the new inbox, only whoever opens the new mailbox sees it: good for the welcome."}
	if s.kind().ToOwner() {
		way.Options = way.Options[:1]
	}
	f = widget.NewForm(way,
		&widget.Field{Name: "sender", Label: "Sender's address", Hint: "e.g. it@acme.example", Help: "Most servers only send what comes from an address of their own.", Check: needAddress},
		&widget.Field{Name: "host", Label: "Mail server", Hint: "e.g. smtp.acme.example", Help: "The server for outgoing mail; your mail program's settings name it.", Hidden: inbox, Check: checkMailHost},
		&widget.Field{Name: "security", Label: "Protection", Hidden: inbox, Options: []widget.Option{
			{Value: string(engine.StartTLS), Label: "STARTTLS, port 587"}, {Value: string(engine.TLS), Label: "TLS, port 465"}, {Value: string(engine.Plain), Label: "none; only for a server on this computer"}}},
		&widget.Field{Name: "port", Label: "Port", Hint: "as above", Help: "Empty: the usual one.", Hidden: inbox, Check: checkMailPort},
		&widget.Field{Name: "login", Label: "Log-in", Help: "Empty: the server wants none.", Hidden: inbox},
		&widget.Field{Name: "password", Label: "Password", Secret: true, Help: "It is sealed in the project's vault. Empty: the one that is there stays.", Hidden: noLogin})
	s.form = f
	f.Set("way", s.way)
	f.Set("sender", l.SenderAddress)
	f.Set("host", l.SMTP.Host)
	f.Set("security", string(l.SMTP.Security))
	if l.SMTP.Port != 0 {
		f.Set("port", strconv.Itoa(l.SMTP.Port))
	}
	f.Set("login", l.SMTP.Login)
	s.from, s.pane, s.fault = paneSend, paneWay, nil
}

func needAddress(v string) string {
	if v == "" {
		return "This needs an address."
	}
	return words(letter.ReadAddress)(v)
}

func checkMailHost(v string) string {
	if v == "" {
		return "This needs the mail server's name."
	}
	if _, err := engine.ParseMailServer("smtp://" + bracketed(v)); err != nil {
		return "This is no server's name. It looks like smtp.acme.example."
	}
	return ""
}

// bracketed is a host as it stands in an address: IPv6 in brackets.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}

func checkMailPort(v string) string {
	if v == "" {
		return ""
	}
	if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 65535 {
		return "A port is a number between 1 and 65535."
	}
	return ""
}

// keepWay keeps the form in the project, and the password in the vault.
func (s *letters) keepWay() tea.Cmd {
	p, get := s.session.project, s.form.Get
	p.Letters.SenderAddress = get("sender")
	s.way = get("way")
	secrets := map[string]engine.Secret{}
	if s.way == letter.WaySMTP {
		scheme := map[engine.Security]string{engine.TLS: "smtps", engine.StartTLS: "smtp", engine.Plain: "smtp+plain"}[engine.Security(get("security"))]
		m, err := engine.ParseMailServer(scheme + "://" + bracketed(get("host")))
		if err != nil {
			s.form.Fault("host", sentence(engine.Clean(err.Error(), 200)))
			return nil
		}
		if n, err := strconv.Atoi(get("port")); err == nil {
			m.Port = n
		}
		if was := p.Letters.SMTP; was.Host == m.Host {
			m.CAFile, m.Fingerprint = was.CAFile, was.Fingerprint
		}
		m.Login = get("login")
		p.Letters.SMTP = m
		if secret := engine.Secret(get("password")); secret != "" && m.Login != "" {
			secrets[engine.SMTPSecretName] = secret
		}
	}
	l := s.held()
	return s.ask("keep", func(ctx context.Context) (any, error) {
		if len(secrets) > 0 {
			if err := l.vault.Set(ctx, secrets); err != nil {
				return nil, err
			}
		}
		return saveProject(ctx, l, p)
	})
}
