package letter

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	"mxodus/engine"
)

//go:embed templates
var embedded embed.FS

// original are the templates of mxodus.
func original() fs.FS {
	sub, err := fs.Sub(embedded, "templates")
	if err != nil {
		return embedded // never: the folder is embedded
	}
	return sub
}

// partsFile holds, for every language, what all its letters share.
const partsFile = "parts.txt"

// Layouts are the HTML around letters.
const (
	mailLayout  = "layout/mail.html"
	printLayout = "layout/print.html"
	sheetLayout = "layout/passwords.html"
	blockLayout = "layout/blocks.html" // parts of the others
)

// Mistake is what is wrong with a template.
type Mistake struct {
	File string
	Line int // 0: not known
	What string
}

func (m Mistake) Error() string {
	if m.Line == 0 {
		return m.File + ": " + m.What
	}
	return m.File + " line " + strconv.Itoa(m.Line) + ": " + m.What
}

// Templates are the words and the looks of letters.
type Templates struct {
	changed fs.FS // nil: none
}

// Own are the templates of mxodus, or those changed in a folder: a file that is
// not there is taken from mxodus. dir may be empty.
func Own(dir string) (Templates, error) {
	if dir == "" {
		return Templates{}, nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: dir, Err: errors.New("is no folder")}
	}
	if err != nil {
		return Templates{}, fileFault("The folder with the templates can't be read", err)
	}
	return Templates{changed: os.DirFS(dir)}, nil
}

// maxTemplate is the size of the largest template.
const maxTemplate = 1 << 20

func (t Templates) read(name string) (string, error) {
	if t.changed != nil {
		b, err := fs.ReadFile(t.changed, name)
		if err == nil && len(b) > maxTemplate {
			return "", Mistake{File: name, What: "is larger than 1 MB"}
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return strings.TrimPrefix(string(b), "\ufeff"), err
		}
	}
	b, err := fs.ReadFile(original(), name)
	return string(b), err
}

// letter is the template of one letter in one language.
func (t Templates) letter(l Language, k Kind, zone *time.Location) (*texttemplate.Template, error) {
	name := path.Join(l.Code, string(k)+".txt")
	parts := path.Join(l.Code, partsFile)
	tmpl := texttemplate.New(name).Funcs(functions(l, zone)).Option("missingkey=error")
	for _, file := range []string{parts, name} {
		text, err := t.read(file)
		if err != nil {
			return nil, err
		}
		if _, err := tmpl.New(file).Parse(text); err != nil {
			return nil, mistake(err, file)
		}
	}
	return tmpl.Lookup(name), nil
}

// layout is an HTML template with the blocks that all share.
func (t Templates) layout(name string) (*template.Template, error) {
	tmpl := template.New("")
	for _, file := range []string{blockLayout, name} {
		text, err := t.read(file)
		if err != nil {
			return nil, err
		}
		if _, err := tmpl.New(file).Parse(text); err != nil {
			return nil, mistake(err, file)
		}
	}
	return tmpl.Lookup(name), nil
}

// functions are what templates can call.
func functions(l Language, zone *time.Location) texttemplate.FuncMap {
	return texttemplate.FuncMap{
		"day":    func(t time.Time) string { return l.Day(t.In(zone)) },
		"moment": func(t time.Time) string { return l.Moment(t.In(zone)) },
		"window": func(from, to time.Time) string {
			if to.IsZero() {
				return l.Moment(from.In(zone))
			}
			return l.Window(from.In(zone), to.In(zone))
		},
		"date": func(t time.Time) string {
			if t.IsZero() {
				return l.Date(t)
			}
			return l.Date(t.In(zone))
		},
		"size": l.Size, "number": l.Number, "count": l.Count, "span": l.TTL,
	}
}

