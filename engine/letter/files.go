package letter

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Form is a kind of file that letters are written as.
type Form string

// The forms.
const (
	HTML  Form = "html"  // a file for each user
	Plain Form = "text"  // a file for each user
	EML   Form = "eml"   // a file for each user, for a mail program
	Print Form = "print" // one HTML file for each letter, with a page for each user
	CSV   Form = "csv"   // one file for each letter, for a mail merge
)

// Forms lists all forms.
func Forms() []Form { return []Form{HTML, Plain, EML, Print, CSV} }

// folder is where files are written, and nowhere else: names can't lead out of
// it, and neither can symbolic links.
type folder struct{ root *os.Root }

// openFolder makes the folder if need be.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fileFault("The folder for the letters can't be made", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fileFault("The folder for the letters can't be opened", err)
	}
	return &folder{root}, nil
}

func (f *folder) close() { _ = f.root.Close() }

// write puts a file in its place as a whole, for its owner only (0600).
func (f *folder) write(name string, data []byte) error {
	if dir := path.Dir(name); dir != "." {
		if err := f.root.MkdirAll(dir, 0o700); err != nil {
			return fileFault("A folder for letters can't be made", err)
		}
	}
	tmp := name + ".part"
	if err := f.root.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileFault("A letter can't be written", err)
	}
	out, err := f.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fileFault("A letter can't be written", err)
	}
	_, err = out.Write(data)
	if err = errors.Join(err, out.Close()); err == nil {
		err = f.root.Rename(tmp, name)
	}
	if err != nil {
		_ = f.root.Remove(tmp)
		return fileFault("A letter can't be written", err)
	}
	return nil
}

// Write puts letters of one kind into a folder, in these forms, and returns the
// names of the files, relative to it. A file that is there already is replaced.
func (m *Maker) Write(dir string, letters []Letter, forms []Form, now time.Time) (names []string, err error) {
	if len(letters) == 0 {
		return nil, nil
	}
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer f.close()
	put := func(name string, data []byte) {
		if err == nil {
			if err = f.write(name, data); err == nil {
				names = append(names, name)
			}
		}
	}
	kind := string(letters[0].Kind)
	used := map[string]bool{}
	for _, l := range letters {
		base := path.Join(kind, unique(used, fileName(l.To)))
		if slices.Contains(forms, HTML) {
			put(base+".html", []byte(l.HTML))
		}
		if slices.Contains(forms, Plain) {
			put(base+".txt", []byte(strings.ReplaceAll(l.Plain, "\n", "\r\n")))
		}
		if slices.Contains(forms, EML) && err == nil {
			var mail *Mail
			if mail, err = m.Mail(l, now); err == nil {
				put(base+".eml", mail.Raw)
			}
		}
	}
	if slices.Contains(forms, Print) && err == nil {
		var html string
		if html, err = m.Print(letters); err == nil {
			put(kind+"-print.html", []byte(html))
		}
	}
	if slices.Contains(forms, CSV) {
		put(kind+".csv", m.merge(letters))
	}
	return names, err
}

// WriteSheet puts the sheet of first passwords into a folder, and returns the
// name of the file.
func WriteSheet(dir, html string) (string, error) {
	f, err := openFolder(dir)
	if err != nil {
		return "", err
	}
	defer f.close()
	const name = "first-passwords-print.html"
	return name, f.write(name, []byte(html))
}

// fileName is a name that every system takes, Windows included: letters, digits
// and a few signs, no reserved name, no dot at the end, not too long.
func fileName(s string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', strings.ContainsRune("-_.@+", r):
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A' // Windows and macOS know no difference
		}
		return '_'
	}, s)
	name = strings.Trim(name[:min(len(name), 100)], ".")
	if name == "" || name[0] == '-' {
		name = "_" + name
	}
	stem, _, _ := strings.Cut(name, ".")
	switch stem {
	case "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
		"lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9":
		name = "_" + name
	}
	return name
}

// unique tells two users apart whose addresses give the same name.
func unique(used map[string]bool, name string) string {
	for n, base := 2, name; used[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	used[name] = true
	return name
}

const readmeFile = "README.txt"

const readme = `These are the letters of mxodus. Change what you like, and delete what you don't
change: what is missing here is taken from mxodus.

  en/, de/, fr/, es/   the letters, one file each; parts.txt is for all
  layout/              the HTML around them

A letter begins with "Subject: ". Then, line by line: "# " the title, "## " a
heading, "1. " a step, "- " a point, ": name | value" a fact, "| a | b |" a row
of a table, "> " something to be noticed. **strong**, <https://address>. What
stands in {{ }} is filled in; it is Go's text/template. "day", "moment",
"window", "date", "size", "number" and "count" write in the letter's language.

What there is to fill in, as {{.Company}}; true or false for {{if}}, lists for
{{range}}:

  Company Domain Why          the company, its domain, why it moves
  Name Address SignIn         of the user; Shared: several people work with it
  Microsoft WebMail           the new mailbox is Microsoft 365; its web address
  NewServer OldServer         names of the servers
  HasWindow Start End         when the mail moves
  HasCutOver CutOver          when the MX is changed
  HasLastDay LastDay          of the old mailboxes
  Help                        .Help.Name .Help.Address .Help.Phone .Help.Hours
  PasswordWay AppPassword     how the first password comes; the old one needs one
  Limit                       bytes of the largest message that is taken
  Ran Verified                copied; read again on both sides
  Moved Found Arrived Bytes   messages copied, there before, both, and their size
  Skipped Failed              messages left out, not copied
  Reasons                     each: .Count .Why
  Left TooBig                 each: .Folder .Subject .Why .Date .Size
  LeftMore TooBigMore         how many more of them there are
  Folders FoldersMore         each: .From .To, whose names change
  Owner                       for the owner's letter: .Owner.Users .Owner.Done
                              .Owner.Verified .Owner.VerifiedOK .Owner.VerifiedAt
                              .Owner.Mailboxes .Owner.DNS .Owner.TTL .Owner.Cancel

Tell mxodus of this folder, and check it:

  mxodus letters FILE --templates DIR
  mxodus letters FILE --check
`

// Export writes the templates of mxodus into a folder, to be changed there. A
// file that is there already stays as it is and is named in kept.
func Export(dir string) (written, kept []string, err error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	defer f.close()
	for _, name := range append(Names(), readmeFile) {
		text := []byte(readme)
		if name != readmeFile {
			if text, err = fs.ReadFile(original(), name); err != nil {
				return written, kept, err
			}
		}
		if _, err := f.root.Lstat(filepath.FromSlash(name)); err == nil {
			kept = append(kept, name)
			continue
		}
		if err := f.write(name, text); err != nil {
			return written, kept, err
		}
		written = append(written, name)
	}
	return written, kept, nil
}
