package engine

import (
	"context"
	"strconv"
)

// Setup leads through what a project needs of a Microsoft 365 tenant: its steps,
// the scripts that take them, and the checks that say how far they are. It changes
// nothing in the tenant itself. Its methods may be called from any goroutine.
type Setup interface {
	// Steps are all steps in their order, with the values put in that are known
	// now. Nobody is asked: their states are CheckWaiting.
	Steps() []SetupStep
	// Scripts are the files that take all steps at once but a person's own sign-in,
	// and take them back; the one that is run first stands first.
	Scripts() []SetupFile
	// Check finds out how far each step has taken effect. each, if not nil, gets a
	// copy of the report whenever something has become known, from one goroutine
	// at a time. What is missing stands in the report; the error is ctx's.
	Check(ctx context.Context, each func(SetupReport)) (SetupReport, error)
}

// SetupRequest is what a Setup is made of.
type SetupRequest struct {
	Project Project
	Side    Side
	Users   []User // whose mailboxes it is about
	Vault   Vault  // nil: locked; only what needs no sign-in is checked then
	Dialer  Dialer // nil as long as Vault is
	// Directory asks the tenant's directory, where the sign-in may; nil: never.
	Directory DirectoryReader
	File      string // the project's file; not quoted
	// Certificate is the app's, in base64 (DER), if it signs in with one.
	Certificate string
	// ManageUsers also asks for what is needed to make users and assign licences.
	ManageUsers bool
}

// manageUsersDoc is under which name a project keeps, as JSON, whether its set-up is
// also for making users: a bool.
const manageUsersDoc = "microsoft/manage-users"

// ManagesUsers says whether a project's set-up is also for making users, as was said
// last: all who look at the set-up count the same steps by it.
func ManagesUsers(ctx context.Context, f ProjectFile) (bool, error) {
	kept, err := f.Kept(ctx, manageUsersDoc)
	return string(kept) == "true", err
}

// KeepManagesUsers keeps in the project what was said of it.
func KeepManagesUsers(ctx context.Context, f ProjectFile, on bool) error {
	return f.Keep(ctx, manageUsersDoc, strconv.AppendBool(nil, on))
}

// SetupStepID is a stable name for a step, for scripts.
type SetupStepID string

// The steps.
const (
	SetupTenant     SetupStepID = "tenant"
	SetupApp        SetupStepID = "app"
	SetupCredential SetupStepID = "credential"
	SetupSignIn     SetupStepID = "sign-in" // of a person
	SetupPermission SetupStepID = "permission"
	SetupUsers      SetupStepID = "users-permission"
	SetupPrincipal  SetupStepID = "service-principal"
	SetupMailboxes  SetupStepID = "mailboxes"
)

// SetupStep is one step and how far it is.
type SetupStep struct {
	ID     SetupStepID
	Title  string        // a few words
	Why    string        // a sentence or two
	Who    string        // who can take it
	Script bool          // the script takes it
	ByHand []SetupAction // how to take it by hand
	// State: CheckOK is done, CheckFailed is missing, CheckWarning can't be told,
	// CheckWaiting wasn't looked at, for an earlier step is missing.
	State CheckState
	Found string // what was seen, in a sentence
	Fault *Fault // why it is not done
}

// SetupAction is one thing to do by hand.
type SetupAction struct {
	Do   string   // a sentence
	Copy []string // values or commands to be copied, a line each
}

// SetupFile is a script.
type SetupFile struct {
	Name string // valid on every system
	For  string // what it does, in a few words
	// Needs are the modules of PowerShell that it calls; nil for what is no script.
	Needs []string
	Data  []byte
}

// SetupReport is how far a set-up is.
type SetupReport struct {
	TenantID string // once the tenant is found
	// ObjectID is that of the app's enterprise application, once the app has
	// signed in: what the app must be registered with in Exchange.
	ObjectID  string
	Steps     []SetupStep
	Mailboxes []MailboxCheck
}

// Done says that nothing is missing. What can't be told counts as done.
func (r SetupReport) Done() bool {
	for _, s := range r.Steps {
		if s.State != CheckOK && s.State != CheckWarning {
			return false
		}
	}
	return true
}

// Next is the first step that is missing, else the first that wasn't looked at; nil
// when all are done.
func (r SetupReport) Next() *SetupStep {
	for _, missing := range []func(CheckState) bool{
		func(s CheckState) bool { return s == CheckFailed },
		func(s CheckState) bool { return s != CheckOK && s != CheckWarning },
	} {
		for i, s := range r.Steps {
			if missing(s.State) {
				return &r.Steps[i]
			}
		}
	}
	return nil
}

// MailboxCheck is what is known of one mailbox.
type MailboxCheck struct {
	User  User
	Name  string // the mailbox's address, as it signs in
	State CheckState
	// Directory is what the tenant says of the mailbox; MailboxUnknown if it
	// wasn't asked.
	Directory MailboxState
	Found     string
	Fault     *Fault
	Copy      []string // commands of Exchange Online PowerShell that may mend it
}
