package tui

import (
	"context"
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
	words := kindTitle(s.kind()) + ", " + s.wayWords() + ". Whoever got it already doesn't get it again. What is sent can't be taken back."
	if due := s.dueWords(s.kind(), s.session.schedule(s.now)); strings.HasPrefix(due, "from ") {
		words = "It is early: this letter is due " + due + ". " + words
	}
	answers := []widget.Answer{{Label: "Not yet"}, {Label: "Send", Msg: addressed{s.id, sendNow{}}}}
	if x := s.current(); x != nil && x.To != "" && n > 1 && s.fate(*x) == nil {
		answers = append(answers, widget.Answer{Label: "Send to " + clean(x.To) + " only, as a trial", Msg: addressed{s.id, sendNow{again: map[int64]bool{x.UserID: true}}}})
	}
	return send(questionMsg{&widget.Confirm{Title: "Send " + say.Count(n, "letter") + "?", Text: []string{words}, Answers: answers}})
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
