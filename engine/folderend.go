package engine

import (
	"context"
	"fmt"
	"time"
)

// retally sets what screens show of the folder: the journal's counts, less
// what is tried again, plus the work.
func (w *folderWork) retally() {
	c, _ := w.m.env.count(w.rec.ID)
	t := Tally{Copied: c.Messages[Copied], Present: c.Messages[Present], Skipped: c.Messages[Skipped], Failed: c.Messages[Failed],
		CopiedBytes: c.Bytes[Copied], PresentBytes: c.Bytes[Present], SkippedBytes: c.Bytes[Skipped], FailedBytes: c.Bytes[Failed]}
	if st := w.mapping.Source.Status; w.mapping.Skip != "" && st != nil {
		t = Tally{Total: st.Messages, Skipped: st.Messages}
		w.m.track.tally(w.rec.ID, t)
		return
	}
	t.Failed, t.FailedBytes = t.Failed-w.back.Failed, t.FailedBytes-w.back.FailedBytes
	t.Skipped, t.SkippedBytes = t.Skipped-w.back.Skipped, t.SkippedBytes-w.back.SkippedBytes
	t.Copied -= min(t.Copied, w.sourceless(t.Settled()))
	t.Total, t.TotalBytes = t.Settled(), t.SettledBytes()
	for _, d := range w.todo {
		t.Total++
		t.TotalBytes += d.size
	}
	for _, o := range w.open {
		t.Total++
		t.TotalBytes += o.rec.Size
	}
	w.pending = len(w.todo) + len(w.open)
	w.m.track.tally(w.rec.ID, t)
}

// sourceless is how many messages of this folder the journal knows that the source
// holds no more: somebody deleted them there since. They are taken for copied ones,
// as nearly all are.
func (w *folderWork) sourceless(settled int) int {
	st := w.mapping.Source.Status
	if st == nil || w.scanned.Err != nil {
		return 0
	}
	known := settled + len(w.todo) + len(w.open)
	for _, r := range w.skips {
		if r.Place() != 0 {
			known++
		}
	}
	return max(0, known-w.seen().Messages)
}

// noteSkips writes down what this pass leaves out, and the folder's row, before
// anything is sent.
func (w *folderWork) noteSkips(ctx context.Context) error {
	if len(w.skips) > 0 {
		if err := w.m.env.file.Put(ctx, w.rec.ID, w.skips); err != nil {
			return err
		}
		var t Tally
		for _, r := range w.skips {
			t.add(tallyOf(r))
		}
		t.Total, t.TotalBytes = t.Skipped, t.SkippedBytes
		w.m.track.settle(w.rec.ID, t, 0, 0)
		w.problemSkips()
		w.skips = nil
	}
	if len(w.todo) == 0 {
		return nil
	}
	return w.saveTarget(ctx)
}

// saveTarget writes down where the folder goes, before anything goes there.
func (w *folderWork) saveTarget(ctx context.Context) error {
	w.place()
	w.rec.SourceValidity = w.mapping.Source.Status.UIDValidity
	if st := w.dest.Status; st != nil {
		w.rec.DestValidity = st.UIDValidity
		w.looked = st.UIDNext
	}
	return w.m.env.file.SaveFolder(ctx, w.rec)
}

// place notes in the folder's row where it goes.
func (w *folderWork) place() {
	w.rec.Dest, w.rec.DestPath, w.rec.Renamed = w.dest.Wire, w.mapping.DestPath, w.mapping.Renamed
	w.rec.Created = w.rec.Created || w.created
}

func (w *folderWork) problemSkips() {
	n := map[Reason]int{}
	for _, r := range w.skips {
		if r.Place() != 0 { // nobody can do anything about what is gone
			n[r.Reason]++
		}
	}
	for why, count := range n {
		w.m.track.problemTimes(w.name(), Info, &Fault{Class: SkipMessage, Code: Code(why), What: "A message " + why.Text() + ".",
			Do: "Raise the limit and run again, or save it by hand.", Who: "you"}, count)
	}
}

