package dns

import "golang.org/x/sys/windows"

// closedErrors are what the system says of a port where nobody listens,
// routeErrors of an address that can't be reached from here. Windows has its own
// numbers for them, which syscall's names don't cover.
func closedErrors() []error { return []error{windows.WSAECONNREFUSED, windows.WSAECONNRESET} }

func routeErrors() []error {
	return []error{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT}
}
