package engine

import "time"

// State is what became of a source message.
type State uint8

// The states of a message. Only Sending is transient.
const (
	Sending State = iota + 1 // written down, perhaps on its way; its fate is unknown until looked for
	Copied                   // stored at the destination by us, exactly once
	Present                  // stood at the destination before we came
	Skipped                  // left out on purpose, with a reason
	Failed                   // refused or unreadable, with a reason; tried again by the next run
)

func (s State) String() string {
	return [...]string{"new", "sending", "copied", "present", "skipped", "failed"}[min(s, Failed)]
}

// Identity finds a message again on another server: a digest of the header
// fields that no server changes. See IdentityOf.
type Identity [16]byte

// Altered says what of a message had to be another at the destination, or was
// asked to be; bits.
type Altered uint8

// What may be altered.
const (
	// AlteredReceipt: a field that asks for a read receipt was renamed, as
	// Project.NoReadReceipts says. Record.Digest is of the message as sent.
	AlteredReceipt Altered = 1 << iota
	// AlteredDate: the destination can't hold the date (INTERNALDATE), and got
	// the nearest one that it can.
	AlteredDate
)

// Digest is the SHA-256 of a message's bytes.
type Digest [32]byte

// Entry is one message in a folder scan, without its body.
type Entry struct {
	UID   uint32
	Size  int64     // RFC822.SIZE, bytes; servers are known to be wrong by a little
	Flags []string  // as the server spells them; shared, never changed
	Date  time.Time // INTERNALDATE with its zone; zero when the server gave none that can be read
}

// Header is the part of a message that identifies it.
type Header struct {
	UID      uint32
	Size     int64
	Date     time.Time // INTERNALDATE
	Flags    []string
	Identity Identity
}

// Record is what the journal knows of one source message.
type Record struct {
	UID      uint32 // at the source
	State    State
	Size     int64 // bytes as fetched; as announced when never fetched
	Date     time.Time
	Flags    []string // as the source had them when they were last brought over; the destination may hold fewer
	Identity Identity // zero when never read
	Digest   Digest   // of the bytes that were sent, or fetched and not sent; zero when never fetched
	Altered  Altered  // what mxodus changed of it on the way
	DestUID  uint32   // 0 when not known
	Reason   Reason   // for Skipped and Failed
	Said     string   // the server's own words, cleaned
	At       time.Time
}

// Reason is why a message was skipped or failed: a short stable code for
// reports and scripts. Text gives the sentence.
type Reason string

// The reasons.
const (
	ReasonTooBig      Reason = "too-big"
	ReasonBeyondLimit Reason = "beyond-message-limit"
	ReasonElsewhere   Reason = "in-another-folder" // Gmail's All Mail
	ReasonGone        Reason = "gone"              // listed, but deleted before it could be read
	ReasonHollow      Reason = "no-message"        // listed, but there is no message behind it
	ReasonUnreadable  Reason = "unreadable"        // the source doesn't give it whole
	ReasonEmpty       Reason = "empty"             // zero bytes: no server stores that
	ReasonRefused     Reason = "refused"           // the destination refused it
	ReasonFolder      Reason = "folder-refused"    // its folder can't be made at the destination
	ReasonLongLine    Reason = "long-line"         // a line is longer than the destination takes
	ReasonUnfit       Reason = "not-taken"         // the destination takes no such message, and doesn't say why
	ReasonQuota       Reason = "quota"
	ReasonExcluded    Reason = "folder-excluded"
	ReasonShared      Reason = "shared-folder"         // in another user's or a shared namespace
	ReasonView        Reason = "view-of-other-folders" // Gmail's Important and Starred
)

