package imapconn

import (
	"context"
	"io"
	"strconv"
	"strings"

	"mxodus/engine"
)

// Headers reads identities: a few fields of all messages, and then the whole
// header of those that have no usable Message-ID, or whose first reply was no
// use. Both are pipelined; one header at a time is in memory.
//
// When each returns an error, the connection is closed.
func (s *session) Headers(ctx context.Context, req engine.ScanRequest, each func(engine.Header) error) (engine.ScanResult, error) {
	h := &headers{s: s, req: req, each: each}
	err := s.raw(ctx, "read the headers of "+folderText(req.Folder.Wire), func(r *rawIO) error {
		h.p = &pipeline{r: r}
		return h.run()
	})
	return h.out, err
}

// headers is one call of Headers.
type headers struct {
	s    *session
	p    *pipeline
	req  engine.ScanRequest
	out  engine.ScanResult
	open *opening
	each func(engine.Header) error

	wanted []span // nil: all from req.From on
	seen   seenUIDs
	whole  []uint32 // to be asked for with their whole header
	buf    []byte   // one header
	upTo   uint32   // the last UID to ask for; 0: all
	low    uint32   // the server gave a part: the lowest UID it came to
}

// maxHeader is as much of a header as engine.HeaderOf looks at.
const maxHeader = 256 << 10

func (h *headers) run() error {
	open, err := h.s.opens(h.p, h.req.Folder.Wire, h.s.side == engine.SideDestination, func(o *opening) { h.out = o.result })
	h.open = open
	if err != nil || open.result.Err != nil || h.req.StatusOnly {
		return firstOf(err, h.p.drain())
	}
	fields := " BODY.PEEK[HEADER.FIELDS (" + strings.ToUpper(strings.Join(engine.IdentityFields(), " ")) + ")]"
	if err := h.ask(h.sets(), fields, h.seeFields); err != nil || h.out.Err != nil {
		return err
	}
	for h.low > max(h.req.From, 1) && h.req.UIDs == nil && (h.upTo == 0 || h.low <= h.upTo) { // a part came
		h.upTo, h.low = h.low-1, 0
		if err := h.ask(h.sets(), fields, h.seeFields); err != nil || h.out.Err != nil {
			return err
		}
	}
	return h.ask(h.s.partsOf(spansOf(h.whole)), " BODY.PEEK[HEADER]", h.seeWhole)
}

func (h *headers) sets() []string {
	if h.req.UIDs != nil {
		h.wanted = spansOf(h.req.UIDs)
		return h.s.partsOf(h.wanted)
	}
	last := "*"
	if h.upTo > 0 {
		last = strconv.FormatUint(uint64(h.upTo), 10)
	}
	return []string{strconv.FormatUint(uint64(max(h.req.From, 1)), 10) + ":" + last}
}

// partsOf writes spans as sets that fit into a command line each.
func (s *session) partsOf(spans []span) []string {
	var sets []string
	for _, part := range cutSpans(spans, s.perCommand()) {
		sets = append(sets, string(appendSet(nil, part)))
	}
	return sets
}

// ask sends FETCHes and reads all replies.
func (h *headers) ask(sets []string, item string, see func(*entry, []byte, bool) error) error {
	modifier := changedSince(h.req, h.s.info)
	for _, set := range sets {
		if err := h.p.makeRoom(); err != nil {
			return err
		}
		err := h.p.send("UID FETCH", func(r *rawIO) {
			r.text(" " + set + " (" + scanItems + item + ")" + modifier)
		}, func(rep *reply) error { return h.take(rep, see) }, h.end)
		if err != nil {
			return err
		}
	}
	return h.p.drain()
}

func (h *headers) end(kind string, st status) error {
	if low := partial(st); kind == "OK" && low > 0 {
		h.low = low
	}
	if kind != "OK" && h.out.Err == nil && !h.open.empty() {
		h.out.Err = h.s.refusal("read the headers of "+folderText(h.req.Folder.Wire), kind, st, engine.SkipFolder)
	}
	return nil
}

// take reads one reply and hands on what it says, with its header if one came.
func (h *headers) take(rep *reply, see func(*entry, []byte, bool) error) error {
	if rep.kind != "FETCH" {
		return nil
	}
	var e entry
	came := false
	err := rep.fetch(func(name []byte, v *value) error {
		if !strings.HasPrefix(string(name), "BODY[HEADER") || v.length() < 0 {
			h.s.item(&e, name, v)
			return nil
		}
		came = true
		return h.read(v)
	})
	if err := onlyFatal(err); err != nil {
		return err
	}
	if h.open.result.Err != nil || !h.wants(e.UID) {
		return nil
	}
	return see(&e, h.buf, came && e.sized)
}

func (h *headers) wants(uid uint32) bool {
	if h.req.UIDs != nil {
		return holds(h.wanted, uid)
	}
	return uid != 0 && uid >= h.req.From
}

// read fills the buffer with the beginning of a header; the rest is skipped.
func (h *headers) read(v *value) error {
	n := int(min(v.length(), maxHeader))
	if cap(h.buf) < n {
		h.buf = make([]byte, 0, max(n, 4<<10))
	}
	h.buf = h.buf[:n]
	_, err := io.ReadFull(v.reader(), h.buf)
	return err
}

// seeFields takes a reply to the first question.
func (h *headers) seeFields(e *entry, header []byte, whole bool) error {
	if !whole || engine.NeedsWholeHeader(header) {
		h.whole = append(h.whole, e.UID)
		return nil
	}
	return h.tell(e, header)
}

// seeWhole takes a reply to the second.
func (h *headers) seeWhole(e *entry, header []byte, whole bool) error {
	if !whole {
		return nil
	}
	return h.tell(e, header)
}

func (h *headers) tell(e *entry, header []byte) error {
	if !h.seen.add(e.UID) {
		return nil
	}
	return h.each(engine.Header{UID: e.UID, Size: e.Size, Date: e.Date, Flags: e.Flags, Identity: engine.IdentityOf(header)})
}

// seenUIDs knows UIDs that came before, in little memory when they ascend.
type seenUIDs struct {
	spans []span
	odd   map[uint32]bool // came out of order
}

// add notes a UID; false when it was there.
func (s *seenUIDs) add(uid uint32) bool {
	if n := len(s.spans); n == 0 || uid > s.spans[n-1].hi {
		s.spans = addSpan(s.spans, uid)
		return true
	}
	if s.odd[uid] || holds(s.spans, uid) {
		return false
	}
	if s.odd == nil {
		s.odd = map[uint32]bool{}
	}
	s.odd[uid] = true
	return true
}
