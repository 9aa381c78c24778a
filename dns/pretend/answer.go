package pretend

import (
	"fmt"
	"strings"
	"time"

	mdns "github.com/miekg/dns"
)

// root hands down to the company's name servers, and knows nobody else.
func (z *Zone) root(m *mdns.Msg, q mdns.Question) {
	if !mdns.IsSubDomain(z.domain, q.Name) {
		m.Authoritative = true
		if q.Name != "." {
			m.Rcode = mdns.RcodeNameError
		}
		m.Ns = records(". 60 IN SOA root.example. nobody.example. 1 3600 600 86400 60")
		return
	}
	for i, addr := range []string{firstAddr, secondAddr} {
		host := fmt.Sprintf("ns%d.%s", i+1, z.domain)
		m.Ns = append(m.Ns, records(z.domain+" 3600 IN NS "+host)...)
		m.Extra = append(m.Extra, records(host+" 3600 IN A "+addr)...)
	}
}

func (z *Zone) first(m *mdns.Msg, q mdns.Question)  { z.answer(m, q, 0) }
func (z *Zone) second(m *mdns.Msg, q mdns.Question) { z.answer(m, q, Lag) }

// answer is that of a name server that gets what is published after lag.
func (z *Zone) answer(m *mdns.Msg, q mdns.Question, lag time.Duration) {
	if !mdns.IsSubDomain(z.domain, q.Name) {
		m.Rcode = mdns.RcodeRefused
		return
	}
	m.Authoritative = true
	there := false
	all := z.content(lag)
	for _, rr := range all {
		h := rr.Header()
		there = there || mdns.IsSubDomain(q.Name, h.Name)
		if h.Name == q.Name && h.Rrtype == q.Qtype {
			m.Answer = append(m.Answer, rr)
		}
	}
	if !there {
		m.Rcode = mdns.RcodeNameError
	}
	if len(m.Answer) == 0 {
		m.Ns = all[:1]
	}
}

// content is the zone as a name server has it, the SOA first.
func (z *Zone) content(lag time.Duration) []mdns.RR {
	z.mu.Lock()
	defer z.mu.Unlock()
	mx, number, priority := z.old, serial, 10
	if z.mx != "" && time.Since(z.published) >= lag {
		mx, number, priority = z.mx, serial+1, 0
	}
	d := z.domain
	return records(fmt.Sprintf("%s 60 IN SOA ns1.%s admin.%s %d 3600 600 86400 10", d, d, d, number),
		fmt.Sprintf("%s %d IN MX %d %s", d, TTL, priority, mx),
		d+" 3600 IN NS ns1."+d, d+" 3600 IN NS ns2."+d,
		"ns1."+d+" 3600 IN A "+firstAddr, "ns2."+d+" 3600 IN A "+secondAddr,
		z.old+" 3600 IN A 192.0.2.25", d+` 3600 IN TXT "v=spf1 mx -all"`)
}

// resolve answers as a resolver does: what it knows it gives until its TTL has
// run out, and only then asks again (the second name server, which lags).
func (z *Zone) resolve(m *mdns.Msg, q mdns.Question) {
	m.RecursionAvailable = true
	now := time.Now()
	z.mu.Lock()
	known, ok := z.cached[q]
	z.mu.Unlock()
	if !ok || !now.Before(known.until) {
		known = z.askAgain(q, now)
	}
	left := uint32(known.until.Sub(now) / time.Second)
	m.Rcode = known.reply.Rcode
	for _, rr := range known.reply.Answer {
		rr = mdns.Copy(rr)
		rr.Header().Ttl = min(rr.Header().Ttl, left)
		m.Answer = append(m.Answer, rr)
	}
	m.Ns = known.reply.Ns
}

func (z *Zone) askAgain(q mdns.Question, now time.Time) memory {
	reply := new(mdns.Msg)
	if mdns.IsSubDomain(z.domain, q.Name) {
		z.answer(reply, q, Lag)
	} else {
		z.root(reply, q)
	}
	ttl := uint32(TTL)
	if len(reply.Answer) > 0 {
		ttl = reply.Answer[0].Header().Ttl
	}
	known := memory{reply, now.Add(time.Duration(ttl) * time.Second)}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.cached[q] = known
	return known
}

// records are lines of a zone file that this package wrote itself, so that they
// can't be wrong but by a mistake that its test finds.
func records(lines ...string) []mdns.RR {
	var out []mdns.RR
	p := mdns.NewZoneParser(strings.NewReader(strings.Join(lines, "\n")+"\n"), ".", "")
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		out = append(out, rr)
	}
	return out
}
