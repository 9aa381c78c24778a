package letter

import (
	"bytes"
	"context"
	"fmt"

	"mxodus/engine"
)

// Inbox puts letters straight into the new inboxes, unread.
type Inbox struct {
	dialer engine.Dialer

	session engine.Destination
	inbox   engine.Folder
	user    int64
}

// NewInbox makes a carrier that signs in at the new server as each user.
func NewInbox(d engine.Dialer) *Inbox { return &Inbox{dialer: d} }

// Way is "inbox".
func (*Inbox) Way() string { return WayInbox }

// Close ends the session.
func (i *Inbox) Close() {
	if i.session != nil {
		_ = i.session.Close()
		i.session = nil
	}
}

// Ready signs in and finds the inbox.
func (i *Inbox) Ready(ctx context.Context, u engine.User) (next uint32, err error) {
	if u.ID == 0 {
		return 0, &engine.Fault{Class: engine.StopMailbox, Code: "no-inbox", What: "The owner's letter can't be put into an inbox: the owner is none of the users here.",
			Do: "Write it to files, or send it by SMTP.", Who: "you"}
	}
	i.Close()
	if i.session, err = i.dialer.Destination(ctx, u); err != nil {
		i.session = nil
		return 0, err
	}
	i.user = u.ID
	list, err := i.session.Folders(ctx)
	if err != nil {
		return 0, err
	}
	for _, f := range list.Folders {
		if len(f.Path) == 1 && f.Path[0] == "INBOX" {
			i.inbox = f
			if f.Status != nil {
				next = f.Status.UIDNext
			}
			return next, nil
		}
	}
	return 0, &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeNoFolder, What: "The new mailbox has no inbox.", Do: "Look at it in the web mail.", Who: "you"}
}

// Send appends the letter without any flag: it shows as unread.
func (i *Inbox) Send(ctx context.Context, u engine.User, m *Mail) (engine.Outcome, string, error) {
	if i.session == nil || i.user != u.ID {
		return engine.Unsent, "", fmt.Errorf("letter to %s: not connected", engine.Clean(u.Address, 100))
	}
	size := int64(len(m.Raw))
	body, err := engine.NewBudget(size).Alloc(ctx, size)
	if err != nil {
		return engine.Unsent, "", err
	}
	defer body.Release()
	if _, err := body.ReadFrom(bytes.NewReader(m.Raw)); err != nil {
		return engine.Unsent, "", err
	}
	in := make(chan *engine.Outgoing, 1)
	in <- &engine.Outgoing{Wire: i.inbox.Wire, Body: body}
	close(in)
	result := engine.Appended{Outcome: engine.Unsent} // not even taken
	err = i.session.Append(ctx, in, func(_ *engine.Outgoing, a engine.Appended) { result = a })
	if result.Err == nil {
		result.Err = err
	}
	said := ""
	if f := engine.AsFault(result.Err); f != nil {
		said = f.Said
	}
	return result.Outcome, said, result.Err
}

// Find looks for a letter among what came into the inbox since it was written
// down.
func (i *Inbox) Find(ctx context.Context, u engine.User, d engine.Delivery) (found bool, err error) {
	if _, err := i.Ready(ctx, u); err != nil {
		return false, err
	}
	r, err := i.session.Headers(ctx, engine.ScanRequest{Folder: i.inbox, From: d.Next}, func(h engine.Header) error {
		found = found || h.Identity == d.Identity
		return nil
	})
	if err == nil {
		err = r.Err
	}
	return found, err
}
