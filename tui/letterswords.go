package tui

import (
	"context"
	"errors"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// The pane that changes a letter's words.

// wordsPane is a letter's template on a sheet.
type wordsPane struct {
	paper    widget.Prose
	language letter.Language
	text     string // as it was read or kept
	changed  bool   // it is another than mxodus's own
	where    string // the file it was kept in; empty: nothing was kept in this sitting
	mistake  *letter.Mistake
	note     string
}

// wordsRead is a template as it is used now.
type wordsRead struct {
	language letter.Language
	text     string
	changed  bool
	own      bool // mxodus's own was asked for
}

func (s *letters) openWords(l letter.Language) tea.Cmd {
	if s.pane != paneWords {
		s.from = s.pane
	}
	s.fault = nil
	return s.readWords(l, s.session.project.Letters.Templates, false)
}

func (s *letters) readWords(l letter.Language, dir string, own bool) tea.Cmd {
	k := s.kind()
	return s.ask("words", func(context.Context) (any, error) {
		t, err := letter.Own(dir)
		if err != nil {
			return nil, err
		}
		text, changed, err := t.Source(l, k)
		return wordsRead{l, text, changed, own}, err
	})
}

func (s *letters) takeWords(v wordsRead, err error) {
	if err != nil {
		return
	}
	if v.own {
		s.words.paper.Set(v.text)
		s.words.paper.Go(0)
		s.words.note, s.words.mistake = "This is mxodus's own text. Ctrl-S keeps it.", nil
		return
	}
	s.pane, s.words = paneWords, wordsPane{language: v.language, text: v.text, changed: v.changed}
	s.words.paper.Set(v.text)
	s.words.paper.Go(0)
}

func (s *letters) wordsKeys() []key.Binding {
	return []key.Binding{named(keys.Save, "check and keep"), named(keys.Tongues, "next language"), keys.Own, keys.Texts, keys.Back}
}

// dropWords is the answer of somebody who leaves a changed text.
type dropWords struct{}

func (s *letters) wordsKey(msg tea.KeyMsg) tea.Cmd {
	edited := s.words.paper.Text() != s.words.text
	switch {
	case s.waiting("words") || s.waiting("keepwords"):
		return nil
	case key.Matches(msg, keys.Back) && edited:
		return send(questionMsg{&widget.Confirm{Title: "Leave the text as it was?", Text: []string{"What you changed since it was kept last is lost."},
			Answers: []widget.Answer{{Label: "Go on writing"}, {Label: "Leave it as it was", Msg: addressed{s.id, dropWords{}}}}}})
	case key.Matches(msg, keys.Back):
		return s.leaveWords()
	case key.Matches(msg, keys.Save) && !edited && s.words.mistake == nil:
		s.words.note = "Nothing is changed."
	case key.Matches(msg, keys.Save):
		return s.keepWords()
	case key.Matches(msg, keys.Own):
		return s.readWords(s.words.language, "", true)
	case key.Matches(msg, keys.Texts):
		return s.exportWords()
	case key.Matches(msg, keys.Tongues) && !edited:
		return s.openWords(after(s.words.language))
	case key.Matches(msg, keys.Tongues):
		s.words.note = "Keep this text first (Ctrl-S), or leave it (Esc)."
	default:
		s.words.paper.Update(msg)
		s.words.note = ""
	}
	return nil
}

func after(l letter.Language) letter.Language {
	all := letter.Languages()
	for i := range all {
		if all[i].Code == l.Code {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

// leaveWords goes back to where the pane was opened, on letters made anew.
func (s *letters) leaveWords() tea.Cmd {
	s.pane = s.from
	if s.pane != paneRead {
		return nil
	}
	s.want = paneRead
	return s.make()
}

// wordsKept is what came of keeping a text, or of writing all of them.
type wordsKept struct {
	text   string // kept; empty: none was
	where  string
	note   string
	wrong  *letter.Mistake
	loaded *loaded
}

// textsFolder is where changed templates stand.
func (s *letters) textsFolder() string {
	if dir := s.session.project.Letters.Templates; dir != "" {
		return dir
	}
	return s.beside("letter-texts")
}

// keepWords checks the text and writes it, if it is right, into the folder of
// changed templates.
func (s *letters) keepWords() tea.Cmd {
	dir, text, lang, k, l, p := s.textsFolder(), s.words.paper.Text(), s.words.language, s.kind(), s.held(), s.session.project
	return s.ask("keepwords", func(ctx context.Context) (any, error) {
		t, err := letter.Own(p.Letters.Templates)
		if err != nil {
			return nil, err
		}
		err = t.Try(lang, k, text)
		if wrong, ok := errors.AsType[letter.Mistake](err); ok {
			return wordsKept{wrong: &wrong}, nil
		}
		if err != nil {
			return nil, err
		}
		where, err := letter.KeepText(dir, lang, k, text)
		if err != nil {
			return nil, err
		}
		after, err := useTexts(ctx, l, p, dir)
		return wordsKept{text: text, where: where, loaded: after, note: "Kept. It stands in " + clean(where) + "; you can also change it with an editor of your own."}, err
	})
}

// exportWords writes all texts as files, to be changed with another program. Those
// that stand there stay.
func (s *letters) exportWords() tea.Cmd {
	dir, l, p := s.textsFolder(), s.held(), s.session.project
	return s.ask("keepwords", func(ctx context.Context) (any, error) {
		files, _, err := letter.Export(dir)
		if err != nil {
			return nil, err
		}
		after, err := useTexts(ctx, l, p, dir)
		if err != nil {
			return nil, err
		}
		note := say.Count(len(files), "file") + " written to " + clean(dir) + ". README.txt there explains them. "
		t, err := letter.Own(dir)
		if err != nil {
			return nil, err
		}
		if wrong := t.Check(); len(wrong) > 0 {
			note += "To mend: " + engine.Clean(wrong[0].Error(), 200)
			if n := len(wrong) - 1; n > 0 {
				note += ", and " + say.Number(n) + " more"
			}
			note += "."
		} else {
			note += "All texts there are in order."
		}
		return wordsKept{note: note, loaded: after}, nil
	})
}

// useTexts has the project use a folder of templates.
func useTexts(ctx context.Context, l loaded, p engine.Project, dir string) (*loaded, error) {
	p.Letters.Templates = dir
	after, err := saveProject(ctx, l, p)
	return &after, err
}

func (s *letters) tookWords(v wordsKept, err error) tea.Cmd {
	if err != nil {
		return nil
	}
	if v.loaded != nil {
		s.session.refresh(*v.loaded)
	}
	s.words.note, s.words.mistake = v.note, v.wrong
	if v.wrong != nil && v.wrong.Line > 0 {
		s.words.paper.Go(v.wrong.Line - 1)
	}
	if v.text != "" {
		s.words.text, s.words.changed, s.words.where = v.text, true, v.where
	}
	s.made, s.fault = nil, nil
	return nil
}

func (s *letters) wordsView(w, h int) string {
	l := s.look
	state := "mxodus's own"
	if s.words.changed {
		state = "changed by you"
	}
	if s.words.paper.Text() != s.words.text {
		state = "not kept yet"
	}
	head := []string{s.headline("Text: "+strings.ToLower(kindTitle(s.kind())), s.words.language.Name+", "+state, w)}
	if h >= 14 {
		head = append(head, paragraph("What stands in {{ }} is filled in: leave it as it is. A line that begins with # is a title, with ## a heading, with 1. a step; **this** is strong.", w)...)
	}
	var tail []string
	switch {
	case s.fault != nil:
		tail = s.faultLines(s.fault, w)
	case s.words.mistake != nil:
		m := s.words.mistake
		where := ""
		if m.Line > 0 {
			where = "Line " + say.Number(m.Line) + ": "
		}
		for _, line := range widget.Wrap(where+clean(m.What)+". Nothing is kept yet.", w-2) {
			tail = append(tail, l.Bad.Paint(l.Failed)+" "+line)
		}
	case s.words.note != "":
		tail = widget.Wrap(s.words.note, w)
	}
	if len(tail) > 0 {
		tail = append([]string{""}, tail...)
	}
	tail = tail[:min(len(tail), max(0, h-len(head)-4))]
	room := max(1, h-len(head)-len(tail))
	return joined(h, head, strings.Split(s.words.paper.View(l, w, room), "\n"), tail)
}
