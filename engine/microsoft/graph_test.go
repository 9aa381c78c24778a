package microsoft

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
)

func TestUsersAreReadPageByPageWithoutGuests(t *testing.T) {
	o := newOffice(t)
	for n := range 250 {
		o.graph.AddPerson(lab.Someone{Address: fmt.Sprintf("user%d@acme.example", n), Name: "User\x1b[2J", Guest: n%10 == 0})
	}
	o.graph.SetPage(100)
	got, err := o.directory(t).Users(t.Context())
	if err != nil || len(got) != 2+225 || o.graph.Count(lab.OpListUsers) != 3 {
		t.Fatalf("%d users in %d pages, %v", len(got), o.graph.Count(lab.OpListUsers), err)
	}
	anna := got[0]
	if anna.Address != "anna@acme.example" || anna.Mailbox != engine.MailboxReady || anna.UsageLocation != "DE" || !anna.Enabled ||
		len(anna.Licences) != 1 || len(anna.Aliases) != 1 || anna.Aliases[0] != "a.lindner@acme.example" {
		t.Errorf("%+v", anna)
	}
	if got[1].Mailbox != engine.MailboxNone || strings.Contains(got[2].DisplayName, "\x1b") {
		t.Errorf("%+v, %+v", got[1], got[2])
	}
}

func TestTokenIsNotTakenToAnotherHost(t *testing.T) {
	o := newOffice(t)
	var asked atomic.Int64
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(other.Close)
	o.graph.SetPage(1)
	for _, base := range []string{other.URL, "http://" + strings.TrimPrefix(o.authority.URL(), "https://"), "https://x@" + strings.TrimPrefix(o.authority.URL(), "https://")} {
		o.graph.SendPagesTo(base)
		before := o.graph.Count(lab.OpAny)
		_, err := o.directory(t).Users(t.Context())
		if f := faultOf(t, err); f.Code != engine.CodeProtocol || asked.Load() != 0 || o.graph.Count(lab.OpAny) != before+2 {
			t.Errorf("%s: %v; the other host was asked %d times", base, err, asked.Load())
		}
	}
	o.graph.Mend()
	o.graph.Fail(lab.OpListUsers, -1, lab.GraphFault{Status: http.StatusTemporaryRedirect})
	if _, err := o.directory(t).Users(t.Context()); faultOf(t, err).Code != engine.CodeProtocol {
		t.Error(err)
	}
}

