package tui

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		s.sees("not checked yet", "tenant acme.onmicrosoft.com, an app signs in", "w scripts")
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
		s.press("esc")
		s.sees("1 step to take")
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
		if on, err := engine.ManagesUsers(t.Context(), s.root.session.file); err != nil || !on {
			t.Errorf("what was asked for isn't kept: %v, %v", on, err)
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

// longSteps are steps whose words need more room than a small terminal has.
func longSteps() []engine.SetupStep {
	steps := sceneSteps()
	steps[3].Fault.What = strings.Repeat("The permission is missing or nobody has consented to it. ", 3)
	steps[3].Fault.Do = "Run the script again. " + strings.Repeat("Or open the app's page and look for the permission. ", 7) + "Then press Grant admin consent."
	steps[3].Fault.Said = "The app may do only this: User.Read.All."
	steps[3].ByHand = []engine.SetupAction{
		{Do: strings.Repeat("Open the Microsoft Entra admin center, App registrations, the app. ", 3)},
		{Do: "Tick:", Copy: []string{"IMAP.AccessAsApp", "User.ReadWrite.All"}},
		{Do: strings.Repeat("Wait until the page says that it is done. ", 11)},
		{Do: "In PowerShell:", Copy: []string{"Connect-ExchangeOnline", "New-ServicePrincipal -AppId '11111111-2222-3333-4444-555555555555' -ObjectId '66666666-2222-3333-4444-555555555555' -DisplayName 'mxodus acme.example'"}},
		{Do: "The last thing to do."},
	}
	return steps
}

// checkedTenant is a checked set-up on a terminal of that size.
func checkedTenant(t *testing.T, steps []engine.SetupStep, w, h int, f func(s *sitting, world *fakeWorld)) {
	t.Helper()
	atTenant(t, steps, func(s *sitting, world *fakeWorld) {
		s.write("acme.onmicrosoft.com", "", "", "", "")
		s.root.width, s.root.height = w, h
		s.press("enter")
		s.wait(3 * time.Second)
		f(s, world)
	})
}

func TestRemedyOfTheSetUpIsReadWholeInASmallTerminal(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}} {
		checkedTenant(t, longSteps(), size[0], size[1], func(s *sitting, _ *fakeWorld) {
			s.sees("more lines: press d")
			s.press("d", "end")
			s.sees("Then press Grant", "It said")
			s.press("esc")
			s.sees("Step", "more lines: press d")
		})
	}
}

func TestTakingAStepByHandIsScrolledAndClosed(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}} {
		checkedTenant(t, longSteps(), size[0], size[1], func(s *sitting, _ *fakeWorld) {
			var sent strings.Builder
			s.root.terminal = &sent
			s.press("h")
			s.sees("By hand: Permission", "1. Open the Microsoft Entra")
			s.seesNot("The last thing to do.")
			s.press("end")
			s.sees("The last thing to do.")
			s.press("up", "up", "down", "down")
			s.sees("The last thing to do.", "a Global Administrator")
			s.press("3")
			want := base64.StdEncoding.EncodeToString([]byte("Connect-ExchangeOnline\n" + longSteps()[3].ByHand[3].Copy[1]))
			if !strings.Contains(sent.String(), want) {
				t.Errorf("sent %q", sent.String())
			}
			s.sees("clipboard")
			s.press("esc")
			s.sees("Step", "1 step to take")
		})
	}
}

func TestNoCommandIsBrokenWithinAFlag(t *testing.T) {
	command := longSteps()[3].ByHand[3].Copy[1]
	for _, width := range []int{60, 72, 80, 101, 120, 140} {
		checkedTenant(t, longSteps(), width, 40, func(s *sitting, _ *fakeWorld) {
			s.press("h")
			screen := s.screen()
			for _, word := range []string{"-AppId", "-ObjectId", "-DisplayName", "'66666666-2222-3333-4444-555555555555'"} {
				if !strings.Contains(screen, word) || !strings.Contains(command, word) {
					t.Errorf("%d columns: %s is broken:\n%s", width, word, screen)
				}
			}
		})
	}
}

func TestSetUpWithoutUsersGoesOnToThem(t *testing.T) {
	steps := sceneSteps()
	for i := range steps {
		steps[i].State, steps[i].Fault = engine.CheckOK, nil
	}
	steps[4].State = engine.CheckWarning
	steps[5].State, steps[5].Fault = engine.CheckFailed, &engine.Fault{What: "The project has no users to try it with.", Do: "Add some: mxodus users FILE --import users.csv"}
	w, o := openAt(sceneProject())
	w.files["p"].project.Destination = atMicrosoftEndpoint()
	w.setup = &fakeSetup{steps: steps, slow: time.Second}
	sit(t, w, o, func(s *sitting) {
		s.root.width, s.root.height = 80, 24
		s.press("ctrl+g", "home", "down", "down", "enter", "enter")
		s.wait(3 * time.Second)
		s.sees("everything so far is right", "once there are users", "Enter next")
		s.seesNot("✗", "mxodus users")
		s.press("down", "down", "down", "down", "down")
		s.sees("Press Enter and add the users")
		s.press("enter")
		s.sees("4 of 12")
	})
}

func TestAStepThatIsMissingLetsOneGoOnAllTheSame(t *testing.T) {
	checkedTenant(t, sceneSteps(), 80, 24, func(s *sitting, _ *fakeWorld) {
		s.sees("Enter check again n go on w scripts h by hand")
		s.press("n")
		s.sees("4 of 12")
	})
}
