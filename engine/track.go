package engine

import (
	"sync"
	"time"
)

// track is the live state of one mailbox in a run, as screens see it. The
// mailbox writes, snapshots read; nothing outside holds what is inside.
type track struct {
	mu           sync.Mutex
	user         User
	state        UserState
	why          string
	until        time.Time
	started      time.Time
	finished     time.Time
	scanned      bool
	before       Tally // what the journal held as the pass began; told until folders are known
	expect       TestedUser
	folder       string
	sent         int
	sentB        int64
	flags        int
	flagsDropped int
	altered      alterations
	folders      []*folderTrack // in the order of the listing
	byID         map[int64]*folderTrack
	problems     []Problem
	speed        meter
}

// folderTrack is the same for one folder.
type folderTrack struct {
	path, dest, renamed string
	sum                 Tally
	flagsDropped        int
	altered             alterations
	done                bool
	err                 error
}

func newTrack(u User) *track {
	return &track{user: u, state: UserQueued, byID: map[int64]*folderTrack{}}
}

// set changes the state, with why and until when for those that wait.
func (t *track) set(s UserState, why string, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.why, t.until = s, why, until
	switch {
	case s.Finished():
		t.finished = time.Now()
		t.folder = ""
	case s == UserConnecting:
		t.finished = time.Time{}
		if t.started.IsZero() {
			t.started = time.Now()
		}
	}
}

func (t *track) get() UserState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// begin forgets the last pass. Folders and what is settled stay until the new
// listing replaces them.
func (t *track) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.why, t.until, t.folder = UserQueued, "", time.Time{}, ""
	t.started, t.finished = time.Time{}, time.Time{}
	t.sent, t.sentB, t.flags, t.flagsDropped, t.altered = 0, 0, 0, 0, alterations{}
	t.problems = nil
}

// remember says what is known before the mailbox is read: by the journal, and by the
// last test.
func (t *track) remember(before Tally, expect TestedUser) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.before, t.expect = before, expect
}

// layout replaces the folders by a new listing.
func (t *track) layout(works []*folderWork) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.folders = t.folders[:0:0]
	clear(t.byID)
	for _, w := range works {
		ft := &folderTrack{path: joinPath(w.mapping.Source.Path), dest: joinPath(w.mapping.DestPath), renamed: w.mapping.Renamed}
		t.folders = append(t.folders, ft)
		t.byID[w.rec.ID] = ft
	}
}

// place says where a folder stands at the destination, once that is certain.
func (t *track) place(folderID int64, dest, renamed string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[folderID]; ft != nil {
		ft.dest, ft.renamed = dest, renamed
	}
}

// tally replaces one folder's counts.
func (t *track) tally(folderID int64, sum Tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[folderID]; ft != nil {
		ft.sum = sum
	}
}

// settle adds to one folder's counts. sentBytes is what went over the wire to
// the destination for it.
func (t *track) settle(folderID int64, delta Tally, sent int, sentBytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[folderID]; ft != nil {
		ft.sum.add(delta)
		if sent > 0 {
			t.folder = ft.path
		}
	}
	t.sent += sent
	t.sentB += sentBytes
}

func (t *track) folderEnd(folderID int64, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[folderID]; ft != nil {
		ft.done, ft.err = err == nil, err
	}
}

func (t *track) setScanned() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scanned = true
}

func (t *track) addFlags(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flags += n
}

// problem adds one, or counts it to the same one in the same folder.
func (t *track) problem(folder string, level Level, f *Fault) { t.problemTimes(folder, level, f, 1) }

func (t *track) problemTimes(folder string, level Level, f *Fault, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.problems {
		p := &t.problems[i]
		if p.Folder == folder && p.Fault.Code == f.Code && p.Fault.What == f.What {
			p.Count += n
			p.At, p.Fault.Said = time.Now(), f.Said
			return
		}
	}
	t.problems = append(t.problems, Problem{At: time.Now(), Level: level, Folder: folder, Count: n, Fault: *f})
}

func (t *track) sumLocked() Tally {
	if len(t.folders) == 0 {
		return t.before
	}
	var sum Tally
	for _, ft := range t.folders {
		sum.add(ft.sum)
	}
	return sum
}

// snapshot copies everything.
func (t *track) snapshot(now time.Time) UserStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	u := UserStatus{User: t.user, State: t.state, Why: t.why, Until: t.until, Started: t.started, Finished: t.finished,
		Scanned: t.scanned, Folder: t.folder, Sum: t.sumLocked(), Sent: t.sent, ExpectMessages: t.expect.Messages, ExpectBytes: t.expect.Bytes,
		Problems: append([]Problem(nil), t.problems...)}
	u.Folders = make([]FolderStatus, len(t.folders))
	for i, ft := range t.folders {
		u.Folders[i] = FolderStatus{Path: ft.path, Dest: ft.dest, Renamed: ft.renamed, Sum: ft.sum, FlagsDropped: ft.flagsDropped,
			Receipts: ft.altered.receipts, DatesMoved: ft.altered.dates, Done: ft.done, Err: ft.err}
	}
	u.Rate, u.ByteRate = t.speed.rate(now)
	if messages, bytes, known := u.remaining(); known && !t.state.Finished() {
		u.Left, _, _ = t.speed.left(now, messages, bytes)
	}
	return u
}

// sample feeds the speed meter; it is called about once a second.
func (t *track) sample(now time.Time) (messages int, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.speed.add(now, t.sent, t.sentB)
	return t.sent, t.sentB
}
