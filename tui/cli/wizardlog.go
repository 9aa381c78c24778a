package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// mostLog is how long the wizard's own log may grow, bytes. Then it is moved aside,
// and a new one begun: there are never more than two of them.
const mostLog = 1 << 20

// keepLog gives a sitting at the wizard a log where none was asked for: when
// something goes wrong there must be one to send. A computer without a place for it
// goes without.
func (a *app) keepLog() {
	if a.opts.logFile != "" {
		return
	}
	dir := stateDir(runtime.GOOS, a.Getenv)
	if dir == "" || os.MkdirAll(dir, 0o700) != nil {
		return
	}
	l := &boundedLog{path: filepath.Join(dir, "wizard.log"), most: mostLog}
	if l.open() != nil {
		return
	}
	a.onClose(l.close)
	a.opts.logFile = l.path
	a.log = slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelInfo}))
	a.log.Info("the wizard starts", "version", a.Version, "system", runtime.GOOS+"/"+runtime.GOARCH)
}

// stateDir is our folder for what a program keeps about itself on this system; empty
// where the environment names no place.
func stateDir(goos string, getenv func(string) string) string {
	var base string
	switch goos {
	case "windows":
		base = getenv("LOCALAPPDATA")
	case "darwin":
		if home := getenv("HOME"); home != "" {
			base = filepath.Join(home, "Library", "Logs")
		}
	default:
		if base = getenv("XDG_STATE_HOME"); base == "" && getenv("HOME") != "" {
			base = filepath.Join(getenv("HOME"), ".local", "state")
		}
	}
	if !filepath.IsAbs(base) {
		return ""
	}
	return filepath.Join(base, "mxodus")
}

// boundedLog is a file that its owner alone can read, and that stays small.
type boundedLog struct {
	path string
	most int64 // bytes
	mu   sync.Mutex
	f    *os.File
	size int64
}

func (l *boundedLog) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return err
	}
	l.f, l.size = f, info.Size()
	return nil
}

// Write appends. What can't be kept is lost: a log stops nothing.
func (l *boundedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+int64(len(p)) > l.most {
		l.begin()
	}
	if l.f == nil {
		return len(p), nil
	}
	n, err := l.f.Write(p)
	l.size += int64(n)
	return n, err
}

// begin moves what is there aside. Where another mxodus has it open and the system
// doesn't let go (Windows), it is emptied.
func (l *boundedLog) begin() {
	_ = l.f.Close()
	if os.Rename(l.path, l.path+".1") != nil {
		_ = os.Truncate(l.path, 0)
	}
	if l.f = nil; l.open() != nil {
		l.f, l.size = nil, 0
	}
}

func (l *boundedLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f != nil {
		_ = l.f.Close()
		l.f = nil
	}
}
