package tui

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func newProjectForm(noKeyring bool) *widget.Form {
	var form *widget.Form
	form = widget.NewForm(
		&widget.Field{Name: "company", Label: "Company", Help: "As it should stand in letters and reports.", Check: need("the company's name")},
		&widget.Field{Name: "domain", Label: "Mail domain", Hint: "e.g. acme.example", Help: "What stands behind the @ in the users' addresses.", Check: checkDomain},
		&widget.Field{Name: "path", Label: "Project file", Help: "Where to keep the project. It will be readable by you only.", Check: need("a file name")},
		&widget.Field{Name: "passphrase", Label: "Passphrase", Secret: true, Check: checkPassphrase,
			Help: "It seals the passwords in the project. Nobody can recover it: a few words that you will remember."},
		&widget.Field{Name: "again", Label: "Passphrase again", Secret: true, Check: func(v string) string {
			if v != form.Get("passphrase") {
				return "The two differ. Press Ctrl-R to see them."
			}
			return ""
		}},
		rememberField(noKeyring),
	)
	return form
}

// asking is the form that is open.
func (p *project) asking() *widget.Form {
	if p.plan.form != nil {
		return p.plan.form
	}
	return p.form
}

// rememberField offers the keyring first, but where it is known to take nothing.
func rememberField(noKeyring bool) *widget.Field {
	f := &widget.Field{Name: "remember", Label: "Remember it", Help: "In this computer's own keyring, if it has one. Then you are not asked again here.",
		Options: []widget.Option{{Value: "yes", Label: "yes, in this computer's keyring"}, {Value: "no", Label: "no, ask each time"}}}
	if noKeyring {
		slices.Reverse(f.Options)
		f.Help = "This computer has no keyring that takes it: you will be asked each time. Or give it beforehand, as MXODUS_PASSPHRASE."
	}
	return f
}

func openProjectForm() *widget.Form {
	return widget.NewForm(&widget.Field{Name: "path", Label: "Project file", Hint: "e.g. acme.mxodus", Files: []string{".mxodus"},
		Help: "Type or paste the path, drop the file on this window, or press Ctrl-O to look for it.", Check: need("the path of a project")})
}

func unlockForm(noKeyring bool) *widget.Form {
	return widget.NewForm(
		&widget.Field{Name: "passphrase", Label: "Passphrase", Secret: true, Check: need("the passphrase"),
			Help: "The one you chose when you made this project."},
		rememberField(noKeyring))
}

// need is a check that something is there.
func need(what string) func(string) string {
	return func(v string) string {
		if strings.TrimSpace(v) == "" {
			return "This needs " + what + "."
		}
		return ""
	}
}

func checkDomain(v string) string {
	switch {
	case v == "":
		return "This needs the domain: acme.example, for instance."
	case strings.Contains(v, "@"):
		return "Only what stands behind the @: " + v[strings.LastIndexByte(v, '@')+1:]
	case !strings.Contains(v, ".") || strings.ContainsAny(v, " /:"):
		return "This is not a domain. It looks like acme.example."
	}
	return ""
}

func checkPassphrase(v string) string {
	if len([]rune(v)) < 8 {
		return "At least 8 characters, better a few words."
	}
	return ""
}

// suggestPath names the file after the domain until somebody names it.
func (p *project) suggestPath() {
	if p.phase != projectNew || p.form.Focus() == "path" {
		return
	}
	now := p.form.Get("path")
	if now != "" && now != p.suggested {
		return
	}
	domain := strings.ToLower(p.form.Get("domain"))
	first, _, ok := strings.Cut(domain, ".")
	if !ok || first == "" || filepath.Base(first) != first {
		return
	}
	p.suggested = first + ".mxodus"
	p.form.Set("path", p.suggested)
}

func (p *project) Keys() []key.Binding {
	if p.waiting("open") {
		return nil
	}
	switch p.phase {
	case projectChoosing:
		return []key.Binding{named(keys.Enter, "choose"), keys.Move}
	case projectLive:
		return p.liveKeys()
	case projectOpen:
		if p.plan.open || p.plan.form != nil {
			return p.planKeys()
		}
		return []key.Binding{named(keys.Enter, "go on: "+p.resumeTitle()), keys.Plan, keys.PlanCutOver}
	case projectNew:
		return []key.Binding{named(keys.Enter, lastWord(p.form, "make the project")), keys.Fields, keys.Reveal, keys.Back}
	case projectLocked:
		return []key.Binding{named(keys.Enter, lastWord(p.form, "unlock")), keys.Reveal, keys.Back}
	}
	return []key.Binding{named(keys.Enter, "open"), keys.Back}
}

// lastWord is what Enter does in a form.
func lastWord(f *widget.Form, word string) string {
	if f.AtLast() {
		return word
	}
	return "next field"
}

func (p *project) resumeTitle() string { return p.steps[p.resume()].Title() }

