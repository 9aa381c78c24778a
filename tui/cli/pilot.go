package cli

import (
	"context"
	"time"

	"mxodus/engine"
)

// pilot copies and verifies one user alone, and says what to look at by hand.
func (a *app) pilot(ctx context.Context, o *opened, who string) error {
	users, err := o.choose([]string{who})
	if err != nil {
		return err
	}
	u := users[0]
	p := engine.Pilot{User: u.ID}
	if err := engine.KeepPilot(ctx, o.file, p); err != nil {
		return err
	}
	if err := a.run(ctx, o, users, false); err != nil {
		return err
	}
	p.Copied = time.Now().Round(0)
	if err := engine.KeepPilot(ctx, o.file, p); err != nil {
		return err
	}
	r, missing, _, err := a.verify(ctx, o, engine.VerifyOptions{Users: users})
	if err != nil {
		return err
	}
	if !a.opts.json {
		a.printf("\n")
	}
	a.tellVerify(r, missing)
	p.Verified, p.OK = time.Now().Round(0), r.OK
	if err := engine.KeepPilot(ctx, o.file, p); err != nil {
		return err
	}
	if r.OK && !a.opts.json {
		a.printf("\nNow look yourself, best together with %s:\n", engine.Clean(u.Address, 80))
		for _, line := range []string{
			"Open the new mailbox, in web mail or a program: does the sign-in work?",
			"Count: do the folders hold what they should?",
			"Open an old message with an attachment, and one with an accent in its subject.",
			"Send a message from there, and delete it again.",
		} {
			a.printf("  - %s\n", line)
		}
		a.printf("If it is good: mxodus plan %s --done pilot, then mxodus run %s for all.\n", o.name, o.name)
	}
	return end(verifyCode(r))
}
