package tui

import (
	"context"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/tui/widget"
)

// tenant is the part of the step Destination that is about Microsoft 365: who
// signs in, and the guided set-up with a check after each of its steps. What it
// shows stands in tenantview.go, what it asks in tenantio.go.
type tenant struct {
	seat
	phase  tenantPhase
	form   *widget.Form
	steps  widget.Table
	report engine.SetupReport
	looked bool // the report is of a check, not of before one
	watch  *setupWatch
	page   *signInWatch
	hand   *byHand // lies over the steps; nil: it isn't open
	note   string  // what was just done
	fault  *engine.Fault
}

type tenantPhase int

const (
	tenantFresh tenantPhase = iota
	tenantForm
	tenantSetup
	tenantFolder // asks where the scripts go
)

func (t *tenant) Typing() bool { return t.phase == tenantForm || t.phase == tenantFolder }

func (t *tenant) endpoint() engine.Endpoint { return t.session.project.Destination }

func (t *tenant) Init() tea.Cmd {
	t.note = ""
	if t.endpoint().Kind != engine.KindMicrosoft365 || t.endpoint().Tenant == "" {
		t.openForm()
		return nil
	}
	if t.phase == tenantFresh || t.phase == tenantForm {
		t.phase = tenantSetup
		return t.readSteps()
	}
	return nil
}

func (t *tenant) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case reply:
		return t.reply(msg)
	case tea.KeyMsg:
		t.fault = nil
		return t.key(msg)
	}
	return nil
}

func (t *tenant) reply(r reply) tea.Cmd {
	if r.err != nil {
		t.page = nil
		if f := faultOf(r.err); t.phase == tenantForm || t.phase == tenantFolder {
			t.form.Fault(t.form.Focus(), t.advice(f.What+" "+f.Do))
		} else {
			t.fault = f
		}
		return nil
	}
	switch v := r.value.(type) {
	case tenantSaved:
		t.session.refresh(v.loaded)
		t.phase, t.note = tenantSetup, "Kept."
		return t.readSteps()
	case setupSteps:
		t.show(engine.SetupReport{Steps: v}, false)
	case setupChecked:
		t.watch = nil
		t.show(v.report, true)
	case setupPeek:
		if t.watch == v.watch {
			t.show(v.report, t.looked)
			return t.peek(v.watch)
		}
	case scriptsWritten:
		t.phase, t.note = tenantSetup, v.words
	case pageShown:
		if t.page != nil {
			t.page.page = v.page
		}
	case signedIn:
		t.page, t.note = nil, "Signed in as "+clean(v.account)+"."
		return t.check()
	case copyDone:
		t.note = v.words
	}
	return nil
}

// show takes a report. Once it was looked, the cursor goes to what is to be done
// next.
func (t *tenant) show(r engine.SetupReport, looked bool) {
	if len(r.Steps) == 0 {
		return
	}
	over := looked && t.watch == nil
	t.report, t.looked = r, looked
	t.steps.Resize(len(r.Steps))
	if next := r.Next(); over && next != nil {
		for i := range r.Steps {
			if r.Steps[i].ID == next.ID {
				t.steps.Go(i)
			}
		}
	}
}

// ready says that nothing is missing that can be known yet.
func (t *tenant) ready() bool {
	if !t.looked || t.watch != nil {
		return false
	}
	for i := range t.report.Steps {
		s := &t.report.Steps[i]
		if s.State != engine.CheckOK && s.State != engine.CheckWarning && !t.early(s) {
			return false
		}
	}
	return true
}

// early says that a step waits for users, and for nothing else: the set-up comes
// before the step Users.
func (t *tenant) early(s *engine.SetupStep) bool {
	return t.looked && s.ID == engine.SetupMailboxes && s.State == engine.CheckFailed && len(t.session.chosen()) == 0
}

// current is the step under the cursor; nil before there are any.
func (t *tenant) current() *engine.SetupStep {
	if at := t.steps.At(); at >= 0 && at < len(t.report.Steps) {
		return &t.report.Steps[at]
	}
	return nil
}

func (t *tenant) key(msg tea.KeyMsg) tea.Cmd {
	switch t.phase {
	case tenantForm:
		return t.formKey(msg)
	case tenantFolder:
		return t.folderKey(msg)
	}
	if t.page != nil { // a sign-in is under way
		switch {
		case key.Matches(msg, keys.Back):
			t.drop("signin")
			t.page = nil
		case key.Matches(msg, keys.Copy):
			return t.copyText(t.page.page.URL)
		}
		return nil
	}
	if t.hand != nil {
		return t.handKey(msg)
	}
	return t.setupKey(msg)
}

func (t *tenant) setupKey(msg tea.KeyMsg) tea.Cmd {
	if t.steps.Update(msg) {
		return nil
	}
	switch {
	case key.Matches(msg, keys.Enter):
		if t.ready() {
			return t.next()
		}
		return t.check()
	case key.Matches(msg, keys.Retry) && t.ready():
		return t.check()
	case key.Matches(msg, keys.Forward):
		return t.next()
	case key.Matches(msg, keys.Back):
		if t.watch != nil {
			t.drop("setup")
			t.watch = nil
			return nil
		}
		return t.back()
	case key.Matches(msg, keys.Edit):
		t.openForm()
	case key.Matches(msg, keys.Scripts):
		t.openFolder()
	case key.Matches(msg, keys.SignIn) && !t.byApp():
		return t.signIn()
	case key.Matches(msg, keys.ByHand):
		t.openHand()
	case key.Matches(msg, keys.Details):
		return t.readStep()
	}
	return nil
}

