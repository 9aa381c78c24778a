package cli

import (
	"cmp"
	"context"
	"crypto/x509"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/handover"
	"mxodus/tui/seek"
)

// askFlags say whom to ask; they are those of every command that looks into the
// DNS.
type askFlags struct {
	resolvers []string
	rootHints string
	ca        string
}

func (f *askFlags) flags(set *pflag.FlagSet) {
	set.StringArrayVar(&f.resolvers, "resolver", nil, "ask this resolver instead of this computer's and the public ones: `ADDRESS` as 192.0.2.1, 192.0.2.1:5353 or https://host/dns-query; may be repeated")
	set.StringVar(&f.ca, "resolver-ca", "", "trust the authorities in `FILE` (PEM) for HTTPS")
	set.StringVar(&f.rootHints, "root-hints", "", "begin at the root servers in `FILE`, in a closed network")
}

// client makes what asks. given says that it isn't the real internet.
func (a *app) dnsClient(f askFlags) (c *dns.Client, given bool, err error) {
	if a.names != nil {
		return a.names, true, nil
	}
	var o dns.Options
	for _, s := range f.resolvers {
		r, err := dns.ParseResolver(s)
		if err != nil {
			return nil, false, usage("Write --resolver 192.0.2.1", "%s", sentence(err.Error()))
		}
		o.Resolvers = append(o.Resolvers, r)
	}
	if f.ca != "" {
		pem, err := os.ReadFile(f.ca)
		if err != nil {
			return nil, false, fileFault("The authorities can't be read", err)
		}
		if o.CA = x509.NewCertPool(); !o.CA.AppendCertsFromPEM(pem) {
			return nil, false, usage("Choose a file in PEM form.", "%s holds no certificate.", asWritten(f.ca))
		}
	}
	if f.rootHints != "" {
		file, err := os.Open(f.rootHints)
		if err != nil {
			return nil, false, fileFault("The root hints can't be read", err)
		}
		defer func() { _ = file.Close() }()
		if o.Roots, err = dns.ParseRootHints(file); err != nil {
			return nil, false, usage("A line is: . 3600000 NS a.root-servers.net.", "%s: %s", asWritten(f.rootHints), sentence(err.Error()))
		}
	}
	c = dns.New(o)
	a.onClose(c.Close)
	return c, f.rootHints != "" || len(f.resolvers) > 0, nil
}

// dnsFlags are those of the command dns.
type dnsFlags struct {
	ask                        askFlags
	cloud, mx, proof, tenant   string
	dkim, oldMX                []string
	reports, save, compare, at string
	oldTTL                     time.Duration
	watch, zone                bool
}

func (a *app) dnsCommand() *cobra.Command {
	var f dnsFlags
	cmd := &cobra.Command{
		Use:   "dns FILE|DOMAIN",
		Short: "Show what must stand in the DNS, what does, and whether it has spread",
		Long: `Shows, record by record, what the DNS of a domain must say for its mail to arrive
at the new server, what it says now, and the exact lines to enter at the DNS
provider. It asks each of the domain's own name servers, public resolvers, and this
computer's. With --watch it goes on until the old MX can't be known to anybody any
more: from then on no mail can arrive at the old server.

It changes nothing in the DNS, and needs no password. With a project's FILE, what was
entered in the wizard is wanted, and what a watch sees is kept there: for "mxodus
status", for the report, and for the wizard. Of a project that moves to Microsoft
365, and whose passphrase is at hand (MXODUS_PASSPHRASE, --passphrase-file, the
keyring), the tenant is asked which records it wants.`,
		Example: `  mxodus dns acme.example --mx acme-example.mail.protection.outlook.com
  mxodus dns acme.example --save before.json
  mxodus dns acme.mxodus --watch`,
		Args:              dnsArg,
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.dns(cmd.Context(), args[0], f) },
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.BoolVar(&f.watch, "watch", false, "look again and again until the change has spread")
	set.StringVar(&f.cloud, "cloud", "", "where the mail moves: worldwide (if not given), gcchigh, dod, china, or elsewhere for another IMAP `SERVER`")
	set.StringVar(&f.mx, "mx", "", "the `HOST` that the admin centre shows for the MX")
	set.StringVar(&f.proof, "proof", "", "the `TXT` that the admin centre shows as proof: MS=ms…")
	set.StringArrayVar(&f.dkim, "dkim", nil, "the `TARGET` of selector1, and once more that of selector2")
	set.StringVar(&f.tenant, "tenant", "", "the tenant's initial `DOMAIN`, as acme.onmicrosoft.com")
	set.StringVar(&f.reports, "reports", "", "the `ADDRESS` for DMARC reports")
	set.StringArrayVar(&f.oldMX, "old-mx", nil, "a `HOST` that was the MX before; may be repeated")
	set.DurationVar(&f.oldTTL, "old-ttl", 0, "the TTL that the old MX had, as 24h, when it changed before anybody watched")
	set.StringVar(&f.at, "state", "", "with --watch of a domain: keep in `FILE` since when which server gives the new MX")
	set.StringVar(&f.save, "save", "", "keep all records of the domain's mail in `FILE`, for going back")
	set.StringVar(&f.compare, "compare", "", "show what changed since `FILE` was saved")
	set.BoolVar(&f.zone, "zone", false, "print the records as lines of a zone file")
	f.ask.flags(set)
	return cmd
}

