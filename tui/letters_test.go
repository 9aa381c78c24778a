package tui

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/letter"
)

// fakePost carries letters: each takes a second.
type fakePost struct {
	mu     sync.Mutex
	sent   []string                  // to whom
	fates  map[string]engine.Outcome // of a letter to an address; else it is stored
	failed error                     // of connecting
}

func (p *fakePost) Way() string { return letter.WaySMTP }
func (p *fakePost) Close()      {}
func (p *fakePost) Ready(context.Context, engine.User) (uint32, error) {
	return 0, p.failed
}

func (p *fakePost) Send(ctx context.Context, _ engine.User, m *letter.Mail) (engine.Outcome, string, error) {
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return engine.Unknown, "", ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if out := p.fates[m.Letter.To]; out != 0 {
		return out, "550 \x1b[31mno", &engine.Fault{What: "The mail server did not take the letter.", Do: "Read what it said.", Said: "550 no"}
	}
	p.sent = append(p.sent, m.Letter.To)
	return engine.Stored, "250 ok", nil
}

// letterProject has everything that letters tell.
func letterProject() engine.Project {
	p := sceneProject()
	p.CutOver = time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)
	p.Letters = engine.Letters{HelpName: "Carla", HelpPhone: "1234", SenderAddress: "it@acme.example", LastDay: p.CutOver.AddDate(0, 1, 0),
		WebMail: "https://mail.acme.example", SMTP: engine.MailServer{Host: "smtp.acme.example", Port: 587, Security: engine.StartTLS}}
	return p
}

// atTell is a person at the step Tell, with a project file in a folder of its
// own.
func atTell(t *testing.T, p engine.Project, f func(s *sitting, w *fakeWorld, post *fakePost, file *fakeFile)) {
	t.Helper()
	w, o := openAt(p, acmeUsers()...)
	dir, post := t.TempDir(), &fakePost{fates: map[string]engine.Outcome{}}
	sit(t, w, o, func(s *sitting) {
		file := s.root.session.file.(*fakeFile)
		file.path = filepath.Join(dir, "acme.mxodus")
		s.root.carry = func(engine.Adapters, string, engine.Project, engine.Vault, engine.DialOptions) (letter.Carrier, error) {
			return post, nil
		}
		s.handle(goMsg{to: stepTell})
		s.settle()
		f(s, w, post, file)
	})
}

func TestLettersAreDueByTheMoveAsItHappened(t *testing.T) {
	p := letterProject() // planned for Saturday 5 December
	p.CutOverDone = true
	atTell(t, p, func(s *sitting, _ *fakeWorld, _ *fakePost, _ *fakeFile) {
		s.root.now = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
		s.root.session.facts.MX = engine.MXFacts{AllNew: true, Changed: time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)}
		s.screen()
		s.sees("moved: Thu 26 Nov 2026", "before the move")
		welcome := s.root.steps[stepWelcome].(*letters)
		plan := s.root.session.schedule(s.root.now)
		if got := welcome.dueWords(letter.Welcome, plan); got != "by Mon 30 Nov" {
			t.Errorf("the welcome letter is due %q", got)
		}
		if got := welcome.dueWords(letter.FollowUp, plan); got != "from Mon 30 Nov" {
			t.Errorf("the follow-up letter is due %q", got)
		}
	})
}

func TestALetterTellsOfTheMoveAsItHappened(t *testing.T) {
	p := letterProject() // planned for Saturday 5 December
	p.CutOverDone = true
	atTell(t, p, func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		server := dns.Remembered{ServerState: dns.ServerState{Server: dns.Server{Kind: dns.Authoritative}, State: dns.GivesNew, Since: time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)}}
		doc, err := json.Marshal(dns.Memory{Servers: map[string]dns.Remembered{"a": server}})
		if err != nil {
			t.Fatal(err)
		}
		file.kept = map[string][]byte{"dns/watch": doc}
		s.press("p")
		s.sees("26 November 2026")
		s.seesNot("5 December 2026")
	})
}

func TestALetterIsReadAsItsUserGetsIt(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.sees("Announcement", "from Sat 7 Nov")
		s.press("p")
		s.sees("anna@acme.example", "English, 1 of 2", "Your mailbox is moving")
		s.press("right", "g")
		s.sees("ben@acme.example", "Deutsch, 2 of 2", "Ihr Postfach zieht um")
		s.press("right")
		s.sees("anna@acme.example", "English, 1 of 2")
		if users, _ := file.Users(t.Context()); users[1].Language != "de" || users[0].Language != "" {
			t.Errorf("kept languages: %q, %q", users[0].Language, users[1].Language)
		}
		s.press("esc")
		s.sees("Nothing goes out by itself")
	})
}

