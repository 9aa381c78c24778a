package engine

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// flagFit is what flags a destination folder can hold. The zero value holds all.
type flagFit struct {
	permanent  []string
	anyKeyword bool
}

func (f flagFit) keep(flags []string) (kept, lost []string) {
	return KeepFlags(flags, f.permanent, f.anyKeyword)
}

// learnFlags asks which keywords the destination can hold, for all folders that
// need to know and weren't asked before, in one flight. System flags alone
// aren't worth a round trip: servers that can't hold them are rare, and say so
// when they refuse.
func (m *mailbox) learnFlags(ctx context.Context, dst Destination, works []*folderWork) error {
	var ask []*folderWork
	var reqs []ScanRequest
	for _, w := range works {
		if fit, known := m.fits[w.rec.ID]; known {
			w.fit = fit
		} else if w.exists && w.bringsKeywords() {
			ask = append(ask, w)
			reqs = append(reqs, ScanRequest{Folder: w.dest, StatusOnly: true})
		}
	}
	if len(ask) == 0 {
		return nil
	}
	results, err := dst.Scan(ctx, reqs, func(int, Entry) error { return nil })
	if err != nil {
		return err
	}
	for i, w := range ask {
		if results[i].Err == nil {
			w.fit = flagFit{results[i].Flags, results[i].AnyKeyword}
			m.fits[w.rec.ID] = w.fit
		}
	}
	return nil
}

// bringsKeywords says that some of the work has flags beyond the system's.
func (w *folderWork) bringsKeywords() bool {
	has := func(flags []string) bool {
		return slices.ContainsFunc(flags, func(f string) bool { return !strings.HasPrefix(f, `\`) })
	}
	return slices.ContainsFunc(w.todo, func(t todo) bool { return has(t.flags) }) ||
		slices.ContainsFunc(w.open, func(o openRecord) bool { return has(o.rec.Flags) }) ||
		slices.ContainsFunc(w.changes, func(c flagChange) bool { return has(c.Add) })
}

// flagsFor are the flags that a message is sent with; what is lost is kept to be
// counted once it is stored.
func (it *item) flagsFor() []string {
	kept, lost := it.work.fit.keep(it.todo.flags)
	if it.bare {
		all := kept
		kept = systemFlags(all)
		_, keywords := FlagDelta(all, kept)
		lost = append(lost, keywords...)
	}
	it.lost = lost
	return kept
}

// lose counts flags that the destination can't hold.
func (w *folderWork) lose(flags []string) {
	if len(flags) == 0 {
		return
	}
	w.mu.Lock()
	if w.lost == nil {
		w.lost = map[string]int{}
	}
	for _, f := range flags {
		w.lost[f]++
	}
	w.mu.Unlock()
	w.m.track.dropFlags(w.rec.ID, len(flags))
}

// reportLost says once per folder and pass which flags were lost.
func (w *folderWork) reportLost() {
	w.mu.Lock()
	lost := w.lost
	w.lost = nil
	w.mu.Unlock()
	if len(lost) == 0 {
		return
	}
	n := 0
	for _, times := range lost {
		n += times
	}
	names := slices.Sorted(maps.Keys(lost))
	said := Clean(strings.Join(names[:min(len(names), 20)], ", "), 300)
	w.m.track.problemTimes(w.name(), Info, &Fault{Class: SkipMessage, Code: CodeFlags, Side: SideDestination, Said: said,
		What: "The new server can't hold some of the keywords (labels, tags) that messages of this folder have.",
		Do:   "Nothing: the messages themselves are there. If a label matters, note it before the old server is switched off.", Who: "you"}, n)
	w.m.event(Info, "In "+Quoted(w.name(), 120)+", "+strconv.Itoa(n)+" keywords of messages could not be kept at the new server.", said)
}

// fitChanges drops from flag changes what the destination can't hold. The
// changes stay, to be written down.
func (w *folderWork) fitChanges() (sent []FlagChange) {
	for _, c := range w.changes {
		kept, lost := w.fit.keep(c.Add)
		w.lose(lost)
		c.Add = kept
		if len(c.Add)+len(c.Remove) > 0 {
			sent = append(sent, c.FlagChange)
		}
	}
	return sent
}

// dropFlags counts flags of one folder that the destination can't hold.
func (t *track) dropFlags(folderID int64, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[folderID]; ft != nil {
		ft.flagsDropped += n
	}
	t.flagsDropped += n
}

// brought remembers in the journal what flags the source had.
func (w *folderWork) brought(ctx context.Context) error {
	byUID := make(map[uint32]flagChange, len(w.changes))
	for _, c := range w.changes {
		byUID[c.sourceUID] = c
	}
	var recs []Record
	err := w.m.env.file.Records(ctx, w.rec.ID, func(r Record) error {
		if c, ok := byUID[r.UID]; ok {
			r.Flags, r.At = c.now, time.Now()
			recs = append(recs, r)
		}
		return nil
	}, Copied)
	if err != nil {
		return err
	}
	w.changes = nil
	return w.m.env.file.Put(context.WithoutCancel(ctx), w.rec.ID, recs)
}
