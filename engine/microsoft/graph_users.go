package microsoft

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"mxodus/engine"
)

// graphUser is a user as Graph has it.
type graphUser struct {
	ID             string        `json:"id"`
	UPN            string        `json:"userPrincipalName"`
	Mail           string        `json:"mail"`
	ProxyAddresses []string      `json:"proxyAddresses"`
	DisplayName    string        `json:"displayName"`
	Nickname       string        `json:"mailNickname"`
	Enabled        *bool         `json:"accountEnabled"`
	UsageLocation  string        `json:"usageLocation"`
	UserType       string        `json:"userType"`
	Created        string        `json:"createdDateTime"`
	Licences       []graphSKURef `json:"assignedLicenses"`
	Assigned       []graphPlan   `json:"assignedPlans"`
	Provisioned    []graphPlan   `json:"provisionedPlans"`
}

type graphSKURef struct {
	SKU string `json:"skuId"`
}

// graphPlan is a service plan: assigned ones have an ID and a capability,
// provisioned ones a status.
type graphPlan struct {
	ID         string `json:"servicePlanId"`
	Service    string `json:"service"`
	Capability string `json:"capabilityStatus"`
	Status     string `json:"provisioningStatus"`
}

// userFields are what is asked for of users; Graph gives few of them unasked.
const userFields = "$select=id,userPrincipalName,mail,proxyAddresses,displayName,mailNickname,accountEnabled,usageLocation,userType,createdDateTime,assignedLicenses,assignedPlans,provisionedPlans"

// Tenant is what the tenant says of itself.
func (g *Graph) Tenant(ctx context.Context) (engine.Tenant, error) {
	orgs, err := list[struct {
		ID      string `json:"id"`
		Name    string `json:"displayName"`
		Country string `json:"countryLetterCode"`
	}](ctx, g, g.at("$select=id,displayName,countryLetterCode", "organization"))
	if err != nil || len(orgs) == 0 {
		return engine.Tenant{}, err
	}
	o := orgs[0]
	return engine.Tenant{ID: engine.Clean(o.ID, 100), Name: engine.Clean(o.Name, 200), Country: strings.ToUpper(engine.Clean(o.Country, 2))}, nil
}

// Users lists all users but guests, a hundred a page.
func (g *Graph) Users(ctx context.Context) ([]engine.TenantUser, error) {
	if err := g.knowPlans(ctx); err != nil {
		return nil, err
	}
	found, err := list[graphUser](ctx, g, g.at(userFields+"&$top=100", "users"))
	if err != nil {
		return nil, err
	}
	var out []engine.TenantUser
	for _, u := range found {
		if !strings.EqualFold(u.UserType, "Guest") {
			out = append(out, g.user(u))
		}
	}
	return out, nil
}

// User finds one by its ID or sign-in name.
func (g *Graph) User(ctx context.Context, idOrAddress string) (engine.TenantUser, error) {
	if err := g.knowPlans(ctx); err != nil {
		return engine.TenantUser{}, err
	}
	u, err := g.find(ctx, idOrAddress)
	if err != nil {
		return engine.TenantUser{}, err
	}
	return g.user(u), nil
}

func (g *Graph) find(ctx context.Context, idOrAddress string) (u graphUser, err error) {
	if idOrAddress == "" {
		return u, notFoundFault()
	}
	err = g.get(ctx, g.at(userFields, "users", idOrAddress), &u)
	return u, err
}

// user is what of a user's matters here, cleaned.
func (g *Graph) user(u graphUser) engine.TenantUser {
	out := engine.TenantUser{ID: engine.Clean(u.ID, 100), Address: engine.Clean(u.UPN, 200), Mail: engine.Clean(u.Mail, 200),
		DisplayName: engine.Clean(u.DisplayName, 200), Nickname: engine.Clean(u.Nickname, 100), Enabled: u.Enabled == nil || *u.Enabled,
		UsageLocation: strings.ToUpper(engine.Clean(u.UsageLocation, 2)), Mailbox: g.mailbox(u)}
	for _, l := range u.Licences {
		out.Licences = append(out.Licences, engine.Clean(l.SKU, 100))
	}
	for _, p := range u.ProxyAddresses {
		kind, address, ok := strings.Cut(p, ":")
		if !ok || !strings.EqualFold(kind, "smtp") {
			continue
		}
		address = strings.ToLower(engine.Clean(address, 200))
		if kind == "SMTP" && out.Mail == "" {
			out.Mail = address
		}
		if !strings.EqualFold(address, out.Mail) && !strings.EqualFold(address, out.Address) && !slices.Contains(out.Aliases, address) {
			out.Aliases = append(out.Aliases, address)
		}
	}
	return out
}

// mailbox tells how far a user's mailbox is. Graph says so only by signs, without
// permissions on the mailbox itself: Exchange writes the main address back to
// the directory once it has made one, and reports its plan as provisioned.
func (g *Graph) mailbox(u graphUser) engine.MailboxState {
	addressed := u.Mail != "" && (len(u.ProxyAddresses) == 0 || slices.ContainsFunc(u.ProxyAddresses, func(p string) bool { return strings.HasPrefix(p, "SMTP:") }))
	switch plan, on := g.mailPlan(u); {
	case !plan && addressed && u.Enabled != nil && !*u.Enabled:
		return engine.MailboxReady // a shared mailbox needs no licence, and nobody signs in to it
	case !plan && addressed:
		return engine.MailboxUnknown
	case !plan:
		return engine.MailboxNone
	case !on:
		return engine.MailboxOff
	case addressed && provisioned(u.Provisioned):
		return engine.MailboxReady
	}
	return engine.MailboxUnderway
}

// mailPlan says whether a user has a plan that holds a mailbox, and whether it is
// switched on.
func (g *Graph) mailPlan(u graphUser) (has, on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range u.Assigned {
		if g.plans[strings.ToLower(p.ID)] {
			has = true
			on = on || p.Capability == "Enabled" || p.Capability == "Warning"
		}
	}
	if has {
		return has, on
	}
	for _, l := range u.Licences { // just assigned: the plans follow
		if g.skus[strings.ToLower(l.SKU)] {
			return true, len(u.Assigned) == 0 || !slices.ContainsFunc(u.Assigned, func(p graphPlan) bool { return strings.EqualFold(p.Service, "exchange") })
		}
	}
	return false, false
}

// provisioned says that Exchange reports a mailbox as made, or reports nothing.
func provisioned(plans []graphPlan) bool {
	said := false
	for _, p := range plans {
		if strings.EqualFold(p.Service, "exchange") {
			if p.Status == "Success" {
				return true
			}
			said = true
		}
	}
	return !said
}

// users is the address of something of a user's.
func (g *Graph) ofUser(id string, more ...string) string {
	return g.at("", append([]string{"users", id}, more...)...)
}

// byName is the query for users with a sign-in name.
func byName(upn string) string {
	return userFields + "&$filter=" + url.QueryEscape("userPrincipalName eq '"+strings.ReplaceAll(upn, "'", "''")+"'")
}
