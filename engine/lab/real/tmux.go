//go:build unix

package real

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Terminal is a terminal in which a program runs: a private tmux of one pane. It
// ends with its test.
type Terminal struct {
	tb     testing.TB
	socket string
}

// screenPatience is how long a Terminal waits for what it is to see.
const screenPatience = 60 * time.Second

// NewTerminal runs a command in a terminal of that size, in the folder dir, with
// env ("NAME=value") set beside what the test has. Without tmux on this machine
// the test is left out (or fails when MXODUS_REAL_SERVERS=required).
func NewTerminal(tb testing.TB, width, height int, dir string, env []string, command ...string) *Terminal {
	tb.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("MXODUS_REAL_SERVERS") == "required" {
			tb.Fatal("tmux is not installed")
		}
		tb.Skip("tmux is not installed")
	}
	t := &Terminal{tb: tb, socket: filepath.Join(tb.TempDir(), "tmux")}
	args := []string{"-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "-c", dir}
	for _, e := range append([]string{"TERM=screen-256color", "LC_ALL=C.UTF-8"}, env...) {
		args = append(args, "-e", e)
	}
	// The pane stays when the program has ended, and says how.
	args = append(args, "sh", "-c", `"$@"; echo "ended with $?"; stty -a | grep -o -- '-*icanon'; exec sleep 600`, "sh")
	t.tmux(append(args, command...)...)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("the last screen:\n%s", t.Text())
		}
		_ = exec.Command("tmux", "-S", t.socket, "kill-server").Run()
	})
	return t
}

func (t *Terminal) tmux(args ...string) string {
	t.tb.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", t.socket}, args...)...).CombinedOutput()
	if err != nil {
		t.tb.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// Text is what is on screen.
func (t *Terminal) Text() string { return t.tmux("capture-pane", "-p", "-t", "t") }

// Sees waits until all texts are on screen together.
func (t *Terminal) Sees(texts ...string) {
	t.tb.Helper()
	var screen string
	for end := time.Now().Add(screenPatience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		screen = t.Text()
		if missing(screen, texts) == "" {
			return
		}
	}
	t.tb.Fatalf("%q is not on screen:\n%s", missing(screen, texts), screen)
}

// missing is the first text that a screen lacks. A text may go on in the next
// line.
func missing(screen string, texts []string) string {
	flat := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "─", " ").Replace(screen)), " ")
	for _, s := range texts {
		if !strings.Contains(screen, s) && !strings.Contains(flat, s) {
			return s
		}
	}
	return ""
}

// Press presses keys, by tmux's names: Enter, Escape, Down, C-g, BSpace, a.
func (t *Terminal) Press(keys ...string) {
	t.tb.Helper()
	for _, k := range keys {
		t.tmux("send-keys", "-t", "t", k)
		time.Sleep(30 * time.Millisecond) // a person's fingers: an Escape alone is told from a sequence by time
	}
}

// Type types text, letter by letter.
func (t *Terminal) Type(text string) {
	t.tb.Helper()
	t.tmux("send-keys", "-t", "t", "-l", text)
}

// Paste pastes text as the terminal does: in brackets where the program asked for
// them, or as single keys.
func (t *Terminal) Paste(text string, bracketed bool) {
	t.tb.Helper()
	cmd := exec.Command("tmux", "-S", t.socket, "load-buffer", "-")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.tb.Fatalf("tmux load-buffer: %v\n%s", err, out)
	}
	args := []string{"paste-buffer", "-d", "-t", "t"}
	if bracketed {
		args = append(args, "-p")
	}
	t.tmux(args...)
}

// Resize changes the terminal's size.
func (t *Terminal) Resize(width, height int) {
	t.tb.Helper()
	t.tmux("resize-window", "-t", "t", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

// Kill ends the program at once, as a power cut does. It finds it by its file.
func (t *Terminal) Kill(program string) {
	t.tb.Helper()
	shell := strings.TrimSpace(t.tmux("display-message", "-p", "-t", "t", "#{pane_pid}"))
	out, err := exec.Command("pgrep", "-P", shell, "-f", program).Output()
	if err != nil {
		t.tb.Fatalf("%s doesn't run in the terminal", program)
	}
	if out, err := exec.Command("kill", append([]string{"-9"}, strings.Fields(string(out))...)...).CombinedOutput(); err != nil {
		t.tb.Fatalf("kill: %v\n%s", err, out)
	}
}
