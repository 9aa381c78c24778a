package dns

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// checks are all of them, in the order in which an administrator goes through
// the records. A new check is a file of its own and a line here.
func checks() []func(context.Context, *look) []Result {
	return []func(context.Context, *look) []Result{
		checkProof,
		checkMX,
		checkOldMX,
		checkTTL,
		checkSPF,
		checkAutodiscover,
		checkAutodiscoverSRV,
		checkDKIM,
		checkDMARC,
		checkMSOID,
		checkMTASTS,
		checkTLSA,
	}
}

// Report is all that one check of a domain found.
type Report struct {
	Domain    string        `json:"domain"`
	Unicode   string        `json:"unicode"` // the domain as its owner writes it
	Cloud     Cloud         `json:"cloud"`
	At        time.Time     `json:"at"`
	Took      time.Duration `json:"took"`
	Authority Authority     `json:"authority"`
	Verdict   Verdict       `json:"verdict"`
	Results   []Result      `json:"results"`
	Spread    Spread        `json:"spread"`
	Records   Snapshot      `json:"records"`
}

// Check looks at everything that the DNS must say for a domain's mail to move:
// all questions at once, none of them twice. The error is ErrDomain or that of
// ctx; what couldn't be found out is in the results.
func (c *Client) Check(ctx context.Context, domain string, want Wanted) (Report, error) {
	name, err := ToASCII(domain)
	if err != nil {
		return Report{}, err
	}
	began := c.o.Now()
	s := c.session(ctx)
	defer s.close()
	l := newLook(ctx, s, name, want)
	r := Report{Domain: name, Unicode: ToUnicode(name), Cloud: l.want.Cloud}
	results := make([][]Result, len(checks()))
	var wg sync.WaitGroup
	for i, check := range checks() {
		wg.Go(func() { results[i] = check(ctx, l) })
	}
	wg.Go(func() { r.Spread, r.Authority = l.spread(ctx) })
	wg.Go(func() { r.Records = l.snapshot(ctx) })
	wg.Wait()
	r.Results = slices.Concat(results...)
	r.Verdict = Worst(r.Results)
	r.waitForAll()
	r.unreadable()
	r.At = c.o.Now()
	r.Took = r.At.Sub(began)
	return r, ctx.Err()
}

// unreadable takes back the praise of an MX that the zone's own servers give, and
// half of the resolvers or more can't find: validating ones give nothing where the
// signatures of the zone, or its parent's DS record, are wrong (RFC 4035 section
// 5.5).
func (r *Report) unreadable() {
	i := slices.IndexFunc(r.Results, func(x Result) bool { return x.Check == "mx" })
	if i < 0 || r.Results[i].Verdict != Fine || !r.Spread.Direct {
		return
	}
	failing := r.Spread.failing()
	if len(failing) == 0 {
		return
	}
	r.Results[i].Verdict = Wrong
	r.Results[i].Why = "The MX is right at the zone's own servers, but can't be found through " + strings.Join(failing, ", ") +
		" (SERVFAIL): senders who ask there can't deliver. That happens where DNSSEC is broken. Ask the DNS provider whether the zone is signed, and whether the DS record at the registrar fits."
	r.Verdict = Worst(r.Results)
}

// failing are the resolvers that fail on the domain, where they are half of those
// that answer, or more.
func (sp Spread) failing() (list []string) {
	answering := 0
	for _, s := range sp.Servers {
		switch {
		case s.Server.Kind == Authoritative:
		case s.Status == ServFail:
			list = append(list, s.Server.String())
		case s.Status.OK():
			answering++
		}
	}
	if len(list) < answering {
		return nil
	}
	return list
}

// waitForAll takes back the praise of an MX that stands at the freshest server,
// but not at all of them yet.
func (r *Report) waitForAll() {
	i := slices.IndexFunc(r.Results, func(x Result) bool { return x.Check == "mx" })
	if i < 0 || r.Results[i].Verdict != Fine || r.Spread.AllNew || r.Spread.Offline {
		return
	}
	said := slices.Sorted(slices.Values(r.Results[i].Found))
	var behind []string
	for _, s := range r.Spread.Servers {
		if s.State == GivesMixed && slices.Equal(s.Says, said) {
			continue // the old MX beside it is to be taken out, and is told of
		}
		if s.State.answers() && s.State != GivesNew && (s.Server.Kind == Authoritative) == r.Spread.Direct {
			behind = append(behind, s.Server.String())
		}
	}
	if len(behind) == 0 {
		return
	}
	r.Results[i].Verdict = ToDo
	r.Results[i].Why = "The MX is right, but not at every server yet: " + strings.Join(behind, ", ") + ". Nothing is to be changed; wait, and ask the DNS provider if it lasts."
	r.Verdict = Worst(r.Results)
}
