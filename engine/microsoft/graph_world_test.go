package microsoft

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// office is a tenant whose directory can be asked, with two users and ten seats.
type office struct {
	*world
	graph *lab.Graph
	sku   string

	mu    sync.Mutex
	waits []time.Duration
}

func newOffice(t *testing.T) *office {
	t.Helper()
	w := newWorld(t)
	o := &office{world: w, graph: lab.NewGraph(w.authority, "Acme Ltd", "DE")}
	w.authority.Consent(appID, append(lab.GraphRoles, lab.MailRole)...)
	o.graph.AddDomain("acme.example", true)
	o.sku = o.graph.AddSKU("O365_BUSINESS_ESSENTIALS", 10, lab.FreePlan, lab.MailPlan)
	o.graph.AddPerson(lab.Someone{Address: "anna@acme.example", Name: "Anna Lindner", Aliases: []string{"a.lindner@acme.example"}, SKU: o.sku, Country: "DE"})
	o.graph.AddPerson(lab.Someone{Address: "admin@acme.onmicrosoft.example", Name: "Admin"})
	return o
}

// directory is what the product makes; waits are noted instead of waited for.
func (o *office) directory(t *testing.T) *Graph {
	t.Helper()
	g, err := NewDirectory(engine.SideDestination, o.endpoint, o.vault)
	if err != nil {
		t.Fatal(err)
	}
	clock := time.Now()
	g.now = func() time.Time {
		o.mu.Lock()
		defer o.mu.Unlock()
		return clock
	}
	g.sleep = func(ctx context.Context, d time.Duration) error {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.waits, clock = append(o.waits, d), clock.Add(d)
		return ctx.Err()
	}
	return g
}

func (o *office) waited(want ...time.Duration) bool { return slices.Equal(o.waits, want) }

// newcomer is a user that isn't there yet.
func newcomer() engine.NewTenantUser {
	return engine.NewTenantUser{Address: "ben@acme.example", Nickname: "ben", DisplayName: "Ben Carver", UsageLocation: "DE", Password: "canary-Password-1"}
}

// faultOf is the fault in err.
func faultOf(t *testing.T, err error) *engine.Fault {
	t.Helper()
	var f *engine.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%v is no fault", err)
	}
	if f.What == "" || f.Do == "" || f.Who == "" {
		t.Errorf("a fault without words: %+v", f)
	}
	return f
}
