package dns_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"mxodus/dns"
)

const config = `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="acme.example">
<incomingServer type="pop3"><hostname>pop.acme.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap"><hostname>plain.acme.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>
<incomingServer type="imap"><hostname>imap.acme.example</hostname><port>143</port><socketType>STARTTLS</socketType></incomingServer>
</emailProvider></clientConfig>`

// web runs a web server under a made-up address, whose port 443 leads to it.
func (w *world) web(t *testing.T, addr string, secure bool, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s, port := httptest.NewUnstartedServer(h), "80"
	if secure {
		s.StartTLS()
		w.trust(s.Certificate())
		port = "443"
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	w.Map(net.JoinHostPort(addr, port), s.Listener.Addr().(*net.TCPAddr).AddrPort().String())
	return s
}

func published(t *testing.T, w *world) ([]dns.Published, []dns.Missed) {
	t.Helper()
	got, missed, err := w.client(t).Published(t.Context(), "acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return got, missed
}

func TestServerIsAnnouncedBySRV(t *testing.T) {
	w := newWorld(t)
	w.acme(acme + `
_imaps._tcp IN SRV 20 1 993 second
_imaps._tcp IN SRV 10 1 993 light
_imaps._tcp IN SRV 10 9 1993 heavy
_imap._tcp IN SRV 0 0 0 .
`)
	got, missed := published(t, w)
	var hosts []string
	for _, p := range got {
		hosts = append(hosts, p.Host)
		if !p.TLS || p.Secure || !strings.Contains(p.Why, p.Host) {
			t.Errorf("got %+v", p)
		}
	}
	if strings.Join(hosts, " ") != "heavy.acme.example light.acme.example second.acme.example" || got[0].Port != 1993 {
		t.Errorf("got %q", hosts)
	}
	if !strings.Contains(missed[0].Why, "no such service") {
		t.Errorf("missed %+v", missed)
	}
}

// The test certificate is for example.com only, so the company is moved there.
func TestServerIsAnnouncedByAutoconfig(t *testing.T) {
	for _, c := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"found", "/.well-known/autoconfig/mail/config-v1.1.xml", config, 200, "imap.example.com:993 imap.acme.example:143"},
		{"absent", "/elsewhere", config, 200, ""},
		{"error page", "/.well-known/autoconfig/mail/config-v1.1.xml", config, 404, ""},
		{"not XML", "/.well-known/autoconfig/mail/config-v1.1.xml", "<html><body>Hello", 200, ""},
		{"too large", "/.well-known/autoconfig/mail/config-v1.1.xml", config + strings.Repeat(" ", 300<<10), 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.exampleCom(t, "@ IN A 192.0.2.80\n")
			w.web(t, "192.0.2.80", true, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path != c.path {
					http.NotFound(rw, r)
					return
				}
				rw.WriteHeader(c.status)
				_, _ = rw.Write([]byte(c.body))
			})
			got, missed, err := w.client(t).Published(t.Context(), "example.com")
			if err != nil || describe(got) != c.want {
				t.Fatalf("got %q, missed %+v, %v", describe(got), missed, err)
			}
			if len(got) > 0 && (!got[0].Secure || got[0].User != "%EMAILADDRESS%" || !got[0].TLS || got[1].TLS) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// exampleCom gives the world a zone example.com on the company's server.
func (w *world) exampleCom(t *testing.T, text string) {
	t.Helper()
	w.root.Zone(".", ". IN SOA a.root. host.root. 1 1 1 1 300\nexample.com. IN NS ns1.acme.example.\nns1.acme.example. IN A 192.0.2.11\n")
	w.ns1.Zone("example.com", soa+text)
}

func TestRedirectAwayFromHTTPSIsNotFollowed(t *testing.T) {
	w := newWorld(t)
	w.exampleCom(t, "@ IN A 192.0.2.80\nplain IN A 192.0.2.81\n")
	w.web(t, "192.0.2.80", true, func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://plain.example.com/config.xml", http.StatusFound)
	})
	asked := false
	w.web(t, "192.0.2.81", false, func(rw http.ResponseWriter, r *http.Request) {
		asked = true
		_, _ = rw.Write([]byte(config))
	})
	got, missed, err := w.client(t).Published(t.Context(), "example.com")
	if err != nil || len(got) != 0 || asked {
		t.Errorf("got %+v, asked %t, missed %+v, %v", got, asked, missed, err)
	}
}

func TestEndlessRedirectsEnd(t *testing.T) {
	w := newWorld(t)
	w.exampleCom(t, "@ IN A 192.0.2.80\n")
	n := 0
	w.web(t, "192.0.2.80", true, func(rw http.ResponseWriter, r *http.Request) {
		n++
		http.Redirect(rw, r, "/again", http.StatusFound)
	})
	if got, _, err := w.client(t).Published(t.Context(), "example.com"); err != nil || len(got) != 0 || n > 5 {
		t.Errorf("got %+v after %d requests, %v", got, n, err)
	}
}

func TestAutoconfigOverPlainHTTPIsMarked(t *testing.T) {
	w := newWorld(t)
	w.exampleCom(t, "autoconfig IN A 192.0.2.81\n")
	w.web(t, "192.0.2.81", false, func(rw http.ResponseWriter, r *http.Request) { _, _ = rw.Write([]byte(config)) })
	got, _, err := w.client(t).Published(t.Context(), "example.com")
	if err != nil || len(got) != 2 || got[0].Secure {
		t.Errorf("got %+v, %v", got, err)
	}
}

func describe(list []dns.Published) string {
	var out []string
	for _, p := range list {
		out = append(out, net.JoinHostPort(p.Host, strconv.Itoa(int(p.Port))))
	}
	return strings.Join(out, " ")
}
