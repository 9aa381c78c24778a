package microsoft

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"mxodus/engine"
)

// Create makes a user. Where the answer was lost and Graph then says that the
// user is there, it is looked at: one that was made a moment ago under the same
// names is the one that was asked for.
func (g *Graph) Create(ctx context.Context, n engine.NewTenantUser) (engine.TenantUser, error) {
	if err := g.knowPlans(ctx); err != nil {
		return engine.TenantUser{}, err
	}
	body := map[string]any{"accountEnabled": true, "displayName": n.DisplayName, "mailNickname": n.Nickname, "userPrincipalName": n.Address,
		"passwordProfile": map[string]any{"forceChangePasswordNextSignIn": true, "password": n.Password.Reveal()}}
	if n.UsageLocation != "" {
		body["usageLocation"] = n.UsageLocation
	}
	var made graphUser
	began := time.Now()
	err := g.call(ctx, request{method: http.MethodPost, address: g.at("", "users"), body: body, secret: n.Password}, &made)
	if err == nil {
		return g.user(made), nil
	}
	if !errors.Is(err, errUnsure) {
		return engine.TenantUser{}, err
	}
	if found, ok := g.justMade(ctx, n, began); ok {
		return g.user(found), nil
	}
	f := *engine.AsFault(err)
	f.Do = "Run again in a few minutes. If the user is there then, it was made now, and nobody knows its password: reset it in the Microsoft 365 admin center."
	return engine.TenantUser{}, &f
}

const (
	// clockSlack is how far Microsoft's clock and ours may be apart.
	clockSlack = 5 * time.Minute
	// looksMost is how often a user is looked for that may have been made.
	looksMost = 5
)

// justMade looks for a user that a lost answer was about, for a while: the list
// may show it late.
func (g *Graph) justMade(ctx context.Context, n engine.NewTenantUser, began time.Time) (graphUser, bool) {
	for look := range looksMost {
		found, err := list[graphUser](ctx, g, g.at(byName(n.Address), "users"))
		if err != nil {
			return graphUser{}, false
		}
		if len(found) == 1 {
			return found[0], isOurs(found[0], n, began)
		}
		if g.sleep(ctx, waitFirst<<look) != nil {
			break
		}
	}
	return graphUser{}, false
}

// isOurs says that a user is the one that was asked for, not somebody else's of
// the same name.
func isOurs(u graphUser, n engine.NewTenantUser, began time.Time) bool {
	created, err := time.Parse(time.RFC3339, u.Created)
	return err == nil && created.After(began.Add(-clockSlack)) && u.DisplayName == n.DisplayName && strings.EqualFold(u.Nickname, n.Nickname) && len(u.Licences) == 0
}

// SetUsageLocation sets the country whose rules decide on licences.
func (g *Graph) SetUsageLocation(ctx context.Context, userID, country string) error {
	return g.call(ctx, request{method: http.MethodPatch, address: g.ofUser(userID), body: map[string]any{"usageLocation": country},
		patient: func(f *engine.Fault) bool { return f.Code == engine.CodeNotFound }}, nil)
}

// AssignLicence gives a licence to a user. A directory has many copies: a user
// that was just made, or a country that was just set, isn't in all of them yet,
// and is waited for.
func (g *Graph) AssignLicence(ctx context.Context, userID, licenceID string) error {
	located := false
	patient := func(f *engine.Fault) bool {
		switch {
		case f.Code == engine.CodeNotFound:
			return f.Class == engine.StopMailbox // the user, not the licence
		case f.Code == engine.CodeNoCountry && !located:
			u, err := g.find(ctx, userID)
			located = err == nil && u.UsageLocation != ""
		}
		return f.Code == engine.CodeNoCountry && located
	}
	return g.call(ctx, request{method: http.MethodPost, address: g.ofUser(userID, "assignLicense"), patient: patient,
		body: map[string]any{"addLicenses": []any{map[string]any{"skuId": licenceID, "disabledPlans": []string{}}}, "removeLicenses": []string{}}}, nil)
}
