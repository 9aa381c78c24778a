package preset

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestConsumerDomainNeedsNoNetwork(t *testing.T) {
	w := newWorld(t)
	d := w.discover(t, "anna@GMail.com")
	if len(d.Candidates) != 1 || d.Candidates[0].Endpoint.Host != "imap.gmail.com" || d.Candidates[0].Sure != Certain {
		t.Fatalf("got %+v", d)
	}
	if !strings.Contains(strings.Join(d.Candidates[0].Notes, "\n"), "apppasswords") {
		t.Error("the way to an app password is missing")
	}
	if w.lookups.Load()+w.dials.Load() != 0 {
		t.Error("the network was used")
	}
}

func TestProviderIsFoundByMX(t *testing.T) {
	w := newWorld(t)
	w.mx("example.com", "mx2.zoho.eu.", "mx.zoho.eu.")
	d := w.discover(t, "example.com")
	if len(d.Candidates) == 0 || d.Candidates[0].Endpoint.Host != "imap.zoho.eu" || d.Candidates[0].Sure != Certain {
		t.Fatalf("got %+v", d)
	}
	if w.dials.Load() != 0 {
		t.Error("a known provider was probed")
	}
}

func TestLeastPreferredMXDoesNotDecide(t *testing.T) {
	w := newWorld(t)
	w.mxs["example.com"] = []*net.MX{{Host: "mx1.emailsrvr.com.", Pref: 20}, {Host: "smtp.google.com.", Pref: 1}}
	if d := w.discover(t, "example.com"); d.Candidates[0].Endpoint.Preset != "gmail" {
		t.Fatalf("got %+v", d.Candidates)
	}
}

func TestServerIsFoundUnderTheUsualName(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.", cert: w.issue("imap.example.com")})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 {
		t.Fatalf("got %+v", d)
	}
	c := d.Candidates[0]
	if c.Sure != Likely || c.Endpoint.Host != "imap.example.com" || c.Endpoint.Security != engine.TLS || c.Endpoint.Preset != "dovecot" ||
		c.Endpoint.AdminStyle != engine.AdminMaster || !slices.Equal(c.CertNames, []string{"imap.example.com"}) {
		t.Errorf("got %+v", c)
	}
	if len(d.Tried) != 2 {
		t.Errorf("the two other names should be listed as tried: %+v", d.Tried)
	}
}

func TestStartTLSServerIsFoundOnItsPort(t *testing.T) {
	w := newWorld(t)
	s := w.server(t, "mail.example.com", 143, fake{greeting: "* OK IMAP4 Courier-IMAP ready.", cert: w.issue("mail.example.com"), startTLS: true})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 || d.Candidates[0].Endpoint.Security != engine.StartTLS || d.Candidates[0].Endpoint.Preset != "courier" {
		t.Fatalf("got %+v", d)
	}
	if d.Candidates[0].Endpoint.URL() != "imap://mail.example.com:143" {
		t.Errorf("got %s", d.Candidates[0].Endpoint.URL())
	}
	if got := s.heard(); !slices.Equal(got, []string{"a STARTTLS", "z LOGOUT"}) {
		t.Errorf("the server heard %q: nothing but STARTTLS and LOGOUT may be sent", got)
	}
}

func TestServerWithoutTLSIsNoCandidate(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 143, fake{greeting: "* OK ready"})
	if d := w.discover(t, "example.com"); len(d.Candidates) != 0 || len(d.Notes) == 0 {
		t.Fatalf("got %+v", d)
	}
}

// On shared hosting mail.example.com shows the hosting server's certificate;
// the name on it is the one to use.
func TestCertificateGivesTheTrueName(t *testing.T) {
	w := newWorld(t)
	shared := fake{greeting: "* OK Dovecot ready.", cert: w.issue("server7.hoster.net", "www.server7.hoster.net")}
	w.server(t, "mail.example.com", 993, shared)
	w.server(t, "server7.hoster.net", 993, shared)
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 2 {
		t.Fatalf("got %+v", d.Candidates)
	}
	best, other := d.Candidates[0], d.Candidates[1]
	if best.Endpoint.Host != "server7.hoster.net" || best.Sure != Likely || best.CertProblem != "" {
		t.Errorf("best: %+v", best)
	}
	if other.Endpoint.Host != "mail.example.com" || other.Sure != Guess || !strings.Contains(other.CertProblem, "server7.hoster.net") {
		t.Errorf("other: %+v", other)
	}
}

