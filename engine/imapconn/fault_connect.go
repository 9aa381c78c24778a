package imapconn

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"

	"mxodus/engine"
)

// The faults of connecting. conn.say fills in whose server it is.

// dialFault is a socket that couldn't be opened, or was lost before TLS.
func dialFault(e engine.Endpoint, err error) *engine.Fault {
	f := &engine.Fault{Class: engine.Reconnect, Code: engine.CodeDial, Who: you, Err: err,
		What: "{Server} can't be reached at " + where(e) + ".",
		Do:   "Check the server's name and port, and that this computer is on the network. A firewall may stand between."}
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		f.Class, f.Code = engine.Retry, engine.CodeInternal
		f.What, f.Do = "mxodus was stopped while it connected to {server}.", "Run again: it goes on where it stopped."
	case errors.As(err, &dns) && dns.IsNotFound:
		f.What = "There is no server with the name " + engine.Clean(e.Host, 255) + "."
		f.Do = "Check the name for typing errors."
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		f.What = "No mail server answers at " + where(e) + "."
		f.Do = "Check the port (993 for imaps, 143 for imap), and that the server runs."
	case errors.Is(err, os.ErrDeadlineExceeded) || isTimeout(err):
		f.What = "{Server} doesn't answer at " + where(e) + "."
		f.Do = "Check the name and the port. A firewall may stand between."
	case isEnd(err):
		f.Class, f.Code = engine.Reconnect, engine.CodeLost
		f.What = "{Server} hung up before it said anything useful."
		f.Do = "Nothing yet: mxodus tries again. If it stays, this address may be blocked there, or the port may want imaps:// instead of imap://."
	}
	return f
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

func where(e engine.Endpoint) string { return engine.Clean(e.Address(), 300) }

// tlsFault is a TLS handshake that failed: mostly the certificate.
func tlsFault(e engine.Endpoint, err error) *engine.Fault {
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, Who: you, Err: cleanError(err)}
	var (
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		pin     *pinError
		header  tls.RecordHeaderError
	)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), isTimeout(err), isCut(err):
		return dialFault(e, err)
	case errors.As(err, &pin):
		f.What = "{Server} shows another certificate than the one that was accepted for it."
		f.Do = fmt.Sprintf("Expected %s, but it shows %s. If the server's certificate was renewed, check the new fingerprint with its administrator and set it; if not, somebody may be listening in: stop.", pin.want, pin.got)
	case errors.As(err, &name):
		names := certNames(name.Certificate)
		f.What = "The certificate of " + engine.Clean(e.Host, 255) + " is for other names: " + orNone(names) + "."
		f.Do = "Use one of these names as the server's address, if it belongs to it; or accept exactly this certificate by its fingerprint."
	case errors.As(err, &unknown):
		f.What = "The certificate of " + engine.Clean(e.Host, 255) + " was signed by nobody this computer trusts (" + issuer(unknown.Cert) + ")."
		f.Do = "If the server has its own certificate: give the file of its authority, or accept exactly this certificate by its fingerprint, after comparing it with the server's administrator."
	case errors.As(err, &invalid):
		f.What = "The certificate of " + engine.Clean(e.Host, 255) + " is not valid: " + invalidReason(invalid) + "."
		f.Do = "Have it renewed; or accept exactly this certificate by its fingerprint."
		f.Who = admin
	case errors.As(err, &header):
		f.Code = engine.CodeTLS
		f.What = "What answers at " + where(e) + " speaks no TLS."
		f.Do = "Check the port: imaps:// is usually 993, imap:// (STARTTLS) 143."
	default:
		f.Code = engine.CodeTLS
		f.What = "No protected connection to " + where(e) + " came about."
		f.Do = "The server may know only outdated protection: ask its administrator. TLS 1.0 or 1.1 can be allowed by name (MinTLS) for old servers."
		f.Who = admin
	}
	return f
}

func isCut(err error) bool {
	return isEnd(err) || isErrno(err, syscall.ECONNRESET, 10054) || isErrno(err, syscall.ECONNABORTED, 10053) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe)
}

// isErrno finds an error of the system; Windows numbers them in its own way.
func isErrno(err error, unix, windows syscall.Errno) bool {
	return errors.Is(err, unix) || runtime.GOOS == "windows" && errors.Is(err, windows)
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func issuer(c *x509.Certificate) string {
	if c == nil {
		return "unknown"
	}
	s := engine.Clean(c.Issuer.CommonName, 100)
	if s == "" {
		s = engine.Clean(c.Issuer.String(), 100)
	}
	return "issued by " + s
}

func invalidReason(e x509.CertificateInvalidError) string {
	switch {
	case e.Reason == x509.Expired && e.Cert != nil:
		return fmt.Sprintf("it is good from %s to %s", e.Cert.NotBefore.Format("2 Jan 2006"), e.Cert.NotAfter.Format("2 Jan 2006"))
	case e.Reason == x509.Expired:
		return "it has expired"
	}
	return engine.Clean(e.Error(), 200)
}

// cleanError keeps an error's kind and cleans what it says: certificates are
// text from outside.
func cleanError(err error) error { return &cleaned{err} }

type cleaned struct{ error }

func (e *cleaned) Error() string { return engine.Clean(e.error.Error(), maxSaid) }
func (e *cleaned) Unwrap() error { return e.error }

func preauthFault(said string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodePreauth, Who: admin, Said: said,
		What: "{Server} says that mxodus is signed in already, before anybody signed in (PREAUTH).",
		Do:   "Nothing was sent. Check that this is the mail server itself; on a port without TLS somebody may have put it there."}
}

