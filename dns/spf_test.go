package dns_test

import (
	"fmt"
	"strings"
	"testing"

	"mxodus/dns"
)

func TestSPF(t *testing.T) {
	const ms = "include:spf.protection.outlook.com"
	deep := ""
	for i := range 12 {
		deep += fmt.Sprintf("d%d IN TXT \"v=spf1 include:d%d.acme.example -all\"\n", i, i+1)
	}
	for _, c := range []struct {
		name, zone string
		verdict    dns.Verdict
		enter, why string
	}{
		{"none", "", dns.ToDo, "v=spf1 " + ms + " -all", "no SPF record"},
		{"right", txt("v=spf1 " + ms + " -all"), dns.Fine, "", "1 of the 10"},
		{"capitals", txt("V=SPF1 INCLUDE:SPF.Protection.Outlook.COM -ALL"), dns.Fine, "", ""},
		{"other senders stay", txt("v=spf1 ip4:192.0.2.0/24 a:mail.acme.example ~all"), dns.ToDo, "v=spf1 ip4:192.0.2.0/24 a:mail.acme.example " + ms + " ~all", ""},
		{"no all", txt("v=spf1 a"), dns.ToDo, "v=spf1 a " + ms + " ~all", ""},
		{"plus all", txt("v=spf1 " + ms + " +all"), dns.Harmful, "v=spf1 " + ms + " ~all", "everybody"},
		{"two", txt("v=spf1 a -all") + txt("v=spf1 mx ~all"), dns.Wrong, "v=spf1 a mx " + ms + " ~all", "2 SPF records"},
		{"two the same", txt("v=spf1 a -all") + txt("v=spf1 a mx -all"), dns.Wrong, "v=spf1 a mx " + ms + " -all", ""},
		{"behind all", txt("v=spf1 -all " + ms), dns.Wrong, "v=spf1 " + ms + " -all", "behind \"all\""},
		{"minus", txt("v=spf1 -" + ms + " -all"), dns.Wrong, "v=spf1 " + ms + " -all", "with - in front"},
		{"syntax", txt("v=spf1 ip4:300.1.1.1 a -all"), dns.Wrong, "v=spf1 a " + ms + " -all", "no IPv4 address"},
		{"quotes in the text", "@ IN TXT \"\\\"v=spf1 a -all\\\"\"\n", dns.Wrong, "v=spf1 " + ms + " -all", "doesn't begin exactly"},
		{"no space", txt("v=spf1a -all"), dns.Wrong, "v=spf1 " + ms + " -all", "doesn't begin exactly"},
		{"redirect", txt("v=spf1 redirect=_spf.acme.example") + "_spf IN TXT \"v=spf1 a -all\"\n", dns.ToDo, "v=spf1 " + ms + " redirect=_spf.acme.example", ""},
		{"indirect", txt("v=spf1 include:_spf.acme.example -all") + "_spf IN TXT \"v=spf1 " + ms + " -all\"\n", dns.Fine, "", "by a record that this one includes"},
		{"circle", txt("v=spf1 include:_spf.acme.example -all") + "_spf IN TXT \"v=spf1 include:acme.example -all\"\n", dns.Wrong, "", "in a circle"},
		{"include without record", txt("v=spf1 include:mail.acme.example -all"), dns.Wrong, "", "no SPF record"},
		{"too deep", txt("v=spf1 include:d0.acme.example -all") + deep, dns.Wrong, "", "receivers give up after 10"},
		{"too many", txt("v=spf1 a:mail.acme.example a:ns1.acme.example a:ns2.acme.example a:a1.acme.example a:a2.acme.example a:a3.acme.example a:a4.acme.example a:a5.acme.example a:a6.acme.example a:a7.acme.example -all") +
			"a1 IN A 192.0.2.1\na2 IN A 192.0.2.1\na3 IN A 192.0.2.1\na4 IN A 192.0.2.1\na5 IN A 192.0.2.1\na6 IN A 192.0.2.1\na7 IN A 192.0.2.1\n",
			dns.ToDo, "", "takes 11 look-ups"},
		{"void look-ups", txt("v=spf1 a:x1.acme.example a:x2.acme.example a:x3.acme.example " + ms + " -all"), dns.Wrong, "", "find nothing"},
		{"macros", txt("v=spf1 exists:%{i}._spf.%{d2} " + ms + " -all"), dns.Fine, "", "2 of the 10"},
		{"wrong macro", txt("v=spf1 exists:%{y}.acme.example " + ms + " -all"), dns.Wrong, "v=spf1 " + ms + " -all", "macro is wrong"},
		{"ptr and exp", txt("v=spf1 ptr " + ms + " -all exp=explain.acme.example"), dns.Fine, "", "2 of the 10"},
		{"in two strings", "@ IN TXT \"v=spf1 include:spf.prot\" \"ection.outlook.com -all\"\n", dns.Fine, "", ""},
		{"prefixes", txt("v=spf1 a/24//64 mx:acme.example/28 ip6:2001:db8::/32 "+ms+" -all") + "@ IN MX 1 mail\n@ IN A 192.0.2.3\n", dns.Fine, "", "3 of the 10"},
		{"wrong prefix", txt("v=spf1 a/33 " + ms + " -all"), dns.Wrong, "", "prefix length"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.acme(base + "mail IN A 192.0.2.20\n" + c.zone)
			x, _ := find(check(t, w, tenant), "spf")
			if x.Verdict != c.verdict || !strings.Contains(x.Why+" "+strings.Join(x.Notes, " "), c.why) {
				t.Errorf("got %s: %s %q", x.Verdict, x.Why, x.Notes)
			}
			if c.enter != "" && (len(x.Enter) != 1 || x.Enter[0].Value != c.enter) {
				t.Errorf("enter %q", lines(x.Enter))
			}
			if x.Verdict == dns.Fine && len(x.Enter) > 0 {
				t.Errorf("nothing is to be done, but enter %q", lines(x.Enter))
			}
		})
	}
}

func txt(s string) string { return "@ IN TXT \"" + s + "\"\n" }

func TestLongSPFIsSplit(t *testing.T) {
	w := newWorld(t)
	var terms, quoted []string
	for i := range 30 {
		terms = append(terms, fmt.Sprintf("ip4:198.51.100.%d", i))
	}
	text := "v=spf1 " + strings.Join(terms, " ") + " -all"
	for len(text) > 200 {
		quoted, text = append(quoted, `"`+text[:200]+`"`), text[200:]
	}
	w.acme(base + "@ IN TXT " + strings.Join(append(quoted, `"`+text+`"`), " ") + "\n")
	x, _ := find(check(t, w, tenant), "spf")
	if len(x.Enter) != 1 || len(x.Enter[0].Strings) < 2 || strings.Join(x.Enter[0].Strings, "") != x.Enter[0].Value {
		t.Fatalf("got %+v", x.Enter)
	}
	for _, s := range x.Enter[0].Strings {
		if len(s) > 255 {
			t.Errorf("a part has %d bytes", len(s))
		}
	}
	if !strings.Contains(strings.Join(x.Notes, " "), "ONE record") {
		t.Errorf("notes %q", x.Notes)
	}
}
