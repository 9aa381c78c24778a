package engine

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Project is everything the administrator decided, but no secrets.
type Project struct {
	Company     string
	Domain      string
	Source      Endpoint
	Destination Endpoint
	Limits      Limits
	Rules       FolderRules
	// CutOver is the planned moment of the MX change; zero when not planned.
	CutOver time.Time
	// CutOverDone is set once mail arrives at the destination: from then on no
	// flag at the destination is touched.
	CutOverDone bool
	// CutOverAt is when that was noted; zero when it isn't, or wasn't known.
	CutOverAt time.Time `json:",omitzero"`
	Letters   Letters
	// NoReadReceipts has the header fields that ask for a read receipt renamed on
	// the way, so that no client answers old mail; see AlteredReceipt.
	NoReadReceipts bool
}

// CutOverNoted is the project once mail arrives at the destination: at is when that
// was noted first.
func (p Project) CutOverNoted(at time.Time) Project {
	if !p.CutOverDone {
		p.CutOverDone, p.CutOverAt = true, at
	}
	return p
}

// Endpoint is the server of one side.
func (p Project) Endpoint(side Side) Endpoint {
	if side == SideSource {
		return p.Source
	}
	return p.Destination
}

// Servers names both endpoints, to tell whether something is about the same two.
func (p Project) Servers() string { return p.Source.URL() + " " + p.Destination.URL() }

// User is one person or shared mailbox to be moved.
type User struct {
	ID          int64
	Address     string // at the destination, and what letters are addressed to
	DisplayName string
	SourceLogin string // the user's own name at the source
	// DestinationLogin is the user's own name at the destination; empty means
	// Address.
	DestinationLogin string
	// UserRoot is the folder at the source below which this user's mail stands
	// (Microsoft's CSV column of that name); empty for the whole mailbox.
	UserRoot string
	// LeftOut users stay in the project but are not moved.
	LeftOut bool
	// Language is what letters to this user are written in: en, de, fr or es;
	// empty: the project's.
	Language string
	Shared   bool // a mailbox that several people use: its letters say so
}

// DestinationName is the login name at the destination.
func (u User) DestinationName() string {
	if u.DestinationLogin != "" {
		return u.DestinationLogin
	}
	return u.Address
}

// Side names one end of the migration.
type Side string

// The two ends of a migration.
const (
	SideSource      Side = "source"
	SideDestination Side = "destination"
)

// Security is how a connection is protected.
type Security string

// The ways to protect a connection.
const (
	TLS      Security = "tls"      // implicit TLS (RFC 8314 section 3)
	StartTLS Security = "starttls" // required: a server without it is refused
	Plain    Security = "plain"    // loopback only, unless AllowPlaintext
)

// EndpointKind is what stands at an endpoint.
type EndpointKind string

// The kinds of endpoint.
const (
	KindIMAP         EndpointKind = "imap"
	KindMicrosoft365 EndpointKind = "microsoft365"
)

// AuthMethod is how to sign in.
type AuthMethod string

// The sign-in methods. AuthAuto takes the strongest that both sides know.
const (
	AuthAuto        AuthMethod = ""
	AuthLogin       AuthMethod = "login"
	AuthPlain       AuthMethod = "plain"
	AuthXOAuth2     AuthMethod = "xoauth2"
	AuthOAuthBearer AuthMethod = "oauthbearer"
)

// AdminStyle is how an administrator's log-in opens another user's mailbox.
type AdminStyle string

// The administrator log-ins that servers know.
const (
	AdminAuto     AdminStyle = ""         // found by trying, most likely first
	AdminAuthzid  AdminStyle = "authzid"  // SASL PLAIN, RFC 4616: Cyrus, Zimbra
	AdminMaster   AdminStyle = "master"   // user*admin: Dovecot
	AdminExchange AdminStyle = "exchange" // DOMAIN/admin/user
	// AdminMirapoint is #user@domain#admin#.
	AdminMirapoint AdminStyle = "mirapoint"
	// AdminKerio is Kerio Connect's master password (X-MASTERAUTH); the
	// administrator's name is of no use there.
	AdminKerio AdminStyle = "kerio"
)

