package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Stored is one message as a server holds it.
type Stored struct {
	UID   uint32
	Flags []string // sorted
	Date  time.Time
	Size  int64
	Body  func() []byte
}

// Folders lists a user's folders that hold messages, as the server spells
// them, sorted.
func (s *Server) Folders(user string) []string {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, f := range a.sorted() {
		if !f.noSelect {
			out = append(out, f.name)
		}
	}
	return out
}

// Messages lists a folder's messages by UID; none for a folder that isn't
// there.
func (s *Server) Messages(user, name string) []Stored {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.find(name, s.o.FoldsCase)
	if f == nil {
		return nil
	}
	out := make([]Stored, len(f.messages))
	for i, m := range f.messages {
		out[i] = Stored{UID: uint32(m.uid), Flags: flagNames(m.flags), Date: m.date, Size: m.size, Body: m.bytes}
	}
	return out
}

func flagNames(flags []imap.Flag) []string {
	out := make([]string, len(flags))
	for i, f := range flags {
		out[i] = string(f)
	}
	slices.Sort(out)
	return out
}

// Bodies is all of a user's mail as a multiset, for comparisons between
// servers: by folder path, with "/" between levels and without the server's
// prefix, how often there is a message of these bytes, date and flags.
func (s *Server) Bodies(user string) map[string]map[string]int {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string]map[string]int{}
	for _, f := range a.folders {
		if f.noSelect {
			continue
		}
		path := strings.Join(s.levels(f.name), "/")
		out[path] = map[string]int{}
		for _, m := range f.messages {
			out[path][m.key()]++
		}
	}
	return out
}

// levels is a folder's path below the prefix.
func (s *Server) levels(name string) []string {
	return strings.Split(strings.TrimPrefix(name, s.o.Prefix), string(s.separator()))
}

// key describes a message so that two are equal when bytes, date and flags are.
func (m *message) key() string {
	sum := sha256.New()
	_, _ = io.Copy(sum, m.open())
	return fmt.Sprintf("%s %s %s", hex.EncodeToString(sum.Sum(nil)[:8]), m.date.Format(time.RFC3339), strings.Join(flagNames(m.flags), " "))
}

// Put stores a message without any client, and makes its folder when it is
// missing.
func (s *Server) Put(user, name string, body []byte, date time.Time, flags ...string) uint32 {
	list := make([]imap.Flag, len(flags))
	for i, f := range flags {
		list[i] = imap.Flag(f)
	}
	return s.put(user, name, newMessage(body, date, list...))
}

func (s *Server) put(user, name string, m *message) uint32 {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	return uint32(a.add(s.ensure(a, name), m))
}

// AddFolder makes a folder, or changes the one that is there. use is
// its role, as in `\Sent`; empty for none.
func (s *Server) AddFolder(user, name, use string, subscribed bool) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	f := s.ensure(a, name)
	f.use, f.subscribed, f.noSelect = imap.MailboxAttr(use), subscribed, false
}

func (s *Server) ensure(a *account, name string) *folder {
	if f := a.find(name, s.o.FoldsCase); f != nil {
		return f
	}
	return a.create(name)
}

// SetFlags replaces a message's flags without any client.
func (s *Server) SetFlags(user, name string, uid uint32, flags ...string) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range s.ensure(a, name).messages {
		if uint32(m.uid) == uid {
			m.flags = nil
			for _, f := range flags {
				m.flags = append(m.flags, imap.Flag(f))
			}
		}
	}
	a.tell()
}

// Remove deletes a message without any client.
func (s *Server) Remove(user, name string, uid uint32) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.expunge(s.ensure(a, name), func(m *message) bool { return uint32(m.uid) == uid })
}

// Renumber gives a folder another UIDVALIDITY and its messages other UIDs, as a
// server does whose index was lost. Sessions that have it open should be ended.
func (s *Server) Renumber(user, name string) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	f := s.ensure(a, name)
	a.nextValidity++
	f.validity = a.nextValidity
	renumbered := make([]*message, len(f.messages))
	for i, m := range f.messages {
		twin := *m
		twin.uid = imap.UID(i + 1)
		renumbered[i] = &twin
		m.gone = true
	}
	f.messages, f.nextUID = renumbered, imap.UID(len(renumbered)+1)
	a.tell()
}

// Hollow makes a message a number that is listed, and gives nothing when it is read.
func (s *Server) Hollow(user, name string, uid uint32) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range s.ensure(a, name).messages {
		m.hollow = m.hollow || uint32(m.uid) == uid
	}
}

// Rename gives a folder, and those below it, another name, as a server does that
// changes the language of its own folders.
func (s *Server) Rename(user, from, to string) {
	a := s.account(user)
	a.mu.Lock()
	defer a.mu.Unlock()
	below := from + string(s.separator())
	for name, f := range maps.Clone(a.folders) {
		rest, inside := strings.CutPrefix(name, below)
		if name != from && !inside {
			continue
		}
		delete(a.folders, name)
		if f.name = to; inside {
			f.name = to + string(s.separator()) + rest
		}
		a.folders[f.name] = f
	}
}

// SetQuota changes every user's storage limit; 0 means none.
func (s *Server) SetQuota(bytes int64) { s.quota.Store(bytes) }

// SetMaxMessage changes the largest message that is taken. Call it while nobody is at
// work.
func (s *Server) SetMaxMessage(bytes int64) { s.o.MaxMessage = bytes }

// SetMaxConns changes how many connections one user may have; 0 means any
// number.
func (s *Server) SetMaxConns(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.MaxConns = n
}
