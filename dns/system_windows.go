package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"unsafe"

	"golang.org/x/sys/windows"
)

const maxSystemResolvers = 4

// SystemResolvers reads which resolvers this computer uses: those of its
// network adapters that are up, the adapter with the best metric first. None
// is no error.
func SystemResolvers() ([]Server, error) {
	first, err := adapters()
	if err != nil {
		return nil, fmt.Errorf("find this computer's resolvers: %w", err)
	}
	var up []*windows.IpAdapterAddresses
	for a := first; a != nil; a = a.Next {
		if a.OperStatus == windows.IfOperStatusUp && a.IfType != windows.IF_TYPE_SOFTWARE_LOOPBACK {
			up = append(up, a)
		}
	}
	slices.SortStableFunc(up, func(a, b *windows.IpAdapterAddresses) int { return int(a.Ipv4Metric) - int(b.Ipv4Metric) })
	var out []Server
	for _, a := range up {
		for d := a.FirstDnsServerAddress; d != nil; d = d.Next {
			addr, ok := netip.AddrFromSlice(d.Address.IP())
			if addr = addr.Unmap(); addr.Is6() && addr.IsLinkLocalUnicast() {
				addr = addr.WithZone(strconv.Itoa(int(a.Ipv6IfIndex)))
			}
			// fec0:0:0:ffff::1 to ::3 are what Windows shows when nobody set any.
			if !ok || siteLocal.Contains(addr) || slices.Contains(out, systemServer(addr)) || len(out) == maxSystemResolvers {
				continue
			}
			out = append(out, systemServer(addr))
		}
	}
	return out, nil
}

var siteLocal = netip.MustParsePrefix("fec0::/10")

// adapters calls GetAdaptersAddresses, whose size is only known afterwards.
func adapters() (*windows.IpAdapterAddresses, error) {
	size := uint32(15 << 10)
	for range 5 {
		buf := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buf[0]))
		const flags = windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_UNICAST
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		switch {
		case err == nil:
			return first, nil
		case errors.Is(err, windows.ERROR_NO_DATA):
			return nil, nil
		case !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW):
			return nil, err
		}
	}
	return nil, windows.ERROR_BUFFER_OVERFLOW
}
