package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// lane is level 4: one pair of connections that carries chunks of work until
// the queue is empty. Its stages run at the same time:
//
//	feed -> source.Fetch -> received -> forward (journal: sending) -> destination.Append -> replied -> settle (journal: copied)
//
// Nothing waits for a reply that it doesn't need. Bodies are bounded by the
// budget, everything else by channel sizes.
type lane struct {
	m   *mailbox
	src Source
	dst Destination

	reqs      chan FetchRequest
	fetched   chan *item
	out       chan *Outgoing
	records   chan settled
	stopFetch func()        // ends the source's half
	ended     chan struct{} // closed when the destination takes nothing more
	nudge     chan struct{} // something was settled or is to be sent again

	mu       sync.Mutex
	flying   int // handed to Append and not replied to
	resend   []*item
	pulled   []*pull // chunks that were asked for
	fault    error   // why the lane must end, though its connections live
	laneOver bool
	away     *Fault // the last refusal of a server that isn't available, it says

	fetchedDone bool // forward only
}

// item is one message on its way.
type item struct {
	work  *folderWork
	todo  todo
	body  *Body
	rec   Record
	tries int
	bare  bool // keywords were refused: send system flags only
	solo  bool
	lost  []string // flags that the destination can't hold
	noted bool     // journalled as Sending
}

// pull is one chunk that was asked for, and what of it is still to come.
type pull struct {
	chunk
	left map[uint32]todo
}

// settled is a record on its way into the journal.
type settled struct {
	work  *folderWork
	rec   Record
	sent  int
	bytes int64
}

const (
	forwardMost = 500 // records in one commit
	graceTime   = 4 * time.Second
)

var errLaneOver = errors.New("the lane is over")

func newLane(m *mailbox, src Source, dst Destination) *lane {
	return &lane{m: m, src: src, dst: dst, reqs: make(chan FetchRequest), fetched: make(chan *item, 256),
		out: make(chan *Outgoing, 64), records: make(chan settled, 1024), ended: make(chan struct{}), nudge: make(chan struct{}, 1)}
}

// run carries chunks until the queue is empty, ctx ends, or a connection dies.
// Whatever was not settled is back in the queue, or open, when it returns.
func (l *lane) run(ctx context.Context) error {
	late, stop := linger(ctx, graceTime)
	defer stop()
	fetchCtx, stopFetch := context.WithCancel(ctx)
	l.stopFetch = stopFetch
	defer stopFetch()
	var stages, settling crew
	var feedErr, fetchErr, sendErr, forwardErr, settleErr error
	stages.do(&feedErr, func() error { l.feed(fetchCtx); return nil })
	stages.do(&fetchErr, func() error {
		defer close(l.fetched)
		defer stopFetch() // the feeder has nobody left to feed
		return l.src.Fetch(fetchCtx, l.reqs, l.alloc, l.received)
	})
	stages.do(&forwardErr, func() error {
		defer close(l.out)
		return l.forward(late)
	})
	stages.do(&sendErr, func() error {
		defer stopFetch()
		defer close(l.ended)
		return l.dst.Append(late, l.out, l.replied)
	})
	settling.do(&settleErr, func() error { return l.settle(context.WithoutCancel(ctx)) })
	stages.Wait()
	for o := range l.out { // handed over, and never taken
		l.unsent(o.Tag.(*item))
	}
	close(l.records)
	settling.Wait()
	l.giveBack()
	return l.verdict(ctx, settleErr, forwardErr, sendErr, errors.Join(feedErr, fetchErr))
}

// alloc makes room for a body at the pace that the source is read at.
func (l *lane) alloc(ctx context.Context, size int64) (*Body, error) {
	if err := l.m.env.pace.take(ctx, size); err != nil {
		return nil, err
	}
	return l.m.memory.Alloc(ctx, size)
}

