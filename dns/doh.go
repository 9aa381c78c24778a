package dns

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	mdns "github.com/miekg/dns"
)

const dnsMessage = "application/dns-message"

// overHTTPS asks by POST (RFC 8484 section 4.1).
func (c *Client) overHTTPS(ctx context.Context, s Server, m *mdns.Msg) (*mdns.Msg, error) {
	m = m.Copy()
	m.Id = 0 // RFC 8484 section 4.1: friendly to caches; the connection ties reply to question
	wire, err := m.Pack()
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.DoH, bytes.NewReader(wire))
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	req.Header.Set("Content-Type", dnsMessage)
	req.Header.Set("Accept", dnsMessage)
	resp, err := c.dohClient(s).Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return readDoH(resp, m)
}

func readDoH(resp *http.Response, m *mdns.Msg) (*mdns.Msg, error) {
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: HTTP status %d", errGarbled, resp.StatusCode)
	}
	if kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != dnsMessage {
		return nil, fmt.Errorf("%w: the content is %s", errGarbled, clean(kind, 80))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, mdns.MaxMsgSize+1))
	if err != nil {
		return nil, err
	}
	reply := new(mdns.Msg)
	if err := reply.Unpack(body); err != nil {
		return nil, fmt.Errorf("%w: %s", errGarbled, clean(err.Error(), 100))
	}
	if why := mismatch(reply, m); why != "" {
		return nil, fmt.Errorf("%w: %s", errMismatch, why)
	}
	takeAge(reply, resp.Header.Get("Age"))
	return reply, nil
}

// takeAge takes off the TTLs what a web cache held the answer (RFC 8484 section
// 5.1).
func takeAge(m *mdns.Msg, age string) {
	n, err := strconv.ParseUint(age, 10, 32)
	if err != nil {
		return
	}
	for _, rrs := range [][]mdns.RR{m.Answer, m.Ns} {
		for _, rr := range rrs {
			h := rr.Header()
			h.Ttl -= min(h.Ttl, uint32(n))
		}
	}
}

var errRedirect = errors.New("the server sends the question elsewhere, which is not followed")

// dohClient is the one for a resolver, with its connections.
func (c *Client) dohClient(s Server) *http.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := s.DoH + " " + s.Addr.Addr().String()
	h, ok := c.doh[key]
	if !ok {
		h = &http.Client{
			Transport: &http.Transport{
				Proxy:               http.ProxyFromEnvironment,
				DialContext:         c.dohDial(s),
				TLSClientConfig:     &tls.Config{RootCAs: c.o.CA, MinVersion: tls.VersionTLS12},
				ForceAttemptHTTP2:   true,
				MaxIdleConnsPerHost: 4,
				MaxConnsPerHost:     4, // many questions at once share them
				IdleConnTimeout:     30 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
		}
		c.doh[key] = h
	}
	return h
}

// dohDial connects to the resolver's known address instead of resolving its
// name. What isn't the resolver is a proxy, and dialled as it is named.
func (c *Client) dohDial(s Server) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		u, err := url.Parse(s.DoH)
		host, port, err2 := net.SplitHostPort(address)
		if err == nil && err2 == nil && host == u.Hostname() && s.Addr.IsValid() {
			n, err := strconv.ParseUint(port, 10, 16)
			if err != nil {
				return nil, fmt.Errorf("dial %s: %w", address, err)
			}
			address = c.o.Reach(netip.AddrPortFrom(s.Addr.Addr(), uint16(n))).String()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}
