package imapconn

import (
	"context"

	"mxodus/engine"
)

// fetchJob is one command of a Fetch.
type fetchJob struct {
	f    *fetching
	req  engine.FetchRequest
	mode fetchMode
	uids []span
	open *opening
	got  map[uint32]bool // delivered; in mode askListed: listed
	said *engine.Fault   // the server's refusal, of this job or the one before
	fail bool            // this job was refused
	blur bool            // a reply didn't say, readably, which message it is about
}

// fetchMode is what a job asks.
type fetchMode uint8

const (
	askBodies fetchMode = iota + 1
	askListed           // which of those that didn't come are still there
	askAlone            // one of them, by itself
)

func newFetchJob(f *fetching, req engine.FetchRequest, uids []span, mode fetchMode) *fetchJob {
	return &fetchJob{f: f, req: req, mode: mode, uids: uids, got: make(map[uint32]bool, count(uids))}
}

func (j *fetchJob) write(r *rawIO) {
	r.line = appendSet(append(r.line, ' '), j.uids)
	if j.mode == askListed {
		r.text(" (UID RFC822.SIZE)")
		return
	}
	r.text(" (UID BODY.PEEK[])")
}

// wants says that a UID was asked for and hasn't come.
func (j *fetchJob) wants(uid uint32) bool { return holds(j.uids, uid) && !j.got[uid] }

// off is why nothing that comes counts: the folder could not be opened, or its
// UIDs name other messages now.
func (j *fetchJob) off() error {
	if err := j.open.result.Err; err != nil {
		return err
	}
	if j.f.s.renumbered(j.req.Folder, j.req.UIDValidity, j.open.result.Status) {
		return engine.ErrUIDValidity
	}
	return nil
}

// see takes one reply.
func (j *fetchJob) see(rep *reply) error {
	if rep.kind != "FETCH" || j.off() != nil {
		return nil
	}
	var uid uint32
	var body *engine.Body
	huge := int64(0)
	err := rep.fetch(func(name []byte, v *value) (err error) {
		switch string(name) {
		case "UID":
			n, _ := v.number()
			uid = uint32(min(n, 1<<32-1))
		case "BODY[]":
			switch {
			case v.length() > j.f.s.limits.literal:
				huge = v.length() // skipped: it is more than we hold
			case body == nil && (uid == 0 || j.wants(uid)):
				body, err = j.read(v)
			}
		}
		return err
	})
	if err := onlyFatal(err); err != nil {
		body.Release()
		return err
	}
	if uid == 0 || err != nil {
		j.blur = true
	}
	if uid == 0 && j.mode == askAlone { // a reply in two parts: it can be no other's
		uid = j.uids[0].lo
	}
	if huge > 0 && body == nil && j.wants(uid) {
		j.got[uid] = true
		return j.f.each(engine.Fetched{Tag: j.req.Tag, UID: uid, Size: huge, Err: j.f.tooBig(huge)})
	}
	return j.came(uid, body)
}

// read takes a body; nil when there is none. An error means that the connection
// is gone or that we must stop.
func (j *fetchJob) read(v *value) (*engine.Body, error) {
	n := v.length()
	if n < 0 || n == 0 && j.mode != askAlone { // an empty message is asked for twice
		return nil, nil
	}
	body, err := j.f.alloc(j.f.ctx, n)
	if err != nil {
		if ctx := context.Cause(j.f.ctx); ctx != nil {
			err = ctx
		}
		return nil, err
	}
	if _, err := body.ReadFrom(v.reader()); err != nil {
		body.Release()
		return nil, err
	}
	return body, nil
}

// came files what a reply brought.
func (j *fetchJob) came(uid uint32, body *engine.Body) error {
	switch {
	case !j.wants(uid):
		body.Release()
		return nil
	case j.mode == askListed:
		body.Release()
		j.got[uid] = true
		return nil
	case body == nil:
		return nil
	}
	j.got[uid] = true
	return j.f.each(engine.Fetched{Tag: j.req.Tag, UID: uid, Body: body})
}

// end takes the tagged reply and sees to what is missing.
func (j *fetchJob) end(kind string, st status) error {
	if err := j.off(); err != nil {
		return j.failAll(err)
	}
	if kind != "OK" {
		j.fail, j.said = true, j.f.s.refusal("read messages", kind, st, engine.SkipMessage)
		if j.concernsAll() {
			return j.said
		}
	}
	var missing []span
	each(j.uids, func(uid uint32) {
		if !j.got[uid] {
			missing = addSpan(missing, uid)
		}
	})
	switch j.mode {
	case askBodies:
		j.again(missing, askListed)
	case askListed:
		return j.sift(missing)
	case askAlone:
		if len(missing) > 0 {
			return j.failAll(j.unreadable())
		}
	}
	return nil
}

// concernsAll says that the refusal is not about these messages. A server that
// is "unavailable" may only be so for one message that it can't read; when it
// can't even list, it means it.
func (j *fetchJob) concernsAll() bool {
	switch j.said.Code {
	case engine.CodeThrottled, engine.CodeConnLimit, engine.CodeFullHouse, engine.CodeAuth, engine.CodeToken, engine.CodeLost, engine.CodeSilent:
		return true
	case engine.CodeUnavailable:
		return j.said.Wait > 0 || j.mode == askListed
	}
	return j.said.Wait > 0 || j.said.Class >= engine.StopMailbox
}

// again puts jobs for missing UIDs in line, behind what the request still has.
func (j *fetchJob) again(missing []span, mode fetchMode) {
	for _, part := range cutSpans(missing, j.f.s.perCommand()) {
		next := newFetchJob(j.f, j.req, part, mode)
		next.said = j.said
		j.f.jobs = append(j.f.jobs, next)
	}
}

// sift tells the gone from those that the server didn't give.
func (j *fetchJob) sift(missing []span) error {
	if j.fail || j.blur { // nobody knows
		missing = nil
	}
	var err error
	each(j.uids, func(uid uint32) {
		switch {
		case err != nil:
		case holds(missing, uid):
			err = j.f.each(engine.Fetched{Tag: j.req.Tag, UID: uid, Err: engine.ErrGone})
		default:
			j.again([]span{{uid, uid}}, askAlone)
		}
	})
	return err
}

// failAll delivers everything that hasn't come with an error.
func (j *fetchJob) failAll(why error) (err error) {
	each(j.uids, func(uid uint32) {
		if err == nil && (j.mode == askListed || !j.got[uid]) {
			err = j.f.each(engine.Fetched{Tag: j.req.Tag, UID: uid, Err: why})
		}
	})
	return err
}

func (j *fetchJob) unreadable() error {
	f := &engine.Fault{Class: engine.SkipMessage, Code: engine.CodeUnreadable, Side: j.f.s.side,
		What: "The server does not give the message whole.",
		Do:   "Open it in the old mailbox; if it can be read there, save it by hand.", Who: "you"}
	if j.said != nil {
		f.Said, f.Err = j.said.Said, j.said
	}
	return f
}
