//go:build !windows

package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// started is a command that runs while the test does something to it.
type started struct {
	t      *testing.T
	cmd    *exec.Cmd
	lines  chan string
	stdout bytes.Buffer
	stderr bytes.Buffer // complete once it has ended
}

// start runs a command as an own process; env is added to a clean environment.
func start(t *testing.T, dir string, env []string, name string, args ...string) *started {
	t.Helper()
	s := &started{t: t, cmd: exec.CommandContext(t.Context(), name, args...), lines: make(chan string, 1000)}
	s.cmd.Dir = dir
	s.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LANG=C.UTF-8"}, env...)
	s.cmd.Stdout = &s.stdout
	pipe, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	// Where the tests run with SIGHUP ignored, as under nohup, the command would
	// ignore it too, and rightly: it is to get the signal here.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(pipe); in.Scan(); {
			s.lines <- in.Text()
		}
	}()
	return s
}

// until waits for a line of standard error that contains text.
func (s *started) until(text string) {
	s.t.Helper()
	for line := range s.lines {
		s.stderr.WriteString(line + "\n")
		if strings.Contains(line, text) {
			return
		}
	}
	s.t.Fatalf("%q was never said:\n%s%s", text, &s.stdout, &s.stderr)
}

func (s *started) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// exits waits for the end and checks its status and how long it took.
func (s *started) exits(want int, within time.Duration) {
	s.t.Helper()
	began := time.Now()
	for line := range s.lines {
		s.stderr.WriteString(line + "\n")
	}
	err := s.cmd.Wait()
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		s.t.Fatal(err)
	}
	if took := time.Since(began); got != want || took > within {
		s.t.Errorf("exit status %d after %s, want %d within %s:\n%s%s", got, took, want, within, &s.stdout, &s.stderr)
	}
}

// silentServer takes connections and never says a word.
func silentServer(t *testing.T) (url string, connected <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	seen := make(chan struct{}, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			seen <- struct{}{}
		}
	}()
	return "imap+plain://" + l.Addr().String(), seen
}

func TestOneSignalStopsCleanly(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			env := []string{"MXODUS_PASSPHRASE=canary-horse"}
			url, connected := silentServer(t)
			users := "EmailAddress,UserName,Password,DestinationPassword\nanna@acme.example,anna,canary-old,canary-new\n"
			if err := os.WriteFile(filepath.Join(dir, "users.csv"), []byte(users), 0o600); err != nil {
				t.Fatal(err)
			}
			start(t, dir, env, "mxodus", "new", "acme.mxodus", "--domain", "acme.example", "--source", url, "--destination", url, "--users", "users.csv").exits(0, time.Minute)
			run := start(t, dir, env, "mxodus", "run", "acme.mxodus")
			<-connected
			run.signal(sig)
			run.until("Stopping, and writing everything down")
			run.exits(130, 5*time.Second)
			if !strings.Contains(run.stderr.String(), "run it again to go on") {
				t.Errorf("it doesn't say what to do:\n%s", &run.stderr)
			}
			if text := run.stderr.String() + run.stdout.String(); strings.Contains(text, "\x1b") || strings.Contains(text, "canary") {
				t.Errorf("escape codes or secrets off a terminal: %q", text)
			}
			start(t, dir, env, "mxodus", "status", "acme.mxodus").exits(0, time.Minute)
		})
	}
}

func TestSecondSignalStopsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "stubborn", "status", "acme.mxodus", "--log", "log")
	s.until("stubborn")
	s.signal(syscall.SIGINT)
	s.until("Ctrl-C again stops at once")
	s.signal(syscall.SIGINT)
	s.exits(130, 2*time.Second)
}

func TestStoppingNeverTakesLong(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "stubborn", "status", "acme.mxodus")
	s.until("stubborn")
	s.signal(syscall.SIGTERM)
	s.exits(130, 6*time.Second)
}

func TestCrashIsToldPlainlyAndWrittenDownWithoutSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir, nil, "clumsy", "status", "acme.mxodus", "--log", filepath.Join(dir, "log"))
	s.exits(1, time.Minute)
	if text := s.stderr.String(); !strings.Contains(text, "mxodus made a mistake and had to stop") || strings.Contains(text, "goroutine") {
		t.Errorf("the crash is told so:\n%s", text)
	}
	files, err := filepath.Glob(filepath.Join(dir, "mxodus-crash-*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("crash files: %q, %v", files, err)
	}
	for _, name := range append(files, filepath.Join(dir, "log")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "canary") {
			t.Errorf("%s holds a secret:\n%s", name, text)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v, %v", name, info.Mode(), err)
		}
	}
	if text, _ := os.ReadFile(files[0]); !strings.Contains(string(text), "goroutine") || !strings.Contains(string(text), "v0.0.0-test") {
		t.Errorf("the crash file doesn't say where it broke:\n%s", text)
	}
}
