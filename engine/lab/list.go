package lab

import (
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, o *imap.ListOptions) error {
	if err := s.ask("LIST", "", 0); err != nil {
		return err
	}
	separator := s.server.separator()
	if len(patterns) == 0 {
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: separator})
	}
	s.account.mu.Lock()
	var list []imap.ListData
	for _, f := range s.account.sorted() {
		for _, p := range patterns {
			if imapserver.MatchList(f.name, separator, ref, p) {
				if data, wanted := listed(f, separator, o); wanted {
					data.Attrs = append(data.Attrs, s.children(f.name)...)
					list = append(list, data)
				}
				break
			}
		}
	}
	s.account.mu.Unlock()
	for i := range list {
		if err := w.WriteList(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

func listed(f *folder, separator rune, o *imap.ListOptions) (imap.ListData, bool) {
	if (o.SelectSubscribed && !f.subscribed) || (o.SelectSpecialUse && f.use == "") {
		return imap.ListData{}, false
	}
	data := imap.ListData{Mailbox: f.name, Delim: separator}
	if f.noSelect {
		data.Attrs = append(data.Attrs, imap.MailboxAttrNoSelect)
	}
	if f.subscribed && (o.ReturnSubscribed || o.SelectSubscribed) {
		data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
	}
	if f.use != "" {
		data.Attrs = append(data.Attrs, f.use)
	}
	if o.ReturnStatus != nil && !f.noSelect {
		data.Status = status(f, f.name)
	}
	return data, true
}

func (s *session) children(name string) []imap.MailboxAttr {
	for other := range s.account.folders {
		if strings.HasPrefix(other, name+string(s.server.separator())) {
			return []imap.MailboxAttr{imap.MailboxAttrHasChildren}
		}
	}
	return []imap.MailboxAttr{imap.MailboxAttrHasNoChildren}
}
