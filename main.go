// mxodus moves the mailboxes of a small company from one mail server to
// another. README.md tells how.
package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"mxodus/dns"
	"mxodus/dns/pretend"
	"mxodus/engine"
	"mxodus/engine/google"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
	"mxodus/engine/meaning"
	"mxodus/engine/microsoft"
	"mxodus/engine/microsoft/handover"
	"mxodus/engine/vault"
	"mxodus/tui"
	"mxodus/tui/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // what is held are lists and bodies: less of it lies about, and time goes to the network
	}
	os.Exit(cli.Main(cli.Config{
		Args:     os.Args[1:],
		Version:  version(),
		Adapters: adapters(),
		Wizard:   wizard,
		Names:    practiceNames,
		Stdin:    os.Stdin,
		Stdout:   os.Stdout,
		Stderr:   os.Stderr,
	}))
}

// adapters are the parts that reach outside the engine: the only place where
// they are wired together.
func adapters() engine.Adapters {
	return engine.Adapters{
		Create: func(ctx context.Context, path string, p engine.Project) (engine.ProjectFile, error) {
			return journal.Create(ctx, path, p)
		},
		Open:       func(ctx context.Context, path string) (engine.ProjectFile, error) { return journal.Open(ctx, path) },
		Unlock:     vault.Unlock,
		KeyringGet: vault.KeyringGet,
		KeyringSet: vault.KeyringSet,
		Dial: func(p engine.Project, v engine.Vault, o engine.DialOptions) engine.Dialer {
			return dialer(p, v, o)
		},
		HandOver:        handover.Prepare,
		OpenPFX:         microsoft.OpenPFX,
		ServiceAccount:  google.Account,
		Check:           imapconn.Check,
		Cloud:           microsoft.Endpoint,
		CheckApp:        microsoft.CheckCredential,
		SignIn:          microsoft.SignIn,
		SignInDirectory: microsoft.SignInDirectory,
		Directory: func(side engine.Side, e engine.Endpoint, v engine.Vault) (engine.Directory, error) {
			return microsoft.NewDirectory(side, e, v)
		},
		Meaning:        meaning.Read,
		Setup:          microsoft.NewSetup,
		NewCertificate: microsoft.NewCertificate,
		Certificate:    microsoft.Certificate,
		Practice:       lab.Start,
	}
}

// dialer opens sessions; a side at Microsoft 365, or one with a service account,
// signs in with tokens.
func dialer(p engine.Project, v engine.Vault, o engine.DialOptions) engine.Dialer {
	d := imapconn.NewDialer(p, v, o)
	for _, side := range []engine.Side{engine.SideSource, engine.SideDestination} {
		switch e := p.Endpoint(side); {
		case e.Kind == engine.KindMicrosoft365:
			d.UseTokens(side, microsoft.NewTokens(side, e, v))
		case e.ServiceAccount != "":
			d.UseTokens(side, google.NewTokens(side, e, v))
		}
	}
	return d
}

// practiceFollow is how often a delta comes in practice, where waiting teaches
// nothing.
const practiceFollow = 5 * time.Second

// practiceNames makes a corner of the DNS on this computer for the practice
// company.
func practiceNames(p *engine.Practice) (*dns.Client, func(), error) {
	zone, err := pretend.Start(p.Project.Domain)
	if err != nil {
		return nil, nil, err
	}
	p.NewMX, p.Publish, p.Project.Limits.FollowEvery = "mx.new-server.example", zone.Publish, practiceFollow
	return dns.New(zone.Options()), zone.Close, nil
}

// wizard gives the terminal to the screens.
func wizard(ctx context.Context, a engine.Adapters, o cli.WizardOptions) error {
	err := tui.Run(ctx, a, tui.Options{Path: o.Path, Practice: o.Practice, PracticePath: o.PracticePath, Passphrase: o.Passphrase,
		Theme: o.Theme, NoBell: o.NoBell, Mouse: o.Mouse, Recent: recent(), Program: "mxodus " + version(), TraceFile: o.TraceFile, Log: o.Log, LogFile: o.LogFile, DNS: o.Names})
	if errors.Is(err, tui.ErrInterrupted) {
		return cli.ErrInterrupted
	}
	return err
}

// recent is where the list of the last projects is kept; empty where this computer
// has no place for such things.
func recent() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "mxodus", "recent.json")
}

// version is what the build recorded: the release's tag, or the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return cmp.Or(info.Main.Version, "unknown")
}
