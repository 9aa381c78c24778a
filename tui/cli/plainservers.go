package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/engine/say"
	"mxodus/tui/seek"
)

// openProject opens the project that was named, or asks which one it is to be.
func (p *plain) openProject(ctx context.Context) error {
	for p.file == nil {
		if p.path == "" {
			found, _ := filepath.Glob("*.mxodus")
			standard := "new"
			if len(found) > 0 {
				standard = found[0]
				p.text("Projects in this folder: " + engine.Clean(strings.Join(found, ", "), 500) + ".")
			}
			answer, err := p.ask(ctx, "File of the project, or new", standard, "A project is one file that holds everything about a migration. Write its name, or new to begin one.")
			if err != nil && !errors.Is(err, errBack) {
				return err
			}
			if answer == "" {
				answer = standard
			}
			if strings.EqualFold(answer, "new") {
				if err := p.newProject(ctx); err != nil && !errors.Is(err, errBack) {
					return err
				}
				continue
			}
			p.path = answer
		}
		o, err := p.openLive(ctx, p.path)
		if err != nil {
			p.tellError(err)
			if ctx.Err() != nil || !p.term.canAsk() {
				return end(exitCode(ctx, err))
			}
			p.path = ""
			continue
		}
		p.file = o.file
		p.text(engine.Clean(o.project.Company+", "+o.project.Domain, 200) + ": " + say.Count(len(o.users), "user") + ".")
	}
	return nil
}

// newProject makes a project of a company and its domain.
func (p *plain) newProject(ctx context.Context) error {
	company, err := p.ask(ctx, "Name of the company", "", "It stands in letters and in the report.")
	if err != nil {
		return err
	}
	domain, err := p.need(ctx, "Mail domain", "", "What stands behind the @ of the company's addresses, as acme.example.", wrongDomain)
	if err != nil {
		return err
	}
	path, err := p.need(ctx, "File of the project", strings.Split(domain, ".")[0]+".mxodus", "It is made now. Keep it where others can't read it.", func(v string) string {
		if _, err := os.Lstat(v); err == nil {
			return "There is such a file already. Choose another name."
		}
		return ""
	})
	if err != nil {
		return err
	}
	passphrase, err := p.newPassphrase(ctx)
	if err != nil {
		return err
	}
	f, err := p.Adapters.Create(ctx, path, engine.Project{Company: company, Domain: domain})
	if err != nil {
		p.tellError(createFault(path, err))
		return nil
	}
	if _, err := p.unlockWith(ctx, f, passphrase); err != nil {
		_ = f.Close()
		removeProject(path)
		return err
	}
	p.onClose(func() { _ = f.Close() })
	p.file, p.path = f, path
	p.ours = asWritten(path)
	p.text("Made " + p.ours + ".")
	return nil
}

func wrongDomain(v string) string {
	if !strings.Contains(v, ".") || strings.ContainsAny(v, "@ /:") {
		return "This is no domain. It looks like acme.example."
	}
	return ""
}

// project asks for what letters and the plan need.
func (p *plain) project(ctx context.Context) error {
	now, err := p.file.Project(ctx)
	if err != nil {
		return err
	}
	company, err := p.ask(ctx, "Name of the company", now.Company, "It stands in letters and in the report.")
	if err != nil {
		return err
	}
	standard := ""
	if !now.CutOver.IsZero() {
		standard = now.CutOver.Local().Format("2006-01-02 15:04")
	}
	day, err := p.ask(ctx, "Planned change of the MX, as 2026-11-28 18:00", standard, "When the domain's mail is to go to the new server. A Friday evening is usual. Enter alone leaves it as it is.")
	if err != nil {
		return err
	}
	args := []string{"set", p.path}
	if company != "" {
		args = append(args, "--company="+company)
	}
	if day != "" {
		args = append(args, "--cut-over="+day)
	}
	if len(args) > 2 && p.command(ctx, args...) != ExitDone {
		return nil
	}
	p.command(ctx, "plan", p.path)
	return nil
}

// source asks for the old server.
func (p *plain) source(ctx context.Context) error {
	now, err := p.file.Project(ctx)
	if err != nil {
		return err
	}
	standard := now.Source.URL()
	if standard == "" {
		look, err := p.yes(ctx, "Look for the mail server of "+engine.Clean(now.Domain, 100)+"?", true, "mxodus asks the DNS and knocks at the usual names. Nobody is signed in.")
		if err != nil {
			return err
		}
		if look {
			standard = p.seek(ctx, now.Domain)
		}
	}
	return p.server(ctx, engine.SideSource, standard)
}

// seek looks for the server of a domain and returns the likeliest.
func (p *plain) seek(ctx context.Context, domain string) string {
	c, _, err := p.dnsClient(askFlags{})
	if err != nil {
		return ""
	}
	found, err := preset.Discover(ctx, domain, seek.Options(c))
	if err != nil {
		p.tellError(err)
		return ""
	}
	p.tellDiscovery(found)
	if len(found.Candidates) == 0 {
		return ""
	}
	return found.Candidates[0].Endpoint.URL()
}

