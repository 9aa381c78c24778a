package lab

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	grantApp     = "client_credentials"
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantDevice  = "device_code"
)

func (a *Authority) routes() {
	m := http.NewServeMux()
	a.mux = m
	m.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", a.discovery)
	m.HandleFunc("GET /{tenant}/oauth2/v2.0/authorize", a.authorize)
	m.HandleFunc("POST /{tenant}/oauth2/v2.0/token", a.token)
	m.HandleFunc("POST /{tenant}/oauth2/v2.0/devicecode", a.deviceCode)
}

func (a *Authority) discovery(w http.ResponseWriter, r *http.Request) {
	tenant := a.tenantOf(r.PathValue("tenant"))
	if tenant == "" {
		refuse(w, "invalid_tenant", "90002", "Tenant '"+r.PathValue("tenant")+"' not found. Check to make sure you have the correct tenant ID.")
		return
	}
	at := a.base + "/" + tenant
	a.mu.Lock()
	instance := a.instance
	a.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{
		"issuer":                        at + "/v2.0",
		"authorization_endpoint":        at + "/oauth2/v2.0/authorize",
		"token_endpoint":                at + "/oauth2/v2.0/token",
		"cloud_instance_name":           instance,
		"device_authorization_endpoint": at + "/oauth2/v2.0/devicecode",
	})
}

// authorize is the page where the person agrees; it goes back by itself, as a
// form (OAuth 2.0 Form Post Response Mode).
func (a *Authority) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a.mu.Lock()
	defer a.mu.Unlock()
	fields := map[string]string{"state": q.Get("state")}
	switch number := a.due(); {
	case number != "":
		fields["error"], fields["error_description"] = "access_denied", words(number, "")
	case q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		fields["error"], fields["error_description"] = "invalid_request", words("501491", "PKCE is required.")
	case !strings.HasPrefix(q.Get("redirect_uri"), "http://localhost:"):
		fields["error"], fields["error_description"] = "invalid_request", words("50011", "The redirect URI specified in the request does not match the redirect URIs configured for the application.")
	case a.person == "":
		fields["error"], fields["error_description"] = "access_denied", words("65004", "User declined to consent to access the app.")
	default:
		code := secretText("code")
		a.codes[code] = authCode{q.Get("client_id"), q.Get("redirect_uri"), q.Get("code_challenge"), q.Get("nonce"), q.Get("scope")}
		fields["code"] = code
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<html><body onload="document.forms[0].submit()"><form method="post" action="%s">`, html.EscapeString(q.Get("redirect_uri")))
	for name, value := range fields {
		fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s"/>`, name, html.EscapeString(value))
	}
	fmt.Fprint(w, "</form></body></html>")
}

func (a *Authority) deviceCode(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if number := a.due(); number != "" {
		refuse(w, "invalid_grant", number, "")
		return
	}
	code, d := secretText("device"), &device{user: secretText("C")[:11], client: r.PostFormValue("client_id"), scope: r.PostFormValue("scope"), done: a.ready}
	a.devices[code] = d
	answer(w, http.StatusOK, map[string]any{"device_code": code, "user_code": d.user, "verification_uri": a.base + "/device",
		"expires_in": 900, "interval": 1, "message": "Open the page and enter the code " + d.user + "."})
}

// due is the failure that is switched on. The caller holds mu.
func (a *Authority) due() string {
	if a.failure == "" || a.failing == 0 {
		return ""
	}
	a.failing--
	return a.failure
}

func (a *Authority) token(w http.ResponseWriter, r *http.Request) {
	own := a.tenantOf(r.PathValue("tenant")) == a.TenantID()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(a.busy/time.Second)))
		answer(w, http.StatusTooManyRequests, map[string]any{"error": "temporarily_unavailable"})
		return
	}
	if number := a.due(); number != "" {
		refuse(w, "invalid_grant", number, "")
		return
	}
	client := r.PostFormValue("client_id")
	secret, known := a.apps[client]
	if !known || !own {
		refuse(w, "unauthorized_client", "700016", "Application with identifier '"+client+"' was not found in the directory.")
		return
	}
	switch r.PostFormValue("grant_type") {
	case grantApp:
		a.forApp(w, r, secret)
	case grantCode:
		a.forCode(w, r)
	case grantRefresh:
		old := r.PostFormValue("refresh_token")
		if a.refresh[old] != client {
			refuse(w, "invalid_grant", "700082", "The refresh token has expired due to inactivity.")
			return
		}
		if !a.hasAgreed(r.PostFormValue("scope")) {
			refuse(w, "invalid_grant", "65001", "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.")
			return
		}
		delete(a.refresh, old)
		a.hand(w, grantRefresh, client, r.PostFormValue("scope"), "")
	case grantDevice, "urn:ietf:params:oauth:grant-type:device_code":
		a.forDevice(w, r)
	default:
		refuse(w, "unsupported_grant_type", "70003", "The app returned an unsupported grant type.")
	}
}

