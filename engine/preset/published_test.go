package preset

import (
	"context"
	"strings"
	"testing"

	"mxodus/engine"
)

func (w *world) announce(hints ...Hint) {
	w.opts.Published = func(context.Context, string) ([]Hint, []Tried) {
		return hints, []Tried{{Address: "_imap._tcp.example.com", Why: "no such record"}}
	}
}

func TestAnnouncedServerIsChecked(t *testing.T) {
	w := newWorld(t)
	w.server(t, "box.hoster.net", 1993, fake{greeting: "* OK Dovecot ready.", cert: w.issue("box.hoster.net")})
	w.announce(Hint{Host: "Box.Hoster.net.", Port: 1993, Security: engine.TLS, Secure: true, User: "%EMAILADDRESS%", Why: "Its settings name box.hoster.net."})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 1 {
		t.Fatalf("got %+v", d)
	}
	c := d.Candidates[0]
	if c.Sure != Certain || c.Endpoint.URL() != "imaps://box.hoster.net:1993" || c.Endpoint.Preset != "dovecot" ||
		!strings.HasPrefix(c.Why, "Its settings name") || !strings.Contains(c.Notes[0], "whole address") {
		t.Errorf("got %+v", c)
	}
	if w.dials.Load() != 1 || len(d.Tried) != 1 {
		t.Errorf("%d dials, tried %+v", w.dials.Load(), d.Tried)
	}
}

func TestForgeableAnnouncementIsOnlyLikely(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.hoster.net", 143, fake{greeting: "* OK ready.", cert: w.issue("imap.hoster.net"), startTLS: true})
	w.announce(Hint{Host: "imap.hoster.net", Port: 143, Security: engine.StartTLS, Why: "SRV."})
	if d := w.discover(t, "example.com"); len(d.Candidates) != 1 || d.Candidates[0].Sure != Likely || d.Candidates[0].Endpoint.Security != engine.StartTLS {
		t.Errorf("got %+v", d.Candidates)
	}
}

func TestAnnouncedProviderIsKnownByItsHost(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.fastmail.com", 993, fake{greeting: "* OK IMAP4 ready", cert: w.issue("imap.fastmail.com")})
	w.announce(Hint{Host: "imap.fastmail.com", Port: 993, Security: engine.TLS, Why: "SRV."})
	if d := w.discover(t, "example.com"); len(d.Candidates) != 1 || d.Candidates[0].Endpoint.Preset != "fastmail" {
		t.Errorf("got %+v", d.Candidates)
	}
}

// A wrong announcement does not hide the server that stands where such servers
// usually stand.
func TestWrongAnnouncementIsGoneRound(t *testing.T) {
	w := newWorld(t)
	w.server(t, "imap.example.com", 993, fake{greeting: "* OK ready", cert: w.issue("imap.example.com")})
	w.server(t, "old.example.com", 993, fake{greeting: "* OK ready", cert: ownCert(t, "localhost")})
	w.announce(Hint{Host: "gone.example.com", Port: 993, Security: engine.TLS, Why: "SRV."}, Hint{Host: "old.example.com", Port: 993, Security: engine.TLS, Why: "SRV."})
	d := w.discover(t, "example.com")
	if len(d.Candidates) != 2 || d.Candidates[0].Endpoint.Host != "imap.example.com" || d.Candidates[1].Sure != Guess {
		t.Errorf("got %+v", d.Candidates)
	}
}

func TestKnownProviderIsNotLookedUpFurther(t *testing.T) {
	w := newWorld(t)
	w.mx("example.com", "smtp.google.com.")
	w.opts.Published = func(context.Context, string) ([]Hint, []Tried) {
		t.Error("announcements were read, though the MX tells the provider")
		return nil, nil
	}
	if d := w.discover(t, "example.com"); len(d.Candidates) == 0 {
		t.Errorf("got %+v", d)
	}
}