// Text is the reason in words.
func (r Reason) Text() string {
	switch r {
	case ReasonTooBig:
		return "larger than the limit for one message"
	case ReasonBeyondLimit:
		return "older than the newest messages that the mailbox limit allows"
	case ReasonElsewhere:
		return "stands in another folder that was copied"
	case ReasonGone:
		return "was deleted at the old server before it could be read"
	case ReasonHollow:
		return "is only a number in the old server's list: no message stands behind it"
	case ReasonUnreadable:
		return "the old server does not give it whole"
	case ReasonEmpty:
		return "is empty (zero bytes)"
	case ReasonRefused:
		return "the new server refused it"
	case ReasonLongLine:
		return "has a line that is longer than the new server takes"
	case ReasonUnfit:
		return "the new server does not take it and does not say why; usually it is damaged"
	case ReasonFolder:
		return "its folder could not be made at the new server"
	case ReasonQuota:
		return "the new mailbox is full"
	case ReasonExcluded:
		return "its folder is left out by a rule"
	case ReasonShared:
		return "its folder belongs to somebody else and is only shared with this user"
	case ReasonView:
		return "its folder only shows mail that stands in other folders"
	}
	return string(r)
}

// Do is what a person can do about a message that is not there for this reason; empty
// when there is nothing to do.
func (r Reason) Do() string {
	switch r {
	case ReasonTooBig:
		return "If it matters, save it by hand: open it in the old mailbox and save it as a file. Or, if the new server takes larger messages, raise the limit and run again."
	case ReasonBeyondLimit:
		return "If it matters, raise the limit for the number of messages and run again, or move it into the new mailbox by hand."
	case ReasonUnreadable, ReasonHollow, ReasonEmpty:
		return "Look at it in the old mailbox. If it can be read there, save it by hand as a file."
	case ReasonLongLine, ReasonUnfit:
		return "If it matters, save it by hand: open it in the old mailbox and save it as a file."
	case ReasonRefused:
		return "Run again: refused messages are tried again. If it is refused again, save it by hand from the old mailbox."
	case ReasonFolder:
		return "Make the folder at the new server, or give it another name by a rule, and run again."
	case ReasonQuota:
		return "Give the new mailbox more room and run again: it goes on where it stopped."
	case ReasonExcluded:
		return "Nothing, if that is as you want it. Otherwise take the folder in again and run again."
	}
	return ""
}

// SpecialUse is a folder's role (RFC 6154), without the backslash, lower case:
// "sent", "drafts", "junk", "trash", "archive", "all", "flagged", "important";
// and "inbox".
type SpecialUse string

// The roles.
const (
	UseInbox     SpecialUse = "inbox"
	UseSent      SpecialUse = "sent"
	UseDrafts    SpecialUse = "drafts"
	UseJunk      SpecialUse = "junk"
	UseTrash     SpecialUse = "trash"
	UseArchive   SpecialUse = "archive"
	UseAll       SpecialUse = "all"
	UseFlagged   SpecialUse = "flagged"
	UseImportant SpecialUse = "important"
)

// Folder is one folder as a server lists it.
type Folder struct {
	// Wire is the name exactly as the server sent it, byte for byte; commands
	// send it back so. It is not for eyes.
	Wire string
	// Path is the decoded name, a level an element, below the namespace prefix:
	// {"Archive", "2019"}. INBOX is {"INBOX"}. A Shared folder's Path begins with
	// the prefix of its own namespace, so that it can't be taken for one of the
	// user's own.
	Path []string
	// Repaired says that Wire was no valid modified UTF-7 (RFC 3501 section
	// 5.1.3) and Path is a best reading of it.
	Repaired    bool
	NoSelect    bool // holds no messages (\Noselect, \NonExistent)
	NoInferiors bool
	Shared      bool // in another user's or a shared namespace (RFC 2342)
	Subscribed  bool
	Use         SpecialUse // as the server says; empty when it doesn't
	Status      *Status    // nil when not asked for, or refused
}

// Status is a folder's state at one moment (RFC 9051 section 6.3.11, RFC 7162).
type Status struct {
	Messages      int
	UIDNext       uint32
	UIDValidity   uint32
	HighestModSeq uint64 // 0 without CONDSTORE
}

// Listing is an account's folders and what is needed to name new ones.
type Listing struct {
	Folders   []Folder
	Prefix    string // personal namespace prefix, decoded: "" or "INBOX."
	Separator string // one character; "" when the server has no hierarchy
}
