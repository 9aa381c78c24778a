package cli

import (
	"context"
	"encoding/json"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/seek"
)

// docWanted is the project's document of what must stand in the DNS (dns.Wanted);
// the wizard reads and writes it, too.
const docWanted = "dns/wanted"

// tenantTime is how long the tenant may take to say what it wants of the DNS.
const tenantTime = 20 * time.Second

// tenantWants completes what is wanted of a project's domain: by what the tenant
// says, where it can be asked without asking a person for the passphrase, or by
// what the project keeps from before. What somebody wrote stays.
func (a *app) tenantWants(ctx context.Context, o *opened, w dns.Wanted) (dns.Wanted, error) {
	kept, err := keptWanted(ctx, o.file)
	if err != nil {
		return w, err
	}
	if o.project.Destination.Kind != engine.KindMicrosoft365 || w.Cloud == dns.Elsewhere {
		return seek.Fill(w, kept), nil
	}
	if said, ok := a.askWanted(ctx, o, w.Cloud); ok {
		if err := keepWanted(ctx, o.file, seek.Fill(said, kept)); err != nil {
			return w, err
		}
		w = seek.Fill(w, said)
	}
	return seek.Fill(w, kept), nil
}

// askWanted asks the tenant. That it can't be asked stops nothing.
func (a *app) askWanted(ctx context.Context, o *opened, c dns.Cloud) (dns.Wanted, bool) {
	if !a.hasPassphrase(o.file.Path()) || a.Adapters.Directory == nil {
		return dns.Wanted{}, false
	}
	asked, err := a.askTenant(ctx, o)
	if err != nil {
		a.notef("The tenant couldn't be asked which records it wants: %s\n", engine.AsFault(err).What)
		return dns.Wanted{}, false
	}
	return asked.Wanted(c, o.project.Domain), true
}

func (a *app) askTenant(ctx context.Context, o *opened) (seek.Asked, error) {
	v, err := a.unlock(ctx, o.file)
	if err != nil {
		return seek.Asked{}, err
	}
	o.vault = v
	d, err := a.Adapters.Directory(engine.SideDestination, o.project.Destination, v)
	if err != nil {
		return seek.Asked{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, tenantTime)
	defer cancel()
	stop := a.say("Asking the tenant which records it wants")
	defer stop()
	return seek.AskTenant(ctx, d, o.project.Domain)
}

// keptWanted is what the project keeps; a document of another version is as if
// there were none.
func keptWanted(ctx context.Context, f engine.ProjectFile) (w dns.Wanted, err error) {
	doc, err := f.Kept(ctx, docWanted)
	if err == nil && doc != nil && json.Unmarshal(doc, &w) != nil {
		w = dns.Wanted{}
	}
	return w, err
}

func keepWanted(ctx context.Context, f engine.ProjectFile, w dns.Wanted) error {
	doc, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return f.Keep(ctx, docWanted, doc)
}
