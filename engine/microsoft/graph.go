package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// Graph is a tenant's directory by Microsoft Graph 1.0, with plain HTTP. It is
// an engine.Directory, an engine.Waiter and an engine.Traceable.
type Graph struct {
	side   engine.Side
	person bool // signs in, not an app
	base   *url.URL
	web    *http.Client
	tokens *Tokens
	// sleep waits for a while, or until ctx ends; now is the clock.
	sleep func(ctx context.Context, d time.Duration) error
	now   func() time.Time

	mu    sync.Mutex
	until time.Time           // before then Graph asked not to be asked
	tell  func(time.Duration) // of waits; may be nil
	plans map[string]bool     // IDs of service plans that hold a mailbox; nil: not asked yet
	skus  map[string]bool     // IDs of licences that do
}

var (
	_ engine.Directory = (*Graph)(nil)
	_ engine.Waiter    = (*Graph)(nil)
	_ engine.Traceable = (*Graph)(nil)
)

// graphVersion is the part of the addresses that says which Graph is meant.
const graphVersion = "/v1.0"

// NewDirectory reaches the tenant of one side of a project, by the app's own
// credential or by the sign-in of a person. It asks nothing yet.
func NewDirectory(side engine.Side, e engine.Endpoint, v engine.Vault) (*Graph, error) {
	s := &signer{side: side, e: e, vault: v, aim: forDirectory}
	c, err := s.cloud()
	if err != nil {
		return nil, err
	}
	web, err := c.web()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(c.Graph + graphVersion)
	if err != nil || base.Scheme != "https" || base.Host == "" {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeProtocol, Side: side, Who: you,
			What: "The cloud's description has no address of Microsoft Graph.", Do: "Give one that begins with https:// in the cloud's file."}
	}
	return &Graph{side: side, person: e.SignIn.ByPerson(), base: base, web: web, tokens: tokensOf(s), sleep: sleepFor, now: time.Now}, nil
}

// OnWait has every wait that Graph asks for told of, as it begins.
func (g *Graph) OnWait(tell func(time.Duration)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell = tell
}

// Format prints nothing of what a Graph knows, whatever the verb.
func (g *Graph) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "microsoft.Graph") }

// at makes the address of something: parts are escaped, query is as it is.
func (g *Graph) at(query string, parts ...string) string {
	u := *g.base
	u.Path, u.RawPath = u.Path+"/"+strings.Join(parts, "/"), u.EscapedPath()
	for _, p := range parts {
		u.RawPath += "/" + url.PathEscape(p)
	}
	u.RawQuery = query
	return u.String()
}

// get reads one thing.
func (g *Graph) get(ctx context.Context, address string, into any) error {
	return g.call(ctx, request{method: http.MethodGet, address: address}, into)
}

// pagesMost ends a list that has no end.
const pagesMost = 2000

// list reads a list to its last page (OData: @odata.nextLink). A link to another
// host than Graph's isn't followed: the token would go there.
func list[T any](ctx context.Context, g *Graph, address string) ([]T, error) {
	var all []T
	for range pagesMost {
		var page struct {
			Value []T    `json:"value"`
			Next  string `json:"@odata.nextLink"`
		}
		if err := g.get(ctx, address, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Value...)
		if page.Next == "" {
			return all, nil
		}
		if page.Next == address || !g.mine(page.Next) {
			return nil, g.protocolFault("Microsoft Graph named a next page that can't be right.", page.Next)
		}
		address = page.Next
	}
	return nil, g.protocolFault("Microsoft Graph gave a list without an end.", address)
}

// mine says that an address is Graph's, by HTTPS.
func (g *Graph) mine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && strings.EqualFold(u.Host, g.base.Host) && u.User == nil
}

// decode reads an answer's JSON.
func (g *Graph) decode(body []byte, into any) error {
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return g.protocolFault("Microsoft Graph's answer can't be read.", engine.Clean(err.Error(), 200))
	}
	return nil
}

func (g *Graph) protocolFault(what, said string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeProtocol, Side: g.side, Who: you, Said: engine.Clean(said, 300), What: what,
		Do: "Check the cloud, and that no proxy changes what comes from Microsoft. Then try again."}
}

// sleepFor waits.
func sleepFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
