package dns

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"slices"
	"time"

	mdns "github.com/miekg/dns"
)

// sendFunc sends one message one way and returns the reply that belongs to it.
// again is true when it is not the first try: it then listens to replies from
// other addresses too, to name them. The strings are what was not believed.
type sendFunc func(ctx context.Context, s Server, way Way, m *mdns.Msg, again bool) (*mdns.Msg, []string, error)

var (
	errMismatch = errors.New("replies that don't belong to the question")
	errGarbled  = errors.New("no DNS message")
)

// exchange is one question to one server, until an answer comes some way or
// there is no other: UDP; TCP when the answer is too large; and when UDP brings
// nothing, UDP again, TCP and HTTPS together.
type exchange struct {
	c       *Client
	s       Server
	q       Question
	recurse bool
	noUDP   bool // port 53 brought nothing before
}

// try is what one way brought.
type try struct {
	way   Way
	msg   *mdns.Msg
	took  time.Duration
	notes []string
	err   error
}

// whole says whether the try brought all of an answer.
func (t try) whole() bool { return t.err == nil && !t.msg.Truncated }

func (e exchange) run(ctx context.Context) Answer {
	began := e.c.o.Now()
	if !e.s.Addr.IsValid() {
		return e.answer(ctx, began, e.by(ctx, HTTPS, true, e.c.o.Second))
	}
	limit := e.c.o.First
	if e.s.DoH != "" {
		if e.noUDP { // seen before: port 53 is closed on this network
			if t := e.by(ctx, HTTPS, true, e.c.o.Second); t.whole() {
				return e.answer(ctx, began, t)
			}
		}
		limit /= 2 // there is another way
	}
	first := e.by(ctx, UDP, false, limit)
	if first.whole() || ctx.Err() != nil {
		return e.answer(ctx, began, first)
	}
	if first.err == nil {
		if t := e.by(ctx, TCP, true, e.c.o.Second); t.whole() {
			return e.answer(ctx, began, t)
		}
	}
	return e.answer(ctx, began, e.race(ctx, first))
}

// race tries the other ways together; the first whole answer wins. Without one
// it returns the try that says most about why.
func (e exchange) race(ctx context.Context, first try) try {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ways := []Way{TCP}
	if first.err != nil && statusOfErr(first.err) != Closed {
		ways = append(ways, UDP)
	}
	if first.err == nil {
		ways = nil // TCP was tried already
	}
	if e.s.DoH != "" {
		ways = append(ways, HTTPS)
	}
	tries := make(chan try, len(ways))
	for _, w := range ways {
		go func() { tries <- e.by(ctx, w, true, e.c.o.Second) }()
	}
	worst := first
	for range ways {
		t := <-tries
		t.notes = append(worst.notes, t.notes...)
		if t.whole() {
			return t
		}
		if telling(t) > telling(worst) {
			worst = t
		}
		worst.notes = t.notes
	}
	return worst
}

// telling ranks failed tries by how much they say.
func telling(t try) int {
	if t.err == nil {
		return 5
	}
	return map[Status]int{Mismatched: 4, Untrusted: 4, Garbled: 3, Silent: 2, Closed: 1}[statusOfErr(t.err)]
}

// by tries one way within a time; a server that knows no EDNS (RFC 6891 section
// 7) is asked again without.
func (e exchange) by(ctx context.Context, way Way, again bool, limit time.Duration) try {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	t := try{way: way}
	m := e.message(true)
	t.msg, t.notes, t.err = e.c.send(ctx, e.s, way, m, again)
	if t.err == nil && t.msg.IsEdns0() == nil && (t.msg.Rcode == mdns.RcodeFormatError || t.msg.Rcode == mdns.RcodeNotImplemented) {
		t.msg, t.notes, t.err = e.c.send(ctx, e.s, way, e.message(false), again)
	}
	t.took = time.Since(began)
	if t.err != nil {
		t.notes = append(t.notes, string(way)+": "+clean(t.err.Error(), 200))
	}
	return t
}

// ednsSize is the UDP size that crosses networks whole (the DNS flag day 2020).
const ednsSize = 1232

func (e exchange) message(edns bool) *mdns.Msg {
	m := new(mdns.Msg)
	m.SetQuestion(mdns.Fqdn(e.q.Name), mdns.StringToType[e.q.Type])
	m.RecursionDesired = e.recurse
	m.AuthenticatedData = e.recurse // asks for the AD flag (RFC 6840 section 5.7)
	if edns {
		m.SetEdns0(ednsSize, false)
	}
	return m
}

// answer makes of a try what is remembered: with msg when there is a whole
// message, which Answer.read then makes an answer of.
func (e exchange) answer(ctx context.Context, began time.Time, t try) Answer {
	a := Answer{Question: e.q, Server: e.s, Way: t.way, At: e.c.o.Now(), Took: t.took, Notes: t.notes}
	switch {
	case t.err != nil && ctx.Err() != nil:
		a.Status = Cancelled
	case t.err != nil:
		a.Status, a.Took = statusOfErr(t.err), a.At.Sub(began)
	case t.msg.Truncated:
		a.Status = Cut
	default:
		a.msg = t.msg
	}
	return a
}

// statusOfErr names why no answer came.
func statusOfErr(err error) Status {
	var netErr net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errMismatch):
		return Mismatched
	case errors.Is(err, errGarbled):
		return Garbled
	case errors.As(err, &cert):
		return Untrusted
	case isOneOf(err, closedErrors()):
		return Closed
	case isOneOf(err, routeErrors()):
		return NoRoute
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return Silent
	}
	return Closed
}

func isOneOf(err error, list []error) bool {
	return slices.ContainsFunc(list, func(e error) bool { return errors.Is(err, e) })
}
