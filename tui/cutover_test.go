package tui

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/engine"
)

// fakeNames is a domain's DNS: two name servers that give the old MX until it is
// moved, and then, for a while, one of them.
type fakeNames struct {
	mu     sync.Mutex
	moved  time.Time
	old    time.Duration // its TTL
	asked  []dns.Wanted
	looks  int
	memory []dns.Memory // given to watches
}

func (n *fakeNames) move() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.moved = time.Now()
}

func (n *fakeNames) spread() dns.Spread {
	now := time.Now()
	sp := dns.Spread{Domain: "acme.example", At: now, Direct: true, Servers: sceneServers(dns.GivesOld, dns.GivesOld), Next: now.Add(30 * time.Second)}
	if n.moved.IsZero() {
		return sp
	}
	sp.Servers = sceneServers(dns.GivesNew, dns.GivesOld)
	if last := n.moved.Add(time.Minute); !now.Before(last) {
		sp.Servers = sceneServers(dns.GivesNew, dns.GivesNew)
		sp.AllNew, sp.Agree, sp.Changed, sp.SafeAfter = true, true, last, last.Add(n.old)
	}
	return sp
}

func (n *fakeNames) check(_ context.Context, domain string, want dns.Wanted) (dns.Report, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, want)
	r := dns.Report{Domain: domain, At: time.Now(), Spread: n.spread(), Records: dns.Snapshot{Domain: domain,
		Records: []dns.Record{{Name: domain, Type: "MX", TTL: 600, Value: "mail.old-host.example"}}}}
	x := dns.Result{Check: "mx", Title: "MX", Name: domain, Wanted: "0 " + want.MX, Found: []string{"10 mail.old-host.example"}, Verdict: dns.ToDo,
		Enter: []dns.Entry{sceneEntry("MX", want.MX, 0, 3600)}}
	if r.Spread.AllNew {
		x.Found, x.Verdict, x.Enter = []string{"0 " + want.MX}, dns.Fine, nil
	}
	r.Results = []dns.Result{x}
	return r, nil
}

func (n *fakeNames) watch(_ string, _ dns.Wanted, m dns.Memory) (looker, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.memory = append(n.memory, m)
	return &fakeWatch{names: n, wake: make(chan struct{}, 1)}, nil
}

type fakeWatch struct {
	names *fakeNames
	again bool
	wake  chan struct{}
}

func (w *fakeWatch) Next(ctx context.Context) (dns.Spread, error) {
	if w.again {
		select {
		case <-time.After(30 * time.Second):
		case <-w.wake:
		case <-ctx.Done():
			return dns.Spread{}, ctx.Err()
		}
	}
	w.again = true
	w.names.mu.Lock()
	defer w.names.mu.Unlock()
	w.names.looks++
	return w.names.spread(), nil
}

func (w *fakeWatch) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}
func (w *fakeWatch) Memory() dns.Memory {
	return dns.Memory{Domain: "acme.example", OldTTL: 600, At: time.Now()}
}

// atCutover is a person with a migrated project, on the step Cut-over.
func atCutover(t *testing.T, kept map[string][]byte, f func(s *sitting, n *fakeNames, file *fakeFile)) {
	t.Helper()
	w := newFakeWorld()
	dir := t.TempDir()
	file := &fakeFile{path: filepath.Join(dir, "acme.mxodus"), project: sceneProject(), kept: kept}
	for i, p := range scenePeople(2) {
		file.users = append(file.users, p.User)
		w.vault.secrets[engine.SecretName(engine.SideSource, int64(i+1))] = "old"
		w.vault.secrets[engine.SecretName(engine.SideDestination, int64(i+1))] = "new"
	}
	w.files["acme"], w.remembered[file.path], w.passphrase = file, "pass", "pass"
	n := &fakeNames{old: 10 * time.Minute}
	sit(t, w, Options{Path: "acme", resolver: resolver{check: n.check, watch: n.watch}}, func(s *sitting) {
		at := time.Now().Add(-30 * time.Hour)
		file.runs = []engine.Run{{ID: 1, Kind: "full", Started: at, Finished: at.Add(time.Minute), Summary: engine.Summary{Sent: 9000, Users: 2}}}
		s.root.session.runs = file.runs
		s.handle(goMsg{to: stepCutover})
		s.settle()
		f(s, n, file)
	})
}

