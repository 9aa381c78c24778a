package engine

import "time"

// UserState is where a mailbox stands in a run.
type UserState string

// The states of a mailbox.
const (
	UserQueued     UserState = "queued"
	UserConnecting UserState = "connecting"
	UserScanning   UserState = "reading folders"
	UserCopying    UserState = "copying"
	UserChecking   UserState = "checking" // looking for what a lost reply left open
	UserWaiting    UserState = "waiting"  // until Until, for Why
	UserPaused     UserState = "paused"
	UserStopped    UserState = "stopped"
	UserDone       UserState = "done"
	UserAttention  UserState = "needs attention" // done, but with failed messages or folders
	UserFailed     UserState = "failed"
)

// Finished says whether the run is over for this mailbox.
func (s UserState) Finished() bool {
	switch s {
	case UserStopped, UserDone, UserAttention, UserFailed:
		return true
	}
	return false
}

// Tally counts messages and bytes by what became of them. Total is what the
// source holds as far as it is known; it is complete once Scanned.
type Tally struct {
	Total, Copied, Present, Skipped, Failed                          int
	TotalBytes, CopiedBytes, PresentBytes, SkippedBytes, FailedBytes int64
}

// Settled is how many messages need nothing more in this run.
func (t Tally) Settled() int { return t.Copied + t.Present + t.Skipped + t.Failed }

// SettledBytes is the same in bytes.
func (t Tally) SettledBytes() int64 {
	return t.CopiedBytes + t.PresentBytes + t.SkippedBytes + t.FailedBytes
}

// There is what is at the destination, by whomever: messages and bytes.
func (t Tally) There() (messages int, bytes int64) {
	return t.Copied + t.Present, t.CopiedBytes + t.PresentBytes
}

// ToCopy is what is there or is to get there. What is left out for a reason is no
// part of it, here as in a test: it is told separately wherever messages are counted.
func (t Tally) ToCopy() (messages int, bytes int64) {
	return t.Total - t.Skipped, t.TotalBytes - t.SkippedBytes
}

// AddCount adds what the journal holds of a folder. What the source holds beyond
// that, the journal doesn't know: Total is what is settled.
func (t *Tally) AddCount(c FolderCount) {
	t.Copied += c.Messages[Copied]
	t.Present += c.Messages[Present]
	t.Skipped += c.Messages[Skipped]
	t.Failed += c.Messages[Failed]
	t.CopiedBytes += c.Bytes[Copied]
	t.PresentBytes += c.Bytes[Present]
	t.SkippedBytes += c.Bytes[Skipped]
	t.FailedBytes += c.Bytes[Failed]
	t.Total, t.TotalBytes = t.Settled(), t.SettledBytes()
}

func (t *Tally) add(u Tally) {
	t.Total += u.Total
	t.Copied += u.Copied
	t.Present += u.Present
	t.Skipped += u.Skipped
	t.Failed += u.Failed
	t.TotalBytes += u.TotalBytes
	t.CopiedBytes += u.CopiedBytes
	t.PresentBytes += u.PresentBytes
	t.SkippedBytes += u.SkippedBytes
	t.FailedBytes += u.FailedBytes
}

// BatchStatus is a snapshot of a batch. It is a copy: whoever holds it may keep it.
type BatchStatus struct {
	At       time.Time
	Started  time.Time
	Finished time.Time // zero while it runs
	Pass     int       // 1 for the first run of this batch, then deltas
	NextPass time.Time // with follow, between passes; else zero
	Paused   bool
	Stopping bool
	Users    []UserStatus // in the order of the batch
	Sum      Tally
	Scanned  bool // Sum.Total is complete; before, see Whole
	// Rate is messages and bytes per second over the last seconds.
	Rate     float64
	ByteRate float64
	// History is ByteRate over time, oldest first, one sample a second at
	// first, thinned later; at most 240.
	History []float64
	// Left is how long the rest takes; LeftMin and LeftMax its range. 0: not
	// known yet.
	Left, LeftMin, LeftMax time.Duration
	SourceConns, DestConns int
	Err                    error // why the batch ended, if it didn't just finish
}

// UserStatus is a snapshot of one mailbox.
type UserStatus struct {
	User     User
	State    UserState
	Why      string // of waiting, paused or failed, in words
	Until    time.Time
	Started  time.Time
	Finished time.Time
	Scanned  bool
	Folder   string // being copied, as a path with "/"
	Sum      Tally
	Sent     int // appended in this pass
	// ExpectMessages and ExpectBytes are what the last test found to copy; 0: it
	// was not tested. They tell of the whole until it is Scanned.
	ExpectMessages int
	ExpectBytes    int64
	Rate           float64
	ByteRate       float64
	Left           time.Duration
	Folders        []FolderStatus
	Problems       []Problem
}

// Whole is how much there is to copy, as Tally.ToCopy. Until the mailbox is read it is
// what the test said, if that is more than is known already; known says that
// something is known of the whole.
func (u *UserStatus) Whole() (messages int, bytes int64, known bool) {
	messages, bytes = u.Sum.ToCopy()
	if u.Scanned {
		return messages, bytes, true
	}
	return max(messages, u.ExpectMessages), max(bytes, u.ExpectBytes), u.ExpectMessages > 0
}

// remaining is what is still to do in this run, as far as that is known.
func (u *UserStatus) remaining() (messages int, bytes int64, known bool) {
	messages, bytes, known = u.Whole()
	there, size := u.Sum.There()
	return max(0, messages-there-u.Sum.Failed), max(0, bytes-size-u.Sum.FailedBytes), known
}

// Whole is the same of everybody: exact says that every mailbox was read, known that
// something is known of each.
func (s *BatchStatus) Whole() (messages int, bytes int64, exact, known bool) {
	exact, known = true, true
	for i := range s.Users {
		u := &s.Users[i]
		n, size, ok := u.Whole()
		messages += n
		bytes += size
		exact = exact && u.Scanned
		known = known && ok
	}
	return messages, bytes, exact, known
}

// FolderStatus is a snapshot of one folder.
type FolderStatus struct {
	Path    string // at the source
	Dest    string // at the destination
	Renamed string // why Dest differs, in words; empty if it is as asked
	Sum     Tally
	// FlagsDropped counts flags, in this pass, that the destination can't hold.
	FlagsDropped int
	// Receipts and DatesMoved count messages, in this pass, that were altered on
	// the way; see AlteredReceipt and AlteredDate.
	Receipts, DatesMoved int
	Done                 bool
	Err                  error
}

// Problem is something that a person should know, grouped: the same thing in
// one folder is one problem with a count.
type Problem struct {
	At     time.Time
	Level  Level
	Folder string
	Count  int
	Fault  Fault
}

// Summary is the end of a run.
type Summary struct {
	Kind     string
	Started  time.Time
	Finished time.Time
	Users    int
	// UsersFailed were stopped by a fault; UsersAttention finished with failed
	// messages or folders.
	UsersFailed    int
	UsersAttention int
	UsersWaiting   int // left the run because they have long to wait: a later one goes on with them
	Sum            Tally
	Sent           int // messages appended in this run
	SentBytes      int64
	FlagChanges    int
	FlagsDropped   int // flags of messages sent in this run that the destination can't hold
	Receipts       int // messages sent in this run that ask for no read receipt any more
	DatesMoved     int // messages sent in this run whose date the destination can't hold
	Interrupted    bool
}
