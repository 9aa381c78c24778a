package imapconn

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mxodus/engine"
)

// verdict is what a refusal means to people.
type verdict struct {
	class engine.Class
	code  engine.Code
	what  string // {server}, {Server}, {what}: see conn.say
	do    string
	who   string
}

// rule finds a verdict by the response code (RFC 5530, RFC 9051 section 7.1), by
// the server's words where it gives no code or a misleading one, or by both.
type rule struct {
	codes []string // any of them; none: whatever the code
	texts []string // any of them, in lower case; none: whatever the text
	verdict
}

const (
	nobody  = "nobody"
	admin   = "the administrator of {server}"
	you     = "you"
	theUser = "the user"
)

// The verdicts that several rules share.
var (
	throttled = verdict{engine.Retry, engine.CodeThrottled, "{Server} asks mxodus to go slower.",
		"Nothing: mxodus waits and goes on by itself.", nobody}
	tooManyConns = verdict{engine.Retry, engine.CodeConnLimit, "{Server} allows no more connections.",
		"Nothing: mxodus goes on with fewer. Programs that hold connections to the same mailbox may be closed.", nobody}
	fullHouse = verdict{engine.Retry, engine.CodeFullHouse, "{Server} allows no more connections to this mailbox.",
		"Nothing: mxodus waits for a place. Programs and phones that hold connections to the same mailbox may be closed.", nobody}
	unavailable = verdict{engine.Retry, engine.CodeUnavailable, "{Server} can't do it at the moment.",
		"Nothing yet: mxodus tries again. If it stays, look at the server.", admin}
	full = verdict{engine.StopMailbox, engine.CodeQuota, "The mailbox is full.",
		"Give it more room, or leave folders out. Then run again: it goes on where it stopped.", admin}
	tooBig = verdict{engine.SkipMessage, engine.CodeTooBig, "{Server} takes no message of that size.",
		"Nothing, or raise the size limit of {server} and run again: mxodus tries once a day.", admin}
	noFolder = verdict{engine.SkipFolder, engine.CodeNoFolder, "{Server} has no such folder.",
		"Run again: mxodus lists the folders anew.", nobody}
	expired = verdict{engine.Reconnect, engine.CodeToken, "The sign-in at {server} ran out.",
		"Nothing: mxodus signs in again.", nobody}
	badPassword = verdict{engine.StopMailbox, engine.CodeAuth, "{Server} refused the user name or the password.",
		"Check both, then test this user again. Some providers want a password made for programs (app password).", you}
	noRights = verdict{engine.StopMailbox, engine.CodeAuth, "{Server} knows this sign-in, but gives no access to this mailbox.",
		"Give the sign-in access to the mailbox, and check that IMAP is switched on for it.", admin}
	notConnected = verdict{engine.StopMailbox, engine.CodeAuth, "{Server} accepted the sign-in, but gives no access to this mailbox.",
		"Check, in this order: that the address is the mailbox's own; that it has a licence and exists already (a new one takes a while); " +
			"that IMAP is on (Set-CASMailbox ADDRESS -ImapEnabled $true); that the app or account has full access " +
			"(Add-MailboxPermission ADDRESS -User ... -AccessRights FullAccess); that the app's service principal was made with the object ID of " +
			"the enterprise application, not of the app registration. Changes take up to an hour. mxodus microsoft check FILE looks at it step by step.", admin}
	imapOff = verdict{engine.StopMailbox, engine.CodeAuth, "IMAP is switched off for this mailbox.",
		"Switch IMAP on for it in the provider's settings, then test this user again.", admin}
	passwordOrIMAP = verdict{engine.StopMailbox, engine.CodeAuth, "{Server} refused the password, or IMAP is switched off for this mailbox: it doesn't say which.",
		"Switch IMAP on in the mailbox's settings, make an app password for mail, and use it here.", theUser}
	appPassword = verdict{engine.StopMailbox, engine.CodeAuth, "{Server} wants a password made for programs (app password).",
		"Make an app password in the account's security settings and use it here.", theUser}
	webLogin = verdict{engine.StopMailbox, engine.CodeAuth, "The provider wants the user to sign in with a browser first.",
		"Sign in to this mailbox with a browser, confirm what it asks, then test this user again.", theUser}
	needTLS = verdict{engine.StopBatch, engine.CodePlaintext, "{Server} takes no password without TLS.",
		"Use imaps:// or imap:// (STARTTLS) in the server's address.", you}
	refusedName = verdict{engine.SkipFolder, engine.CodeRefused, "{Server} doesn't take this folder's name.",
		"Rename the folder, or give it another name with a rule.", you}
)