func TestTheCutOverIsSeenAndNoted(t *testing.T) {
	atCutover(t, nil, func(s *sitting, n *fakeNames, file *fakeFile) {
		s.sees("New MX")
		s.write("") // another mail server
		s.press("enter")
		s.sees("This needs the host")
		s.write("MX.new-host.example.")
		s.sees("to do", "10 mail.old-host", "mx.new-host.example", "next look in 0:30")
		if len(file.kept[docBefore]) == 0 || !strings.Contains(string(file.kept[docWanted]), "mx.new-host.example") {
			t.Errorf("kept: %q", file.kept)
		}
		s.handle(goMsg{to: stepUsers}) // the watch goes on
		n.move()
		s.wait(31 * time.Second)
		if !file.project.CutOverDone || file.project.CutOverAt.IsZero() || !s.root.session.project.CutOverDone || len(file.events) != 1 {
			t.Fatalf("not noted: %+v", file.events)
		}
		s.handle(goMsg{to: stepCutover})
		s.settle()
		s.sees("Some name servers give the new MX")
		s.wait(time.Minute)
		s.sees("All name servers give the new MX", "right")
		if len(file.kept[docAfter]) == 0 || len(file.kept[docWatch]) == 0 {
			t.Error("what was seen is not kept")
		}
		s.wait(11 * time.Minute)
		s.sees("No mail can arrive at the old server any more")
		looks := n.looks
		if looks > 30 {
			t.Errorf("%d looks", looks)
		}
		s.wait(5 * time.Minute)
		if n.looks != looks {
			t.Error("it goes on looking after the end")
		}
	})
}

func TestTheWatchGoesOnAfterARestart(t *testing.T) {
	kept := map[string][]byte{docWanted: []byte(`{"cloud":"elsewhere","mx":"mx.new-host.example"}`), docWatch: []byte(`{"domain":"acme.example","old_ttl":86400}`),
		docBefore: []byte(`{"domain":"acme.example","records":[{"name":"acme.example","type":"MX","ttl":7200,"value":"mail.old-host.example"}]}`)}
	atCutover(t, kept, func(s *sitting, n *fakeNames, file *fakeFile) {
		s.sees("mx.new-host.example", "watching")
		if len(n.memory) != 1 || n.memory[0].OldTTL != 86400 {
			t.Errorf("the watch remembers %+v", n.memory)
		}
		if !strings.Contains(string(file.kept[docBefore]), "7200") {
			t.Error("the records from before were replaced")
		}
	})
}

func TestAValueIsCopiedToTheTerminalAndAFile(t *testing.T) {
	atCutover(t, map[string][]byte{docWanted: []byte(`{"cloud":"elsewhere","mx":"mx.new-host.example"}`)}, func(s *sitting, _ *fakeNames, file *fakeFile) {
		var terminal bytes.Buffer
		s.root.terminal = &terminal
		s.press("c")
		s.sees("Sent to the terminal's clipboard")
		if got := terminal.String(); got != "\x1b]52;c;bXgubmV3LWhvc3QuZXhhbXBsZQ==\a" {
			t.Errorf("the terminal got %q", got)
		}
		path := strings.TrimSuffix(file.path, ".mxodus") + ".dns.txt"
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), "value: mx.new-host.example\n") {
			t.Errorf("%q %v", data, err)
		}
	})
}

