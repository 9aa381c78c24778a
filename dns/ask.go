package dns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// Ask puts one question to one server, with recursion unless it is
// authoritative.
func (c *Client) Ask(ctx context.Context, sv Server, q Question) Answer {
	s := c.session(ctx)
	defer s.close()
	return s.ask(ctx, sv, q, sv.Kind != Authoritative && sv.Kind != Root, ".")
}

// Resolve answers a question by the resolvers, or from the root when there are
// none or none of them can be reached.
func (c *Client) Resolve(ctx context.Context, q Question) Answer {
	s := c.session(ctx)
	defer s.close()
	return s.recursive(ctx, q)
}

// Authority finds who holds a domain. The error is ErrDomain or that of ctx.
func (c *Client) Authority(ctx context.Context, domain string) (Authority, error) {
	name, err := ToASCII(domain)
	if err != nil {
		return Authority{}, err
	}
	s := c.session(ctx)
	defer s.close()
	au := s.withZonesOwn(ctx, s.findZone(ctx, name))
	au.Direct = len(s.freshest(ctx, au)) > 0
	return au, ctx.Err()
}

// LookupMX has the form of net.Resolver's, so that other packages ask by the
// same ways.
func (c *Client) LookupMX(ctx context.Context, domain string) ([]*net.MX, error) {
	a := c.Resolve(ctx, Question{domain, "MX"})
	if !a.Status.OK() {
		return nil, fmt.Errorf("look up MX of %s: %s %s", clean(domain, 100), a.Server, a.Status.Words())
	}
	var out []*net.MX
	for _, r := range a.Records {
		out = append(out, &net.MX{Host: r.Value, Pref: r.Priority})
	}
	return out, nil
}

// LookupHost finds a host's addresses, IPv4 first.
func (c *Client) LookupHost(ctx context.Context, host string) ([]netip.Addr, error) {
	s := c.session(ctx)
	defer s.close()
	return s.lookupHost(ctx, host)
}

func (s *session) lookupHost(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	answers := make([]Answer, 2)
	var wg sync.WaitGroup
	for i, kind := range []string{"A", "AAAA"} {
		wg.Go(func() { answers[i] = s.recursive(ctx, Question{host, kind}) })
	}
	wg.Wait()
	var out []netip.Addr
	for _, a := range answers {
		for _, r := range a.Records {
			if addr, err := netip.ParseAddr(r.Value); err == nil {
				out = append(out, addr)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("look up %s: %s", clean(host, 100), answers[0].Status.Words())
	}
	return out, nil
}

// DialContext connects to a host whose name is resolved by this Client.
func (c *Client) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	s := c.session(ctx)
	defer s.close()
	return s.dial(ctx, network, address)
}

// maxDialled is how many addresses of one host are tried.
const maxDialled = 4

// dialFirst connects to all addresses at once and keeps the first that answers:
// one dead address then costs no time.
func dialFirst(ctx context.Context, network string, addrs []netip.Addr, at func(netip.Addr) string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type dialled struct {
		conn net.Conn
		err  error
	}
	results := make(chan dialled)
	for _, a := range addrs {
		go func() {
			conn, err := new(net.Dialer).DialContext(ctx, network, at(a))
			select {
			case results <- dialled{conn, err}:
			case <-ctx.Done():
				if conn != nil {
					_ = conn.Close()
				}
			}
		}()
	}
	var last error
	for range addrs {
		select {
		case r := <-results:
			if r.err == nil {
				return r.conn, nil
			}
			last = r.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, last
}
