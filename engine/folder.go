package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// folderWork is level 3: one source folder in one pass. What the journal knows
// is taken from what the source holds; the rest is work.
type folderWork struct {
	m         *mailbox
	mapping   Mapping
	rec       FolderRecord
	dest      Folder // at the destination; zero until it is made
	exists    bool
	created   bool // by us, in this pass
	fit       flagFit
	rewrites  bool   // the destination changes messages as it stores them
	err       error  // of making it
	refusal   string // why it can't be made
	still     bool   // nothing changed since the last pass
	subscribe bool
	dirty     bool // rec must be saved when the pass is over

	scanned ScanResult
	top     uint32            // highest UID seen in the scan
	known   []knownRecord     // by UID; only when old messages are scanned
	again   map[uint32]Record // failed or skipped before, to be tried again
	wasGone map[uint32]bool   // listed, and yet gone when an earlier run asked for it
	back    Tally             // what of the journal's counts is tried again
	todo    []todo
	skips   []Record
	changes []flagChange
	open    []openRecord

	mu      sync.Mutex
	pending int            // messages of this pass that are not settled yet
	looked  uint32         // the destination's UIDNEXT when we looked what stands there
	high    uint32         // highest UID that the destination gave to ours
	stored  int            // how many UIDs it gave
	lost    map[string]int // flags that the destination can't hold
	altered alterations    // not yet reported
}

// knownRecord is what a scan of old messages is compared with.
type knownRecord struct {
	uid, destUID uint32
	state        State
	flags        []string
}

// openRecord was being sent when a connection or an earlier run ended: it is
// looked for before it is sent again.
type openRecord struct {
	rec   Record
	since time.Time // when the server last may have been given it
	solo  bool
	spent bool   // given up, unless it is found
	last  *Fault // how its last reply was lost; nil when it comes from the journal
	todo  todo   // zero when it comes from the journal
	// longLine is why the destination refused it, most likely.
	longLine bool
}

// late folders come after all others: they hold mostly what others hold too.
func (w *folderWork) late() bool { return w.mapping.Rest }

// name is the folder's path at the source, for people.
func (w *folderWork) name() string { return joinPath(w.mapping.Source.Path) }

// wantFlags says that flag changes are still brought over.
func (w *folderWork) wantFlags() bool { return !w.m.env.cutOver.Load() }

// unchanged says that there is nothing to scan and nothing left over.
func (w *folderWork) unchanged() bool {
	st, done := w.mapping.Source.Status, w.rec.Done
	if st == nil || done.UIDValidity == 0 || done.UIDValidity != st.UIDValidity || done.UIDNext != st.UIDNext ||
		done.Messages != st.Messages || w.rec.SourceValidity != st.UIDValidity {
		return false
	}
	count, pass := w.m.env.count(w.rec.ID)
	if count.Messages[Sending] > 0 || pass == 1 && count.open() > 0 {
		return false
	}
	switch {
	case !w.wantFlags():
		return true
	case st.HighestModSeq != 0:
		return done.HighestModSeq == st.HighestModSeq
	}
	return pass > 1 || st.Messages == 0 // without CONDSTORE flags are compared once a run
}

// scan reads the lists of all changed folders in one flight.
func (m *mailbox) scan(ctx context.Context, src Source, works []*folderWork) error {
	var changed []*folderWork
	for _, w := range works {
		if w.mapping.Skip != "" {
			continue
		}
		if w.still {
			w.retally()
			continue
		}
		changed = append(changed, w)
		if err := w.recall(ctx, src); err != nil {
			return err
		}
	}
	reqs := make([]ScanRequest, len(changed))
	for i, w := range changed {
		reqs[i] = w.scanRequest()
	}
	results, err := m.deadly.scan(ctx, src, reqs, func(i int, e Entry) error {
		changed[i].see(e)
		return nil
	})
	if err != nil {
		return err
	}
	for i, w := range changed {
		w.scanned = results[i]
		if err := w.scanEnd(ctx, src); err != nil {
			return err
		}
	}
	return nil
}

// recall loads what the journal knows, as far as this scan needs it.
func (w *folderWork) recall(ctx context.Context, src Source) error {
	st := w.mapping.Source.Status
	if st != nil && w.rec.SourceValidity != 0 && st.UIDValidity != w.rec.SourceValidity {
		if err := w.rebase(ctx, src, st.UIDValidity); err != nil {
			return err
		}
	}
	count, pass := w.m.env.count(w.rec.ID)
	if count.Messages[Sending] > 0 {
		if err := w.recallOpen(ctx); err != nil {
			return err
		}
	}
	if pass == 1 && count.open() > 0 {
		if err := w.recallAgain(ctx); err != nil {
			return err
		}
	}
	if w.rec.SourceValidity == 0 {
		return nil
	}
	return w.m.env.file.RecordsFrom(ctx, w.rec.ID, w.scanRequest().From, func(r Record) error {
		w.known = append(w.known, knownRecord{r.UID, r.DestUID, r.State, r.Flags})
		return nil
	})
}