func TestCPanelIsKnownByItsCertificate(t *testing.T) {
	w := newWorld(t)
	w.server(t, "mail.example.com", 993, fake{greeting: "* OK Dovecot ready.",
		cert: w.issue("example.com", "mail.example.com", "cpanel.example.com", "webdisk.example.com")})
	if d := w.discover(t, "example.com"); len(d.Candidates) != 1 || d.Candidates[0].Endpoint.Preset != "cpanel" {
		t.Fatalf("got %+v", d.Candidates)
	}
}

func TestCertificateNamesLeadOnlyToPublicHosts(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK ready",
		cert: w.issue("localhost", "router.local", "*.hoster.net", "intranet")})
	before := []string{"imap.example.com", "mail.example.com", "example.com"}
	w.discover(t, "example.com")
	for _, host := range w.dialled() {
		if !slices.Contains(before, host) {
			t.Errorf("connected to %s because a certificate said so", host)
		}
	}
}

func TestUnknownAuthorityIsAGuess(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK ready", cert: ownCert(t, "imap.example.com")})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 || d.Candidates[0].Sure != Guess || !strings.Contains(d.Candidates[0].Why, "signed by itself") {
		t.Fatalf("got %+v", d.Candidates)
	}
}

func TestFilterInFrontIsNamedAndNotProbed(t *testing.T) {
	w := newWorld(t)
	w.mx("example.com", "eu-smtp-inbound-1.mimecast.com.")
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK ready", cert: w.issue("imap.example.com")})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "Mimecast") {
		t.Fatalf("got %+v", d)
	}
	if slices.Contains(w.dialled(), "eu-smtp-inbound-1.mimecast.com") {
		t.Error("the filter was probed")
	}
}

func TestMXHostItselfIsProbed(t *testing.T) {
	w := newWorld(t)
	w.mx("example.com", "srv.hoster.example.")
	w.server(t, "srv.hoster.example", 993, fake{greeting: "* OK Cyrus IMAP ready", cert: w.issue("srv.hoster.example")})
	if d := w.discover(t, "example.com"); len(d.Candidates) != 1 || d.Candidates[0].Endpoint.Preset != "cyrus" {
		t.Fatalf("got %+v", d)
	}
}

func TestGreetingIsCleaned(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK \x1b]52;c;evil\a hello", cert: w.issue("imap.example.com")})
	d := w.discover(t, "example.com")
	if got := d.Candidates[0].Greeting; strings.ContainsAny(got, "\x1b\a") || !strings.Contains(got, "hello") {
		t.Errorf("greeting %q", got)
	}
}

func TestEndlessGreetingAndSilenceAreBounded(t *testing.T) {
	w := newWorld(t)
	w.opts.Each = 200 * time.Millisecond
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK " + strings.Repeat("x", 1<<20), cert: w.issue("imap.example.com")})
	w.server(t, "mail.example.com", 993, fake{cert: w.issue("mail.example.com"), silent: true})
	start := time.Now()
	d := w.discover(t, "example.com")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	for _, c := range d.Candidates {
		if len(c.Greeting) > 1000 {
			t.Errorf("a greeting of %d bytes was kept", len(c.Greeting))
		}
	}
	if !slices.ContainsFunc(d.Tried, func(x Tried) bool { return strings.Contains(x.Why, "no answer in time") }) {
		t.Errorf("the silent server is not told of: %+v", d.Tried)
	}
}

func TestDiscoveryEndsWhenCancelled(t *testing.T) {
	w := newWorld(t)
	w.opts.Each = time.Hour
	w.opts.Total = time.Hour
	s := w.server(t, "imap.example.com", 993, fake{cert: w.issue("imap.example.com"), silent: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-s.met
		cancel()
	}()
	if _, err := Discover(ctx, "example.com", w.opts); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFailedLookupStillProbes(t *testing.T) {
	w := newWorld(t)
	w.opts.LookupMX = func(context.Context, string) ([]*net.MX, error) { return nil, errors.New("no such \x1bhost") }
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK ready", cert: w.issue("imap.example.com")})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 || len(d.Notes) != 1 || strings.Contains(d.Notes[0], "\x1b") {
		t.Fatalf("got %+v", d)
	}
}

func TestDomainsInOtherScriptsAndWrongOnes(t *testing.T) {
	w := newWorld(t)
	if d := w.discover(t, "büro@müller.example."); d.Domain != "xn--mller-kva.example" {
		t.Errorf("got %q", d.Domain)
	}
	for _, bad := range []string{"", "localhost", "192.0.2.7", "a b.com", "exa\r\nmple.com", "-.com/", "x..com"} {
		if _, err := Discover(t.Context(), bad, w.opts); !errors.Is(err, ErrDomain) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
