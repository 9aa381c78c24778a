package dns

import (
	"context"
	"slices"
	"strings"
)

// look is one check of one domain: what all checks share.
type look struct {
	s      *session
	domain string
	want   Wanted
	cloud  names

	zone  *future[Authority]
	order *future[[]Server] // authoritative servers that answer, the freshest first
}

func newLook(ctx context.Context, s *session, domain string, want Wanted) *look {
	want = want.tidy()
	l := &look{s: s, domain: domain, want: want, cloud: namesOf(want.Cloud).as(want)}
	l.zone = begin(func() Authority { return s.findZone(ctx, domain) })
	l.order = begin(func() []Server { return s.freshest(ctx, l.zone.wait()) })
	return l
}

// future is a value that is being made.
type future[T any] struct {
	done  chan struct{}
	value T
}

func begin[T any](f func() T) *future[T] {
	fu := &future[T]{done: make(chan struct{})}
	go func() {
		defer close(fu.done)
		fu.value = f()
	}()
	return fu
}

// wait gives the value once it is there. What makes it must end with its ctx.
func (f *future[T]) wait() T {
	<-f.done
	return f.value
}

// ask asks for a record of the domain: the freshest of the zone's own servers,
// or the next that answers, or the resolvers where none can be asked.
func (l *look) ask(ctx context.Context, name, kind string) Answer {
	q := Question{name, kind}
	zone, order := l.zone.wait().Zone, l.order.wait()
	if len(order) == 0 || !within(name, zone) {
		return l.s.recursive(ctx, q)
	}
	down := false
	good := func(a Answer) bool {
		if a.msg != nil && a.Status == Lame {
			_, down = referral(cut{zone: zone}, a.msg, name)
		}
		return a.Status.OK() || down
	}
	a, ok := l.s.hedge(ctx, each(order), good, func(ctx context.Context, sv Server) Answer {
		return lameOr(l.s.ask(ctx, sv, q, false, zone))
	})
	if ok && down { // the name stands in a zone of its own
		a, _ = l.s.iterate(ctx, q, nil)
	}
	return a
}

// elsewhere asks for a record of another domain.
func (l *look) elsewhere(ctx context.Context, name, kind string) Answer {
	if within(name, l.domain) {
		return l.ask(ctx, name, kind)
	}
	return l.s.recursive(ctx, Question{name, kind})
}

// result begins a result with what an answer holds.
func (l *look) result(check, title string, a Answer) Result {
	r := Result{Check: check, Title: title, Name: a.Name, Found: a.Values(), From: sourceOf(a), Verdict: Fine}
	if len(a.Chain) > 0 {
		r.Found = []string{"CNAME " + a.Chain[0].Value}
	}
	if !a.Status.OK() {
		r.Verdict = Unknown
		r.Why = "This couldn't be found out: " + a.Server.String() + " " + a.Status.Words() + "."
		if !a.Server.Addr.IsValid() && a.Server.DoH == "" {
			r.Why = "This couldn't be found out: no server answered."
		}
	}
	return r
}

// moved says whether the MX leads to the new mailboxes already.
func (l *look) moved(ctx context.Context) bool {
	ours, _ := l.splitMX(l.ask(ctx, l.domain, "MX").Records)
	return len(ours) > 0
}

func (l *look) entries(records ...Record) []Entry {
	var out []Entry
	for _, r := range records {
		out = append(out, entryOf(r, l.zone.wait().Zone))
	}
	return out
}

// isWildcard says whether an answer comes from the domain's wildcard record
// (RFC 4592) instead of one that was entered for the name.
func (l *look) isWildcard(ctx context.Context, a Answer) bool {
	star := "*." + l.domain
	found := func(a Answer) bool { return a.Status == Answered || len(a.Chain) > 0 } // an alias may lead to nothing
	if !found(a) || a.Name == star || !strictlyWithin(a.Name, l.domain) {
		return false
	}
	w := l.ask(ctx, star, a.Type)
	if !found(w) || len(w.Chain) != len(a.Chain) {
		return false
	}
	if len(a.Chain) > 0 {
		return w.Chain[0].Value == a.Chain[0].Value
	}
	x, y := a.Values(), w.Values()
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// wildcardNote says what a wildcard does.
func (l *look) wildcardNote() string {
	return "This comes from the wildcard record *." + l.domain + ", which answers for every name that isn't entered itself. It may stay; entering the name itself overrides it."
}

// doubled says whether a value is wanted with the zone's name behind it: what
// panels make of a host without a final dot.
func (l *look) doubled(value string) bool {
	zone := l.zone.wait().Zone
	base, ok := strings.CutSuffix(value, "."+zone)
	return ok && (hasSuffix(base, l.cloud.mx) || base == l.cloud.autodiscover || hasSuffix(base, l.cloud.dkim) || (l.want.MX != "" && base == l.want.MX && base != value))
}

const doubledWhy = "The panel added the domain to the value. Enter it again with a final dot."