// recallAgain loads what was not brought over before and is tried again.
func (w *folderWork) recallAgain(ctx context.Context) error {
	w.again = map[uint32]Record{}
	return w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		if w.retryable(r) {
			w.again[r.UID] = r
			w.back.add(tallyOf(r))
		}
		return nil
	}, Failed, Skipped)
}

func (w *folderWork) recallOpen(ctx context.Context) error {
	return w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		w.open = append(w.open, openRecord{rec: r, since: w.m.since})
		return nil
	}, Sending)
}

// retryable says that a message which was not brought over may be now.
func (w *folderWork) retryable(r Record) bool {
	switch {
	case r.State == Failed, r.Reason == ReasonGone: // what seemed gone may only have been withheld; it is asked for once more
		return true
	case r.Reason == ReasonTooBig:
		asked := r.Said != "" && time.Since(r.At) < askAgain
		return !asked && r.Size <= w.m.limits.MaxMessageBytes
	case r.Reason == ReasonUnfit:
		return time.Since(r.At) >= askAgain
	}
	return r.Reason == ReasonBeyondLimit && w.m.room() > 0
}

// scanRequest asks for as little as finds everything: only new messages, only
// changed ones where the server can tell, or all.
func (w *folderWork) scanRequest() ScanRequest {
	req := ScanRequest{Folder: w.mapping.Source, From: 1}
	done := w.rec.Done
	if done.UIDValidity == 0 {
		return req
	}
	st := w.mapping.Source.Status
	_, pass := w.m.env.count(w.rec.ID)
	switch {
	case !w.wantFlags(), pass > 1 && done.HighestModSeq == 0:
		req.From = done.UIDNext
	case done.HighestModSeq != 0 && st != nil && st.HighestModSeq != 0:
		req.ChangedSince = done.HighestModSeq
	}
	return req
}

// see files one entry of the scan.
func (w *folderWork) see(e Entry) {
	w.top = max(w.top, e.UID)
	if r, ok := w.again[e.UID]; ok {
		w.takeAgain(r)
		w.take(e)
		return
	}
	if i, ok := slices.BinarySearchFunc(w.known, e.UID, func(k knownRecord, uid uint32) int { return cmp.Compare(k.uid, uid) }); ok {
		w.seeKnown(w.known[i], e)
		return
	}
	w.take(e)
}

// take makes a new message work, or skips it.
func (w *folderWork) take(e Entry) {
	if e.Size > w.m.limits.MaxMessageBytes {
		w.skip(todoOf(e), ReasonTooBig)
		return
	}
	w.todo = append(w.todo, todoOf(e))
}

func (w *folderWork) skip(t todo, why Reason) {
	w.skips = append(w.skips, Record{UID: t.uid, State: Skipped, Size: t.size, Date: t.date(), Flags: t.flags, Reason: why, At: time.Now()})
}

// scanEnd files a folder that could not be opened, and reads what is to be
// tried again.
func (w *folderWork) scanEnd(ctx context.Context, src Source) error {
	if w.mapping.Source.Status == nil && w.scanned.Err == nil {
		st := w.scanned.Status
		w.mapping.Source.Status = &st
	}
	if err := w.scanned.Err; err != nil {
		if f := AsFault(err); f.Class == Reconnect || f.Class >= StopMailbox || f.Class == Retry && w.m.mayPass(w) {
			return err
		}
		w.m.track.problem(w.name(), Attention, AsFault(err))
		w.m.track.folderEnd(w.rec.ID, err)
		w.todo, w.again, w.back = nil, nil, Tally{}
		w.retally()
		return nil
	}
	w.dirty = true
	if err := w.scanAgain(ctx, src); err != nil {
		return err
	}
	w.retally()
	return nil
}

// scanAgain asks for what is to be tried again and wasn't in the scan. What the
// source no longer has is filed as gone.
func (w *folderWork) scanAgain(ctx context.Context, src Source) error {
	if len(w.again) == 0 {
		return nil
	}
	uids := slices.Sorted(maps.Keys(w.again))
	_, err := src.Scan(ctx, []ScanRequest{{Folder: w.mapping.Source, UIDs: uids}}, func(_ int, e Entry) error {
		w.takeAgain(w.again[e.UID])
		w.take(e)
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range w.again {
		r.State, r.Reason, r.Said, r.At = Skipped, ReasonGone, "", time.Now()
		w.skips = append(w.skips, r)
	}
	w.again = nil
	return nil
}