// failAll files every message of a folder that can't be made.
func (w *folderWork) failAll(ctx context.Context, f *Fault) error {
	recs := make([]Record, len(w.todo))
	var t Tally
	for i, d := range w.todo {
		recs[i] = Record{UID: d.uid, State: Failed, Size: d.size, Date: d.date(), Flags: d.flags, Reason: ReasonFolder, Said: f.Said, At: time.Now()}
		t.Failed++
		t.FailedBytes += d.size
	}
	w.rec.SourceValidity = w.mapping.Source.Status.UIDValidity
	w.todo, w.pending = nil, 0
	if err := w.m.env.file.SaveFolder(ctx, w.rec); err != nil {
		return err
	}
	w.m.track.settle(w.rec.ID, t, 0, 0)
	return w.m.env.file.Put(ctx, w.rec.ID, recs)
}

// cut makes chunks of the work.
func (w *folderWork) cut() []chunk { return cutChunks(w, w.todo) }

// complete marks the folder as done up to the listing of this pass.
func (w *folderWork) complete(ctx context.Context, now time.Time) error {
	w.mu.Lock()
	left := w.pending
	w.mu.Unlock()
	if !w.dirty || w.scanned.Err != nil {
		return nil
	}
	if left > 0 {
		return fmt.Errorf("folder %s ended with %d messages open", w.name(), left)
	}
	w.rec.Done, w.rec.SourceValidity = w.seen(), w.mapping.Source.Status.UIDValidity
	w.rec.DestNext = w.nextForeign()
	if w.dest.Wire != "" {
		w.place()
	}
	w.dirty = false
	w.reportLost()
	w.reportAltered()
	if w.rec.Refusal == "" {
		w.m.track.folderEnd(w.rec.ID, nil)
	}
	return w.m.env.file.SaveFolder(ctx, w.rec)
}

// seen is the source's status as far as this pass saw it: what came later must
// look like a change to the next pass.
func (w *folderWork) seen() Status {
	st := *w.mapping.Source.Status
	if open := w.scanned.Status; open.UIDValidity == st.UIDValidity {
		st.Messages = open.Messages
		st.UIDNext = max(st.UIDNext, open.UIDNext)
	}
	st.UIDNext = max(st.UIDNext, w.top+1)
	return st
}

// nextForeign is the destination UID from which on messages may stand there
// that were neither ours nor looked at.
func (w *folderWork) nextForeign() uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.looked == 0 {
		return w.rec.DestNext
	}
	if w.high >= w.looked && int(w.high-w.looked)+1 == w.stored {
		return w.high + 1 // everything since is ours
	}
	return w.looked
}

// bound is the lowest UID that the destination can give to what is sent now.
func (w *folderWork) bound() uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(w.high+1, w.looked)
}

// gave notes a UID that the destination gave.
func (w *folderWork) gave(uid uint32) {
	if uid == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.high = max(w.high, uid)
	w.stored++
}

// settle files records in the journal and on the screen. sent says that they
// went over the wire now.
func (w *folderWork) settle(ctx context.Context, recs []Record, sent int, sentBytes int64) error {
	if len(recs) == 0 {
		return nil
	}
	if err := w.m.env.file.Put(ctx, w.rec.ID, recs); err != nil {
		return err
	}
	var t Tally
	var altered alterations
	for _, r := range recs {
		t.add(tallyOf(r))
		altered.count(r)
		if r.Place() == 0 { // the source holds one less than its list said
			t.Total--
			t.TotalBytes -= r.Size
		}
	}
	w.mu.Lock()
	w.pending -= len(recs)
	w.mu.Unlock()
	w.alter(altered)
	w.m.track.settle(w.rec.ID, t, sent, sentBytes)
	w.m.countProgress(len(recs))
	return nil
}

func tallyOf(r Record) (t Tally) {
	switch r.Place() {
	case Copied:
		t.Copied, t.CopiedBytes = 1, r.Size
	case Present:
		t.Present, t.PresentBytes = 1, r.Size
	case Skipped:
		t.Skipped, t.SkippedBytes = 1, r.Size
	case Failed:
		t.Failed, t.FailedBytes = 1, r.Size
	}
	return t
}