func (a *Authority) forApp(w http.ResponseWriter, r *http.Request, secret string) {
	certificate := r.PostFormValue("client_assertion") != ""
	if !certificate && (secret == "" || r.PostFormValue("client_secret") != secret) {
		refuse(w, "invalid_client", "7000215", "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.")
		return
	}
	if !certificate && a.registration(r.PostFormValue("client_id")).expired {
		refuse(w, "invalid_client", "7000222", "The provided client secret keys for app are expired.")
		return
	}
	if certificate {
		if number, text := a.refuses(r.PostFormValue("client_id"), r.PostFormValue("client_assertion")); number != "" {
			refuse(w, "invalid_client", number, text)
			return
		}
	}
	a.counts[grantApp]++
	token := a.appToken(r.PostFormValue("client_id"), r.PostFormValue("scope"))
	answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": int(a.lifetime.Seconds()), "access_token": token})
}

// forCode redeems a code, with the proof that it is the same client (RFC 7636).
func (a *Authority) forCode(w http.ResponseWriter, r *http.Request) {
	code := r.PostFormValue("code")
	c, ok := a.codes[code]
	delete(a.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || c.client != r.PostFormValue("client_id") || c.redirect != r.PostFormValue("redirect_uri") ||
		c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		refuse(w, "invalid_grant", "501481", "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
		return
	}
	a.hand(w, grantCode, c.client, c.scope, c.nonce)
}

func (a *Authority) forDevice(w http.ResponseWriter, r *http.Request) {
	d := a.devices[r.PostFormValue("device_code")]
	switch {
	case d == nil:
		refuse(w, "expired_token", "70020", "The provided device code has expired.")
	case !d.done:
		refuse(w, "authorization_pending", "70016", "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	default:
		delete(a.devices, r.PostFormValue("device_code"))
		a.hand(w, grantDevice, d.client, d.scope, "")
	}
}

// hand gives a person's tokens. The caller holds mu.
func (a *Authority) hand(w http.ResponseWriter, kind, client, scope, nonce string) {
	a.counts[kind]++
	for s := range strings.FieldsSeq(scope) {
		a.agreed[s] = true
	}
	refresh := secretText("refresh")
	a.refresh[refresh] = client
	id := map[string]any{"iss": a.base + "/" + a.TenantID() + "/v2.0", "aud": client, "sub": "person-1", "oid": "person-1", "tid": a.TenantID(),
		"preferred_username": a.person, "nonce": nonce, "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	answer(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": int(a.lifetime.Seconds()), "scope": scope,
		"access_token": a.issue(scope, map[string]any{"appid": client, "oid": "person-1", "idtyp": "user", "upn": a.person, "scp": scope}), "refresh_token": refresh,
		"id_token":    packed(map[string]any{"alg": "none", "typ": "JWT"}) + "." + packed(id) + ".",
		"client_info": packed(map[string]any{"uid": "person-1", "utid": a.TenantID()})})
}

// hasAgreed says that a person has agreed to all scopes that a token is asked for
// with. The caller holds mu.
func (a *Authority) hasAgreed(scopes string) bool {
	for s := range strings.FieldsSeq(scopes) {
		if strings.Contains(s, "://") && !a.agreed[s] {
			return false
		}
	}
	return true
}

func packed(v any) string {
	b, _ := json.Marshal(v) // maps of text and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

func words(number, text string) string {
	if text == "" {
		text = "The request was refused."
	}
	return "AADSTS" + number + ": " + text + " Trace ID: 0 Correlation ID: 0 Timestamp: " + time.Now().UTC().Format("2006-01-02 15:04:05Z")
}

func refuse(w http.ResponseWriter, kind, number, text string) {
	n, _ := strconv.Atoi(number) // 0 for what is no number
	answer(w, http.StatusBadRequest, map[string]any{"error": kind, "error_description": words(number, text), "error_codes": []int{n}})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
