package lab

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

func values(list any) map[string]any { return map[string]any{"value": list} }

func (g *Graph) serveTenant(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, values([]any{map[string]any{"id": "0f0f0f0f-0000-1111-2222-333333333333", "displayName": g.name, "countryLetterCode": g.country}}))
}

func (g *Graph) serveSKUs(w http.ResponseWriter, _ *http.Request) {
	list := []any{}
	for _, s := range g.skus {
		plans := []any{}
		for _, p := range s.plans {
			plans = append(plans, map[string]any{"servicePlanId": p[0], "servicePlanName": p[1], "provisioningStatus": "Success", "appliesTo": "User"})
		}
		list = append(list, map[string]any{"skuId": s.id, "skuPartNumber": s.part, "appliesTo": "User", "capabilityStatus": "Enabled", "consumedUnits": g.used(s.id),
			"prepaidUnits": map[string]any{"enabled": s.seats, "suspended": 0, "warning": 0, "lockedOut": 0}, "servicePlans": plans})
	}
	answer(w, http.StatusOK, values(list))
}

// serveUsers gives a page of the list. It shows new users at once.
func (g *Graph) serveUsers(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	skip, _ := strconv.Atoi(q.Get("$skiptoken")) // 0 at first
	wanted := g.filtered(q.Get("$filter"))
	list := []any{}
	for _, u := range wanted[min(skip, len(wanted)):min(skip+g.page, len(wanted))] {
		list = append(list, g.show(u))
	}
	out := values(list)
	if skip += g.page; skip < len(wanted) {
		base := g.a.graphBase()
		if g.nextHost != "" {
			base = g.nextHost
		}
		out["@odata.nextLink"] = base + "/v1.0/users?" + url.Values{"$select": q["$select"], "$skiptoken": {strconv.Itoa(skip)}}.Encode()
	}
	answer(w, http.StatusOK, out)
}

// filtered knows one filter: userPrincipalName eq 'x'.
func (g *Graph) filtered(filter string) []*graphUser {
	name, ok := strings.CutPrefix(filter, "userPrincipalName eq '")
	if !ok {
		return g.users
	}
	u := g.user(strings.ReplaceAll(strings.TrimSuffix(name, "'"), "''", "'"))
	if u == nil {
		return nil
	}
	return []*graphUser{u}
}

// show is a user as clients see it; each look brings the mailbox nearer.
func (g *Graph) show(u *graphUser) map[string]any {
	g.grow(u)
	licences, assigned, provisioned := []any{}, []any{}, []any{}
	for _, id := range u.skus {
		licences = append(licences, map[string]any{"skuId": id, "disabledPlans": []string{}})
		for _, p := range g.sku(id).plans {
			assigned = append(assigned, map[string]any{"servicePlanId": p[0], "service": "exchange", "capabilityStatus": "Enabled"})
		}
		if u.mailboxIn < 0 && u.mail != "" {
			provisioned = append(provisioned, map[string]any{"service": "exchange", "capabilityStatus": "Enabled", "provisioningStatus": "Success"})
		}
	}
	out := map[string]any{"id": u.id, "userPrincipalName": u.upn, "displayName": u.name, "mailNickname": u.nickname, "accountEnabled": u.enabled,
		"userType": u.kind, "createdDateTime": u.created.UTC().Format(time.RFC3339), "proxyAddresses": u.proxies, "mail": nil, "usageLocation": nil,
		"assignedLicenses": licences, "assignedPlans": assigned, "provisionedPlans": provisioned}
	if u.mail != "" {
		out["mail"] = u.mail
	}
	if u.country != "" {
		out["usageLocation"] = u.country
	}
	return out
}

// grow makes a mailbox once its time has come.
func (g *Graph) grow(u *graphUser) {
	if u.mailboxIn < 0 {
		return
	}
	if u.mailboxIn > 0 {
		u.mailboxIn--
		return
	}
	u.mailboxIn, u.mail, u.proxies = -1, u.upn, append(u.proxies, "SMTP:"+u.upn)
	if g.onMailbox != nil {
		g.onMailbox(u.upn)
	}
}

// seen finds the user that a request is about; a new one isn't there for a while.
func (g *Graph) seen(w http.ResponseWriter, r *http.Request) *graphUser {
	u := g.user(r.PathValue("id"))
	if u == nil || u.unseen > 0 {
		if u != nil {
			u.unseen--
		}
		graphRefuse(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+r.PathValue("id")+"' does not exist or one of its queried reference-property objects are not present.")
		return nil
	}
	return u
}

func (g *Graph) serveUser(w http.ResponseWriter, r *http.Request) {
	if u := g.seen(w, r); u != nil {
		answer(w, http.StatusOK, g.show(u))
	}
}

