package lab

import (
	"bytes"
	"slices"
)

// mark is one APPEND on the wire.
type mark struct {
	tag   string
	n     int // of the server's APPENDs
	cut   *Cut
	store func() // set when the message is stored late
	taken bool
	// hold keeps back the end of the command; it is in rest then, and answered
	// is closed once the server has replied to it all the same.
	hold     bool
	rest     []byte
	answered chan struct{}
}

// begin is called for every APPEND that comes in.
func (w *wire) begin(tag string) *mark {
	n, c := w.book.sawAppend()
	m := &mark{tag: tag, n: n, cut: c, hold: w.passesOn && c != nil && c.Stage >= AfterCRLF && c.Commit != 0, answered: make(chan struct{})}
	w.mu.Lock()
	w.marks = append(w.marks, m)
	w.mu.Unlock()
	return m
}

// current is the APPEND that is being carried out.
func (w *wire) current() *mark {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.marks {
		if !m.taken {
			m.taken = true
			return m
		}
	}
	n, _ := w.book.sawAppend() // within STARTTLS
	return &mark{n: n}
}

// late says that the message is not stored now; store is called when its time
// has come, if ever.
func (m *mark) late(store func()) bool {
	if m.cut == nil || m.cut.Commit == 0 {
		return false
	}
	m.store = store
	return true
}

// replied forgets the APPENDs that p answers. If one of them is to be cut, it
// says so, and how much of p still goes out.
func (w *wire) replied(p []byte) (*mark, int) {
	for i := 0; i < len(w.marks); i++ {
		m := w.marks[i]
		at := tagged(p, m.tag)
		if at < 0 {
			continue
		}
		if m.cut != nil && m.cut.Stage == AfterCRLF {
			return m, at
		}
		if m.cut != nil && m.cut.Stage == InReply {
			return m, at + len(m.tag) + 4 // the tag and "OK "
		}
		w.marks = slices.Delete(w.marks, i, i+1)
		i--
	}
	return nil, 0
}

// lateReply notes the server's answer to what was held back.
func (w *wire) lateReply(p []byte) {
	if m := w.cut; m != nil && m.rest != nil && tagged(p, m.tag) >= 0 {
		m.settle()
	}
}

// allAnswered says that the server will say no more.
func (w *wire) allAnswered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut != nil {
		w.cut.settle()
	}
}

func (m *mark) settle() {
	select {
	case <-m.answered:
	default:
		close(m.answered)
	}
}

// tagged is where in p the tagged reply begins; -1 if it isn't there.
func tagged(p []byte, tag string) int {
	if bytes.HasPrefix(p, []byte(tag+" ")) {
		return 0
	}
	if i := bytes.Index(p, []byte("\r\n"+tag+" ")); i >= 0 {
		return i + 2
	}
	return -1
}