// rules are tried in order; the first that matches counts. Texts that say more
// than their code stand above the codes.
var rules = []rule{
	// Exchange and Microsoft 365.
	{texts: []string{"suggested backoff time", "request is throttled"}, verdict: throttled},
	{texts: []string{"user is authenticated but not connected"}, verdict: notConnected},
	{texts: []string{"session invalidated", "accesstokenexpired", "session expired", "token has expired"}, verdict: expired},
	{texts: []string{"maximum size of appendable message"}, verdict: tooBig},
	{texts: []string{"command argument error. 1", "command error. 1"}, verdict: verdict{engine.SkipMessage, engine.CodeRefused,
		"{Server} refused to {what}, without saying why: usually it is too large, has too long a line, or is damaged.",
		"If it matters, save it by hand from the old mailbox. It is listed in the report.", you}},
	{texts: []string{"server unavailable. 15"}, verdict: verdict{engine.Retry, engine.CodeUnavailable,
		"{Server} can't reach this mailbox's store, or the mailbox is full.",
		"Nothing yet: mxodus tries again. If it stays, look whether the mailbox is full.", admin}},
	{texts: []string{"connection is closed. 13", "autologout", "disconnected for inactivity", "idle for too long", "inactivity timeout"}, verdict: verdict{engine.Reconnect, engine.CodeLost,
		"{Server} closed the connection because nothing happened on it.", "Nothing: mxodus connects again.", nobody}},
	{texts: []string{"connection closed. 14", "too many invalid", "too many errors", "too many bad commands"}, verdict: verdict{engine.Reconnect, engine.CodeProtocol,
		"{Server} closed the connection after commands that it did not understand.",
		"Nothing yet: mxodus connects again. If it stays, run with --trace trace.txt and send that file to whoever looks after mxodus.", you}},
	{texts: []string{"folder name is reserved", "invalid mailbox name", "invalid folder name", "illegal mailbox name", "character not allowed in mailbox name"}, verdict: refusedName},

	// Gmail, which says OVERQUOTA of its bandwidth limit.
	{texts: []string{"bandwidth limit", "exceeded command or bandwidth"}, verdict: verdict{engine.Retry, engine.CodeThrottled,
		"Gmail's daily limit of bytes for this mailbox is used up.",
		"Nothing: mxodus tries again every hour. Gmail lifts the limit within a day.", nobody}},
	{texts: []string{"application-specific password", "app password", "app-specific password"}, verdict: appPassword},
	{codes: []string{"WEBALERT"}, verdict: webLogin},
	{texts: []string{"log in via your web browser", "web login required"}, verdict: webLogin},
	{texts: []string{"invalid credentials or imap is disabled"}, verdict: passwordOrIMAP}, // Yandex says no more
	{texts: []string{"yet to enable imap", "not enabled for imap", "imap access is disabled", "imap is disabled", "imap disabled", "imap service is not enabled"}, verdict: imapOff},

	// Too many connections: Dovecot says UNAVAILABLE, Gmail ALERT, Yahoo LIMIT,
	// Cyrus and Courier nothing. Some count each mailbox's by themselves.
	{texts: []string{"connections from user+ip exceeded", "too many simultaneous connections. (failure)",
		"maximum number of sessions of this mailbox"}, verdict: fullHouse},
	{texts: []string{"maximum number of connections", "too many simultaneous connections", "too many concurrent connections",
		"too many open connections", "too many connections", "connection limit", "connections exceeded", "maximum connections",
		"too many sessions", "too many concurrent sessions", "exceeded the maximum number of sessions", "too many users"}, verdict: tooManyConns},
	{texts: []string{"rate limit", "throttl", "too many requests", "slow down", "server busy", "server is busy", "too many login attempts", "too many logins"}, verdict: throttled},

	{texts: []string{"temporary authentication", "temporary login", "authentication service", "waiting for authentication process"}, verdict: unavailable},

	// Codes.
	{codes: []string{"THROTTLED"}, verdict: throttled},
	{codes: []string{"LIMIT"}, verdict: throttled},
	{codes: []string{"INUSE"}, verdict: verdict{engine.Retry, engine.CodeUnavailable, "Somebody else holds the mailbox at {server}.",
		"Nothing yet: mxodus tries again. Close other programs that work in this mailbox.", nobody}},
	{codes: []string{"UNAVAILABLE", "SERVERBUG"}, verdict: unavailable},
	{codes: []string{"EXPIRED"}, verdict: verdict{engine.StopMailbox, engine.CodeAuth, "The password at {server} has expired.",
		"Set a new password, enter it here, and test this user again.", you}},
	{codes: []string{"PRIVACYREQUIRED"}, verdict: needTLS},
	{codes: []string{"AUTHORIZATIONFAILED"}, verdict: noRights},
	{codes: []string{"AUTHENTICATIONFAILED"}, verdict: badPassword},
	{codes: []string{"CONTACTADMIN"}, verdict: verdict{engine.StopMailbox, engine.CodeAuth, "{Server} wants its administrator to be asked.",
		"Ask the administrator of {server}; its own words may say more.", admin}},
	{codes: []string{"OVERQUOTA"}, verdict: full},
	{codes: []string{"TOOBIG"}, verdict: tooBig},
	{codes: []string{"TRYCREATE", "NONEXISTENT"}, verdict: noFolder},
	{codes: []string{"ALREADYEXISTS"}, verdict: verdict{engine.SkipFolder, engine.CodeRefused, "{Server} has a folder of this name already.", "Nothing.", nobody}},
	{codes: []string{"NOPERM"}, verdict: verdict{engine.SkipFolder, engine.CodeRefused, "{Server} gives no right to {what}.",
		"Give this sign-in the right, or leave the folder out.", admin}},
	{codes: []string{"CORRUPTION"}, verdict: verdict{engine.SkipFolder, engine.CodeUnreadable, "{Server} says that its own data is damaged.",
		"Have the mailbox repaired at {server}, then run again.", admin}},
	{codes: []string{"CANNOT"}, verdict: refusedName},

	// Texts of servers without codes.
	{texts: []string{"plaintext authentication disallowed", "cleartext login", "plaintext login", "login disabled", "logindisabled"}, verdict: needTLS},
	{texts: []string{"over quota", "overquota", "quota exceeded", "exceeded your mail quota", "exceed quota", "exceeds quota", "mailbox full", "mailbox is full", "mailbox size limit"}, verdict: full},
	{texts: []string{"message too large", "message too big", "message is too large", "message size exceeds", "exceeds maximum message size", "maximum message size", "too large message"}, verdict: tooBig},
	{texts: []string{"login failed", "logon failure", "authenticate failed", "authentication failed", "authentication failure", "login incorrect",
		"incorrect user", "invalid credentials", "invalid login", "invalid user", "bad username", "wrong password", "login invalid"}, verdict: badPassword},
	{texts: []string{"no space left", "disk full", "out of disk"}, verdict: verdict{engine.StopBatch, engine.CodeQuota, "The disk of {server} is full.",
		"Make room there, then run again: it goes on where it stopped.", admin}},
	{texts: []string{"mailbox doesn't exist", "mailbox does not exist", "no such mailbox", "unknown mailbox", "nonexistent mailbox",
		"folder is not found", "folder not found", "mailbox not found", "no such folder", "unable to open this mailbox"}, verdict: noFolder},
	{texts: []string{"shutting down", "temporar", "try again", "internal error", "i/o error", "server error", "system error", "service unavailable",
		"server unavailable", "is locked", "mailbox locked", "timed out", "timeout"}, verdict: unavailable},
}

