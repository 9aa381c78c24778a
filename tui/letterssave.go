package tui

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
	"mxodus/tui/widget"
)

// The form that saves letters as files.

// lettersForms are what letters can be saved as, in the order of the form.
var lettersForms = []struct {
	value, label string
	forms        []letter.Form
}{
	{"print", "one file to print, a page for each user", []letter.Form{letter.Print}},
	{"files", "a file for each user, HTML and plain text", []letter.Form{letter.HTML, letter.Plain}},
	{"eml", "a file for each user, for a mail program (.eml)", []letter.Form{letter.EML}},
	{"csv", "one table for a mail merge (CSV)", []letter.Form{letter.CSV}},
	{"all", "all of these", letter.Forms()},
}

func (s *letters) openSave() {
	folder := &widget.Field{Name: "folder", Label: "Into the folder", Help: "It is made if it isn't there. A typed path may begin with ~ for your home.", Check: need("a folder")}
	if s.session.practice {
		folder.Help = "This one goes away with the practice company when you leave. Name another to keep the files."
	}
	var fields []*widget.Field
	if s.kind() != passwordSheet {
		form := &widget.Field{Name: "form", Label: "Save", Check: s.checkForm}
		for _, f := range lettersForms {
			form.Options = append(form.Options, widget.Option{Value: f.value, Label: f.label})
		}
		fields = append(fields, form)
	}
	s.form = widget.NewForm(append(fields, folder)...)
	dir := s.beside("letters")
	if w, ok := s.session.post.written[string(s.kind())]; ok {
		dir = w.Dir
	}
	s.form.Set("folder", dir)
	s.from, s.pane, s.fault = s.pane, paneSave, nil
	if s.from != paneRead {
		s.from = paneList
	}
}

func (s *letters) checkForm(v string) string {
	if l := s.session.project.Letters; v == "eml" && (l.SenderAddress == "" || s.kind().ToOwner() && l.OwnerAddress == "") {
		return "A mail needs a sender and a receiver. Press Esc, then e, and give their addresses; or choose another kind of file."
	}
	return ""
}

// filesWritten is what came of saving.
type filesWritten struct {
	dir  string
	kind letter.Kind
	show string // the file to open
	post postbox
}

func (s *letters) save() tea.Cmd {
	dir, k := homePath(s.form.Get("folder")), s.kind()
	l, users, now := s.held(), s.session.moving(), s.now.Round(0)
	if k == passwordSheet {
		return s.ask("files", func(ctx context.Context) (any, error) { return writeSheet(ctx, l, users, dir, now) })
	}
	made, forms := s.made, s.chosenForms()
	return s.ask("files", func(ctx context.Context) (any, error) {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		names, err := made.maker.Write(dir, made.list, forms, now)
		if err != nil {
			return nil, err
		}
		out := filesWritten{dir: dir, kind: k, show: toShow(dir, names)}
		out.post, err = noteWritten(ctx, l.file, string(k), written{At: now, Dir: dir, Files: names})
		return out, err
	})
}

// chosenForms are those of the form; without addresses no mail can be made.
func (s *letters) chosenForms() []letter.Form {
	var forms []letter.Form
	for _, f := range lettersForms {
		if f.value == s.form.Get("form") {
			forms = slices.Clone(f.forms)
		}
	}
	if s.checkForm("eml") != "" {
		forms = slices.DeleteFunc(forms, func(f letter.Form) bool { return f == letter.EML })
	}
	return forms
}

// toShow is the file that a person wants to see: the one for paper, or the
// first.
func toShow(dir string, names []string) string {
	for _, n := range names {
		if strings.HasSuffix(n, "-print.html") {
			return filepath.Join(dir, filepath.FromSlash(n))
		}
	}
	if len(names) == 0 || !strings.HasSuffix(names[0], ".html") {
		return ""
	}
	return filepath.Join(dir, filepath.FromSlash(names[0]))
}

func writeSheet(ctx context.Context, l loaded, users []engine.User, dir string, now time.Time) (filesWritten, error) {
	facts, err := agenda.Letters(ctx, l.file, users, time.Now())
	if err != nil {
		return filesWritten{}, err
	}
	maker, err := letter.NewMaker(facts)
	if err != nil {
		return filesWritten{}, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return filesWritten{}, err
	}
	html, n, err := maker.PasswordSheet(l.vault, users)
	if err == nil && n == 0 {
		err = errors.New("the project holds no first password")
	}
	if err != nil {
		return filesWritten{}, err
	}
	name, err := letter.WriteSheet(dir, html)
	if err != nil {
		return filesWritten{}, err
	}
	out := filesWritten{dir: dir, kind: passwordSheet, show: filepath.Join(dir, name)}
	out.post, err = noteWritten(ctx, l.file, string(passwordSheet), written{At: now, Dir: dir, Files: []string{name}})
	return out, err
}

// takeFiles says where they are, and how to print them.
func (s *letters) takeFiles(v filesWritten, err error) {
	if err != nil {
		return // the fault says so, above the form
	}
	v.post.learned = s.session.post.learned
	s.session.post, s.form, s.pane, s.want = v.post, nil, paneList, paneList
	n := len(v.post.written[string(v.kind)].Files)
	s.note, s.opened = say.Count(n, "file")+" in "+clean(v.dir)+".", v.show
	switch {
	case v.kind == passwordSheet:
		s.note += " Press o, print it (Ctrl-P there), hand it out in person, then delete it: it holds passwords."
	case v.show != "":
		s.note += " Press o to open " + clean(filepath.Base(v.show)) + " in the browser; print it there with Ctrl-P."
	}
	if s.session.practice {
		s.note += " Nothing in it is real."
	}
}
