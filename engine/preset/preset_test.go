package preset

import (
	"strings"
	"testing"

	"mxodus/engine"
)

func TestEveryPresetIsComplete(t *testing.T) {
	names := map[string]bool{}
	for _, p := range All() {
		if p.Name == "" || p.Title == "" || p.SignIn == "" {
			t.Errorf("%q lacks a name, a title or the way to sign in", p.Name)
		}
		if names[p.Name] {
			t.Errorf("the name %q is there twice", p.Name)
		}
		names[p.Name] = true
		for _, e := range p.Connect("example.com", "") {
			if !isHost(e.Host) || e.Port == 0 || e.Security != engine.TLS || e.Preset != p.Name {
				t.Errorf("%s: endpoint %+v", p.Name, e)
			}
		}
		for _, d := range append(p.Domains, p.MXSuffixes...) {
			if d != hostName(d) || !isHost(d) {
				t.Errorf("%s: %q is not a plain lower-case host name", p.Name, d)
			}
		}
		for _, s := range append(append([]string{p.SignIn}, p.Steps...), p.Quirks...) {
			if s != engine.Clean(s, 0) {
				t.Errorf("%s: %q holds what a terminal can't show", p.Name, s)
			}
		}
	}
}

func TestNoTwoPresetsClaimTheSameDomainOrSuffix(t *testing.T) {
	owner := map[string]string{}
	for _, p := range All() {
		for _, d := range append(p.Domains, p.MXSuffixes...) {
			if o := owner[d]; o != "" && o != p.Name {
				t.Errorf("%s and %s both claim %s", o, p.Name, d)
			}
			owner[d] = p.Name
		}
	}
}

func TestProviderIsKnownByItsMX(t *testing.T) {
	for mx, want := range map[string]string{
		"ASPMX.L.GOOGLE.COM.":                          "gmail",
		"smtp.google.com":                              "gmail",
		"mta5.am0.yahoodns.net":                        "yahoo",
		"mx-aol.mail.gm0.yahoodns.net":                 "aol",
		"outlook-com.olc.protection.outlook.com":       "outlookcom",
		"contoso-com.mail.protection.outlook.com":      "microsoft365",
		"contoso-com.b-v1.mx.microsoft":                "microsoft365",
		"mx01.mail.icloud.com":                         "icloud",
		"mx.zoho.eu":                                   "zoho",
		"in1-smtp.messagingengine.com":                 "fastmail",
		"smtp.secureserver.net":                        "godaddy",
		"mx00.kundenserver.de":                         "ionos",
		"mx1.emailsrvr.com":                            "rackspace",
		"mx.yandex.net":                                "yandex",
		"mail.example.com":                             "",
		"notgoogle.com":                                "",
		"google.com.example.org":                       "",
		"":                                             "",
		"contoso-com.mail.protection.outlook.com.evil": "",
	} {
		p, ok := ByMX(mx)
		if ok != (want != "") || p.Name != want {
			t.Errorf("ByMX(%q) = %q, %v, want %q", mx, p.Name, ok, want)
		}
	}
}

func TestNearestRegionComesFirst(t *testing.T) {
	for _, c := range []struct{ preset, mx, want string }{
		{"zoho", "mx.zoho.com.au", "imap.zoho.com.au"},
		{"zoho", "mx2.zoho.eu", "imap.zoho.eu"},
		{"zoho", "", "imap.zoho.com"},
		{"ionos", "mx00.kundenserver.de", "imap.1und1.de"},
		{"ionos", "mx00.ionos.com", "imap.ionos.com"},
	} {
		p, _ := ByName(c.preset)
		if got := p.Connect("example.com", c.mx)[0].Host; got != c.want {
			t.Errorf("%s with MX %q: %s, want %s", c.preset, c.mx, got, c.want)
		}
	}
}

func TestTemplatesAreFilledInAndPresetsStayAsTheyAre(t *testing.T) {
	p, _ := ByName("cPanel")
	e := p.Connect("example.com", "")[0]
	if e.Host != "mail.example.com" || e.AdminStyle != engine.AdminMaster || e.Preset != "cpanel" {
		t.Errorf("got %+v", e)
	}
	if !strings.Contains(p.Endpoints[0].Host, "%domain") {
		t.Error("Connect changed the preset itself")
	}
}

func TestLimitsOnlyEverGoDown(t *testing.T) {
	icloud, _ := ByName("icloud")
	if got := icloud.Apply(engine.Limits{}).ConnsPerMailbox; got != icloud.Limits.ConnsPerUser {
		t.Errorf("iCloud: %d connections", got)
	}
	gmail, _ := ByName("gmail")
	if got := gmail.Apply(engine.Limits{ConnsPerMailbox: 2}).ConnsPerMailbox; got != 2 {
		t.Errorf("Gmail raised the administrator's 2 connections to %d", got)
	}
}
