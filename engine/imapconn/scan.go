package imapconn

import (
	"context"
	"strconv"

	"mxodus/engine"
)

// Scan opens the folders and lists their messages, all in one flight. Entries of
// a folder ascend; only those whose first reply could not be read, and was asked
// for again without what may have spoiled it, come after all others.
//
// When each returns an error, the connection is closed.
func (s *session) Scan(ctx context.Context, reqs []engine.ScanRequest, each func(i int, e engine.Entry) error) ([]engine.ScanResult, error) {
	results := make([]engine.ScanResult, len(reqs))
	if len(reqs) == 0 {
		return results, nil
	}
	var p pipeline
	err := s.raw(ctx, "list the messages", func(r *rawIO) error {
		p.r = r
		return s.scanAll(&p, reqs, results, each)
	})
	return results, p.blame(err)
}

func (s *session) scanAll(p *pipeline, reqs []engine.ScanRequest, results []engine.ScanResult, each func(int, engine.Entry) error) error {
	var again []*scanning
	for i, req := range reqs {
		sc := &scanning{s: s, p: p, req: req, out: &results[i]}
		sc.each = func(e engine.Entry) error { return each(i, e) }
		if err := sc.start(); err != nil {
			return err
		}
		again = append(again, sc)
	}
	if err := p.drain(); err != nil {
		return err
	}
	for _, sc := range again {
		if err := sc.mend(); err != nil {
			return err
		}
	}
	return nil
}

// scanning is one folder's part of a scan.
type scanning struct {
	s *session
	p *pipeline
	collector
	req   engine.ScanRequest
	out   *engine.ScanResult
	open  *opening
	items string
	left  int    // commands without their reply
	upTo  uint32 // the last UID to ask for; 0: all
	low   uint32 // the server gave a part: the lowest UID it came to
}

// The items of a scan: ENVELOPE and BODYSTRUCTURE are never asked for, many
// servers can't say them right.
const scanItems = "UID RFC822.SIZE FLAGS INTERNALDATE"

// fewerItems are asked for when a reply could not be read: a date or a flag may
// be what spoils it.
var fewerItems = [...]string{"UID RFC822.SIZE FLAGS", "UID RFC822.SIZE", "UID"}

// start sends the folder's commands.
func (sc *scanning) start() error {
	sc.from, sc.items = max(sc.req.From, 1), scanItems
	if sc.req.UIDs != nil {
		sc.wanted = spansOf(sc.req.UIDs)
		if sc.wanted == nil {
			sc.wanted = []span{}
		}
	}
	return sc.ask()
}

// ask opens the folder and asks for its messages.
func (sc *scanning) ask() error {
	if err := sc.p.makeRoom(); err != nil {
		return err
	}
	writable := sc.s.side == engine.SideDestination
	open, err := sc.s.opens(sc.p, sc.req.Folder.Wire, writable, func(o *opening) { *sc.out = o.result })
	sc.open = open
	if err != nil || open.result.Err != nil || sc.req.StatusOnly {
		return err
	}
	sets := sc.sets()
	sc.left = len(sets)
	for _, set := range sets {
		if err := sc.p.makeRoom(); err != nil {
			return err
		}
		if err := sc.p.send("UID FETCH", func(r *rawIO) {
			r.text(" " + set + " (" + sc.items + ")" + changedSince(sc.req, sc.s.info))
		}, sc.see, sc.end); err != nil {
			return err
		}
	}
	return nil
}

// sets are the sequence sets to ask for.
func (sc *scanning) sets() []string {
	if sc.wanted != nil {
		return sc.s.partsOf(sc.wanted)
	}
	last := "*"
	if sc.upTo > 0 {
		last = strconv.FormatUint(uint64(sc.upTo), 10)
	}
	return []string{strconv.FormatUint(uint64(sc.from), 10) + ":" + last}
}

// changedSince asks for changed messages only (RFC 7162 section 3.1.4.1).
func changedSince(req engine.ScanRequest, info engine.SessionInfo) string {
	if req.ChangedSince == 0 || !info.CondStore {
		return ""
	}
	return " (CHANGEDSINCE " + strconv.FormatUint(req.ChangedSince, 10) + ")"
}

// see takes one reply.
func (sc *scanning) see(rep *reply) error {
	if rep.kind != "FETCH" {
		return sc.open.see(rep)
	}
	var e entry
	err := rep.fetch(func(name []byte, v *value) error {
		sc.s.item(&e, name, v)
		return nil
	})
	if _, bad := err.(*badReply); bad {
		sc.lost++
		return nil
	}
	if err != nil || sc.open.result.Err != nil { // a server may leave the last folder open
		return err
	}
	return sc.add(e, e.sized || sc.items == "UID")
}

// end takes a command's tagged reply. Some servers refuse to list nothing.
func (sc *scanning) end(kind string, st status) error {
	sc.left--
	if low := partial(st); kind == "OK" && low > 0 {
		sc.low = low
	}
	if kind != "OK" && sc.out.Err == nil && sc.items == scanItems && !sc.open.empty() {
		sc.out.Err = sc.s.refusal("list the messages of "+folderText(sc.req.Folder.Wire), kind, st, engine.SkipFolder)
	}
	if sc.left == 0 {
		return sc.flush()
	}
	return nil
}

// mend asks again for what could not be read, with less and less that may spoil
// the reply. What still can't be read is not there for us.
func (sc *scanning) mend() error {
	if err := sc.goOn(); err != nil {
		return err
	}
	sc.upTo = 0
	for _, items := range fewerItems {
		if sc.lost+len(sc.half) == 0 || sc.out.Err != nil {
			return nil
		}
		sc.lost, sc.half, sc.items = 0, nil, items
		if err := sc.ask(); err != nil {
			return err
		}
		if err := sc.p.drain(); err != nil {
			return err
		}
	}
	return nil
}
