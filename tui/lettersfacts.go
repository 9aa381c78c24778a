package tui

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/tui/widget"
)

// The form of what letters tell.

// textFact is a fact that is a line of text, kept in the project's letters.
type textFact struct {
	name, label, hint, help string
	of                      func(l *engine.Letters) *string
	read                    func(string) (string, error) // nil: any words
	files                   []string                     // endings of files, where it is the path of one
}

// textFacts are the facts of letters to users; those for the owner follow.
func textFacts() []textFact {
	return []textFact{
		{"HelpName", "Who helps", "e.g. Carla Rossi", "Whom users ask when something doesn't work.", func(l *engine.Letters) *string { return &l.HelpName }, nil, nil},
		{"HelpPhone", "Their phone", "e.g. +43 1 234 56", "Whoever can't open the new mailbox can't write either: give a number.", func(l *engine.Letters) *string { return &l.HelpPhone }, nil, nil},
		{"HelpAddress", "Their address", "e.g. help@acme.example", "Answers to the letters go there, too.", func(l *engine.Letters) *string { return &l.HelpAddress }, letter.ReadAddress, nil},
		{"HelpHours", "When", "e.g. Mon-Fri 8-18", "When they can be reached.", func(l *engine.Letters) *string { return &l.HelpHours }, nil, nil},
		{"Why", "Why you move", "e.g. our old provider closes", "A sentence in your own words. It may stay empty.", func(l *engine.Letters) *string { return &l.Why }, nil, nil},
		{"WebMail", "New web mail", "e.g. https://mail.acme.example", "Where users open the new mailbox in a browser.", func(l *engine.Letters) *string { return &l.WebMail }, letter.ReadWebAddress, nil},
		{"PasswordWay", "First passwords", "e.g. on paper, from your manager", "How the first password reaches a user. No letter holds it.", func(l *engine.Letters) *string { return &l.PasswordWay }, nil, nil},
		{"SenderName", "Sender's name", "e.g. Acme IT", "Whom the letters come from.", func(l *engine.Letters) *string { return &l.SenderName }, nil, nil},
		{"SenderAddress", "Sender's address", "e.g. it@acme.example", "Needed to send letters, and for .eml files.", func(l *engine.Letters) *string { return &l.SenderAddress }, letter.ReadAddress, nil},
		{"Logo", "Logo", "e.g. logo.png", "The company's picture, at the head of each letter: a PNG, JPEG or GIF file. It may stay empty.", func(l *engine.Letters) *string { return &l.Logo }, readFile, []string{".png", ".jpg", ".jpeg", ".gif"}},
		{"Zone", "Time zone", "e.g. Europe/Vienna", "The zone that dates are written in. Empty: this computer's.", func(l *engine.Letters) *string { return &l.Zone }, letter.ReadZone, nil},
	}
}

func ownerFacts() []textFact {
	return []textFact{
		{"OwnerName", "Owner's name", "e.g. Olga Owner", "Who gets the report.", func(l *engine.Letters) *string { return &l.OwnerName }, nil, nil},
		{"OwnerAddress", "Owner's address", "e.g. olga@acme.example", "Needed to send the letter.", func(l *engine.Letters) *string { return &l.OwnerAddress }, letter.ReadAddress, nil},
		{"SenderName", "Sender's name", "e.g. Acme IT", "Whom the letter comes from.", func(l *engine.Letters) *string { return &l.SenderName }, nil, nil},
		{"SenderAddress", "Sender's address", "e.g. it@acme.example", "Needed to send the letter.", func(l *engine.Letters) *string { return &l.SenderAddress }, letter.ReadAddress, nil},
	}
}

// dateFacts are the moments that letters tell.
func dateFacts() []struct {
	name, label, help string
	of                func(p *engine.Project) *time.Time
} {
	return []struct {
		name, label, help string
		of                func(p *engine.Project) *time.Time
	}{
		{"CutOver", "The move", "When the MX is to be changed: from then on new mail arrives in the new mailbox. The due dates follow from it.", func(p *engine.Project) *time.Time { return &p.CutOver }},
		{"WindowStart", "Work begins", "When the work begins, as users are told. It may stay empty.", func(p *engine.Project) *time.Time { return &p.Letters.WindowStart }},
		{"WindowEnd", "Work ends", "When it is over.", func(p *engine.Project) *time.Time { return &p.Letters.WindowEnd }},
		{"LastDay", "Old mail until", "The last day on which the old mailboxes can be opened.", func(p *engine.Project) *time.Time { return &p.Letters.LastDay }},
	}
}

const dateHint = "e.g. 2026-11-28 18:00"

func (s *letters) facts() []textFact {
	if s.kind().ToOwner() {
		return ownerFacts()
	}
	return textFacts()
}

func (s *letters) openFacts() {
	owner := s.kind().ToOwner()
	p := s.session.project
	var fields []*widget.Field
	set := map[string]string{}
	if !owner {
		for _, d := range dateFacts() {
			fields = append(fields, &widget.Field{Name: d.name, Label: d.label, Hint: dateHint, Help: d.help, Check: s.checkDate})
			if t := *d.of(&p); !t.IsZero() {
				set[d.name] = strings.TrimSuffix(t.In(s.zone()).Format("2006-01-02 15:04"), " 00:00")
			}
		}
	}
	for _, f := range s.facts() {
		fields = append(fields, &widget.Field{Name: f.name, Label: f.label, Hint: f.hint, Help: f.help, Files: f.files, Check: words(f.read)})
		set[f.name] = *f.of(&p.Letters)
	}
	language := &widget.Field{Name: "Language", Label: "Language", Help: "Of users who have none of their own. A letter's pane gives one user another."}
	if owner {
		language.Help = "That the owner reads."
	}
	for _, l := range letter.Languages() {
		language.Options = append(language.Options, widget.Option{Value: l.Code, Label: l.Name})
	}
	fields = append(fields, language)
	s.form = widget.NewForm(fields...)
	for name, v := range set {
		s.form.Set(name, v)
	}
	s.form.Set("Language", s.formLanguage(&p.Letters, owner))
	s.focusLack()
	s.from, s.pane, s.fault = s.pane, paneFacts, nil
}

