package cli_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mxodus/dns/dnstest"
)

// nameservers is a command of scripts that starts a name server which holds the
// root and a zone, and a resolver that knows it:
//
//	nameserver acme.example zone.txt
//
// It writes hints.txt, and sets $RESOLVER. A second call changes the zone.
func nameservers(t *testing.T) func(*testscript.TestScript, bool, []string) {
	running := map[*testscript.TestScript]*dnstest.Server{}
	return func(ts *testscript.TestScript, _ bool, args []string) {
		text := ts.ReadFile(args[1])
		if s, ok := running[ts]; ok {
			s.Zone(args[0], text)
			return
		}
		n := dnstest.New(t)
		s, r := n.Server("198.51.100.1"), n.Server("198.51.100.2")
		s.Zone(".", ". IN SOA a. b. 1 1 1 1 1\n. IN NS a.root.\na.root. IN A 127.0.0.1\n")
		s.Zone("outlook.com", "@ IN SOA a b 1 1 1 1 1\nspf.protection IN TXT \"v=spf1 -all\"\n")
		s.Zone(args[0], text)
		r.Resolve(true, s)
		hints := fmt.Sprintf("; port: %d\n. 3600 IN NS a.root.\na.root. 3600 IN A 127.0.0.1\n", n.Reach(s.Addr()).Port())
		ts.Check(os.WriteFile(ts.MkAbs("hints.txt"), []byte(hints), 0o600))
		ts.Setenv("RESOLVER", n.Reach(r.Addr()).String())
		running[ts] = s
	}
}
