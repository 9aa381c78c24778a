package cli

import "mxodus/engine"

type tenantLine struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country,omitempty"`
}

type licenceLine struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Title   string `json:"title"`
	Seats   int    `json:"seats"`
	Used    int    `json:"used"`
	Free    int    `json:"free"`
	Mailbox bool   `json:"holds_mailbox"`
	Active  bool   `json:"active"`
}

type domainLine struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Verified bool   `json:"verified"`
	Initial  bool   `json:"initial"`
	Default  bool   `json:"default"`
	Mail     bool   `json:"mail"`
}

// tenantUserLine is somebody of the tenant's whom nobody of the project is.
type tenantUserLine struct {
	Type    string `json:"type"`
	Address string `json:"tenant_user"`
	Name    string `json:"display_name,omitempty"`
	Mailbox string `json:"mailbox"`
}

// matchLine is a user of the project, and who that is in the tenant.
type matchLine struct {
	Type       string   `json:"type"`
	User       string   `json:"user"`
	LeftOut    bool     `json:"left_out"`
	How        string   `json:"how"`
	TenantUser string   `json:"tenant_user,omitempty"`
	Candidates []string `json:"candidates,omitempty"`
	Enabled    *bool    `json:"enabled,omitempty"`
	Location   string   `json:"usage_location,omitempty"`
	Licences   []string `json:"licences,omitempty"`
	Mailbox    string   `json:"mailbox,omitempty"`
}

// stepLine is what would be done, or what was.
type stepLine struct {
	Type     string     `json:"type"`
	User     string     `json:"user"`
	Make     string     `json:"make,omitempty"` // sign-in name
	Name     string     `json:"display_name,omitempty"`
	Nickname string     `json:"mail_nickname,omitempty"`
	Location string     `json:"usage_location,omitempty"`
	Licence  string     `json:"licence,omitempty"`
	Link     string     `json:"new_login,omitempty"`
	Fault    *jsonFault `json:"fault,omitempty"`
}

type stepDoneLine struct {
	Type       string     `json:"type"`
	User       string     `json:"user"`
	TenantUser string     `json:"tenant_user,omitempty"`
	Made       bool       `json:"made"`
	Located    bool       `json:"located"`
	Licensed   bool       `json:"licensed"`
	Linked     bool       `json:"linked"`
	Untried    bool       `json:"untried"`
	Fault      *jsonFault `json:"fault,omitempty"`
}

type mailboxLine struct {
	Type       string     `json:"type"`
	User       string     `json:"user"`
	TenantUser string     `json:"tenant_user"`
	Mailbox    string     `json:"mailbox"`
	SignIn     bool       `json:"sign_in"`
	Fault      *jsonFault `json:"fault,omitempty"`

	fault *engine.Fault
}

func (t *tenant) lines(view engine.TenantView, r engine.Roster) (out []any) {
	out = append(out, tenantLine{"tenant", view.Tenant.ID, view.Tenant.Name, view.Tenant.Country})
	for _, d := range view.Domains {
		out = append(out, domainLine{"domain", d.Name, d.Verified, d.Initial, d.Default, d.Mail})
	}
	for _, l := range view.Licences {
		out = append(out, licenceLine{"licence", l.ID, l.Name, l.Title, l.Seats, l.Used, l.Free(), l.Mailbox, l.Active})
	}
	for _, m := range r.Matches {
		out = append(out, matchJSON(m, view))
	}
	for _, u := range r.Rest {
		out = append(out, tenantUserLine{"tenant_user", u.Address, u.DisplayName, string(u.Mailbox)})
	}
	return out
}

func matchJSON(m engine.Match, view engine.TenantView) matchLine {
	l := matchLine{Type: "match", User: m.User.Address, LeftOut: m.User.LeftOut, How: string(m.How)}
	for _, c := range m.Like {
		l.Candidates = append(l.Candidates, c.Address)
	}
	if m.Is() {
		f := m.Found
		l.TenantUser, l.Enabled, l.Location, l.Mailbox, l.Licences = f.Address, &f.Enabled, f.UsageLocation, string(f.Mailbox), licencesOf(f, view)
	}
	return l
}

// licencesOf are the part numbers of somebody's licences.
func licencesOf(u engine.TenantUser, view engine.TenantView) (names []string) {
	for _, id := range u.Licences {
		name := id
		if l, ok := view.FindLicence(id); ok {
			name = l.Name
		}
		names = append(names, name)
	}
	return names
}
