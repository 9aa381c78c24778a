package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// quiet is an app that writes into buffers, without a terminal.
func quiet(t *testing.T) (a *app, out *bytes.Buffer) {
	t.Helper()
	out = &bytes.Buffer{}
	return &app{out: out, err: io.Discard, log: slog.New(slog.DiscardHandler), command: "mxodus"}, out
}

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]int64{"35MB": 35 << 20, "1.5 GB": 3 << 29, "500k": 500 << 10, "12": 12, "2GiB": 2 << 30} {
		if got, err := parseSize(in); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "MB", "-1MB", "0", "35XB", "9999999TB", "nan", "inf"} {
		if got, err := parseSize(in); err == nil {
			t.Errorf("%q was taken as %d", in, got)
		}
	}
}

func TestNothingInJSONSpeaksToTheTerminal(t *testing.T) {
	a, out := quiet(t)
	hostile := "\x1b]52;c;eA==\x07 \u009b31m \u202egpj \U000e0001 \x7f Büro 受信箱 \u2028"
	a.line(map[string]string{"type": "x", "name": hostile})
	for _, r := range out.String() {
		if r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 || r == 0xe0001) {
			t.Errorf("%U stands raw in %q", r, out)
		}
	}
	if !strings.Contains(out.String(), "Büro 受信箱") {
		t.Errorf("readable names don't stay readable: %s", out)
	}
	if got := decode(t, out.Bytes())["name"]; got != hostile {
		t.Errorf("the name came back as %q", got)
	}
}

func TestTablesAlignByWidthOnScreenAndFitTheTerminal(t *testing.T) {
	tab := &table{more: "…", columns: []column{{title: "User", least: 6}, {title: "Messages", right: true}}}
	tab.add("受信箱@例え.jp", "9")
	tab.add("a-very-long-address@acme.example", "12,345")
	var wide, narrow bytes.Buffer
	tab.write(&wide, 0)
	want := "  User                              Messages\n" +
		"  受信箱@例え.jp                           9\n" +
		"  a-very-long-address@acme.example    12,345\n"
	if wide.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &wide, want)
	}
	tab.write(&narrow, 24)
	if got := "  a-very-long…    12,345"; !strings.Contains(narrow.String(), got) {
		t.Errorf("%q is not in\n%s", got, &narrow)
	}
}

func TestNarrowTablesLeaveOffWhatSaysLeast(t *testing.T) {
	tab := &table{more: "…", columns: []column{{title: "User", least: 8}, {title: "Copied", right: true}, {title: "Moved", right: true, fold: true},
		{title: "Missing", right: true, fold: true}, {title: "Size", right: true, fold: true}}}
	tab.add("anna@acme.example", "12", "3", "0", "9 KB")
	for _, c := range []struct {
		columns int
		want    string
	}{
		{0, "User Copied Moved Missing Size"}, {60, "User Copied Moved Missing Size"}, {42, "User Copied Moved Missing Size"},
		{40, "User Copied Moved Missing Size"}, {39, "User Copied Moved Size"}, {27, "User Copied Moved"}, {10, "User Copied"},
	} {
		var b bytes.Buffer
		tab.write(&b, c.columns)
		head, _, _ := strings.Cut(b.String(), "\n")
		if got := strings.Join(strings.Fields(head), " "); got != c.want {
			t.Errorf("%d columns: %s, want %s", c.columns, got, c.want)
		}
	}
}

func TestWhatWasRefusedIsCalledByItsName(t *testing.T) {
	refused := func(c engine.Class) *engine.Fault { return &engine.Fault{Class: c, Code: engine.CodeAuth} }
	cloud := engine.Endpoint{Kind: engine.KindMicrosoft365}
	person := engine.Endpoint{Kind: engine.KindMicrosoft365, SignIn: engine.SignInDevice}
	for _, c := range []struct {
		at   engine.Endpoint
		f    *engine.Fault
		want string
	}{
		{engine.Endpoint{}, refused(engine.StopMailbox), "password"},
		{engine.Endpoint{Admin: "boss"}, refused(engine.StopMailbox), "admin log-in"},
		{engine.Endpoint{ServiceAccount: "a@b"}, refused(engine.StopBatch), "sign-in"},
		{engine.Endpoint{ServiceAccount: "a@b"}, refused(engine.StopMailbox), "no access"},
		{cloud, refused(engine.StopBatch), "app sign-in"},
		{cloud, refused(engine.StopMailbox), "no access"},
		{person, refused(engine.StopBatch), "sign-in"},
		{cloud, &engine.Fault{Code: engine.CodeSecret}, "not set up"},
		{engine.Endpoint{}, &engine.Fault{Code: engine.CodeSecret}, "no password"},
		{engine.Endpoint{}, &engine.Fault{Code: engine.CodeDial}, "no connection"},
	} {
		if got := faultWord(c.at, c.f); got != c.want {
			t.Errorf("%+v: %s, want %s", c, got, c.want)
		}
	}
}

