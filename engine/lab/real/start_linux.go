package real

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func installed(k Kind) error {
	program := map[Kind]string{
		KindDovecot: dovecotProgram,
		KindPostfix: postfixMaster,
		KindCyrus:   filepath.Join(root(KindCyrus), cyrusMaster),
		KindCourier: filepath.Join(root(KindCourier), courierListener),
	}[k]
	_, err := os.Stat(program)
	return err
}

// recipe is how one make of server is started.
type recipe struct {
	kind Kind
	// prepare writes the configuration for the server's ports.
	prepare func(s *Server, o owner) error
	// run starts it.
	run func(s *Server, o owner) (*process, error)
}

// start tries a few times, because another process may take a port between
// finding it free and using it.
func start(tb testing.TB, r recipe, o Options) *Server {
	tb.Helper()
	Have(tb, r.kind)
	var s *Server
	var err error
	for range 3 {
		if s, err = try(tb, r, o); err == nil {
			break
		}
	}
	if err != nil {
		tb.Fatalf("starting %s: %v", r.kind, err)
	}
	tb.Cleanup(func() {
		s.Stop()
		if tb.Failed() {
			log := s.Logs()
			tb.Logf("%s said last:\n%s", s.Kind, log[max(0, len(log)-4000):])
		}
		s.clear()
	})
	return s
}

func try(tb testing.TB, r recipe, o Options) (*Server, error) {
	who, err := ordinaryUser()
	if err != nil {
		return nil, err
	}
	s := &Server{Kind: r.kind, Host: "127.0.0.1", tb: tb}
	if err := s.prepare(r, o, who); err != nil {
		s.clear()
		return nil, err
	}
	if s.proc, err = r.run(s, who); err != nil {
		s.clear()
		return nil, err
	}
	if err := s.ready(); err != nil {
		err = fmt.Errorf("%w\n%s", err, s.Logs())
		s.Stop()
		s.clear()
		return nil, err
	}
	return s, nil
}

func (s *Server) prepare(r recipe, o Options, who owner) (err error) {
	// Not tb.TempDir: its names are too long for sockets.
	if s.dir, err = os.MkdirTemp("", "mx-"); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return err
	}
	s.mail = filepath.Join(s.dir, "mail")
	if o.InMemory {
		if memory, err := os.MkdirTemp("/dev/shm", "mx-"); err == nil {
			s.mail = memory
		}
	}
	if err := os.MkdirAll(s.mail, 0o755); err != nil {
		return err
	}
	if s.Pool, err = certificates(s.dir); err != nil {
		return err
	}
	s.CAFile = filepath.Join(s.dir, "ca.pem")
	if s.TLSPort, s.PlainPort, err = freePorts(); err != nil {
		return err
	}
	if err := r.prepare(s, who); err != nil {
		return err
	}
	if err := who.own(s.mail); err != nil {
		return err
	}
	return who.own(s.dir)
}

// clear removes the server's files.
func (s *Server) clear() {
	for _, dir := range []string{s.mail, s.dir} {
		if dir != "" {
			_ = os.RemoveAll(dir)
		}
	}
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

func freePorts() (first, second int, err error) {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = a.Close() }()
	b, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = b.Close() }()
	return a.Addr().(*net.TCPAddr).Port, b.Addr().(*net.TCPAddr).Port, nil
}

// ready waits until both ports greet.
func (s *Server) ready() error {
	deadline := time.Now().Add(20 * time.Second)
	for _, port := range []int{s.PlainPort, s.TLSPort} {
		for {
			err := s.greets(port)
			if err == nil {
				break
			}
			select {
			case <-s.proc.exited:
				return fmt.Errorf("it ended at once: %v", s.proc.cmd.ProcessState)
			case <-time.After(20 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("it doesn't greet: %w", err)
			}
		}
	}
	return nil
}

func (s *Server) greets(port int) error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)), time.Second)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if port == s.TLSPort {
		conn = tls.Client(conn, s.TLSConfig())
	}
	_, err = bufio.NewReader(conn).ReadString('\n')
	return err
}
