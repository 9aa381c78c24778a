package dns

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Snapshot is what stood in the DNS about a domain's mail at one moment: kept
// before the change, to compare and to go back.
type Snapshot struct {
	Domain  string    `json:"domain"`
	Zone    string    `json:"zone"`
	At      time.Time `json:"at"`
	Records []Record  `json:"records"` // sorted by name, type and value
	// Missing are questions that nobody answered: what they ask about may or
	// may not be there.
	Missing []Question `json:"missing,omitempty"`
}

// Snapshot reads all records that a move of mail touches.
func (c *Client) Snapshot(ctx context.Context, domain string) (Snapshot, error) {
	name, err := ToASCII(domain)
	if err != nil {
		return Snapshot{}, err
	}
	s := c.session(ctx)
	defer s.close()
	return newLook(ctx, s, name, Wanted{}).snapshot(ctx), ctx.Err()
}

// relevant are the questions of a snapshot; the domain is added. A question also
// brings the alias that stands at its name.
func relevant() []Question {
	out := []Question{{"", "MX"}, {"", "TXT"}, {"", "NS"}, {"", "A"}, {"", "AAAA"}, {"*", "A"}, {"*", "TXT"}, {"*", "MX"}}
	for _, host := range []string{"autodiscover", "autoconfig", "mail", "imap", "pop", "smtp", "webmail", "mta-sts"} {
		out = append(out, Question{host, "A"}, Question{host, "AAAA"})
	}
	for _, name := range []string{"_dmarc", "_mta-sts", "_smtp._tls", "selector1._domainkey", "selector2._domainkey", "default._domainkey", "google._domainkey", "dkim._domainkey", "mail._domainkey"} {
		out = append(out, Question{name, "TXT"})
	}
	for _, service := range []string{"_autodiscover", "_imaps", "_imap", "_pop3s", "_submission", "_submissions"} {
		out = append(out, Question{service + "._tcp", "SRV"})
	}
	return append(out, Question{"msoid", "CNAME"}, Question{"_25._tcp", "TLSA"}, Question{"_25._tcp.mail", "TLSA"})
}

func (l *look) snapshot(ctx context.Context) Snapshot {
	qs := relevant()
	answers := make([]Answer, len(qs))
	wild := make([]bool, len(qs))
	var wg sync.WaitGroup
	for i, q := range qs {
		name := strings.TrimPrefix(q.Name+"."+l.domain, ".")
		wg.Go(func() {
			answers[i] = l.ask(ctx, name, q.Type)
			wild[i] = l.isWildcard(ctx, answers[i])
		})
	}
	wg.Wait()
	s := Snapshot{Domain: l.domain, Zone: l.zone.wait().Zone, At: l.s.c.o.Now()}
	seen := map[string]bool{}
	for i, a := range answers {
		if !a.Status.OK() && a.Status != Loop {
			s.Missing = append(s.Missing, a.Question)
		}
		for _, r := range slices.Concat(a.Chain, a.Records) {
			if within(r.Name, l.domain) && !wild[i] && !seen[r.key()] {
				seen[r.key()] = true
				s.Records = append(s.Records, r)
			}
		}
	}
	slices.SortFunc(s.Records, compareRecords)
	return s
}

func compareRecords(a, b Record) int {
	return cmp.Or(len(a.Name)-len(b.Name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type),
		cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Data, b.Data))
}

// Lines is the snapshot as lines of a zone file, for going back.
func (s Snapshot) Lines() []string {
	var out []string
	for _, r := range s.Records {
		out = append(out, r.String())
	}
	return out
}

// What happened to a record between two snapshots.
const (
	Added   = "added"
	Removed = "removed"
	NewTTL  = "ttl"
)

// Change is one difference between two snapshots. A changed value is one record
// removed and one added.
type Change struct {
	What   string `json:"what"` // Added, Removed or NewTTL
	Record Record `json:"record"`
	OldTTL uint32 `json:"old_ttl,omitempty"` // for NewTTL
}

// Diff lists what is different in after. What either of them couldn't find out
// is no difference.
func (s Snapshot) Diff(after Snapshot) []Change {
	old, now := s.byKey(), after.byKey()
	var out []Change
	for _, r := range s.Records {
		if _, ok := now[r.key()]; !ok && !after.misses(r) {
			out = append(out, Change{What: Removed, Record: r})
		}
	}
	for _, r := range after.Records {
		o, ok := old[r.key()]
		switch {
		case !ok && !s.misses(r):
			out = append(out, Change{What: Added, Record: r})
		case ok && o.TTL != r.TTL:
			out = append(out, Change{What: NewTTL, Record: r, OldTTL: o.TTL})
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(len(a.Record.Name)-len(b.Record.Name), cmp.Compare(a.Record.Name, b.Record.Name), cmp.Compare(a.Record.Type, b.Record.Type))
	})
	return out
}

func (s Snapshot) byKey() map[string]Record {
	m := map[string]Record{}
	for _, r := range s.Records {
		m[r.key()] = r
	}
	return m
}

func (s Snapshot) misses(r Record) bool {
	return slices.ContainsFunc(s.Missing, func(q Question) bool {
		return q.Name == r.Name && (q.Type == r.Type || r.Type == "CNAME")
	})
}
