package imapconn

import (
	"net"
	"sync"
	"time"
)

// writer sends bytes to the socket and knows how long that takes.
type writer struct {
	g    *guard
	conn net.Conn

	mu    sync.Mutex // one write at a time
	state sync.Mutex
	since time.Time // of the write in progress; zero when there is none
	ahead int64     // bytes written since the server last sent something
	seen  int64     // feed.in at that moment
}

func (w *writer) init(g *guard, conn net.Conn) { w.g, w.conn = g, conn }

// writeMost is written at once, so that progress can be seen.
const writeMost = 64 << 10

// send writes b wholly.
func (w *writer) send(b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(b) > 0 {
		part := b[:min(len(b), writeMost)]
		w.begin()
		n, err := w.conn.Write(part)
		w.end(n)
		if err != nil {
			if cause := w.g.why(); cause != nil {
				return cause
			}
			return err
		}
		b = b[n:]
	}
	return nil
}

func (w *writer) begin() {
	w.state.Lock()
	w.since = time.Now()
	w.state.Unlock()
}

func (w *writer) end(n int) {
	w.g.sent.Add(int64(n))
	in := w.g.feed.in.Load()
	w.state.Lock()
	if in != w.seen {
		w.seen, w.ahead = in, 0
	}
	w.ahead += int64(n)
	w.since = time.Time{}
	w.state.Unlock()
	w.g.feed.touch() // a reply can't be due before we stop talking
}

// stuckFor says how long the write in progress has not moved.
func (w *writer) stuckFor(now time.Time) time.Duration {
	w.state.Lock()
	defer w.state.Unlock()
	if w.since.IsZero() {
		return 0
	}
	return now.Sub(w.since)
}

// grace is how much longer than usual a reply may take, because what we wrote
// may still be in buffers on the way.
func (w *writer) grace() time.Duration {
	w.state.Lock()
	defer w.state.Unlock()
	return time.Duration(min(w.ahead, 4<<20)) * time.Second / slowest
}
