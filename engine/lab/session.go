package lab

import (
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// session is one connection's view of the server. The library calls it from one
// goroutine.
type session struct {
	server  *Server
	wire    *wire
	token   string // that it signed in with; Exchange only
	account *account
	folder  *folder
	view    []*message // what the client knows of the folder, by sequence number
	flags   map[*message][]imap.Flag
}

var _ imapserver.SessionIMAP4rev2 = (*session)(nil)

func (s *session) Close() error {
	s.server.leave(s)
	return nil
}

// no is a refusal.
func no(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

func (s *session) ask(name, folder string, n int) error {
	user := ""
	if s.account != nil {
		user = s.account.name
	}
	if err := s.server.o.Exchange.admits(s); err != nil {
		return err
	}
	if err := s.lapsed(); err != nil {
		return err
	}
	return s.server.decide(Command{Name: name, User: user, Folder: folder, N: n}, s.wire)
}

func (s *session) Login(name, password string) error {
	if err := s.server.decide(Command{Name: "LOGIN", User: name}, s.wire); err != nil {
		return err
	}
	a := s.server.account(name)
	if a == nil || a.password != password {
		return imapserver.ErrAuthFailed
	}
	if err := s.server.enter(s, a); err != nil {
		return err
	}
	s.account = a
	return nil
}

func (s *session) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Prefix: s.server.o.Prefix, Delim: s.server.separator()}}}, nil
}

// open finds a folder and locks the account; the caller unlocks it.
func (s *session) open(name string) (*folder, error) {
	s.account.mu.Lock()
	f := s.account.find(name, s.server.o.FoldsCase)
	if f == nil || f.noSelect {
		s.account.mu.Unlock()
		return nil, s.server.missing(name)
	}
	return f, nil
}

// missing is the refusal of a folder that isn't there.
func (s *Server) missing(name string) error {
	if s.o.Exchange != nil {
		return no(imap.ResponseCodeTryCreate, "Folder is not found.")
	}
	return no(imap.ResponseCodeNonExistent, "Mailbox doesn't exist: "+asASCII(name))
}

// exists is the refusal of a folder that is there already.
func (s *Server) exists() error {
	if s.o.Exchange != nil {
		return no("", "Mailbox already exists.")
	}
	return no(imap.ResponseCodeAlreadyExists, "Mailbox already exists")
}

// asASCII keeps a reply's text free of what its encoder doesn't escape.
func asASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return '?'
		}
		return r
	}, s)
}

func (s *session) Select(name string, o *imap.SelectOptions) (*imap.SelectData, error) {
	command := "SELECT"
	if o.ReadOnly {
		command = "EXAMINE"
	}
	if err := s.ask(command, name, 0); err != nil {
		return nil, err
	}
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer s.account.mu.Unlock()
	s.folder, s.view, s.flags = f, append([]*message(nil), f.messages...), map[*message][]imap.Flag{}
	for _, m := range s.view {
		s.flags[m] = m.flags
	}
	data := &imap.SelectData{
		Flags: s.server.permanentFlags(false), PermanentFlags: s.server.permanentFlags(true),
		NumMessages: uint32(len(s.view)), UIDNext: f.nextUID, UIDValidity: f.validity,
	}
	return data, nil
}

func (s *session) Unselect() error {
	s.folder, s.view, s.flags = nil, nil, nil
	return nil
}

func (s *session) Create(name string, _ *imap.CreateOptions) error {
	if err := s.ask("CREATE", name, 0); err != nil {
		return err
	}
	separator := string(s.server.separator())
	name = strings.TrimSuffix(name, separator)
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	if f := s.account.find(name, s.server.o.FoldsCase); f != nil && !f.noSelect {
		return s.server.exists()
	}
	if x := s.server.o.Exchange; x != nil {
		if err := x.mayCreate(name); err != nil {
			return err
		}
	}
	if !s.server.mayCreate(name) {
		return no(imap.ResponseCodeCannot, "Invalid mailbox name")
	}
	levels := strings.Split(name, separator)
	for n := 1; n <= len(levels); n++ {
		upper := strings.Join(levels[:n], separator)
		f := s.account.find(upper, s.server.o.FoldsCase)
		if f == nil {
			f = s.account.create(upper)
			f.noSelect = n < len(levels) && s.server.o.Exchange == nil
		}
		if n == len(levels) {
			f.noSelect = false
		}
	}
	return nil
}

func (s *session) Delete(name string) error {
	if err := s.ask("DELETE", name, 0); err != nil {
		return err
	}
	f, err := s.open(name)
	if err != nil {
		return err
	}
	defer s.account.mu.Unlock()
	if f.name == "INBOX" || f.use != "" {
		return no(imap.ResponseCodeCannot, "This mailbox can't be deleted")
	}
	s.account.expunge(f, func(*message) bool { return true })
	delete(s.account.folders, f.name)
	return nil
}

func (s *session) Rename(from, to string, _ *imap.RenameOptions) error {
	if err := s.ask("RENAME", from, 0); err != nil {
		return err
	}
	f, err := s.open(from)
	if err != nil {
		return err
	}
	defer s.account.mu.Unlock()
	if f.name == "INBOX" || s.account.find(to, s.server.o.FoldsCase) != nil {
		return no(imap.ResponseCodeCannot, "This mailbox can't be renamed so")
	}
	delete(s.account.folders, f.name)
	f.name = to
	s.account.folders[to] = f
	return nil
}

func (s *session) Subscribe(name string) error   { return s.subscribe("SUBSCRIBE", name, true) }
func (s *session) Unsubscribe(name string) error { return s.subscribe("UNSUBSCRIBE", name, false) }

func (s *session) subscribe(command, name string, on bool) error {
	if err := s.ask(command, name, 0); err != nil {
		return err
	}
	f, err := s.open(name)
	if err != nil {
		return err
	}
	defer s.account.mu.Unlock()
	f.subscribed = on
	return nil
}

func (s *session) Status(name string, o *imap.StatusOptions) (*imap.StatusData, error) {
	if err := s.ask("STATUS", name, 0); err != nil {
		return nil, err
	}
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer s.account.mu.Unlock()
	return status(f, name), nil
}

// status knows all that STATUS can ask for. name is the client's spelling.
func status(f *folder, name string) *imap.StatusData {
	messages, unseen, deleted, size := uint32(len(f.messages)), uint32(0), uint32(0), int64(0)
	for _, m := range f.messages {
		if !m.has(imap.FlagSeen) {
			unseen++
		}
		if m.has(imap.FlagDeleted) {
			deleted++
		}
		size += m.size
	}
	var recent uint32
	return &imap.StatusData{
		Mailbox: name, NumMessages: &messages, NumUnseen: &unseen, NumDeleted: &deleted, NumRecent: &recent,
		Size: &size, UIDNext: f.nextUID, UIDValidity: f.validity,
	}
}
