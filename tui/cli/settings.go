package cli

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/preset"
)

// settings are the flags that make a project: those of new and set.
type settings struct {
	company, domain, cutOver  string
	cutOverDone, plaintext    bool
	source, destination       sideSettings
	microsoft                 cloudSettings
	google                    googleSettings
	limits                    limitSettings
	exclude, include, renames []string
	nest                      string
	gmailAll, noReceipts      bool
}

// sideSettings are those of one server.
type sideSettings struct {
	url, admin, passwordFile, ca, fingerprint, minTLS, auth, adminStyle, adminSeparator string
}

func (s *settings) flags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&s.domain, "domain", "", "the company's mail `DOMAIN`")
	f.StringVar(&s.company, "company", "", "the company's `NAME`")
	s.source.flags(f, "source", "old")
	s.destination.flags(f, "destination", "new")
	s.google.flags(f)
	s.microsoft.flags(f)
	f.BoolVar(&s.plaintext, "allow-plaintext", false, "let imap+plain:// go beyond this computer: passwords and mail travel unprotected")
	f.StringVar(&s.cutOver, "cut-over", "", "when the domain's MX record is planned to change: `DATE` as 2026-11-28 or \"2026-11-28 18:00\"")
	f.BoolVar(&s.cutOverDone, "cut-over-done", false, "mail arrives at the new server now: touch no flags there any more")
	s.limits.flags(f)
	f.StringArrayVar(&s.exclude, "exclude", nil, "leave out this `FOLDER` and those below it; * stands for anything; may be repeated")
	f.StringArrayVar(&s.include, "include", nil, "take only this `FOLDER` and those below it; may be repeated")
	f.StringArrayVar(&s.renames, "rename", nil, "put folder OLD, and those below it, at NEW: `OLD=NEW`; may be repeated")
	f.StringVar(&s.nest, "nest", "", "put everything below this `FOLDER` of the new mailbox")
	f.BoolVar(&s.noReceipts, "no-read-receipts", false, "rename the header fields that ask for a read receipt, so that nobody is sent one again; best with Microsoft 365")
	f.BoolVar(&s.gmailAll, "gmail-all", false, "take Gmail's Important and Starred too")
}

func (s *sideSettings) flags(f *pflag.FlagSet, side, word string) {
	f.StringVar(&s.url, side, "", "the "+word+" server: `URL` as imaps://host, imap://host (STARTTLS), imap+plain://127.0.0.1, or the word microsoft365")
	f.StringVar(&s.admin, side+"-admin", "", "`NAME` of an administrator whose log-in opens every mailbox there")
	f.StringVar(&s.passwordFile, side+"-admin-password-file", "", "read that administrator's password from the first line of `FILE`")
	f.StringVar(&s.adminStyle, side+"-admin-style", "", "`HOW` that log-in works: authzid, master, exchange, mirapoint or kerio; found by trying if not given")
	f.StringVar(&s.adminSeparator, side+"-admin-separator", "", "the `SIGN` between user and master, * if not given")
	f.StringVar(&s.ca, side+"-ca", "", "trust the authorities in `FILE` (PEM), and no others")
	f.StringVar(&s.fingerprint, side+"-fingerprint", "", "trust exactly the certificate with this `SHA256`")
	f.StringVar(&s.minTLS, side+"-min-tls", "", "the oldest TLS `VERSION` allowed: 1.0, 1.1, 1.2 (if not given) or 1.3")
	f.StringVar(&s.auth, side+"-auth", "", "`HOW` to sign in: login or plain; the best that both know if not given")
}

// apply changes p by the flags that were given, and lists all that is wrong.
// complete is engine.Adapters.Cloud.
func (s *settings) apply(p *engine.Project, complete func(engine.Endpoint) (engine.Endpoint, error), given func(flag string) bool) error {
	var wrong []string
	bad := func(flag string, err error) {
		if err != nil {
			wrong = append(wrong, "--"+flag+": "+engine.Clean(err.Error(), 300))
		}
	}
	if given("domain") {
		p.Domain = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s.domain), "."))
		if !strings.Contains(p.Domain, ".") || strings.ContainsAny(p.Domain, "@/: \t\r\n") {
			bad("domain", fmt.Errorf("%q is no domain: write acme.example", s.domain))
		}
	}
	if given("company") {
		p.Company = engine.Clean(strings.TrimSpace(s.company), 200)
	}
	if given("cut-over") {
		var err error
		p.CutOver, err = parseMoment(s.cutOver)
		bad("cut-over", err)
	}
	if given("cut-over-done") {
		if s.cutOverDone {
			*p = p.CutOverNoted(time.Now())
		} else {
			p.CutOverDone, p.CutOverAt = false, time.Time{}
		}
	}
	if given("no-read-receipts") {
		p.NoReadReceipts = s.noReceipts
	}
	s.source.apply(&p.Source, "source", given, bad)
	s.destination.apply(&p.Destination, "destination", given, bad)
	s.google.apply(&p.Source, given, bad)
	s.microsoft.apply(p, complete, given, bad)
	s.protect(p, given, bad)
	if known, ok := preset.ByName(p.Source.Preset); ok && given("source") {
		bears := known.Apply(p.Limits)
		p.Limits.ConnsPerMailbox, p.Limits.MaxPerDay = bears.ConnsPerMailbox, bears.MaxPerDay
	}
	s.limits.apply(&p.Limits, given, bad)
	s.rules(&p.Rules, given, bad)
	if len(wrong) > 0 {
		return &usageError{what: "Something in the settings is wrong.", lines: wrong}
	}
	return nil
}

