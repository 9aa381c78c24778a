package microsoft

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"mxodus/engine"
)

const (
	mailRole    = "IMAP.AccessAsApp"
	personScope = "IMAP.AccessAsUser.All"
)

// checking is one run of the checks.
type checking struct {
	*setup
	cloud Cloud
	each  func(engine.SetupReport)

	mu     sync.Mutex
	report engine.SetupReport
	claims claims
	// unproved are domains of mailboxes that no tenant has proved to be its own.
	unproved map[string]bool
	users    map[string]engine.TenantUser // by address, lower case; nil: not known
}

// Check looks at one step after the other, as far as they rest on each other.
func (s *setup) Check(ctx context.Context, each func(engine.SetupReport)) (engine.SetupReport, error) {
	c := &checking{setup: s, each: each, unproved: map[string]bool{}}
	c.report.Steps = s.Steps()
	for _, u := range s.Users {
		c.report.Mailboxes = append(c.report.Mailboxes, engine.MailboxCheck{User: u, Name: engine.Clean(s.mailbox(u), 200), State: engine.CheckWaiting})
	}
	cloud, err := FindCloud(s.e.Cloud)
	if err != nil {
		_, err = s.signer.cloud()
		c.failed(engine.SetupTenant, engine.AsFault(err))
		return c.report, context.Cause(ctx)
	}
	c.cloud = cloud
	for _, look := range []func(context.Context) bool{c.tenant, c.signIn, c.permission, c.directory, c.mailboxes} {
		if !look(ctx) || ctx.Err() != nil {
			break
		}
	}
	return c.snapshot(), context.Cause(ctx)
}

// snapshot is a copy for those outside.
func (c *checking) snapshot() engine.SetupReport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.copied()
}

// copied is the report as it is. The caller holds mu.
func (c *checking) copied() engine.SetupReport {
	r := c.report
	r.Steps, r.Mailboxes = slices.Clone(r.Steps), slices.Clone(r.Mailboxes)
	return r
}

// change changes the report and tells of it.
func (c *checking) change(f func(*engine.SetupReport)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.report)
	if c.each != nil {
		c.each(c.copied())
	}
}

func (c *checking) settle(id engine.SetupStepID, state engine.CheckState, found string, f *engine.Fault) {
	c.change(func(r *engine.SetupReport) {
		for i := range r.Steps {
			if step := &r.Steps[i]; step.ID == id {
				step.State, step.Found, step.Fault = state, found, f
			}
		}
	})
}

func (c *checking) ok(id engine.SetupStepID, found string) { c.settle(id, engine.CheckOK, found, nil) }

// failed says that a step is missing, and that what rests on it isn't looked at.
func (c *checking) failed(id engine.SetupStepID, f *engine.Fault) bool {
	c.settle(id, engine.CheckFailed, "", c.fault(f))
	return false
}

// tenant finds the tenant, and whose the domains of the mailboxes are.
func (c *checking) tenant(ctx context.Context) bool {
	name := cmp.Or(c.e.Tenant, c.Project.Domain)
	if name == "" {
		return c.failed(engine.SetupTenant, tenantUnset(""))
	}
	found, err := c.signer.findTenant(ctx, c.cloud, name)
	switch {
	case err != nil:
		return c.failed(engine.SetupTenant, engine.AsFault(err))
	case found == "" && c.e.Tenant == "":
		return c.failed(engine.SetupTenant, tenantUnset(""))
	case found == "":
		f := c.signer.numberedFault("90002")
		f.Said = "No tenant is called " + engine.Clean(name, 100) + "."
		return c.failed(engine.SetupTenant, f)
	case c.e.Tenant == "":
		return c.failed(engine.SetupTenant, tenantUnset(found))
	}
	c.change(func(r *engine.SetupReport) { r.TenantID = found })
	if f := c.domains(ctx, found); f != nil {
		return c.failed(engine.SetupTenant, f)
	}
	c.ok(engine.SetupTenant, "Its ID is "+found+".")
	return true
}

// fewDomains is how many domains of mailboxes are asked about.
const fewDomains = 10

// domains finds mailboxes whose domain is another tenant's. A domain that can't be
// asked about says nothing.
func (c *checking) domains(ctx context.Context, tenant string) *engine.Fault {
	var seen []string
	for _, u := range c.Users {
		_, domain, ok := strings.Cut(strings.ToLower(c.mailbox(u)), "@")
		if !ok || domain == "" || slices.Contains(seen, domain) || len(seen) == fewDomains {
			continue
		}
		seen = append(seen, domain)
		found, err := c.signer.findTenant(ctx, c.cloud, domain)
		switch {
		case err != nil:
		case found == "":
			c.unproved[domain] = true
		case found != tenant:
			return otherTenant(domain, found)
		}
	}
	return nil
}