// Endpoint says where a server is and how to reach it. It holds no secret.
type Endpoint struct {
	Kind           EndpointKind
	Host           string
	Port           int
	Security       Security
	AllowPlaintext bool   // Plain beyond loopback
	CAFile         string // PEM; trusted instead of the system's authorities
	Fingerprint    string // SHA-256 of the leaf certificate, hex; trusted instead of any authority
	MinTLS         string // "" means 1.2; "1.0" and "1.1" only when asked for by name
	Auth           AuthMethod
	Admin          string // administrator's login name; empty: each user's own password
	AdminStyle     AdminStyle
	AdminSeparator string // between user and master; empty means "*"
	Preset         string // name of the provider preset, if one was used

	// ServiceAccount is the address of the Google service account that opens every
	// user's mailbox in the user's name; empty: none does.
	ServiceAccount string `json:",omitempty"`

	// Of Microsoft 365 only.

	Cloud    string // a cloud's name, or the full path of the file that describes one; empty: worldwide
	Tenant   string // its ID, or one of its domains
	ClientID string // of the app that signs in, or through which a person does
	SignIn   SignInWay
}

// SignInWay is who signs in to Microsoft 365, and how.
type SignInWay string

// The ways to sign in to Microsoft 365.
const (
	SignInApp     SignInWay = ""        // an app, with its client secret or certificate
	SignInBrowser SignInWay = "browser" // a person, with the browser on this computer
	SignInDevice  SignInWay = "device"  // a person, with a code on any device
)

// ByPerson says that a person signs in, not an app.
func (w SignInWay) ByPerson() bool { return w != SignInApp }

// NeedsPasswords says that somebody's password signs in there: each user's own, or
// an administrator's. Otherwise an app, a person or a service account signs in to
// all mailboxes with tokens.
func (e Endpoint) NeedsPasswords() bool {
	return e.Kind != KindMicrosoft365 && e.ServiceAccount == ""
}

// Address is host:port.
func (e Endpoint) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// URL is the endpoint as the administrator writes it.
func (e Endpoint) URL() string {
	switch {
	case e.Kind == KindMicrosoft365:
		return "microsoft365"
	case e.Host == "":
		return ""
	case e.Security == StartTLS:
		return "imap://" + e.Address()
	case e.Security == Plain:
		return "imap+plain://" + e.Address()
	}
	return "imaps://" + e.Address()
}

// ParseEndpoint reads imaps://host[:993], imap://host[:143] (STARTTLS,
// required), imap+plain://127.0.0.1[:143], or microsoft365. The error names
// what is wrong and what to write instead.
func ParseEndpoint(s string) (Endpoint, error) {
	s = strings.TrimSpace(s)
	if strings.EqualFold(s, "microsoft365") {
		return Endpoint{Kind: KindMicrosoft365, Host: "outlook.office365.com", Port: 993, Security: TLS, Auth: AuthXOAuth2}, nil
	}
	if s == "" {
		return Endpoint{}, fmt.Errorf("no server given: write imaps://mail.example.com")
	}
	if !strings.Contains(s, "://") {
		return Endpoint{}, fmt.Errorf("%q has no scheme: write imaps://%s (TLS) or imap://%s (STARTTLS)", s, s, s)
	}
	u, err := url.Parse(s)
	if err != nil {
		return Endpoint{}, fmt.Errorf("this is not a server address: write imaps://mail.example.com:993")
	}
	if u.User != nil {
		return Endpoint{}, fmt.Errorf("a server address holds no user name or password: they belong to the users")
	}
	e := Endpoint{Kind: KindIMAP, Host: u.Hostname()}
	switch strings.ToLower(u.Scheme) {
	case "imaps":
		e.Security, e.Port = TLS, 993
	case "imap":
		e.Security, e.Port = StartTLS, 143
	case "imap+plain":
		e.Security, e.Port = Plain, 143
	default:
		return Endpoint{}, fmt.Errorf("scheme %q is not known: use imaps, imap (STARTTLS), imap+plain, or the word microsoft365", u.Scheme)
	}
	if e.Host == "" {
		return Endpoint{}, fmt.Errorf("%q names no host: write imaps://mail.example.com", s)
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 {
			return Endpoint{}, fmt.Errorf("port %q is not between 1 and 65535", p)
		}
		e.Port = n
	}
	if (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return Endpoint{}, fmt.Errorf("%q has something after the host: write imaps://%s", s, u.Host)
	}
	return e, nil
}

