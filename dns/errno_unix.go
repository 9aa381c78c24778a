//go:build !windows

package dns

import "syscall"

// closedErrors are what the system says of a port where nobody listens,
// routeErrors of an address that can't be reached from here.
func closedErrors() []error { return []error{syscall.ECONNREFUSED, syscall.ECONNRESET} }

func routeErrors() []error {
	return []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT}
}
