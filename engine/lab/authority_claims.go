package lab

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MailRole is the permission of an app to open mailboxes by IMAP. Apps that
// AddApp registers have it, and consent for it.
const MailRole = "IMAP.AccessAsApp"

// registration is what an authority knows of an app beside its secret.
type registration struct {
	roles   []string // that an administrator consented to
	expired bool     // the client secret
	// certificates are what it may prove itself by; none: by any.
	certificates []*x509.Certificate
}

// id makes an ID of a name, always the same: a UUID by its looks.
func id(kind, name string) string {
	h := sha256.Sum256([]byte(kind + "\x00" + strings.ToLower(name)))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// TenantID is the ID of its own tenant.
func (a *Authority) TenantID() string { return id("tenant", a.Tenant) }

// ObjectID is the ID of an app's enterprise application in the tenant.
func (a *Authority) ObjectID(clientID string) string { return id("principal", clientID) }

// RegistrationID is the object ID of an app's registration: the one that is
// mistaken for the other.
func (a *Authority) RegistrationID(clientID string) string { return id("registration", clientID) }

// Consent sets the permissions that an app has: of Exchange Online, and of Graph.
func (a *Authority) Consent(clientID string, roles ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registration(clientID).roles = roles
}

// ExpireSecret lets an app's client secret run out, or makes it good again.
func (a *Authority) ExpireSecret(clientID string, on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registration(clientID).expired = on
}

// AddDomain says whose domain one is: that of the own tenant, or, with another
// tenant's name, a stranger's.
func (a *Authority) AddDomain(domain, tenant string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.domains[strings.ToLower(domain)] = tenant
}

// MoveTenant lets the tenant be one of another cloud, by its domain, as
// microsoftonline.us.
func (a *Authority) MoveTenant(instance string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.instance = instance
}

// SetOpaque lets tokens be of a form that says nothing.
func (a *Authority) SetOpaque(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.opaque = on
}

// registration finds an app's, or begins one. The caller holds mu.
func (a *Authority) registration(clientID string) *registration {
	r := a.registered[clientID]
	if r == nil {
		r = &registration{roles: []string{MailRole}}
		a.registered[clientID] = r
	}
	return r
}

// tenantOf is the ID of the tenant that a name in an address means: its own ID,
// one of its domains, or "organizations"; empty if there is none.
func (a *Authority) tenantOf(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if strings.EqualFold(name, a.Tenant) || strings.EqualFold(name, a.TenantID()) || name == "organizations" {
		return a.TenantID()
	}
	if tenant, ok := a.domains[strings.ToLower(name)]; ok {
		return id("tenant", tenant)
	}
	for _, tenant := range a.domains {
		if id("tenant", tenant) == strings.ToLower(name) {
			return id("tenant", tenant)
		}
	}
	return ""
}

// appToken makes an app's access token: a JWT by its looks, whose signature
// nobody looks at. The caller holds mu.
func (a *Authority) appToken(clientID, scope string) string {
	claims := map[string]any{"appid": clientID, "oid": a.ObjectID(clientID), "sub": a.ObjectID(clientID), "idtyp": "app", "app_displayname": "mxodus"}
	if roles := rolesFor(a.registration(clientID).roles, scope); len(roles) > 0 {
		claims["roles"] = roles
	}
	return a.issue(scope, claims)
}

// rolesFor are the roles of one resource: a token is for one only.
func rolesFor(roles []string, scope string) (out []string) {
	mail := !strings.Contains(scope, "/graph")
	for _, r := range roles {
		if (r == MailRole) == mail {
			out = append(out, r)
		}
	}
	return out
}

// issue makes an access token and keeps it. The caller holds mu.
func (a *Authority) issue(scope string, claims map[string]any) string {
	now := time.Now()
	claims["aud"], claims["iss"], claims["tid"] = strings.TrimSuffix(scope, "/.default"), a.base+"/"+a.TenantID()+"/", a.TenantID()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(a.lifetime).Unix()
	token := packed(map[string]any{"typ": "JWT", "alg": "RS256"}) + "." + packed(claims) + "." + secretText("access")
	if a.opaque {
		token = secretText("access")
	}
	a.tokens[token] = &grant{expires: now.Add(a.lifetime), scope: scope}
	return token
}

// Claims are what an access token says; nil if it isn't one of an authority.
func Claims(token string) map[string]any {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var claims map[string]any
	if json.Unmarshal(b, &claims) != nil {
		return nil
	}
	return claims
}

// HasRole says that an app's token carries a permission.
func HasRole(token, role string) bool {
	roles, _ := Claims(token)["roles"].([]any)
	return slices.Contains(roles, any(role))
}
