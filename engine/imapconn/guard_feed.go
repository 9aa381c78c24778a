package imapconn

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// feedSize is what one connection reads ahead, bytes.
const feedSize = 128 << 10

// feed reads a socket ahead into a ring. One goroutine pumps; one user at a
// time takes lines and bytes out. What line and peek return is valid until the
// next call.
type feed struct {
	src net.Conn
	in  atomic.Int64 // bytes received

	mu      sync.Mutex
	data    *sync.Cond // bytes came, or something a waiting user looks at changed
	space   *sync.Cond // bytes were taken
	ring    []byte
	r, w    uint64 // taken and written so far
	err     error  // why no more comes; sticky
	cut     bool   // nor may what is there be taken
	reading bool   // the pump waits for the server
	moved   time.Time

	// Used by the reader alone.
	held int    // bytes handed out, given back by the next call
	long []byte // a line that is not in one piece in the ring
}

func newFeed(src net.Conn) *feed {
	f := &feed{src: src, ring: make([]byte, feedSize), moved: time.Now()}
	f.data = sync.NewCond(&f.mu)
	f.space = sync.NewCond(&f.mu)
	return f
}

// pump runs until the socket fails or stop is called.
func (f *feed) pump() {
	for {
		room := f.room()
		if room == nil {
			return
		}
		n, err := f.src.Read(room)
		f.in.Add(int64(n))
		f.mu.Lock()
		f.reading = false
		f.w += uint64(n)
		if n > 0 {
			f.moved = time.Now()
		}
		if err != nil && f.err == nil {
			f.err = err
		}
		f.data.Broadcast()
		f.mu.Unlock()
	}
}

// room waits for free space in one piece; nil when the feed is over.
func (f *feed) room() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.err == nil && f.w-f.r == uint64(len(f.ring)) {
		f.space.Wait()
	}
	if f.err != nil {
		return nil
	}
	f.reading = true
	f.moved = time.Now() // time spent waiting for our own side is no silence
	at := int(f.w % uint64(len(f.ring)))
	free := len(f.ring) - int(f.w-f.r)
	return f.ring[at:min(at+free, len(f.ring))]
}

// stop ends the feed with err for everybody. Bytes that came before can no
// longer be taken.
func (f *feed) stop(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.cut {
		f.err, f.cut = err, true
	}
	f.data.Broadcast()
	f.space.Broadcast()
}

// quietFor says how long the server has sent nothing while we waited for it; 0
// when what it sent is not taken yet.
func (f *feed) quietFor(now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.reading || f.w != f.r {
		return 0
	}
	return now.Sub(f.moved)
}

// listens says that there is room for what the server sends.
func (f *feed) listens() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reading
}

// touch restarts the measure of silence: a reply has become due.
func (f *feed) touch() {
	f.mu.Lock()
	f.moved = time.Now()
	f.mu.Unlock()
}

// release gives back what the last call handed out. The caller holds mu.
func (f *feed) release() {
	if f.held > 0 {
		f.r += uint64(f.held)
		f.held = 0
		f.space.Signal()
	}
}

// piece is what can be taken in one piece. The caller holds mu.
func (f *feed) piece() []byte {
	at := int(f.r % uint64(len(f.ring)))
	return f.ring[at:min(at+int(f.w-f.r), len(f.ring))]
}

// peek waits for bytes and returns those that lie in one piece.
func (f *feed) peek() ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release()
	if f.w == f.r {
		f.moved = time.Now() // what our own side took is no silence
	}
	for f.w == f.r || f.cut {
		if f.err != nil {
			return nil, f.err
		}
		f.data.Wait()
	}
	return f.piece(), nil
}

// read fills p with what is there, waiting for at least one byte.
func (f *feed) read(p []byte) (int, error) {
	b, err := f.peek()
	if err != nil {
		return 0, err
	}
	f.held = copy(p, b)
	return f.held, nil
}

// line returns the next line without its line end (CRLF or LF). A line longer
// than limit is a *tooLong error. The end of the stream within a line is
// io.ErrUnexpectedEOF.
func (f *feed) line(limit int) ([]byte, error) {
	if f.long = f.long[:0]; cap(f.long) > feedSize {
		f.long = nil
	}
	for {
		b, err := f.peek()
		if err != nil {
			if err == io.EOF && len(f.long) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		i := bytes.IndexByte(b, '\n')
		if i >= 0 && len(f.long) == 0 && i <= limit {
			f.held = i + 1
			return chomp(b[:i]), nil
		}
		n := len(b)
		if i >= 0 {
			n = i + 1
		}
		if len(f.long)+n > limit+2 {
			return nil, &tooLong{what: "a line", limit: int64(limit)}
		}
		f.long = append(f.long, b[:n]...)
		f.held = n
		if i >= 0 {
			return chomp(f.long[:len(f.long)-1]), nil
		}
	}
}

func chomp(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] == '\r' {
		return b[:len(b)-1]
	}
	return b
}
