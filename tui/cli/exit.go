package cli

import (
	"context"
	"errors"
	"fmt"

	"mxodus/engine"
)

// The exit statuses.
const (
	ExitDone        = 0
	ExitFailure     = 1
	ExitUsage       = 2   // the command was written wrongly
	ExitAttention   = 3   // finished, but users or messages need attention
	ExitSignIn      = 4   // a password, the passphrase, or what a sign-in may do, is missing or refused
	ExitTemporary   = 5   // something temporary: run it again
	ExitInterrupted = 130 // Ctrl-C, or told to stop
)

// ErrInterrupted is the cause of a context that a signal ended, and what a
// Wizard returns when it was ended so.
var ErrInterrupted = errors.New("interrupted")

// usageError says that the command was written wrongly. lines are further
// faults, one a line.
type usageError struct {
	what, do string
	lines    []string
}

func (e *usageError) Error() string { return e.what }

func usage(do, format string, args ...any) error {
	return &usageError{what: fmt.Sprintf(format, args...), do: do}
}

// ended is the end of a command whose result has been printed already: only
// the exit status is left to tell.
type ended struct{ code int }

func (e ended) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// end is nil when all is well.
func end(code int) error {
	if code == ExitDone {
		return nil
	}
	return ended{code}
}

// exitCode is the exit status that err stands for.
func exitCode(ctx context.Context, err error) int {
	var done ended
	var wrong *usageError
	var locked *engine.LockedError
	switch {
	case err == nil:
		return ExitDone
	case errors.Is(context.Cause(ctx), ErrInterrupted), errors.Is(err, ErrInterrupted):
		return ExitInterrupted
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &wrong):
		return ExitUsage
	case errors.As(err, &locked):
		return ExitTemporary
	case errors.Is(err, engine.ErrPassphrase):
		return ExitSignIn
	}
	return faultCode(engine.AsFault(err))
}

// faultCode is the exit status of a fault that ended everything.
func faultCode(f *engine.Fault) int {
	switch {
	case isSignIn(f.Code):
		return ExitSignIn
	case isTemporary(f):
		return ExitTemporary
	}
	return ExitFailure
}

func isSignIn(c engine.Code) bool {
	return c == engine.CodeAuth || c == engine.CodeToken || c == engine.CodeSecret || c == engine.CodePermission
}

// isTemporary says that the same thing may work later without anybody's help.
func isTemporary(f *engine.Fault) bool {
	switch f.Code {
	case engine.CodeThrottled, engine.CodeUnavailable, engine.CodeConnLimit, engine.CodeFullHouse, engine.CodeLost, engine.CodeSilent:
		return true
	}
	return f.Class == engine.Retry || f.Class == engine.Reconnect
}

// togetherCode is the exit status of a command over many users, whose faults
// these are: attention, unless nobody got through and all for one cause.
func togetherCode(users int, stopped []*engine.Fault) int {
	if len(stopped) == 0 {
		return ExitDone
	}
	if len(stopped) < users {
		return ExitAttention
	}
	code := faultCode(stopped[0])
	for _, f := range stopped {
		if faultCode(f) != code {
			return ExitAttention
		}
	}
	if code == ExitFailure && stopped[0].Class != engine.StopBatch {
		return ExitAttention // each for itself
	}
	return code
}
