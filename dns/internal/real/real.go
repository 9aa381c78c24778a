// Package real runs real name servers for tests: BIND, NSD and Unbound, as
// Debian has them, on addresses of loopback of their own, in temporary folders.
// .ci/real-servers installs them. Where they are missing, the tests that need
// them are left out, unless MXODUS_REAL_SERVERS=required: then they fail.
package real

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Net is a number of servers that have one port in common, so that delegations,
// which hold no ports, lead to them.
type Net struct {
	tb   testing.TB
	base [3]byte // of the addresses
	Port uint16
}

// New makes a Net, if the servers are installed.
func New(tb testing.TB) *Net {
	tb.Helper()
	for _, program := range []string{"named", "nsd", "unbound"} {
		if err := installed(program); err != nil {
			if os.Getenv("MXODUS_REAL_SERVERS") == "required" {
				tb.Fatalf("%s is needed: run .ci/real-servers as root (%v)", program, err)
			}
			tb.Skipf("%s isn't installed: .ci/real-servers does that (%v)", program, err)
		}
	}
	pid := os.Getpid()
	n := &Net{tb: tb, base: [3]byte{127, byte(64 + pid>>8&127), byte(pid)}}
	l, err := net.Listen("tcp", n.Addr(Local).String()+":0")
	if err != nil {
		tb.Fatal(err)
	}
	n.Port = uint16(l.Addr().(*net.TCPAddr).Port)
	_ = l.Close()
	return n
}

// Local is the host that stands for 127.0.0.1. BIND can listen only there: it
// goes by the addresses that network interfaces list.
const Local = 0

// installed says why a program can't be run. All of 127.0.0.0/8 is this computer
// on Linux only.
func installed(program string) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("it runs on Linux only")
	}
	_, err := exec.LookPath(sbin(program))
	return err
}

func sbin(program string) string { return filepath.Join("/usr/sbin", program) }

// Addr is the address of a host of this Net.
func (n *Net) Addr(host byte) netip.Addr {
	if host == Local {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.AddrFrom4([4]byte{n.base[0], n.base[1], n.base[2], host})
}

// At is Addr with the port.
func (n *Net) At(host byte) netip.AddrPort { return netip.AddrPortFrom(n.Addr(host), n.Port) }

// Server is a running server.
type Server struct {
	tb    testing.TB
	dir   string
	cmd   *exec.Cmd
	said  *os.File
	ended chan struct{}
}

// start runs a program in the foreground until the test ends.
func (n *Net) start(dir, program string, args ...string) *Server {
	n.tb.Helper()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		n.tb.Fatal(err)
	}
	s := &Server{tb: n.tb, dir: dir, said: log, ended: make(chan struct{})}
	s.cmd = exec.Command(sbin(program), args...)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = dir, log, log
	if err := s.cmd.Start(); err != nil {
		n.tb.Fatal(err)
	}
	lease := s.guard()
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	n.tb.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
		lease()
		_ = log.Close()
	})
	return s
}

// guard is a process that ends the server when the test dies without cleaning
// up. What it returns ends the guard.
func (s *Server) guard() func() {
	g := exec.Command("/bin/sh", "-c", "read _; kill -9 "+strconv.Itoa(s.cmd.Process.Pid)+" 2>/dev/null")
	in, err := g.StdinPipe()
	if err != nil {
		s.tb.Fatal(err)
	}
	if err := g.Start(); err != nil {
		s.tb.Fatal(err)
	}
	return func() {
		_ = g.Process.Kill()
		_ = in.Close()
		_ = g.Wait()
	}
}

// ready waits until a condition holds, which the server's start brings about.
func (s *Server) ready(what string, ok func() bool) {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-s.ended:
			s.tb.Fatalf("%s ended:\n%s", what, s.log())
		case <-ctx.Done():
			s.tb.Fatalf("%s doesn't answer:\n%s", what, s.log())
		}
	}
}

func (s *Server) log() string {
	text, _ := os.ReadFile(s.said.Name())
	return string(text)
}

// write puts a file into the server's folder.
func (s *Server) write(name, text string) { write(s.tb, s.dir, name, text) }

func write(tb testing.TB, dir, name, text string) {
	tb.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// fill puts values into a template: "{name}".
func fill(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}
