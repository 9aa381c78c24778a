package dns_test

import (
	"net/http"
	"strings"
	"testing"

	"mxodus/dns"
)

// The test certificate is for example.com and names right below it.
func TestPolicyOfTheOldServer(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		verdict      dns.Verdict
		why          string
	}{
		{"enforced", "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n", dns.Harmful, "168h"},
		{"tested", "version: STSv1\nmode: testing\nmx: mail.example.com\nmax_age: 1\n", dns.ToDo, "only being tested"},
		{"none", "version: STSv1\nmode: none\nmax_age: 1\n", dns.Fine, "asks for nothing"},
		{"by name", "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: acme-example.mail.protection.outlook.com\nmax_age: 1\n", dns.Fine, "new MX"},
		{"by pattern", "version: STSv1\nmode: enforce\nmx: *.mail.protection.outlook.com\nmax_age: 1\n", dns.Fine, "new MX"},
		{"pattern of one label only", "version: STSv1\nmode: enforce\nmx: *.outlook.com\nmax_age: 1\n", dns.Harmful, ""},
		{"absent", "", dns.Wrong, "HTTP status 404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.exampleCom(t, "_mta-sts IN TXT \"v=STSv1; id=20200101\"\nmta-sts IN A 192.0.2.80\n")
			w.web(t, "192.0.2.80", true, func(rw http.ResponseWriter, r *http.Request) {
				if c.policy == "" || r.URL.Path != "/.well-known/mta-sts.txt" {
					http.NotFound(rw, r)
					return
				}
				_, _ = rw.Write([]byte(c.policy))
			})
			r, err := w.client(t).Check(t.Context(), "example.com", tenant)
			if err != nil {
				t.Fatal(err)
			}
			x, _ := find(r, "mta-sts")
			if x.Verdict != c.verdict || !strings.Contains(x.Why, c.why) {
				t.Errorf("got %s: %s %q", x.Verdict, x.Why, x.Notes)
			}
			if x.Verdict == dns.Harmful && (len(x.Enter) != 1 || x.Enter[0].Value == "v=STSv1; id=20200101") {
				t.Errorf("enter %+v", x.Enter)
			}
		})
	}
}
