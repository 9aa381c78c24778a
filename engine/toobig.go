package engine

import "time"

// askAgain is how long a refusal for a message's size, or for what else it is, is
// believed: a limit may have been raised since.
const askAgain = 24 * time.Hour

// tooBig is the smallest message that the destination refused for its size in this
// pass, and how: what is as large isn't sent to it again.
type tooBig struct {
	size int64
	why  *Fault
}

// learnTooBig notes a refusal.
func (m *mailbox) learnTooBig(it *item, f *Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := it.body.Size(); m.tooBig.why == nil || n < m.tooBig.size {
		m.tooBig = tooBig{n, f}
	}
}

// saidTooBig is how the destination refused a message that was no larger; nil if it
// refused none.
func (m *mailbox) saidTooBig(size int64) *Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tooBig.why == nil || size < m.tooBig.size {
		return nil
	}
	return m.tooBig.why
}