func TestTheChangeCanBeSaid(t *testing.T) {
	atCutover(t, map[string][]byte{docWanted: []byte(`{"cloud":"elsewhere","mx":"mx.new-host.example"}`)}, func(s *sitting, _ *fakeNames, file *fakeFile) {
		s.press("y")
		s.sees("Is the MX changed?")
		s.press("enter")
		if file.project.CutOverDone {
			t.Fatal("noted without a yes")
		}
		s.press("y", "down", "enter")
		if !file.project.CutOverDone || !strings.Contains(file.events[0].Text, "said") {
			t.Errorf("%+v", file.events)
		}
	})
}

func TestStoppingEarlyAsksWhy(t *testing.T) {
	atCutover(t, map[string][]byte{docWanted: []byte(`{"cloud":"elsewhere","mx":"mx.new-host.example"}`)}, func(s *sitting, _ *fakeNames, file *fakeFile) {
		s.press("enter")
		s.sees("Not yet: mail can still go to the old server", "Enter to Cut-over", "X stop anyway")
		s.press("enter")
		s.sees("Record", "Wanted")
		s.handle(goMsg{to: stepFinish})
		s.settle()
		s.press("X", "enter")
		s.sees("It is not safe to stop yet", "This needs a reason")
		s.write("the old provider closes today")
		s.sees("before it was safe", "the old provider closes today")
		last := file.events[len(file.events)-1]
		if last.Level != engine.Attention || !strings.Contains(last.Text, "closes today") || len(file.kept["ending"]) == 0 {
			t.Errorf("%+v %q", last, file.kept["ending"])
		}
	})
}

func TestTheListFillsItselfAndTheMigrationEnds(t *testing.T) {
	atCutover(t, map[string][]byte{docWanted: []byte(`{"cloud":"elsewhere","mx":"mx.new-host.example"}`)}, func(s *sitting, n *fakeNames, file *fakeFile) {
		s.press("enter")
		n.move()
		s.wait(2 * time.Minute)
		s.sees("Not yet: mail may arrive at the old server until", "✓ All name servers", "0 of 3")
		s.wait(15 * time.Minute)
		now := time.Now()
		file.mu.Lock()
		for i, kind := range []string{"delta", "delta", "delta", "verify"} {
			file.runs = append(file.runs, engine.Run{ID: int64(i + 2), Kind: kind, Started: now.Add(time.Duration(i) * time.Second), Finished: now.Add(time.Duration(i) * time.Second), Summary: engine.Summary{Users: 2}})
		}
		file.mu.Unlock()
		s.handle(goMsg{to: stepFinish})
		s.settle()
		s.sees("It is safe to stop", "2 of 2 users")
		s.press("enter")
		s.sees("End the migration?")
		early, err := load(t.Context(), file, s.root.session.vault) // of the run that ends meanwhile
		if err != nil {
			t.Fatal(err)
		}
		s.press("down", "enter")
		s.root.session.refresh(early)
		s.sees("It was safe to stop: the old service can be ended.", "That was the move", "Next: Welcome")
		if !s.root.steps[stepFinish].Done() {
			t.Error("the step isn't done")
		}
	})
}

func TestPracticeReachesNobody(t *testing.T) {
	c := newClient(Options{Practice: &engine.Practice{}})
	r, err := c.Check(t.Context(), "example.com", dns.Wanted{Cloud: dns.Elsewhere, MX: "mx.example.net"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Results {
		if x.From.Status.OK() {
			t.Errorf("somebody answered: %+v", x.From)
		}
	}
}

func TestDomainWithoutAnMXIsNotSaidToReachTheOldServer(t *testing.T) {
	for want, states := range map[string][]dns.State{
		"No name server gives an MX":  {dns.GivesNone, dns.GivesNone},
		"Mail goes to the old server": {dns.GivesNone, dns.GivesOld},
	} {
		if got := spreadWords(dns.Spread{Servers: sceneServers(states[0], states[1])[:2]}, sceneTime, false); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %s", states, got)
		}
	}
}
