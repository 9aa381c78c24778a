package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"mxodus/engine"
)

// finish tells how a command ended, unless it told already, and returns its
// exit status.
func (a *app) finish(ctx context.Context, err error) int {
	var wrong *usageError
	var done ended
	if err != nil && !a.parsed && !errors.As(err, &wrong) {
		// cobra's own words about flags
		err = &usageError{what: sentence(engine.Clean(err.Error(), 300)), do: "See: " + a.command + " --help"}
	}
	code := exitCode(ctx, err)
	switch {
	case err == nil, errors.As(err, &done) && code != ExitInterrupted:
	case code == ExitInterrupted:
		a.log.Info("interrupted")
		a.notef("Interrupted. Everything is written down: run it again to go on.\n")
	case errors.As(err, &wrong):
		a.notef("%s: %s\n", a.command, wrong.what)
		for _, l := range wrong.lines {
			a.notef("  %s\n", engine.ForFile(l, a.ours))
		}
		if wrong.do != "" {
			a.notef("%s\n", engine.ForFile(wrong.do, a.ours))
		}
	default:
		f := explain(err)
		a.log.Error("ended", "code", string(f.Code), "what", f.What, "said", f.Said, "error", errText(f.Err))
		a.printFault(a.err, "", f)
	}
	if code != ExitDone && !errors.As(err, &done) {
		a.lineError(err, code)
	}
	return code
}

// explain makes a Fault of any error, in words for people.
func explain(err error) *engine.Fault {
	var locked *engine.LockedError
	switch {
	case errors.As(err, &locked):
		return &engine.Fault{Class: engine.Retry, Code: "running", What: sentence(upperFirst(locked.Error())),
			Do: "Wait until it has finished, or stop it there.", Who: "you", Err: err}
	case errors.Is(err, engine.ErrPassphrase):
		return &engine.Fault{Class: engine.StopBatch, Code: "passphrase", What: "The passphrase does not open this project's vault.",
			Do: "Try again. It is the one that was chosen when the project was made.", Who: "you", Err: err}
	}
	return engine.AsFault(err)
}

// fileFault is about a file of the administrator's.
func fileFault(what string, err error) error {
	f := &engine.Fault{Class: engine.StopBatch, Code: "file", Who: "you", Err: err, What: what + "."}
	var at *fs.PathError
	if errors.As(err, &at) {
		f.What = what + ": " + engine.Clean(at.Path, 200) + "."
		f.Said = engine.Clean(at.Err.Error(), 200)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Do = "Look at the name: no such file or folder is there."
	case errors.Is(err, fs.ErrPermission):
		f.Do = "See that you may read and write there, or choose another place."
	case errors.Is(err, fs.ErrExist):
		f.Do = "Choose another name; what is there stays untouched."
	default:
		f.Do = "See what is wrong with that file, or choose another place."
	}
	return f
}

// crashed writes down where the program broke, and tells it plainly. What the
// mistake's own words were is left out unless the runtime chose them: they might
// hold anything.
func (a *app) crashed(v any) int {
	what := fmt.Sprintf("%T", v)
	if e, ok := v.(runtime.Error); ok {
		what = e.Error()
	}
	text := fmt.Sprintf("mxodus %s on %s/%s, %s, %s\n%s\n\n%s", a.Version, runtime.GOOS, runtime.GOARCH,
		time.Now().Format(time.RFC3339), a.command, engine.Clean(what, 500), debug.Stack())
	a.log.Error("crashed", "what", what)
	a.notef("mxodus made a mistake and had to stop. Nothing is lost: run it again to go on.\n")
	if name, err := writeCrash(text); err == nil {
		a.notef("What to do: send %s to whoever looks after mxodus. It holds no passwords and no mail.\n", name)
	}
	return ExitFailure
}

func writeCrash(text string) (string, error) {
	name := filepath.Join(os.TempDir(), "mxodus-crash-"+time.Now().Format("20060102-150405")+".txt")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return name, errors.Join(err, f.Close())
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return engine.Clean(err.Error(), 500)
}
