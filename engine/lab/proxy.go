package lab

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"

	"mxodus/engine"
)

// Proxy stands in front of a server of any make, with a certificate of its own,
// and cuts connections to it as a [Server] does to itself. A message that is
// stored late is held back, and given to the server when its time has come.
type Proxy struct {
	*Ledger
	listener    net.Listener
	fingerprint string
	target      string
	tls         *tls.Config
}

// NewProxy starts a proxy on loopback in front of a server that speaks TLS;
// config says how to trust it.
func NewProxy(target string, config *tls.Config) (*Proxy, error) {
	cert, fingerprint, err := newCertificate()
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{Ledger: newLedger(), listener: l, fingerprint: fingerprint, target: target, tls: config}
	own := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	go p.serve(&wireListener{Listener: l, book: p.Ledger, tls: own, passesOn: true})
	return p, nil
}

// Endpoint reaches the server through the proxy.
func (p *Proxy) Endpoint() engine.Endpoint {
	return engine.Endpoint{Kind: engine.KindIMAP, Host: "127.0.0.1", Port: p.listener.Addr().(*net.TCPAddr).Port,
		Security: engine.TLS, Fingerprint: p.fingerprint}
}

// Close lets nobody in any more. Connections end when one of their ends does.
func (p *Proxy) Close() { _ = p.listener.Close() }

func (p *Proxy) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go p.carry(conn.(*wire))
	}
}

func (p *Proxy) carry(w *wire) {
	server, err := (&tls.Dialer{Config: p.tls}).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		_ = w.Close()
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		replies(w, server)
		_ = w.Close()
	}()
	_, _ = io.CopyBuffer(server, struct{ io.Reader }{w}, make([]byte, 32<<10))
	if m := w.toCut(); m != nil && m.rest != nil {
		<-p.give(m, server)
	}
	_ = server.Close()
	<-back
}

// give sends a server what was held back, when it is time, and waits until the
// server has answered. It closes the channel then.
func (p *Proxy) give(m *mark, server net.Conn) <-chan struct{} {
	done := make(chan struct{})
	if m.cut.Commit < 0 {
		close(done)
		return done
	}
	p.later(m.cut.Commit, func() {
		defer close(done)
		if _, err := server.Write(m.rest); err == nil {
			<-m.answered
		}
	})
	return done
}

// replies carries what the server says, a line at a time, so that a reply is
// seen whole. Once the client is gone, it only waits for the end.
func replies(w *wire, server net.Conn) {
	r := bufio.NewReaderSize(server, 64<<10)
	for {
		line, err := r.ReadSlice('\n')
		if len(line) > 0 {
			_, _ = w.Write(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			w.allAnswered()
			return
		}
	}
}
