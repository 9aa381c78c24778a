package lab

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (s *session) Append(name string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	mark := s.wire.current()
	body := make([]byte, r.Size())
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err // the client is gone; nothing is kept
	}
	if mark.cuts(BeforeCRLF) {
		return nil, net.ErrClosed // the command never ends
	}
	if err := s.ask("APPEND", name, mark.n); err != nil {
		return nil, err
	}
	if err := s.server.appendToll(); err != nil {
		return nil, err
	}
	f, err := s.open(name)
	if err != nil {
		return nil, no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist: "+asASCII(name))
	}
	defer s.account.mu.Unlock()
	if err := s.server.mayStore(s.account, body, o); err != nil {
		if x := s.server.o.Exchange; x != nil && isUnavailable(err) {
			x.partsWith(s.wire)
		}
		return nil, err
	}
	if x := s.server.o.Exchange; x != nil {
		if err := x.spends(s.account.name); err != nil {
			return nil, err
		}
	}
	m := s.server.newMessage(body, o)
	if mark.late(func() {
		s.account.mu.Lock()
		defer s.account.mu.Unlock()
		s.account.add(f, m)
	}) {
		return nil, nil // the reply will be cut
	}
	uid := s.account.add(f, m)
	if s.server.o.Exchange != nil && s.server.dropsKeywords(o.Flags) {
		s.wire.remark("* NO Keywords are not supported!")
	}
	if !s.server.o.UIDPlus {
		return nil, nil
	}
	return &imap.AppendData{UID: uid, UIDValidity: f.validity}, nil
}

// newMessage is what the server stores of what it was sent.
func (s *Server) newMessage(body []byte, o *imap.AppendOptions) *message {
	date := o.Time
	if date.IsZero() {
		date = time.Now().Truncate(time.Second)
	}
	if s.o.Exchange != nil {
		body = rewritten(body)
	}
	flags := slices.DeleteFunc(distinct(o.Flags), func(f imap.Flag) bool { return !s.holds(f) })
	return newMessage(body, date, flags...)
}

// chosen resolves a set against what the client knows.
func (s *session) chosen(set imap.NumSet) []int {
	var out []int
	for i, m := range s.view {
		if within(set, uint32(i+1), uint32(len(s.view)), m.uid, s.lastUID()) {
			out = append(out, i)
		}
	}
	return out
}

func (s *session) lastUID() imap.UID {
	if len(s.view) == 0 {
		return 0
	}
	return s.view[len(s.view)-1].uid
}

// within says whether a set names a message; 0 in a range stands for "*", the
// last one.
func within(set imap.NumSet, seq, lastSeq uint32, uid, lastUID imap.UID) bool {
	in := func(start, stop, last, n uint32) bool {
		if start == 0 {
			start = last
		}
		if stop == 0 {
			stop = last
		}
		return min(start, stop) <= n && n <= max(start, stop)
	}
	switch set := set.(type) {
	case imap.SeqSet:
		return slices.ContainsFunc(set, func(r imap.SeqRange) bool { return in(r.Start, r.Stop, lastSeq, seq) })
	case imap.UIDSet:
		return slices.ContainsFunc(set, func(r imap.UIDRange) bool {
			return in(uint32(r.Start), uint32(r.Stop), uint32(lastUID), uint32(uid))
		})
	}
	return false
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	if err := s.ask("FETCH", s.folder.name, 0); err != nil {
		return err
	}
	seen := slices.ContainsFunc(o.BodySection, func(b *imap.FetchItemBodySection) bool { return !b.Peek })
	for _, i := range s.chosen(set) {
		m := s.view[i]
		s.account.mu.Lock()
		if seen && !m.has(imap.FlagSeen) {
			m.flags = append(slices.Clone(m.flags), imap.FlagSeen)
			s.account.tell()
		}
		flags, hollow := m.flags, m.hollow && len(o.BodySection) > 0
		s.account.mu.Unlock()
		if hollow {
			continue
		}
		if err := writeMessage(w.CreateMessage(uint32(i+1)), m, flags, o); err != nil {
			return err
		}
	}
	return nil
}

