package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/tui/seek"
)

func (a *app) tenantDomainCommand() *cobra.Command {
	var verify bool
	cmd := &cobra.Command{
		Use:   "domain FILE [--verify]",
		Short: "Show the records that the domain needs; have it proved",
		Long: `Shows the record that proves to Microsoft that the project's domain is yours,
and, once it is proved, the records that the domain's mail needs. With --verify,
Microsoft looks for the proof at once. All of it is kept in the project: mxodus
dns then checks exactly these records.

The proof changes nothing for your mail. The MX is changed at the cut-over, not
before.`,
		Example:           "  mxodus microsoft domain acme.mxodus\n  mxodus microsoft domain acme.mxodus --verify",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tenantDomain(cmd.Context(), args[0], verify)
		},
	}
	cmd.Flags().BoolVar(&verify, "verify", false, "have Microsoft look for the proof now")
	return cmd
}

func (a *app) tenantDomain(ctx context.Context, path string, verify bool) error {
	t, err := a.openDirectory(ctx, path)
	if err != nil {
		return err
	}
	domain := t.project.Domain
	if domain == "" {
		return usage("Set it: mxodus set "+t.name+" --domain acme.example", "The project has no domain.")
	}
	asked, err := a.askDomain(ctx, t)
	if err != nil {
		return err
	}
	var refused *engine.Fault
	if verify && !asked.Verified {
		if refused, err = a.verifyDomain(ctx, t); err != nil {
			return err
		}
		if refused == nil {
			if asked, err = a.askDomain(ctx, t); err != nil {
				return err
			}
		}
	}
	kept, err := keptWanted(ctx, t.file)
	if err != nil {
		return err
	}
	if err := keepWanted(ctx, t.file, seek.Fill(asked.Wanted(seek.Cloud(t.project.Destination), domain), kept)); err != nil {
		return err
	}
	a.tellDomain(t, asked, refused)
	if !asked.Verified {
		return end(ExitAttention)
	}
	return nil
}

func (a *app) askDomain(ctx context.Context, t *tenant) (seek.Asked, error) {
	stop := a.say("Asking the tenant about " + engine.Clean(t.project.Domain, 100))
	defer stop()
	return seek.AskTenant(ctx, t.directory, t.project.Domain)
}

// verifyDomain has Microsoft look for the proof. That it isn't there yet is no
// error, but a fault to be told of.
func (a *app) verifyDomain(ctx context.Context, t *tenant) (*engine.Fault, error) {
	stop := a.say("Microsoft looks for the proof")
	defer stop()
	return seek.Prove(ctx, t.directory, t.file, t.project.Domain)
}

type domainAskedLine struct {
	Type     string     `json:"type"`
	Domain   string     `json:"domain"`
	Verified bool       `json:"verified"`
	Initial  string     `json:"initial_domain,omitempty"`
	Fault    *jsonFault `json:"fault,omitempty"`
}

type wantedLine struct {
	Type     string `json:"type"`
	For      string `json:"for"` // proof, service
	Name     string `json:"name"`
	Record   string `json:"record_type"`
	Priority int    `json:"priority"`
	Value    string `json:"value"`
	TTL      int    `json:"ttl"`
	Service  string `json:"service,omitempty"`
	Optional bool   `json:"optional"`
}

func (a *app) tellDomain(t *tenant, asked seek.Asked, refused *engine.Fault) {
	domain := engine.Clean(t.project.Domain, 100)
	if a.opts.json {
		a.line(domainAskedLine{"domain_asked", t.project.Domain, asked.Verified, asked.Initial, faultJSON(refused)})
		for what, list := range map[string][]engine.DomainRecord{"proof": asked.Proof, "service": asked.Service} {
			for _, r := range list {
				a.line(wantedLine{"wanted_record", what, r.Name, r.Type, r.Priority, r.Value, r.TTL, r.Service, r.Optional})
			}
		}
		return
	}
	m := a.term.marks()
	if !asked.Verified {
		a.printf("%s %s isn't proved to be this tenant's yet.\n\nEnter this at your DNS provider, beside what is there:\n", m.warn, domain)
		a.tellRecords(asked.ProofToEnter())
		if refused != nil {
			a.printf("\n")
			a.printFault(a.out, "", refused)
		}
		a.notef("\nNext, once it is entered: mxodus microsoft domain %s --verify\n", t.name)
		return
	}
	a.printf("%s %s is proved to be this tenant's.\n", m.ok, domain)
	if asked.Unserved != nil {
		a.printf("\n")
		a.printFault(a.out, "", asked.Unserved)
		return
	}
	a.printf("\nWhat its mail needs, at the cut-over and not before:\n")
	a.tellRecords(asked.MailRecords())
	a.notef("\nThe domain may have other mail services: mxodus dns merges these records with\nwhat stands there. Next: mxodus dns %s\n", t.name)
}

// tellRecords gives a record two lines: values are copied, and nothing is cut.
func (a *app) tellRecords(records []engine.DomainRecord) {
	for _, r := range records {
		priority := ""
		if r.Type == "MX" || r.Type == "SRV" {
			priority = ", priority " + strconv.Itoa(r.Priority)
		}
		a.printf("  %-5s  %s%s\n         %s\n", r.Type, engine.Clean(r.Name, 260), priority, engine.Clean(r.Value, 1000))
	}
}