// write fills a template and takes it apart.
func write(tmpl *texttemplate.Template, d Data) (Document, error) {
	var b bytes.Buffer
	if err := tmpl.Execute(&b, d); err != nil {
		return Document{}, mistake(err, tmpl.Name())
	}
	doc, err := parse(b.String())
	if err != nil {
		return doc, Mistake{File: tmpl.Name(), Line: 1, What: err.Error()}
	}
	return doc, nil
}

var wherePattern = regexp.MustCompile(`^(?:html/)?template: ?([^:]+):(\d+)(?::\d+)?: (.*)$`)

// mistake reads file and line out of an error of the template packages.
func mistake(err error, file string) error {
	text := strings.TrimPrefix(err.Error(), "html/template:")
	if m := wherePattern.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[2])
		return Mistake{File: m[1], Line: line, What: plainly(m[3])}
	}
	if m := regexp.MustCompile(`^([^:]+):(\d+)(?::\d+)?: (.*)$`).FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[2])
		return Mistake{File: m[1], Line: line, What: plainly(m[3])}
	}
	return Mistake{File: file, What: engine.Clean(err.Error(), 300)}
}

var unknownField = regexp.MustCompile(`^executing ".*" at <(.*)>: can't evaluate field \w+ in type `)

// plainly says the commonest mistake in words of its own.
func plainly(what string) string {
	if m := unknownField.FindStringSubmatch(what); m != nil {
		return "nothing is called " + engine.Clean(m[1], 100) + " here: " + readmeFile + " lists what there is"
	}
	return engine.Clean(what, 300)
}

// Names lists the files of all templates.
func Names() (names []string) {
	_ = fs.WalkDir(original(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return nil
	})
	return names
}

// Check tries every template on made-up users, and lists all that is wrong.
func (t Templates) Check() (wrong []error) {
	for _, l := range Languages() {
		for _, k := range Kinds() {
			tmpl, err := t.letter(l, k, time.UTC)
			for _, d := range samples() {
				if err == nil {
					_, err = write(tmpl, d)
				}
			}
			if err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	for _, name := range []string{mailLayout, printLayout, sheetLayout} {
		if err := t.checkLayout(name); err != nil {
			wrong = append(wrong, err)
		}
	}
	wrong = append(wrong, t.strangers()...)
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return slices.CompactFunc(wrong, func(a, b error) bool { return a.Error() == b.Error() })
}

func (t Templates) checkLayout(name string) error {
	tmpl, err := t.layout(name)
	if err != nil {
		return err
	}
	text, err := (Templates{}).letter(english, Welcome, time.UTC)
	if err != nil {
		return err
	}
	doc, err := write(text, samples()[0])
	if err != nil {
		return err
	}
	p := page{Language: english, Document: doc, Ink: Ink{defaultColour, defaultColour, defaultColour}, Company: "Acme", Footer: "Acme", Dark: darkGround}
	if err := tmpl.Execute(&bytes.Buffer{}, pages{Language: english, page: p, Pages: []page{p}, Sheets: []sheet{{Words: english.sheet}}}); err != nil {
		return mistake(err, name)
	}
	return nil
}

// strangers are files in the folder that no letter is made of: a name written
// wrongly.
func (t Templates) strangers() (wrong []error) {
	if t.changed == nil {
		return nil
	}
	known := Names()
	err := fs.WalkDir(t.changed, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && (strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".html")) && !slices.Contains(known, name) && name != readmeFile {
			wrong = append(wrong, Mistake{File: engine.Clean(name, 200), What: "no letter is made of this file: is its name right?"})
		}
		return nil
	})
	if err != nil {
		wrong = append(wrong, fmt.Errorf("read the folder: %w", err))
	}
	return wrong
}

// MakeAll writes a letter to each of these users, or one to the owner.
func (m *Maker) MakeAll(k Kind, users []engine.User) (list []Letter, err error) {
	if k.ToOwner() {
		users = []engine.User{{}}
	}
	for _, u := range users {
		l, err := m.Make(k, u)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}
