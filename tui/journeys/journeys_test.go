//go:build unix

package journeys

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mxodus/engine"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
	"mxodus/engine/lab/real"
	"mxodus/engine/vault"
)

// program is the built mxodus: one for all stories.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mxodus-journeys-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mxodus")
	if out, err := exec.Command("go", "build", "-o", path, "mxodus").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		err = os.RemoveAll(filepath.Dir(path))
		if code == 0 && err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

const passphrase = "correct horse battery"

// office is a practice company in this process, and the folder of a person who
// has just sat down to move it.
type office struct {
	t       *testing.T
	company *engine.Practice
	dir     string
	file    string
	right   engine.Secret // the password that was made wrong
}

// newOffice makes a project of the company; wrong gets a user's password that
// isn't right.
func newOffice(t *testing.T, wrong string) *office {
	t.Helper()
	company, err := lab.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(company.Close)
	o := &office{t: t, company: company, dir: t.TempDir()}
	o.file = filepath.Join(o.dir, "acme.mxodus")
	f, err := journal.Create(t.Context(), o.file, company.Project)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Unlock(t.Context(), f, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	rows := company.Users
	for i := range rows {
		if strings.HasPrefix(rows[i].User.Address, wrong) && wrong != "" {
			o.right, rows[i].SourcePassword = rows[i].SourcePassword, "mistyped"
		}
	}
	if _, err := engine.AddUsers(t.Context(), f, v, rows); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// sit opens the project in a terminal of 80 columns and 24 lines.
func (o *office) sit() *real.Terminal {
	o.t.Helper()
	s := real.NewTerminal(o.t, 80, 24, o.dir, nil, built(o.t), o.file)
	s.Sees("assphrase")
	s.Type(passphrase)
	s.Press("Enter")
	s.Sees("Remember it")
	s.Press("Right", "Enter")
	s.Sees("Acme Workshop Supplies", "of 12", "✓✓✓") // what is in the project is read
	return s
}

// goTo opens a step by its place in the list of steps.
func goTo(s *real.Terminal, step int, title string) {
	s.Press("C-g")
	s.Sees("Go to")
	s.Press("Home")
	for range step {
		s.Press("Down")
	}
	s.Press("Enter")
	s.Sees(title)
}

// records are how many messages the journal has as being at the new server.
func (o *office) records() int {
	o.t.Helper()
	f, err := journal.Open(context.Background(), o.file)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			o.t.Error(err)
		}
	}()
	counts, err := f.Counts(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	n := 0
	for _, c := range counts {
		n += c.Messages[engine.Copied] + c.Messages[engine.Present]
	}
	return n
}

// passTest accepts what there is to know of the practice company, and goes on to
// Migrate.
func passTest(s *real.Terminal) {
	goTo(s, 4, "Test")
	s.Sees("6 of 6 done")
	s.Press("Enter")
	s.Sees("with warnings", "Accept them all and go on")
	s.Press("Down", "Enter")
	s.Sees("Tell", "6 of 12")
	s.Press("Enter")
	s.Sees("Migrate", "start copying")
}

func TestSomebodyWhoHasNeverDoneThisGetsFromTheStartToTheReport(t *testing.T) {
	t.Parallel()
	s := real.NewTerminal(t, 80, 24, t.TempDir(), []string{"TMPDIR=" + t.TempDir()}, built(t), "demo")
	s.Sees("This is practice.", "Enter go on: Source")
	s.Press("Enter")
	s.Sees("Old server", "Enter check the connection")
	s.Press("Enter")
	s.Sees("The server answers, and its certificate is right.")
	s.Press("Enter")
	s.Sees("New server", "Enter check the connection")
	s.Press("Enter")
	s.Sees("The server answers, and its certificate is right.")
	s.Press("Enter")
	s.Sees("6 users", "ready")
	s.Press("Enter")
	s.Sees("6 of 6 done")
	s.Press("Enter")
	s.Sees("Accept them all and go on")
	s.Press("Down", "Enter")
	s.Sees("What your users should hear before the move.")
	s.Press("Enter")
	s.Sees("Enter start copying")
	s.Press("Enter")
	s.Sees("4,780 messages copied, 60 there before; 2 left out for a reason", "Enter next")
	s.Press("Enter")
	s.Sees("Enter verify")
	s.Press("Enter")
	s.Sees("Every message is accounted for.")
	s.Press("Enter")
	s.Sees("Mail goes to the old server.", "p publish the new MX")
	s.Press("p")
	s.Sees("Some name servers give the new MX, not all yet.")
	s.Sees("No mail can arrive at the old server any more")
	s.Press("Enter")
	s.Sees("Not yet: the last deltas must find nothing new.")
	s.Press("f")
	s.Sees("It is safe to stop.", "Enter end it")
	s.Press("Enter")
	s.Sees("End the migration?")
	s.Press("Down", "Enter")
	s.Sees("The migration was ended on")
	s.Press("Enter")
	s.Sees("Welcome", "11 of 12")
	s.Press("Enter")
	s.Sees("Report", "12 of 12")
	s.Press("Enter")
	s.Sees("report.html")
}

func TestWrongPasswordIsMendedWhereItShows(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "carla")
	s := o.sit()
	goTo(s, 4, "Test")
	s.Sees("6 of 6 done", "refused")
	s.Press("Home")
	s.Sees("The old server refused the password of carla.", "Check both, then test this user again.")
	s.Press("e")
	s.Sees("Edit a user", "carla@acme.example")
	s.Press("Down", "Down", "Down")
	s.Press("C-u")
	for range len("mistyped") {
		s.Press("BSpace")
	}
	s.Type(o.right.Reveal())
	s.Press("C-s")
	s.Sees("Test", "carla@acme.example")
	s.Press("r")
	s.Sees("792  ▲ 1 warning", "Enter go on") // her own row: others have warnings, too
	s.Press("Enter")
	s.Sees("4 users with warnings")
}

