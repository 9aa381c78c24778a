package dns

import (
	"strings"
	"testing"
	"unicode"

	mdns "github.com/miekg/dns"
)

func noControl(t *testing.T, s string) {
	t.Helper()
	if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
		t.Fatalf("%q holds a control character at %d", s, i)
	}
}

// Whatever stands there, the merged record is valid, keeps every sender, and
// merging it again changes nothing.
func FuzzSPF(f *testing.F) {
	for _, s := range []string{
		"v=spf1 -all", "v=spf1 mx a include:spf.protection.outlook.com ~all", "v=spf1 redirect=_spf.example.com", "v=spf1 +all all",
		"v=spf1 a:mail.example.com/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{ir}.%{v}._spf.%{d2} ptr ?all exp=e.example.com",
		"v=spf1 -all include:a.example ip4:1.2.3 a/33 foo bar=baz moo=%{z} %", "v=spf1  \t x", "v=spf1 include:", "v=spf1 redirect=a.b redirect=c.d",
	} {
		f.Add(s, "v=spf1 a -all")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		var records []spfRecord
		for _, s := range []string{clean(one, 0), clean(two, 0)} {
			if isSPF(s) {
				records = append(records, parseSPF(s))
			}
		}
		m := mergeSPF(records, "spf.protection.outlook.com")
		again := parseSPF(m.record.text)
		if !isSPF(m.record.text) || len(again.faults) > 0 {
			t.Fatalf("%q is not valid: %q", m.record.text, again.faults)
		}
		for _, r := range records {
			for _, s := range r.terms {
				if s.qualifier != 0 && s.name != "all" && !strings.EqualFold(s.value, "spf.protection.outlook.com") &&
					!strings.Contains(strings.ToLower(" "+m.record.text+" "), strings.ToLower(" "+strings.TrimPrefix(s.text, "+")+" ")) &&
					!strings.Contains(strings.ToLower(" "+m.record.text+" "), strings.ToLower(" "+s.text+" ")) {
					t.Fatalf("%q was lost from %q", s.text, m.record.text)
				}
			}
		}
		if twice := mergeSPF([]spfRecord{again}, "spf.protection.outlook.com"); twice.record.text != m.record.text {
			t.Fatalf("%q became %q", m.record.text, twice.record.text)
		}
	})
}

func FuzzAutoconfig(f *testing.F) {
	f.Add([]byte(`<clientConfig version="1.1"><emailProvider id="a"><incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer></emailProvider></clientConfig>`))
	f.Add([]byte(`<?xml version="1.0" encoding="latin1"?><clientConfig/>`))
	f.Add([]byte(`<clientConfig><emailProvider><incomingServer type="imap"><hostname>` + "\x1b[31m" + `</hostname></incomingServer></emailProvider></clientConfig>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parseAutoconfig(data, "acme.example")
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d servers, %v", len(got), err)
		}
		for _, p := range got {
			if !isHost(p.Host) || p.Port == 0 {
				t.Fatalf("got %+v", p)
			}
			noControl(t, p.User)
		}
	})
}

// A text that is written as a zone file's data and read again is the same.
func FuzzTXT(f *testing.F) {
	f.Add("v=spf1 -all")
	f.Add(`with "quotes" and \ and \010`)
	f.Add(strings.Repeat("x", 256) + "\x00\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		data := txtData(text)
		noControl(t, data)
		rr, err := mdns.NewRR("a. 1 IN TXT " + data)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		// Through the wire, as an answer comes.
		m := new(mdns.Msg)
		m.Answer = []mdns.RR{rr}
		wire, err := m.Pack()
		if err != nil {
			return // longer than a message
		}
		back := new(mdns.Msg)
		if err := back.Unpack(wire); err != nil {
			t.Fatal(err)
		}
		if got := joinTXT(back.Answer[0].(*mdns.TXT).Txt); got != text {
			t.Fatalf("%q became %q", text, got)
		}
		r := recordOf(back.Answer[0])
		noControl(t, r.Value)
		noControl(t, r.Data)
	})
}

func FuzzClean(f *testing.F) {
	f.Add("plain", 3)
	f.Add("\x1b[31m\u202e\xff\u0085\ufeff", 0)
	f.Fuzz(func(t *testing.T, s string, max int) {
		noControl(t, clean(s, max))
	})
}

// Joining must not fail on what a message can't hold either.
func FuzzJoinTXT(f *testing.F) {
	f.Add(`\`, `\25`)
	f.Add(`\999`, `\"`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := joinTXT([]string{a, b}); len(got) > len(a)+len(b) {
			t.Fatalf("%q grew to %q", a+b, got)
		}
	})
}

func FuzzPolicies(f *testing.F) {
	f.Add("version: STSv1\r\nmode: enforce\r\nmx: *.example.com\r\nmax_age: 99999999999\r\n", "v=DMARC1; p=none; rua=mailto:a@b.c")
	f.Add(":::\n\n:", "=;=;;v")
	f.Fuzz(func(t *testing.T, policy, dmarc string) {
		if p := parseSTS(policy); p.maxAge < 0 || len(p.mx) > 50 {
			t.Fatalf("got %+v", p)
		}
		tags, faults := parseDMARC(dmarc)
		if len(faults) == 0 && tags["p"] == "" {
			t.Fatalf("%q has no policy and no fault", dmarc)
		}
	})
}
