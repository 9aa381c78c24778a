package engine

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// What stands here is about servers that change messages as they store them
// (SessionInfo.Rewrites): Exchange.

// star is a message of ours that was sent with \Flagged. Exchange may not show
// that in Outlook unless it is set again (STORE).
type star struct {
	wire     string // folder at the destination
	validity uint32
	uid      uint32
}

// starred notes a message that was stored.
func (l *lane) starred(it *item, o *Outgoing, a Appended) {
	if a.UID == 0 || !l.dst.Info().Rewrites || !it.work.wantFlags() || !slices.Contains(o.Flags, `\Flagged`) {
		return
	}
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	l.m.stars = append(l.m.stars, star{o.Wire, a.UIDValidity, a.UID})
}

// starAgain sets \Flagged once more on what was sent with it. What fails with
// the connection is done with the next one, within this run.
func (m *mailbox) starAgain(ctx context.Context, dst Destination) error {
	for {
		m.mu.Lock()
		if len(m.stars) == 0 {
			m.mu.Unlock()
			return nil
		}
		first := m.stars[0]
		m.mu.Unlock()
		same := func(s star) bool { return s.wire == first.wire && s.validity == first.validity }
		err := m.starFolder(ctx, dst, first, same)
		if f := AsFault(err); err != nil && !errors.Is(err, ErrUIDValidity) && (f.Class == Reconnect || f.Class >= StopMailbox || f.Class == Retry) {
			return err
		}
		// A folder that is gone or made anew has nothing to be set any more.
		m.mu.Lock()
		m.stars = slices.DeleteFunc(m.stars, same)
		m.mu.Unlock()
	}
}

func (m *mailbox) starFolder(ctx context.Context, dst Destination, first star, same func(star) bool) error {
	var changes []FlagChange
	m.mu.Lock()
	for _, s := range m.stars {
		if same(s) {
			changes = append(changes, FlagChange{UID: s.uid, Add: []string{`\Flagged`}})
		}
	}
	m.mu.Unlock()
	return dst.Store(ctx, Folder{Wire: first.wire}, first.validity, changes)
}

// exchangeLine is the longest line that Exchange takes, about.
const exchangeLine = 10_000

// tooLongLine says that a refusal without a reason is most likely about a line.
func (l *lane) tooLongLine(it *item) bool {
	if !l.dst.Info().Rewrites {
		return false
	}
	var longest lineMeter
	_, _ = it.body.WriteTo(&longest) // never fails
	return max(longest.most, longest.now) > exchangeLine
}

// lineMeter finds the longest line of what is written to it.
type lineMeter struct{ now, most int }

func (m *lineMeter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			m.now += len(p)
			break
		}
		m.most = max(m.most, m.now+i+1)
		m.now, p = 0, p[i+1:]
	}
	return n, nil
}

// likelyFull says that a server which says of itself that it isn't available, and
// yet answers all the time, has no room for more: Exchange has one reply for both.
func (l *lane) likelyFull(it *item, f *Fault) bool {
	return f.Code == CodeUnavailable && it.tries > resendMost && l.dst.Info().Rewrites
}

func likelyFullFault(f *Fault) *Fault {
	return &Fault{Class: StopMailbox, Code: CodeQuota, Side: SideDestination, Said: f.Said, Err: f, Who: "the administrator of the new server",
		What: "The new server answers, but refuses a message again and again: most likely the mailbox is full.",
		Do: "Look at the mailbox's size and quota. If it is full, give it more room (a larger licence, an archive), or leave folders out. " +
			"If it isn't, look whether Microsoft reports an outage, and run again later: it goes on where it stopped."}
}
