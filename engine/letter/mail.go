package letter

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"mxodus/engine"
)

// Mail is a letter as it goes out: the message itself and what is known of it.
type Mail struct {
	Letter    Letter
	MessageID string // without angle brackets
	Raw       []byte // CRLF between lines

	msg *mail.Msg
}

// Identity finds the message again on a server.
func (m *Mail) Identity() engine.Identity { return engine.IdentityOf(m.Raw) }

// Mail makes the message (RFC 5322, MIME): plain text and HTML, with the logo
// as a part of it. Every call makes another message: Message-ID and boundaries
// differ.
func (m *Maker) Mail(l Letter, now time.Time) (*Mail, error) {
	id, err := randomID()
	if err != nil {
		return nil, err
	}
	return m.mail(l, now.In(m.facts.zone), id)
}

func (m *Maker) mail(l Letter, now time.Time, id string) (*Mail, error) {
	s := m.facts.Project.Letters
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP))
	if s.SenderAddress == "" {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: "no-sender", What: "The letters have no sender.",
			Do: "Set one: mxodus letters FILE --sender " + engine.Argument("help@"+m.facts.Project.Domain), Who: "you"}
	}
	if err := msg.From(mailbox(s.SenderName, s.SenderAddress)); err != nil {
		return nil, addressFault("The sender's address can't be used", err)
	}
	if err := msg.AddTo(mailbox(l.Name, l.To)); err != nil {
		return nil, addressFault("The address of "+engine.Clean(l.To, 100)+" can't be used", err)
	}
	if s.HelpAddress != "" && s.HelpAddress != s.SenderAddress {
		if err := msg.ReplyTo(s.HelpAddress); err != nil {
			return nil, addressFault("The address of whoever helps can't be used", err)
		}
	}
	domain := "localhost"
	if _, d, ok := strings.Cut(s.SenderAddress, "@"); ok {
		domain = d
	}
	out := &Mail{Letter: l, MessageID: "mxodus." + string(l.Kind) + "." + id + "@" + domain, msg: msg}
	msg.SetMessageIDWithValue(out.MessageID)
	msg.SetDateWithValue(now)
	msg.Subject(headerText(l.Document.Subject))
	msg.SetGenHeader("Content-Language", l.Language.Code)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence note answers it
	msg.SetBodyString(mail.TypeTextPlain, l.Plain)
	msg.AddAlternativeString(mail.TypeTextHTML, l.mailHTML)
	if l.logo != nil {
		_, kind, _ := strings.Cut(l.logo.Type, "/")
		if err := msg.EmbedReader("logo."+kind, bytes.NewReader(l.logo.Data), mail.WithFileContentID("<"+logoID+">"), mail.WithFileContentType(mail.ContentType(l.logo.Type))); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	out.Raw = b.Bytes()
	return out, nil
}

func addressFault(what string, err error) error {
	return &engine.Fault{Class: engine.StopMailbox, Code: "address", What: what + ".", Do: "Correct it.", Who: "you", Said: engine.Clean(err.Error(), 200), Err: err}
}

// headerText is text for a header field: one line, and nothing that is more than
// text.
func headerText(s string) string { return engine.Clean(s, 200) }

// mailbox is a name and an address as a header field has them, quoted and
// encoded as need be.
func mailbox(name, address string) string {
	return (&netmail.Address{Name: headerText(name), Address: address}).String()
}

func randomID() (string, error) {
	var b [12]byte
	_, err := rand.Read(b[:])
	return hex.EncodeToString(b[:]), err
}
