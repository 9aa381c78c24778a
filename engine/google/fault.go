package google

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"mxodus/engine"
)

// fault turns an error of the exchange into words. The library's error holds the
// whole answer; nothing of it is kept but Google's own words.
func (k key) fault(user string, err error) *engine.Fault {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response == nil {
		return wayFault(err)
	}
	var said struct {
		Error       any    `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(refused.Body, &said) // without words, the status tells
	code, _ := said.Error.(string)
	f := k.judge(user, refused.Response, code, strings.ToLower(said.Description+" "+bodyWords(said.Error)))
	f.Said = engine.Clean(k.hide(strings.TrimSpace(code+": "+said.Description)), 300)
	if f.Said == ":" {
		f.Said = ""
	}
	return f
}

// bodyWords are the words of an error in the form that Google's other services
// use.
func bodyWords(v any) string {
	if m, ok := v.(map[string]any); ok {
		words, _ := m["message"].(string)
		status, _ := m["status"].(string)
		return words + " " + status
	}
	return ""
}

// judge decides by Google's code first, and by its words where one code stands for
// several things.
func (k key) judge(user string, resp *http.Response, code, words string) *engine.Fault {
	who := engine.Clean(user, 100)
	has := func(texts ...string) bool {
		for _, t := range texts {
			if strings.Contains(words, t) {
				return true
			}
		}
		return false
	}
	const admin = "the administrator of Google Workspace"
	say := func(class engine.Class, what, do, who string) *engine.Fault {
		return &engine.Fault{Class: class, Code: engine.CodeAuth, What: what, Do: do, Who: who}
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 || code == "rate_limit_exceeded":
		return &engine.Fault{Class: engine.Retry, Code: engine.CodeUnavailable, Who: "nobody", Wait: retryAfter(resp.Header),
			What: "Google's sign-in is busy.", Do: "Nothing yet: mxodus tries again."}
	case has("has not been used in project", "service_disabled", "accessnotconfigured", "api has not been enabled", "it is disabled"):
		return say(engine.StopBatch, "The Gmail API is not switched on in the service account's project.",
			"In the Google Cloud console, in the project of "+engine.Clean(k.ClientEmail, 200)+": APIs & Services > Library > Gmail API > Enable. Wait some minutes, then test again.", admin)
	case code == "unauthorized_client", code == "access_denied" && !has("policy"):
		return say(engine.StopBatch, "Google Workspace has not delegated its users to this service account, or not for mail.",
			k.delegation()+". It may take up to a day to hold, mostly minutes. Then test again.", admin)
	case code == "invalid_scope":
		return say(engine.StopBatch, "The delegation is not for mail: Google refuses the scope.", k.delegation()+". Then test again.", admin)
	case code == "admin_policy_enforced", code == "access_denied":
		return say(engine.StopBatch, "A policy of Google Workspace keeps this service account out.",
			"At admin.google.com, Security > Access and data control > API controls, trust the app with this client ID: "+engine.Clean(k.ClientID, 60)+".", admin)
	case has("signature"), code == "invalid_client", code == "deleted_client", code == "disabled_client", has("account not found"), has("client was disabled"):
		return say(engine.StopBatch, "Google no longer knows this key: it, or its service account, was deleted or switched off.",
			"Make a new key for the service account (JSON) and give it: mxodus set FILE --source-service-account KEY.json", "you")
	case has("reasonable timeframe", "short-lived", "iat and exp", "token used too early", "expired"):
		return say(engine.StopBatch, "This computer's clock differs too much from Google's.", "Set the clock and the time zone right, then test again.", "you")
	case code == "invalid_grant" && has("suspended", "disabled"):
		return say(engine.StopMailbox, who+" is suspended in Google Workspace.", "Take the user back at admin.google.com, Directory > Users, for the time of the move; or leave the user out.", admin)
	case code == "invalid_grant":
		return say(engine.StopMailbox, "Google Workspace has no user "+who+".",
			"Write the user's primary address, no alias and no group, as admin.google.com shows it under Directory > Users; and see that the user's domain belongs to this Google Workspace.", "you")
	}
	return say(engine.StopBatch, "Google refused the sign-in with status "+strconv.Itoa(resp.StatusCode)+".", "Look at Google's words, and at the service account's settings. "+k.delegation()+".", "you")
}

// wayFault is about the way to Google. The library wraps by text, so that the words
// decide where the type is lost.
func wayFault(err error) *engine.Fault {
	text := err.Error()
	switch {
	case strings.Contains(text, "x509: "), strings.Contains(text, "certificate"):
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, Who: "you",
			What: "The certificate of Google's sign-in can't be trusted.",
			Do:   "If a proxy or a virus scanner opens encrypted connections here, except Google's sign-in from it. Check this computer's clock."}
	case errors.Is(err, context.DeadlineExceeded), strings.Contains(text, "deadline exceeded"):
		return &engine.Fault{Class: engine.Retry, Code: engine.CodeSilent, Who: "you", What: "Google's sign-in didn't answer in time.", Do: "Try again."}
	case strings.Contains(text, "private key"):
		return keyFault("The private key in the file can't be read.")
	}
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeDial, Who: "you", What: "Google's sign-in can't be reached.",
		Do: "Check the network, and that a firewall or proxy lets this computer reach it by HTTPS. Then try again."}
}

// retryAfter is how long an answer asks to wait (RFC 9110 section 10.2.3).
func retryAfter(h http.Header) time.Duration {
	if n, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		return time.Duration(min(max(n, 0), 24*3600)) * time.Second
	}
	return 0
}
