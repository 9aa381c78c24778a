package microsoft

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	msal "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"

	"mxodus/engine"
)

var errUnreadable = errors.New("what the sign-in was given can't be read")

// numbered finds an error of the authority in what it or the library says, with
// the first sentence behind it.
var numbered = regexp.MustCompile(`AADSTS(\d{4,8})(?::\s*((?:[^."\\\r\n]|\.\S)*\.?))?`)

// fault turns an error of the sign-in into words. The library's error holds the
// request, and with it secrets: nothing of it is kept but the authority's words.
func (s *signer) fault(err error, secret engine.Secret) error {
	var known *engine.Fault
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) {
		return cancelledFault(context.Canceled)
	}
	f := s.judge(err)
	if f.What == wrongSecret && isID(secret.Reveal()) {
		f = secretIDFault(f.Said)
	}
	f.Said = engine.Clean(scrub(f.Said, secret), 500)
	f.Side = s.side
	return f
}

func scrub(s string, secret engine.Secret) string {
	if len(secret) >= 3 {
		s = strings.ReplaceAll(s, secret.Reveal(), secret.String())
	}
	return s
}

func (s *signer) judge(err error) *engine.Fault {
	var call msal.CallErr
	status := 0
	if errors.As(err, &call) && call.Resp != nil {
		status = call.Resp.StatusCode
	}
	if m := numbered.FindStringSubmatch(err.Error()); m != nil {
		f := s.numberedFault(m[1])
		f.Said = strings.TrimSpace("AADSTS" + m[1] + ": " + m[2])
		if f.Class == engine.Retry && call.Resp != nil {
			f.Wait = retryAfter(call.Resp.Header)
		}
		return f
	}
	switch {
	case status == http.StatusTooManyRequests || status >= 500:
		f := busyFault()
		f.Wait = retryAfter(call.Resp.Header)
		return f
	case status != 0:
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: "you",
			What: "Microsoft refused the sign-in with status " + strconv.Itoa(status) + ".",
			Do:   "Check the tenant and the client ID, then try again."}
	case errors.Is(err, context.DeadlineExceeded):
		return &engine.Fault{Class: engine.Retry, Code: engine.CodeSilent, Who: "you",
			What: "The sign-in to Microsoft 365 took too long.", Do: "Try again. If a browser page or a code was shown, finish there first."}
	}
	return wayFault(err)
}

// wayFault is about the way to the authority. The library wraps by text, so
// that the words decide where the type is lost.
func wayFault(err error) *engine.Fault {
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	text := err.Error()
	switch {
	case errors.As(err, &unknown), errors.As(err, &verify), strings.Contains(text, "x509: "):
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, Who: "you",
			What: "The certificate of Microsoft's sign-in server can't be trusted.",
			Do:   "If a proxy or a virus scanner opens encrypted connections here, except Microsoft's sign-in from it. Check this computer's clock.",
			Err:  errors.New("certificate of the authority is not trusted")}
	case strings.Contains(text, "issuer"):
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: "you",
			What: "The sign-in server speaks for another cloud than the one that was chosen.", Do: "Check the cloud (mxodus set FILE --cloud NAME) and the tenant."}
	case strings.Contains(text, "access_denied"):
		return declinedFault()
	}
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeDial, Who: "you",
		What: "Microsoft's sign-in server can't be reached.",
		Do:   "Check the network, and that a firewall or proxy lets this computer reach it by HTTPS. Then try again.", Err: errors.New("the authority did not answer")}
}

// retryAfter is how long an answer asks to wait (RFC 9110 section 10.2.3). A date
// is counted from the answer's own, so that a clock that is wrong here makes no
// difference.
func retryAfter(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(n, 0), 24*3600)) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), 0), 24*time.Hour)
}

func cancelledFault(cause error) *engine.Fault {
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeInternal, Who: "you", Err: cause,
		What: "mxodus was stopped while it signed in to Microsoft 365.", Do: "Run again: it goes on where it stopped."}
}

func busyFault() *engine.Fault {
	return &engine.Fault{Class: engine.Retry, Code: engine.CodeUnavailable, Who: "nobody",
		What: "Microsoft's sign-in server is busy.", Do: "Nothing yet: mxodus tries again."}
}

func declinedFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: "you",
		What: "The sign-in was not agreed to.", Do: "Sign in again, and agree to what the page asks."}
}

func missingFault(what, flag string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
		What: "To sign in to Microsoft 365, " + what + " is needed.",
		Do:   "Copy it from the app's overview page in the Microsoft Entra admin center and set it: mxodus set FILE " + flag + " VALUE"}
}

func noCredentialFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you",
		What: "To sign in to Microsoft 365, the app's client secret or certificate is needed.",
		Do:   "Make a client secret for the app in the Microsoft Entra admin center and put it into a file: mxodus set FILE --client-secret-file secret.txt. Or give a certificate with its key: mxodus set FILE --client-certificate app.pem"}
}

func signInFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: "you",
		What: "Nobody has signed in to Microsoft 365 for this project yet, or the sign-in is over.",
		Do:   "Sign in: mxodus microsoft signin FILE"}
}
