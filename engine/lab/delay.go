package lab

import (
	"context"
	"net"
	"sync"
	"time"
)

// DelayProxy makes a server seem to be a round trip away. Bandwidth is not
// limited, and connecting itself is not delayed.
type DelayProxy struct {
	listener net.Listener
	target   string
	oneWay   time.Duration

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once closed
}

// Delay starts a proxy on loopback in front of address. Every byte arrives
// half of roundTrip after it was sent, in either direction.
func Delay(address string, roundTrip time.Duration) (*DelayProxy, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &DelayProxy{listener: l, target: address, oneWay: roundTrip / 2, conns: map[net.Conn]bool{}}
	go p.serve()
	return p, nil
}

// Port is where the proxy listens, on 127.0.0.1.
func (p *DelayProxy) Port() int { return p.listener.Addr().(*net.TCPAddr).Port }

// Close ends the proxy and what goes through it.
func (p *DelayProxy) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
	return p.listener.Close()
}

func (p *DelayProxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.target)
		if err != nil || !p.keep(client, server) {
			_ = client.Close()
			continue
		}
		go p.carry(server, client)
		go p.carry(client, server)
	}
}

func (p *DelayProxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.conns == nil {
			_ = c.Close()
			continue
		}
		p.conns[c] = true
	}
	return p.conns != nil
}

func (p *DelayProxy) forget(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// parcel is bytes on their way.
type parcel struct {
	due   time.Time
	bytes []byte
}

// parcels is how many are on their way at most: what a long fat pipe holds.
const parcels = 4096

// carry moves bytes one way until either end closes.
func (p *DelayProxy) carry(to, from net.Conn) {
	way := make(chan parcel, parcels)
	go func() {
		defer close(way)
		for {
			b := make([]byte, 16<<10)
			n, err := from.Read(b)
			if n > 0 {
				way <- parcel{time.Now().Add(p.oneWay), b[:n]}
			}
			if err != nil {
				return
			}
		}
	}()
	defer p.forget(to)
	for c := range way {
		time.Sleep(time.Until(c.due))
		if _, err := to.Write(c.bytes); err != nil {
			_ = from.Close() // the reader above ends, and with it the range
			for range way {
			}
			break
		}
	}
	if t, ok := to.(interface{ CloseWrite() error }); ok {
		_ = t.CloseWrite()
	}
}
