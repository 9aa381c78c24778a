package cli

import (
	"context"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// tenant is the Microsoft 365 tenant that a project's mail moves to.
type tenant struct {
	*opened
	directory engine.Directory
}

// openDirectory opens a project whose destination is Microsoft 365, and what reaches
// the tenant.
func (a *app) openDirectory(ctx context.Context, path string) (*tenant, error) {
	o, err := a.openLive(ctx, path)
	if err != nil {
		return nil, err
	}
	e := o.project.Destination
	if e.Kind != engine.KindMicrosoft365 {
		return nil, usage("For a project that moves to Microsoft 365: mxodus set "+o.name+" --destination microsoft365", "The new server of this project isn't Microsoft 365.")
	}
	d, err := a.Adapters.Directory(engine.SideDestination, e, o.vault)
	if err != nil {
		return nil, err
	}
	if w, ok := d.(engine.Waiter); ok {
		w.OnWait(func(d time.Duration) {
			a.log.Info("Graph asks to wait", "wait", d)
			if d >= 3*time.Second {
				a.notice("Waiting for Microsoft: going on in " + say.Exactly(d) + ".")
			}
		})
	}
	return &tenant{opened: o, directory: d}, nil
}

// read reads all of the tenant that is needed.
func (a *app) readTenant(ctx context.Context, t *tenant) (engine.TenantView, error) {
	stop := a.say("Reading the tenant's users, licences and domains")
	defer stop()
	return engine.ReadTenant(ctx, t.directory)
}
