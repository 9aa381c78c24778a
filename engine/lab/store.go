package lab

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// account is one user's mail. Its mutex guards all that is below it.
type account struct {
	name, password string

	mu           sync.Mutex
	folders      map[string]*folder // by name as on the wire, decoded
	nextValidity uint32
	used         int64         // bytes
	changed      chan struct{} // closed and replaced when anything changes
}

type folder struct {
	name       string
	validity   uint32
	nextUID    imap.UID
	subscribed bool
	noSelect   bool
	use        imap.MailboxAttr
	messages   []*message // by UID
}

type message struct {
	uid    imap.UID
	flags  []imap.Flag // no two alike; replaced, never changed
	date   time.Time
	size   int64
	open   func() io.Reader
	gone   bool // expunged
	hollow bool // see Server.Hollow
}

func newAccount(name, password string) *account {
	a := &account{name: name, password: password, folders: map[string]*folder{}, nextValidity: 1700000000, changed: make(chan struct{})}
	a.create("INBOX")
	return a
}

// create adds a folder. The caller holds mu, or nobody else knows a yet.
func (a *account) create(name string) *folder {
	a.nextValidity++
	f := &folder{name: name, validity: a.nextValidity, nextUID: 1}
	a.folders[name] = f
	return f
}

// find is the folder of that name; INBOX in any case.
func (a *account) find(name string, foldCase bool) *folder {
	if strings.EqualFold(name, "INBOX") {
		name = "INBOX"
	}
	if f := a.folders[name]; f != nil || !foldCase {
		return f
	}
	for other, f := range a.folders {
		if strings.EqualFold(other, name) {
			return f
		}
	}
	return nil
}

// sorted lists the folders by name.
func (a *account) sorted() []*folder {
	list := make([]*folder, 0, len(a.folders))
	for _, f := range a.folders {
		list = append(list, f)
	}
	slices.SortFunc(list, func(x, y *folder) int { return strings.Compare(x.name, y.name) })
	return list
}

// add stores a message.
func (a *account) add(f *folder, m *message) imap.UID {
	m.uid = f.nextUID
	f.nextUID++
	f.messages = append(f.messages, m)
	a.used += m.size
	a.tell()
	return m.uid
}

// expunge removes the messages that doomed picks.
func (a *account) expunge(f *folder, doomed func(*message) bool) {
	before := len(f.messages)
	f.messages = slices.DeleteFunc(slices.Clone(f.messages), func(m *message) bool {
		m.gone = doomed(m)
		if m.gone {
			a.used -= m.size
		}
		return m.gone
	})
	if len(f.messages) != before {
		a.tell()
	}
}

// tell wakes those who idle.
func (a *account) tell() {
	close(a.changed)
	a.changed = make(chan struct{})
}

func (m *message) has(flag imap.Flag) bool {
	return slices.ContainsFunc(m.flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}

func (m *message) bytes() []byte {
	b := make([]byte, m.size)
	_, _ = io.ReadFull(m.open(), b) // from memory
	return b
}

func newMessage(body []byte, date time.Time, flags ...imap.Flag) *message {
	return &message{flags: distinct(flags), date: date, size: int64(len(body)), open: func() io.Reader { return bytes.NewReader(body) }}
}

// distinct drops flags that differ only in case from one before, and \Recent.
func distinct(flags []imap.Flag) []imap.Flag {
	var out []imap.Flag
	for _, f := range flags {
		same := func(g imap.Flag) bool { return strings.EqualFold(string(f), string(g)) }
		if !same(`\Recent`) && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	return out
}
