package lab

import (
	"maps"
	"sync"
	"time"
)

// Ledger counts what clients do to a server, and cuts their connections where that
// is planned. Its methods may be called from any goroutine.
type Ledger struct {
	mu       sync.Mutex
	cuts     map[int]*Cut // by APPEND
	seen     int          // APPENDs
	counts   Counters
	lateOnes int        // messages still to be stored
	stored   *sync.Cond // lateOnes fell
	tolls    tolls
}

func newLedger() *Ledger {
	l := &Ledger{counts: Counters{Commands: map[string]int{}}}
	l.stored = sync.NewCond(&l.mu)
	return l
}

// Cut plans cuts, in place of those planned before, and begins to count APPENDs
// for them at 1.
func (l *Ledger) Cut(cuts ...Cut) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cuts = map[int]*Cut{}
	for _, c := range cuts {
		l.cuts[l.seen+c.Append] = &c
	}
}

// CutsLeft is how many planned cuts have not happened yet.
func (l *Ledger) CutsLeft() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.cuts)
}

// sawAppend counts an APPEND, and says whether and where it is cut.
func (l *Ledger) sawAppend() (n int, cut *Cut) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Appends++
	l.seen++
	cut = l.cuts[l.seen]
	delete(l.cuts, l.seen)
	return l.counts.Appends, cut
}

// later stores a message after a while.
func (l *Ledger) later(d time.Duration, store func()) {
	l.mu.Lock()
	l.lateOnes++
	l.mu.Unlock()
	time.AfterFunc(d, func() {
		store()
		l.mu.Lock()
		l.lateOnes--
		l.mu.Unlock()
		l.stored.Broadcast()
	})
}

// WaitLate waits until everything that is stored late is stored.
func (l *Ledger) WaitLate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.lateOnes > 0 {
		l.stored.Wait()
	}
}

func (l *Ledger) carriedOut(command string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Commands[command]++
}

func (l *Ledger) opened() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Connections++
}

func (l *Ledger) received(n int, waited bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.In += int64(n)
	if waited {
		l.counts.Waits++
	}
}

func (l *Ledger) sent(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Out += int64(n)
}

// Counters are what clients have done to a server.
type Counters struct {
	Connections int
	Appends     int            // messages that clients began to append, stored or not
	Commands    map[string]int // by name
	// Waits is how often a client had to wait for an answer before it sent
	// more: at most the round trips that a far away client would have paid.
	Waits int
	// In and Out are bytes from and to clients, after decryption.
	In, Out int64
}

// Counters is a snapshot.
func (l *Ledger) Counters() Counters {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.counts
	c.Commands = maps.Clone(c.Commands)
	return c
}

// ResetCounters begins to count anew.
func (l *Ledger) ResetCounters() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts = Counters{Commands: map[string]int{}}
}
