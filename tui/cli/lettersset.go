package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mxodus/engine"
	"mxodus/engine/letter"
)

// letterSettings are the flags of letters that are kept in the project.
type letterSettings struct {
	language, why, helpName, helpAddress, helpPhone, helpHours string
	sender, senderName, owner, ownerName, ownerLanguage        string
	window, windowEnd, lastDay, zone, webMail, passwordWay     string
	appPassword                                                bool
	logo, colour, templates                                    string
	smtp, smtpLogin, smtpPasswordFile, smtpCA, smtpFingerprint string
	userLanguages, shared, notShared                           []string
}

func (s *letterSettings) flags(f *pflag.FlagSet) {
	text := func(p *string, name, what string) { f.StringVar(p, name, "", what+" (kept)") }
	text(&s.language, "language", "`LANGUAGE` of the letters: en, de, fr or es")
	f.StringArrayVar(&s.userLanguages, "user-language", nil, "language of one user: `ADDRESS=LANGUAGE`; may be repeated (kept)")
	f.StringSliceVar(&s.shared, "shared", nil, "these mailboxes are shared by several people: `ADDRESS,...` (kept)")
	f.StringSliceVar(&s.notShared, "not-shared", nil, "these are not: `ADDRESS,...` (kept)")
	text(&s.why, "why", "the reason for the move, as a `SENTENCE`")
	text(&s.helpName, "help-name", "`NAME` of whoever helps the users")
	text(&s.helpAddress, "help-address", "`ADDRESS` of whoever helps")
	text(&s.helpPhone, "help-phone", "`NUMBER` of whoever helps")
	text(&s.helpHours, "help-hours", "`HOURS` of whoever helps")
	text(&s.window, "window", "announced beginning of the move: `DATE` as \"2026-11-27 18:00\"")
	text(&s.windowEnd, "window-end", "announced end: `DATE`")
	text(&s.lastDay, "last-day", "last day of the old mailboxes: `DATE`")
	text(&s.zone, "zone", "time `ZONE` of all dates: Europe/Vienna; this computer's if not given")
	text(&s.webMail, "web-mail", "https `ADDRESS` of the new web mail")
	text(&s.passwordWay, "password-way", "how first passwords reach the users: `WORDS`")
	f.BoolVar(&s.appPassword, "app-password", false, "the old provider wants a password of its own for programs (kept)")
	text(&s.sender, "sender", "`ADDRESS` that the letters come from")
	text(&s.senderName, "sender-name", "`NAME` that they come from")
	text(&s.owner, "owner", "`ADDRESS` of the owner, who gets the letter handover")
	text(&s.ownerName, "owner-name", "the owner's `NAME`")
	text(&s.ownerLanguage, "owner-language", "the owner's `LANGUAGE`")
	text(&s.logo, "logo", "the company's logo: a PNG, JPEG or GIF `FILE`")
	text(&s.colour, "colour", "the company's `COLOUR`: #0b5cad")
	text(&s.templates, "templates", "`FOLDER` with changed templates")
	text(&s.smtp, "smtp", "mail `SERVER` for sending: smtp://host (STARTTLS), smtps://host (TLS) or smtp+plain://127.0.0.1")
	text(&s.smtpLogin, "smtp-login", "`NAME` to sign in with there; asks for the password")
	f.StringVar(&s.smtpPasswordFile, "smtp-password-file", "", "take that password from the first line of `FILE`")
	text(&s.smtpCA, "smtp-ca", "`FILE` with the authorities of its certificate")
	text(&s.smtpFingerprint, "smtp-fingerprint", "SHA-256 `FINGERPRINT` of its certificate")
}

// changeLetters changes what is kept by the flags that were given.
func (a *app) changeLetters(ctx context.Context, o *opened, s letterSettings, given func(string) bool) (changed bool, err error) {
	before := o.project.Letters
	if err := s.apply(&o.project, given); err != nil {
		return false, err
	}
	if given("smtp-login") && s.smtpLogin != "" {
		if err := a.smtpPassword(ctx, o, s); err != nil {
			return false, err
		}
	}
	if changed = o.project.Letters != before; changed {
		if err := o.file.SaveProject(ctx, o.project); err != nil {
			return false, err
		}
	}
	users, err := s.users(o, given)
	if err != nil || len(users) == 0 {
		return changed, err
	}
	if _, err := o.file.SaveUsers(ctx, users); err != nil {
		return changed, err
	}
	o.users, err = o.file.Users(ctx)
	return true, err
}

