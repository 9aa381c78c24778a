package real

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	mdns "github.com/miekg/dns"
)

// Zones are zone files by zone; "@" is the zone.
type Zones map[string]string

// NSD starts an authoritative NSD at a host of the Net.
func (n *Net) NSD(host byte, zones Zones) *Server {
	n.tb.Helper()
	dir := n.tb.TempDir()
	conf := fill(`server:
  ip-address: {at}
  server-count: 1
  do-ip6: no
  pidfile: ""
  username: ""
  database: ""
  zonesdir: {dir}
  zonelistfile: {dir}/zone.list
  xfrdfile: {dir}/xfrd.state
  xfrdir: {dir}
remote-control:
  control-enable: no
`, "dir", dir, "at", n.Addr(host).String()+"@"+strconv.Itoa(int(n.Port)))
	for zone, text := range zones {
		write(n.tb, dir, file(zone), "$TTL 3600\n"+text)
		conf += fill("zone:\n  name: \"{zone}\"\n  zonefile: {file}\n", "zone", zone, "file", file(zone))
	}
	write(n.tb, dir, "nsd.conf", conf)
	s := n.start(dir, "nsd", "-d", "-c", dir+"/nsd.conf")
	n.await(s, "nsd", n.At(host))
	return s
}

// BIND starts an authoritative BIND at Local.
func (n *Net) BIND(zones Zones) *Server {
	n.tb.Helper()
	dir := n.tb.TempDir()
	conf := fill(`options {
  directory "{dir}"; pid-file none; lock-file none; session-keyfile none;
  listen-on port {port} { {addr}; }; listen-on-v6 { none; };
  recursion no; minimal-responses yes; allow-query { any; }; dnssec-validation no; notify no;
};
controls { };
`, "dir", dir, "addr", n.Addr(Local).String(), "port", strconv.Itoa(int(n.Port)))
	for zone, text := range zones {
		write(n.tb, dir, file(zone), "$TTL 3600\n"+text)
		conf += fill("zone \"{zone}\" { type primary; file \"{file}\"; };\n", "zone", zone, "file", file(zone))
	}
	write(n.tb, dir, "named.conf", conf)
	s := n.start(dir, "named", "-g", "-n", "1", "-c", dir+"/named.conf")
	n.await(s, "named", n.At(Local))
	return s
}

// Resolver is a running Unbound.
type Resolver struct {
	*Server
	// DoH is its URL for DNS over HTTPS, CA the certificate to trust for it.
	DoH string
	CA  *x509.Certificate
}

// Unbound starts a caching resolver that finds a zone at these servers. It
// speaks HTTPS on the port above the Net's.
func (n *Net) Unbound(host byte, zone string, at ...netip.AddrPort) Resolver {
	n.tb.Helper()
	dir := n.tb.TempDir()
	ca := n.certificate(dir, n.Addr(host))
	https := strconv.Itoa(int(n.Port) + 1)
	conf := fill(`server:
  interface: {addr}@{port}
  interface: {addr}@{https}
  https-port: {https}
  tls-service-key: {dir}/key.pem
  tls-service-pem: {dir}/cert.pem
  do-ip6: no
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  username: ""
  chroot: ""
  directory: {dir}
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  module-config: "iterator"
remote-control:
  control-enable: no
stub-zone:
  name: "{zone}"
`, "dir", dir, "addr", n.Addr(host).String(), "port", strconv.Itoa(int(n.Port)), "https", https, "zone", zone)
	for _, a := range at {
		conf += "  stub-addr: " + a.Addr().String() + "@" + strconv.Itoa(int(a.Port())) + "\n"
	}
	write(n.tb, dir, "unbound.conf", conf)
	s := n.start(dir, "unbound", "-d", "-c", dir+"/unbound.conf")
	n.await(s, "unbound", n.At(host))
	return Resolver{s, "https://" + n.Addr(host).String() + ":" + https + "/dns-query", ca}
}

// await waits until a server answers at all.
func (n *Net) await(s *Server, what string, at netip.AddrPort) {
	n.tb.Helper()
	s.ready(what, func() bool {
		m := new(mdns.Msg)
		m.SetQuestion("ready.invalid.", mdns.TypeA)
		c := mdns.Client{Timeout: time.Second}
		_, _, err := c.Exchange(m, at.String())
		return err == nil
	})
}

// Change gives an authoritative server another zone file and has it read.
func (s *Server) Change(zone, text string) {
	s.tb.Helper()
	s.write(file(zone), "$TTL 3600\n"+text)
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		s.tb.Fatal(err)
	}
}

// Stop kills the server at once.
func (s *Server) Stop() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

func file(zone string) string { return "zone." + strings.Trim(zone, ".") }

// certificate makes a key and a certificate for an address.
func (n *Net) certificate(dir string, addr netip.Addr) *x509.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		n.tb.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{addr.AsSlice()},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		n.tb.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		n.tb.Fatal(err)
	}
	write(n.tb, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(n.tb, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		n.tb.Fatal(err)
	}
	return cert
}
