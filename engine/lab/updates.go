package lab

import (
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// Poll tells the client what changed in its folder since it last heard.
func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.folder == nil {
		return nil
	}
	if allowExpunge {
		if err := s.dropGone(w.WriteExpunge); err != nil {
			return err
		}
	}
	type news struct {
		seq   uint32
		uid   imap.UID
		flags []imap.Flag
	}
	var changed []news
	s.account.mu.Lock()
	for i, m := range s.view {
		if !slices.Equal(s.flags[m], m.flags) {
			changed = append(changed, news{uint32(i + 1), m.uid, m.flags})
			s.flags[m] = m.flags
		}
	}
	known := s.lastUID()
	arrived := 0
	for _, m := range s.folder.messages {
		if m.uid > known {
			s.view = append(s.view, m)
			s.flags[m] = m.flags
			arrived++
		}
	}
	total := uint32(len(s.view))
	s.account.mu.Unlock()
	for _, n := range changed {
		if err := w.WriteMessageFlags(n.seq, n.uid, n.flags); err != nil {
			return err
		}
	}
	if arrived == 0 {
		return nil
	}
	return w.WriteNumMessages(total)
}

// Idle polls whenever something changes (RFC 2177).
func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		s.account.mu.Lock()
		changed := s.account.changed
		s.account.mu.Unlock()
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stop:
			return nil
		}
	}
}

// Search knows numbers, flags, sizes, dates and header fields: what a client
// that looks for a message needs.
func (s *session) Search(kind imapserver.NumKind, c *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	if err := s.ask("SEARCH", s.folder.name, 0); err != nil {
		return nil, err
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	var seqs imap.SeqSet
	var uids imap.UIDSet
	data := &imap.SearchData{}
	for i, m := range s.view {
		if m.gone || !s.matches(uint32(i+1), m, c) {
			continue
		}
		n := uint32(i + 1)
		seqs.AddNum(n)
		uids.AddNum(m.uid)
		if kind == imapserver.NumKindUID {
			n = uint32(m.uid)
		}
		if data.Count == 0 {
			data.Min = n
		}
		data.Max = n
		data.Count++
	}
	data.All = seqs
	if kind == imapserver.NumKindUID {
		data.All = uids
	}
	return data, nil
}