func (t *tenant) byApp() bool { return !t.endpoint().SignIn.ByPerson() }

const (
	cloudWorldwide = "worldwide"
	cloudFile      = "file"
)

func (t *tenant) openForm() {
	e := t.endpoint()
	if e.Kind != engine.KindMicrosoft365 {
		e = engine.Endpoint{}
	}
	var f *widget.Form
	f = widget.NewForm(
		&widget.Field{Name: "tenant", Label: "Tenant", Hint: "e.g. " + t.session.project.Domain, Check: checkID("the tenant's ID, or one of its domains"),
			Help: "Its ID, or one of its domains, as acme.onmicrosoft.com."},
		&widget.Field{Name: "who", Label: "Who signs in", Help: "An app opens every mailbox that you grant it, and no user's password is needed: best for many. A person needs full access to every mailbox.",
			Options: []widget.Option{{Value: "app", Label: "an app"}, {Value: string(engine.SignInBrowser), Label: "a person, with the browser"}, {Value: string(engine.SignInDevice), Label: "a person, with a code (often blocked)"}}},
		&widget.Field{Name: "client", Label: "Client ID", Hint: "not made yet", Check: checkOptionalID,
			Help: "Of the app. Leave it empty for now: the set-up makes the app, and says its ID and its secret."},
		&widget.Field{Name: "secret", Label: "Client secret", Secret: true, Hidden: func() bool { return f.Get("who") != "app" },
			Help: "The secret's value, not its ID. It is sealed in the project. Empty: the one that is kept stays."},
		&widget.Field{Name: "cloud", Label: "Cloud", Help: "Nearly always the first.",
			Options: []widget.Option{{Value: cloudWorldwide, Label: "worldwide"}, {Value: "gcchigh", Label: "GCC High"}, {Value: "dod", Label: "DoD"}, {Value: "21vianet", Label: "China (21Vianet)"}, {Value: cloudFile, Label: "one that a file describes"}}},
		&widget.Field{Name: "file", Label: "Its file", Files: []string{".json"}, Hidden: func() bool { return f.Get("cloud") != cloudFile }, Check: need("the path of the JSON file")},
	)
	f.Set("tenant", e.Tenant)
	f.Set("client", e.ClientID)
	if e.SignIn.ByPerson() {
		f.Set("who", string(e.SignIn))
	}
	switch e.Cloud {
	case "":
	case "worldwide", "gcchigh", "dod", "21vianet":
		f.Set("cloud", e.Cloud)
	default:
		f.Set("cloud", cloudFile)
		f.Set("file", e.Cloud)
	}
	t.form, t.phase = f, tenantForm
}

// checkID checks an ID or a domain that goes into addresses of Microsoft's.
func checkID(what string) func(string) string {
	return func(v string) string {
		if v == "" {
			return "This needs " + what + "."
		}
		return checkOptionalID(v)
	}
}

func checkOptionalID(v string) string {
	if strings.ContainsAny(v, "/?#&: \t") {
		return "Copy it from the app's overview page: letters, digits, dots and hyphens."
	}
	return ""
}

func (t *tenant) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case t.waiting("save"):
	case key.Matches(msg, keys.Back):
		if len(t.report.Steps) > 0 {
			t.phase = tenantSetup
			return nil
		}
		t.phase = tenantFresh
		return t.back()
	case key.Matches(msg, keys.Reveal):
		t.form.ToggleReveal()
	case key.Matches(msg, keys.Save) && t.form.Valid(), t.form.Update(msg):
		return t.save()
	}
	return nil
}

// draft is the endpoint as typed.
func (t *tenant) draft() engine.Endpoint {
	get := t.form.Get
	e, _ := engine.ParseEndpoint("microsoft365")
	e.Tenant, e.ClientID = get("tenant"), get("client")
	if get("who") != "app" {
		e.SignIn = engine.SignInWay(get("who"))
	}
	switch get("cloud") {
	case cloudWorldwide:
	case cloudFile:
		e.Cloud = homePath(get("file"))
	default:
		e.Cloud = get("cloud")
	}
	return e
}

func (t *tenant) save() tea.Cmd {
	l, a, e, secret := t.held(), t.adapters, t.draft(), engine.Secret(t.form.Get("secret"))
	t.report, t.looked = engine.SetupReport{}, false
	return t.ask("save", func(ctx context.Context) (any, error) { return saveTenant(ctx, a, l, e, secret) })
}

func (t *tenant) openFolder() {
	t.form = widget.NewForm(&widget.Field{Name: "folder", Label: "Folder", Check: need("the path of a folder"),
		Help: "Two scripts for PowerShell are written there: one that sets everything up, and one that takes it all back. They hold no secret. Read them before you run them."},
		&widget.Field{Name: "manage", Label: "The app may", Help: "Making users and giving licences needs further permissions. Without them, do both in the admin center.",
			Options: []widget.Option{{Value: "no", Label: "open the project's mailboxes only"}, {Value: "yes", Label: "also make users and give licences"}}})
	if t.session.manages {
		t.form.Set("manage", "yes")
	}
	t.form.Set("folder", t.beside("microsoft365"))
	t.phase = tenantFolder
}

func (t *tenant) folderKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		t.phase = tenantSetup
	case t.form.Update(msg):
		manages, file := t.form.Get("manage") == "yes", t.session.file
		t.session.manages = manages
		dir, setup := homePath(t.form.Get("folder")), t.setup()
		return t.ask("scripts", func(ctx context.Context) (any, error) {
			if err := engine.KeepManagesUsers(ctx, file, manages); err != nil {
				return nil, err
			}
			return writeScripts(dir, setup.Scripts())
		})
	}
	return nil
}
