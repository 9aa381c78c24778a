package microsoft

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

// graphCall is one thing that is asked of Graph, and the permission that it needs.
type graphCall struct {
	op      lab.Op
	lacking string
	call    func(t *testing.T, g *Graph, sku string) error
}

func graphCalls() map[string]graphCall {
	return map[string]graphCall{
		"the tenant": {lab.OpTenant, "Organization.Read.All", func(t *testing.T, g *Graph, _ string) error { _, err := g.Tenant(t.Context()); return err }},
		"licences":   {lab.OpSKUs, "Organization.Read.All", func(t *testing.T, g *Graph, _ string) error { _, err := g.Licences(t.Context()); return err }},
		"users":      {lab.OpListUsers, "User.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error { _, err := g.Users(t.Context()); return err }},
		"a user": {lab.OpGetUser, "User.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error {
			_, err := g.User(t.Context(), "anna@acme.example")
			return err
		}},
		"a new user": {lab.OpCreateUser, "User.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error { _, err := g.Create(t.Context(), newcomer()); return err }},
		"a country": {lab.OpChangeUser, "User.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error {
			return g.SetUsageLocation(t.Context(), "anna@acme.example", "DE")
		}},
		"a licence": {lab.OpAssignLicence, "User.ReadWrite.All", func(t *testing.T, g *Graph, sku string) error {
			return g.AssignLicence(t.Context(), "anna@acme.example", sku)
		}},
		"domains": {lab.OpListDomains, "Domain.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error { _, err := g.Domains(t.Context()); return err }},
		"proof": {lab.OpProofRecords, "Domain.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error {
			_, err := g.ProofRecords(t.Context(), "acme.example")
			return err
		}},
		"domain records": {lab.OpServiceRecords, "Directory.Read.All", func(t *testing.T, g *Graph, _ string) error {
			_, err := g.ServiceRecords(t.Context(), "acme.example")
			return err
		}},
		"a proof looked at": {lab.OpVerifyDomain, "Domain.ReadWrite.All", func(t *testing.T, g *Graph, _ string) error {
			return g.VerifyDomain(t.Context(), "new.example")
		}},
	}
}

// TestWhateverGraphRefusesIsExplained: every call, each kind of failure.
func TestWhateverGraphRefusesIsExplained(t *testing.T) {
	for name, c := range graphCalls() {
		for kind, want := range map[string]struct {
			lab.GraphFault
			code engine.Code
			who  string
			do   string
		}{
			"no permission": {lab.GraphFault{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."}, engine.CodePermission, tenantAdmin, "mxodus microsoft setup FILE --manage-users"},
			"token":         {lab.GraphFault{Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken"}, engine.CodeAuth, you, "clock"},
			"throttled":     {lab.GraphFault{Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: 3 * time.Second}, engine.CodeThrottled, nobody, "Wait 3s"},
			"busy":          {lab.GraphFault{Status: http.StatusServiceUnavailable, Code: "serviceNotAvailable"}, engine.CodeUnavailable, nobody, "Run again"},
			"broken":        {lab.GraphFault{Status: http.StatusInternalServerError}, engine.CodeUnavailable, nobody, "Run again"},
			"odd":           {lab.GraphFault{Status: http.StatusTeapot, Code: "Odd", Message: "an odd reason"}, engine.CodeRefused, tenantAdmin, "own words"},
			"cut":           {lab.GraphFault{}, engine.CodeLost, you, "network"},
			"elsewhere":     {lab.GraphFault{Status: http.StatusTemporaryRedirect}, engine.CodeProtocol, "", ""},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				o.graph.AddDomain("new.example", false)
				o.graph.Fail(c.op, -1, want.GraphFault)
				err := c.call(t, o.directory(t), o.sku)
				f := faultOf(t, err)
				if kind == "cut" && c.op == lab.OpCreateUser { // it may have been made
					want.do = "Run again in a few minutes"
				}
				if f.Code != want.code || want.who != "" && f.Who != want.who || !strings.Contains(f.Do, want.do) || f.Side != engine.SideDestination {
					t.Errorf("%+v", f)
				}
				if kind == "no permission" && !strings.Contains(f.What, strings.Split(c.lacking, ".")[0]) {
					t.Errorf("it lacks %s, says: %s", c.lacking, f.What)
				}
				if kind == "odd" && !strings.Contains(f.Said, "an odd reason") {
					t.Errorf("said: %s", f.Said)
				}
				noSecret(t, err)
				if s := fmt.Sprintf("%+v %v", f, err); strings.Contains(s, newcomer().Password.Reveal()) {
					t.Error("the first password is in the words")
				}
			})
		}
	}
}

// TestEveryRowOfGraphsRefusalsIsReached: no row stands behind another that takes what
// it is for.
func TestEveryRowOfGraphsRefusalsIsReached(t *testing.T) {
	g := newOffice(t).directory(t)
	for _, e := range graphEntries() {
		if e.what == "" || e.do == "" || e.who == "" || e.class == 0 || e.code == "" {
			t.Errorf("a row without words: %+v", e)
		}
		for _, sign := range e.signs {
			f := g.tabled(request{method: http.MethodPost, address: "https://graph/v1.0/users"}, graphError{Code: "Request_BadRequest", Message: strings.ReplaceAll(sign, "&", " x ")})
			if f == nil || f.What != e.what {
				t.Errorf("%q is taken for %+v", sign, f)
			}
		}
	}
}