// apply changes the project, and lists all that is wrong.
func (s letterSettings) apply(p *engine.Project, given func(string) bool) error {
	l := p.Letters
	var wrong []string
	bad := func(flag string, err error) {
		if err != nil {
			wrong = append(wrong, "--"+flag+": "+engine.Clean(err.Error(), 300))
		}
	}
	for _, t := range []struct {
		flag, value string
		to          *string
		read        func(string) (string, error)
	}{
		{"language", s.language, &l.Language, letter.ReadLanguage}, {"owner-language", s.ownerLanguage, &l.OwnerLanguage, letter.ReadLanguage},
		{"why", s.why, &l.Why, plainWords}, {"help-name", s.helpName, &l.HelpName, plainWords}, {"help-phone", s.helpPhone, &l.HelpPhone, plainWords},
		{"help-hours", s.helpHours, &l.HelpHours, plainWords}, {"help-address", s.helpAddress, &l.HelpAddress, letter.ReadAddress},
		{"sender", s.sender, &l.SenderAddress, letter.ReadAddress}, {"sender-name", s.senderName, &l.SenderName, plainWords},
		{"owner", s.owner, &l.OwnerAddress, letter.ReadAddress}, {"owner-name", s.ownerName, &l.OwnerName, plainWords},
		{"zone", s.zone, &l.Zone, letter.ReadZone}, {"web-mail", s.webMail, &l.WebMail, letter.ReadWebAddress}, {"password-way", s.passwordWay, &l.PasswordWay, plainWords},
		{"logo", s.logo, &l.Logo, absoluteFile}, {"templates", s.templates, &l.Templates, absoluteFile}, {"colour", s.colour, &l.Colour, colourCode},
	} {
		if given(t.flag) {
			v, err := t.read(strings.TrimSpace(t.value))
			bad(t.flag, err)
			*t.to = v
		}
	}
	if given("app-password") {
		l.AppPassword = s.appPassword
	}
	s.dates(*p, &l, given, bad)
	s.server(&l.SMTP, given, bad)
	if len(wrong) > 0 {
		return &usageError{what: "Something in the settings is wrong.", lines: wrong}
	}
	p.Letters = l
	return nil
}

func (s letterSettings) dates(p engine.Project, l *engine.Letters, given func(string) bool, bad func(string, error)) {
	zone := time.Local
	if l.Zone != "" {
		if z, err := time.LoadLocation(l.Zone); err == nil {
			zone = z
		}
	}
	for _, t := range []struct {
		flag, value string
		to          *time.Time
	}{{"window", s.window, &l.WindowStart}, {"window-end", s.windowEnd, &l.WindowEnd}, {"last-day", s.lastDay, &l.LastDay}} {
		if given(t.flag) {
			v, err := letter.ReadMoment(t.value, zone)
			bad(t.flag, err)
			*t.to = v
		}
	}
	if p.Letters = *l; given("window") || given("window-end") || given("last-day") {
		if wrong := letter.CheckDates(p); wrong != nil {
			bad(map[string]string{"WindowStart": "window", "WindowEnd": "window-end", "LastDay": "last-day"}[wrong.Field], fmt.Errorf("%s", strings.ToLower(wrong.What[:1])+strings.TrimSuffix(wrong.What[1:], ".")))
		}
	}
}

func (s letterSettings) server(m *engine.MailServer, given func(string) bool, bad func(string, error)) {
	if given("smtp") {
		was := *m
		*m = engine.MailServer{}
		if s.smtp != "" {
			parsed, err := engine.ParseMailServer(s.smtp)
			bad("smtp", err)
			*m = parsed
			m.Login, m.CAFile, m.Fingerprint = was.Login, was.CAFile, was.Fingerprint
		}
	}
	if given("smtp-login") {
		m.Login = s.smtpLogin
	}
	if given("smtp-ca") {
		var err error
		m.CAFile, err = authorities(s.smtpCA)
		bad("smtp-ca", err)
	}
	if given("smtp-fingerprint") {
		var err error
		m.Fingerprint, err = fingerprint(s.smtpFingerprint)
		bad("smtp-fingerprint", err)
	}
}

