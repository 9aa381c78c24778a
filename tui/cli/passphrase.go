package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"mxodus/engine"
)

// unlock finds the passphrase of a project that exists and opens its
// vault with it. A person may try three times.
func (a *app) unlock(ctx context.Context, f engine.ProjectFile) (engine.Vault, error) {
	given, err := a.givenPassphrase()
	if err != nil {
		return nil, err
	}
	if given != "" {
		return a.unlockWith(ctx, f, given)
	}
	if kept := a.keptPassphrase(f.Path()); kept != "" {
		v, err := a.Adapters.Unlock(ctx, f, kept)
		if !errors.Is(err, engine.ErrPassphrase) {
			return v, err
		}
	}
	for try := 1; ; try++ {
		p, err := a.askSecret(ctx, "Passphrase of "+engine.Clean(filepath.Base(f.Path()), 60)+": ", "passphrase")
		if err != nil {
			return nil, err
		}
		v, err := a.unlockWith(ctx, f, p)
		if err == nil || !errors.Is(err, engine.ErrPassphrase) || try == 3 {
			return v, err
		}
		a.notef("That is not the passphrase of this project. Try again.\n")
	}
}

func (a *app) unlockWith(ctx context.Context, f engine.ProjectFile, p engine.Secret) (engine.Vault, error) {
	v, err := a.Adapters.Unlock(ctx, f, p)
	if err == nil {
		a.passphrase = p
		a.keep(f.Path(), p)
	}
	return v, err
}

// newPassphrase is the one for a project to be made: given, or asked for twice.
func (a *app) newPassphrase(ctx context.Context) (engine.Secret, error) {
	given, err := a.givenPassphrase()
	if err != nil || given != "" {
		return given, err
	}
	if a.term.canAsk() {
		a.notef("Choose a passphrase. It seals the passwords in the project, and nobody can\nbring it back: write it down.\n")
	}
	for {
		first, err := a.askSecret(ctx, "New passphrase: ", "passphrase")
		if err != nil {
			return "", err
		}
		second, err := a.askSecret(ctx, "Once more: ", "passphrase")
		if err != nil {
			return "", err
		}
		if first == second {
			return first, nil
		}
		a.notef("The two differ. Once again from the start.\n")
	}
}

// givenPassphrase comes from a file or from the environment; empty when neither
// was named.
func (a *app) givenPassphrase() (engine.Secret, error) {
	if a.passphrase != "" {
		return a.passphrase, nil
	}
	if a.opts.passphraseFile != "" {
		return secretFile(a.opts.passphraseFile)
	}
	return engine.Secret(a.Getenv("MXODUS_PASSPHRASE")), nil
}

// secretFile reads the first line of a file.
func secretFile(name string) (engine.Secret, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fileFault("The file with the secret can't be read", err)
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 64<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fileFault("The file with the secret can't be read", err)
	}
	line = strings.TrimRight(strings.TrimPrefix(line, "\ufeff"), "\r\n")
	if line == "" {
		return "", fileFault("The first line of the file with the secret is empty", &os.PathError{Op: "read", Path: name, Err: errors.New("nothing in it")})
	}
	return engine.Secret(line), nil
}

// keptPassphrase asks the system's keyring. Having none is no fault.
func (a *app) keptPassphrase(path string) engine.Secret {
	if a.Adapters.KeyringGet == nil {
		return ""
	}
	p, err := a.Adapters.KeyringGet(absolute(path))
	if err != nil {
		a.log.Debug("the keyring has nothing", "error", errText(err))
		return ""
	}
	return p
}

// keep puts a passphrase that was right into the keyring, if that is wanted.
func (a *app) keep(path string, p engine.Secret) {
	if !a.opts.remember {
		return
	}
	err := errors.New("there is none")
	if a.Adapters.KeyringSet != nil {
		err = a.Adapters.KeyringSet(absolute(path), p)
	}
	if err != nil {
		a.log.Warn("the keyring took nothing", "error", errText(err))
		a.notef("The system's keyring didn't take the passphrase: you will be asked again next time.\n")
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// askSecret reads a line from the terminal without echo. what names the secret
// where there is no terminal to ask at.
func (a *app) askSecret(ctx context.Context, prompt, what string) (engine.Secret, error) {
	if !a.term.canAsk() {
		return "", &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
			What: "The " + what + " is needed, and there is no terminal to ask at.", Do: howToGive(what)}
	}
	asker := a.asker()
	fd := int(a.term.stdin.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fileFault("The terminal can't be read", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	for {
		fmt.Fprint(asker, prompt)
		got := make(chan answer, 1)
		go func() {
			line, err := term.ReadPassword(fd)
			got <- answer{line, err}
		}()
		select {
		case <-ctx.Done():
			_ = term.Restore(fd, before) // the reader is left behind: the program ends now
			fmt.Fprintln(asker)
			return "", context.Cause(ctx)
		case r := <-got:
			fmt.Fprintln(asker)
			if r.err != nil {
				return "", &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", Err: r.err,
					What: "The " + what + " was not given.", Do: howToGive(what)}
			}
			if len(r.line) > 0 {
				return engine.Secret(r.line), nil
			}
		}
	}
}

func howToGive(what string) string {
	if what == "passphrase" {
		return "Set MXODUS_PASSPHRASE, or name a file with --passphrase-file."
	}
	return "Run this in a terminal, or see: mxodus help environment"
}
