package dns

import (
	"context"
	"slices"
	"sync"
	"time"
)

// State says which MX a server gives.
type State string

// The states of a server.
const (
	GivesNew   State = "new"    // only the wanted MX
	GivesMixed State = "mixed"  // the wanted MX and others
	GivesOld   State = "old"    // others only
	GivesNone  State = "none"   // no MX at all
	NoHelp     State = "lame"   // it should hold the zone and gives no MX, or refuses
	Mute       State = "silent" // nothing that could be understood came
)

// answers says whether the server gives mail senders anything to go by.
func (s State) answers() bool {
	return s == GivesNew || s == GivesMixed || s == GivesOld || s == GivesNone
}

// ServerState is what one server says of the domain's MX.
type ServerState struct {
	Server Server        `json:"server"`
	State  State         `json:"state"`
	Says   []string      `json:"says"` // MX values with their priority
	Status Status        `json:"status"`
	Way    Way           `json:"way"`
	At     time.Time     `json:"at"` // when it was asked last
	Took   time.Duration `json:"took"`
	// Serial is the zone's, of authoritative servers; Behind says that another
	// one has a newer.
	Serial uint32 `json:"serial,omitempty"`
	Behind bool   `json:"behind,omitempty"`
	// TTL is what an authoritative server gives. Of a resolver it is what was
	// left when it was asked; Expires is when its answer runs out.
	TTL     uint32    `json:"ttl"`
	Expires time.Time `json:"expires,omitzero"`
	// Since is when the state was first seen; zero without a watch. Was is the
	// last known state of a server that is silent now.
	Since     time.Time `json:"since,omitzero"`
	Was       State     `json:"was,omitempty"`
	Validated bool      `json:"validated"`
	Notes     []string  `json:"notes,omitempty"`
}

// Left is how long a resolver still gives its answer.
func (s ServerState) Left(now time.Time) time.Duration {
	return max(0, s.Expires.Sub(now))
}

// Spread is how far the MX has got.
type Spread struct {
	Domain string    `json:"domain"`
	Zone   string    `json:"zone"`
	At     time.Time `json:"at"`
	// Servers are the authoritative ones, then this computer's resolvers, then
	// the public ones.
	Servers []ServerState `json:"servers"`
	// Serial is the highest that an authoritative server has.
	Serial uint32 `json:"serial"`
	// Agree says that all authoritative servers that answer give the same MX
	// and none is behind. AllNew: it is the new one, and no silent server is
	// last known to give the old one.
	Agree  bool `json:"agree"`
	AllNew bool `json:"all_new"`
	// Direct says that authoritative servers could be asked; without them, the
	// resolvers are what AllNew is about.
	Direct bool `json:"direct"`
	// OldTTL is the longest that the old MX may be remembered.
	OldTTL time.Duration `json:"old_ttl"`
	// Changed is when the last authoritative server was seen to give the new
	// MX; SafeAfter when no resolver can have the old one any more. Both are
	// zero while a server gives the old MX, and when nobody watched.
	Changed   time.Time `json:"changed,omitzero"`
	SafeAfter time.Time `json:"safe_after,omitzero"`
	// Assumed says that the old TTL was never seen, and three days were taken.
	Assumed bool `json:"assumed,omitempty"`
	// Offline says that nobody answered: nothing is known of now.
	Offline bool     `json:"offline,omitempty"`
	Notes   []string `json:"notes,omitempty"`
	// Next is when a watch looks again; zero without one.
	Next time.Time `json:"next,omitzero"`
}

// Safe says whether the old MX can't be known to anybody any more.
func (s Spread) Safe(now time.Time) bool {
	return s.AllNew && !s.SafeAfter.IsZero() && !now.Before(s.SafeAfter)
}

// sight is what one server answered at one look.
type sight struct {
	mx, soa Answer
}

