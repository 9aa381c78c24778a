package preset

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is a made-up internet: names lead to real sockets on loopback, with
// real TLS and an authority of its own.
type world struct {
	opts    DiscoverOptions
	mxs     map[string][]*net.MX
	lookups atomic.Int32
	dials   atomic.Int32

	ca    *x509.Certificate
	caKey *ecdsa.PrivateKey

	mu      sync.Mutex
	servers map[string]string // host:port to the loopback address
	names   []string
}

func newWorld(t *testing.T) *world {
	w := &world{mxs: map[string][]*net.MX{}, servers: map[string]string{}}
	pair := certificate(t, nil, nil, "Test Authority")
	w.ca, w.caKey = pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
	w.opts.Roots = x509.NewCertPool()
	w.opts.Roots.AddCert(w.ca)
	w.opts.LookupMX = func(_ context.Context, d string) ([]*net.MX, error) {
		w.lookups.Add(1)
		return w.mxs[d], nil
	}
	w.opts.Dial = w.dial
	return w
}

func (w *world) mx(domain string, hosts ...string) {
	for i, h := range hosts {
		w.mxs[domain] = append(w.mxs[domain], &net.MX{Host: h, Pref: uint16(10 * (i + 1))})
	}
}

func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.dials.Add(1)
	host, _, _ := net.SplitHostPort(address)
	w.mu.Lock()
	w.names = append(w.names, host)
	real, ok := w.servers[address]
	w.mu.Unlock()
	if !ok {
		return nil, errors.New("connection refused")
	}
	return new(net.Dialer).DialContext(ctx, network, real)
}

func (w *world) dialled() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.names...)
}

func (w *world) discover(t *testing.T, domain string) Discovery {
	t.Helper()
	d, err := Discover(t.Context(), domain, w.opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) issue(names ...string) func(*testing.T) tls.Certificate {
	return func(t *testing.T) tls.Certificate { return certificate(t, w.ca, w.caKey, names...) }
}

func ownCert(t *testing.T, names ...string) func(*testing.T) tls.Certificate {
	return func(*testing.T) tls.Certificate { return certificate(t, nil, nil, names...) }
}

// certificate makes one for names, signed by ca, or by itself.
func certificate(t *testing.T, ca *x509.Certificate, caKey *ecdsa.PrivateKey, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: ca == nil,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	if ca == nil {
		ca, caKey = tmpl, key
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca, &key.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// fake is what a server does.
type fake struct {
	greeting string
	cert     func(*testing.T) tls.Certificate // nil: it knows no TLS
	startTLS bool
	silent   bool // after the handshake
}

// server is one that runs.
type server struct {
	met   chan struct{} // closed when somebody came
	once  sync.Once
	mu    sync.Mutex
	lines []string
	done  sync.WaitGroup
}

// heard is every line that clients sent, once all of them left.
func (s *server) heard() []string {
	s.done.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines
}

// server runs f under a name and port of the made-up internet.
func (w *world) server(t *testing.T, host string, port int, f fake) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var conf *tls.Config
	if f.cert != nil {
		conf = &tls.Config{Certificates: []tls.Certificate{f.cert(t)}}
	}
	w.mu.Lock()
	w.servers[net.JoinHostPort(host, strconv.Itoa(port))] = l.Addr().String()
	w.mu.Unlock()
	s := &server{met: make(chan struct{})}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.once.Do(func() { close(s.met) })
			s.done.Go(func() { s.serve(c, conf, f) })
		}
	}()
	return s
}

func (s *server) serve(c net.Conn, conf *tls.Config, f fake) {
	defer func() { _ = c.Close() }()
	if conf != nil && !f.startTLS {
		c = tls.Server(c, conf)
	}
	if f.silent {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	_, _ = io.WriteString(c, f.greeting+"\r\n")
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.mu.Lock()
		s.lines = append(s.lines, line)
		s.mu.Unlock()
		switch tag, cmd, _ := strings.Cut(line, " "); {
		case cmd == "STARTTLS" && conf != nil:
			_, _ = io.WriteString(c, tag+" OK begin\r\n")
			c = tls.Server(c, conf)
			r = bufio.NewReader(c)
		default:
			_, _ = io.WriteString(c, tag+" BAD no\r\n")
		}
	}
}
