package dns

import (
	"context"
	"iter"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// soonest is the least time between two questions to one server, latest the
	// most that a change may go unseen.
	soonest = 5 * time.Second
	latest  = 5 * time.Minute
	// glance is how often a sleeping watch looks whether the clock jumped or the
	// network changed.
	glance = 15 * time.Second
	// delegated is how long a delegation is not asked for again.
	delegated = 10 * time.Minute
)

// Watch looks again and again how far the MX has got. It asks no server more
// often than the TTL of its answer lets expect something new, authoritative
// ones every five minutes at least; and all at once when the computer wakes up,
// its clock jumps, or it is in another network. Its methods are for one
// goroutine at a time, but for Memory and Wake.
type Watch struct {
	c      *Client
	domain string
	want   Wanted

	mu  sync.Mutex
	mem Memory

	au      Authority
	auUntil time.Time
	due     map[string]time.Time // by server; when to ask it again
	last    map[string]sight     // by server
	next    time.Time
	looked  bool
	failed  int
	network string
	wake    chan struct{}
}

// Watch begins to watch a domain. m is what an earlier watch remembered, or the
// zero value. The error is ErrDomain.
func (c *Client) Watch(domain string, want Wanted, m Memory) (*Watch, error) {
	name, err := ToASCII(domain)
	if err != nil {
		return nil, err
	}
	want = want.tidy()
	if m.Domain != name || m.Wanted.MX != want.MX || m.Wanted.Cloud != want.Cloud {
		m = Memory{OldTTL: m.OldTTL}
	}
	m.Domain, m.Wanted = name, want
	m.Servers = cloneServers(m.Servers)
	return &Watch{c: c, domain: name, want: want, mem: m, due: map[string]time.Time{}, last: map[string]sight{}, wake: make(chan struct{}, 1)}, nil
}

// Memory is what to keep for the next watch; it is a copy.
func (w *Watch) Memory() Memory {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.mem
	m.Servers = cloneServers(m.Servers)
	return m
}

func cloneServers(in map[string]Remembered) map[string]Remembered {
	out := make(map[string]Remembered, len(in))
	for k, v := range in {
		out[k] = v
	}
	return out
}

// Wake makes Next look at once, at every server.
func (w *Watch) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Looks gives what is seen until the old MX can't be known to anybody any more,
// or ctx is done.
func (w *Watch) Looks(ctx context.Context) iter.Seq[Spread] {
	return func(yield func(Spread) bool) {
		for {
			sp, err := w.Next(ctx)
			if err != nil || !yield(sp) || sp.Safe(sp.At) {
				return
			}
		}
	}
}

// Next waits until it is time for another look, and looks; the first time at
// once. The error is that of ctx.
func (w *Watch) Next(ctx context.Context) (Spread, error) {
	if err := w.pause(ctx); err != nil {
		return Spread{}, err
	}
	sp := w.look(ctx)
	if err := ctx.Err(); err != nil {
		return Spread{}, err
	}
	w.looked = true
	return sp, nil
}

// pause waits until next, in short sleeps: the computer may have slept, or its
// clock may have been put right, while a long one ran.
func (w *Watch) pause(ctx context.Context) error {
	if !w.looked {
		w.network = w.networkNow()
		return ctx.Err()
	}
	for {
		wall, mono := w.now(), time.Now()
		left := w.next.Sub(wall)
		if left <= 0 {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.wake:
			w.forget()
			return nil
		case <-time.After(min(left, glance)):
		}
		jump := w.now().Sub(wall) - time.Since(mono)
		if net := w.networkNow(); net != w.network || jump.Abs() > soonest {
			w.network = net
			w.forget()
			return nil
		}
	}
}

// now is the wall clock: what is remembered must make sense to the next process.
func (w *Watch) now() time.Time { return w.c.o.Now().Round(0) }

// forget makes the next look ask everybody.
func (w *Watch) forget() {
	clear(w.due)
	w.auUntil = time.Time{}
}

