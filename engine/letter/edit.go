package letter

import (
	"path"
	"path/filepath"
	"time"

	texttemplate "text/template"
)

// Source is the text of a letter's template as it is used now, and whether it
// is another than mxodus's own.
func (t Templates) Source(l Language, k Kind) (text string, changed bool, err error) {
	name := templateName(l, k)
	own, err := Templates{}.read(name)
	if err != nil {
		return "", false, err
	}
	if text, err = t.read(name); err != nil {
		return "", false, err
	}
	return text, text != own, nil
}

func templateName(l Language, k Kind) string { return path.Join(l.Code, string(k)+".txt") }

// Try checks a text that is to stand in the place of a letter's template, on
// made-up users. Its error is a Mistake that says where.
func (t Templates) Try(l Language, k Kind, text string) error {
	name, parts := templateName(l, k), path.Join(l.Code, partsFile)
	shared, err := t.read(parts)
	if err != nil {
		return err
	}
	tmpl := texttemplate.New(name).Funcs(functions(l, time.UTC)).Option("missingkey=error")
	if _, err := tmpl.New(parts).Parse(shared); err != nil {
		return mistake(err, parts)
	}
	if _, err := tmpl.Parse(text); err != nil {
		return mistake(err, name)
	}
	for _, d := range samples() {
		if _, err := write(tmpl, d); err != nil {
			return err
		}
	}
	return nil
}

// KeepText writes a letter's template into a folder of changed templates, which
// is made if need be, and returns the path of the file.
func KeepText(dir string, l Language, k Kind, text string) (string, error) {
	f, err := openFolder(dir)
	if err != nil {
		return "", err
	}
	defer f.close()
	name := templateName(l, k)
	return filepath.Join(dir, filepath.FromSlash(name)), f.write(name, []byte(text))
}
