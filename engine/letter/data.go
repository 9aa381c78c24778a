package letter

import (
	"time"
)

// Data is what a template can use: one user's own, and the company's. It holds
// no password. Every Text may be printed as it is.
type Data struct {
	Company, Domain, Why Text
	Name                 Text // to greet; of a shared mailbox, its name
	Address, SignIn      Text
	Shared               bool // several people work with this mailbox
	Microsoft            bool // the new mailbox is Microsoft 365
	WebMail              Text // https address; may be empty
	NewServer, OldServer Text

	HasWindow, HasCutOver, HasLastDay bool
	Start, End, CutOver, LastDay      time.Time
	Help                              Help
	PasswordWay                       Text // may be empty
	AppPassword                       bool // the old provider wants one for programs
	Limit                             int64

	// Ran says that the mailbox was copied: the numbers mean something.
	Ran                           bool
	Verified                      bool // both servers were read again afterwards
	Moved, Found, Skipped, Failed int  // messages: copied; there before; left out; not yet
	Arrived                       int  // Moved and Found
	Bytes                         int64
	Reasons                       []Reason // of Skipped and Failed
	Left                          []Message
	LeftMore                      int
	TooBig                        []Message // at the old server, now
	TooBigMore                    int
	Folders                       []Rename // whose names change, or changed
	FoldersMore                   int

	Owner Owner // only in the letter to the owner
}

// Help is whom to ask.
type Help struct{ Name, Address, Phone, Hours Text }

// Reason counts messages that were left out for it.
type Reason struct {
	Count int
	Why   Text
}

// Message is one message as its owner knows it.
type Message struct {
	Folder, Subject, Why Text
	Date                 time.Time
	Size                 int64
}

// Rename is a folder that has another name in the new mailbox.
type Rename struct{ From, To Text }

// Owner is the whole migration.
type Owner struct {
	Users, Done int // Done: with nothing failed or on its way
	// Verified: both servers were read again afterwards, at VerifiedAt.
	Verified, VerifiedOK bool
	VerifiedAt           time.Time
	Mailboxes            []Mailbox
	DNS                  []DNSLine
	TTL                  int // the MX's before it was lowered, seconds; 0: not known
	Cancel               bool
}

// Mailbox is a line of the owner's table.
type Mailbox struct {
	Address                  Text
	Arrived, Skipped, Failed int
}

// DNSLine is a record before and after.
type DNSLine struct{ Name, Before, After Text }
