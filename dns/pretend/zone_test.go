package pretend_test

import (
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/dns/pretend"
)

const newMX = "mx.new-server.example"

func TestTheMXMovesAndTheOldOneIsForgottenInSeconds(t *testing.T) {
	z, err := pretend.Start("acme.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Close)
	c := dns.New(z.Options())
	t.Cleanup(c.Close)
	want := dns.Wanted{Cloud: dns.Elsewhere, MX: newMX}
	r, err := c.Check(t.Context(), "acme.example", want)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Spread.Servers) != 3 || !r.Spread.Agree || r.Spread.AllNew || !r.Spread.Direct {
		t.Fatalf("before: %+v", r.Spread)
	}
	for _, x := range r.Results {
		if x.Check == "mx" && (len(x.Enter) != 1 || x.Enter[0].Value != newMX || len(x.TakeOut) != 1 || x.TakeOut[0].Value != "mail.acme.example") {
			t.Errorf("what to enter: %+v", x)
		}
		if x.Verdict == dns.Unknown {
			t.Errorf("%s couldn't be found out: %s", x.Title, x.Why)
		}
	}
	w, err := c.Watch("acme.example", want, dns.Memory{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	z.Publish(newMX)
	w.Wake()
	began, between := time.Now(), false
	for sp := range w.Looks(t.Context()) {
		between = between || !sp.AllNew && !sp.Agree
		if !sp.Safe(sp.At) {
			continue
		}
		if sp.Assumed || sp.OldTTL != pretend.TTL*time.Second {
			t.Errorf("the old TTL: %+v", sp)
		}
	}
	if took := time.Since(began); took > time.Minute || !between {
		t.Errorf("it took %v; the name servers differed in between: %t", took, between)
	}
}

func TestNobodyElseIsReached(t *testing.T) {
	z, err := pretend.Start("acme.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Close)
	c := dns.New(z.Options())
	t.Cleanup(c.Close)
	if _, err := c.DialContext(t.Context(), "tcp", "198.51.100.7:443"); err == nil {
		t.Error("somebody outside was reached")
	}
	if a := c.Resolve(t.Context(), dns.Question{Name: "example.com", Type: "A"}); a.Status != dns.NoName {
		t.Errorf("a name outside: %s", a.Status)
	}
}