func (p *project) View(w, h int) string {
	l := p.look
	if p.phase == projectLive {
		return p.liveView(w, h)
	}
	if p.phase == projectOpen && p.plan.form != nil {
		return p.cutOverView(w, h)
	}
	if p.phase == projectOpen && p.plan.open {
		return p.planView(w, h)
	}
	head := []string{p.headline("Project", "", w), ""}
	if p.waiting("open") {
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(p.frame)) + " Opening the project."})
	}
	if p.fault != nil {
		head = append(head, append(p.faultLines(p.fault, w), "")...)
	}
	switch p.phase {
	case projectOpen:
		for i, s := range paragraph(p.note, w-2) {
			head = slices.Insert(head, len(head)-1, l.Attention.Paint([]string{l.Glyphs.Attention, " "}[min(i, 1)])+" "+s)
		}
		return joined(h, head, p.summary(w, h-len(head)))
	case projectChoosing:
		if p.fault != nil {
			break // what went wrong, and the way out, before the welcome
		}
		welcome := paragraph("mxodus moves a company's mailboxes from an old mail server to a new one, step by step. The old server is never changed. You can stop at any time and go on another day.", w)
		head = append(head, append(welcome, "")...)
	case projectNew:
		head = append(head, append(paragraph("A few words about the company. Everything can be changed later.", w), "")...)
	case projectLocked:
		head = append(head, append(paragraph(strings.Join(strings.Fields("The project "+clean(p.sealed.project.Company)), " ")+" ("+clean(filepath.Base(p.sealed.file.Path()))+") is sealed.", w), "")...)
	}
	if p.phase == projectChoosing {
		return joined(h, head, strings.Split(p.menu.View(l, w, h-len(head)), "\n"))
	}
	return joined(h, head, strings.Split(p.form.View(l, w, h-len(head)), "\n"))
}

// summary is what the open project holds, what is to be done next, and what was.
func (p *project) summary(w, h int) []string {
	l, s := p.look, &p.session
	var out []string
	if s.practice {
		out = append(out, paragraph("This is practice. A made-up company stands on this computer: an old mail server full of mail, and a new, empty one. Everything is filled in. Nothing leaves this computer, and nothing can break.", w)...)
		out = append(out, "")
		out = append(out, paragraph("Press Enter to go through it, step by step. The bottom line always shows the keys; ? explains the step you are on.", w)...)
		out = append(out, "")
	}
	out = append(out, labelled(l, "Company", clean(s.project.Company)+", "+clean(s.project.Domain), w)...)
	if h >= 14 {
		out = append(out, labelled(l, "Old server", orNone(s.project.Source.URL()), w)...)
		out = append(out, labelled(l, "New server", orNone(s.project.Destination.URL()), w)...)
	}
	out = append(out, labelled(l, "Users", say.Count(len(s.people), "user"), w)...)
	if h >= 12 {
		out = append(out, labelled(l, "File", clean(s.file.Path()), w)...)
	}
	plan := s.schedule(p.now)
	out = append(out, labelled(l, "Cut-over", p.cutOverWords(&plan), w)...)
	done := p.history(w)
	switch room := h - len(out) - len(done); {
	case h < 12:
		done = nil
	case s.practice || room < 5:
		done = done[:min(len(done), 3)]
	}
	return append(append(out, p.nextTasks(&plan, w, h-len(out)-len(done))...), done...)
}

// history is what was done last, newest first.
func (p *project) history(w int) []string {
	l, runs := p.look, p.session.runs
	if len(runs) == 0 {
		return nil
	}
	out := []string{"", "  " + l.Dim.Paint("What was done")}
	for i, n := len(runs)-1, 0; i >= 0 && n < 5; i, n = i-1, n+1 {
		out = append(out, "  "+l.Cut(runWords(l, runs[i]), w-2))
	}
	return out
}

func orNone(url string) string {
	if url == "" {
		return "not chosen yet"
	}
	return clean(url)
}

// runWords is one line of the history of runs.
func runWords(l *widget.Look, r engine.Run) string {
	kinds := map[string]string{"full": "first run", "delta": "delta", "verify": "verification", "undo": "undo"}
	words := say.Soon(r.Started) + "  " + kinds[r.Kind]
	switch {
	case r.Finished.IsZero():
		return l.Attention.Paint(l.Glyphs.Attention) + " " + words + ": interrupted"
	case r.Summary.Interrupted:
		return l.Attention.Paint(l.Glyphs.Attention) + " " + words + ": stopped after " + say.Count(r.Summary.Sent, "message")
	case r.Kind == "full" || r.Kind == "delta":
		words += ": " + say.Count(r.Summary.Sent, "message") + " copied in " + say.Span(r.Finished.Sub(r.Started))
	}
	if r.Summary.UsersFailed+r.Summary.UsersAttention > 0 {
		return l.Attention.Paint(l.Glyphs.Attention) + " " + words + ", " + say.Count(r.Summary.UsersFailed+r.Summary.UsersAttention, "user") + " to look at"
	}
	return l.Good.Paint(l.Done) + " " + words
}
