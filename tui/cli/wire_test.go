package cli_test

import (
	"context"

	"mxodus/engine"
	"mxodus/engine/google"
	"mxodus/engine/imapconn"
	"mxodus/engine/journal"
	"mxodus/engine/lab"
	"mxodus/engine/microsoft"
	"mxodus/engine/microsoft/handover"
	"mxodus/engine/vault"
)

// adapters are the real ones, wired as main wires them, but without the
// system's keyring.
func adapters() engine.Adapters {
	return engine.Adapters{
		Create: func(ctx context.Context, path string, p engine.Project) (engine.ProjectFile, error) {
			return journal.Create(ctx, path, p)
		},
		Open: func(ctx context.Context, path string) (engine.ProjectFile, error) { return journal.Open(ctx, path) },
		Dial: func(p engine.Project, v engine.Vault, o engine.DialOptions) engine.Dialer {
			return dialer(p, v, o)
		},
		Check:           imapconn.Check,
		Cloud:           microsoft.Endpoint,
		CheckApp:        microsoft.CheckCredential,
		SignIn:          microsoft.SignIn,
		SignInDirectory: microsoft.SignInDirectory,
		Directory: func(side engine.Side, e engine.Endpoint, v engine.Vault) (engine.Directory, error) {
			return microsoft.NewDirectory(side, e, v)
		},
		HandOver:       handover.Prepare,
		OpenPFX:        microsoft.OpenPFX,
		ServiceAccount: google.Account,
		Setup:          microsoft.NewSetup,

		NewCertificate: microsoft.NewCertificate, Certificate: microsoft.Certificate,
		Practice: lab.Start,
		Unlock:   vault.Unlock,
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
