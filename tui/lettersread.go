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

// The pane that shows a letter as its user will get it.

func (s *letters) readKeys() []key.Binding {
	if len(s.made.list) == 0 {
		return []key.Binding{keys.Back}
	}
	var out []key.Binding
	if len(s.made.list) > 1 {
		out = append(out, named(keys.Person, "user"))
	}
	return append(out, keys.Tongue, keys.Words, keys.Facts, named(keys.Files, "save"), keys.Send, keys.Scroll, keys.Back)
}

func (s *letters) readKey(msg tea.KeyMsg) tea.Cmd {
	n := len(s.made.list)
	switch {
	case key.Matches(msg, keys.Back, keys.Enter):
		s.pane, s.want = paneList, paneList
	case n == 0: // nobody to write to
	case msg.Type == tea.KeyRight:
		s.at, s.scroll = (s.at+1)%n, widget.Scroll{}
	case msg.Type == tea.KeyLeft:
		s.at, s.scroll = (s.at+n-1)%n, widget.Scroll{}
	case key.Matches(msg, keys.Tongue):
		return s.nextLanguage()
	case key.Matches(msg, keys.Words):
		return s.openWords(s.made.list[s.at].Language)
	case key.Matches(msg, keys.Facts):
		s.openFacts()
	case key.Matches(msg, keys.Files):
		s.openSave()
	case key.Matches(msg, keys.Send):
		s.want = paneSend
		s.takeMade(s.made)
	default:
		s.scroll.Update(msg, len(s.letterLines(72)))
	}
	return nil
}

// language is the one whose words are changed first.
func (s *letters) language() letter.Language {
	if s.made != nil && s.made.kind == s.kind() && s.at < len(s.made.list) {
		return s.made.list[s.at].Language
	}
	l := s.session.project.Letters
	code := l.Language
	if s.kind().ToOwner() && l.OwnerLanguage != "" {
		code = l.OwnerLanguage
	}
	lang, err := letter.LanguageOf(code)
	if err != nil {
		lang, _ = letter.LanguageOf("")
	}
	return lang
}

// nextLanguage gives the user whose letter is read the next language, and keeps
// that.
func (s *letters) nextLanguage() tea.Cmd {
	all := letter.Languages()
	now, code := s.made.list[s.at], all[0].Code
	for i, l := range all {
		if l.Code == now.Language.Code {
			code = all[(i+1)%len(all)].Code
		}
	}
	l := s.held()
	if now.UserID == 0 {
		p := s.session.project
		p.Letters.OwnerLanguage = code
		return s.ask("keep", func(ctx context.Context) (any, error) { return saveProject(ctx, l, p) })
	}
	for _, p := range s.session.people {
		if u := p.User; u.ID == now.UserID {
			u.Language = code
			return s.ask("keep", func(ctx context.Context) (any, error) {
				if _, err := l.file.SaveUsers(ctx, []engine.User{u}); err != nil {
					return nil, err
				}
				return load(ctx, l.file, l.vault)
			})
		}
	}
	return nil
}

func (s *letters) readView(w, h int) string {
	l := s.look
	if len(s.made.list) == 0 {
		return joined(h, []string{s.headline(s.title(), "", w), "", "There is nobody to write to."})
	}
	x := s.made.list[s.at]
	right := x.Language.Name
	if n := len(s.made.list); n > 1 {
		right += ", " + say.Number(s.at+1) + " of " + say.Number(n)
	}
	head := []string{s.headline(s.title(), right, w),
		l.Dim.Paint(l.Fit("To", 9)) + l.Cut(clean(strings.TrimSpace(x.Name+" <"+x.To+">")), w-9),
		l.Dim.Paint(l.Fit("Subject", 9)) + l.Cut(clean(x.Document.Subject), w-9)}
	if s.note != "" {
		head = append(head, l.Attention.Paint(l.Glyphs.Attention)+" "+l.Cut(s.note, w-2))
	}
	if s.fault != nil {
		head = append(head, s.faultLines(s.fault, w)...)
	}
	head = append(head, l.Dim.Paint(strings.Repeat(l.Rule, min(w, 74))))
	room := max(1, h-len(head))
	return joined(h, head, strings.Split(s.scroll.View(l, s.letterLines(w), w, room), "\n"))
}

// letterLines is the letter's plain text.
func (s *letters) letterLines(w int) []string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimRight(s.made.list[s.at].Plain, "\n"), "\n") {
		wrapped := widget.Wrap(engine.Clean(line, 0), w)
		if len(wrapped) == 0 {
			wrapped = []string{""}
		}
		out = append(out, wrapped...)
	}
	return out
}
