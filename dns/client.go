package dns

import (
	"crypto/x509"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Options say how a Client asks. The zero value is the real internet.
type Options struct {
	// Resolvers are asked instead of the system's and the public ones, when
	// there are any.
	Resolvers []Server
	// System finds this computer's resolvers, anew for each check; nil is
	// SystemResolvers.
	System func() ([]Server, error)
	// Public are the public resolvers; nil is PublicResolvers, empty none.
	Public []Server
	// Roots are the root servers to follow delegations from; nil is
	// RootServers. With Roots and without Resolvers it is a closed network:
	// no resolver is asked, all is found from these roots.
	Roots []Server
	// Port is that of authoritative servers below the roots; 0 is the first
	// root's.
	Port uint16
	// Reach maps an address to the one that is really connected to, for test
	// networks; nil changes nothing.
	Reach func(netip.AddrPort) netip.AddrPort
	// CA are the authorities for HTTPS; nil is the system's.
	CA *x509.CertPool
	// First is how long the first packet may take (1.5 s if 0), Second how
	// long the other ways, tried together after it, may (3 s if 0).
	First, Second time.Duration
	// Hedge is when a further server is asked while the one before is still
	// silent (0.4 s if 0).
	Hedge time.Duration
	// Fetch is how long one file over HTTPS may take (5 s if 0).
	Fetch time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Client asks. It may be used from any goroutine.
type Client struct {
	o    Options
	send sendFunc

	mu  sync.Mutex
	doh map[string]*http.Client // by URL
}

// New makes a Client; Close frees its connections.
func New(o Options) *Client {
	closed := o.Roots != nil && len(o.Resolvers) == 0
	if o.System == nil {
		o.System = SystemResolvers
	}
	if closed {
		o.System = func() ([]Server, error) { return nil, nil }
	}
	if o.Public == nil && !closed {
		o.Public = PublicResolvers()
	}
	if o.Roots == nil {
		o.Roots = RootServers()
	}
	if o.Port == 0 && len(o.Roots) > 0 {
		o.Port = o.Roots[0].Addr.Port()
	}
	if o.Reach == nil {
		o.Reach = func(a netip.AddrPort) netip.AddrPort { return a }
	}
	o.First = orElse(o.First, 1500*time.Millisecond)
	o.Second = orElse(o.Second, 3*time.Second)
	o.Hedge = orElse(o.Hedge, 400*time.Millisecond)
	o.Fetch = orElse(o.Fetch, 5*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{o: o, doh: map[string]*http.Client{}}
	c.send = c.overNetwork
	return c
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// Close frees what idle connections hold. The Client can still be used.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.doh {
		h.CloseIdleConnections()
	}
}

// resolvers are all resolvers to look at: those given, or the system's and the
// public ones. An error of the system's is told, and the others remain.
func (c *Client) resolvers() ([]Server, error) {
	if len(c.o.Resolvers) > 0 {
		return c.o.Resolvers, nil
	}
	sys, err := c.o.System()
	return append(sys[:len(sys):len(sys)], c.o.Public...), err
}
