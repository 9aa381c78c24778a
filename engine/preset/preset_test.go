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

// TestEveryProviderHasItsHostsItsWayInAndWhatItBears: one row for each provider that
// moves are made from.
func TestEveryProviderHasItsHostsItsWayInAndWhatItBears(t *testing.T) {
	type row struct {
		hosts  string // all of them, best first; "": its own
		limits Limits
		admin  engine.AdminStyle
		how    string // in what is said of an administrator's log-in
		steps  string // in the steps to sign in; "": the user's own password does
		quirk  string
	}
	for name, want := range map[string]row{
		"gmail":      {"imap.gmail.com", Limits{ConnsPerUser: 15, BytesPerDay: 2_500_000_000}, "", "service account", "myaccount.google.com/apppasswords", "Labels show as folders"},
		"yahoo":      {"export.imap.mail.yahoo.com", Limits{FolderMessages: 100_000}, "", "", "app password", "only the newest 10,000"},
		"aol":        {"imap.aol.com", Limits{}, "", "", "app password", "only the newest 10,000"},
		"outlookcom": {"outlook.office365.com", Limits{}, "", "", "--source microsoft365", "authenticated but not connected"},
		"icloud":     {"imap.mail.me.com", Limits{ConnsPerUser: 2}, "", "", "App-Specific Passwords", "numbers that have no message"},
		"zoho":       {"imap.zoho.com imap.zoho.eu imap.zoho.in imap.zoho.com.au imap.zoho.jp", Limits{}, "", "", "switch on IMAP", "region"},
		"fastmail":   {"imap.fastmail.com", Limits{}, "", "", "App passwords", "two folders"},
		"godaddy":    {"imap.secureserver.net", Limits{}, "", "", "", "Exchange Online already"},
		"ionos":      {"imap.ionos.com imap.1und1.de", Limits{}, "", "", "", ""},
		"rackspace":  {"secure.emailsrvr.com", Limits{}, "", "", "", ""},
		"cpanel":     {"mail.acme.example", Limits{ConnsPerUser: 10}, engine.AdminMaster, "user*master", "", "certificate"},
		"plesk":      {"mail.acme.example", Limits{ConnsPerUser: 10}, engine.AdminMaster, "user*master", "", "certificate"},
		"zimbra":     {"", Limits{}, engine.AdminAuthzid, "SASL PLAIN", "", "set apart"},
		"exchange":   {"", Limits{ConnsPerUser: 16}, engine.AdminExchange, "DOMAIN/administrator/user", "ImapEnabled $true", "Public folders"},
		"kerio":      {"", Limits{}, engine.AdminKerio, "X-MASTERAUTH", "", ""},
		"cyrus":      {"", Limits{}, engine.AdminAuthzid, "SASL PLAIN", "", "below INBOX"},
		"yandex":     {"imap.yandex.com imap.yandex.ru", Limits{}, "", "", "app password", "Searches by date"},
		"dovecot":    {"", Limits{ConnsPerUser: 10}, engine.AdminMaster, "user*master", "", "10 connections"},
		"mirapoint":  {"", Limits{}, engine.AdminMirapoint, "#user@domain#administrator#", "", ""},
		"courier":    {"", Limits{ConnsPerUser: 4}, "", "UserRoot", "", "below INBOX"},
		"oracle":     {"", Limits{}, "", "UserRoot", "", ""},
	} {
		p, ok := ByName(name)
		var hosts []string
		for _, e := range p.Connect("acme.example", "") {
			hosts = append(hosts, e.Host)
		}
		steps, quirks := strings.Join(p.Steps, "\n"), strings.Join(p.Quirks, "\n")
		switch {
		case !ok:
			t.Errorf("%s: no preset", name)
		case strings.Join(hosts, " ") != want.hosts:
			t.Errorf("%s: hosts %q", name, hosts)
		case p.Limits != want.limits || p.AdminStyle != want.admin || !strings.Contains(p.AdminHow, want.how):
			t.Errorf("%s: %+v, %q, %s", name, p.Limits, p.AdminStyle, p.AdminHow)
		case !strings.Contains(steps, want.steps) || (steps == "") != (want.steps == "") || !strings.Contains(quirks, want.quirk):
			t.Errorf("%s: steps %q, quirks %q", name, steps, quirks)
		case !p.PasswordWorks != (name == "outlookcom"):
			t.Errorf("%s: a password works: %v", name, p.PasswordWorks)
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
