package tui

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// The pane that sends letters: who gets one, who got one and when.

// usualWay is how letters of this project go, as far as that is known.
func (s *letters) usualWay() string {
	switch {
	case s.session.project.Letters.SMTP.Host != "":
		return letter.WaySMTP
	case s.what.title == "Welcome":
		return letter.WayInbox
	}
	return ""
}

func (s *letters) sendKeys() []key.Binding {
	var out []key.Binding
	if !s.works.posting() {
		if s.way == "" || s.session.project.Letters.SenderAddress == "" {
			out = append(out, named(keys.Enter, "set up sending"))
		} else if s.toSend() > 0 {
			out = append(out, named(keys.Enter, "send"))
		}
		out = append(out, keys.Way)
		if s.canRepeat() {
			out = append(out, keys.Once)
		}
	}
	return append(out, keys.Move, keys.Back)
}

func (s *letters) sendKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.people.Update(msg):
	case key.Matches(msg, keys.Back):
		s.pane, s.want = paneList, paneList
	case s.works.posting():
	case key.Matches(msg, keys.Way):
		s.openWay()
	case key.Matches(msg, keys.Enter) && (s.way == "" || s.session.project.Letters.SenderAddress == ""):
		s.openWay()
	case key.Matches(msg, keys.Enter) && s.toSend() > 0:
		return s.askSend()
	case key.Matches(msg, keys.Once) && s.canRepeat():
		return s.askRepeat()
	}
	return nil
}

// fate is what is known of one letter: what this sitting saw, or the project
// holds. nil: it didn't go yet.
func (s *letters) fate(x letter.Letter) *engine.Delivery {
	return s.session.post.delivery(x.Kind, x.UserID)
}

// toSend counts letters that would go out now.
func (s *letters) toSend() int {
	n := 0
	for _, x := range s.made.list {
		if d := s.fate(x); x.To != "" && (d == nil || d.State == engine.DeliveryFailed || s.canLook(d)) {
			n++
		}
	}
	return n
}

// canLook says that a letter whose fate isn't known can be looked for where it
// went.
func (s *letters) canLook(d *engine.Delivery) bool {
	return d.State == engine.DeliverySending && d.Way == letter.WayInbox && s.way == letter.WayInbox
}

// current is the letter under the cursor; nil when there is none.
func (s *letters) current() *letter.Letter {
	if at := s.people.At(); s.made != nil && at >= 0 && at < len(s.made.list) {
		return &s.made.list[at]
	}
	return nil
}

// canRepeat says that the letter under the cursor went out, or may have.
func (s *letters) canRepeat() bool {
	x := s.current()
	if x == nil || s.way == "" || s.works.posting() {
		return false
	}
	d := s.fate(*x)
	return d != nil && d.State != engine.DeliveryFailed
}

// sendNow is the answer of somebody who was asked. again names a user to whom a
// letter goes once more.
type sendNow struct{ again map[int64]bool }

func (s *letters) askSend() tea.Cmd {
	n := s.toSend()
	return send(questionMsg{&widget.Confirm{Title: "Send " + say.Count(n, "letter") + "?",
		Text:    []string{kindTitle(s.kind()) + ", " + s.wayWords() + ". Whoever got it already doesn't get it again. What is sent can't be taken back."},
		Answers: []widget.Answer{{Label: "Not yet"}, {Label: "Send", Msg: addressed{s.id, sendNow{}}}}}})
}

func (s *letters) askRepeat() tea.Cmd {
	x := s.current()
	return send(questionMsg{&widget.Confirm{Title: "Send it to " + clean(x.To) + " once more?",
		Text:    []string{"That letter went out, or may have. If it arrived, this user has it twice."},
		Answers: []widget.Answer{{Label: "Leave it"}, {Label: "Send it once more", Msg: addressed{s.id, sendNow{again: map[int64]bool{x.UserID: true}}}}}}})
}

// postEnded is the last word of a posting.
type postEnded struct {
	of     *posting
	post   postbox
	reread bool
}

// post sends in the background.
func (s *letters) post(again map[int64]bool) tea.Cmd {
	if s.made == nil || s.works.posting() {
		return nil
	}
	var list []letter.Letter
	for _, x := range s.made.list {
		if x.To != "" && (again == nil || again[x.UserID]) {
			list = append(list, x)
		}
	}
	carrier, a, way, p, l, o := s.core.carry, s.adapters, s.way, s.session.project, s.held(), s.dialOptions()
	run := newPosting(s.made.kind, way, len(list))
	job := postJob{file: l.file, project: p, maker: s.made.maker, letters: list, again: again,
		carrier: func() (letter.Carrier, error) { return carrier(a, way, p, l.vault, o) }}
	s.works.post, s.session.posting, s.fault, s.note = run, run.status(), nil, ""
	wait := s.works.start(run, func(ctx context.Context) error { return run.run(ctx, job) })
	return s.ask("post", func(ctx context.Context) (any, error) {
		err := wait(ctx)
		e := postEnded{of: run}
		if post, readErr := readPost(ctx, l.file); readErr == nil {
			e.post, e.reread = post, true
		}
		return e, err
	})
}

func (s *letters) takePosted(v postEnded) {
	s.works.ended(v.of)
	s.session.posting = v.of.status()
	if v.reread {
		v.post.learned = s.session.post.learned
		s.session.post = v.post
	}
}

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
		&widget.Field{Name: "sender", Label: "Sender's address", Hint: "it@acme.example", Help: "Most servers only send what comes from an address of their own.", Check: needAddress},
		&widget.Field{Name: "host", Label: "Mail server", Hint: "smtp.acme.example", Help: "The server for outgoing mail; your mail program's settings name it.", Hidden: inbox, Check: checkMailHost},
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

// wayWords say how letters go.
func (s *letters) wayWords() string {
	l := s.session.project.Letters
	switch {
	case s.way == letter.WayInbox:
		return "straight into the new inboxes, from " + clean(l.SenderAddress)
	case s.way == letter.WaySMTP:
		return "by mail through " + clean(l.SMTP.Address()) + ", from " + clean(l.SenderAddress)
	}
	return "how to send is not set up yet: press w"
}

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
