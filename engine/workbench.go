package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// ProjectFile is an open project: settings, users, and the journal.
type ProjectFile interface {
	Journal
	Path() string
	Project(ctx context.Context) (Project, error)
	SaveProject(ctx context.Context, p Project) error
	// Users lists all users by ID.
	Users(ctx context.Context) ([]User, error)
	// SaveUsers updates users by ID, or inserts those whose ID is 0, in one
	// transaction, and returns them with their IDs. Two users with the same
	// Address or SourceLogin+UserRoot are an error that names both.
	SaveUsers(ctx context.Context, users []User) ([]User, error)
	// RemoveUser forgets a user and the journal of that mailbox.
	RemoveUser(ctx context.Context, id int64) error

	// Lock makes this process the only one that may run the project; a
	// *LockedError says who holds it. A lock whose holder is gone is taken over.
	Lock(ctx context.Context) (unlock func(), err error)
	// LastAlive is when the last holder of the lock may last have run, never
	// later than now; zero if nobody ever held it. While this file holds the
	// lock it tells of the holder before.
	LastAlive(ctx context.Context) (time.Time, error)

	// Counts sums the records by user, folder and state.
	Counts(ctx context.Context) ([]FolderCount, error)
	// StartRun and FinishRun write the history of runs.
	StartRun(ctx context.Context, kind string) (int64, error)
	FinishRun(ctx context.Context, id int64, s Summary) error
	Runs(ctx context.Context) ([]Run, error)
	// Events lists history, newest first; userID 0 lists all.
	Events(ctx context.Context, userID int64, limit int) ([]Event, error)

	// Sealed is the vault as stored: opaque ciphertext. nil when there is none.
	Sealed(ctx context.Context) ([]byte, error)
	SaveSealed(ctx context.Context, sealed []byte) error

	// Keep stores a document of the caller's under a name, durably; nil removes
	// it. Kept returns it, or nil when there is none. Documents hold no secret.
	Keep(ctx context.Context, name string, doc []byte) error
	Kept(ctx context.Context, name string) ([]byte, error)

	Close() error
}

// FolderCount is what the journal holds of one folder, by state. What was deleted
// at the source before it could be read (ReasonGone) is no message of the source
// any more: index 0 counts it, and Skipped does not.
type FolderCount struct {
	Folder   FolderRecord
	Messages [Failed + 1]int // index: State
	Bytes    [Failed + 1]int64
}

// Place is the index at which a FolderCount counts a record.
func (r Record) Place() State {
	if r.State == Skipped && r.Reason == ReasonGone {
		return 0
	}
	return r.State
}

// open is how many may still be brought over by another run.
func (c FolderCount) open() int { return c.Messages[Failed] + c.Messages[Skipped] + c.Messages[0] }

// Run is one line of the history of runs.
type Run struct {
	ID       int64
	Kind     string // "full", "delta", "verify", "undo"
	Started  time.Time
	Finished time.Time // zero: it was interrupted
	Summary  Summary
}

// LockedError says who is running the project.
type LockedError struct {
	Host  string
	PID   int
	Since time.Time
}

// Holder is what a ProjectFile can also tell: who runs the project, without
// trying to become the one. nil: nobody, as far as can be seen at once.
type Holder interface {
	Holder(ctx context.Context) (*LockedError, error)
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("another mxodus is running this project: process %d on %s, since %s", e.PID, e.Host, e.Since.Format("2 Jan 15:04 MST"))
}

// Vault holds a project's secrets once it is unlocked.
type Vault interface {
	// Get returns the secret of that name, or false.
	Get(name string) (Secret, bool)
	// Set stores secrets (an empty one is removed) and seals the vault again.
	Set(ctx context.Context, secrets map[string]Secret) error
}