func TestThrottlingIsObeyedToTheSecond(t *testing.T) {
	o := newOffice(t)
	g := o.directory(t)
	var told []time.Duration
	g.OnWait(func(d time.Duration) { told = append(told, d) })
	o.graph.Fail(lab.OpListUsers, 1, lab.GraphFault{Status: 429, Code: "TooManyRequests", RetryAfter: 7 * time.Second})
	o.graph.Fail(lab.OpListUsers, 1, lab.GraphFault{Status: 503, RetryAfter: 90 * time.Second, AsDate: true})
	o.graph.Fail(lab.OpListUsers, 2, lab.GraphFault{Status: 504})
	if _, err := g.Users(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !o.waited(7*time.Second, 90*time.Second, 4*time.Second, 8*time.Second) || len(told) != 4 || told[1] != 90*time.Second {
		t.Errorf("waited %v, told %v", o.waits, told)
	}
}

func TestEndlessThrottlingIsGivenUpWithWords(t *testing.T) {
	o := newOffice(t)
	o.graph.Fail(lab.OpListUsers, -1, lab.GraphFault{Status: 429, RetryAfter: time.Second})
	_, err := o.directory(t).Users(t.Context())
	if f := faultOf(t, err); f.Code != engine.CodeThrottled || f.Wait != time.Second || o.graph.Count(lab.OpListUsers) != callsMost {
		t.Errorf("%+v after %d calls", f, o.graph.Count(lab.OpListUsers))
	}
	o = newOffice(t)
	o.graph.Fail(lab.OpListUsers, 1, lab.GraphFault{Status: 429, RetryAfter: time.Hour})
	_, err = o.directory(t).Users(t.Context())
	if f := faultOf(t, err); f.Wait != time.Hour || len(o.waits) != 0 || !strings.Contains(f.Do, "1h0m0s") {
		t.Errorf("%+v, waited %v", f, o.waits)
	}
}

func TestExpiredTokenIsReplacedOnce(t *testing.T) {
	o := newOffice(t)
	g := o.directory(t)
	if _, err := g.Users(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.authority.ExpireAll()
	if _, err := g.Users(t.Context()); err != nil || o.authority.Granted("client_credentials") != 2 {
		t.Errorf("%v; %d tokens", err, o.authority.Granted("client_credentials"))
	}
	o.graph.Fail(lab.OpListUsers, -1, lab.GraphFault{Status: 401, Code: "InvalidAuthenticationToken"})
	before := o.graph.Count(lab.OpListUsers)
	if _, err := g.Users(t.Context()); faultOf(t, err).Code != engine.CodeAuth || o.graph.Count(lab.OpListUsers) != before+2 {
		t.Errorf("%v after %d calls", err, o.graph.Count(lab.OpListUsers)-before)
	}
}

func TestTokensOfTheDirectoryOpenNoMailbox(t *testing.T) {
	o := newOffice(t)
	g := o.directory(t)
	if _, err := g.Users(t.Context()); err != nil {
		t.Fatal(err)
	}
	token, err := g.tokens.Token(t.Context(), "")
	if err != nil || o.authority.Good(token.Reveal()) {
		t.Errorf("the directory's token opens mailboxes, %v", err)
	}
	if mail := mustToken(t, o.tokens()); !o.authority.Good(mail.Reveal()) {
		t.Error("the mailboxes' token opens none")
	}
}

func TestMissingPermissionIsNamed(t *testing.T) {
	o := newOffice(t)
	for lacking, call := range map[string]func(g *Graph) error{
		"User.ReadWrite.All":    func(g *Graph) error { _, err := g.Users(t.Context()); return err },
		"Organization.Read.All": func(g *Graph) error { _, err := g.Licences(t.Context()); return err },
		"Domain.ReadWrite.All":  func(g *Graph) error { _, err := g.Domains(t.Context()); return err },
		"Directory.Read.All":    func(g *Graph) error { _, err := g.ServiceRecords(t.Context(), "acme.example"); return err },
	} {
		var others []string
		for _, p := range directoryRoles {
			if p != lacking {
				others = append(others, p)
			}
		}
		o.authority.Consent(appID, others...)
		f := faultOf(t, call(o.directory(t)))
		if f.Code != engine.CodePermission || !strings.Contains(f.What, lacking) || f.Who != tenantAdmin || !strings.Contains(f.Do, "consent") || !strings.Contains(f.Said, "Authorization_RequestDenied") {
			t.Errorf("%s: %+v", lacking, f)
		}
	}
}

func TestPersonsDirectoryNeedsASignInOfItsOwn(t *testing.T) {
	o := newOffice(t)
	o.authority.AddApp(appID, "")
	o.endpoint.SignIn = engine.SignInBrowser
	if _, err := o.signIn(t, o.browse(t)); err != nil {
		t.Fatal(err)
	}
	_, err := o.directory(t).Users(t.Context())
	if f := faultOf(t, err); f.Code != engine.CodePermission || !strings.Contains(f.Do, "--users") {
		t.Errorf("%+v", f)
	}
	if _, err := SignInDirectory(t.Context(), engine.SideDestination, o.endpoint, o.vault, o.browse(t)); err != nil {
		t.Fatal(err)
	}
	if got, err := o.directory(t).Users(t.Context()); err != nil || len(got) != 2 {
		t.Error(err)
	}
	mustToken(t, o.tokens()) // the mailboxes' sign-in stays
	o.graph.Forbid("User.ReadWrite.All")
	_, err = o.directory(t).Users(t.Context())
	if f := faultOf(t, err); f.Code != engine.CodePermission || !strings.Contains(f.What, "signed in") {
		t.Errorf("%+v", f)
	}
}

func TestWhatGraphAsksForHoldsForAllThatIsAskedOfIt(t *testing.T) {
	o := newOffice(t)
	g := o.directory(t)
	asked := make(chan struct{})
	sleep := g.sleep
	g.sleep = func(ctx context.Context, d time.Duration) error {
		if err := sleep(ctx, d); err != nil {
			return err
		}
		asked <- struct{}{} // before anything is asked
		return nil
	}
	f := g.refusal(request{method: http.MethodGet}, reply{status: 429, header: http.Header{"Retry-After": {"30"}}})
	if err := g.hold(t.Context(), f, f.Wait); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := g.Licences(t.Context()); done <- err }()
	if <-asked; o.graph.Count(lab.OpAny) != 0 {
		t.Error("something else was asked in the meantime")
	}
	if err := <-done; err != nil || !o.waited(30*time.Second) {
		t.Errorf("%v, waited %v", err, o.waits)
	}
}