func TestExitStatusSaysWhatKindOfFailureItWas(t *testing.T) {
	auth := &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeAuth}
	down := &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeUnavailable}
	bad := &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeProtocol}
	interrupted, cancel := context.WithCancelCause(t.Context())
	cancel(ErrInterrupted)
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{t.Context(), nil, 0},
		{t.Context(), errors.New("something"), 1},
		{t.Context(), usage("", "x"), 2},
		{t.Context(), end(ExitAttention), 3},
		{t.Context(), fmt.Errorf("unlock: %w", engine.ErrPassphrase), 4},
		{t.Context(), fmt.Errorf("run: %w", auth), 4},
		{t.Context(), &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission}, 4},
		{t.Context(), down, 5},
		{t.Context(), &engine.LockedError{}, 5},
		{interrupted, context.Canceled, 130},
		{interrupted, nil, 0}, // it was finished before the signal mattered
	} {
		if got := exitCode(c.ctx, c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
	for _, c := range []struct {
		users   int
		stopped []*engine.Fault
		want    int
	}{
		{3, nil, 0}, {3, []*engine.Fault{auth}, 3}, {2, []*engine.Fault{auth, auth}, 4},
		{2, []*engine.Fault{down, down}, 5}, {2, []*engine.Fault{auth, down}, 3}, {1, []*engine.Fault{bad}, 3},
	} {
		if got := togetherCode(c.users, c.stopped); got != c.want {
			t.Errorf("%d users, %v: %d, want %d", c.users, c.stopped, got, c.want)
		}
	}
}

func TestOneCauseForManyUsersIsToldOnce(t *testing.T) {
	a, out := quiet(t)
	f := &engine.Fault{Code: engine.CodeDial, What: "The old server can't be reached.", Do: "Look at its name.", Who: "you", Said: "no such host\x1b[2J"}
	g := &groups{}
	g.add(&engine.Fault{Code: engine.CodeQuota, What: "Tight."}, false, "ben@acme.example", 1)
	for i := range 8 {
		g.add(f, true, fmt.Sprintf("u%d@acme.example", i), 1)
	}
	g.print(a, out)
	want := `
X u0@acme.example, u1@acme.example, u2@acme.example, u3@acme.example, u4@acme.example, u5@acme.example and 2 more
  The old server can't be reached.
    What to do: Look at its name.
    Who: you
    It said: no such host\x1b[2J

! ben@acme.example
  Tight.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestSettingsAreCheckedAllAtOnce(t *testing.T) {
	s := settings{domain: "acme", source: sideSettings{url: "imap+plain://mail.acme.example"}, destination: sideSettings{url: "ftp://x", fingerprint: "00"},
		cutOver: "soon", renames: []string{"Old"}, limits: limitSettings{maxSize: "big", every: time.Millisecond}}
	err := s.apply(&engine.Project{}, nil, func(flag string) bool {
		return strings.Contains(" domain source destination destination-fingerprint cut-over rename max-size follow-every ", " "+flag+" ")
	})
	var wrong *usageError
	if !errors.As(err, &wrong) || len(wrong.lines) != 8 {
		t.Fatalf("%v: %q", err, wrong.lines)
	}
	for i, flag := range []string{"domain", "cut-over", "destination", "destination-fingerprint", "source", "max-size", "follow-every", "rename"} {
		if !strings.HasPrefix(wrong.lines[i], "--"+flag+": ") {
			t.Errorf("line %d is %q, want it to be about --%s", i, wrong.lines[i], flag)
		}
	}
}

func TestPlaintextBeyondThisComputerMustBeAskedFor(t *testing.T) {
	for _, c := range []struct {
		url   string
		allow bool
		ok    bool
	}{
		{"imap+plain://127.0.0.1", false, true}, {"imap+plain://localhost:1143", false, true}, {"imap+plain://[::1]", false, true},
		{"imap+plain://192.0.2.7", false, false}, {"imap+plain://127.0.0.1.evil.example", false, false}, {"imap+plain://192.0.2.7", true, true},
	} {
		s := settings{source: sideSettings{url: c.url}, plaintext: c.allow}
		var p engine.Project
		err := s.apply(&p, nil, func(flag string) bool { return flag == "source" || c.allow && flag == "allow-plaintext" })
		if (err == nil) != c.ok {
			t.Errorf("%s, allowed %v: %v", c.url, c.allow, err)
		}
	}
}

func TestPlainProgressTellsChangesAndNowAndThenTheWhole(t *testing.T) {
	a, _ := quiet(t)
	v := newBatchView(a)
	at := time.Date(2026, 11, 24, 18, 0, 0, 0, time.Local)
	s := engine.BatchStatus{At: at, Started: at, Pass: 1, Scanned: true, Sum: engine.Tally{Total: 100, TotalBytes: 1 << 20},
		Users: []engine.UserStatus{{User: engine.User{ID: 1, Address: "anna@acme.example"}, State: engine.UserQueued}}}
	var told []string
	see := func(after time.Duration, change func(*engine.BatchStatus)) {
		s.At = at.Add(after)
		change(&s)
		told = append(told, v.look(s, displayPlain, false).plain...)
	}
	see(0, func(*engine.BatchStatus) {})
	see(time.Second, func(s *engine.BatchStatus) { s.Users[0].State = engine.UserCopying })
	see(2*time.Second, func(s *engine.BatchStatus) { s.Sum.Copied = 10 })
	see(6*time.Second, func(s *engine.BatchStatus) { s.Sum.Copied = 50; s.Rate = 10 })
	see(12*time.Second, func(*engine.BatchStatus) {})
	see(13*time.Second, func(s *engine.BatchStatus) { s.Users[0].State, s.NextPass = engine.UserDone, s.At.Add(time.Minute) })
	see(14*time.Second, func(*engine.BatchStatus) {})
	want := []string{
		"18:00:00 0 of 100 messages, 0 B of 1.0 MB",
		"18:00:01 anna@acme.example: copying, 0 of 0",
		"18:00:06 50 of 100 messages, 0 B of 1.0 MB, now 10 messages/s, 0 B/s",
		"18:00:13 anna@acme.example: done, 0 messages: 0 at the new server, 0 left out, none failed",
		"18:00:13 pass 1 finished: 0 messages copied; next look at 18:01:13. Ctrl-C ends it.",
	}
	if got := strings.Join(told, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
