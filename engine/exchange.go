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
	if f.Code != CodeUnavailable || !l.dst.Info().Rewrites {
		return false
	}
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	return max(it.tries, l.m.shun.messages[it.key()]) > resendMost
}

// shun counts the refusals of a server that says of itself that it isn't available,
// since it last took a message. They outlive connections: Exchange may close one
// with the refusal.
type shun struct {
	messages map[tryKey]int // by message
	conns    int            // connections that ended after one
	last     *Fault
}

func (it *item) key() tryKey { return tryKey{it.work.rec.ID, it.rec.UID} }

// notedAway notes a refusal.
func (l *lane) notedAway(it *item, f *Fault) {
	if f.Code != CodeUnavailable || !l.dst.Info().Rewrites {
		return
	}
	l.mu.Lock()
	l.away = f
	l.mu.Unlock()
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	if l.m.shun.messages == nil {
		l.m.shun.messages = map[tryKey]int{}
	}
	l.m.shun.messages[it.key()]++
	l.m.shun.last = f
}

// takesMail forgets the refusals: a message was stored.
func (l *lane) takesMail() {
	l.mu.Lock()
	l.away = nil
	l.mu.Unlock()
	l.m.mu.Lock()
	l.m.shun = shun{}
	l.m.mu.Unlock()
}

// rememberAway has the words of a refusal stand for the end of the connection that
// came with it: "Connection closed." says nothing.
func (l *lane) rememberAway(err error) error {
	l.mu.Lock()
	away := l.away
	l.mu.Unlock()
	f := AsFault(err)
	if err == nil || away == nil || f.Class != Reconnect || f.Code != CodeLost && f.Code != CodeUnavailable {
		return err
	}
	l.m.mu.Lock()
	l.m.shun.conns++
	l.m.mu.Unlock()
	g := *away
	g.Class, g.Err = Reconnect, errors.Join(away.Err, err)
	return &g
}

// shunned is the verdict on a destination that refused and closed connection after
// connection; nil: none yet.
func (m *mailbox) shunned() *Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shun.conns <= resendMost {
		return nil
	}
	return likelyFullFault(m.shun.last)
}

func likelyFullFault(f *Fault) *Fault {
	return &Fault{Class: StopMailbox, Code: CodeQuota, Side: SideDestination, Said: f.Said, Err: f, Who: "the administrator of the new server",
		What: "The new server answers, but refuses a message again and again: most likely the mailbox is full.",
		Do: "Look at the mailbox's size and quota. If it is full, give it more room (a larger licence, an archive), or leave folders out. " +
			"If it isn't, look whether Microsoft reports an outage, and run again later: it goes on where it stopped."}
}