// networkNow tells networks apart: by this computer's addresses and resolvers.
func (w *Watch) networkNow() string {
	var parts []string
	if addrs, err := net.InterfaceAddrs(); err == nil {
		for _, a := range addrs {
			parts = append(parts, a.String())
		}
	}
	resolvers, _ := w.c.resolvers()
	for _, r := range resolvers {
		parts = append(parts, r.String())
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// look asks the servers whose time has come.
func (w *Watch) look(ctx context.Context) Spread {
	s := w.c.session(ctx)
	defer s.close()
	began := w.now()
	if !began.Before(w.auUntil) {
		if au := s.withZonesOwn(ctx, s.findZone(ctx, w.domain)); len(au.at.hosts) > 0 || len(w.au.at.hosts) == 0 {
			w.au = au // else nobody could be asked just now, and the servers of before are better
		}
		w.auUntil = began.Add(delegated)
	}
	var zone, resolvers []Server
	for _, sv := range w.au.Servers {
		if w.isDue(sv, began) {
			zone = append(zone, sv)
		}
	}
	for _, sv := range s.known {
		if w.isDue(sv, began) {
			resolvers = append(resolvers, sv)
		}
	}
	au := w.au
	au.Servers = zone
	var seen []sight
	var wg sync.WaitGroup
	wg.Go(func() { seen = s.seeZone(ctx, au) })
	more := s.seeResolvers(ctx, w.domain, resolvers)
	wg.Wait()
	if ctx.Err() != nil {
		return Spread{}
	}
	for _, x := range slices.Concat(seen, more) {
		w.last[serverKey(x.mx.Server)] = x
		delete(w.due, serverKey(x.mx.Server)) // plan sets it anew
	}
	return w.conclude(s.known)
}

func (w *Watch) isDue(sv Server, now time.Time) bool {
	return !now.Before(w.due[serverKey(sv)])
}

// conclude judges what all servers said last, and plans the next look.
func (w *Watch) conclude(resolvers []Server) Spread {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	var sights []sight
	for _, sv := range slices.Concat(w.au.Servers, resolvers) {
		if x, ok := w.last[serverKey(sv)]; ok {
			sights = append(sights, x)
		}
	}
	before := w.mem
	before.Servers = cloneServers(w.mem.Servers)
	sp := w.mem.judge(w.want, w.au, sights, now, true)
	if sp.Offline { // nothing was learned: what is remembered stays as it was
		w.mem = before
		w.auUntil = time.Time{}
		w.failed++
	} else {
		w.failed = 0
	}
	w.plan(&sp, now)
	return sp
}

// plan sets when each server is asked again, and the next look.
func (w *Watch) plan(sp *Spread, now time.Time) {
	w.next = time.Time{}
	late := 1 + rand.Float64()/10 // so that many watches don't ask in step
	for _, s := range sp.Servers {
		due, planned := w.due[serverKey(s.Server)]
		after := min(max(time.Duration(s.TTL)*time.Second, soonest), latest)
		switch {
		case sp.Offline:
			after = min(soonest<<min(w.failed, 4), time.Minute)
		case s.State == Mute || s.State == NoHelp:
			after = time.Minute
		case s.Server.Kind != Authoritative:
			// Until its answer runs out, a resolver gives the same again.
			after = max(s.Left(now), soonest)
		}
		if !planned || sp.Offline {
			due = now.Add(time.Duration(float64(after) * late))
			w.due[serverKey(s.Server)] = due
		}
		if w.next.IsZero() || due.Before(w.next) {
			w.next = due
		}
	}
	if w.next.IsZero() {
		w.next = now.Add(time.Minute)
	}
	if !sp.SafeAfter.IsZero() && sp.SafeAfter.After(now) {
		w.next = min2(w.next, sp.SafeAfter)
	}
	w.next = max2(w.next, now.Add(time.Second))
	sp.Next = w.next
}