// users are those whose language or kind changes.
func (s letterSettings) users(o *opened, given func(string) bool) (out []engine.User, err error) {
	changed := map[int64]engine.User{}
	var order []int64
	change := func(flag, name string, set func(*engine.User)) {
		u, ok := o.find(name)
		if !ok {
			err = usage("See: mxodus users "+o.name, "--%s: %s is not in the project.", flag, engine.Clean(name, 100))
			return
		}
		if c, ok := changed[u.ID]; ok {
			u = c
		} else {
			order = append(order, u.ID)
		}
		set(&u)
		changed[u.ID] = u
	}
	for _, pair := range s.userLanguages {
		name, code, _ := strings.Cut(pair, "=")
		code, wrong := letter.ReadLanguage(code)
		if wrong != nil {
			return nil, usage("Write --user-language anna@acme.example=de.", "--user-language: %s", sentence(wrong.Error()))
		}
		change("user-language", name, func(u *engine.User) { u.Language = code })
	}
	for _, name := range s.shared {
		change("shared", name, func(u *engine.User) { u.Shared = true })
	}
	for _, name := range s.notShared {
		change("not-shared", name, func(u *engine.User) { u.Shared = false })
	}
	for _, id := range order {
		out = append(out, changed[id])
	}
	return out, err
}

// smtpPassword keeps the password for sending in the vault.
func (a *app) smtpPassword(ctx context.Context, o *opened, s letterSettings) error {
	vault, err := a.unlock(ctx, o.file)
	if err != nil {
		return err
	}
	var secret engine.Secret
	if s.smtpPasswordFile != "" {
		secret, err = secretFile(s.smtpPasswordFile)
	} else if secret = engine.Secret(a.Getenv("MXODUS_SMTP_PASSWORD")); secret == "" {
		secret, err = a.askSecret(ctx, "Password of "+engine.Clean(s.smtpLogin, 100)+" for sending: ", "password for sending")
	}
	if err != nil {
		return err
	}
	return vault.Set(ctx, map[string]engine.Secret{engine.SMTPSecretName: secret})
}

func plainWords(s string) (string, error) { return engine.Clean(s, 500), nil }

func colourCode(s string) (string, error) {
	_, err := letter.InkOf(s)
	return s, err
}

func absoluteFile(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	if _, err := os.Stat(s); err != nil {
		return "", fmt.Errorf("%s is not there", asWritten(s))
	}
	return filepath.Abs(s)
}

// showLetterSettings lists what is set.
func (a *app) showLetterSettings(o *opened) {
	l := o.project.Letters
	zone := time.Local
	if z, err := time.LoadLocation(l.Zone); l.Zone != "" && err == nil {
		zone = z
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format("2 Jan 2006 15:04 MST")
	}
	t := a.table(column{}, column{})
	shown := 0
	row := func(name, value string) {
		if value != "" {
			shown++
			t.add(name, engine.Clean(value, 300))
		}
	}
	row("Language", l.Language)
	row("Reason", l.Why)
	row("Help", strings.Join(nonEmpty([]string{l.HelpName, l.HelpPhone, l.HelpAddress, l.HelpHours}), ", "))
	row("Move", strings.Join(nonEmpty([]string{when(l.WindowStart), when(l.WindowEnd)}), " to "))
	if shown > 0 {
		row("Cut-over", when(o.project.CutOver))
	}
	row("Last day", when(l.LastDay))
	row("Web mail", l.WebMail)
	row("Passwords", l.PasswordWay)
	row("Sender", strings.TrimSpace(l.SenderName+" "+l.SenderAddress))
	row("Owner", strings.TrimSpace(l.OwnerName+" "+l.OwnerAddress))
	row("Mail server", strings.TrimSpace(l.SMTP.URL()+" "+l.SMTP.Login))
	row("Logo", l.Logo)
	row("Colour", l.Colour)
	row("Templates", l.Templates)
	for _, u := range o.users {
		if u.Language != "" || u.Shared {
			row(u.Address, strings.Join(nonEmpty([]string{u.Language, map[bool]string{true: "shared mailbox"}[u.Shared]}), ", "))
		}
	}
	if shown == 0 {
		a.printf("Nothing is set yet. See: mxodus letters --help\n")
		return
	}
	t.writeBare(a.out, width(a.Stdout))
}
