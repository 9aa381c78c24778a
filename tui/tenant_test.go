package tui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mxodus/engine"
)

// fakeSetup is a set-up of which the first steps are done.
type fakeSetup struct {
	steps []engine.SetupStep
	slow  time.Duration
}

func (f *fakeSetup) Steps() []engine.SetupStep { return f.waiting() }
func (f *fakeSetup) waiting() []engine.SetupStep {
	out := append([]engine.SetupStep(nil), f.steps...)
	for i := range out {
		out[i].State, out[i].Fault, out[i].Found = engine.CheckWaiting, nil, ""
	}
	return out
}

func (f *fakeSetup) Scripts() []engine.SetupFile {
	return []engine.SetupFile{{Name: "mxodus-setup.ps1", Data: []byte("# in")}, {Name: "mxodus-remove.ps1", Data: []byte("# out")}}
}

func (f *fakeSetup) Check(ctx context.Context, each func(engine.SetupReport)) (engine.SetupReport, error) {
	each(engine.SetupReport{Steps: f.waiting()})
	select {
	case <-time.After(f.slow):
	case <-ctx.Done():
		return engine.SetupReport{}, ctx.Err()
	}
	return engine.SetupReport{TenantID: "t", Steps: slices.Clone(f.steps), Mailboxes: []engine.MailboxCheck{
		{Name: "ben@acme.example", State: engine.CheckFailed, Fault: &engine.Fault{What: "IMAP is switched off for this mailbox."}}}}, nil
}

func sceneSteps() []engine.SetupStep {
	return []engine.SetupStep{
		{ID: engine.SetupTenant, Title: "Tenant", State: engine.CheckOK, Found: "acme.onmicrosoft.com is there."},
		{ID: engine.SetupApp, Title: "App", State: engine.CheckOK, Found: "The app is in the tenant."},
		{ID: engine.SetupCredential, Title: "Client secret", State: engine.CheckOK, Found: "The app signs in."},
		{ID: engine.SetupPermission, Title: "Permission", State: engine.CheckFailed, Script: true, Who: "a Global Administrator",
			ByHand: []engine.SetupAction{{Do: "Open the app's page, API permissions, and grant admin consent.", Copy: []string{"IMAP.AccessAsApp"}}},
			Fault:  &engine.Fault{What: "Nobody has consented to IMAP.AccessAsApp for the tenant.", Do: "Grant admin consent on the app's page.", Who: "a Global Administrator"}},
		{ID: engine.SetupPrincipal, Title: "Service principal", State: engine.CheckWaiting, Script: true},
		{ID: engine.SetupMailboxes, Title: "Mailboxes", State: engine.CheckWaiting, Script: true},
	}
}

// atTenant is a sitting at the step Destination with a tenant that steps are
// asked of.
func atTenant(t *testing.T, steps []engine.SetupStep, f func(s *sitting, w *fakeWorld)) {
	t.Helper()
	w, o := openAt(sceneProject(), acmeUsers()...)
	w.files["p"].project.Destination = engine.Endpoint{}
	w.setup = &fakeSetup{steps: steps, slow: time.Second}
	sit(t, w, o, func(s *sitting) {
		s.press("ctrl+g", "home", "down", "down", "enter")
		s.sees("Where does the mail go?", "Microsoft 365", "Another mail server")
		s.press("enter")
		f(s, w)
	})
}

func TestMicrosoft365IsSetUpStepByStep(t *testing.T) {
	steps := sceneSteps()
	atTenant(t, steps, func(s *sitting, w *fakeWorld) {
		s.sees("Tenant", "Who signs in", "Client ID")
		s.write("")
		s.sees("This needs the tenant's ID, or one of its domains.")
		s.press("up")
		s.write("acme.onmicrosoft.com", "", "11111111-2222", "top-secret", "")
		s.settle()
		s.sees("not checked yet", "tenant acme.onmicrosoft.com, an app signs in", "w write the scripts")
		s.seesNot("top-secret")
		e := w.files["p"].project.Destination
		if e.Kind != engine.KindMicrosoft365 || e.Tenant != "acme.onmicrosoft.com" || e.ClientID != "11111111-2222" {
			t.Errorf("kept %+v", e)
		}
		if got, _ := w.vault.Get(engine.AppSecretName(engine.SideDestination)); got != "top-secret" {
			t.Error("the client secret is not in the vault")
		}
		s.press("enter")
		s.sees("checking")
		s.wait(3 * time.Second)
		s.sees("1 step to take", "Nobody has consented to IMAP.AccessAsApp", "a Global Administrator", "after the step before")
		s.press("h")
		s.sees("Open the app's page, API permissions", "IMAP.AccessAsApp", "c copy")
		for i := range steps {
			steps[i].State, steps[i].Fault = engine.CheckOK, nil
		}
		s.press("enter")
		s.wait(3 * time.Second)
		s.sees("everything is set up", "Enter next")
		s.press("enter")
		s.sees("Users")
	})
}

func TestScriptsAreWrittenForTheirOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scripts")
	atTenant(t, sceneSteps(), func(s *sitting, w *fakeWorld) {
		s.write("acme.onmicrosoft.com", "", "", "", "")
		s.press("w")
		s.sees("Scripts for the set-up", "They hold no secret.")
		s.root.steps[stepDestination].(*destination).tenant.form.Set("folder", dir)
		s.press("enter", "right", "enter")
		s.sees("Two scripts are in", "setup.ps1")
		if !w.asked.ManageUsers {
			t.Error("the scripts don't let the app make users, as was asked for")
		}
		info, err := os.Stat(filepath.Join(dir, "mxodus-setup.ps1"))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%v, %v", info, err)
		}
	})
}

func TestPersonSignsInWithThePageOnScreen(t *testing.T) {
	atTenant(t, sceneSteps(), func(s *sitting, w *fakeWorld) {
		w.signIn = make(chan string)
		for _, r := range "acme.onmicrosoft.com" {
			s.press(string(r))
		}
		s.press("enter", "right", "right", "enter", "enter", "enter")
		s.sees("a person signs in", "s sign in")
		s.press("s")
		s.wait(time.Second)
		s.sees("ABCD-EFGH", "https://login.example/device", "Waiting for you to sign in.")
		w.signIn <- "admin@acme.example"
		s.wait(3 * time.Second)
		s.sees("1 step to take")
	})
}
