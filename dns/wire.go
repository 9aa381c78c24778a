package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	mdns "github.com/miekg/dns"
)

// overNetwork is the sendFunc of the real world.
func (c *Client) overNetwork(ctx context.Context, s Server, way Way, m *mdns.Msg, again bool) (*mdns.Msg, []string, error) {
	to := s.Addr
	if to.IsValid() {
		to = c.o.Reach(to)
	}
	switch way {
	case TCP:
		r, err := overTCP(ctx, to, m)
		return r, nil, err
	case HTTPS:
		r, err := c.overHTTPS(ctx, s, m)
		return r, nil, err
	}
	return overUDP(ctx, to, m, again)
}

// overUDP sends one packet and waits for its reply. A new socket, and with it a
// new random port, is used each time, against forged replies (RFC 5452); a reply
// counts only with the right source, id and question, and others are waited
// through. At first the socket is connected: the system then drops packets from
// elsewhere and reports a closed port at once. When that brought nothing,
// packets from elsewhere are looked at, to be able to name them.
func overUDP(ctx context.Context, to netip.AddrPort, m *mdns.Msg, open bool) (*mdns.Msg, []string, error) {
	wire, err := m.Pack()
	if err != nil {
		return nil, nil, fmt.Errorf("ask: %w", err)
	}
	conn, err := udpSocket(ctx, to, open)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if open {
		_, err = conn.WriteToUDPAddrPort(wire, to)
	} else {
		_, err = conn.Write(wire)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("send: %w", err)
	}
	return receive(ctx, conn, to, m)
}

func udpSocket(ctx context.Context, to netip.AddrPort, open bool) (*net.UDPConn, error) {
	if open {
		network := "udp4"
		if to.Addr().Is6() && !to.Addr().Is4In6() {
			network = "udp6"
		}
		return net.ListenUDP(network, nil)
	}
	c, err := new(net.Dialer).DialContext(ctx, "udp", to.String())
	if err != nil {
		return nil, err
	}
	return c.(*net.UDPConn), nil
}

// notBelieved ends the notes about replies that were somebody else's.
const notBelieved = "and was not believed"

// maxNotes is how many replies that aren't believed are noted of one question.
const maxNotes = 5

func receive(ctx context.Context, conn *net.UDPConn, to netip.AddrPort, m *mdns.Msg) (*mdns.Msg, []string, error) {
	buf := make([]byte, 1<<16)
	var notes []string
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		switch {
		case err != nil && len(notes) > 0:
			return nil, notes, errMismatch
		case ctx.Err() != nil:
			return nil, notes, ctx.Err()
		case err != nil:
			return nil, notes, fmt.Errorf("receive: %w", err)
		}
		reply, why, err := examine(buf[:n], from, to, m)
		if why == "" {
			return reply, notes, err
		}
		if len(notes) < maxNotes {
			notes = append(notes, why)
		}
	}
}

// examine looks whether a packet is the reply. why says in words that it is
// somebody else's, or forged; err that the right server sent no DNS message.
func examine(packet []byte, from, to netip.AddrPort, m *mdns.Msg) (reply *mdns.Msg, why string, err error) {
	if netip.AddrPortFrom(from.Addr().Unmap().WithZone(""), from.Port()) != netip.AddrPortFrom(to.Addr().Unmap().WithZone(""), to.Port()) {
		return nil, "a reply came from " + from.String() + ", which was not asked, " + notBelieved, nil
	}
	if len(packet) >= 2 && uint16(packet[0])<<8|uint16(packet[1]) != m.Id {
		return nil, "a reply bore another id than the question, " + notBelieved, nil
	}
	reply = new(mdns.Msg)
	if err := reply.Unpack(packet); err != nil {
		return nil, "", fmt.Errorf("%w: %s", errGarbled, clean(err.Error(), 100))
	}
	if why := mismatch(reply, m); why != "" {
		return nil, why, nil
	}
	return reply, "", nil
}

// mismatch says why a message is no reply to m; empty when it is one.
func mismatch(reply, m *mdns.Msg) string {
	switch {
	case reply.Id != m.Id:
		return "a reply bore another id than the question, " + notBelieved
	case !reply.Response:
		return "a question came back instead of a reply, " + notBelieved
	case len(reply.Question) == 0 && reply.Rcode != mdns.RcodeSuccess:
		return "" // servers that don't understand a question may not repeat it
	case len(reply.Question) != 1 || !strings.EqualFold(reply.Question[0].Name, m.Question[0].Name) ||
		reply.Question[0].Qtype != m.Question[0].Qtype || reply.Question[0].Qclass != m.Question[0].Qclass:
		return "a reply was about another question, " + notBelieved
	}
	return ""
}

// overTCP asks on a connection of its own (RFC 7766).
func overTCP(ctx context.Context, to netip.AddrPort, m *mdns.Msg) (*mdns.Msg, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	reply, err := talkTCP(conn, m)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return reply, err
}

func talkTCP(conn net.Conn, m *mdns.Msg) (*mdns.Msg, error) {
	co := &mdns.Conn{Conn: conn}
	if err := co.WriteMsg(m); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	wire, err := co.ReadMsgHeader(nil)
	if err != nil {
		if errors.Is(err, mdns.ErrShortRead) {
			return nil, errGarbled
		}
		return nil, fmt.Errorf("receive: %w", err)
	}
	reply := new(mdns.Msg)
	if err := reply.Unpack(wire); err != nil {
		return nil, fmt.Errorf("%w: %s", errGarbled, clean(err.Error(), 100))
	}
	if why := mismatch(reply, m); why != "" {
		return nil, fmt.Errorf("%w: %s", errMismatch, why)
	}
	return reply, nil
}
