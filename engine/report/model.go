package report

import (
	"time"

	"mxodus/engine"
)

// Format and Version say what report.json is. The version changes when a member
// goes or changes its meaning; new members may come at any time.
const (
	Format  = "mxodus report"
	Version = 1
)

// Report is everything that the report says, and report.json as it is written.
// Sizes are bytes as the old server announces them, times RFC 3339.
type Report struct {
	Format      string    `json:"format"`
	Version     int       `json:"version"`
	Made        time.Time `json:"made"`
	Program     string    `json:"program"` // mxodus and its version
	Company     string    `json:"company"`
	Domain      string    `json:"domain"`
	Source      string    `json:"source"`
	Destination string    `json:"destination"`
	// CutOver is when the MX was changed, once CutOverDone; before, when that is
	// planned. Zero: not known.
	CutOver     time.Time     `json:"cut_over,omitzero"`
	Planned     time.Time     `json:"cut_over_planned,omitzero"`
	CutOverDone bool          `json:"cut_over_done"`
	Verdict     Verdict       `json:"verdict"`
	Totals      Figures       `json:"totals"`
	Users       []User        `json:"users"`
	Reasons     []Reason      `json:"reasons"`
	Runs        []Run         `json:"runs"`         // oldest first, verifications too
	SafeToStop  bool          `json:"safe_to_stop"` // as SafeToStop of the engine judges it
	Evidence    []Evidence    `json:"evidence"`
	DNS         *DNS          `json:"dns,omitempty"` // nil: no snapshots were given
	NotMoved    []Advice      `json:"not_moved"`
	Next        []Step        `json:"next_steps"`
	Account     *engine.Proof `json:"account"` // nil: never verified

	zone *time.Location // that times are written in
	t    tongue
	in   Input // what it was made from; of a report that was read, empty
}

// Grade is how good something is.
type Grade string

// The grades.
const (
	Good      Grade = "good"
	Attention Grade = "attention"
	Bad       Grade = "bad"
	Unknown   Grade = "unknown"
)

// Verdict is the whole report in a sentence, and what it rests on.
type Verdict struct {
	Grade    Grade    `json:"grade"`
	Title    string   `json:"title"`
	Sentence string   `json:"sentence"`
	But      []string `json:"but"` // what has to be known beside it
}

// Figures count messages. Messages is the sum of Copied, Present, Moved,
// Deleted, LeftOut, Failed, Missing, New and Changed.
type Figures struct {
	Mailboxes int   `json:"mailboxes"`
	Folders   int   `json:"folders"`
	Messages  int   `json:"messages"`
	Copied    int   `json:"copied"`
	Present   int   `json:"present"`
	Moved     int   `json:"moved"`
	Deleted   int   `json:"deleted"`
	LeftOut   int   `json:"left_out"`
	Failed    int   `json:"failed"`
	Missing   int   `json:"missing"`
	New       int   `json:"new"`
	Changed   int   `json:"changed"`
	Bytes     int64 `json:"bytes"`       // of all
	There     int64 `json:"bytes_there"` // of those at the new server: copied, present and moved
}

// AtNew is how many stand at the new server now.
func (f Figures) AtNew() int { return f.Copied + f.Present + f.Moved }

// Open is how many still need somebody.
func (f Figures) Open() int { return f.Failed + f.Missing + f.New + f.Changed }

