package engine

import (
	"context"
	"fmt"
	"time"
)

// StaffResult is what became of one step.
type StaffResult struct {
	Step     StaffStep
	Member   TenantUser // as far as it is known; may be empty
	Made     bool
	Located  bool // the usage location was set
	Licensed bool
	Linked   bool
	Untried  bool   // an earlier fault stopped everything
	Fault    *Fault // why not all was done; nil: all was
}

// StaffHooks are what a plan tells while it is carried out. Both are called from
// the goroutine that carries it out.
type StaffHooks struct {
	// Password gets the first password of a user at once after the user was made:
	// it is stored nowhere and told once. An error stops everything.
	Password func(t TenantUser, p Secret) error
	// Done gets each result as it comes; nil: nobody wants it.
	Done func(StaffResult)
}

// Apply carries out a plan, user after user. A fault of one doesn't stop the
// others, but one that concerns all does: a sign-in, a permission, no free seat.
// What was done is written into the project's history. The error is the
// project's or Password's; faults of the tenant are in the results.
func (p StaffPlan) Apply(ctx context.Context, d DirectoryWriter, file ProjectFile, h StaffHooks) ([]StaffResult, error) {
	a := applier{d: d, file: file, hooks: h}
	var results []StaffResult
	for _, s := range p.Steps {
		if s.Nothing() {
			continue
		}
		r := StaffResult{Step: s, Fault: s.Problem}
		var err error
		switch {
		case s.Problem != nil:
		case a.stopped != nil:
			r.Untried, r.Fault = true, a.stopped
		default:
			err = a.step(ctx, &r)
		}
		results = append(results, r)
		if h.Done != nil {
			h.Done(r)
		}
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

type applier struct {
	d       DirectoryWriter
	file    ProjectFile
	hooks   StaffHooks
	stopped *Fault
}

// step does what one step says, and notes how far it came.
func (a *applier) step(ctx context.Context, r *StaffResult) error {
	s := r.Step
	if s.Found != nil {
		r.Member = *s.Found
	}
	if s.New.Address != "" {
		if err := a.make(ctx, r); err != nil || r.Fault != nil {
			return err
		}
	}
	if s.Country != "" {
		if a.failed(r, a.d.SetUsageLocation(ctx, r.Member.ID, s.Country)) {
			return nil
		}
		r.Located = true
	}
	if s.Licence != nil {
		if a.failed(r, a.d.AssignLicence(ctx, r.Member.ID, s.Licence.ID)) {
			return a.note(ctx, r, Attention, "The licence "+s.Licence.Title+" could not be assigned to "+Clean(r.Member.Address, 200)+": "+r.Fault.What, r.Fault.Said)
		}
		r.Licensed = true
		if err := a.note(ctx, r, Info, "Assigned "+s.Licence.Title+" to "+Clean(r.Member.Address, 200)+".", ""); err != nil {
			return err
		}
	}
	if s.Link == "" {
		return nil
	}
	u := s.User
	u.DestinationLogin = s.Link
	if _, err := a.file.SaveUsers(ctx, []User{u}); err != nil {
		return fmt.Errorf("note the new log-in of %s: %w", Clean(u.Address, 200), err)
	}
	r.Linked = true
	return nil
}

// make makes a user and tells the password, at once and once.
func (a *applier) make(ctx context.Context, r *StaffResult) error {
	n := r.Step.New
	n.Password = FirstPassword()
	made, err := a.d.Create(ctx, n)
	if a.failed(r, err) {
		return nil
	}
	r.Made, r.Member = true, made
	if a.hooks.Password != nil {
		err = a.hooks.Password(made, n.Password)
	}
	if noted := a.note(ctx, r, Info, "Made the Microsoft 365 user "+Clean(made.Address, 200)+".", ""); err == nil {
		err = noted
	}
	return err
}

// failed takes a fault of the tenant's into the result.
func (a *applier) failed(r *StaffResult, err error) bool {
	if err == nil {
		return false
	}
	r.Fault = AsFault(err)
	if r.Fault.Class == StopBatch || r.Fault.Class == Retry || r.Fault.Class == Reconnect {
		a.stopped = r.Fault // the next would fare no better
	}
	return true
}

func (a *applier) note(ctx context.Context, r *StaffResult, level Level, text, said string) error {
	err := a.file.Event(context.WithoutCancel(ctx), Event{At: time.Now(), UserID: r.Step.User.ID, Level: level, Text: text, Said: said})
	if err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}

// AwaitMailboxes looks every so often until the mailboxes of all those users are
// ready, or can't become so by waiting. tell, if not nil, gets them after each
// look. When ctx ends, it returns what was seen last, with ctx's cause.
func AwaitMailboxes(ctx context.Context, d DirectoryReader, ids []string, every time.Duration, tell func([]TenantUser)) ([]TenantUser, error) {
	var seen []TenantUser
	for {
		all, err := d.Users(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return seen, context.Cause(ctx)
			}
			return seen, err
		}
		pending := 0
		seen, pending = pick(all, ids)
		if tell != nil {
			tell(seen)
		}
		if pending == 0 {
			return seen, nil
		}
		if !sleep(ctx, every) {
			return seen, context.Cause(ctx)
		}
	}
}

// pick finds users by their IDs, and counts those who are on the way: the list
// may not even show them yet.
func pick(all []TenantUser, ids []string) (found []TenantUser, pending int) {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	pending = len(wanted)
	for _, t := range all {
		if wanted[t.ID] {
			found = append(found, t)
			if t.Mailbox != MailboxUnderway {
				pending--
			}
		}
	}
	return found, pending
}
