package dns

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"
)

// RootServers are the thirteen servers of the root zone, as IANA publishes them
// (https://www.iana.org/domains/root/servers).
func RootServers() []Server {
	var out []Server
	for _, r := range [...]struct{ letter, v4, v6 string }{
		{"a", "198.41.0.4", "2001:503:ba3e::2:30"},
		{"b", "170.247.170.2", "2801:1b8:10::b"},
		{"c", "192.33.4.12", "2001:500:2::c"},
		{"d", "199.7.91.13", "2001:500:2d::d"},
		{"e", "192.203.230.10", "2001:500:a8::e"},
		{"f", "192.5.5.241", "2001:500:2f::f"},
		{"g", "192.112.36.4", "2001:500:12::d0d"},
		{"h", "198.97.190.53", "2001:500:1::53"},
		{"i", "192.36.148.17", "2001:7fe::53"},
		{"j", "192.58.128.30", "2001:503:c27::2:30"},
		{"k", "193.0.14.129", "2001:7fd::1"},
		{"l", "199.7.83.42", "2001:500:9f::42"},
		{"m", "202.12.27.33", "2001:dc3::35"},
	} {
		for _, addr := range []string{r.v4, r.v6} {
			out = append(out, Server{Name: r.letter + ".root-servers.net", Kind: Root, Addr: netip.AddrPortFrom(netip.MustParseAddr(addr), 53)})
		}
	}
	return out
}

const maxHints = 1 << 20 // bytes

// ErrHints says that a file names no root server.
var ErrHints = errors.New("no root server with an address stands in the root hints")

// ParseRootHints reads a root hints file (the form of named.root: NS records of
// the root, A and AAAA records of their hosts). A comment "; port: 5353" sets
// the port of all authoritative servers, for test networks on loopback.
func ParseRootHints(r io.Reader) ([]Server, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxHints))
	if err != nil {
		return nil, fmt.Errorf("read root hints: %w", err)
	}
	port := hintsPort(string(text))
	roots := map[string]bool{}
	var out []Server
	zp := mdns.NewZoneParser(strings.NewReader(string(text)), ".", "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		var addr netip.Addr
		switch rr := rr.(type) {
		case *mdns.NS:
			roots[plain(rr.Ns)] = rr.Hdr.Name == "."
		case *mdns.A:
			addr, _ = netip.AddrFromSlice(rr.A.To4())
		case *mdns.AAAA:
			addr, _ = netip.AddrFromSlice(rr.AAAA)
		}
		if addr.IsValid() {
			out = append(out, Server{Name: plain(rr.Header().Name), Kind: Root, Addr: netip.AddrPortFrom(addr, port)})
		}
	}
	if err := zp.Err(); err != nil {
		return nil, fmt.Errorf("read root hints: %s", clean(err.Error(), 200))
	}
	return ofRoots(out, roots)
}

func ofRoots(all []Server, roots map[string]bool) ([]Server, error) {
	var out []Server
	for _, s := range all {
		if roots[s.Name] {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, ErrHints
	}
	return out, nil
}

// hintsPort looks for the comment that sets the port; 53 without one.
func hintsPort(text string) uint16 {
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		rest, ok := strings.CutPrefix(strings.TrimLeft(lines.Text(), "; \t"), "port:")
		if n, err := strconv.ParseUint(strings.TrimSpace(rest), 10, 16); ok && err == nil && n > 0 {
			return uint16(n)
		}
	}
	return 53
}
