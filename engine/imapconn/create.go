package imapconn

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"mxodus/engine"
)

// Create makes folders, parents first, subscribes, and lists, all in one flight.
// A refusal to make what turns out to exist is no error; finding that out costs
// a second flight where the server spells the name otherwise.
func (s *session) Create(ctx context.Context, reqs []engine.CreateRequest) (engine.Listing, []error, error) {
	c := &creating{s: s, reqs: reqs, errs: make([]error, len(reqs))}
	after, err := s.list(ctx, "make folders", c.begin, c.end)
	return after, c.errs, err
}

// creating is one call of Create.
type creating struct {
	s     *session
	p     *pipeline
	reqs  []engine.CreateRequest
	errs  []error
	order []int
}

// begin sends everything that is to be made.
func (c *creating) begin(p *pipeline) error {
	c.p = p
	c.order = make([]int, len(c.reqs))
	for i := range c.order {
		c.order[i] = i
	}
	slices.SortStableFunc(c.order, func(a, b int) int { return cmp.Compare(c.reqs[a].Wire, c.reqs[b].Wire) })
	for _, i := range c.order {
		if err := c.make(i); err != nil {
			return err
		}
	}
	return nil
}

// end forgives refusals of what is there. A server that is only busy has said
// nothing about names: all is asked again later, and nothing gets another name.
func (c *creating) end(l *listing) error {
	for _, err := range c.errs {
		if isBusy(err) {
			return err
		}
	}
	for _, i := range c.order {
		wire := c.reqs[i].Wire
		if c.errs[i] == nil || !c.reqs[i].Create || !sendable(wire) {
			continue
		}
		if f := l.find(wire); f != nil && !f.noSelect() {
			c.errs[i] = nil
			continue
		}
		if err := c.look(i); err != nil {
			return err
		}
	}
	return c.p.drain()
}

// isBusy says that a server refused because of how it is, not of what was asked.
func isBusy(err error) bool {
	var f *engine.Fault
	return errors.As(err, &f) && f.Class == engine.Retry && (f.Wait > 0 || f.Code == engine.CodeThrottled || f.Code == engine.CodeUnavailable)
}

// make sends the commands for one request.
func (c *creating) make(i int) error {
	req := c.reqs[i]
	if !sendable(req.Wire) {
		c.errs[i] = c.s.unsendable(req.Wire)
		return nil
	}
	if req.Create && !isInbox(req.Wire) {
		if err := c.send("CREATE", i, func(kind string, st status) error {
			if kind != "OK" && st.code != "ALREADYEXISTS" {
				c.errs[i] = c.s.refusal("make the folder "+folderText(req.Wire), kind, st, engine.SkipFolder)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if !req.Subscribe {
		return nil
	}
	return c.send("SUBSCRIBE", i, func(kind string, st status) error {
		if kind != "OK" && !req.Create { // a missing subscription is no reason to refuse the folder
			c.errs[i] = c.s.refusal("subscribe to the folder "+folderText(req.Wire), kind, st, engine.SkipFolder)
		}
		return nil
	})
}

// look forgives a refused CREATE when the folder is there: servers say so in
// many words.
func (c *creating) look(i int) error {
	return c.send("STATUS", i, func(kind string, st status) error {
		if kind == "OK" {
			c.errs[i] = nil
			return nil
		}
		if f := c.s.refusal("look for the folder "+folderText(c.reqs[i].Wire), kind, st, engine.SkipFolder); isBusy(f) {
			return f
		}
		return nil
	}, " (UIDVALIDITY)")
}

func (c *creating) send(verb string, i int, done func(string, status) error, rest ...string) error {
	if err := c.p.makeRoom(); err != nil {
		return err
	}
	return c.p.send(verb, func(r *rawIO) {
		r.folder(c.reqs[i].Wire)
		for _, s := range rest {
			r.text(s)
		}
	}, nil, done)
}
