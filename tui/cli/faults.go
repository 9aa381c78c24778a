package cli

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"mxodus/engine"
)

// printFault shows a fault as people need it: what happened, what to do, who
// must do it, and the server's own words.
func (a *app) printFault(w io.Writer, indent string, f *engine.Fault) {
	named := *f
	named.Do, f = engine.NameLog(f.Do, a.opts.logFile), &named
	a.para(w, indent, said(f.What, f))
	for _, line := range remedy(f) {
		a.para(w, indent+"  ", line)
	}
}

// said is what happened, or the bare error where nobody put it into words.
func said(what string, f *engine.Fault) string {
	if what == "" {
		what = f.Error()
	}
	return engine.Clean(what, 500)
}

// remedy is the rest of a fault, a line each.
func remedy(f *engine.Fault) []string {
	var out []string
	do, who := f.Do, f.Who
	if isTemporary(f) && (who == "" || who == "nobody") { // what would try again has ended
		do, who = "Run the command again in a few minutes.", "you"
	}
	if do != "" {
		out = append(out, "What to do: "+engine.Clean(do, 500))
	}
	if who != "" && who != "nobody" {
		out = append(out, "Who: "+engine.Clean(who, 200))
	}
	if f.Said != "" {
		out = append(out, "It said: "+engine.Clean(f.Said, 500))
	}
	if print := refused(f); print != "" {
		out = append(out, "Its SHA-256 fingerprint: "+print)
		if f.Side != "" {
			out = append(out, "To trust exactly this one: mxodus set FILE --"+string(f.Side)+"-fingerprint "+print)
		}
	}
	return out
}

// refused is the fingerprint of a certificate that was not trusted.
func refused(f *engine.Fault) string {
	var bad *tls.CertificateVerificationError
	var host x509.HostnameError
	var shown *x509.Certificate
	switch {
	case errors.As(f.Err, &bad) && len(bad.UnverifiedCertificates) > 0:
		shown = bad.UnverifiedCertificates[0]
	case errors.As(f.Err, &host):
		shown = host.Certificate
	}
	if shown == nil {
		return ""
	}
	sum := sha256.Sum256(shown.Raw)
	return hex.EncodeToString(sum[:])
}

// sentence ends text with a full stop.
func sentence(s string) string {
	s = upperFirst(strings.TrimSpace(s))
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
