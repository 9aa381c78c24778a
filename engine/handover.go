package engine

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// HandOverOptions are what a hand-over to Microsoft's own migration service is
// made from.
type HandOverOptions struct {
	Project Project
	Users   []User // those to be handed over
	// Vault holds the passwords that go into the lists.
	Vault  Vault
	LogIn  HandOverLogIn
	Server string // host, or host:port, by which the service reaches the source; empty: the project's
	// Addresses are what the source's name leads to from here, as far as known.
	Addresses []netip.Addr
	PerBatch  int     // most mailboxes in a batch; 0: as many as Microsoft takes
	Pilot     []int64 // users that go first, in a batch of their own
	// Checks are what a test measured, for any of the users; none: nothing is
	// known of sizes.
	Checks  []UserCheck
	Program string // name and version, for the files
	File    string // the project's, for the commands in them; not quoted
	Now     time.Time
}

// HandOverLogIn is how the service signs in to a user's mailbox at the source.
type HandOverLogIn string

// The log-ins that the service can use.
const (
	HandOverAuto      HandOverLogIn = ""          // as the project signs in
	HandOverUser      HandOverLogIn = "user"      // each user's own name and password
	HandOverMaster    HandOverLogIn = "master"    // user*admin: Dovecot
	HandOverExchange  HandOverLogIn = "exchange"  // DOMAIN/admin/user
	HandOverMirapoint HandOverLogIn = "mirapoint" // #user@domain#admin#
	HandOverRoot      HandOverLogIn = "root"      // the administrator's own, and a root folder per user: Courier, Oracle
)

// HandOver is what would be written. It holds passwords, but prints none.
type HandOver struct {
	Batches  []HandOverBatch
	LogIn    HandOverLogIn // that was chosen
	Warnings []Fault       // to be known before anything is done
	// Files are the names of all files that Write writes.
	Files []string
	// Write writes them into a folder, which is made when it is missing, for
	// their owner only. Files that are there already are an error that names
	// them, and nothing is written, unless they may be replaced. stale are lists
	// of an earlier hand-over that are left in the folder.
	Write func(dir string, replace bool) (stale []string, err error)
}

// HandOverBatch is one batch of the service.
type HandOverBatch struct {
	Name  string // at the service
	File  string // its list
	Users int
	Pilot bool
}

// HandOverRefusal is why a user can't be handed over as things are.
type HandOverRefusal struct {
	User     string // cleaned
	What, Do string
}

// HandOverError names every user that can't be handed over. It holds no secret.
type HandOverError struct{ Refused []HandOverRefusal }

func (e *HandOverError) Error() string {
	return fmt.Sprintf("%d users can't be handed over as they are", len(e.Refused))
}

// ForHandOver is a project as Microsoft's service would see it, to be tested: with
// the service's limits, not the project's own. Dial it as it is and test it with
// UnreachedDestination.
func (p Project) ForHandOver() Project {
	p.Limits.MaxMessages, p.Limits.MaxMessageBytes = 500_000, 35<<20
	return p
}

// UnreachedDestination is a dialer that reaches the old server only: for a test
// of the source where mxodus isn't going to write to the new one.
func UnreachedDestination(d Dialer) Dialer { return sourceOnly{d} }

type sourceOnly struct{ Dialer }

// Destination fails without asking anybody.
func (sourceOnly) Destination(context.Context, User) (Destination, error) {
	return nil, &Fault{Class: StopMailbox, Code: CodeUnavailable, Side: SideDestination, Who: "nobody",
		What: "The new server is not asked here.", Do: "Nothing."}
}
