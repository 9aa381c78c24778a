package dns

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// assumedTTL is how long the old MX is taken to be remembered when nobody saw
// its TTL: what Microsoft advises to wait.
const assumedTTL = 72 * time.Hour

// Memory is what a watch knows from before. It can be kept as JSON, so that a
// restarted program still knows since when which server gives the new MX. The
// zero value knows nothing.
type Memory struct {
	Domain string `json:"domain"`
	// Wanted is what the states are about; another one makes the rest void.
	Wanted Wanted `json:"wanted"`
	// OldTTL is the longest TTL in seconds that the old MX was seen with. The
	// caller may set it from a Snapshot taken before the change.
	OldTTL uint32 `json:"old_ttl"`
	// Servers are by name and address.
	Servers map[string]Remembered `json:"servers"`
	At      time.Time             `json:"at,omitzero"` // of the last look
	// Seen is what the last look that reached somebody came to; zero before one.
	Seen Seen `json:"seen,omitzero"`
}

// Seen is what a look of a watch came to, for whoever asks later: as in Spread.
type Seen struct {
	At        time.Time `json:"at"`
	AllNew    bool      `json:"all_new"`
	Changed   time.Time `json:"changed,omitzero"`
	SafeAfter time.Time `json:"safe_after,omitzero"`
	Assumed   bool      `json:"assumed,omitempty"`
}

// Seen is what s comes to.
func (s Spread) Seen() Seen {
	return Seen{At: s.At, AllNew: s.AllNew, Changed: s.Changed, SafeAfter: s.SafeAfter, Assumed: s.Assumed}
}

// Remembered is what is known of one server.
type Remembered struct {
	ServerState
	// Held is until when somebody can remember an old MX that this server gave
	// before it changed. It grows with each change of MX or TTL.
	Held time.Time `json:"held,omitzero"`
	// SawOld says that the server was seen with an MX other than the new.
	SawOld bool `json:"saw_old,omitempty"`
}

func serverKey(s Server) string { return string(s.Kind) + " " + s.Name + " " + s.Addr.String() + s.DoH }

// update takes in what servers said and returns their states, in order.
func (m *Memory) update(w Wanted, sights []sight, now time.Time) []ServerState {
	if m.Servers == nil {
		m.Servers = map[string]Remembered{}
	}
	var out []ServerState
	for _, x := range sights {
		s := w.see(x)
		key := serverKey(s.Server)
		old, known := m.Servers[key]
		r := old.next(s, known, now)
		m.Servers[key] = r
		if s.Server.Kind == Authoritative && (r.State == GivesOld || r.State == GivesMixed) {
			m.OldTTL = max(m.OldTTL, r.TTL)
		}
		out = append(out, r.ServerState)
	}
	m.At = now
	return out
}

// next is what is known after another look at the server. now is when that look
// ended: the server changed somewhere between the looks, and the later moment is
// the safe one.
func (r Remembered) next(s ServerState, known bool, now time.Time) Remembered {
	n := Remembered{ServerState: s, Held: r.Held, SawOld: r.SawOld || s.State == GivesOld || s.State == GivesMixed}
	if !known {
		n.Since = s.At
		return n
	}
	before := r.State
	if before == Mute && r.Was != "" {
		before = r.Was
	}
	if s.State == Mute { // it may still give to others what it gave before
		n.Was, n.Since, n.TTL, n.Serial = before, r.Since, r.TTL, r.Serial
		if before == Mute {
			n.Was = ""
		}
		return n
	}
	n.Since = min2(r.Since, now) // never in the future, if the clock was put back
	if s.State != before {
		n.Since = s.At
	}
	if gaveOld := before == GivesOld || before == GivesMixed; gaveOld && (s.State != before || s.TTL != r.TTL) {
		n.Held = max2(r.Held, s.At.Add(time.Duration(r.TTL)*time.Second))
	}
	return n
}