// destination asks for the new server.
func (p *plain) destination(ctx context.Context) error {
	now, err := p.file.Project(ctx)
	if err != nil {
		return err
	}
	standard := 0
	if now.Destination.Host != "" && now.Destination.Kind != engine.KindMicrosoft365 {
		standard = 1
	}
	kind, err := p.pick(ctx, "Where does the mail go", "Microsoft 365 is Exchange Online, with an app or a person that signs in to all mailboxes.", standard,
		choice{"microsoft365", "to Microsoft 365"}, choice{"imap", "to another mail server"})
	if err != nil {
		return err
	}
	if kind == "imap" {
		standard := now.Destination.URL()
		if now.Destination.Kind == engine.KindMicrosoft365 {
			standard = ""
		}
		return p.server(ctx, engine.SideDestination, standard)
	}
	return p.microsoft365(ctx, now.Destination)
}

// server asks for a mail server's address, and whether one log-in opens all
// mailboxes; then it connects.
func (p *plain) server(ctx context.Context, side engine.Side, standard string) error {
	word := serverWord(side)
	url, err := p.need(ctx, "Address of the "+word+" server", standard, "imaps://mail.example.com is TLS from the start, imap://mail.example.com is STARTTLS. A bare name is taken as imaps.", wrongServer)
	if err != nil {
		return err
	}
	if !strings.Contains(url, "://") {
		url = "imaps://" + url
	}
	args := []string{"set", p.path, "--" + string(side) + "=" + url}
	now, err := p.file.Project(ctx)
	if err != nil {
		return err
	}
	admin := now.Endpoint(side).Admin
	all, err := p.yes(ctx, "Does one administrator's log-in open all mailboxes there?", admin != "", "Dovecot, Cyrus, Zimbra and Exchange know such a log-in. If not, each user's own password is needed.")
	if err != nil {
		return err
	}
	if all {
		name, err := p.need(ctx, "Name of that administrator", admin, "As it signs in there.", needed)
		if err != nil {
			return err
		}
		args = append(args, "--"+string(side)+"-admin="+name)
	} else if admin != "" {
		args = append(args, "--"+string(side)+"-admin=")
	}
	if p.command(ctx, args...) != ExitDone {
		return errBack
	}
	return p.connect(ctx, side)
}

func needed(v string) string {
	if v == "" {
		return "An answer is needed here."
	}
	return ""
}

func wrongServer(v string) string {
	if v != "" && !strings.Contains(v, "://") {
		v = "imaps://" + v
	}
	if _, err := engine.ParseEndpoint(v); err != nil {
		return sentence(upperFirst(err.Error()))
	}
	return ""
}

// connect looks whether the server answers, and asks what to trust where its
// certificate is no authority's.
func (p *plain) connect(ctx context.Context, side engine.Side) error {
	for {
		now, err := p.file.Project(ctx)
		if err != nil {
			return err
		}
		info, err := p.Adapters.Check(ctx, now.Endpoint(side), p.dialOptions())
		if err == nil {
			p.text("The " + serverWord(side) + " server answers, and its certificate is right. It says: " + engine.Clean(info.Greeting, 200))
			return nil
		}
		p.tellError(err)
		if !engine.IsCode(err, engine.CodeCertificate) {
			return errBack
		}
		trust, err := p.pick(ctx, "What is to be trusted", "Ask whoever runs the server for the file or the fingerprint. Trusting the wrong certificate gives all passwords away.", 0,
			choice{"no", "nothing: I look at the address again"}, choice{"ca", "our own authority, from its file"}, choice{"fingerprint", "exactly one certificate, by its SHA-256 fingerprint"})
		if err != nil || trust == "no" {
			return errors.Join(err, errBack)
		}
		value, err := p.need(ctx, map[string]string{"ca": "Path of the PEM file", "fingerprint": "Fingerprint, 64 hexadecimal digits"}[trust], "", "From whoever runs the server, not from the network.", needed)
		if err != nil {
			return err
		}
		if p.command(ctx, "set", p.path, "--"+string(side)+"-"+trust+"="+value) != ExitDone {
			return errBack
		}
	}
}

// microsoft365 asks who signs in, and leads through the set-up.
func (p *plain) microsoft365(ctx context.Context, now engine.Endpoint) error {
	tenant, err := p.need(ctx, "Tenant", now.Tenant, "The tenant's ID, or one of its domains, as acme.onmicrosoft.com.", needed)
	if err != nil {
		return err
	}
	who, err := p.pick(ctx, "Who signs in", "An app opens all mailboxes without a password of any user; the guided set-up makes it. A person needs full access to every mailbox.", 0,
		choice{"app", "an app (recommended)"}, choice{"browser", "a person, with the browser on this computer"}, choice{"device", "a person, with a code on any device"})
	if err != nil {
		return err
	}
	args := []string{"set", p.path, "--destination=microsoft365", "--tenant=" + tenant, "--sign-in=" + who}
	id, err := p.ask(ctx, "Client ID of the app, or Enter when it is not made yet", now.ClientID, "It stands on the app's overview page. The guided set-up makes the app, and says it.")
	if err != nil {
		return err
	}
	if id != "" {
		args = append(args, "--client-id="+id)
	}
	if p.command(ctx, args...) != ExitDone {
		return errBack
	}
	for {
		do, err := p.pick(ctx, "What now", "The set-up makes two PowerShell scripts and says step by step what is done and what is missing.", 3,
			choice{"setup", "the guided set-up"}, choice{"signin", "sign in as a person"}, choice{"check", "check what has taken effect"}, choice{"on", "go on"})
		if err != nil {
			return err
		}
		if do == "on" {
			return nil
		}
		p.command(ctx, "microsoft", do, p.path)
	}
}