// Limits bound a run. The zero value of a field means its default; see also
// Project.Bounds.
type Limits struct {
	MaxMessages     int           // per mailbox, newest first; default 500,000
	MaxMessageBytes int64         // default 35 MB (36,700,160); to Microsoft 365 150 MB, less what it refuses
	MemoryBytes     int64         // message bytes held at once; default 64 MiB
	Mailboxes       int           // mailboxes at once; default 8 (20 to Microsoft 365), adapting
	ConnsPerMailbox int           // connections into one mailbox per side; default 4, adapting
	SourceConns     int           // connections to the source host; default 16 (32 to Microsoft 365), adapting
	DestConns       int           // connections to the destination host; default 16 (32 at Microsoft 365), adapting
	MaxPerDay       int64         // bytes read from one source mailbox in a day; default: no bound
	MaxRate         int64         // bytes a second from the source, over all connections; default: no bound
	QuietTime       time.Duration // how late a server may store what it was sent; default 30 s
	Silence         time.Duration // a due reply that makes no progress for so long ends the connection; default 60 s
	FollowEvery     time.Duration // between deltas of run --follow; default 5 min
}

// WithDefaults fills in what is zero.
func (l Limits) WithDefaults() Limits {
	def(&l.MaxMessages, 500_000)
	def(&l.MaxMessageBytes, 35<<20)
	def(&l.MemoryBytes, 64<<20)
	def(&l.Mailboxes, 8)
	def(&l.ConnsPerMailbox, 4)
	def(&l.SourceConns, 16)
	def(&l.DestConns, 16)
	def(&l.QuietTime, 30*time.Second)
	def(&l.Silence, 60*time.Second)
	def(&l.FollowEvery, 5*time.Minute)
	return l
}

// Bounds are the project's limits with their defaults. Exchange Online bounds each
// mailbox by itself: there more mailboxes at once is what is faster. It takes 35 MB,
// or what its administrator raised that to: the server is asked, with the first
// message that is larger.
func (p Project) Bounds() Limits {
	l := p.Limits
	if p.Destination.Kind == KindMicrosoft365 {
		def(&l.MaxMessageBytes, tenantMost)
		def(&l.Mailboxes, 20)
		def(&l.SourceConns, 32)
		def(&l.DestConns, 32)
	}
	return l.WithDefaults()
}

// tenantMost is the most that any tenant takes, tenantUsual what it takes unless
// its administrator raised it.
const (
	tenantMost  = 150 << 20
	tenantUsual = 35 << 20
)

func def[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// FolderRules is what the administrator decided about folders. Patterns are
// folder paths with "/" between levels; "*" stands for any text within the
// whole path; case doesn't matter. A pattern covers the folders below it.
type FolderRules struct {
	Include []string // if any: only these
	Exclude []string
	Rename  []Rename
	Nest    string // everything goes below this folder; empty: nowhere
	// GmailAll also takes Important and Starred, which are left out by default.
	GmailAll bool
}

// Rename sends one source folder, and those below it, to another path.
type Rename struct{ From, To string }

// Secret is a password or token. It prints as stars, whatever the verb.
type Secret string

// String hides the secret.
func (Secret) String() string { return "••••••••" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return `engine.Secret("••••••••")` }

// Format hides the secret from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal is the secret itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

// SecretName is the vault's name for a user's password on one side.
func SecretName(side Side, userID int64) string {
	return string(side) + "/" + strconv.FormatInt(userID, 10)
}

// AdminSecretName is the vault's name for the administrator's password on one
// side.
func AdminSecretName(side Side) string { return string(side) + "/admin" }

// AppSecretName is the vault's name for an app's credential on one side: a
// client secret, or a certificate with its private key (PEM), or the key file of a
// Google service account (JSON).
func AppSecretName(side Side) string { return string(side) + "/app" }

// TokensName is the vault's name for the tokens of whoever signed in on one side.
func TokensName(side Side) string { return string(side) + "/tokens" }
