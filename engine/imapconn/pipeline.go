package imapconn

import (
	"errors"
	"slices"
	"strings"

	"mxodus/engine"
)

// pipeline keeps several commands in flight and hands each reply to the command
// that it belongs to: untagged ones to the oldest command without its tagged
// reply, for servers answer in order (RFC 3501 section 5.5). It writes and reads
// in one goroutine, so what is in flight is bounded: were the server's buffers
// full of commands and ours full of replies, neither side would go on.
type pipeline struct {
	r    *rawIO
	open []pending
	size int // bytes of the commands in flight
}

// pending is a command without its tagged reply.
type pending struct {
	tag   string
	size  int
	opens string                            // the folder that it opens; empty if it does something else
	each  func(*reply) error                // untagged replies; nil drops them
	done  func(kind string, s status) error // the tagged one, "OK", "NO" or "BAD"
}

const (
	pipelineBytes    = 16 << 10 // what every server takes in without reading
	pipelineCommands = 128
)

// full says that replies must be read before more is sent.
func (p *pipeline) full() bool {
	return p.size >= pipelineBytes || len(p.open) >= pipelineCommands
}

// send puts a command into flight; write adds what follows the verb. It is on its
// way at the latest when a reply is waited for.
func (p *pipeline) send(verb string, write func(r *rawIO), each func(*reply) error, done func(string, status) error) error {
	if f := p.r.c.rest.left(); f != nil { // another connection into the mailbox heard of it
		return p.halt(f)
	}
	before := len(p.r.buf)
	tag := p.r.begin(verb)
	if write != nil {
		write(p.r)
	}
	if err := p.r.end(); err != nil {
		return err
	}
	c := pending{tag: tag, size: max(len(p.r.buf)-before, len(verb)), each: each, done: done}
	p.open = append(p.open, c)
	p.size += c.size
	return nil
}

// step reads one reply.
func (p *pipeline) step() error {
	if err := p.r.flush(); err != nil {
		return err
	}
	rep, err := p.r.next()
	if err != nil {
		return err
	}
	if rep.tag == "" {
		if len(p.open) > 0 && p.open[0].each != nil {
			return p.fatal(p.open[0].each(rep))
		}
		return nil
	}
	for i, c := range p.open {
		if c.tag == rep.tag {
			p.open = append(p.open[:i], p.open[i+1:]...)
			p.size -= c.size
			if f := p.r.c.throttled(rep.kind, statusOf(rep.line)); f != nil {
				c.notOpened(rep)
				return p.halt(f)
			}
			return c.end(rep)
		}
	}
	return nil
}

// halt ends what the pipeline does: the server asked to go slower, so nothing
// that it said to this or to the other commands in flight is to be built on. Their
// replies are read, for the connection may live.
func (p *pipeline) halt(why *engine.Fault) error {
	for len(p.open) > 0 {
		if p.r.flush() != nil {
			break
		}
		rep, err := p.r.next()
		if err != nil {
			break
		}
		if i := slices.IndexFunc(p.open, func(c pending) bool { return c.tag == rep.tag }); i >= 0 {
			p.open[i].notOpened(rep)
			p.open = slices.Delete(p.open, i, i+1)
		}
	}
	return why
}

// notOpened has an opening know that its folder isn't to be counted on.
func (c pending) notOpened(rep *reply) {
	if c.opens != "" {
		_ = c.done("NO", statusOf(rep.line)) // never fails
	}
}

// fatal tells a lost connection, which is met in the middle of a reply, from an
// error of a callback.
func (p *pipeline) fatal(err error) error {
	var long *tooLong
	if err == nil || !isEnd(err) && !errors.As(err, &long) && !p.r.g.feed.over() {
		return err
	}
	return p.r.fatal(err)
}

// over says that no more comes from the server.
func (f *feed) over() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err != nil
}

func (c pending) end(rep *reply) error {
	if c.done == nil {
		return nil
	}
	return c.done(rep.kind, statusOf(rep.line))
}

// drain reads until nothing is in flight.
func (p *pipeline) drain() error {
	for len(p.open) > 0 {
		if err := p.step(); err != nil {
			return err
		}
	}
	return nil
}

// makeRoom reads until another command may be sent.
func (p *pipeline) makeRoom() error {
	for p.full() {
		if err := p.step(); err != nil {
			return err
		}
	}
	return nil
}

// folder adds a space and a folder's wire name, byte for byte. Names with bytes
// that only a literal may hold are sent as one where that costs no round trip,
// else in quotes: that is how servers list such names themselves.
func (r *rawIO) folder(wire string) {
	if quotable(wire) || r.c.info.LiteralPlus {
		r.astring(wire)
		return
	}
	r.line = appendQuoted(append(r.line, ' '), wire)
}

// sendable says that a wire name can stand in a command at all.
func sendable(wire string) bool { return !strings.ContainsAny(wire, "\r\n\x00") }

// unsendable is the fault of a folder whose name can't stand in a command.
func (c *conn) unsendable(wire string) *engine.Fault {
	return &engine.Fault{Class: engine.SkipFolder, Code: engine.CodeRefused, Side: c.side,
		What: "The name of the folder " + engine.Quoted(wire, 120) + " holds control characters that no server takes.",
		Do:   "Rename the folder, then run again.", Who: "you"}
}

// refusal is the fault of a NO or BAD. class is what it ends when the server's
// words don't say more.
func (c *conn) refusal(what, kind string, s status, class engine.Class) *engine.Fault {
	f := c.fault(what, statusError(kind, s))
	if f.Code == engine.CodeRefused {
		f.Class = class
	}
	if class != engine.SkipMessage && isUnfit(s) { // there it is no message that is unfit
		f.What, f.Do, f.Who = c.fillWhat("{Server} refused to {what}, without saying why.", what), "Run again. If it stays, rename the folder.", you
	}
	return f
}

// folderText is a wire name for faults.
func folderText(wire string) string {
	name, _ := decodeName(wire)
	return engine.Quoted(name, 120)
}

// blame says of a connection that ended that it was in the opening of a folder: the
// server had answered everything before.
func (p *pipeline) blame(err error) error {
	var f *engine.Fault
	if !errors.As(err, &f) || f.Class != engine.Reconnect || f.Code == engine.CodeToken || len(p.open) == 0 || p.open[0].opens == "" {
		return err
	}
	g := *f
	g.Folder = p.open[0].opens
	return &g
}