// verdict picks the error that says most.
func (l *lane) verdict(ctx context.Context, settleErr, forwardErr, sendErr, fetchErr error) error {
	l.mu.Lock()
	fault := l.fault
	l.mu.Unlock()
	sendErr = l.rememberAway(sendErr)
	for _, err := range []error{settleErr, forwardErr, fault, sendErr} {
		if err != nil && !errors.Is(err, errLaneOver) {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(fetchErr, errLaneOver) || errors.Is(fetchErr, context.Canceled) {
		return nil
	}
	return fetchErr
}

// feed asks for chunk after chunk.
func (l *lane) feed(ctx context.Context) {
	defer close(l.reqs)
	for ctx.Err() == nil {
		c, ok := l.m.nextToday(ctx)
		if !ok {
			return
		}
		p := &pull{chunk: c, left: make(map[uint32]todo, len(c.msgs))}
		uids := make([]uint32, len(c.msgs))
		for i, t := range c.msgs {
			uids[i] = t.uid
			p.left[t.uid] = t
		}
		l.mu.Lock()
		l.pulled = append(slices.DeleteFunc(l.pulled, func(q *pull) bool { return len(q.left) == 0 }), p)
		l.mu.Unlock()
		req := FetchRequest{Folder: c.work.mapping.Source, UIDValidity: c.work.mapping.Source.Status.UIDValidity, UIDs: uids, Tag: p}
		select {
		case l.reqs <- req:
		case <-ctx.Done():
			return
		}
	}
}

// received takes one message off the source's connection.
func (l *lane) received(f Fetched) error {
	p := f.Tag.(*pull)
	l.mu.Lock()
	t, ok := p.left[f.UID]
	delete(p.left, f.UID)
	l.mu.Unlock()
	if !ok { // delivered twice: keep the first
		f.Body.Release()
		return nil
	}
	it := &item{work: p.work, todo: t, body: f.Body, solo: p.solo}
	it.rec = Record{UID: t.uid, Size: t.size, Date: t.date(), At: time.Now()}
	it.rec.Flags, _ = KeepFlags(t.flags, nil, true)
	if f.Err != nil {
		return l.unreadable(it, f)
	}
	it.rec.Size = f.Body.Size()
	if why := l.unfit(it); why != "" {
		f.Body.Release()
		it.rec.State, it.rec.Reason = Skipped, why
		if f := l.m.saidTooBig(it.rec.Size); f != nil && why == ReasonTooBig {
			it.rec.Said = cmp.Or(f.Said, f.What)
			l.m.track.problem(it.work.name(), Attention, f)
		}
		return l.file(it, 0, 0)
	}
	l.alter(it)
	it.rec.Digest = f.Body.Digest()
	it.rec.Identity = IdentityOf(HeaderOf(f.Body))
	select {
	case l.fetched <- it:
		return nil
	case <-l.ended:
		l.unsent(it)
		return errLaneOver
	}
}

// alter changes of a message what can't or shall not stay, before it is digested.
func (l *lane) alter(it *item) {
	if l.m.env.project.NoReadReceipts && silenceReceipts(it.body) {
		it.rec.Altered |= AlteredReceipt
	}
	if d := it.rec.Date; !holdableDate(l.dst, d).Equal(d) {
		it.rec.Altered |= AlteredDate
	}
}

// holdableDate is the date that a destination keeps of a message that had t.
func holdableDate(dst Destination, t time.Time) time.Time {
	if h, ok := dst.(DateHolder); ok {
		return h.HoldableDate(t)
	}
	return t
}

// unfit says why a message can't be sent as it is.
func (l *lane) unfit(it *item) Reason {
	switch {
	case it.body.Size() == 0:
		return ReasonEmpty
	case it.body.Size() > l.m.limits.MaxMessageBytes, l.m.saidTooBig(it.body.Size()) != nil:
		return ReasonTooBig
	}
	return ""
}

// unreadable files a message that the source doesn't give.
func (l *lane) unreadable(it *item, fetched Fetched) error {
	err := fetched.Err
	if errors.Is(err, ErrUIDValidity) {
		l.m.replan()
		return &Fault{Class: Reconnect, Code: CodeProtocol, Side: SideSource, Err: err,
			What: "The old server renumbered a folder while it was being copied.", Do: "Nothing: mxodus reads the folder again.", Who: "nobody"}
	}
	if errors.Is(err, ErrGone) {
		it.rec.State, it.rec.Reason = Skipped, it.work.goneReason(it.rec.UID)
		if it.rec.Reason == ReasonGone {
			l.m.track.problem(it.work.name(), Info, &Fault{Class: SkipMessage, Code: Code(ReasonGone), Side: SideSource,
				What: "A message was deleted at the old server before it could be read.", Do: "Nothing. Should it be there after all, the next run brings it.", Who: "nobody"})
		} else {
			l.m.track.problem(it.work.name(), Info, hollowFault())
		}
		return l.file(it, 0, 0)
	}
	f := AsFault(err)
	if f.Code == CodeUnreadable && f.Said == "" && l.m.env.project.Source.listsHollow() {
		it.rec.State, it.rec.Reason = Skipped, ReasonHollow
		l.m.track.problem(it.work.name(), Info, hollowFault())
		return l.file(it, 0, 0)
	}
	if f.Class == Retry && (l.isOver() || l.m.mayPass(it.work)) { // the folder can't be opened for now
		l.unsent(it)
		l.end(f)
		return nil
	}
	it.rec.State, it.rec.Reason, it.rec.Said = Failed, ReasonUnreadable, f.Error()
	if f.Code == CodeTooBig { // the source announced less than it would give
		it.rec.State, it.rec.Reason, it.rec.Size = Skipped, ReasonTooBig, max(it.rec.Size, fetched.Size)
		it.rec.Said = "" // those are our words: it is tried again once the limit allows it
	}
	l.m.track.problem(it.work.name(), Attention, f)
	return l.file(it, 0, 0)
}

// file passes a settled record on to the journal.
func (l *lane) file(it *item, sent int, bytes int64) error {
	l.records <- settled{it.work, it.rec, sent, bytes}
	return nil
}

// settle writes settled records, as many as there are at a time.
func (l *lane) settle(ctx context.Context) (err error) {
	defer func() {
		for range l.records { // after a panic: senders must not block
		}
	}()
	for first := range l.records {
		batch := []settled{first}
		for len(batch) < forwardMost && len(l.records) > 0 {
			batch = append(batch, <-l.records)
		}
		if err != nil {
			continue // keep draining: senders must not block
		}
		if err = settleBatch(ctx, batch); err != nil {
			l.end(err)
		}
	}
	return err
}

func settleBatch(ctx context.Context, batch []settled) error {
	return byWork(batch, func(s settled) *folderWork { return s.work }, func(w *folderWork, part []settled) error {
		recs := make([]Record, len(part))
		sent, bytes := 0, int64(0)
		for i, s := range part {
			recs[i] = s.rec
			sent += s.sent
			bytes += s.bytes
		}
		return w.settle(ctx, recs, sent, bytes)
	})
}

// byWork groups a batch by folder and handles the groups at the same time, so
// that they share a commit.
func byWork[T any](batch []T, key func(T) *folderWork, do func(*folderWork, []T) error) error {
	parts := map[*folderWork][]T{}
	var works []*folderWork
	for _, x := range batch {
		w := key(x)
		if parts[w] == nil {
			works = append(works, w)
		}
		parts[w] = append(parts[w], x)
	}
	if len(works) == 1 {
		return do(works[0], parts[works[0]])
	}
	return together(works, func(w *folderWork) error { return do(w, parts[w]) })
}

// end ends the lane for a reason of ours; its connections may be fine.
func (l *lane) end(err error) {
	l.mu.Lock()
	if l.fault == nil {
		l.fault = err
	}
	l.laneOver = true
	l.mu.Unlock()
	l.stopFetch()
	l.poke()
}

func (l *lane) poke() {
	select {
	case l.nudge <- struct{}{}:
	default:
	}
}

// giveBack returns what was asked for and never came to the queue.
func (l *lane) giveBack() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.pulled {
		c := chunk{work: p.work, newest: p.newest, solo: p.solo}
		for _, t := range p.msgs {
			if left, ok := p.left[t.uid]; ok {
				c.msgs = append(c.msgs, left)
			}
		}
		l.m.day.refund(c.msgs)
		l.m.work.giveBack(c)
	}
	l.pulled = nil
}

// unsent returns one message to the queue.
func (l *lane) unsent(it *item) {
	it.body.Release()
	l.m.work.giveBack(chunk{work: it.work, msgs: []todo{it.todo}, newest: it.todo.unix, solo: it.solo})
}
