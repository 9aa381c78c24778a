package handover

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"mxodus/engine"
	"mxodus/engine/say"
)

//go:embed readme.txt.tmpl
var readmeText string

// page is what the readme says of this project.
type page struct {
	Domain, Program, Date, Script, FirstBatch string
	Batches                                   []pageBatch
	Warnings                                  []engine.Fault
	Tested                                    int
	Measured, Takes                           string
	Bands                                     []string
	LogIn, Excluded, Included                 string
}

type pageBatch struct {
	File, Name, Mailboxes string
	Pilot                 bool
}

// readme is the whole file, with the line ends of Windows. Nothing secret is in it.
func (h *handOver) readme() ([]byte, error) {
	t, err := template.New("readme").Parse(strings.ReplaceAll(readmeText, "\r\n", "\n"))
	if err != nil {
		return nil, err
	}
	p := page{Domain: engine.Clean(h.o.Project.Domain, 100), Program: engine.Clean(h.o.Program, 60), Date: h.o.Now.Format("2 Jan 2006"), Script: scriptFile,
		Tested: h.measure.tested, Measured: h.measure.sentence(), Takes: h.measure.takesSentence(), Bands: h.measure.bandLines(),
		LogIn: logInWords(h.logIn), Excluded: listed(h.folders.exclude), Included: strings.Join(h.folders.include, ", ")}
	for _, f := range h.warned {
		p.Warnings = append(p.Warnings, engine.Fault{What: wrap(f.What, "  "), Do: "  " + wrap("What to do: "+h.ours(f.Do), "  ")})
	}
	for _, b := range h.batches {
		p.Batches = append(p.Batches, pageBatch{File: b.file, Name: b.name, Mailboxes: say.Count(len(b.rows), "mailbox"), Pilot: b.pilot})
	}
	if len(h.batches) > 1 {
		p.FirstBatch = h.batches[0].name
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return nil, err
	}
	return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n")), nil
}

// ours puts the project's file into the commands that words advise.
func (h *handOver) ours(words string) string {
	if h.o.File == "" {
		return words
	}
	return engine.ForFile(words, engine.Argument(h.o.File))
}

// sentence is what was counted.
func (m measures) sentence() string {
	s := fmt.Sprintf("%s tested: %s, %s.", say.Count(m.tested, "mailbox"), say.Count(m.messages, "message"), say.Size(m.bytes))
	if m.tooBig > 0 {
		s += fmt.Sprintf(" %s over 35 MB.", say.Count(m.tooBig, "more message"))
	}
	if m.largest.Bytes > 0 {
		s += fmt.Sprintf(" The largest is %s with %s.", engine.Clean(m.largest.User.Address, 100), say.Size(m.largest.Bytes))
	}
	return wrap(s, "")
}

// takesSentence is how long it takes by Microsoft's figures.
func (m measures) takesSentence() string {
	middle, bad, known := m.takes()
	if !known {
		return wrap("For mailboxes over 100 GB Microsoft gives no time.", "")
	}
	return wrap(fmt.Sprintf("By Microsoft's figures, the first copy of the largest takes %s as a rule, and nine of ten such mailboxes are done within %s. The others run beside it.",
		say.Count(middle, "day"), say.Count(bad, "day")), "")
}

// bandLines are how many mailboxes there are of each size, and Microsoft's time.
func (m measures) bandLines() (lines []string) {
	for i, n := range m.bands {
		switch {
		case n == 0:
		case i < len(guidance):
			g := guidance[i]
			lines = append(lines, fmt.Sprintf("%-12s  %-14s  %s as a rule, nine of ten within %s", g.title, say.Count(n, "mailbox"), say.Count(g.middle, "day"), say.Count(g.bad, "day")))
		default:
			lines = append(lines, fmt.Sprintf("%-12s  %-14s  no time is given", "over 100 GB", say.Count(n, "mailbox")))
		}
	}
	return lines
}

// logInWords is how the service signs in.
func logInWords(l engine.HandOverLogIn) string {
	switch l {
	case engine.HandOverMaster:
		return "the master's, as user*master (Dovecot)"
	case engine.HandOverExchange:
		return "the administrator's, as DOMAIN/administrator/user (Exchange)"
	case engine.HandOverMirapoint:
		return "the administrator's, as #user@domain#administrator# (Mirapoint)"
	case engine.HandOverRoot:
		return "the administrator's own, with a root folder for each user (Courier, Oracle)"
	}
	return "each user's own name and password"
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none by the project's rules"
	}
	return engine.Clean(strings.Join(names, ", "), 2000)
}

// wrap breaks text between words at 80 columns; further lines begin with indent.
func wrap(text, indent string) string {
	var b strings.Builder
	column := len(indent)
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case i == 0:
		case column+1+n > 80:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
