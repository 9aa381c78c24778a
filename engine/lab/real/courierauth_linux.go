package real

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// courierDoor is the daemon that Courier's sign-in asks about passwords. It
// speaks as much of the protocol of authdaemond as Courier's IMAP server uses.
type courierDoor struct {
	path     string
	mail     string
	who      owner
	listener net.Listener

	mu        sync.Mutex
	passwords map[string]string
}

func newCourierDoor(mail string, who owner) (*courierDoor, error) {
	d := &courierDoor{path: newSocketPath(), mail: mail, who: who, passwords: make(map[string]string)}
	l, err := net.Listen("unix", d.path)
	if err != nil {
		return nil, err
	}
	d.listener = l
	if err := os.Chmod(d.path, 0o666); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	go d.serve()
	return d, nil
}

func (d *courierDoor) close() { _ = d.listener.Close() }

// add makes a user and the maildir.
func (d *courierDoor) add(name, password string) error {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(d.mail, name, "Maildir", sub), 0o755); err != nil {
			return err
		}
	}
	if err := d.who.own(filepath.Join(d.mail, name)); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passwords[name] = password
	return nil
}

func (d *courierDoor) serve() {
	for {
		conn, err := d.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			_, _ = io.WriteString(conn, d.answer(bufio.NewReader(conn)))
		}()
	}
}

// answer reads settings, one a line, then "AUTH n" and n bytes of lines:
// service, method, name, password.
func (d *courierDoor) answer(r *bufio.Reader) string {
	size, isAuth := "", false
	for !isAuth {
		line, err := r.ReadString('\n')
		if err != nil {
			return ""
		}
		size, isAuth = strings.CutPrefix(strings.TrimSpace(line), "AUTH ")
	}
	n, err := strconv.Atoi(size)
	if err != nil || n > 64<<10 {
		return "FAIL\n"
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return "FAIL\n"
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) < 4 || lines[1] != "login" {
		return "FAIL\n"
	}
	d.mu.Lock()
	password, known := d.passwords[lines[2]]
	d.mu.Unlock()
	if !known || password != lines[3] {
		return "FAIL\n"
	}
	return fmt.Sprintf("UID=%d\nGID=%d\nHOME=%s\nADDRESS=%s\n.\n", d.who.uid, d.who.gid, filepath.Join(d.mail, lines[2]), lines[2])
}

// idleWatcher stands in for the daemon that tells Courier of changed folders.
// It never tells anything; but where it is missing, every log-in looks for it
// for more than a second.
type idleWatcher struct {
	id       string
	listener net.Listener
}

func newIdleWatcher(who owner) (*idleWatcher, error) {
	w := &idleWatcher{id: randomHex(6)}
	// The client connects to the whole of the address, zeros included.
	const addressBytes = 108
	name := "@/tmp/fam-" + who.name + "-" + w.id
	var err error
	w.listener, err = net.Listen("unix", name+strings.Repeat("\x00", addressBytes-len(name)))
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := w.listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn); _ = conn.Close() }()
		}
	}()
	return w, nil
}

func (w *idleWatcher) close() { _ = w.listener.Close() }
