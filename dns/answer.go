package dns

import (
	"time"

	mdns "github.com/miekg/dns"
)

// Way is how an answer came.
type Way string

// The ways, in the order in which they are tried.
const (
	UDP   Way = "udp"
	TCP   Way = "tcp"
	HTTPS Way = "https" // RFC 8484
)

// Status says what became of a question.
type Status string

// What becomes of a question. The first three are answers; all others say why
// there is none.
const (
	Answered   Status = "answered"   // Records holds what was asked for, or Chain leads out of the zone
	NoRecord   Status = "no record"  // NODATA: the name exists, but not with this type
	NoName     Status = "no name"    // NXDOMAIN
	ServFail   Status = "failure"    // SERVFAIL: the server couldn't find out
	Refused    Status = "refused"    // REFUSED, NOTAUTH: it won't tell
	Lame       Status = "lame"       // it should hold the zone and doesn't
	Loop       Status = "loop"       // aliases lead in a circle, or there are too many
	Odd        Status = "odd"        // another error code
	Cut        Status = "cut short"  // the answer is too large for UDP, and nothing else got through
	Mismatched Status = "mismatched" // replies came, but not to what was asked, or from elsewhere
	Garbled    Status = "garbled"    // what came is no DNS message
	Untrusted  Status = "untrusted"  // over HTTPS: the certificate isn't its own, or of an authority that nobody knows
	Silent     Status = "silent"     // nothing came in time
	Closed     Status = "closed"     // the connection was refused
	NoRoute    Status = "no route"   // this computer can't reach such addresses (no IPv6)
	Nowhere    Status = "nowhere"    // no server with an address is known
	Cancelled  Status = "cancelled"  // the caller gave up
)

// OK says whether the server told what there is, even if that is nothing.
func (s Status) OK() bool { return s == Answered || s == NoRecord || s == NoName }

// Words says a status for people, as what the server did.
func (s Status) Words() string {
	words := map[Status]string{
		Answered: "answers", NoRecord: "has no such record", NoName: "says that the name doesn't exist",
		ServFail: "couldn't find out (SERVFAIL)", Refused: "refuses to answer", Lame: "doesn't hold the zone",
		Loop: "leads from alias to alias without an end", Odd: "answers with an error", Cut: "has an answer too large to get through",
		Mismatched: "sent replies that don't belong to the question", Garbled: "sent what is no DNS message", Silent: "doesn't answer",
		Untrusted: "has a certificate that isn't trusted",
		Closed:    "takes no connection", NoRoute: "can't be reached from this network",
		Nowhere: "has no name server whose address can be found", Cancelled: "was not waited for",
	}
	return words[s]
}

// Question is what is asked: a name (ASCII, no final dot) and a record type.
type Question struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Answer is what one server said to one question, and how it came about.
type Answer struct {
	Question
	Status  Status   `json:"status"`
	Records []Record `json:"records,omitempty"` // of the type asked for, in order of the message
	// Chain are the aliases (CNAME) gone through, in order.
	Chain []Record `json:"chain,omitempty"`
	// TTL is the lowest of Records and Chain in seconds; without any, how long
	// the absence may be remembered (RFC 2308 section 5).
	TTL    uint32        `json:"ttl"`
	Server Server        `json:"server"`
	Way    Way           `json:"way"`
	At     time.Time     `json:"at"` // when it came
	Took   time.Duration `json:"took"`
	// Validated is the AD flag: the resolver checked DNSSEC signatures.
	Validated bool `json:"validated"`
	// Authoritative is the AA flag.
	Authoritative bool `json:"authoritative"`
	// Notes say what went wrong on the way, cleaned: replies that were not
	// believed, time-outs before another way worked.
	Notes []string `json:"notes,omitempty"`

	msg *mdns.Msg
}

// Values are the records' values, with priorities where there are any.
func (a Answer) Values() []string {
	var out []string
	for _, r := range a.Records {
		out = append(out, r.Short())
	}
	return out
}

// Alias is the last name of the chain, empty without one.
func (a Answer) Alias() string {
	if len(a.Chain) == 0 {
		return ""
	}
	return a.Chain[len(a.Chain)-1].Value
}

// maxAliases is how many aliases are followed in one answer.
const maxAliases = 12

// read takes out of a message what answers a question. Only records of names
// within bailiwick are believed.
func (a *Answer) read(m *mdns.Msg, bailiwick string) {
	a.msg, a.Validated, a.Authoritative = m, m.AuthenticatedData, m.Authoritative
	a.Status = statusOf(m.Rcode)
	if !a.Status.OK() {
		return
	}
	name, seen := a.Name, map[string]bool{}
	for !a.take(m, name, bailiwick) {
		alias, ok := aliasOf(m, name)
		if !ok || !within(name, bailiwick) {
			break
		}
		if seen[name] || len(seen) == maxAliases {
			a.Status = Loop
			return
		}
		seen[name] = true
		a.Chain = append(a.Chain, alias)
		name = alias.Value
	}
	a.conclude(m, bailiwick)
}

// take keeps the records of the wanted type that name owns.
func (a *Answer) take(m *mdns.Msg, name, bailiwick string) bool {
	for _, rr := range m.Answer {
		if r := recordOf(rr); r.Name == name && r.Type == a.Type && within(name, bailiwick) {
			a.Records = append(a.Records, r)
		}
	}
	return len(a.Records) > 0
}

func aliasOf(m *mdns.Msg, name string) (Record, bool) {
	for _, rr := range m.Answer {
		if c, ok := rr.(*mdns.CNAME); ok && plain(c.Hdr.Name) == name {
			return recordOf(c), true
		}
	}
	return Record{}, false
}

// conclude sets the status and the TTL when all records are read.
func (a *Answer) conclude(m *mdns.Msg, bailiwick string) {
	outside := a.Alias() != "" && !within(a.Alias(), bailiwick)
	switch {
	case len(a.Records) > 0 || (outside && a.Status == NoRecord):
		a.Status = Answered
	case outside && a.Status == NoName: // RFC 2308 section 2.1: about the last name of the chain, which isn't this server's
		a.Status = Answered
	}
	if len(a.Records) == 0 && len(a.Chain) == 0 {
		a.TTL = negativeTTL(m)
		return
	}
	a.TTL = ^uint32(0)
	for _, r := range a.Records {
		a.TTL = min(a.TTL, r.TTL)
	}
	for _, r := range a.Chain {
		a.TTL = min(a.TTL, r.TTL)
	}
}

// negativeTTL is how long the absence of a record may be remembered.
func negativeTTL(m *mdns.Msg) uint32 {
	for _, rr := range m.Ns {
		if soa, ok := rr.(*mdns.SOA); ok {
			return min(soa.Hdr.Ttl, soa.Minttl)
		}
	}
	return 0
}

func statusOf(rcode int) Status {
	switch rcode {
	case mdns.RcodeSuccess:
		return NoRecord // until records are found
	case mdns.RcodeNameError:
		return NoName
	case mdns.RcodeServerFailure:
		return ServFail
	case mdns.RcodeRefused, mdns.RcodeNotAuth:
		return Refused
	}
	return Odd
}