func byeFault(b *byeError) *engine.Fault {
	s := statusOf([]byte(b.said))
	f := lookUp(s.code, s.text)
	if f == nil {
		f = &engine.Fault{Class: engine.Reconnect, Code: engine.CodeUnavailable, Who: admin, What: "{Server} turned mxodus away.",
			Do: "Nothing yet: mxodus tries again. If it stays, read the server's words."}
	}
	if f.Class == engine.Retry && !isConnLimit(f) || f.Class == engine.SkipMessage || f.Class == engine.SkipFolder {
		f.Class = engine.Reconnect
	}
	f.Said, f.Err = b.said, b
	return f
}

func notIMAPFault(e engine.Endpoint, line []byte) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeProtocol, Who: you, Said: engine.Clean(string(line[:min(len(line), 200)]), 200),
		What: "What answers at " + where(e) + " is no IMAP server.",
		Do:   "Check the name and the port: imaps:// is usually 993, imap:// (STARTTLS) 143."}
}

func noSTARTTLSFault(e engine.Endpoint, said string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeNoSTARTTLS, Who: you, Said: said,
		What: "{Server} offers no protection (STARTTLS) at " + where(e) + ".",
		Do:   "Nothing secret was sent. Use imaps:// with port 993 instead. If STARTTLS worked here before, somebody on the way may be removing it."}
}

func injectedFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeTLS, Who: you,
		What: "Somebody sent text into the connection before it was protected.",
		Do:   "Nothing secret was sent. Use imaps:// with port 993 instead, and another network if you can."}
}

func noSecretFault(e engine.Endpoint, name string) *engine.Fault {
	f := &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeSecret, Who: you,
		What: "There is no password of " + engine.Clean(name, 200) + " for {server}.", Do: "Enter it for this user, then go on."}
	if e.Admin != "" {
		f.Class = engine.StopBatch
		f.What = "There is no password of the administrator " + engine.Clean(e.Admin, 200) + " for {server}."
		f.Do = "Enter it with the server's settings, then go on."
	}
	return f
}

func noTokenFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: you,
		What: "Nobody is signed in to {server} yet.", Do: "Sign in first, then go on."}
}

// atMicrosoft says that a server which was taken for any other is Microsoft's,
// where nobody signs in with a password.
func atMicrosoft(e engine.Endpoint) bool {
	return e.Kind == engine.KindIMAP && (e.Preset == "outlookcom" || strings.EqualFold(e.Host, "outlook.office365.com"))
}

// ownSignInFault names the two kinds of mailboxes that are there: of a tenant, which
// are opened as such, and personal ones, each of which only its owner can open.
func ownSignInFault() *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: you,
		What: "{Server} takes no passwords, only Microsoft's own sign-in.",
		Do: "If these are a company's mailboxes at Microsoft 365: mxodus set FILE --source microsoft365. A personal account at Outlook.com can be opened by its owner only: " +
			"have the owner add both accounts to Outlook and move the mail there, or leave the user out."}
}

// ignoresNameFault says that an administrator's log-in opens the administrator's
// own mailbox, whoever is asked for.
func ignoresNameFault(e engine.Endpoint) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: you,
		What: "{Server} lets the administrator " + engine.Clean(e.Admin, 200) + " in, but opens the administrator's own mailbox instead of the user's.",
		Do:   "Use each user's own password, or another kind of administrator's log-in."}
}

func oddSecretFault(name string) *engine.Fault {
	return &engine.Fault{Class: engine.StopMailbox, Code: engine.CodeSecret, Who: you,
		What: "The user name or password of " + engine.Clean(name, 200) + " for {server} holds a line break or a NUL.", Do: "Enter it again."}
}

// noMethodFault says that nothing of what the server offers is known to us.
func noMethodFault(c *conn) *engine.Fault {
	var offered []string
	for _, w := range c.info.Capabilities {
		if m, ok := strings.CutPrefix(w, "AUTH="); ok {
			offered = append(offered, m)
		}
	}
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: admin,
		What: "{Server} offers no way to sign in that fits the settings; it offers: " + orNone(offered[:min(len(offered), 20)]) + ".",
		Do:   "Allow sign-in with a password (PLAIN or LOGIN) there, or choose another method."}
	if c.info.TLS == "" && c.capSet["LOGINDISABLED"] {
		f.Code, f.What, f.Do, f.Who = engine.CodePlaintext, needTLS.what, needTLS.do, needTLS.who
	}
	return f
}

// complete makes a fault of connecting readable: whose server it is.
func complete(side engine.Side, err error) error {
	f := *engine.AsFault(err) // a copy: others may hold the same, of a sign-in that all share
	fill(side, &f, "connect")
	return &f
}

func fill(side engine.Side, f *engine.Fault, what string) {
	r := filler(side, what)
	f.What, f.Do, f.Who = r.Replace(f.What), r.Replace(f.Do), r.Replace(f.Who)
	if f.Side == "" {
		f.Side = side
	}
}

// filler puts names into a verdict's words.
func filler(side engine.Side, what string) *strings.Replacer {
	server := "the server"
	switch side {
	case engine.SideSource:
		server = "the old server"
	case engine.SideDestination:
		server = "the new server"
	}
	return strings.NewReplacer("{server}", server, "{Server}", "T"+server[1:], "{what}", what)
}
