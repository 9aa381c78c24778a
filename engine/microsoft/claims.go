package microsoft

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"mxodus/engine"
)

// claims are what an access token says of itself (RFC 7519). Microsoft keeps its
// form to itself: they serve to explain, and nothing rests on them.
type claims struct {
	Tenant   string   `json:"tid"`
	App      string   `json:"appid"`
	AppV2    string   `json:"azp"` // the same in tokens of version 2
	ObjectID string   `json:"oid"`
	Roles    []string `json:"roles"` // what an app may do
	Scopes   string   `json:"scp"`   // what it may do in a person's name
	Account  string   `json:"upn"`
}

// readClaims takes a token apart. It fails where a token has another form.
func readClaims(token engine.Secret) (claims, bool) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return claims{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}, false
	}
	var c claims
	if json.Unmarshal(b, &c) != nil || c.Tenant == "" {
		return claims{}, false
	}
	for _, s := range []*string{&c.Tenant, &c.App, &c.AppV2, &c.ObjectID, &c.Account} {
		*s = engine.Clean(*s, 200)
	}
	return c, true
}
