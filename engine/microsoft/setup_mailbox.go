package microsoft

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"mxodus/engine"
)

// atOnce is how many mailboxes are tried at the same time.
const atOnce = 4

// tried is what came of opening a mailbox.
type tried uint8

const (
	untried  tried = iota
	opened         // it lists its folders
	accepted       // the sign-in was taken, the mailbox not opened
	rejected       // the sign-in was refused
	hindered       // something else was in the way
)

// mailboxes tries to open every mailbox. Where the first few are all refused, the
// rest would be so too: they aren't tried, for each try costs a token.
func (c *checking) mailboxes(ctx context.Context) bool {
	if len(c.Users) == 0 || c.Dialer == nil {
		c.settle(engine.SetupPrincipal, engine.CheckWarning, "Only a mailbox can show it: add the users.", nil)
		c.settle(engine.SetupMailboxes, engine.CheckFailed, "", c.fault(missing("The project has no users to try it with.", "Add some: mxodus users FILE --import users.csv", you)))
		return false
	}
	results := make([]tried, len(c.Users))
	faults := make([]*engine.Fault, len(c.Users))
	probe := sample(len(c.Users))
	c.open(ctx, probe, results, faults)
	if !c.shutOut(results) {
		c.open(ctx, rest(len(c.Users), probe), results, faults)
	}
	if ctx.Err() != nil {
		return false
	}
	c.conclude(results, faults)
	return true
}

// sample are the first mailbox, the last, and the one in the middle.
func sample(n int) (out []int) {
	for i := range n {
		if i == 0 || i == n/2 || i == n-1 {
			out = append(out, i)
		}
	}
	return out
}

func rest(n int, without []int) (out []int) {
	for i := range n {
		if len(without) > 0 && i == without[0] {
			without = without[1:]
			continue
		}
		out = append(out, i)
	}
	return out
}

// open tries some mailboxes, a few at a time.
func (c *checking) open(ctx context.Context, which []int, results []tried, faults []*engine.Fault) {
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for _, i := range which {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			c.change(func(r *engine.SetupReport) { r.Mailboxes[i].State = engine.CheckRunning })
			results[i], faults[i] = c.try(ctx, c.Users[i])
			c.judge(i, results[i], faults[i], true)
		})
	}
	wg.Wait()
}

// try opens one mailbox and lists its folders: Exchange takes a sign-in before it
// looks whether the mailbox may be opened.
func (c *checking) try(ctx context.Context, u engine.User) (tried, *engine.Fault) {
	err := func() error {
		s, err := c.session(ctx, u)
		if err != nil {
			return err
		}
		defer func() { _ = s.Close() }()
		_, err = s.Folders(ctx)
		return err
	}()
	if err == nil {
		return opened, nil
	}
	f := engine.AsFault(err)
	said := strings.ToLower(f.Said)
	switch {
	case strings.Contains(said, "authenticated but not connected"):
		return accepted, f
	case f.Code == engine.CodeAuth && (strings.Contains(said, "authenticate failed") || strings.Contains(f.What, "refused the sign-in")):
		return rejected, f
	}
	return hindered, f
}

type session interface {
	engine.Reader
	engine.Session
}

func (c *checking) session(ctx context.Context, u engine.User) (session, error) {
	if c.Side == engine.SideSource {
		return c.Dialer.Source(ctx, u)
	}
	return c.Dialer.Destination(ctx, u)
}

// shutOut says that all mailboxes that were tried refused the sign-in without a
// reason of their own.
func (c *checking) shutOut(results []tried) bool {
	seen := false
	for i, r := range results {
		switch {
		case r == untried || r == rejected && c.reason(i) != nil:
		case r != rejected:
			return false
		default:
			seen = true
		}
	}
	return seen
}

