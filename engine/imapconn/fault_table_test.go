package imapconn

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// What servers are known to say, and what it means.
var sayings = []struct {
	who   string
	code  string
	text  string
	want  engine.Code
	class engine.Class
	wait  time.Duration
}{
	{"Exchange", "", "Request is throttled. Suggested Backoff Time: 299961 milliseconds", engine.CodeThrottled, engine.Retry, 299961 * time.Millisecond},
	{"Exchange", "", "User is authenticated but not connected.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Exchange", "", "Server Unavailable. 15", engine.CodeUnavailable, engine.Retry, 0},
	{"Exchange", "", "Command Argument Error. 11", engine.CodeRefused, engine.SkipMessage, 0},
	{"Exchange", "", "Command Argument Error. 12", engine.CodeRefused, engine.SkipMessage, 0},
	{"Exchange", "", "Connection is closed. 13", engine.CodeLost, engine.Reconnect, 0},
	{"Exchange", "", "Connection closed. 14", engine.CodeProtocol, engine.Reconnect, 0},
	{"Exchange", "", "Session invalidated - AccessTokenExpired", engine.CodeToken, engine.Reconnect, 0},
	{"Exchange", "", "Maximum size of appendable message has been exceeded", engine.CodeTooBig, engine.SkipMessage, 0},
	{"Exchange", "", "AUTHENTICATE failed.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Exchange", "", "LOGIN failed.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Exchange", "TRYCREATE", "Folder is not found.", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Exchange", "", "Folder name is reserved", engine.CodeRefused, engine.SkipFolder, 0},
	{"Dovecot", "UNAVAILABLE", "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", engine.CodeFullHouse, engine.Retry, 0},
	{"Dovecot", "AUTHENTICATIONFAILED", "Authentication failed.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Dovecot", "UNAVAILABLE", "Temporary authentication failure. [mail:2026-01-01 00:00:00]", engine.CodeUnavailable, engine.Retry, 0},
	{"Dovecot", "", "Internal error occurred. Refer to server log for more information.", engine.CodeUnavailable, engine.Retry, 0},
	{"Dovecot", "OVERQUOTA", "Quota exceeded (mailbox for user is full)", engine.CodeQuota, engine.StopMailbox, 0},
	{"Dovecot", "TRYCREATE", "Mailbox doesn't exist: x", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Dovecot", "NONEXISTENT", "Mailbox doesn't exist: x", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Dovecot", "PRIVACYREQUIRED", "Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", engine.CodePlaintext, engine.StopBatch, 0},
	{"Dovecot", "INUSE", "Mailbox is locked", engine.CodeUnavailable, engine.Retry, 0},
	{"Dovecot", "", "Disconnected for inactivity.", engine.CodeLost, engine.Reconnect, 0},
	{"Dovecot", "", "Server shutting down.", engine.CodeUnavailable, engine.Retry, 0},
	{"Dovecot", "", "Too many invalid IMAP commands.", engine.CodeProtocol, engine.Reconnect, 0},
	{"Gmail", "ALERT", "Too many simultaneous connections. (Failure)", engine.CodeFullHouse, engine.Retry, 0},
	{"Gmail", "OVERQUOTA", "Account exceeded command or bandwidth limits. (Failure)", engine.CodeThrottled, engine.Retry, time.Hour},
	{"Gmail", "AUTHENTICATIONFAILED", "Invalid credentials (Failure)", engine.CodeAuth, engine.StopMailbox, 0},
	{"Gmail", "ALERT", "Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)", engine.CodeAuth, engine.StopMailbox, 0},
	{"Gmail", "ALERT", "Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)", engine.CodeAuth, engine.StopMailbox, 0},
	{"Gmail", "WEBALERT", "Web login required.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Gmail", "ALERT", "Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)", engine.CodeAuth, engine.StopMailbox, 0},
	{"Gmail", "UNAVAILABLE", "Temporary System Error", engine.CodeUnavailable, engine.Retry, 0},
	{"Gmail", "", "Session expired, please login again.", engine.CodeToken, engine.Reconnect, 0},
	{"Yahoo", "LIMIT", "CAPABILITY Rate limit hit.", engine.CodeThrottled, engine.Retry, 0},
	{"Zoho", "ALERT", "You are yet to enable IMAP for your account. Please contact your administrator", engine.CodeAuth, engine.StopMailbox, 0},
	{"Yandex", "AUTHENTICATIONFAILED", "LOGIN invalid credentials or IMAP is disabled sc=x", engine.CodeAuth, engine.StopMailbox, 0},
	{"Yahoo", "AUTHENTICATIONFAILED", "LOGIN Invalid credentials", engine.CodeAuth, engine.StopMailbox, 0},
	{"Yahoo", "SERVERBUG", "LOGIN Server error - Please try again later", engine.CodeUnavailable, engine.Retry, 0},
	{"Courier", "", "Login failed.", engine.CodeAuth, engine.StopMailbox, 0},
	{"Courier", "", "Unable to open this mailbox.", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Courier", "ALERT", "You exceeded your mail quota.", engine.CodeQuota, engine.StopMailbox, 0},
	{"Courier", "", "Mailbox does not exist, or must be subscribed to.", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Cyrus", "", "Login incorrect", engine.CodeAuth, engine.StopMailbox, 0},
	{"Cyrus", "", "authentication failure", engine.CodeAuth, engine.StopMailbox, 0},
	{"Cyrus", "TRYCREATE", "Mailbox does not exist", engine.CodeNoFolder, engine.SkipFolder, 0},
	{"Cyrus", "OVERQUOTA", "Over quota", engine.CodeQuota, engine.StopMailbox, 0},
	{"Cyrus", "LIMIT", "Too many open connections", engine.CodeConnLimit, engine.Retry, 0},
	{"Cyrus", "NOPERM", "Permission denied", engine.CodeRefused, engine.SkipFolder, 0},
	{"Cyrus", "", "Message contains NUL characters", engine.CodeRefused, engine.SkipMessage, 0},
	{"Cyrus", "", "Message contains bare newlines", engine.CodeRefused, engine.SkipMessage, 0},
	{"Cyrus", "", "System I/O error", engine.CodeUnavailable, engine.Retry, 0},
	{"Cyrus", "", "Mailbox is locked by POP server", engine.CodeUnavailable, engine.Retry, 0},
	{"RFC 5530", "AUTHORIZATIONFAILED", "No such authorization-ID", engine.CodeAuth, engine.StopMailbox, 0},
	{"RFC 5530", "EXPIRED", "That password isn't valid any more", engine.CodeAuth, engine.StopMailbox, 0},
	{"RFC 5530", "CONTACTADMIN", "x", engine.CodeAuth, engine.StopMailbox, 0},
	{"RFC 5530", "ALREADYEXISTS", "Mailbox exists", engine.CodeRefused, engine.SkipFolder, 0},
	{"RFC 5530", "CORRUPTION", "Cannot open mailbox", engine.CodeUnreadable, engine.SkipFolder, 0},
	{"RFC 5530", "CANNOT", "You cannot create a mailbox of this name", engine.CodeRefused, engine.SkipFolder, 0},
	{"RFC 7889", "TOOBIG", "Message exceeds", engine.CodeTooBig, engine.SkipMessage, 0},
	{"a lab", "THROTTLED", "x. Suggested Backoff Time: 3 seconds", engine.CodeThrottled, engine.Retry, 3 * time.Second},
	{"nobody", "", "Suggested Backoff Time: 99999999999999 milliseconds", engine.CodeThrottled, engine.Retry, waitMost},
	{"nobody", "", "Suggested Backoff Time: 999999999 milliseconds", engine.CodeThrottled, engine.Retry, waitMost},
	{"nobody", "X-ODD", "something else altogether", engine.CodeRefused, engine.SkipMessage, 0},
}

func TestWhatServersSayIsUnderstood(t *testing.T) {
	c := &conn{side: engine.SideDestination, hide: &hider{}}
	for _, s := range sayings {
		f := c.fault("store the message", &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCode(s.code), Text: s.text})
		if f.Code != s.want || f.Class != s.class || f.Wait != s.wait {
			t.Errorf("%s: [%s] %s\n is %s, class %d, wait %v\nwant %s, class %d, wait %v", s.who, s.code, s.text, f.Code, f.Class, f.Wait, s.want, s.class, s.wait)
		}
		if f.What == "" || f.Do == "" || f.Who == "" || strings.ContainsAny(f.What+f.Do+f.Who, "{}") || f.Side != engine.SideDestination {
			t.Errorf("[%s] %s: not fit for people: %+v", s.code, s.text, f)
		}
		if !strings.Contains(f.Said, s.text) {
			t.Errorf("said %q, want %q in it", f.Said, s.text)
		}
		var e *imap.Error
		if !errors.As(f, &e) || !strings.HasPrefix(f.Err.Error(), "store the message: ") {
			t.Errorf("the cause is gone: %v", f.Err)
		}
		if strings.HasSuffix(f.Said, "[] ") {
			t.Error(f.Said)
		}
	}
}

func TestFaultsCarryNoControlCharacters(t *testing.T) {
	c := &conn{hide: &hider{}}
	f := c.fault("ask", &imap.Error{Type: "NO", Code: "X\x1b[2J", Text: "\x1b]0;title\x07 and \u202e"})
	for _, text := range []string{f.Said, f.Error(), f.Err.Error(), f.What} {
		if strings.ContainsAny(text, "\x1b\x07\u202e") {
			t.Errorf("%q", text)
		}
	}
}

func TestEveryVerdictIsASentence(t *testing.T) {
	for _, r := range rules {
		if len(r.codes)+len(r.texts) == 0 {
			t.Error("a rule matches everything")
		}
		for _, s := range []string{r.what, r.do} {
			if !strings.HasSuffix(s, ".") {
				t.Errorf("%q is no sentence", s)
			}
		}
		for _, s := range r.texts {
			if s != strings.ToLower(s) {
				t.Errorf("%q can't match: texts are compared in lower case", s)
			}
		}
		for _, s := range r.codes {
			if s != strings.ToUpper(s) {
				t.Errorf("%q can't match: codes are compared in upper case", s)
			}
		}
	}
}
