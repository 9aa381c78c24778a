package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mxodus/engine"
)

// cloudSettings are those of a side that is Microsoft 365.
type cloudSettings struct {
	cloud, tenant, clientID, signIn, secretFile, certificate, certificatePasswordFile string
}

func (s *cloudSettings) flags(f *pflag.FlagSet) {
	f.StringVar(&s.tenant, "tenant", "", "Microsoft 365: the tenant's `ID`, or one of its domains")
	f.StringVar(&s.clientID, "client-id", "", "Microsoft 365: the client `ID` of the app that signs in")
	f.StringVar(&s.secretFile, "client-secret-file", "", "Microsoft 365: read the app's client secret from the first line of `FILE`")
	f.StringVar(&s.certificate, "client-certificate", "", "Microsoft 365: the app signs in with the certificate and private key in `FILE` (PEM, or PFX)")
	f.StringVar(&s.certificatePasswordFile, "client-certificate-password-file", "", "Microsoft 365: read the password of a PFX file from the first line of `FILE`")
	f.StringVar(&s.signIn, "sign-in", "", "Microsoft 365: `WHO` signs in: app (if not given), browser or device (a person, see mxodus microsoft signin)")
	f.StringVar(&s.cloud, "cloud", "", "Microsoft 365: the `CLOUD`: worldwide (if not given), gcchigh, dod, 21vianet, or a JSON file that describes one")
}

// given says that one of the flags was.
func (s *cloudSettings) given(given func(string) bool) bool {
	return slices.ContainsFunc([]string{"tenant", "client-id", "sign-in", "cloud", "client-secret-file", "client-certificate"}, given)
}

// apply changes the sides of p that are Microsoft 365; complete fills in what the
// cloud says of them.
func (s *cloudSettings) apply(p *engine.Project, complete func(engine.Endpoint) (engine.Endpoint, error), given func(string) bool, bad func(string, error)) {
	sides := 0
	for _, e := range []*engine.Endpoint{&p.Source, &p.Destination} {
		if e.Kind != engine.KindMicrosoft365 {
			continue
		}
		sides++
		s.change(e, given, bad)
		completed, err := complete(*e)
		bad("cloud", err)
		if err == nil {
			*e = completed
		}
	}
	if sides == 0 && s.given(given) {
		bad("cloud", fmt.Errorf("no side of this project is Microsoft 365: write --destination microsoft365, or leave out what is about it"))
	}
}

func (s *cloudSettings) change(e *engine.Endpoint, given func(string) bool, bad func(string, error)) {
	id := func(flag, value string) string {
		if value = strings.TrimSpace(value); strings.ContainsAny(value, "/?#& \t\r\n") {
			bad(flag, fmt.Errorf("%q can't be right: copy it from the app's overview page", value))
		}
		return value
	}
	if given("tenant") {
		e.Tenant = id("tenant", s.tenant)
	}
	if given("client-id") {
		e.ClientID = id("client-id", s.clientID)
	}
	if given("cloud") {
		if e.Cloud = s.cloud; !given("source-ca") && !given("destination-ca") {
			e.CAFile = "" // of the cloud before
		}
	}
	if given("sign-in") {
		way := strings.ToLower(s.signIn)
		if way == "app" {
			way = string(engine.SignInApp)
		}
		if e.SignIn = engine.SignInWay(way); !slices.Contains([]engine.SignInWay{engine.SignInApp, engine.SignInBrowser, engine.SignInDevice}, e.SignIn) {
			bad("sign-in", fmt.Errorf("%q is not known: write app, browser or device", s.signIn))
		}
	}
}

// appSecret finds the app's credential: in a file, in the environment, or by
// asking.
func (a *app) appSecret(ctx context.Context, s cloudSettings) (secret engine.Secret, err error) {
	switch env := a.Getenv("MXODUS_CLIENT_SECRET"); {
	case s.certificate != "":
		b, err := os.ReadFile(s.certificate)
		if err != nil {
			return "", fileFault("The app's certificate can't be read", err)
		}
		if secret = engine.Secret(b); !strings.Contains(secret.Reveal(), "-----BEGIN ") {
			secret, err = a.openPFX(ctx, b, s)
		}
		if err != nil {
			return "", err
		}
	case s.secretFile != "":
		secret, err = secretFile(s.secretFile)
	case env != "":
		secret = engine.Secret(env)
	default:
		secret, err = a.askSecret(ctx, "Client secret of the app: ", "client secret of the app")
	}
	if err == nil && a.Adapters.CheckApp != nil {
		err = a.Adapters.CheckApp(secret)
	}
	return secret, err
}

// openPFX opens a certificate's file with the password from a file, from the
// environment, or by asking; without one if it has none.
func (a *app) openPFX(ctx context.Context, pfx []byte, s cloudSettings) (engine.Secret, error) {
	secret, err := a.Adapters.OpenPFX(pfx, "")
	if !errors.Is(err, engine.ErrPFXPassword) {
		return secret, err
	}
	var password engine.Secret
	switch env := a.Getenv("MXODUS_CLIENT_CERTIFICATE_PASSWORD"); {
	case s.certificatePasswordFile != "":
		password, err = secretFile(s.certificatePasswordFile)
	case env != "":
		password, err = engine.Secret(env), nil
	default:
		password, err = a.askSecret(ctx, "Password of the certificate's file: ", "password of the certificate's file")
	}
	if err != nil {
		return "", err
	}
	secret, err = a.Adapters.OpenPFX(pfx, password)
	if errors.Is(err, engine.ErrPFXPassword) {
		err = &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", Err: err,
			What: "The password doesn't open the app's certificate.", Do: "Give the one that the PFX file was exported with."}
	}
	return secret, err
}

// appSecrets are the credentials that p's sides at Microsoft 365 need.
func (a *app) appSecrets(ctx context.Context, p engine.Project, s cloudSettings, into map[string]engine.Secret) error {
	for _, side := range bothSides {
		if e := p.Endpoint(side); !byApp(e) || e.ClientID == "" && !a.offersSecret(s) {
			continue // there is no app yet
		}
		secret, err := a.appSecret(ctx, s)
		if err != nil {
			return err
		}
		into[engine.AppSecretName(side)] = secret
	}
	return nil
}

// offersSecret says that an app's credential is given without a question.
func (a *app) offersSecret(s cloudSettings) bool {
	return s.secretFile != "" || s.certificate != "" || a.Getenv("MXODUS_CLIENT_SECRET") != ""
}

func byApp(e engine.Endpoint) bool {
	return e.Kind == engine.KindMicrosoft365 && !e.SignIn.ByPerson()
}

// hasKey says that a side at Microsoft 365 has what it signs in with.
func hasKey(v engine.Vault, side engine.Side, e engine.Endpoint) bool {
	name := engine.AppSecretName(side)
	if e.SignIn.ByPerson() {
		name = engine.TokensName(side)
	}
	_, ok := v.Get(name)
	return ok
}
