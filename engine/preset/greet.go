package preset

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"mxodus/engine"
)

const (
	maxReply     = 4 << 10 // bytes of a server's talk that are read at most
	maxReplies   = 20      // untagged lines before STARTTLS's answer
	maxCertNames = 20
)

// greeted is what a server says before anybody signs in.
type greeted struct {
	text        string // the greeting, cleaned
	certNames   []string
	certOwners  []string // common name, organisation and unit of the subject
	certProblem string
}

var errNotIMAP = errors.New("what answers is not an IMAP server")

// greet connects, reads the greeting and the certificate, and takes its leave.
// It sends nothing but STARTTLS and LOGOUT.
func (o DiscoverOptions) greet(ctx context.Context, e engine.Endpoint) (greeted, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Each)
	defer cancel()
	conn, err := o.Dial(ctx, "tcp", e.Address())
	if err != nil {
		return greeted{}, fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	// Closing is what ends reads and handshakes when ctx is done.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	g, err := o.talk(ctx, conn, e)
	if err != nil && ctx.Err() != nil {
		return greeted{}, errors.New("no answer in time")
	}
	return g, err
}

func (o DiscoverOptions) talk(ctx context.Context, conn net.Conn, e engine.Endpoint) (greeted, error) {
	var g greeted
	var err error
	if e.Security == engine.StartTLS {
		if g.text, err = startTLS(conn); err != nil {
			return g, err
		}
	}
	secure := tls.Client(conn, &tls.Config{
		ServerName: e.Host,
		MinVersion: tls.VersionTLS10, // old servers are what people move away from
		// Nothing secret is sent; examine checks the certificate below, so
		// that a wrong one can be described instead of ending the look.
		InsecureSkipVerify: true,
	})
	if err := secure.HandshakeContext(ctx); err != nil {
		return g, fmt.Errorf("TLS: %w", err)
	}
	o.examine(&g, secure.ConnectionState().PeerCertificates, e.Host)
	if e.Security == engine.TLS {
		if g.text, err = greeting(bufio.NewReader(io.LimitReader(secure, maxReply))); err != nil {
			return g, err
		}
	}
	_, _ = io.WriteString(secure, "z LOGOUT\r\n")
	return g, nil
}

// greeting reads the first line (RFC 3501 section 7.1) and returns its text.
func greeting(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("greeting: %w", err)
	}
	line = engine.Clean(strings.TrimRight(line, "\r\n"), 300)
	switch word, rest, _ := strings.Cut(strings.TrimPrefix(line, "* "), " "); {
	case !strings.HasPrefix(line, "* "):
		return "", errNotIMAP
	case strings.EqualFold(word, "OK"):
		return rest, nil
	case strings.EqualFold(word, "BYE"):
		return "", fmt.Errorf("the server turned the connection away: %s", rest)
	}
	return "", errNotIMAP
}

// startTLS reads the greeting and asks for TLS (RFC 3501 section 6.2.1). What
// stands behind the answer in the clear is dropped with the reader.
func startTLS(conn net.Conn) (string, error) {
	r := bufio.NewReader(io.LimitReader(conn, maxReply))
	text, err := greeting(r)
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, "a STARTTLS\r\n"); err != nil {
		return "", fmt.Errorf("STARTTLS: %w", err)
	}
	for range maxReplies {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("STARTTLS: %w", err)
		}
		if rest, ok := strings.CutPrefix(line, "a "); ok {
			if word, _, _ := strings.Cut(rest, " "); !strings.EqualFold(strings.TrimSpace(word), "OK") {
				return "", errors.New("the server offers no TLS on this port")
			}
			return text, nil
		}
	}
	return "", errNotIMAP
}

// examine notes a certificate's names and whether it holds for host.
func (o DiscoverOptions) examine(g *greeted, chain []*x509.Certificate, host string) {
	if len(chain) == 0 {
		g.certProblem = "it shows no certificate"
		return
	}
	leaf := chain[0]
	g.certOwners = cleanAll(slices.Concat([]string{leaf.Subject.CommonName}, leaf.Subject.Organization, leaf.Subject.OrganizationalUnit))
	g.certNames = cleanAll(leaf.DNSNames)
	if len(g.certNames) == 0 && isHost(leaf.Subject.CommonName) {
		g.certNames = cleanAll([]string{leaf.Subject.CommonName})
	}
	g.certProblem = o.problem(chain, host, g.certNames)
}

// problem says in words why a certificate is not trusted for host.
func (o DiscoverOptions) problem(chain []*x509.Certificate, host string, names []string) string {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: host, Roots: o.Roots, Intermediates: between})
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &wrongName):
		if len(names) == 0 {
			return "its certificate bears no name"
		}
		return "its certificate is for " + strings.Join(names[:min(len(names), 5)], ", ")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate ended or begins at another time (valid " + chain[0].NotBefore.Format(time.DateOnly) + " to " + chain[0].NotAfter.Format(time.DateOnly) + ")"
	case selfSigned(chain[0]):
		return "its certificate is signed by itself: pin its fingerprint if it is right"
	}
	return "no authority that this computer knows confirms its certificate"
}

// selfSigned says whether a certificate is its own issuer.
func selfSigned(c *x509.Certificate) bool { return string(c.RawIssuer) == string(c.RawSubject) }

func cleanAll(names []string) []string {
	var out []string
	for _, n := range names[:min(len(names), maxCertNames)] {
		if n != "" {
			out = append(out, engine.Clean(n, 200))
		}
	}
	return out
}
