package dns

import "net/netip"

func systemServer(a netip.Addr) Server {
	return Server{Name: "this computer", Kind: System, Addr: netip.AddrPortFrom(a.Unmap(), 53)}
}
