// Package pretend is a made-up corner of the DNS on this computer, to practise a
// cut-over on: a root, two name servers of a company's zone, and a resolver that
// remembers. Nothing of it leaves the computer: a client made of its Options
// reaches nobody else.
package pretend

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	mdns "github.com/miekg/dns"

	"mxodus/dns"
)

const (
	// TTL is the lifetime in seconds of the MX: so short that practice takes
	// seconds.
	TTL = 10
	// Lag is how much later the second name server has what is published.
	Lag = 4 * time.Second

	serial = 2026010101
)

// The addresses exist in no network (RFC 5737); Options leads them to sockets
// on loopback.
const (
	rootAddr, firstAddr, secondAddr, resolverAddr = "192.0.2.1", "192.0.2.11", "192.0.2.12", "192.0.2.53"
)

// Zone is the made-up zone of one company. Its methods may be used from any
// goroutine.
type Zone struct {
	domain, old string
	servers     []*mdns.Server
	served      sync.WaitGroup
	real        map[netip.AddrPort]netip.AddrPort

	mu        sync.Mutex
	mx        string    // what was published; empty: nothing yet
	published time.Time // when the first name server got it
	cached    map[mdns.Question]memory
}

// memory is an answer that the resolver remembers.
type memory struct {
	reply *mdns.Msg
	until time.Time
}

// Start opens the zone of a domain, whose MX is mail.DOMAIN. Close ends it.
func Start(domain string) (*Zone, error) {
	name, err := dns.ToASCII(domain)
	if err != nil {
		return nil, err
	}
	z := &Zone{domain: mdns.Fqdn(name), old: "mail." + mdns.Fqdn(name), real: map[netip.AddrPort]netip.AddrPort{}, cached: map[mdns.Question]memory{}}
	for addr, answer := range map[string]func(*mdns.Msg, mdns.Question){
		rootAddr: z.root, firstAddr: z.first, secondAddr: z.second, resolverAddr: z.resolve,
	} {
		if err := z.listen(addr, answer); err != nil {
			z.Close()
			return nil, fmt.Errorf("start the practice zone: %w", err)
		}
	}
	return z, nil
}

// Close stops the servers.
func (z *Zone) Close() {
	for _, s := range z.servers {
		_ = s.Shutdown()
	}
	z.served.Wait()
}

// Publish makes host the domain's only MX: at the first name server at once, at
// the second one after Lag.
func (z *Zone) Publish(host string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.mx, z.published = mdns.Fqdn(host), time.Now()
}

// Options make a dns.Client that knows this corner only.
func (z *Zone) Options() dns.Options {
	at := func(addr string) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr(addr), 53) }
	return dns.Options{
		Roots:     []dns.Server{{Name: "root.example", Kind: dns.Root, Addr: at(rootAddr)}},
		Resolvers: []dns.Server{{Name: "a public resolver", Kind: dns.Public, Addr: at(resolverAddr)}},
		Reach: func(a netip.AddrPort) netip.AddrPort {
			if r, ok := z.real[a]; ok {
				return r
			}
			return netip.MustParseAddrPort("127.0.0.1:1") // where nobody listens
		},
	}
}

func (z *Zone) listen(addr string, answer func(*mdns.Msg, mdns.Question)) error {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	z.real[netip.AddrPortFrom(netip.MustParseAddr(addr), 53)] = netip.MustParseAddrPort(conn.LocalAddr().String())
	started := make(chan struct{})
	s := &mdns.Server{PacketConn: conn, NotifyStartedFunc: func() { close(started) },
		Handler: mdns.HandlerFunc(func(w mdns.ResponseWriter, r *mdns.Msg) {
			m := new(mdns.Msg)
			m.SetReply(r)
			if r.IsEdns0() != nil {
				m.SetEdns0(1232, false)
			}
			if len(r.Question) == 1 {
				q := r.Question[0]
				q.Name = strings.ToLower(q.Name)
				answer(m, q)
			}
			_ = w.WriteMsg(m)
		})}
	z.served.Go(func() { _ = s.ActivateAndServe() })
	<-started
	z.servers = append(z.servers, s)
	return nil
}