func TestLettersAreSavedWhereItIsSaid(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		if s.root.steps[stepTell].Done() {
			t.Error("done before anything")
		}
		var opened string
		s.root.browse = func(path string) error { opened = path; return nil }
		s.press("s", "enter", "enter")
		s.sees("1 file in", "Press o", "announcement-print.html", "saved 1 Jan")
		path := filepath.Join(filepath.Dir(file.path), "acme-letters", "announcement-print.html")
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "ben@acme.example") {
			t.Errorf("%s: %v, %.200q", path, err, text)
		}
		if s.press("o"); opened != path {
			t.Errorf("opened %q", opened)
		}
		if !s.root.steps[stepTell].Done() {
			t.Error("not done")
		}
		s.root.browse = func(string) error { return errors.New("no browser") }
		s.press("o")
		s.sees("No browser could be opened from here.")
	})
}

func TestNoMailIsMadeWithoutASender(t *testing.T) {
	p := letterProject()
	p.Letters.SenderAddress = ""
	atTell(t, p, func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.press("s", "down", "down", "enter")
		s.sees("A mail needs a sender and a receiver.")
		s.press("enter")
		if len(file.kept[docWritten]) > 0 {
			t.Errorf("written: %s", file.kept[docWritten])
		}
	})
}

func TestEachLetterGoesOnceInTheBackground(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, post *fakePost, file *fakeFile) {
		post.fates["ben@acme.example"] = engine.Refused
		s.press("m")
		s.sees("0 of 2 sent", "smtp.acme.example:587, from it@acme.example")
		s.press("enter")
		s.sees("Send 2 letters?")
		s.press("enter") // the harmless answer
		if s.wait(3 * time.Second); len(post.sent) != 0 {
			t.Fatalf("sent without being asked: %q", post.sent)
		}
		s.press("enter", "down", "enter")
		s.press("ctrl+g", "home", "enter")
		s.wait(500 * time.Millisecond)
		s.sees("sending letters")
		s.press("ctrl+c")
		s.sees("Leave mxodus?", "what went out is written down")
		s.press("enter")
		s.wait(3 * time.Second)
		s.seesNot("sending letters")
		s.press("ctrl+g", "down", "down", "down", "down", "down", "enter")
		s.sees("1 not sent, 1 sent: see m")
		s.press("m", "down")
		s.sees("1 of 2 sent", "not sent", "The mail server did not take the letter.", "550 no")
		delete(post.fates, "ben@acme.example")
		s.press("enter", "down", "enter")
		s.wait(3 * time.Second)
		s.sees("2 of 2 sent", "Everybody has it")
		if got := strings.Join(post.sent, " "); got != "anna@acme.example ben@acme.example" {
			t.Errorf("sent to %q", got)
		}
		s.press("enter", "enter")
		if s.wait(3 * time.Second); len(post.sent) != 2 || len(file.posted) != 2 {
			t.Errorf("sent to %q, %d in the log", post.sent, len(file.posted))
		}
	})
}

func TestALetterGoesToOneUserFirst(t *testing.T) {
	p := letterProject()
	p.CutOver = time.Date(2031, 12, 5, 9, 0, 0, 0, time.UTC)
	p.Letters.LastDay = time.Time{}
	atTell(t, p, func(s *sitting, _ *fakeWorld, post *fakePost, _ *fakeFile) {
		s.press("m", "down", "enter")
		s.sees("It is early: this letter is due from", "Send to ben@acme.example only, as a trial")
		s.press("down", "down", "enter")
		s.wait(3 * time.Second)
		s.sees("1 of 2 sent")
		if got := strings.Join(post.sent, " "); got != "ben@acme.example" {
			t.Errorf("sent to %q", got)
		}
		s.press("enter", "down", "enter")
		s.wait(3 * time.Second)
		if got := strings.Join(post.sent, " "); got != "ben@acme.example anna@acme.example" {
			t.Errorf("sent to %q", got)
		}
	})
}

func TestALetterThatMayHaveGoneGoesAgainOnlyWhenTold(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, post *fakePost, _ *fakeFile) {
		post.fates["anna@acme.example"] = engine.Unknown
		s.press("m", "enter", "down", "enter")
		s.wait(4 * time.Second)
		s.sees("may have gone", "Ask whether it arrived")
		delete(post.fates, "anna@acme.example")
		s.sees("Everybody has it, or may have it")
		s.press("a", "down", "enter")
		s.wait(3 * time.Second)
		s.sees("2 of 2 sent")
		if got := strings.Join(post.sent, " "); got != "ben@acme.example anna@acme.example" {
			t.Errorf("sent to %q", got)
		}
	})
}

