package lab_test

import (
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab/real"
	letters "mxodus/engine/letter"
)

// TestRealPostfixTakesLettersAndTheyArriveIntact sends over both kinds of
// connection, and compares what arrived with what the letter says.
func TestRealPostfixTakesLettersAndTheyArriveIntact(t *testing.T) {
	real.Have(t, real.KindPostfix)
	s := real.Postfix(t, real.Options{})
	_, m := twoUsers(t)
	server := engine.MailServer{Host: s.Host, Port: s.PlainPort, Security: engine.StartTLS, CAFile: s.CAFile}
	m.want(m.deliver(smtpTo(t, server, ""), letters.Welcome, letters.DeliverOptions{}), letters.Sent, letters.Sent)
	server.Port, server.Security = s.TLSPort, engine.TLS
	m.want(m.deliver(smtpTo(t, server, ""), letters.FollowUp, letters.DeliverOptions{}), letters.Sent, letters.Sent)
	m.want(m.deliver(smtpTo(t, server, ""), letters.FollowUp, letters.DeliverOptions{}), letters.SentBefore, letters.SentBefore)
	var want, got []string
	for _, k := range []letters.Kind{letters.Welcome, letters.FollowUp} {
		for _, l := range m.letters(k) {
			want = append(want, l.To+": "+l.Document.Subject)
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	for len(s.Received()) < len(want) && time.Now().Before(deadline) {
		<-time.After(20 * time.Millisecond)
	}
	for _, raw := range s.Received() {
		read, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(read.Header.Get("Received"), "TLSv1.") {
			t.Errorf("it came without TLS: %q", read.Header.Get("Received"))
		}
		if !strings.Contains(raw, "Content-Type: text/plain; charset=UTF-8") || !strings.Contains(raw, "</html>") {
			t.Errorf("it didn't come whole:\n%.3000s", raw)
		}
		to, err := read.Header.AddressList("To")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, to[0].Address+": "+read.Header.Get("Subject"))
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("arrived %q, sent %q", got, want)
	}
}
