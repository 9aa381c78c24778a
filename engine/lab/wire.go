package lab

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// wireListener wraps what it accepts.
type wireListener struct {
	net.Listener
	book *Ledger
	tls  *tls.Config // nil: no implicit TLS
	// passesOn says that a server stands behind, which is given later what is to
	// be stored late.
	passesOn bool
}

func (l *wireListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn, tcp: conn.(*net.TCPConn), book: l.book, passesOn: l.passesOn}
	w.scan.meets = w.pay
	if l.tls != nil {
		w.Conn = tls.Server(conn, l.tls)
	}
	l.book.opened()
	return w, nil
}

// wire is one connection between socket and server: it counts, knows where in
// the stream an APPEND stands, and cuts where it is told to. One goroutine
// reads, one writes.
type wire struct {
	net.Conn // after decryption
	tcp      *net.TCPConn
	book     *Ledger
	passesOn bool

	scan  scanner
	raw   []byte // read, not yet looked at
	ready []byte // looked at, to be delivered
	chunk []byte

	mu      sync.Mutex
	manners manners
	marks   []*mark // APPENDs whose reply is still to be written
	wrote   bool    // since the last wait for the client
	silent  bool
	tolled  map[string]toll // commands to be answered so, by tag
	dead    bool
	cut     *mark // to be cut as soon as ready is delivered
}

func (w *wire) Read(p []byte) (int, error) {
	for len(w.ready) == 0 {
		if m := w.toCut(); m != nil {
			w.sever(m)
			return 0, net.ErrClosed
		}
		if len(w.raw) > 0 {
			w.look()
			continue
		}
		if err := w.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.ready)
	w.ready = w.ready[n:]
	return n, nil
}

func (w *wire) toCut() *mark {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut
}

// more waits for the client.
func (w *wire) more() error {
	if w.chunk == nil {
		w.chunk = make([]byte, 32<<10)
	}
	n, err := w.Conn.Read(w.chunk)
	w.mu.Lock()
	waited := w.wrote
	w.wrote = false
	w.mu.Unlock()
	w.book.received(n, waited && n > 0)
	w.raw = append(w.raw[:0], w.chunk[:n]...)
	if n > 0 {
		return nil
	}
	return err
}

// look moves what may be delivered from raw to ready.
func (w *wire) look() {
	n, m := w.scan.feed(w.raw, w.begin)
	w.ready = append(w.ready[:0], w.scan.out...)
	w.scan.out = w.scan.out[:0]
	w.raw = w.raw[n:]
	if m != nil {
		w.mu.Lock()
		w.cut = m
		w.mu.Unlock()
	}
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	if w.dead {
		w.lateReply(p)
		w.mu.Unlock()
		return 0, net.ErrClosed
	}
	if w.silent {
		w.mu.Unlock()
		return len(p), nil
	}
	w.wrote = true
	whole := len(p)
	p = w.reword(w.manners.speak(p))
	m, upTo := w.replied(p)
	parts := w.manners.parts
	w.mu.Unlock()
	if m != nil {
		_, _ = w.Conn.Write(p[:upTo])
		w.sever(m)
		return upTo, net.ErrClosed
	}
	n, err := w.Conn.Write(p)
	w.book.sent(n)
	if parts {
		w.sever(&mark{})
	}
	if err == nil {
		n = whole // what the server gave us, whatever became of it
	}
	return n, err
}

// sever ends the connection as the cut wants it, and sees to what is stored
// late.
func (w *wire) sever(m *mark) {
	w.mu.Lock()
	already := w.dead
	w.dead = true
	w.mu.Unlock()
	if already {
		return
	}
	if m.store != nil && m.cut.Commit > 0 {
		w.book.later(m.cut.Commit, m.store)
	}
	if m.cut != nil && m.cut.RST {
		_ = w.tcp.SetLinger(0)
		_ = w.tcp.Close()
	} else {
		w.finish()
	}
}

// finish sends FIN and nothing else. Closing with unread bytes would send RST,
// so they are read away for a moment.
func (w *wire) finish() {
	_ = w.tcp.CloseWrite()
	_ = w.tcp.SetReadDeadline(time.Now().Add(time.Second))
	go func() {
		_, _ = io.Copy(io.Discard, w.tcp)
		_ = w.tcp.Close()
	}()
}

func (w *wire) Close() error {
	w.mu.Lock()
	dead := w.dead
	w.dead = true
	w.mu.Unlock()
	if dead {
		return nil
	}
	return w.Conn.Close()
}

func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent = true
}

// bye says goodbye and ends the connection. Within STARTTLS it only ends it.
func (w *wire) bye(text string) error {
	if !w.scan.blind {
		_, _ = fmt.Fprintf(w.Conn, "* BYE %s\r\n", text)
	}
	w.sever(&mark{})
	return net.ErrClosed
}
