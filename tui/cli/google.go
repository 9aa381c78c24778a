package cli

import (
	"errors"
	"os"

	"github.com/spf13/pflag"

	"mxodus/engine"
)

// googleSettings are those of a source at Google Workspace that a service account
// opens.
type googleSettings struct {
	keyFile string
	key     engine.Secret
	account engine.ServiceAccount
}

const (
	serviceAccountFlag = "source-service-account"
	gmailURL           = "imaps://imap.gmail.com"
)

func (s *googleSettings) flags(f *pflag.FlagSet) {
	f.StringVar(&s.keyFile, serviceAccountFlag, "", "Google Workspace: a service account opens every mailbox, no user gives a password; `FILE` is its key (JSON)")
}

// read reads the key file that was given.
func (s *googleSettings) read(a engine.Adapters) error {
	if s.keyFile == "" {
		return nil
	}
	b, err := os.ReadFile(s.keyFile)
	if err != nil {
		return fileFault("The service account's key can't be read", err)
	}
	s.key = engine.Secret(b)
	s.account, err = a.ServiceAccount(s.key)
	return err
}

// apply makes the service account open the mailboxes at the source, or no longer.
// An administrator's log-in and a service account can't both.
func (s *googleSettings) apply(e *engine.Endpoint, given func(string) bool, bad func(string, error)) {
	switch {
	case s.account.Address != "" && e.Kind != engine.KindIMAP:
		bad(serviceAccountFlag, errors.New("the old server is not at Google: write --source "+gmailURL))
	case s.account.Address != "":
		e.ServiceAccount, e.Auth, e.Admin = s.account.Address, engine.AuthXOAuth2, ""
	case e.ServiceAccount != "" && (given(serviceAccountFlag) || given("source-admin") && e.Admin != ""):
		e.ServiceAccount, e.Auth = "", engine.AuthAuto
	}
}

// seal adds what the vault keeps; a key that is no longer used goes.
func (s *googleSettings) seal(e engine.Endpoint, given func(string) bool, into map[string]engine.Secret) {
	switch {
	case s.key != "":
		into[engine.AppSecretName(engine.SideSource)] = s.key
	case (given(serviceAccountFlag) || given("source-admin")) && e.NeedsPasswords():
		into[engine.AppSecretName(engine.SideSource)] = ""
	}
}

// tellDelegation says what has to be entered at Google before the key opens
// anything.
func (a *app) tellDelegation(s googleSettings) {
	if s.account.Address == "" {
		return
	}
	id := s.account.ClientID
	if id == "" {
		id = "the Unique ID of " + s.account.Address
	}
	a.para(a.err, "", "The key of "+s.account.Address+" is in the project, sealed: delete the file. So that it opens mailboxes, enter once at admin.google.com, Security > Access and data control > API controls > Manage domain-wide delegation > Add new:")
	a.notef("  Client ID:     %s\n  OAuth scopes:  %s\n", id, s.account.Scope)
	a.para(a.err, "", "And see that IMAP is on: Apps > Google Workspace > Gmail > End User Access.")
}