func writeMessage(w *imapserver.FetchResponseWriter, m *message, flags []imap.Flag, o *imap.FetchOptions) error {
	w.WriteUID(m.uid)
	if o.Flags {
		w.WriteFlags(flags)
	}
	if o.InternalDate {
		w.WriteInternalDate(m.date)
	}
	if o.RFC822Size {
		w.WriteRFC822Size(m.size)
	}
	if o.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(m.open()))
	}
	for _, b := range o.BodySection {
		if err := writeSection(w, m, b); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return w.Close()
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, change *imap.StoreFlags, _ *imap.StoreOptions) error {
	if err := s.ask("STORE", s.folder.name, 0); err != nil {
		return err
	}
	for _, i := range s.chosen(set) {
		m := s.view[i]
		s.account.mu.Lock()
		m.flags = s.server.changed(m.flags, change)
		s.flags[m] = m.flags
		flags := m.flags
		s.account.tell()
		s.account.mu.Unlock()
		if !change.Silent {
			if err := writeMessage(w.CreateMessage(uint32(i+1)), m, flags, &imap.FetchOptions{Flags: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) changed(flags []imap.Flag, change *imap.StoreFlags) []imap.Flag {
	named := func(f imap.Flag) bool {
		return slices.ContainsFunc(change.Flags, func(g imap.Flag) bool { return strings.EqualFold(string(f), string(g)) })
	}
	out := slices.Clone(flags)
	switch change.Op {
	case imap.StoreFlagsSet:
		out = slices.Clone(change.Flags)
	case imap.StoreFlagsAdd:
		out = append(out, change.Flags...)
	case imap.StoreFlagsDel:
		out = slices.DeleteFunc(out, named)
	}
	return slices.DeleteFunc(distinct(out), func(f imap.Flag) bool { return !s.holds(f) })
}

func (s *session) Expunge(w *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if err := s.ask("EXPUNGE", s.folder.name, 0); err != nil {
		return err
	}
	s.account.mu.Lock()
	s.account.expunge(s.folder, func(m *message) bool {
		return m.has(imap.FlagDeleted) && (uids == nil || uids.Contains(m.uid))
	})
	s.account.mu.Unlock()
	return s.dropGone(w.WriteExpunge)
}

// dropGone tells the client of every message that is gone, the last one first.
func (s *session) dropGone(tell func(seq uint32) error) error {
	s.account.mu.Lock()
	var seqs []uint32
	for i := len(s.view) - 1; i >= 0; i-- {
		if s.view[i].gone {
			seqs = append(seqs, uint32(i+1))
		}
	}
	s.view = slices.DeleteFunc(s.view, func(m *message) bool { return m.gone })
	s.account.mu.Unlock()
	for _, seq := range seqs {
		if err := tell(seq); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) Copy(set imap.NumSet, name string) (*imap.CopyData, error) {
	if err := s.ask("COPY", name, 0); err != nil {
		return nil, err
	}
	to, err := s.open(name)
	if err != nil {
		return nil, no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist: "+asASCII(name))
	}
	defer s.account.mu.Unlock()
	data := &imap.CopyData{UIDValidity: to.validity}
	for _, i := range s.chosen(set) {
		twin := *s.view[i]
		twin.gone = false
		data.SourceUIDs.AddNum(s.view[i].uid)
		data.DestUIDs.AddNum(s.account.add(to, &twin))
	}
	return data, nil
}

func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, name string) error {
	data, err := s.Copy(set, name)
	if err != nil {
		return err
	}
	s.account.mu.Lock()
	s.account.expunge(s.folder, func(m *message) bool { return data.SourceUIDs.Contains(m.uid) })
	s.account.mu.Unlock()
	if err := w.WriteCopyData(data); err != nil {
		return err
	}
	return s.dropGone(w.WriteExpunge)
}