func TestWhatLettersTellIsCheckedAndKept(t *testing.T) {
	p := letterProject()
	p.Letters.HelpName = ""
	atTell(t, p, func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.sees("to fill in: who helps")
		s.press("e") // the cursor stands on what is missing
		for _, r := range "Carla Rossi" {
			s.press(string(r))
		}
		s.press("tab", "tab")
		for range 40 {
			s.press("backspace")
		}
		for _, r := range "not an address" {
			s.press(string(r))
		}
		s.press("tab")
		s.sees("is no address: write help@acme.example.")
		s.press("ctrl+s")
		if file.project.Letters.HelpName != "" {
			t.Fatal("kept in spite of a mistake")
		}
		for range 40 {
			s.press("backspace")
		}
		s.press("ctrl+s")
		s.seesNot("to fill in: who helps")
		if l := file.project.Letters; l.HelpName != "Carla Rossi" || l.HelpAddress != "" || !file.project.CutOver.Equal(p.CutOver) {
			t.Errorf("kept: %+v", l)
		}
	})
}

func TestTheWordsOfALetterAreCheckedBeforeTheyAreKept(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.press("t")
		s.sees("Text: announcement", "mxodus's own")
		s.press("end")
		s.write(" {{.Nonsense}}")
		s.press("ctrl+s")
		s.sees("Line 1:", "Nothing is kept yet.")
		if file.project.Letters.Templates != "" {
			t.Fatal("kept in spite of a mistake")
		}
		s.press("esc")
		s.sees("Leave the text as it was?")
		s.press("enter", "end")
		for range len(" {{.Nonsense}}") {
			s.press("backspace")
		}
		for _, r := range " (please read)" {
			s.press(string(r))
		}
		s.press("ctrl+s")
		s.sees("Kept. It stands in", "changed by you")
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file.path), "acme-letter-texts", "en", "announcement.txt"))
		if err != nil || !strings.Contains(string(text), "(please read)") {
			t.Errorf("%v, %.100q", err, text)
		}
		s.press("esc", "p")
		s.sees("(please read)")
	})
}

func TestATextThatWasRefusedCanBeLeft(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, _ *fakeFile) {
		s.press("p", "t", "X")
		s.write("{{.Nonsense}}")
		s.press("ctrl+s")
		s.sees("Nothing is kept yet.")
		s.press("esc", "down", "enter")
		s.sees("anna@acme.example", "English, 1 of 2")
	})
}

func TestLettersThatNobodyWaitsForLeaveTheList(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, file *fakeFile) {
		s.press("p", "t", "end", "X", "ctrl+s")
		file.broken = errors.New("disk gone")
		s.press("esc")
		s.sees("Nothing goes out by itself", "disk gone")
	})
}

func TestALetterToNobodySaysSo(t *testing.T) {
	atTell(t, letterProject(), func(s *sitting, _ *fakeWorld, _ *fakePost, _ *fakeFile) {
		s.root.session.people = nil // all were left out meanwhile
		s.press("p")
		s.sees("There is nobody to write to.")
		s.press("g", "t", "right", "left", "down", "s", "m", "e")
		s.sees("There is nobody to write to.")
	})
}

func TestThePasswordForSendingGoesIntoTheVault(t *testing.T) {
	p := letterProject()
	p.Letters.SMTP = engine.MailServer{}
	p.Letters.SenderAddress = ""
	atTell(t, p, func(s *sitting, w *fakeWorld, _ *fakePost, file *fakeFile) {
		s.press("m")
		s.sees("Not set up yet")
		s.press("enter")
		s.press("enter")
		s.write("it@acme.example", "smtp.acme.example")
		s.press("enter", "enter")
		s.write("it", "s3cret-canary")
		s.sees("Goes by mail through smtp.acme.example:587, from it@acme.example.")
		if got := w.vault.secrets[engine.SMTPSecretName]; got != "s3cret-canary" {
			t.Errorf("the vault holds %q", got.Reveal())
		}
		if m := file.project.Letters.SMTP; m.Login != "it" || m.Security != engine.StartTLS || m.Port != 587 {
			t.Errorf("kept: %+v", m)
		}
		s.press("w")
		s.seesNot("s3cret-canary")
	})
}