func TestThirtyRowsArePasted(t *testing.T) {
	t.Parallel()
	for name, bracketed := range map[string]bool{"as one piece": true, "as single keys": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rows strings.Builder
			for i := range 30 {
				fmt.Fprintf(&rows, "user%02d@acme.example\tuser%02d\told-secret-%d\tnew, secret\n", i, i, i)
			}
			s := newOffice(t, "").sit()
			goTo(s, 3, "Users")
			s.Press("v")
			s.Sees("Paste users")
			s.Paste(rows.String(), bracketed)
			s.Sees("30 lines", "user29@acme.example")
			s.Press("C-d")
			s.Sees("All 30 users can be taken.")
			s.Press("Enter")
			s.Sees("30 users taken.", "36 users")
		})
	}
}

func TestPowerCutInTheMiddleOfARunLosesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.company.Pace(400)
	s := o.sit()
	passTest(s)
	s.Press("Enter")
	s.Sees("messages/s")
	s.Kill(built(t))
	s.Sees("ended with 137")
	s = o.sit()
	s.Sees("Enter go on")
	goTo(s, 6, "Press Enter to go on exactly where it stopped")
	o.company.Pace(0)
	s.Press("Enter")
	s.Sees("60 there before; 2 left out for a reason", "Enter next")
	s.Press("Enter")
	s.Sees("Enter verify")
	s.Press("Enter")
	s.Sees("Every message is accounted for.", "4,842 messages")
	if n := o.records(); n != 4840 {
		t.Errorf("the journal has %d messages at the new server", n)
	}
}

func TestNarrowWindowSaysSoAndComesBack(t *testing.T) {
	t.Parallel()
	s := newOffice(t, "").sit()
	s.Sees("Project", "12")
	s.Resize(30, 8)
	s.Sees("too small")
	s.Resize(120, 40)
	s.Sees("Cut-over", "Report", "? help")
}

func TestLeavingDuringARunAsksAndTheNextStartGoesOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.company.Pace(300)
	s := o.sit()
	passTest(s)
	s.Press("Enter")
	s.Sees("messages/s")
	s.Press("q")
	s.Sees("Leave mxodus?", "Nothing is lost")
	s.Press("Down", "Enter")
	s.Sees("ended with 0", "Start mxodus again to go on where you stopped.")
	if screen := s.Text(); strings.Contains(screen, "-icanon") {
		t.Errorf("the terminal was not restored:\n%s", screen)
	}
	before := o.records()
	o.company.Pace(0)
	s = o.sit()
	goTo(s, 6, "Press Enter to go on exactly where it stopped")
	s.Press("Enter")
	s.Sees("left out for a reason (72 MB).", "Enter next")
	if n := o.records(); n != 4840 || before >= n {
		t.Errorf("%d messages before, %d after", before, n)
	}
}
