package engine

import (
	"context"
	"time"
)

// Dialer opens signed-in sessions. Errors are, or wrap, *Fault.
type Dialer interface {
	Source(ctx context.Context, u User) (Source, error)
	Destination(ctx context.Context, u User) (Destination, error)
}

// Source is one signed-in session that only reads: EXAMINE and PEEK. A session
// is used by one goroutine at a time; callbacks are called from one goroutine
// and end the call early by returning an error.
type Source interface {
	Reader
	Session
}

// Destination is one signed-in session that also writes. Like Source, it is
// used by one goroutine at a time.
type Destination interface {
	Reader
	Writer
	Session
}

// Session is what every connection can tell of itself.
type Session interface {
	// Info never changes after sign-in.
	Info() SessionInfo
	// Traffic may be called from any goroutine at any time.
	Traffic() Traffic
	// Quota asks for the mailbox's storage quota (RFC 9208); nil without error
	// when the server has none.
	Quota(ctx context.Context) (*Quota, error)
	// Close ends the session. It never blocks for long and may be called twice.
	Close() error
}

// SessionInfo is what became known while connecting.
type SessionInfo struct {
	Host         string
	Greeting     string   // cleaned
	Capabilities []string // after sign-in, upper case
	TLS          string   // "TLS 1.3", or "" for none
	Certificate  string   // SHA-256 of the leaf, hex
	CertNames    []string
	LiteralPlus  bool
	MultiAppend  bool
	UIDPlus      bool
	CondStore    bool
	// Rewrites says that the server changes messages as it stores them
	// (Exchange): bytes and sizes read back differ from what was sent.
	Rewrites bool
	// FoldsCase says that folder names which differ only in case are the same.
	FoldsCase bool
}

// Traffic counts a session's bytes on the wire, after decryption.
type Traffic struct{ In, Out int64 }

// Quota is a storage quota in bytes.
type Quota struct{ Used, Limit int64 }

// Reader reads folders and messages. Every method pipelines: it costs as few
// round trips as the protocol allows, however many folders it is given.
//
// A server that asks to go slower ends a method, whichever of its commands was
// answered so, with a *Fault of class Retry, and nothing is sent to that mailbox,
// by this session or by others of the same Dialer, before the Wait in it is over:
// methods and sign-ins that begin earlier return the same fault with what is left.
// Append alone goes on, and tells of it message by message.
type Reader interface {
	// Folders lists the account's folders with special uses, subscriptions and
	// status.
	Folders(ctx context.Context) (Listing, error)

	// Scan lists messages of many folders. each gets every entry with the index
	// of its request; entries of one request come together and in order of
	// requests. The result has one element per request; a folder that can't be
	// opened costs only itself (ScanResult.Err).
	Scan(ctx context.Context, reqs []ScanRequest, each func(i int, e Entry) error) ([]ScanResult, error)

	// Headers reads identities. each gets every message that the server could
	// give; what is missing was gone or unreadable.
	Headers(ctx context.Context, req ScanRequest, each func(Header) error) (ScanResult, error)

	// Fetch reads bodies (BODY.PEEK[]), request after request, keeping the pipe
	// full, until reqs is closed and everything asked for was delivered. each
	// gets every UID of every request exactly once, with a whole Body whose
	// length was checked, or with a *Fault: a UID that didn't come whole was
	// asked for again alone before. each owns the Body and must Release it.
	// alloc is asked for each body's memory and may block.
	// When the connection dies, Fetch returns a *Fault at once; UIDs that were
	// not delivered are simply not read.
	Fetch(ctx context.Context, reqs <-chan FetchRequest, alloc func(ctx context.Context, size int64) (*Body, error), each func(Fetched) error) error
}

// ScanRequest names messages of one folder.
type ScanRequest struct {
	Folder Folder
	// From is the lowest UID wanted; 0 or 1 means all.
	From uint32
	// UIDs, if not nil, are the only ones wanted, in any order; From is ignored.
	UIDs []uint32
	// ChangedSince, if not 0, asks only for messages whose mod-sequence is
	// higher (CONDSTORE, RFC 7162 section 3.1.4).
	ChangedSince uint64
	// StatusOnly opens the folder, for the ScanResult, and lists nothing. A
	// destination opens it for writing: PERMANENTFLAGS are empty otherwise.
	StatusOnly bool
}

// ScanResult is what opening a folder said.
type ScanResult struct {
	Status Status
	// Flags are the flags that can be stored (PERMANENTFLAGS, without "\*"); nil
	// when the server didn't say (which means all) or it was opened read-only. AnyKeyword is its "\*". Only
	// meaningful at a destination.
	Flags      []string
	AnyKeyword bool
	Err        error
}

// FetchRequest asks for bodies of one folder. UIDs are wanted in this order;
// servers may answer in another.
type FetchRequest struct {
	Folder Folder
	// UIDValidity that the UIDs belong to. If the folder now has another, every
	// UID of the request is delivered with ErrUIDValidity. Folder.Status tells
	// it from a server that keeps none: there the clock alone changes it.
	UIDValidity uint32
	UIDs        []uint32
	Tag         any // handed back in Fetched
}

// Fetched is one message, or why it could not be read.
type Fetched struct {
	Tag  any
	UID  uint32
	Body *Body
	Size int64 // of a body that is too big to be held (CodeTooBig), else 0
	Err  error // *Fault, or ErrGone, or ErrUIDValidity
}