// lookUp finds what a refusal means; nil when nothing is known of it.
func lookUp(code, text string) *engine.Fault {
	code, low := strings.ToUpper(code), strings.ToLower(text)
	for _, r := range rules {
		if !r.matches(code, low) {
			continue
		}
		f := &engine.Fault{Class: r.class, Code: r.code, What: r.what, Do: r.do, Who: r.who}
		if f.Class == engine.Retry {
			f.Wait = suggested(low)
		}
		if f.Code == engine.CodeThrottled && f.Wait == 0 && strings.Contains(low, "bandwidth") {
			f.Wait = bandwidthWait
		}
		return f
	}
	return nil
}

func (r rule) matches(code, low string) bool {
	if len(r.codes) > 0 && !slices.Contains(r.codes, code) {
		return false
	}
	return len(r.texts) == 0 || slices.ContainsFunc(r.texts, func(t string) bool { return strings.Contains(low, t) })
}

var backoffTime = regexp.MustCompile(`backoff time:\s*(\d{1,18})\s*(milliseconds|ms|seconds|s)?`)

// bandwidthWait is how often is asked whether Gmail has lifted its daily limit.
const bandwidthWait = time.Hour

// waitMost is the longest wait that a server's suggestion is taken for.
const waitMost = 24 * time.Hour

// suggested is how long the server asks to wait; 0 when it doesn't say.
func suggested(low string) time.Duration {
	m := backoffTime.FindStringSubmatch(low)
	if m == nil {
		return 0
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0
	}
	unit := time.Millisecond
	if strings.HasPrefix(m[2], "s") {
		unit = time.Second
	}
	return time.Duration(min(n, int64(waitMost/unit))) * unit
}
