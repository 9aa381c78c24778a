package imapconn

import (
	"context"
	"fmt"

	"mxodus/engine"
)

// Fetch reads bodies.
//
// It goes past go-imap, which books a FETCH reply that nobody asked for (flags
// changed by another session) as the answer to a command: the body is lost
// without an error. Here a body counts only with its UID, of the folder that is
// open, whole, and once. One body FETCH is in flight at a time: servers answer
// two of them mixed, and then what is missing from one can't be told from what
// the other one brings. What didn't come is asked for again: first, with nothing
// else in flight, whether it is still listed, then alone.
//
// Nothing is read while alloc or each block, and that is no silence of the
// server's. When either fails, or ctx ends, the connection is closed.
func (s *session) Fetch(ctx context.Context, reqs <-chan engine.FetchRequest, alloc func(context.Context, int64) (*engine.Body, error), each func(engine.Fetched) error) error {
	return s.raw(ctx, "read messages", func(r *rawIO) error {
		r.rep.lim.literal = skipMost
		f := &fetching{ctx: ctx, s: s, p: &pipeline{r: r}, reqs: reqs, alloc: alloc, each: each}
		return f.run()
	})
}

// skipMost is the largest body that is read over, bytes, though it is larger than
// its RFC822.SIZE let expect and than what is held. What announces more is no
// mail: the connection is closed.
const skipMost = 1 << 30

// fetching is one call of Fetch.
type fetching struct {
	ctx   context.Context
	s     *session
	p     *pipeline
	reqs  <-chan engine.FetchRequest // nil once it is closed
	alloc func(context.Context, int64) (*engine.Body, error)
	each  func(engine.Fetched) error

	jobs  []*fetchJob // not sent yet
	asked bool        // one is in flight
}

func (f *fetching) run() error {
	for {
		if err := f.fill(); err != nil {
			return err
		}
		switch {
		case f.asked:
			if err := f.p.step(); err != nil {
				return err
			}
		case f.reqs == nil && len(f.jobs) == 0:
			return f.p.drain()
		}
	}
}

// fill sends the next command once the last one is answered, and waits for
// requests meanwhile.
func (f *fetching) fill() error {
	for !f.asked {
		if len(f.jobs) == 0 && !f.take() {
			return context.Cause(f.ctx)
		}
		if len(f.jobs) == 0 {
			return nil
		}
		job := f.jobs[0]
		f.jobs = f.jobs[1:]
		if err := f.send(job); err != nil {
			return err
		}
	}
	return nil
}

// take gets the next request, if there is one; false when ctx ended first.
func (f *fetching) take() bool {
	if f.reqs == nil {
		return true
	}
	select {
	case req, ok := <-f.reqs:
		f.accept(req, ok)
	case <-f.ctx.Done():
		return false
	}
	return true
}

func (f *fetching) accept(req engine.FetchRequest, ok bool) {
	if !ok {
		f.reqs = nil
		return
	}
	for _, part := range cutSpans(spansOf(req.UIDs), f.s.perCommand()) {
		f.jobs = append(f.jobs, newFetchJob(f, req, part, askBodies))
	}
}

// send opens the job's folder, if it isn't open, and asks for the job's UIDs.
func (f *fetching) send(job *fetchJob) error {
	job.open = f.s.selected
	if job.open == nil || job.open.wire != job.req.Folder.Wire {
		open, err := f.s.opens(f.p, job.req.Folder.Wire, false, nil)
		if err != nil {
			return err
		}
		job.open = open
		if open.result.Err != nil { // it can't even be asked for
			return job.failAll(open.result.Err)
		}
	}
	f.asked = true
	return f.p.send("UID FETCH", job.write, job.see, func(kind string, st status) error {
		f.asked = false
		return job.end(kind, st)
	})
}

// tooBig is the fault of a body that is larger than we hold.
func (f *fetching) tooBig(size int64) error {
	return &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeTooBig, Side: f.s.side,
		What: fmt.Sprintf("The message has %d bytes, far more than the server's list says, and more than mxodus holds.", size),
		Do:   "Raise the limit for one message and run again, or save it by hand.", Who: "you"}
}
