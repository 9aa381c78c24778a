package lab

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// Exchange makes a server behave as Exchange Online does: it signs in by XOAUTH2
// only, has no SPECIAL-USE, rewrites messages, drops keywords, and refuses in
// Exchange's words.
type Exchange struct {
	// Good says whether an access token is valid now, as [Authority.Good].
	Good func(token string) bool
	// Folders are the names of the well-known folders; nil: in English.
	Folders []string
	// Unfit says of a message that a mailbox can't store it, for a reason that is not
	// told; nil: it can store all.
	Unfit func(address string, message []byte) bool
	// PerMailbox and PerTenant are what one mailbox, and all together, take.
	PerMailbox, PerTenant Budget
	// Parting is how the connection ends when a full mailbox refuses a message.
	Parting Parting

	mu      sync.Mutex
	closed  map[string]bool // mailboxes that the sign-in has no rights on
	rests   map[string]*rest
	resting time.Time // until then the whole tenant rests
	tenant  purse
	access  access
	rooms   map[string]int64 // bytes that a mailbox may hold; others: any number
}

// Parting is where "BYE Connection closed." stands beside a refusal.
type Parting uint8

const (
	NoParting Parting = iota // the connection stays
	ByeFirst
	ByeLast
)

const (
	exchangeBefore = "IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
	exchangeAfter  = "IMAP4 IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"

	// exchangeLine is the longest line that a message may have.
	exchangeLine = 10239
	// exchangeSessions is how many sessions a mailbox may have.
	exchangeSessions = 20
)

// exchangeReserved are names that no folder may have.
var exchangeReserved = []string{"Files", "Conversation Action Settings", "Sync Issues"}

// NewExchange starts a server that behaves as Exchange Online does. o's limits
// count; what it says of the server's manners does not.
func NewExchange(x *Exchange, o Options) (*Server, error) {
	x.closed, x.rests = map[string]bool{}, map[string]*rest{}
	o.Exchange, o.Separator, o.Prefix = x, "/", ""
	o.NoSpecialUse, o.NoListStatus, o.NoLiteralPlus, o.UIDPlus, o.FoldsCase = true, true, false, true, true
	o.Flags = []string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`, "$MDNSent"}
	if o.MaxConns == 0 {
		o.MaxConns = exchangeSessions
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = 35 << 20
	}
	return New(o)
}

// AddMailbox makes a mailbox with its well-known folders.
func (s *Server) AddMailbox(address string) {
	s.AddUser(address, secretText("nobody knows"))
	names := s.o.Exchange.Folders
	if names == nil {
		names = []string{"Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive"}
	}
	for _, n := range append([]string{"Calendar", "Contacts", "Outbox"}, names...) {
		s.AddFolder(address, n, "", true)
	}
}

// Deny takes the right on a mailbox away, or gives it back.
func (x *Exchange) Deny(address string, on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed[address] = on
}

func (x *Exchange) denies(address string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closed[address] || x.access.off[strings.ToLower(address)]
}

// exchangeSession adds what go-imap's server asks of sessions with mechanisms of
// their own.
type exchangeSession struct{ *session }

var (
	_ imapserver.SessionIMAP4rev2 = exchangeSession{}
	_ imapserver.SessionSASL      = exchangeSession{}
)

func (exchangeSession) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (exchangeSession) Login(string, string) error {
	return no("", "LOGIN failed.")
}

func (e exchangeSession) Authenticate(mechanism string) (sasl.Server, error) {
	if mechanism != "XOAUTH2" {
		return nil, no("", "AUTHENTICATE failed.")
	}
	return &xoauth2{session: e.session}, nil
}

// xoauth2 is the server's side of XOAUTH2.
type xoauth2 struct{ session *session }

func (x *xoauth2) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	user, token, ok := readXOAUTH2(response)
	s := x.session
	if err := s.server.decide(Command{Name: "AUTHENTICATE", User: user}, s.wire); err != nil {
		return nil, false, err
	}
	a := s.server.account(user)
	if !ok || a == nil || !s.server.o.Exchange.Good(token) || !s.server.o.Exchange.knows(token, user) {
		return nil, false, no("", "AUTHENTICATE failed.")
	}
	if err := s.server.o.Exchange.slower(a.name); err != nil {
		return nil, false, err
	}
	if err := s.server.enter(s, a); err != nil {
		return nil, false, no("", "Exceeded the maximum number of sessions of this mailbox.")
	}
	s.account, s.token = a, token
	s.wire.signedIn()
	return nil, true, nil
}

// readXOAUTH2 reads "user=" address ^A "auth=Bearer " token ^A ^A.
func readXOAUTH2(b []byte) (user, token string, ok bool) {
	rest, found := bytes.CutPrefix(b, []byte("user="))
	name, rest, cut := bytes.Cut(rest, []byte("\x01auth=Bearer "))
	secret, end := bytes.CutSuffix(rest, []byte("\x01\x01"))
	return string(name), string(secret), found && cut && end
}

// admits is asked before every command of a session that is signed in.
func (x *Exchange) admits(s *session) error {
	if x == nil || s.account == nil {
		return nil
	}
	if !x.Good(s.token) {
		return s.wire.bye("Session invalidated - AccessTokenExpired")
	}
	if x.denies(s.account.name) {
		return Bad("User is authenticated but not connected.")
	}
	return x.slower(s.account.name)
}

// mayCreate are Exchange's words about a folder's name.
func (x *Exchange) mayCreate(name string) error {
	for _, r := range exchangeReserved {
		if strings.EqualFold(name, r) {
			return no("", "Folder name is reserved.")
		}
	}
	return nil
}

// SetRoom bounds what a mailbox may hold, bytes; 0: it may hold any number.
func (x *Exchange) SetRoom(address string, bytes int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	set(&x.rooms, address, bytes)
}

// isFull says that a mailbox which holds so much has no room for more.
func (x *Exchange) isFull(address string, holds int64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	room := x.rooms[address]
	return room > 0 && holds > room
}

const unavailable15 = "Server Unavailable. 15"

func isUnavailable(err error) bool {
	said, ok := errors.AsType[*imap.Error](err)
	return ok && said.Text == unavailable15
}

// partsWith ends the connection with a refusal if that is how it refuses.
func (x *Exchange) partsWith(w *wire) {
	if x.Parting != NoParting {
		w.part(x.Parting == ByeFirst)
	}
}

// takes are Exchange's words about a message.
func (x *Exchange) takes(o Options, address string, body []byte, full bool) error {
	switch {
	case full:
		return no("", unavailable15)
	case o.MaxMessage > 0 && int64(len(body)) > o.MaxMessage:
		return no("", "Maximum size of appendable message has been exceeded.")
	case len(body) == 0, longestLine(body) > exchangeLine:
		return Bad("Command Argument Error. 12")
	case x.Unfit != nil && x.Unfit(address, body):
		return Bad("Command Argument Error. 11")
	}
	return nil
}

func longestLine(b []byte) (most int) {
	for line := range bytes.Lines(b) {
		most = max(most, len(line))
	}
	return most
}

// dropsKeywords says that some flag can't be kept.
func (s *Server) dropsKeywords(flags []imap.Flag) bool {
	for _, f := range flags {
		if !s.holds(f) {
			return true
		}
	}
	return false
}
