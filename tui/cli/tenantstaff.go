package cli

import (
	"cmp"
	"context"
	"errors"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// createStaff makes in the tenant what the project's users lack: planned, shown,
// asked for, done, and waited for.
func (a *app) createStaff(ctx context.Context, t *tenant, view engine.TenantView, decided map[int64]string, f tenantFlags) error {
	if !f.yes && !f.dry {
		if err := a.askDoubts(ctx, engine.MatchUsers(t.users, view.Users, decided), decided); err != nil {
			return err
		}
	}
	roster := engine.MatchUsers(t.users, view.Users, decided)
	plan, err := engine.PlanStaff(roster, view, engine.StaffWish{Licence: f.licence, Country: f.location})
	if err != nil {
		return err
	}
	a.tellStaffPlan(view, plan)
	changes, _ := plan.Todo()
	if f.dry || changes == 0 {
		return end(unfinished(plan, nil))
	}
	keep, err := a.passwordKeeper(plan, f.passwords)
	if err != nil {
		return err
	}
	if !f.yes {
		ok, err := a.confirm(ctx, "Do this in the tenant now? Write yes: ")
		if err != nil || !ok {
			keep.discard()
			a.notef("Nothing was changed.\n")
			return orEnd(err, ExitFailure)
		}
	}
	if err := t.link(ctx, roster); err != nil {
		return err
	}
	results, err := plan.Apply(ctx, t.directory, t.file, engine.StaffHooks{Password: keep.tell, Done: a.tellStaff})
	if err = errors.Join(err, keep.close()); err != nil {
		return err
	}
	a.tellStaffFaults(results)
	waiting, err := a.awaitMailboxes(ctx, t, results, f.wait)
	if err != nil {
		return err
	}
	return end(max(unfinished(plan, results), waiting))
}

// unfinished is the exit status of a plan and what became of it.
func unfinished(p engine.StaffPlan, results []engine.StaffResult) int {
	changes, problems := p.Todo()
	if len(p.Doubtful) > 0 || problems > 0 || results == nil && changes > 0 {
		return ExitAttention
	}
	var faults []*engine.Fault
	for _, r := range results {
		if r.Fault != nil {
			faults = append(faults, r.Fault)
		}
	}
	return togetherCode(len(results), faults)
}

// mailboxEvery is how often new mailboxes are looked for.
const mailboxEvery = 15 * time.Second

// awaitMailboxes waits until those that were licensed have a mailbox, and tries
// to sign in to each then: only that proves that mail can go there.
func (a *app) awaitMailboxes(ctx context.Context, t *tenant, results []engine.StaffResult, most time.Duration) (int, error) {
	users := map[string]engine.User{}
	var ids []string
	for _, r := range results {
		if r.Licensed {
			ids = append(ids, r.Member.ID)
			users[r.Member.ID] = r.Step.User
		}
	}
	if len(ids) == 0 || most <= 0 {
		return ExitDone, nil
	}
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	stop := a.say("Waiting for " + say.Count(len(ids), "mailbox") + "; that may take some minutes. Ctrl-C leaves them to themselves")
	seen, err := engine.AwaitMailboxes(limited, t.directory, ids, mailboxEvery, nil)
	stop()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return 0, err
	}
	code, ready := ExitDone, 0
	for _, m := range seen {
		u := users[m.ID]
		u.DestinationLogin = cmp.Or(u.DestinationLogin, m.Address)
		state := mailboxLine{Type: "mailbox", User: u.Address, TenantUser: m.Address, Mailbox: string(m.Mailbox)}
		if m.Mailbox == engine.MailboxReady || m.Mailbox == engine.MailboxUnderway { // the directory may be late
			state.fault = a.tryMailbox(ctx, t, u)
			state.SignIn, state.Fault = state.fault == nil, faultJSON(state.fault)
			if state.SignIn || m.Mailbox == engine.MailboxReady {
				state.Mailbox, ready = string(engine.MailboxReady), ready+1
			}
		}
		a.tellMailbox(state)
	}
	if ready < len(ids) {
		code = ExitTemporary
		a.notef("%s not there yet. Look again later: mxodus microsoft users %s\n", say.Either(len(ids)-ready, "mailbox is", "mailboxes are"), t.name)
	}
	return code, nil
}

// tryMailbox signs in to a mailbox; nil: it opens.
func (a *app) tryMailbox(ctx context.Context, t *tenant, u engine.User) *engine.Fault {
	stop := a.say("Signing in to " + engine.Clean(u.Address, 80))
	defer stop()
	s, err := t.dialer.Destination(ctx, u)
	if err != nil {
		return engine.AsFault(err)
	}
	defer func() { _ = s.Close() }()
	_, err = s.Folders(ctx)
	return engine.AsFault(err)
}
