package engine

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Letters is what the administrator decided about the letters to users. It
// holds no secret.
type Letters struct {
	Language string // of users who have none of their own: en (also when empty), de, fr or es
	// Why is the reason for the move in a sentence or two, in the
	// administrator's words; empty: none is given.
	Why         string
	HelpName    string // whom to ask
	HelpAddress string
	HelpPhone   string
	HelpHours   string
	SenderName  string
	// SenderAddress is what letters come from; empty: they can't be sent by SMTP.
	SenderAddress string
	OwnerName     string // gets the hand-over letter
	OwnerAddress  string
	OwnerLanguage string // empty: Language
	// WindowStart and WindowEnd are when the work is done, as announced; zero
	// when not known yet. The moment of the change itself is Project.CutOver.
	WindowStart, WindowEnd time.Time
	// LastDay is the last day on which the old mailbox can be opened; zero when
	// not known yet.
	LastDay time.Time
	Zone    string // IANA name that times are written in; empty: this computer's
	WebMail string // address of the new web mail; empty: Microsoft's where that is the destination
	// PasswordWay says how the first password reaches a user: "on paper, from
	// your manager"; empty: a sentence that says that whoever helps hands it over.
	PasswordWay string
	// AppPassword says that the old provider wants a password of its own for
	// programs.
	AppPassword bool
	Logo        string // file of a PNG, JPEG or GIF; empty: none
	Colour      string // "#0b5cad"; empty: blue
	Templates   string // folder of changed templates; empty: those of mxodus
	SMTP        MailServer
}

// MailServer is a server that letters are sent through.
type MailServer struct {
	Host        string
	Port        int
	Security    Security
	CAFile      string // as in Endpoint
	Fingerprint string // as in Endpoint
	Login       string // empty: none
}

// SMTPSecretName is the vault's name for the password of Letters.SMTP.
const SMTPSecretName = "letters/smtp"

// Address is host:port.
func (m MailServer) Address() string { return net.JoinHostPort(m.Host, strconv.Itoa(m.Port)) }

// URL is the server as the administrator writes it.
func (m MailServer) URL() string {
	switch {
	case m.Host == "":
		return ""
	case m.Security == TLS:
		return "smtps://" + m.Address()
	case m.Security == Plain:
		return "smtp+plain://" + m.Address()
	}
	return "smtp://" + m.Address()
}

// ParseMailServer reads smtps://host[:465] (TLS), smtp://host[:587] (STARTTLS,
// required) or smtp+plain://127.0.0.1[:25], which is for this computer only.
func ParseMailServer(s string) (MailServer, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return MailServer{}, fmt.Errorf("this is no server for sending mail: write smtp://mail.example.com (STARTTLS) or smtps://mail.example.com (TLS)")
	}
	m := MailServer{Host: u.Hostname()}
	switch strings.ToLower(u.Scheme) {
	case "smtps":
		m.Security, m.Port = TLS, 465
	case "smtp":
		m.Security, m.Port = StartTLS, 587
	case "smtp+plain":
		m.Security, m.Port = Plain, 25
		if ip := net.ParseIP(m.Host); !strings.EqualFold(m.Host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			return MailServer{}, fmt.Errorf("smtp+plain sends mail unprotected, and %s is not this computer: write smtp://%s", m.Host, m.Host)
		}
	default:
		return MailServer{}, fmt.Errorf("scheme %q is not known: use smtp (STARTTLS) or smtps (TLS)", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if m.Port, err = strconv.Atoi(p); err != nil || m.Port < 1 || m.Port > 65535 {
			return MailServer{}, fmt.Errorf("port %q is not between 1 and 65535", p)
		}
	}
	return m, nil
}

// DeliveryState is what is known of a letter on its way.
type DeliveryState string

// The states of a delivery.
const (
	DeliverySending DeliveryState = "sending" // written down, perhaps sent; its fate is unknown until looked for
	DeliverySent    DeliveryState = "sent"
	DeliveryFailed  DeliveryState = "failed" // certainly not sent
)

// Delivery is one letter to one user, in the journal.
type Delivery struct {
	UserID    int64 // 0: the owner
	Letter    string
	Way       string // "smtp" or "inbox"
	State     DeliveryState
	To        string
	MessageID string
	Identity  Identity // of the letter's header
	// Next is the inbox's UIDNEXT before the letter was appended; 0 when not
	// known. Only for the way "inbox".
	Next uint32
	At   time.Time // of the last change
	Said string    // the server's own words
}

// DeliveryLog is what a ProjectFile can also do: remember which letters went
// out. A user gets a letter once, whichever way.
type DeliveryLog interface {
	// ClaimDelivery writes d down as sending, durably, unless that letter to that
	// user is being sent or was sent: then nothing is written and the row that
	// stands is returned with false. again replaces it whatever it says.
	ClaimDelivery(ctx context.Context, d Delivery, again bool) (stands Delivery, claimed bool, err error)
	// SettleDelivery writes down what became of the claim with this MessageID.
	SettleDelivery(ctx context.Context, d Delivery) error
	// Deliveries lists all, oldest first.
	Deliveries(ctx context.Context) ([]Delivery, error)
}

// Subject is what a person knows a message by.
type Subject struct {
	UID     uint32
	Size    int64
	Date    time.Time // INTERNALDATE
	Subject string    // decoded and cleaned; empty when there is none
	From    string    // the same
}

// SubjectReader is what a Source can also do: read the subjects and senders of messages, all
// in one flight. each gets every message that the server could give.
type SubjectReader interface {
	Subjects(ctx context.Context, req ScanRequest, each func(Subject) error) (ScanResult, error)
}
