package engine

import (
	"context"
	"time"
)

// VerifyOptions are about one verification.
type VerifyOptions struct {
	Users []User
	// Deep fetches every message from both sides and compares bytes.
	Deep bool
	// Each, if not nil, gets every finished folder and every message that isn't
	// at the destination, from one goroutine at a time.
	Folder  func(VerifiedFolder)
	Message func(VerifiedMessage)
}

// Verify re-scans both sides, without believing the journal, and accounts for
// every source message. Its methods may be called from any goroutine.
type Verify struct{}

// NewVerify makes a verification that is not yet running.
func NewVerify(p Project, f ProjectFile, d Dialer, o VerifyOptions) *Verify { return &Verify{} }

// Run verifies all users, several at once.
func (v *Verify) Run(ctx context.Context) (VerifyResult, error) { return VerifyResult{}, nil }

// Status is a snapshot.
func (v *Verify) Status() VerifyResult { return VerifyResult{} }

// Account counts source messages by what became of them. Every message of the
// source is in exactly one of the fields but Source, their sum.
type Account struct {
	Source  int `json:"source"`
	Copied  int `json:"copied"`  // there, and sent by us
	Present int `json:"present"` // there, and was before us
	Skipped int `json:"skipped"` // not there, for a stated reason
	Failed  int `json:"failed"`  // not there, refused or unreadable
	New     int `json:"new"`     // not there, came after the last run
	Moved   int `json:"moved"`   // sent by us, now in another folder at the destination
	Deleted int `json:"deleted"` // sent by us, gone since: somebody deleted it there
	Missing int `json:"missing"` // should be there and isn't
	Changed int `json:"changed"` // there, but its bytes differ (deep)
}

// VerifyResult is the account of everybody.
type VerifyResult struct {
	At       time.Time
	Finished bool
	Deep     bool
	Users    []VerifiedUser
	Sum      Account
	// OK: nothing failed, missing, new or changed.
	OK bool
}

// VerifiedUser is the account of one user.
type VerifiedUser struct {
	User    User
	State   CheckState
	Fault   *Fault
	Sum     Account
	Folders []VerifiedFolder
}

// VerifiedFolder is the account of one folder.
type VerifiedFolder struct {
	User   User
	Source []string // path at the source, decoded
	Dest   []string // path at the destination, decoded; nil when it has none
	Counts Account
	// Proof is how the messages there were proven: "identity" or "bytes".
	Proof string
	Err   string
}

// VerifiedMessage is one source message that isn't at the destination, or
// differs there.
type VerifiedMessage struct {
	User     User
	Folder   []string
	UID      uint32
	Size     int64
	Digest   Digest // zero when its bytes were never fetched
	Identity Identity
	Outcome  string // the json name of the Account field it is counted in
	Reason   string // in words
	Said     string
}