func dnsArg(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return usage("Write: mxodus dns acme.example", "One domain or project is needed, not %d arguments.", len(args))
}

func (a *app) dns(ctx context.Context, arg string, f dnsFlags) error {
	target, err := a.dnsTarget(ctx, arg, f)
	if err != nil {
		return err
	}
	domain, want := target.domain, target.want
	if _, err := dns.ToASCII(domain); err != nil {
		return usage("Write: mxodus dns acme.example", "%s", sentence(err.Error()))
	}
	c, _, err := a.dnsClient(f.ask)
	if err != nil {
		return err
	}
	if f.watch {
		return a.dnsWatch(ctx, c, target, f)
	}
	stop := a.say("Asking the name servers of " + engine.Clean(domain, 100))
	r, err := c.Check(ctx, domain, want)
	stop()
	if err != nil {
		return err
	}
	changes, err := snapshots(r.Records, f)
	if err != nil {
		return err
	}
	if a.opts.json {
		a.dnsLines(r, changes)
	} else {
		a.tellDNS(r, changes, f)
	}
	return end(dnsExit(r.Verdict))
}

// dnsTarget is a domain, what is wanted of it, and the project it is of; nil
// when only a domain was given.
type dnsTarget struct {
	domain string
	want   dns.Wanted
	file   engine.ProjectFile
}

// dnsTarget reads the argument: a project's file, or a domain. What the project
// keeps of what is wanted holds where no flag says otherwise.
func (a *app) dnsTarget(ctx context.Context, arg string, f dnsFlags) (t dnsTarget, err error) {
	t.domain = arg
	cloud := f.cloud
	var project *opened
	if info, err := os.Stat(arg); err == nil && info.Mode().IsRegular() {
		o, err := a.open(ctx, arg)
		if err != nil {
			return t, err
		}
		if t.domain, t.file = o.project.Domain, o.file; t.domain == "" {
			return t, usage("Set it: mxodus set "+o.name+" --domain acme.example", "The project has no domain.")
		}
		if err := keptJSON(ctx, o.file, handover.WantedDoc, &t.want); err != nil {
			return t, err
		}
		if cloud == "" {
			cloud = string(t.want.Cloud)
		}
		if project = o; cloud == "" {
			cloud = string(seek.Cloud(o.project.Destination))
		}
	}
	if t.want.Cloud, err = dns.ParseCloud(cloud); err != nil {
		return t, usage("Write --cloud worldwide.", "%s", sentence(err.Error()))
	}
	if len(f.dkim) > 2 {
		return t, usage("Write --dkim twice: for selector1, then for selector2.", "There are only two DKIM selectors.")
	}
	w := &t.want
	w.MX, w.Proof, w.Tenant, w.Reports = cmp.Or(f.mx, w.MX), cmp.Or(f.proof, w.Proof), cmp.Or(f.tenant, w.Tenant), cmp.Or(f.reports, w.Reports)
	if len(f.oldMX) > 0 {
		w.OldMX = f.oldMX
	}
	copy(w.DKIM[:], f.dkim)
	if project != nil {
		t.want, err = a.tenantWants(ctx, project, t.want)
	}
	return t, err
}

// dnsExit is the exit status of a verdict.
func dnsExit(v dns.Verdict) int {
	switch v {
	case dns.Fine:
		return ExitDone
	case dns.Unknown:
		return ExitTemporary
	}
	return ExitAttention
}
