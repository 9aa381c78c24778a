package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/preset"
	"mxodus/tui/seek"
)

func (a *app) discoverCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:   "discover DOMAIN",
		Short: "Look for the mail server of a domain",
		Long: `Looks for the server that holds a domain's mail: in what is known of providers, in
the domain's MX records, in what the domain announces to mail programs (SRV records,
autoconfig files), and by knocking at the usual names. It reads greetings and
certificates; nobody is signed in, and no password is needed.`,
		Example:           `  mxodus discover acme.example`,
		Args:              domainArg,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.discover(cmd.Context(), args[0], ask) },
	}
	ask.flags(cmd.Flags())
	return cmd
}

func domainArg(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usage("Write: mxodus discover acme.example", "One domain is needed, not %d arguments.", len(args))
}

func (a *app) discover(ctx context.Context, domain string, ask askFlags) error {
	c, given, err := a.dnsClient(ask)
	if err != nil {
		return err
	}
	o := seek.Options(c)
	if given {
		o.Dial = c.DialContext
	}
	stop := a.say("Looking for the mail server of " + engine.Clean(domain, 100))
	d, err := preset.Discover(ctx, domain, o)
	stop()
	if errors.Is(err, preset.ErrDomain) {
		return usage("Write: mxodus discover acme.example", "%s", sentence(engine.Clean(err.Error(), 200)))
	}
	if err != nil {
		return err
	}
	if a.opts.json {
		a.discoveryLines(d)
	} else {
		a.tellDiscovery(d)
	}
	if len(d.Candidates) == 0 {
		return end(ExitAttention)
	}
	return nil
}

func (a *app) tellDiscovery(d preset.Discovery) {
	if len(d.MX) > 0 {
		a.printf("Mail for %s goes to %s.\n", engine.Clean(d.Domain, 200), engine.Clean(strings.Join(d.MX, ", "), 400))
	}
	for _, n := range d.Notes {
		a.para(a.out, "", engine.Clean(n, 400))
	}
	for _, c := range d.Candidates {
		a.printf("\n%s  (%s)\n", engine.Clean(c.Endpoint.URL(), 200), c.Sure)
		if c.Title != "" {
			a.para(a.out, "  ", engine.Clean(c.Title, 200))
		}
		a.para(a.out, "  ", engine.Clean(c.Why, 400))
		if len(c.CertNames) > 0 {
			a.para(a.out, "  ", "Certificate for: "+engine.Clean(strings.Join(c.CertNames, ", "), 300))
		}
		if c.Greeting != "" {
			a.para(a.out, "  ", "It greets: "+engine.Clean(c.Greeting, 200))
		}
		for _, n := range c.Notes {
			a.para(a.out, "  ", engine.Clean(n, 500))
		}
	}
	if len(d.Candidates) > 0 {
		if e := d.Candidates[0].Endpoint; e.Kind == engine.KindMicrosoft365 || e.Auth != engine.AuthXOAuth2 { // else nobody could sign in
			a.printf("\nNext: mxodus new acme.mxodus --domain %s --source %s --destination ... --users users.csv\n",
				engine.Clean(d.Domain, 200), engine.Clean(e.URL(), 200))
		}
		return
	}
	a.printf("No mail server was found for %s.\n", engine.Clean(d.Domain, 200))
	for _, t := range d.Tried {
		a.printf("  %s: %s\n", engine.Clean(t.Address, 200), engine.Clean(t.Why, 200))
	}
	a.printf("What to do: ask whoever runs the old mail for the IMAP server's name, or look into\na mail program that is set up already.\n")
}

type candidateLine struct {
	Type        string   `json:"type"`
	Endpoint    string   `json:"endpoint"`
	Title       string   `json:"title,omitempty"`
	Sure        string   `json:"sure"`
	Why         string   `json:"why"`
	Preset      string   `json:"preset,omitempty"`
	Greeting    string   `json:"greeting,omitempty"`
	CertNames   []string `json:"certificate_names,omitempty"`
	CertProblem string   `json:"certificate_problem,omitempty"`
	Notes       []string `json:"notes,omitempty"`
}

type triedLine struct {
	Type    string `json:"type"`
	Address string `json:"address"`
	Why     string `json:"why"`
}

type discoveryLine struct {
	Type       string   `json:"type"`
	Domain     string   `json:"domain"`
	MX         []string `json:"mx"`
	Notes      []string `json:"notes,omitempty"`
	Candidates int      `json:"candidates"`
}

func (a *app) discoveryLines(d preset.Discovery) {
	for _, c := range d.Candidates {
		a.line(candidateLine{"candidate", c.Endpoint.URL(), c.Title, string(c.Sure), c.Why, c.Endpoint.Preset, c.Greeting, c.CertNames, c.CertProblem, c.Notes})
	}
	for _, t := range d.Tried {
		a.line(triedLine{"tried", t.Address, t.Why})
	}
	a.line(discoveryLine{"discovery", d.Domain, append([]string{}, d.MX...), d.Notes, len(d.Candidates)})
}