func (s *letters) formLanguage(l *engine.Letters, owner bool) string {
	if owner {
		return cmp.Or(l.OwnerLanguage, l.Language, "en")
	}
	return cmp.Or(l.Language, "en")
}

// focusLack puts the cursor on the first thing that is missing.
func (s *letters) focusLack() {
	if lacks := s.kind().Lacks(s.session.project); len(lacks) > 0 {
		s.form.FocusOn(lacks[0].Field)
	}
}

// words is a check whose error is a sentence.
func words(read func(string) (string, error)) func(string) string {
	if read == nil {
		return nil
	}
	return func(v string) string {
		if _, err := read(v); err != nil {
			return sentence(engine.Clean(err.Error(), 200))
		}
		return ""
	}
}

func (s *letters) checkDate(v string) string {
	if _, err := letter.ReadMoment(v, s.zone()); err != nil {
		return sentence(engine.Clean(err.Error(), 200))
	}
	return ""
}

// asking is the form that is open.
func (s *letters) asking() *widget.Form {
	if s.pane == paneWords {
		return nil
	}
	return s.form
}

// readFile checks the way to a file, as far as that needs no look at the disk.
func readFile(v string) (string, error) {
	if v != "" && filepath.Ext(v) == "" {
		return "", errors.New("this is the name of no picture: it ends in .png, .jpg or .gif")
	}
	return v, nil
}

// absolute is a path as it is kept: from wherever mxodus is started.
func absolute(path string) string {
	path = homePath(path)
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// formKey is a key in any of the forms.
func (s *letters) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case s.waiting("keep") || s.waiting("files"):
		return nil
	case key.Matches(msg, keys.Back):
		s.pane, s.form = s.from, nil
	case key.Matches(msg, keys.Reveal):
		s.form.ToggleReveal()
	case key.Matches(msg, keys.Save):
		if s.form.Valid() {
			return s.submit()
		}
	case s.form.Update(msg):
		return s.submit()
	}
	return nil
}

func (s *letters) submit() tea.Cmd {
	switch s.pane {
	case paneSave:
		return s.save()
	case paneWay:
		return s.keepWay()
	}
	return s.keepFacts()
}

func (s *letters) keepFacts() tea.Cmd {
	p := s.session.project
	get := s.form.Get
	for _, f := range s.facts() {
		v := engine.Clean(get(f.name), 500)
		if f.files != nil && v != "" {
			v = absolute(v)
		}
		*f.of(&p.Letters) = v
	}
	owner := s.kind().ToOwner()
	if owner {
		p.Letters.OwnerLanguage = get("Language")
	} else {
		p.Letters.Language = get("Language")
		zone := time.Local
		if z, err := time.LoadLocation(p.Letters.Zone); err == nil && p.Letters.Zone != "" {
			zone = z
		}
		for _, d := range dateFacts() {
			*d.of(&p), _ = letter.ReadMoment(get(d.name), zone) // checked by the form
		}
	}
	if wrong := letter.CheckDates(p); wrong != nil && !owner {
		s.form.Fault(wrong.Field, wrong.What)
		return nil
	}
	l := s.held()
	return s.ask("keep", func(ctx context.Context) (any, error) { return saveProject(ctx, l, p) })
}

// afterForm goes on once the project was changed.
func (s *letters) afterForm() tea.Cmd {
	switch s.pane {
	case paneFacts:
		s.form, s.pane = nil, s.from
		if s.pane == paneList {
			s.made, s.note = nil, ""
			return nil
		}
	case paneWay:
		s.form, s.pane = nil, paneSend
	case paneRead:
	default:
		return nil
	}
	s.want = s.pane
	return s.make()
}

func (s *letters) formKeys() []key.Binding {
	word := map[lettersPane]string{paneFacts: "keep", paneSave: "save", paneWay: "keep"}[s.pane]
	out := []key.Binding{named(keys.Enter, lastWord(s.form, word)), keys.Fields}
	if s.pane == paneFacts {
		out = append(out, named(keys.Save, "keep all"))
	}
	if s.form.HasSecret() {
		out = append(out, keys.Reveal)
	}
	return append(out, keys.Back)
}

func (s *letters) formView(w, h int) string {
	lead := map[lettersPane]string{
		paneFacts: "What letters tell. What stays empty is left out of them.",
		paneSave:  "Files that only you can read. What stands there under the same names is replaced.",
		paneWay:   "How letters go out. Each goes to each user once, whatever happens in between.",
	}[s.pane]
	head := []string{s.headline(s.title(), "", w)}
	if h >= 14 {
		head = append(append(head, paragraph(lead, w)...), "")
	}
	if s.fault != nil {
		head = append(head, s.faultLines(s.fault, w)...)
	}
	return joined(h, head, strings.Split(s.form.View(s.look, w, max(1, h-len(head))), "\n"))
}