// protect refuses passwords on the open network.
func (s *settings) protect(p *engine.Project, given func(string) bool, bad func(string, error)) {
	for _, side := range []struct {
		flag string
		e    *engine.Endpoint
	}{{"source", &p.Source}, {"destination", &p.Destination}} {
		e := side.e
		if given("allow-plaintext") {
			e.AllowPlaintext = s.plaintext
		}
		if e.Security == engine.Plain && !e.AllowPlaintext && !isLoopback(e.Host) {
			bad(side.flag, fmt.Errorf("imap+plain sends passwords and mail unprotected, and %s is not this computer: use imaps:// or imap://, or add --allow-plaintext", e.Host))
		}
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (s *sideSettings) apply(e *engine.Endpoint, side string, given func(string) bool, bad func(string, error)) {
	if given(side) {
		was := *e
		parsed, err := engine.ParseEndpoint(s.url)
		bad(side, err)
		if err == nil && parsed.Kind == engine.KindMicrosoft365 {
			parsed.Cloud, parsed.Tenant, parsed.ClientID, parsed.SignIn = was.Cloud, was.Tenant, was.ClientID, was.SignIn
		} else {
			parsed.Admin, parsed.ServiceAccount = was.Admin, was.ServiceAccount
			if was.ServiceAccount != "" {
				parsed.Auth = was.Auth
			}
		}
		parsed.AllowPlaintext = was.AllowPlaintext
		*e = knownServer(parsed)
	}
	if given(side + "-admin") {
		e.Admin = s.admin
	}
	if given(side + "-admin-separator") {
		e.AdminSeparator = s.adminSeparator
	}
	if given(side + "-ca") {
		var err error
		e.CAFile, err = authorities(s.ca)
		bad(side+"-ca", err)
	}
	if given(side + "-fingerprint") {
		var err error
		e.Fingerprint, err = fingerprint(s.fingerprint)
		bad(side+"-fingerprint", err)
	}
	pick := func(flag, value string, allowed ...string) string {
		if value = strings.ToLower(value); !slices.Contains(allowed, value) {
			bad(side+"-"+flag, fmt.Errorf("%q is not known: write %s", value, strings.Join(allowed, ", ")))
		}
		return value
	}
	if given(side + "-min-tls") {
		e.MinTLS = pick("min-tls", s.minTLS, "1.0", "1.1", "1.2", "1.3")
	}
	if given(side + "-auth") {
		e.Auth = engine.AuthMethod(pick("auth", s.auth, string(engine.AuthLogin), string(engine.AuthPlain)))
	}
	if given(side + "-admin-style") {
		e.AdminStyle = engine.AdminStyle(pick("admin-style", s.adminStyle, string(engine.AdminAuthzid), string(engine.AdminMaster), string(engine.AdminExchange), string(engine.AdminMirapoint), string(engine.AdminKerio)))
	}
}

// knownServer adds what the presets know of a host.
func knownServer(e engine.Endpoint) engine.Endpoint {
	for _, p := range preset.All() {
		for _, k := range p.Endpoints {
			if strings.EqualFold(k.Host, e.Host) {
				e.Preset, e.AdminStyle = p.Name, p.AdminStyle
				return e
			}
		}
	}
	return e
}

// authorities checks a file of certificates and returns its full path, so that
// the project works from any folder.
func authorities(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	pem, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("%s can't be read", name)
	}
	if !strings.Contains(string(pem), "-----BEGIN CERTIFICATE-----") {
		return "", fmt.Errorf("%s holds no certificate in PEM form", name)
	}
	return filepath.Abs(name)
}

// fingerprint takes hex with or without colons.
func fingerprint(s string) (string, error) {
	clean := strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(s))
	if b, err := hex.DecodeString(clean); clean != "" && (err != nil || len(b) != 32) {
		return "", fmt.Errorf("%q is no SHA-256 fingerprint: it has 64 hexadecimal digits, with or without colons", s)
	}
	return clean, nil
}

func (s *settings) rules(r *engine.FolderRules, given func(string) bool, bad func(string, error)) {
	if given("exclude") {
		r.Exclude = nonEmpty(s.exclude)
	}
	if given("include") {
		r.Include = nonEmpty(s.include)
	}
	if given("nest") {
		r.Nest = s.nest
	}
	if given("gmail-all") {
		r.GmailAll = s.gmailAll
	}
	if !given("rename") {
		return
	}
	r.Rename = nil
	for _, rename := range nonEmpty(s.renames) {
		from, to, ok := strings.Cut(rename, "=")
		if !ok || from == "" || to == "" {
			bad("rename", fmt.Errorf("%q names no two folders: write OLD=NEW", rename))
			continue
		}
		r.Rename = append(r.Rename, engine.Rename{From: from, To: to})
	}
}

func nonEmpty(in []string) (out []string) {
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// parseMoment reads a date, with or without a time, in this computer's zone.
func parseMoment(s string) (time.Time, error) { return letter.ReadMoment(s, time.Local) }