// newUser is what a client sends.
type newUser struct {
	Enabled  bool   `json:"accountEnabled"`
	Name     string `json:"displayName"`
	Nickname string `json:"mailNickname"`
	UPN      string `json:"userPrincipalName"`
	Country  string `json:"usageLocation"`
	Profile  struct {
		Force    bool   `json:"forceChangePasswordNextSignIn"`
		Password string `json:"password"`
	} `json:"passwordProfile"`
}

func (g *Graph) serveCreate(w http.ResponseWriter, r *http.Request) {
	var n newUser
	if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
		graphRefuse(w, http.StatusBadRequest, "BadRequest", "Unable to read JSON request payload.")
		return
	}
	_, domain, _ := strings.Cut(n.UPN, "@")
	d := g.domain(domain)
	bad := ""
	switch {
	case n.Name == "" || n.Nickname == "" || n.UPN == "" || strings.ContainsAny(n.Nickname, " @()\\[]\";:<>,"):
		bad = "Invalid value specified for property 'mailNickname' of resource 'User'."
	case d == nil || !d.verified:
		bad = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
	case g.user(n.UPN) != nil:
		bad = "Another object with the same value for property userPrincipalName already exists."
	case g.hasProxy(n.UPN):
		bad = "Another object with the same value for property proxyAddresses already exists."
	case g.hasNickname(n.Nickname):
		bad = "Another object with the same value for property mailNickname already exists."
	case !strong(n.Profile.Password):
		bad = "The specified password does not comply with password complexity requirements. Please provide a different password."
	case n.Country != "" && len(n.Country) != 2:
		bad = "Invalid value specified for property 'usageLocation' of resource 'User'."
	}
	if bad != "" {
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", bad)
		return
	}
	u := &graphUser{id: guid(), upn: n.UPN, name: n.Name, nickname: n.Nickname, country: n.Country, kind: "Member", enabled: n.Enabled, created: time.Now(),
		password: n.Profile.Password, mustChange: n.Profile.Force, unseen: g.hidden, mailboxIn: -1}
	g.users = append(g.users, u)
	answer(w, http.StatusCreated, g.show(u))
}

func (g *Graph) hasProxy(address string) bool {
	return slices.ContainsFunc(g.users, func(u *graphUser) bool {
		return slices.ContainsFunc(u.proxies, func(p string) bool { return strings.EqualFold(p, "smtp:"+address) })
	})
}

func (g *Graph) hasNickname(name string) bool {
	return slices.ContainsFunc(g.users, func(u *graphUser) bool { return strings.EqualFold(u.nickname, name) })
}

// strong says that a password has eight characters of three kinds at least.
func strong(s string) bool {
	kinds := map[string]bool{}
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			kinds["upper"] = true
		case unicode.IsLower(r):
			kinds["lower"] = true
		case unicode.IsDigit(r):
			kinds["digit"] = true
		default:
			kinds["other"] = true
		}
	}
	return len(s) >= 8 && len(kinds) >= 3
}

func (g *Graph) serveChange(w http.ResponseWriter, r *http.Request) {
	u := g.seen(w, r)
	if u == nil {
		return
	}
	var change struct {
		Country string `json:"usageLocation"`
	}
	if err := json.NewDecoder(r.Body).Decode(&change); err != nil || len(change.Country) != 2 {
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'usageLocation' of resource 'User'.")
		return
	}
	u.country = change.Country
	w.WriteHeader(http.StatusNoContent)
}

func (g *Graph) serveAssign(w http.ResponseWriter, r *http.Request) {
	u := g.seen(w, r)
	if u == nil {
		return
	}
	var change struct {
		Add []struct {
			SKU string `json:"skuId"`
		} `json:"addLicenses"`
		Remove []string `json:"removeLicenses"`
	}
	if err := json.NewDecoder(r.Body).Decode(&change); err != nil || len(change.Add) != 1 || change.Remove == nil {
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "One or more parameters of the operation 'assignLicense' are missing from the request payload.")
		return
	}
	s := g.sku(change.Add[0].SKU)
	switch {
	case s == nil:
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "License "+change.Add[0].SKU+" does not correspond to a valid company License.")
	case u.country == "":
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "License assignment cannot be done for user with invalid usage location.")
	case slices.Contains(u.skus, s.id):
		answer(w, http.StatusOK, g.show(u))
	case g.used(s.id) >= s.seats:
		graphRefuse(w, http.StatusBadRequest, "Request_BadRequest", "Subscription with SKU "+s.id+" does not have any available licenses.")
	default:
		u.skus = append(u.skus, s.id)
		if u.mail == "" && slices.ContainsFunc(s.plans, func(p [2]string) bool { return p[1] == MailPlan }) {
			u.mailboxIn = g.slow + 1 // this answer is a look
		}
		answer(w, http.StatusOK, g.show(u))
	}
}