// signIn gets a token, which proves the app and its credential, or a person's
// sign-in.
func (c *checking) signIn(ctx context.Context) bool {
	person := c.e.SignIn.ByPerson()
	switch {
	case c.e.ClientID == "":
		return c.failed(engine.SetupApp, appUnset(person))
	case c.Vault == nil:
		return false
	}
	token, err := c.signer.acquire(ctx, true)
	if err != nil {
		return c.refused(engine.AsFault(err))
	}
	var readable bool
	c.claims, readable = readClaims(token.Secret)
	if readable && !strings.EqualFold(c.claims.Tenant, c.report.TenantID) {
		return c.failed(engine.SetupTenant, otherToken(c.claims.Tenant))
	}
	if person {
		c.ok(engine.SetupApp, "A person can sign in through it.")
		c.ok(engine.SetupSignIn, strings.TrimSpace("Signed in "+asWhom(c.claims.Account))+".")
		return true
	}
	found := "It signs in."
	if c.claims.ObjectID != "" {
		found = "It signs in. The object ID of its enterprise application is " + c.claims.ObjectID + "."
	}
	c.ok(engine.SetupApp, found)
	c.ok(engine.SetupCredential, "Microsoft accepts it.")
	c.change(func(r *engine.SetupReport) {
		r.ObjectID = c.claims.ObjectID
		for i, known := range c.steps(r.ObjectID) {
			r.Steps[i].ByHand = known.ByHand
		}
	})
	return true
}

func asWhom(account string) string {
	if account == "" {
		return ""
	}
	return "as " + account
}

// refused files a refusal under the step that mends it. Where it is the
// authority's, what comes before that step is done: it looks in this order.
func (c *checking) refused(f *engine.Fault) bool {
	at := stepOf(f, c.e.SignIn.ByPerson())
	if f.Class == engine.Retry || f.Code == engine.CodeCertificate {
		at = engine.SetupApp // nothing was found out
	}
	for _, step := range c.Steps() {
		if step.ID == at {
			break
		}
		if step.ID != engine.SetupTenant && numbered.MatchString(f.Said) {
			c.ok(step.ID, "Microsoft knows it.")
		}
	}
	return c.failed(at, f)
}

// stepOf finds the step that a refusal is about.
func stepOf(f *engine.Fault, person bool) engine.SetupStepID {
	number := ""
	if m := numbered.FindStringSubmatch(f.Said); m != nil {
		number = m[1]
	}
	switch number {
	case "700016", "700011", "7000229", "65002", "7000112", "70001", "1000031", "700025", "7000218", "50011", "900971", "70004", "50194":
		return engine.SetupApp
	case "90002", "900023", "50059", "50128", "90019", "900382", "900432", "900439", "90038", "90051", "500021", "500022", "50002":
		return engine.SetupTenant
	case "65001", "90094", "90095", "65005", "650056", "90008", "500011", "500014", "50001", "650052", "650054", "650057", "70011":
		if person {
			return engine.SetupApp
		}
		return engine.SetupPermission
	}
	if person {
		return engine.SetupSignIn
	}
	return engine.SetupCredential
}

// permission reads from the token what the app may do.
func (c *checking) permission(context.Context) bool {
	switch {
	case c.e.SignIn.ByPerson():
		if c.claims.Scopes != "" && !strings.Contains(c.claims.Scopes, personScope) {
			return c.failed(engine.SetupApp, noScope())
		}
		return true
	case c.claims.Tenant == "":
		c.settle(engine.SetupPermission, engine.CheckWarning, "It can't be told from here: the token has a form of its own. The mailboxes will show it.", nil)
		return true
	case !slices.Contains(c.claims.Roles, mailRole):
		return c.failed(engine.SetupPermission, noRole(c.claims.Roles))
	}
	c.ok(engine.SetupPermission, "The app may use IMAP.")
	return true
}

// directory asks the tenant for its users, where the sign-in may.
func (c *checking) directory(ctx context.Context) bool {
	if c.Directory == nil {
		c.settle(engine.SetupUsers, engine.CheckWarning, "It wasn't asked.", nil)
		return true
	}
	users, err := c.Directory.Users(ctx)
	if err != nil {
		f := *engine.AsFault(err)
		c.failed(engine.SetupUsers, &f)
		return true
	}
	c.ok(engine.SetupUsers, "The tenant lists its users.")
	c.users = map[string]engine.TenantUser{}
	for _, u := range users {
		for _, address := range append([]string{u.Mail, u.Address}, u.Aliases...) {
			if address != "" {
				c.users[strings.ToLower(address)] = u
			}
		}
	}
	return true
}

// fault says on which side it happened.
func (c *checking) fault(f *engine.Fault) *engine.Fault {
	f.Side = c.Side
	f.Do = engine.ForFile(f.Do, c.file())
	return f
}
