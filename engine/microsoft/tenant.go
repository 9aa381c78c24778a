package microsoft

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"mxodus/engine"
)

var uuidWithin = regexp.MustCompile(`[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`)

// findTenant asks a cloud's authority whose tenant a name is: an ID, or a domain.
// Anybody may ask that (OpenID Connect Discovery). It returns the tenant's ID;
// empty without an error if the cloud has no such tenant. Its errors are
// *engine.Fault.
func (s *signer) findTenant(ctx context.Context, c Cloud, name string) (string, error) {
	web, err := c.web()
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Authority+"/"+url.PathEscape(name)+"/v2.0/.well-known/openid-configuration", nil)
	if err != nil {
		return "", s.fault(err, "")
	}
	resp, err := web.Do(req)
	if err != nil {
		return "", s.fault(err, "")
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Issuer      string `json:"issuer"`
		Description string `json:"error_description"`
		Instance    string `json:"cloud_instance_name"` // microsoftonline.com
	}
	err = json.NewDecoder(resp.Body).Decode(&answer)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		f := busyFault()
		f.Wait, f.Side = retryAfter(resp.Header), s.side
		return "", f
	case err == nil && resp.StatusCode == http.StatusOK && answer.Instance != "" && !within(c.Authority, answer.Instance):
		f := s.numberedFault("900432")
		f.Said, f.Side = "The tenant is at "+engine.Clean(answer.Instance, 100), s.side
		return "", f
	case err == nil && resp.StatusCode == http.StatusOK:
		return strings.ToLower(uuidWithin.FindString(answer.Issuer)), nil
	}
	m := numbered.FindStringSubmatch(answer.Description)
	if m == nil {
		f := wayFault(errUnreadable)
		f.Side = s.side
		return "", f
	}
	if f := s.numberedFault(m[1]); f.What != noTenant {
		f.Said, f.Side = engine.Clean("AADSTS"+m[1]+": "+m[2], 500), s.side
		return "", f
	}
	return "", nil
}

// within says that a base address is of a cloud's domain.
func within(base, domain string) bool {
	u, err := url.Parse(base)
	return err == nil && strings.HasSuffix("."+u.Hostname(), "."+domain)
}