// spread asks every server once.
func (l *look) spread(ctx context.Context) (Spread, Authority) {
	var sights []sight
	var au Authority
	var wg sync.WaitGroup
	wg.Go(func() {
		au, sights = l.s.seeWhole(ctx, l.zone.wait())
		au.Direct = len(l.order.wait()) > 0
	})
	resolvers := l.s.seeResolvers(ctx, l.domain, l.s.known)
	wg.Wait()
	if l.s.isCaught() { // what came over port 53 came from somebody else
		resolvers = l.s.seeResolvers(ctx, l.domain, l.s.known)
	}
	var m Memory
	return m.judge(l.want, au, slices.Concat(sights, resolvers), l.s.c.o.Now().Round(0), false), au
}

// seeWhole asks the servers that the parent names, and meanwhile the zone for
// those that it names itself, which it asks then.
func (s *session) seeWhole(ctx context.Context, delegated Authority) (Authority, []sight) {
	whole := begin(func() Authority { return s.withZonesOwn(ctx, delegated) })
	sights := s.seeZone(ctx, delegated)
	more := whole.wait()
	more.Servers = more.Servers[len(delegated.Servers):]
	sights = append(sights, s.seeZone(ctx, more)...)
	return whole.wait(), sights
}

// seeZone asks the authoritative servers for MX and serial.
func (s *session) seeZone(ctx context.Context, au Authority) []sight {
	out := make([]sight, len(au.Servers))
	var wg sync.WaitGroup
	for i, sv := range au.Servers {
		if !sv.Addr.IsValid() { // known by name only, from a resolver
			out[i] = sight{mx: Answer{Question: Question{au.Domain, "MX"}, Server: sv, Status: NoRoute, At: s.c.o.Now()}}
			continue
		}
		wg.Go(func() { out[i].mx = lameOr(s.ask(ctx, sv, Question{au.Domain, "MX"}, false, au.Zone)) })
		wg.Go(func() { out[i].soa = lameOr(s.ask(ctx, sv, Question{au.Zone, "SOA"}, false, au.Zone)) })
	}
	wg.Wait()
	return out
}

// seeResolvers asks resolvers for the MX.
func (s *session) seeResolvers(ctx context.Context, domain string, servers []Server) []sight {
	out := make([]sight, len(servers))
	var wg sync.WaitGroup
	for i, sv := range servers {
		wg.Go(func() { out[i].mx = s.ask(ctx, sv, Question{domain, "MX"}, true, ".") })
	}
	wg.Wait()
	return out
}

// stateOf says which MX an answer gives.
func (w Wanted) stateOf(a Answer) State {
	switch {
	case a.Status == Lame && len(a.Records) > 0: // resolvers may believe it, authority or not
	case a.Status == Lame || a.Status == Refused:
		return NoHelp
	case !a.Status.OK():
		return Mute
	case len(a.Records) == 0:
		return GivesNone
	}
	fresh := 0
	for _, r := range a.Records {
		if r.Value == w.MX || (w.MX == "" && hasSuffix(r.Value, namesOf(w.Cloud).mx)) {
			fresh++
		}
	}
	switch fresh {
	case 0:
		return GivesOld
	case len(a.Records):
		return GivesNew
	}
	return GivesMixed
}

// see makes a server's state of what it answered.
func (w Wanted) see(x sight) ServerState {
	a := x.mx
	s := ServerState{Server: a.Server, State: w.stateOf(a), Says: a.Values(), Status: a.Status, Way: a.Way, At: a.At.Round(0),
		Took: a.Took, TTL: a.TTL, Validated: a.Validated, Notes: a.Notes}
	slices.Sort(s.Says)
	if len(a.Records) > 0 {
		s.TTL = rrsetTTL(a.Records)
	}
	if a.Server.Kind != Authoritative && a.Status.OK() {
		s.Expires = s.At.Add(time.Duration(s.TTL) * time.Second)
	}
	s.Serial, _ = serial(x.soa)
	return s
}
