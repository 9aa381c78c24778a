package microsoft

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"mxodus/engine"
)

// graphError is how Graph refuses (OData JSON, error response).
type graphError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Details []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Target  string `json:"target"`
	} `json:"details"`
	Inner struct {
		Request string `json:"request-id"`
	} `json:"innerError"`
}

// words are all that it says, for looking into.
func (e graphError) words() string {
	var b strings.Builder
	b.WriteString(e.Code + " " + e.Message)
	for _, d := range e.Details {
		b.WriteString(" " + d.Code + " " + d.Target + " " + d.Message)
	}
	return strings.ToLower(b.String())
}

// refusal turns an answer that is no success into words. What was sent is never
// part of them.
func (g *Graph) refusal(r request, got reply) *engine.Fault {
	var body struct {
		Error graphError `json:"error"`
	}
	_ = json.Unmarshal(got.body, &body) // a page of some proxy has no words for us
	e := body.Error
	f := g.judge(r, got, e)
	f.Side = g.side
	said := strings.TrimSuffix(e.Code+": "+e.Message, ": ")
	if e.Inner.Request != "" && e.Code != "" {
		said += " (request " + e.Inner.Request + ")"
	}
	if f.Code == engine.CodeThrottled && f.Wait > 0 {
		f.Do = "Wait " + f.Wait.String() + ", then run again: what was done already is seen, and not done twice."
	}
	f.Said = engine.Clean(scrub(strings.TrimSpace(said), r.secret), 500)
	return f
}

func (g *Graph) judge(r request, got reply, e graphError) *engine.Fault {
	switch got.status {
	case http.StatusTooManyRequests:
		return &engine.Fault{Class: engine.Retry, Code: engine.CodeThrottled, Who: nobody, Wait: retryAfter(got.header),
			What: "Microsoft Graph asks to go slower.", Do: "Wait as long as it says, then run again: what was done already is seen, and not done twice."}
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusInternalServerError:
		return &engine.Fault{Class: engine.Retry, Code: engine.CodeUnavailable, Who: nobody, Wait: retryAfter(got.header),
			What: "Microsoft Graph is busy.", Do: "Run again in a few minutes: what was done already is seen, and not done twice."}
	case http.StatusConflict:
		if strings.Contains(e.words(), "concurrency") {
			return &engine.Fault{Class: engine.Retry, Code: engine.CodeUnavailable, Who: nobody, Wait: retryAfter(got.header),
				What: "Somebody else changes the same user right now.", Do: "Run again in a few minutes."}
		}
	case http.StatusUnauthorized:
		return g.tokenFault()
	}
	if f := g.tabled(r, e); f != nil {
		return f
	}
	switch {
	case got.status == http.StatusForbidden:
		return g.permissionFault(r)
	case got.status == http.StatusNotFound:
		return notFoundFault()
	case got.status/100 == 3:
		return g.protocolFault("Microsoft Graph sent mxodus to another address; it doesn't go there with the sign-in.", "")
	}
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeRefused, Who: tenantAdmin,
		What: "Microsoft Graph refused with status " + strconv.Itoa(got.status) + ".", Do: "Read its own words; try the same in the Microsoft 365 admin center, which says more.",
		Err: errors.New("graph: status " + strconv.Itoa(got.status))}
}

func (g *Graph) tokenFault() *engine.Fault {
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: you, What: "Microsoft Graph doesn't take the sign-in.",
		Do: "Check the tenant, the cloud and this computer's clock, then try again."}
	if g.person {
		f.Do = "Sign in again: mxodus microsoft signin FILE --users"
	}
	return f
}

func notFoundFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeNotFound, Who: you, What: "The tenant doesn't know that name.",
		Do: "Check the spelling and the tenant. What was just made may take some minutes to show: then run again."}
}

// permissionFault names the permission that a call lacks.
func (g *Graph) permissionFault(r request) *engine.Fault {
	lacking, doing := permissionOf(r)
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission, Who: tenantAdmin,
		What: "The app may not " + doing + ": it lacks the permission " + lacking + " of Microsoft Graph.",
		Do: "In the app's registration, under API permissions, add the application permission " + lacking +
			" of Microsoft Graph, and grant admin consent; the script of mxodus microsoft setup FILE --manage-users does it. It counts some minutes later."}
	if g.person {
		f.What = "The one who signed in may not " + doing + ", or has not agreed to the permission " + lacking + " of Microsoft Graph."
		f.Do = "Sign in as an administrator of users and domains, and agree to what the page asks: mxodus microsoft signin FILE --users"
	}
	return f
}

// permissionOf is what a call needs, and what for.
func permissionOf(r request) (permission, doing string) {
	write := r.method != http.MethodGet
	switch at := r.address; {
	case strings.Contains(at, "/domains") && write:
		return "Domain.ReadWrite.All", "verify domains"
	case strings.Contains(at, "/serviceConfigurationRecords"):
		return "Directory.Read.All", "read what records a domain needs"
	case strings.Contains(at, "/domains"):
		return "Domain.Read.All (or Domain.ReadWrite.All)", "read domains"
	case strings.Contains(at, "/subscribedSkus"), strings.Contains(at, "/organization"):
		return "Organization.Read.All", "read licences"
	case strings.HasSuffix(at, "/assignLicense"):
		return "User.ReadWrite.All", "assign licences"
	case write:
		return "User.ReadWrite.All", "make and change users"
	}
	return "User.Read.All (or User.ReadWrite.All)", "read users"
}
