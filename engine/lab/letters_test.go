package lab_test

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/lab/real"
	letters "mxodus/engine/letter"
)

// mailroom is a project that letters go out of.
type mailroom struct {
	*trip
	maker *letters.Maker
}

func newMailroom(t *testing.T, w *trip) *mailroom {
	t.Helper()
	w.project.Letters = engine.Letters{SenderName: "Acme IT", SenderAddress: "it@acme.example", HelpName: "Carla", OwnerAddress: "owner@acme.example"}
	if err := w.file.SaveProject(t.Context(), w.project); err != nil {
		t.Fatal(err)
	}
	m := &mailroom{trip: w}
	m.collect()
	return m
}

func (m *mailroom) collect() {
	m.t.Helper()
	facts, err := letters.Collect(m.t.Context(), m.file, m.users)
	if err == nil {
		m.maker, err = letters.NewMaker(facts)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// letters are those of one kind to all users.
func (m *mailroom) letters(k letters.Kind) (list []letters.Letter) {
	m.t.Helper()
	for _, u := range m.users {
		l, err := m.maker.Make(k, u)
		if err != nil {
			m.t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

// deliver sends all letters of one kind and returns their fates.
func (m *mailroom) deliver(c letters.Carrier, k letters.Kind, o letters.DeliverOptions) (fates []letters.Fate) {
	m.t.Helper()
	out, err := m.maker.Deliver(m.t.Context(), m.file, m.file.(engine.DeliveryLog), c, m.letters(k), o)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, d := range out {
		fates = append(fates, d.Fate)
		if (d.Fate == letters.Failed || d.Fate == letters.Uncertain) && d.Fault == nil {
			m.t.Errorf("%s without a reason", d.Fate)
		}
	}
	return fates
}

func (m *mailroom) want(got []letters.Fate, want ...letters.Fate) {
	m.t.Helper()
	if !slices.Equal(got, want) {
		m.t.Fatalf("fates %q, want %q", got, want)
	}
}

// dyingLog loses what becomes of letters: as if the process died right after
// sending.
type dyingLog struct{ engine.DeliveryLog }

var errDied = errors.New("died")

func (dyingLog) SettleDelivery(context.Context, engine.Delivery) error { return errDied }

func twoUsers(t *testing.T) (*lab.Server, *mailroom) {
	t.Helper()
	s, err := lab.New(lab.Options{UIDPlus: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, name := range []string{"anna@acme.example", "ben@acme.example"} {
		s.AddUser(name, "sun")
	}
	w := newTrip(t, s.Endpoint(), s.Endpoint(), row("anna@acme.example", "sun", "anna@acme.example", "sun"), row("ben@acme.example", "sun", "ben@acme.example", "sun"))
	return s, newMailroom(t, w)
}

func smtpTo(t *testing.T, s engine.MailServer, password engine.Secret) letters.Carrier {
	t.Helper()
	c, err := letters.NewSMTP(s, password)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newSink(t *testing.T, o lab.SMTPOptions) *lab.SMTPSink {
	t.Helper()
	s, err := lab.NewSMTPSink(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestLettersGoByMailOnceOverEveryKindOfConnection(t *testing.T) {
	for _, security := range []engine.Security{engine.TLS, engine.StartTLS, engine.Plain} {
		o := lab.SMTPOptions{Login: "it", Password: "canary-secret"}
		if security == engine.Plain {
			o = lab.SMTPOptions{}
		}
		sink := newSink(t, o)
		_, m := twoUsers(t)
		carrier := func() letters.Carrier { return smtpTo(t, sink.Server(security), "canary-secret") }
		m.want(m.deliver(carrier(), letters.Welcome, letters.DeliverOptions{DryRun: true}), letters.WouldSend, letters.WouldSend)
		if n := len(sink.Messages()); n != 0 {
			t.Fatalf("a dry run sends %d messages", n)
		}
		m.want(m.deliver(carrier(), letters.Welcome, letters.DeliverOptions{}), letters.Sent, letters.Sent)
		m.want(m.deliver(carrier(), letters.Welcome, letters.DeliverOptions{}), letters.SentBefore, letters.SentBefore)
		m.want(m.deliver(letters.NewInbox(m.dialer()), letters.Welcome, letters.DeliverOptions{}), letters.SentBefore, letters.SentBefore)
		got := sink.Messages()
		if len(got) != 2 || got[0].From != "it@acme.example" || got[1].To[0] != "ben@acme.example" || got[0].TLS != (security != engine.Plain) {
			t.Fatalf("%s: %+v", security, got)
		}
		read, err := mail.ReadMessage(strings.NewReader(got[0].Data))
		if err != nil || read.Header.Get("Message-Id") == "" || !strings.Contains(read.Header.Get("Subject"), "mailbox") {
			t.Errorf("%v %v", read, err)
		}
		m.want(m.deliver(carrier(), letters.Welcome, letters.DeliverOptions{Again: map[int64]bool{m.users[1].ID: true}}), letters.SentBefore, letters.Sent)
		events, err := m.file.Events(t.Context(), m.users[0].ID, 0)
		if err != nil || len(events) != 1 || !strings.Contains(events[0].Text, "welcome") {
			t.Errorf("events %+v, %v", events, err)
		}
	}
}

func TestLetterWhoseReplyWasLostIsNotSentAgain(t *testing.T) {
	for _, kept := range []bool{true, false} {
		sink := newSink(t, lab.SMTPOptions{Vanish: func(n int) (bool, bool) { return n == 1, kept }})
		_, m := twoUsers(t)
		m.want(m.deliver(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.CutOver, letters.DeliverOptions{}), letters.Uncertain, letters.Sent)
		m.want(m.deliver(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.CutOver, letters.DeliverOptions{}), letters.Uncertain, letters.SentBefore)
		want := 1
		if kept {
			want = 2
		}
		if n := len(sink.Messages()); n != want {
			t.Errorf("%d messages, want %d", n, want)
		}
	}
}

func TestRefusedLetterIsTriedAgain(t *testing.T) {
	refuse := true
	sink := newSink(t, lab.SMTPOptions{Refuse: func(to string) bool { return refuse && to == "anna@acme.example" }})
	_, m := twoUsers(t)
	m.want(m.deliver(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.Reminder, letters.DeliverOptions{}), letters.Failed, letters.Sent)
	all, err := m.file.(engine.DeliveryLog).Deliveries(t.Context())
	if err != nil || len(all) != 2 || !strings.Contains(all[0].Said, "nobody of that name") {
		t.Errorf("%+v, %v", all, err)
	}
	refuse = false
	m.want(m.deliver(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.Reminder, letters.DeliverOptions{}), letters.Sent, letters.SentBefore)
}

func TestSendingNeedsTLSACertificateAndTheRightPassword(t *testing.T) {
	sink := newSink(t, lab.SMTPOptions{Login: "it", Password: "right-secret"})
	bare := newSink(t, lab.SMTPOptions{NoSTARTTLS: true})
	strange := sink.Server(engine.StartTLS)
	strange.Fingerprint = ""
	for code, c := range map[engine.Code]letters.Carrier{
		engine.CodeAuth:        smtpTo(t, sink.Server(engine.TLS), "canary-wrong"),
		engine.CodeNoSTARTTLS:  smtpTo(t, bare.Server(engine.StartTLS), ""),
		engine.CodeCertificate: smtpTo(t, strange, "right-secret"),
	} {
		_, err := c.Ready(t.Context(), engine.User{})
		if !engine.IsCode(err, code) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", code, err)
		}
		c.Close()
	}
	if _, err := letters.NewSMTP(engine.MailServer{Host: "mail.example.com", Port: 25, Security: engine.Plain}, ""); !engine.IsCode(err, engine.CodePlaintext) {
		t.Errorf("plain beyond this computer: %v", err)
	}
}

// dieAfterSending delivers into inboxes and dies before it is written down.
func (m *mailroom) dieAfterSending(c letters.Carrier, k letters.Kind) {
	m.t.Helper()
	_, err := m.maker.Deliver(m.t.Context(), m.file, dyingLog{m.file.(engine.DeliveryLog)}, c, m.letters(k), letters.DeliverOptions{})
	if !errors.Is(err, errDied) {
		m.t.Fatalf("died with %v", err)
	}
}

func TestKilledBetweenSendingAndNotingSendsNothingTwice(t *testing.T) {
	sink := newSink(t, lab.SMTPOptions{})
	_, m := twoUsers(t)
	m.dieAfterSending(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.Welcome)
	m.want(m.deliver(smtpTo(t, sink.Server(engine.StartTLS), ""), letters.Welcome, letters.DeliverOptions{}), letters.Uncertain, letters.Sent)
	if n := len(sink.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestKilledBetweenNotingAndSendingSendsOnceIntoTheInbox(t *testing.T) {
	_, m := twoUsers(t)
	log := m.file.(engine.DeliveryLog)
	claim := engine.Delivery{UserID: m.users[0].ID, Letter: "welcome", Way: letters.WayInbox, To: "anna@acme.example", MessageID: "x", Identity: engine.Identity{1}, At: time.Now()}
	if _, ok, err := log.ClaimDelivery(t.Context(), claim, false); !ok || err != nil {
		t.Fatal(ok, err)
	}
	inbox := func() letters.Carrier { return letters.NewInbox(m.dialer()) }
	m.want(m.deliver(inbox(), letters.Welcome, letters.DeliverOptions{Quiet: time.Hour}), letters.Uncertain, letters.Sent)
	m.want(m.deliver(inbox(), letters.Welcome, letters.DeliverOptions{}), letters.Sent, letters.SentBefore)
	m.want(m.deliver(inbox(), letters.Welcome, letters.DeliverOptions{}), letters.SentBefore, letters.SentBefore)
}

func TestRealDovecotShowsLettersUnreadAndOnce(t *testing.T) {
	real.Have(t, real.KindDovecot)
	users := map[string]string{"anna@acme.example": "sun"}
	s := real.Start(t, real.KindDovecot, real.Options{Users: users})
	m := newMailroom(t, newTrip(t, s.Endpoint(), s.Endpoint(), row("anna@acme.example", "sun", "anna@acme.example", "sun")))
	inbox := func() letters.Carrier { return letters.NewInbox(m.dialer()) }
	m.want(m.deliver(inbox(), letters.CutOver, letters.DeliverOptions{}), letters.Sent)
	m.want(m.deliver(inbox(), letters.CutOver, letters.DeliverOptions{}), letters.SentBefore)
	m.dieAfterSending(inbox(), letters.Welcome)
	m.want(m.deliver(inbox(), letters.Welcome, letters.DeliverOptions{DryRun: true}), letters.SentBefore)
	m.want(m.deliver(inbox(), letters.Welcome, letters.DeliverOptions{}), letters.SentBefore)
	got := dialReal(t, s, "anna@acme.example", "sun").messages("INBOX")
	if len(got) != 2 {
		t.Fatalf("%d letters in the inbox", len(got))
	}
	for _, g := range got {
		if strings.Contains(g.flags, `\Seen`) {
			t.Errorf("a letter is %s", g.flags)
		}
		if read, err := mail.ReadMessage(strings.NewReader(g.body)); err != nil || read.Header.Get("To") == "" {
			t.Errorf("%v %v", read, err)
		}
	}
}
