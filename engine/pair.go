package engine

import (
	"context"
	"time"
)

// pair is one mailbox's connections: a source, and a destination that may come
// later.
type pair struct {
	m   *mailbox
	src Source
	dst Destination
}

// connect opens both sides at once, or with lazy the source alone.
func (m *mailbox) connect(ctx context.Context, lazy bool) (*pair, error) {
	p := &pair{m: m}
	var c crew
	var srcErr, dstErr error
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.do(&srcErr, func() (err error) {
		if p.src, err = dial(ctx, m.user, m.env.source, m.env.dialer.Source, SideSource); err != nil {
			cancel()
		}
		return err
	})
	if !lazy {
		c.do(&dstErr, func() (err error) {
			if p.dst, err = dial(ctx, m.user, m.env.dest, m.env.dialer.Destination, SideDestination); err != nil {
				cancel()
			}
			return err
		})
	}
	c.Wait()
	if err := worse(srcErr, dstErr); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// worse is the error that says why: the other one may be only our cancelling.
func worse(a, b error) error {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	if AsFault(b).Code != CodeInternal && (AsFault(a).Code == CodeInternal || AsFault(b).Class > AsFault(a).Class) {
		return b
	}
	return a
}

// dial opens one session within the host's gate.
func dial[S Session](ctx context.Context, u User, g *gate, open func(context.Context, User) (S, error), side Side) (S, error) {
	var none S
	if err := g.enter(ctx); err != nil {
		return none, err
	}
	returned := false
	defer func() {
		if !returned { // a panic
			g.leave()
		}
	}()
	s, err := open(ctx, u)
	returned = true
	switch {
	case err == nil:
		return s, nil
	case IsCode(err, CodeFullHouse):
		g.leave()
		if g.open() > 0 { // it may be ours, still closing
			f := *AsFault(err)
			f.Wait = max(f.Wait, jitter(mailboxWait))
			err = &f
		}
	case IsCode(err, CodeConnLimit):
		if g.refuse() { // another of ours has the place: that is waiting, not failing
			f := *AsFault(err)
			f.Wait = max(f.Wait, jitter(placeWait))
			err = &f
		}
	default:
		g.leave()
	}
	f := *AsFault(err)
	if f.Side == "" {
		f.Side = side
	}
	return none, &f
}

// placeWait is about how long to wait for a place that another of our own
// connections has.
const placeWait = 10 * time.Second

// mailboxWait is the same where the mailbox's own connections are too many.
const mailboxWait = 5 * time.Second

// needDest opens the destination if it isn't open yet.
func (p *pair) needDest(ctx context.Context) (err error) {
	if p.dst == nil {
		p.dst, err = dial(ctx, p.m.user, p.m.env.dest, p.m.env.dialer.Destination, SideDestination)
	}
	return err
}

// close ends both sessions. It may be called twice.
func (p *pair) close() {
	if p.src != nil {
		_ = p.src.Close() // nothing to save: what counts is in the journal
		p.m.env.source.leave()
	}
	if p.dst != nil {
		_ = p.dst.Close()
		p.m.env.dest.leave()
	}
	p.src, p.dst = nil, nil
}
