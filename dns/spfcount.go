package dns

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	maxLookups = 10 // RFC 7208 section 4.6.4
	maxVoids   = 2
	// maxTerms bounds what is followed of records that lead to ever more.
	maxTerms = 80
)

// spfCost is what evaluating a record, or one term, can cost a receiver.
type spfCost struct {
	lookups  int
	voids    int      // look-ups that find nothing
	faults   []string // permanent errors met on the way
	includes []string // all domains included, at any depth
	unknown  []string // domains that couldn't be asked
}

func (c *spfCost) add(o spfCost) {
	c.lookups += o.lookups
	c.voids += o.voids
	c.faults = append(c.faults, o.faults...)
	c.includes = append(c.includes, o.includes...)
	c.unknown = append(c.unknown, o.unknown...)
}

// spfCounter follows records; all of them count towards one limit.
type spfCounter struct {
	l     *look
	terms atomic.Int32
}

// record counts a record of domain. via are the domains whose records led here.
func (c *spfCounter) record(ctx context.Context, domain string, r spfRecord, via []string) spfCost {
	var whole spfCost
	for _, x := range c.each(ctx, domain, r.reached(), via) {
		whole.add(x)
	}
	return whole
}

// each counts terms, all at once; the costs are parallel to them.
func (c *spfCounter) each(ctx context.Context, domain string, terms []spfTerm, via []string) []spfCost {
	costs := make([]spfCost, len(terms))
	var wg sync.WaitGroup
	for i, t := range terms {
		wg.Go(func() { costs[i] = c.term(ctx, domain, t, via) })
	}
	wg.Wait()
	return costs
}

func (c *spfCounter) term(ctx context.Context, domain string, t spfTerm, via []string) spfCost {
	asks := map[string]string{"a": "A", "exists": "A", "mx": "MX"}[t.name]
	switch {
	case t.name == "include" || t.name == "redirect":
		return c.follow(ctx, t, via)
	case t.name == "ptr":
		return spfCost{lookups: 1}
	case asks == "":
		return spfCost{}
	}
	cost := spfCost{lookups: 1}
	if hasMacro(t.value) || c.terms.Add(1) > maxTerms {
		return cost
	}
	a := c.l.elsewhere(ctx, t.domain(domain), asks)
	if a.Status == NoName || a.Status == NoRecord {
		cost.voids++
	}
	return cost
}

// follow counts what another domain's record costs.
func (c *spfCounter) follow(ctx context.Context, t spfTerm, via []string) spfCost {
	cost := spfCost{lookups: 1}
	if hasMacro(t.value) {
		return cost
	}
	d := t.domain("")
	switch {
	case slices.Contains(via, d):
		cost.faults = append(cost.faults, fmt.Sprintf("%s leads in a circle", t.text))
		return cost
	case c.terms.Add(1) > maxTerms || len(via) > maxLookups:
		return cost
	}
	cost.includes = append(cost.includes, d)
	a := c.l.elsewhere(ctx, d, "TXT")
	if !a.Status.OK() {
		cost.unknown = append(cost.unknown, d)
		return cost
	}
	var found []string
	for _, r := range a.Records {
		if isSPF(r.Value) {
			found = append(found, r.Value)
		}
	}
	switch {
	case len(a.Records) == 0:
		cost.voids++
		fallthrough
	case len(found) == 0:
		cost.faults = append(cost.faults, fmt.Sprintf("%s leads to %s, which has no SPF record", t.text, d))
		return cost
	case len(found) > 1:
		cost.faults = append(cost.faults, fmt.Sprintf("%s leads to %s, which has %d SPF records", t.text, d, len(found)))
		return cost
	}
	r := parseSPF(found[0])
	for _, f := range r.faults {
		cost.faults = append(cost.faults, "in the record of "+d+": "+f)
	}
	cost.add(c.record(ctx, d, r, append(slices.Clip(via), d)))
	return cost
}
