package lab_test

import (
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/microsoft"
)

// byPerson has a person sign in to a tenancy with a code.
func (w *tenancy) byPerson(t *testing.T) {
	t.Helper()
	w.project.Destination.SignIn = engine.SignInDevice
	e := w.project.Destination
	_, err := microsoft.SignIn(t.Context(), engine.SideDestination, e, w.vault, func(p engine.SignInPage) error {
		if !w.authority.EnterCode(p.Code) {
			t.Errorf("the code %q is none", p.Code)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.tokens = microsoft.NewTokens(engine.SideDestination, e, w.vault)
}

// TestAPersonsSignInThatDiesOnTheWayLosesNothing: access tokens end in the middle and
// are renewed; then the sign-in itself ends, which is said, and the next run goes on
// after somebody has signed in again.
func TestAPersonsSignInThatDiesOnTheWayLosesNothing(t *testing.T) {
	const letters = 80
	w := newTenancy(t, 2, time.Hour)
	w.authority.Seat("boss@acme.example")
	names := []string{"u0@acme.example", "u1@acme.example"}
	for _, name := range names {
		w.put(name, "INBOX", 0, letters, `\Seen`)
	}
	w.byPerson(t)
	var appends atomic.Int64
	w.to.OnCommand(func(c lab.Command) error {
		if c.Name != "APPEND" {
			return nil
		}
		switch appends.Add(1) {
		case 20, 50:
			w.authority.ExpireAll()
		case 90:
			w.authority.ForgetSignIns()
			w.authority.ExpireAll()
		}
		return nil
	})
	b := w.batch()
	s, err := b.Run(t.Context())
	if err != nil {
		t.Logf("run: %v", err) // who stops all may say so here
	}
	if n := w.authority.Granted("refresh_token"); n < 2 {
		t.Errorf("%d tokens were renewed, expected 2", n)
	}
	if s.Sum.Copied >= 2*letters {
		t.Fatalf("the sign-in's end changed nothing: %+v", s.Sum)
	}
	told := ""
	for _, u := range b.Status().Users {
		told += u.Why + " "
		for _, p := range u.Problems {
			told += p.Fault.What + " " + p.Fault.Do + " "
		}
	}
	if err != nil {
		f := engine.AsFault(err)
		told += f.What + " " + f.Do
	}
	if !strings.Contains(told, "sign-in to Microsoft 365 is over") {
		t.Errorf("told: %s", told)
	}
	w.to.OnCommand(nil)
	w.byPerson(t)
	if s := w.run(); s.Sum.Copied != 2*letters || s.Sum.Failed+s.Sum.Skipped != 0 {
		t.Errorf("after signing in again: %+v", s.Sum)
	}
	for _, name := range names {
		if !maps.Equal(subjects(w.from, name), subjects(w.to, name)) {
			t.Errorf("%s: %v", name, subjects(w.to, name))
		}
	}
	w.verified(t)
}