// Adapters are the parts that reach outside the engine. main wires them once;
// commands and screens use nothing else.
type Adapters struct {
	// Create makes a new project file (0600) and refuses one that exists.
	Create func(ctx context.Context, path string, p Project) (ProjectFile, error)
	// Open opens an existing project file.
	Open func(ctx context.Context, path string) (ProjectFile, error)
	// Unlock opens a project's vault with its passphrase, or makes one when the
	// project has none. A wrong passphrase is ErrPassphrase.
	Unlock func(ctx context.Context, f ProjectFile, passphrase Secret) (Vault, error)
	// Keyring keeps passphrases by project path in the system's keyring; its
	// errors mean that it can't be had there, and never stop anything. ErrNoKeyring:
	// this system has none.
	KeyringGet func(path string) (Secret, error)
	KeyringSet func(path string, s Secret) error
	// Dial makes the dialer for a project.
	Dial func(p Project, v Vault, o DialOptions) Dialer
	// Check connects without signing in and reports what it sees.
	Check func(ctx context.Context, e Endpoint, o DialOptions) (SessionInfo, error)
	// Cloud completes an endpoint at Microsoft 365 by what its cloud says: host,
	// port, certificate authority. Its errors say what is wrong with the cloud.
	Cloud func(e Endpoint) (Endpoint, error)
	// CheckApp says what is wrong with an app's credential; nil: nothing that can
	// be seen here.
	CheckApp func(credential Secret) error
	// SignIn has a person sign in to Microsoft 365 and keeps the tokens in the
	// vault; it returns the account's name. show gets what the person needs.
	SignIn func(ctx context.Context, side Side, e Endpoint, v Vault, show func(SignInPage) error) (account string, err error)
	// SignInDirectory is SignIn for the tenant's users, licences and domains.
	SignInDirectory func(ctx context.Context, side Side, e Endpoint, v Vault, show func(SignInPage) error) (account string, err error)
	// Directory reaches the tenant of a side at Microsoft 365, with the sign-in
	// that the project has for it. It asks nothing yet: what is missing shows at
	// the first call.
	Directory func(side Side, e Endpoint, v Vault) (Directory, error)
	// OpenPFX makes PEM of a certificate with its private key in PKCS #12 form. Its
	// error is ErrPFXPassword when the password is wrong, or says what is wrong
	// with the file; it quotes nothing.
	OpenPFX func(pfx []byte, password Secret) (Secret, error)
	// ServiceAccount reads the key file of a Google service account, or says what
	// is wrong with it, quoting nothing of it.
	ServiceAccount func(key Secret) (ServiceAccount, error)
	// HandOver prepares a project for Microsoft's own migration service. It writes
	// nothing yet. Its errors are a *HandOverError or a *Fault.
	HandOver func(o HandOverOptions) (*HandOver, error)
	// Meaning reads what messages say; see VerifyOptions.Meaning.
	Meaning ReadMeaning
	// Setup leads through what a project needs of its Microsoft 365 tenant.
	Setup func(SetupRequest) Setup
	// NewCertificate makes a certificate for an app, with its private key (PEM),
	// to be kept in the vault. Certificate is the part of one that is uploaded, in
	// base64 (DER).
	NewCertificate func(name string) (Secret, error)
	Certificate    func(credential Secret) (string, error)
	// Practice starts the practice company: real IMAP servers in this process.
	Practice func(ctx context.Context) (*Practice, error)
}

// ErrPFXPassword says that a password doesn't open a PKCS #12 file.
var ErrPFXPassword = errors.New("the password does not open this certificate's file")

// ServiceAccount is what of a service account may be shown, and what has to be
// entered in the Admin console so that it may open mailboxes.
type ServiceAccount struct {
	Address  string // its name, as an address
	ClientID string
	Scope    string
}

// SignInPage is what a person needs to sign in.
type SignInPage struct {
	URL  string // the page to open
	Code string // to be entered there; empty: the page comes back by itself
}

// Practice is a made-up company on loopback: an old server full of mail and a
// new, empty one.
type Practice struct {
	Project Project   // both endpoints and their certificates filled in
	Users   []UserRow // with their passwords
	// WorkingDay lets a day pass: new mail arrives at the old server, somebody
	// reads something there. It says in a sentence what happened.
	WorkingDay func(ctx context.Context) (string, error)
	// Pace lets the new server take that many messages a second at most, so that
	// there is something to watch; 0: as many as it can.
	Pace func(perSecond int)
	// NewMX is the host that the company's MX must name at the cut-over, and
	// Publish makes it so in a zone on this computer; nil: there is no such zone.
	NewMX   string
	Publish func(mx string)
	// Close stops the servers.
	Close func()
}

// DialOptions are about connections, not about the project.
type DialOptions struct {
	// TraceFile, if not empty, gets every line of every connection, with
	// secrets and message text blanked.
	TraceFile string
	Log       *slog.Logger // nil: none
}

// ErrPassphrase says that the passphrase doesn't open the vault.
var ErrPassphrase = errors.New("the passphrase does not open this project's vault")
