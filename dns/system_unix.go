//go:build !windows

package dns

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
)

// SystemResolvers reads which resolvers this computer uses, from
// /etc/resolv.conf (which macOS keeps up to date too). None is no error.
func SystemResolvers() ([]Server, error) {
	f, err := os.Open("/etc/resolv.conf")
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find this computer's resolvers: %w", err)
	}
	defer func() { _ = f.Close() }()
	return resolvConf(f), nil
}

// maxSystemResolvers is how many a system asks at most (resolv.conf(5)).
const maxSystemResolvers = 3

func resolvConf(r io.Reader) []Server {
	var out []Server
	for lines := bufio.NewScanner(io.LimitReader(r, 1<<20)); lines.Scan() && len(out) < maxSystemResolvers; {
		f := strings.Fields(lines.Text())
		if len(f) < 2 || f[0] != "nameserver" {
			continue
		}
		if a, err := netip.ParseAddr(f[1]); err == nil {
			out = append(out, systemServer(a))
		}
	}
	return out
}