// judge files what is known of one mailbox. known says that Exchange lets the app
// in somewhere, as far as was seen yet.
func (c *checking) judge(i int, r tried, f *engine.Fault, known bool) {
	if r == untried {
		return
	}
	state, found := engine.CheckFailed, ""
	switch {
	case r == opened:
		state, found, f = engine.CheckOK, "It opens.", nil
	case r == hindered:
	case c.reason(i) != nil:
		f = c.fault(c.reason(i))
	case known || r == accepted:
		said := f.Said
		f = c.fault(noAccess(c.state(i) != engine.MailboxUnknown, r == accepted, c.e.SignIn.ByPerson()))
		f.Said = said
	}
	if u, ok := c.tenantUser(i); ok && f != nil && !strings.EqualFold(u.Address, c.mailbox(c.Users[i])) && !strings.EqualFold(u.Mail, c.mailbox(c.Users[i])) {
		found = aliasOf(u.Address)
	}
	var lines []string
	if f != nil && (r == accepted || r == rejected && known) && c.reason(i) == nil {
		whom := c.claims.ObjectID
		if c.e.SignIn.ByPerson() {
			whom = c.claims.Account
		}
		lines = c.grant(c.mailbox(c.Users[i]), whom)
	}
	c.change(func(report *engine.SetupReport) {
		m := &report.Mailboxes[i]
		m.State, m.Found, m.Fault, m.Copy, m.Directory = state, found, f, lines, c.state(i)
	})
}

// tenantUser is what the tenant's directory says of a mailbox.
func (c *checking) tenantUser(i int) (engine.TenantUser, bool) {
	u, ok := c.users[strings.ToLower(c.mailbox(c.Users[i]))]
	return u, ok
}

func (c *checking) state(i int) engine.MailboxState {
	if u, ok := c.tenantUser(i); ok {
		return u.Mailbox
	}
	return engine.MailboxUnknown
}

// reason is why a mailbox can't be opened, as the directory or the domain shows;
// nil if they show nothing.
func (c *checking) reason(i int) *engine.Fault {
	_, domain, _ := strings.Cut(strings.ToLower(c.mailbox(c.Users[i])), "@")
	u, ok := c.tenantUser(i)
	switch {
	case c.unproved[domain] && !ok:
		return noDomain(domain)
	case c.users == nil:
		return nil
	case !ok:
		return noAccount()
	case u.Mailbox == engine.MailboxNone:
		return noLicence()
	case u.Mailbox == engine.MailboxOff:
		return licenceOff()
	case u.Mailbox == engine.MailboxUnderway:
		return notYet()
	}
	return nil
}

// conclude says what all mailboxes together show.
func (c *checking) conclude(results []tried, faults []*engine.Fault) {
	bad, other := 0, (*engine.Fault)(nil)
	known := false
	for i, r := range results {
		known = known || r == opened || r == accepted
		if r != opened {
			bad++
		}
		if r == hindered {
			other = faults[i]
		}
	}
	switch {
	case known:
		c.ok(engine.SetupPrincipal, "Exchange knows the app.")
	case c.shutOut(results) && !c.e.SignIn.ByPerson():
		f := c.fault(unknownToExchange(c.claims.ObjectID, c.users != nil))
		f.Said = firstSaid(results, faults)
		c.failed(engine.SetupPrincipal, f)
		c.refuse(results, f)
		return
	case other != nil:
		c.failed(engine.SetupPrincipal, other)
	default:
		c.settle(engine.SetupPrincipal, engine.CheckWarning, "It can't be told yet: first there must be a mailbox.", nil)
	}
	for i, r := range results {
		c.judge(i, r, faults[i], known || c.e.SignIn.ByPerson())
	}
	if bad == 0 {
		c.ok(engine.SetupMailboxes, "Every mailbox opens: "+strconv.Itoa(len(results))+".")
		return
	}
	c.failed(engine.SetupMailboxes, c.fault(missing("Not every mailbox opens: "+strconv.Itoa(len(results)-bad)+" of "+strconv.Itoa(len(results))+" do.",
		"Each of the others has its reason, which stands with it in the list of mailboxes.", tenantAdmin)))
	c.change(func(r *engine.SetupReport) {
		var lines []string
		for _, m := range r.Mailboxes {
			lines = append(lines, m.Copy...)
		}
		if len(lines) > 0 {
			r.Steps[len(r.Steps)-1].ByHand = []engine.SetupAction{do("In PowerShell, after "+c.connect()+":", lines...)}
		}
	})
}

// refuse gives one reason to all mailboxes that were refused without one of their
// own.
func (c *checking) refuse(results []tried, f *engine.Fault) {
	for i, r := range results {
		if r == rejected && c.reason(i) == nil {
			c.change(func(report *engine.SetupReport) {
				m := &report.Mailboxes[i]
				m.State, m.Fault, m.Copy = engine.CheckFailed, f, nil
			})
		}
	}
}

func firstSaid(results []tried, faults []*engine.Fault) string {
	for i, r := range results {
		if r == rejected {
			return faults[i].Said
		}
	}
	return ""
}
