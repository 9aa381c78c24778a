package letter

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"mxodus/engine"
)

// smtpSilence is how long a mail server may take for an answer. RFC 5321 section
// 4.5.3.2 grants ten minutes after the data; whoever takes so long gets no
// further letters.
const smtpSilence = 2 * time.Minute

// SMTP sends letters through a mail server. TLS is required but on loopback.
type SMTP struct {
	server engine.MailServer
	client *mail.Client
	conn   *smtp.Client // nil: not connected
}

// NewSMTP makes a carrier that signs in with a password, if the server has a
// login.
func NewSMTP(server engine.MailServer, password engine.Secret) (*SMTP, error) {
	if server.Host == "" {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: "no-mail-server", What: "No server is set for sending letters.",
			Do: "Set one: mxodus letters FILE --smtp smtp://mail.example.com", Who: "you"}
	}
	config, err := tlsConfig(server)
	if err != nil {
		return nil, err
	}
	o := []mail.Option{mail.WithPort(server.Port), mail.WithTimeout(smtpSilence), mail.WithTLSConfig(config)}
	switch server.Security {
	case engine.TLS:
		o = append(o, mail.WithSSL())
	case engine.StartTLS:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		if ip := net.ParseIP(server.Host); !strings.EqualFold(server.Host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodePlaintext, What: "Letters are not sent without TLS to another computer.",
				Do: "Write the server as smtp:// or smtps://.", Who: "you"}
		}
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	}
	if server.Login != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(server.Login), mail.WithPassword(password.Reveal()))
	}
	client, err := mail.NewClient(server.Host, o...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{server: server, client: client}, nil
}

func tlsConfig(server engine.MailServer) (*tls.Config, error) {
	c := &tls.Config{ServerName: server.Host, MinVersion: tls.VersionTLS12}
	if server.Fingerprint != "" {
		c.InsecureSkipVerify = true // the fingerprint takes the place of an authority
		c.VerifyConnection = func(s tls.ConnectionState) error {
			sum := sha256.Sum256(s.PeerCertificates[0].Raw)
			if !strings.EqualFold(hex.EncodeToString(sum[:]), server.Fingerprint) {
				return x509.CertificateInvalidError{Cert: s.PeerCertificates[0], Reason: x509.NotAuthorizedToSign, Detail: "another fingerprint than the one that is set"}
			}
			return nil
		}
	}
	if server.CAFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(server.CAFile)
	if err != nil {
		return nil, fileFault("The file with the authorities of the mail server can't be read", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fileFault("The file with the authorities of the mail server holds no certificate", errors.New("no PEM certificate"))
	}
	return c, nil
}

// Way is "smtp".
func (*SMTP) Way() string { return WaySMTP }

// Close takes leave of the server.
func (s *SMTP) Close() {
	if s.conn != nil {
		_ = s.conn.Quit()
		s.drop()
	}
}

// drop ends the connection without a word: taking leave in the middle of a
// message would end the message.
func (s *SMTP) drop() {
	_ = s.conn.Close()
	s.conn = nil
}

// Ready connects, unless that was done before and the connection lives.
func (s *SMTP) Ready(ctx context.Context, _ engine.User) (uint32, error) {
	if s.conn != nil {
		if s.conn.UpdateDeadline(smtpSilence) == nil && s.conn.Noop() == nil {
			return 0, nil
		}
		s.drop()
	}
	conn, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return 0, s.connectFault(ctx, err)
	}
	s.conn = conn
	return 0, nil
}

// Send says what became of one letter. Only when the reply to the end of its
// data is missing, its fate is unknown.
func (s *SMTP) Send(_ context.Context, _ engine.User, m *Mail) (engine.Outcome, string, error) {
	err := s.client.SendWithSMTPClient(s.conn, m.msg)
	if m.msg.IsDelivered() {
		if err != nil {
			s.drop() // what comes after the letter is of no matter to it
		}
		return engine.Stored, engine.Clean(m.msg.ServerResponse(), 300), nil
	}
	var wrong *mail.SendError
	if !errors.As(err, &wrong) {
		s.drop()
		return engine.Unknown, "", s.sendFault(err, "")
	}
	said := ""
	if wrong.ErrorCode() != 0 {
		said = engine.Clean(wrong.Error(), 300)
		return engine.Refused, said, s.sendFault(err, said)
	}
	s.drop()
	if wrong.Reason == mail.ErrSMTPDataClose {
		return engine.Unknown, "", s.sendFault(err, "")
	}
	return engine.Unsent, "", s.sendFault(err, "")
}

func (s *SMTP) sendFault(err error, said string) error {
	f := &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeRefused, Said: said, Err: err,
		What: "The mail server " + engine.Clean(s.server.Host, 100) + " did not take the letter.", Who: "you, or whoever runs that server",
		Do: "Read what it said. A server may only send from its own addresses, or only after signing in."}
	if said == "" {
		f.Code, f.What = engine.CodeLost, "The connection to the mail server "+engine.Clean(s.server.Host, 100)+" was lost."
		f.Do, f.Class = "Run it again.", engine.Reconnect
	}
	return f
}

func (s *SMTP) connectFault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodeDial, Err: err, Said: engine.Clean(err.Error(), 300), Who: "you",
		What: "The mail server " + engine.Clean(s.server.Address(), 100) + " can't be reached.", Do: "Check its name and port, and whether the network lets you there."}
	var reply *textproto.Error
	var invalid *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var fingerprint x509.CertificateInvalidError
	switch {
	case errors.As(err, &reply) && reply.Code/10 == 53:
		f.Code, f.What, f.Do = engine.CodeAuth, "The mail server refused the sign-in.", "Check the login and the password for sending."
	case errors.As(err, &reply):
		f.Code, f.What, f.Do = engine.CodeRefused, "The mail server doesn't want to talk.", "Read what it said."
	case errors.As(err, &invalid), errors.As(err, &unknown), errors.As(err, &fingerprint):
		f.Code, f.What = engine.CodeCertificate, "The certificate of the mail server can't be trusted."
		f.Do = "Use the name that stands on it, or name its authority with --smtp-ca."
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		f.Code, f.What, f.Do = engine.CodeNoSTARTTLS, "The mail server offers no STARTTLS.", "Try smtps:// on port 465, or another server."
	}
	return f
}
