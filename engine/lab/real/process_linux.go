package real

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// owner is the ordinary user whose processes the servers are: ourselves, or
// nobody when we are root.
type owner struct {
	name, group string
	uid, gid    int
	drop        bool // we are root, and the child must change to it
}

func ordinaryUser() (owner, error) {
	u, err := user.Current()
	if err == nil && u.Uid == "0" {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return owner{}, err
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		return owner{}, err
	}
	o := owner{name: u.Username, group: g.Name, drop: os.Geteuid() == 0}
	o.uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return owner{}, err
	}
	o.gid, err = strconv.Atoi(u.Gid)
	return o, err
}

// own gives everything below dir to the ordinary user.
func (o owner) own(dir string) error {
	if !o.drop {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, o.uid, o.gid)
	})
}

// command is a command of the ordinary user's, in a process group of its own.
func (o owner) command(dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + dir, "LC_ALL=C.UTF-8", "TZ=UTC"}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if o.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
	}
	return cmd
}

// process is a server's master process and all that it started.
type process struct {
	cmd    *exec.Cmd
	guard  *exec.Cmd
	lease  *os.File // the guard ends the group when the other end closes
	exited chan struct{}
	ended  chan struct{} // closed by stop
}

// guardScript ends the process group $1 when its own input ends, and removes the
// server's files: whatever ends the test, a panic and kill -9 included, ends the
// servers too.
const guardScript = `read _; kill -TERM -$1; sleep 2; kill -KILL -$1; rm -rf "$2" "$3"`

// launch starts a server's first process, with its output going to a log.
func (s *Server) launch(cmd *exec.Cmd, logName string) (*process, error) {
	log, err := os.OpenFile(s.path(logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, exited: make(chan struct{}), ended: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(p.exited) }()
	if err := p.watch(s.dir, s.mail); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *process) watch(dir, mail string) error {
	in, lease, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	p.lease = lease
	p.guard = exec.Command("/bin/sh", "-c", guardScript, "guard", strconv.Itoa(p.cmd.Process.Pid), dir, mail)
	p.guard.Stdin = in
	p.guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.guard.Start(); err != nil {
		p.guard = nil
		return fmt.Errorf("guard: %w", err)
	}
	return nil
}

// stop ends the server and all of its children. It may be called twice.
func (p *process) stop() {
	select {
	case <-p.ended:
		return
	default:
		close(p.ended)
	}
	if p.guard != nil {
		_ = p.guard.Process.Kill()
		_ = p.guard.Wait()
	}
	group := -p.cmd.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(3 * time.Second):
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-p.exited
	if p.lease != nil {
		_ = p.lease.Close()
	}
	waitGone(group)
}

// waitGone waits until no process of the group is left: their files are about
// to be removed.
func waitGone(group int) {
	for range 300 {
		if errors.Is(syscall.Kill(group, 0), syscall.ESRCH) {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
}