func min2(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func max2(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// judge takes in a look at all servers and says how far the MX has got. watched
// says that looks follow each other, so that the first sight of a change tells
// when it was.
func (m *Memory) judge(w Wanted, au Authority, sights []sight, now time.Time, watched bool) Spread {
	sp := Spread{Domain: au.Domain, Zone: au.Zone, At: now, Notes: slices.Clone(au.Notes)}
	sp.Servers = m.update(w, sights, now)
	sp.Offline = !heard(sp.Servers) && (watched || len(au.at.hosts) == 0) // a watch may know the hosts from before
	m.conclude(&sp, watched)
	if failing := sp.failing(); watched && sp.AllNew && sp.Direct && len(failing) > 0 {
		sp.Notes = append(sp.Notes, "The zone's own servers give the new MX, but it can't be found through "+strings.Join(failing, ", ")+
			" (SERVFAIL): senders who ask there can't deliver. That happens where DNSSEC is broken: ask the DNS provider.")
	}
	if watched && !sp.Offline {
		m.Seen = sp.Seen()
	}
	return sp
}

// heard says whether somebody answered. Of what the zone's own servers send, an
// error is enough; a resolver's may come from this computer.
func heard(servers []ServerState) bool {
	return slices.ContainsFunc(servers, func(s ServerState) bool {
		return s.State != Mute || (s.Server.Kind == Authoritative && (s.Status == ServFail || s.Status == Odd || s.Status == Cut))
	})
}

// conclude fills in what follows from the servers' states.
func (m *Memory) conclude(sp *Spread, watched bool) {
	zone := slices.DeleteFunc(slices.Clone(sp.Servers), func(s ServerState) bool { return s.Server.Kind != Authoritative })
	sp.agreement(zone)
	sp.OldTTL = time.Duration(m.OldTTL) * time.Second
	judged := zone
	sp.Direct = slices.ContainsFunc(zone, func(s ServerState) bool { return s.State.answers() || s.Was != "" })
	if !sp.Direct { // port 53 is closed: the resolvers are all there is
		judged = slices.DeleteFunc(slices.Clone(sp.Servers), func(s ServerState) bool { return s.Server.Kind == Authoritative })
	}
	sp.AllNew = slices.ContainsFunc(judged, func(s ServerState) bool { return s.State == GivesNew }) &&
		!slices.ContainsFunc(judged, func(s ServerState) bool {
			return (s.State.answers() && s.State != GivesNew) || s.Was == GivesOld || s.Was == GivesMixed || s.Was == GivesNone
		})
	if sp.AllNew && watched {
		m.safeAfter(sp, judged)
	}
	sp.note(zone)
}

// agreement finds the highest serial, who is behind it, and whether all give the
// same.
func (sp *Spread) agreement(zone []ServerState) {
	first := true
	for _, s := range zone {
		if s.State.answers() && s.Serial != 0 && (first || older(sp.Serial, s.Serial)) {
			sp.Serial, first = s.Serial, false
		}
	}
	var says []string
	seen := false
	sp.Agree = true
	for i, s := range sp.Servers {
		if s.Server.Kind != Authoritative || !s.State.answers() {
			continue
		}
		sp.Servers[i].Behind = s.Serial != 0 && older(s.Serial, sp.Serial)
		sp.Agree = sp.Agree && !sp.Servers[i].Behind && (!seen || slices.Equal(says, s.Says))
		says, seen = s.Says, true
	}
	sp.Agree = sp.Agree && seen
}

// safeAfter is the moment from which on nobody can remember the old MX: each
// server's last change plus the TTL that it gave until then, and what resolvers
// say that they still hold.
func (m *Memory) safeAfter(sp *Spread, judged []ServerState) {
	for _, s := range judged {
		if s.State != GivesNew {
			continue
		}
		sp.Changed = max2(sp.Changed, s.Since)
		if s.Server.Kind == Authoritative && m.Servers[serverKey(s.Server)].SawOld {
			continue // Held says it to the second
		}
		// It changed before anybody looked: at the latest at the first look.
		ttl := time.Duration(m.OldTTL) * time.Second
		if m.OldTTL == 0 {
			ttl, sp.Assumed = assumedTTL, true
		}
		sp.SafeAfter = max2(sp.SafeAfter, s.Since.Add(ttl))
	}
	for _, r := range m.Servers { // also those that the zone doesn't name any more
		if r.Server.Kind == Authoritative {
			sp.SafeAfter = max2(sp.SafeAfter, r.Held)
		} else if r.State == GivesOld || r.State == GivesMixed {
			sp.SafeAfter = max2(sp.SafeAfter, r.Expires)
		}
	}
}

// note says in words what is wrong with servers.
func (sp *Spread) note(zone []ServerState) {
	if sp.Offline {
		sp.Notes = append(sp.Notes, "Nobody answered: this computer seems to be off the network, or asks through a firewall.")
		return
	}
	mute := func(s ServerState) bool { return s.State == Mute }
	switch {
	case !slices.ContainsFunc(sp.Servers, func(s ServerState) bool { return !mute(s) }):
		sp.Notes = append(sp.Notes, "Neither the zone's name servers nor a resolver gives an answer: mail for the domain waits or is lost meanwhile. Tell the DNS provider.")
	case !sp.Direct && len(zone) > 0 && !slices.ContainsFunc(zone, mute):
		sp.Notes = append(sp.Notes, "None of the zone's own name servers holds it. What stands here is what resolvers give, who remember old answers.")
	case !sp.Direct:
		sp.Notes = append(sp.Notes, "The zone's own name servers can't be asked from this network. What stands here is what resolvers give, who remember old answers.")
	}
	for _, s := range zone {
		switch {
		case s.Status == Lame && s.State.answers():
			sp.Notes = append(sp.Notes, fmt.Sprintf("%s answers without authority over the zone, and some may believe it: have the DNS provider mend it or take it out.", s.Server))
		case s.State == NoHelp:
			sp.Notes = append(sp.Notes, fmt.Sprintf("%s is named as a name server but %s: have the DNS provider mend it or take it out. It gives nobody the old MX.", s.Server, s.Status.Words()))
		case s.State == Mute && s.Was == "" && (s.Status == NoRoute || !sp.Direct):
		case s.State == Mute && s.Was != "" && s.Was != GivesNew:
			sp.Notes = append(sp.Notes, fmt.Sprintf("%s %s now; when it last did, it didn't give the new MX, and it may still give the old one to others.", s.Server, s.Status.Words()))
		case s.State == Mute:
			sp.Notes = append(sp.Notes, fmt.Sprintf("%s %s: what it gives others isn't known.", s.Server, s.Status.Words()))
		}
	}
	for _, s := range sp.Servers {
		for _, n := range s.Notes {
			if strings.Contains(n, notBelieved) {
				sp.Notes = append(sp.Notes, fmt.Sprintf("%s: %s. Somebody may be forging answers on this network.", s.Server, n))
			}
		}
		if s.Behind {
			sp.Notes = append(sp.Notes, fmt.Sprintf("%s is behind: it has serial %d, others have %d. That is the DNS provider's to mend if it lasts.", s.Server, s.Serial, sp.Serial))
		}
	}
}
