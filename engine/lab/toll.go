package lab

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
)

// tolls are single commands that are answered with a wait in place of being
// carried out.
type tolls struct {
	mu     sync.Mutex
	due    []toll
	paid   int
	told   time.Time // when a client last heard of a wait
	until  time.Time
	broken []string // commands that came too early
}

// toll is one of them.
type toll struct {
	command, kind, text string
	wait                time.Duration
}

// tollGrace is how long after a wait was told commands may still come in that
// were sent before it was read.
const tollGrace = 150 * time.Millisecond

// Toll has the next command of this name, as "UID FETCH", be answered by kind, NO
// or BAD, and text, on whatever connection and whoever it is for. Nothing else is
// refused, but what comes within the wait is noted.
func (l *Ledger) Toll(command, kind, text string, wait time.Duration) {
	l.tolls.mu.Lock()
	defer l.tolls.mu.Unlock()
	l.tolls.due = append(l.tolls.due, toll{command, kind, text, wait})
}

// Tolled is how many commands were answered so, and the names of those that came
// before a wait was over.
func (l *Ledger) Tolled() (n int, early []string) {
	l.tolls.mu.Lock()
	defer l.tolls.mu.Unlock()
	return l.tolls.paid, slices.Clone(l.tolls.broken)
}

// meet notes a command and takes the toll that is due for it.
func (t *tolls) meet(command string, now time.Time) (due toll, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Before(t.until) && now.After(t.told.Add(tollGrace)) {
		t.broken = append(t.broken, command)
	}
	i := slices.IndexFunc(t.due, func(d toll) bool { return d.command == command })
	if i < 0 {
		return toll{}, false
	}
	due = t.due[i]
	t.due = slices.Delete(t.due, i, i+1)
	t.paid++
	return due, true
}

// tell notes that a client hears of a wait now.
func (t *tolls) tell(d toll, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told, t.until = now, now.Add(d.wait)
}

var commandName = regexp.MustCompile(`^(\S+) ((?i:UID )?[A-Za-z-]+)`)

// pay looks at a command's first line. What is tolled passes on as a NOOP, whose
// reply is put into other words; a message on its way is left to the session.
func (w *wire) pay(line []byte) []byte {
	found := commandName.FindSubmatch(line)
	if found == nil {
		return line
	}
	name := strings.ToUpper(string(found[2]))
	if name == "APPEND" {
		return line
	}
	due, ok := w.book.tolls.meet(name, time.Now())
	if !ok {
		return line
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tolled == nil {
		w.tolled = map[string]toll{}
	}
	w.tolled[string(found[1])] = due
	return slices.Concat(found[1], []byte(" NOOP\r\n"))
}

// reword puts the replies to tolled commands into their words. The caller holds
// mu.
func (w *wire) reword(p []byte) []byte {
	for tag, due := range w.tolled {
		at := tagged(p, tag)
		if at < 0 {
			continue
		}
		end := at + bytes.IndexByte(p[at:], '\n') + 1
		p = slices.Concat(p[:at], []byte(tag+" "+due.kind+" "+due.text+"\r\n"), p[end:])
		delete(w.tolled, tag)
		w.book.tolls.tell(due, time.Now())
	}
	return p
}

// appendToll is the refusal of an APPEND that is tolled.
func (l *Ledger) appendToll() error {
	due, ok := l.tolls.meet("APPEND", time.Now())
	if !ok {
		return nil
	}
	l.tolls.tell(due, time.Now())
	return &imap.Error{Type: imap.StatusResponseType(due.kind), Text: due.text}
}