// User is one mailbox.
type User struct {
	Address string  `json:"user"`
	Name    string  `json:"name,omitempty"`
	Figures Figures `json:"figures"`
	// From says what the figures rest on: "verification", or "journal" of a user
	// who was never verified: what mxodus noted itself while copying.
	From     string    `json:"from"`
	Grade    Grade     `json:"grade"`
	Why      string    `json:"why,omitempty"` // of a grade that isn't good
	Said     string    `json:"said,omitempty"`
	Proof    string    `json:"proof,omitempty"`      // bytes, meaning, identity or message-id
	At       time.Time `json:"verified,omitzero"`    // when
	First    time.Time `json:"first_copy,omitzero"`  // when the first message was brought
	Last     time.Time `json:"latest_copy,omitzero"` // when the latest was
	Folders  []Folder  `json:"folders"`
	Messages []Message `json:"messages"` // not at the new server, or different there
	More     int       `json:"more"`     // messages of that kind that are not listed
	Since    []Message `json:"since"`    // moved or deleted by the user at the new server
	// Proven counts those at the new server by how that was proven. Doubtful are
	// those whose meaning could not be compared in all its parts, with why.
	Proven   engine.Proven          `json:"proven"`
	Contents *engine.ProvenContents `json:"contents_before,omitempty"` // compared earlier, and not again
	Doubtful []Message              `json:"doubtful,omitempty"`
	// ReceiptsSilenced and DatesMoved count messages that were altered on the way.
	ReceiptsSilenced int      `json:"receipts_silenced,omitempty"`
	DatesMoved       int      `json:"dates_moved,omitempty"`
	KeepsNoDates     bool     `json:"keeps_no_dates,omitempty"`
	Reasons          []Reason `json:"reasons"`
}

// Folder is one folder of a mailbox.
type Folder struct {
	Source  string  `json:"source"`
	Dest    string  `json:"destination,omitempty"` // empty: it has none
	Renamed string  `json:"renamed,omitempty"`     // why it has another name, in words
	Figures Figures `json:"figures"`
	Note    string  `json:"note,omitempty"` // why it was left out, or could not be read
}

// Message is one message that is not at the new server, or is different there.
type Message struct {
	Folder  string    `json:"folder"`
	Subject string    `json:"subject,omitempty"`
	Date    time.Time `json:"date,omitzero"`
	Size    int64     `json:"size"`
	UID     uint32    `json:"uid"`
	Outcome string    `json:"outcome"` // skipped, failed, missing, new, changed, moved or deleted
	Reason  string    `json:"reason"`  // in words
	Said    string    `json:"said,omitempty"`
}

// Reason counts the messages that share an outcome and a reason.
type Reason struct {
	Outcome  string `json:"outcome"`
	Code     string `json:"reason,omitempty"`
	Text     string `json:"text"`
	Messages int    `json:"messages"`
	Bytes    int64  `json:"bytes"`
}

// Run is one run of the history.
type Run struct {
	ID          int64         `json:"id"`
	Kind        string        `json:"kind"` // full, delta, verify or undo
	Started     time.Time     `json:"started"`
	Finished    time.Time     `json:"finished,omitzero"`
	Interrupted bool          `json:"interrupted"`
	Sent        int           `json:"sent"`
	SentBytes   int64         `json:"sent_bytes"`
	Failed      int           `json:"failed"`
	Speed       *engine.Speed `json:"speed,omitempty"` // in steps of nanoseconds
}

// Evidence is one thing that must hold before the old service may be stopped.
type Evidence struct {
	Grade Grade  `json:"grade"`
	What  string `json:"what"`
	How   string `json:"how"` // what is known, and from where; or that it was not checked
}

// DNS is what stood in the DNS before and after, in plain rows.
type DNS struct {
	Before time.Time `json:"before,omitzero"`
	After  time.Time `json:"after,omitzero"`
	Rows   []DNSRow  `json:"rows"`
	// LowTTL names records whose lifetime is still the short one of the change.
	LowTTL []string `json:"low_ttl"`
	Notes  []string `json:"notes"`
	// Unanswered says how many questions nobody answered, and when.
	Unanswered []Unanswered `json:"unanswered,omitempty"`
}

// Unanswered counts the questions of a look at the DNS that nobody answered.
type Unanswered struct {
	Questions int       `json:"questions"`
	At        time.Time `json:"at"`
}

// DNSRow is what stood and stands at one name, of one type.
type DNSRow struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Before  []string `json:"before"`
	After   []string `json:"after"`
	Changed bool     `json:"changed"`
}

// Advice is something that mxodus doesn't move, and what to do about it.
type Advice struct {
	What string `json:"what"`
	Do   string `json:"do"`
}

// Step is something left to do.
type Step struct {
	When time.Time `json:"when,omitzero"` // zero: as Then says
	Then string    `json:"then,omitempty"`
	What string    `json:"what"`
	Why  string    `json:"why"`
}