// Writer changes the destination.
type Writer interface {
	// Create makes folders and subscribes where asked, and lists the account
	// afterwards as Folders does, all in one flight. errs has one element per
	// request: nil, or why that folder can't be. One that exists already is no
	// error.
	Create(ctx context.Context, reqs []CreateRequest) (after Listing, errs []error, err error)

	// WireName is the server's spelling of a path that may not exist yet: with
	// its namespace prefix, separator and encoding.
	WireName(path []string) string

	// Append stores messages, keeping many in flight, until in is closed and
	// every reply has come. done gets every message that was taken from in
	// exactly once, from one goroutine, in any order. When the connection dies,
	// whatever was taken is reported (Unsent or Unknown) and a *Fault returned.
	// On cancel, no more is taken; what is in flight gets a moment (who wants it to
	// get seconds cancels later than what feeds in).
	Append(ctx context.Context, in <-chan *Outgoing, done func(*Outgoing, Appended)) error

	// Store adds and removes flags, pipelined. Messages that are gone are no
	// error.
	Store(ctx context.Context, folder Folder, uidValidity uint32, changes []FlagChange) error

	// Remove deletes exactly these UIDs and nothing else (UID EXPUNGE, RFC 4315;
	// refused where the server lacks it).
	Remove(ctx context.Context, folder Folder, uidValidity uint32, uids []uint32) error
}

// DateHolder is what a Destination can also tell: the date nearest to t of those
// that the server can hold, which Append sends for it. Without it, all are held.
type DateHolder interface{ HoldableDate(t time.Time) time.Time }

// CreateRequest asks for one folder.
type CreateRequest struct {
	Wire      string
	Create    bool // else only subscribe
	Subscribe bool
}

// FlagChange changes one message's flags.
type FlagChange struct {
	UID         uint32
	Add, Remove []string
}

// Outgoing is a message on its way to the destination.
type Outgoing struct {
	Wire  string // destination folder, as the server spells it
	Flags []string
	Date  time.Time // zero: none is sent
	Body  *Body
	Alone bool // it drew a BAD before: the server is asked before its first byte
	Tag   any
}

// Outcome is what is known of an APPEND.
type Outcome uint8

// The outcomes.
const (
	Stored  Outcome = iota + 1 // the server said OK
	Refused                    // the server said NO; it is not stored
	Unsent                     // it was never sent whole: it can't have been stored
	Unknown                    // sent, but no reply came: look before sending again
)

// Appended is the fate of one Outgoing.
type Appended struct {
	Outcome     Outcome
	UID         uint32 // 0 without UIDPLUS (RFC 4315)
	UIDValidity uint32
	Err         error // *Fault for Refused, Unsent and Unknown
}

// Journal is the project's memory. Every method is safe for many goroutines.
type Journal interface {
	// Folder finds or makes the row of one source folder of one user.
	Folder(ctx context.Context, userID int64, source string) (FolderRecord, error)
	// SaveFolder writes the row back, durably.
	SaveFolder(ctx context.Context, f FolderRecord) error
	// Folders lists a user's rows.
	Folders(ctx context.Context, userID int64) ([]FolderRecord, error)

	// Put writes records, durably, replacing those with the same UID. It
	// returns after the commit; calls from many goroutines share commits.
	Put(ctx context.Context, folderID int64, recs []Record) error
	// Records calls each with every record of a folder, by ascending UID.
	// Only states in want, if any are given.
	Records(ctx context.Context, folderID int64, each func(Record) error, want ...State) error
	// RecordsFrom is Records for UIDs from a UID on.
	RecordsFrom(ctx context.Context, folderID int64, from uint32, each func(Record) error) error
	// Has says whether any copied or present message of the user's other
	// folders has this identity.
	Has(ctx context.Context, userID int64, exceptFolder int64, id Identity) (bool, error)
	// Rebase moves a folder's records to new UIDs after the source's
	// UIDVALIDITY changed: from[i] becomes to[i], which may be the same; all
	// others are dropped. It writes f in the same transaction.
	Rebase(ctx context.Context, f FolderRecord, from, to []uint32) error

	// Event writes one line of history for people.
	Event(ctx context.Context, e Event) error
}

// FolderRecord is what the journal knows of one source folder.
type FolderRecord struct {
	ID     int64
	UserID int64
	Source string   // wire name
	Path   []string // decoded, at the source
	Dest   string   // wire name at the destination; empty until mapped
	// DestPath is decoded; Renamed says that it differs from what was asked for.
	DestPath []string
	Renamed  string // why, in words; empty when it isn't

	SourceValidity uint32 // UIDVALIDITY that the records belong to; 0 at first
	DestValidity   uint32
	// Done is the source's status at the end of the last complete pass: while
	// it is unchanged there is nothing to do.
	Done Status
	// DestNext is the destination's UIDNEXT recorded before the last messages
	// were sent: what we stored since has UIDs from here on.
	DestNext uint32
	// SentAt is when something was last sent without all being settled.
	SentAt time.Time
	// Created says that we made the folder at the destination.
	Created bool
	// Refusal is why the folder can't be made at the destination; empty if it can.
	Refusal string
}

// Event is one line of history.
type Event struct {
	At     time.Time
	UserID int64 // 0: the whole project
	Level  Level
	Text   string // what happened, in words
	Said   string // the server's own words
}

// Level says how an event is meant.
type Level string

// The levels.
const (
	Info      Level = "info"
	Attention Level = "attention"
	Bad       Level = "bad"
)
