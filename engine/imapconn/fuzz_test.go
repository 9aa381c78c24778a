package imapconn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"mxodus/engine"
)

// played is a socket that gives prepared bytes, in small pieces, and takes
// anything.
type played struct {
	mu    sync.Mutex
	bytes []byte
	step  int
	begin chan struct{} // nothing is given before it is closed
}

func (p *played) Read(b []byte) (int, error) {
	<-p.begin
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.bytes) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.bytes[:min(len(p.bytes), p.step)])
	p.bytes = p.bytes[n:]
	return n, nil
}
func (p *played) Write(b []byte) (int, error)      { return len(b), nil }
func (p *played) Close() error                     { return nil }
func (p *played) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (p *played) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (p *played) SetDeadline(time.Time) error      { return nil }
func (p *played) SetReadDeadline(time.Time) error  { return nil }
func (p *played) SetWriteDeadline(time.Time) error { return nil }

// play is a conn that will read these bytes.
func play(b []byte, step int) (*conn, *played) {
	src := &played{bytes: b, step: max(step, 1), begin: make(chan struct{})}
	c := &conn{side: engine.SideSource, limits: limits{line: 16 << 10, name: 1 << 10, literal: 1 << 20}, hide: &hider{}, mark: "x", capSet: map[string]bool{}}
	c.guard = newGuard(src, src, c.limits, time.Minute, c.side, nil, newSpare())
	return c, src
}

// oddities are replies that servers have been seen to send, or might.
var oddities = []string{
	"* LIST () \"/\" INBOX\r\n", "* LIST (\\A a]b) \"\" \"x&y\"\r\n", "* LIST () NIL {3}\r\na\"b\r\n", "* LIST () \"/\" with (odd) \"name\"\r\n", "* LIST ((((\r\n",
	"* LSUB () \".\" x\r\n", "* STATUS \"x\" (MESSAGES 1 UIDNEXT 99999999999)\r\n", "* STATUS a b (MESSAGES 1)\r\n",
	"* 1 FETCH (UID 1 FLAGS (\\Seen a]b) INTERNALDATE NIL RFC822.SIZE -1 BODY[] {3}\r\nabc)\r\n", "* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n",
	"* 1 FETCH (UID 1 BODY[] NIL)\r\n", "* 1 FETCH (UID 1 BODY[] \"quoted\")\r\n", "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (DATE \"FROM\")] {0}\r\n)\r\n",
	"* 1 FETCH (UID 1 BODY[1.2.MIME]<0> {1}\r\nx BODY[] {1}\r\ny X (a {1}\r\n( b))\r\n", "* 1 FETCH (UID 1 INTERNALDATE \"30-Jun-2012 23:59:60\" BODY[] {1}\r\nx)\r\n",
	"* 1 FETCH (UID 99999999999)\r\n", "* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n", "* 1 FETCH (UID 1 MODSEQ (5) BODY[] {1}\r\nx)\r\n",
	"* 3 EXISTS\r\n", "* 0 RECENT\r\n", "* 1 EXPUNGE\r\n", "* FLAGS NIL\r\n", "* FLAGS (a \"b\" \\*)\r\n", "* SEARCH 1 2 x (MODSEQ 3)\r\n",
	"* NAMESPACE ((\"\" \"/\")(\"#x\" NIL \"X\" (\"y\"))) NIL ((\"a\" \"//\"))\r\n", "* NAMESPACE\r\n", "* QUOTA \"\" (STORAGE 1 2 X)\r\n", "* QUOTAROOT INBOX \"\" {1}\r\nx\r\n",
	"* CAPABILITY IMAP4rev1 A]B\r\n", "* OK [PERMANENTFLAGS (a]b \\*)] x\r\n", "* OK [UIDNEXT 99999999999] x\r\n", "* NO [ALERT\r\n", "* OK []\r\n", "* BYE [X] bye\r\n",
	"* WHAT\r\n", "+\r\n", "+ go\r\n", "\r\n", "   \r\n", "T1 OK done\r\n", "T2 OK [READ-ONLY] done\r\n", "T3 NO [OVERQUOTA] [x\r\n", "T4 BAD\r\n", "T5 OK [APPENDUID 1 2] x\r\n", "T9 OK\r\n",
	"x1 OK\r\n", "* OK \x00\r\x1b\r\n", "* LIST () \"/\" {9000000000}\r\n", "* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n", "* PREAUTH x\r\n", "* ESEARCH (TAG \"A\") ALL 1:2\r\n",
}

func seed(f *testing.F) {
	all := strings.Join(oddities, "")
	f.Add([]byte(all+"T1 OK\r\nT2 OK\r\nT3 OK\r\nT4 OK\r\nT5 OK\r\n"), 7)
	for i, o := range oddities {
		f.Add([]byte("* LIST () \"/\" a\r\n"+o+"* 7 FETCH (UID 7 BODY[] {1}\r\nx)\r\n"), i+1)
	}
}

// Whatever a server sends, go-imap gets replies that it can read, or the reason
// why nothing more comes.
func FuzzGoIMAPCanReadWhatTheGuardGives(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, step int) {
		defer time.AfterFunc(20*time.Second, func() { panic("stuck") }).Stop()
		c, src := play(b, step)
		c.guard.hand(c.libGreeting())
		client := imapclient.New(c.guard, nil)
		if err := client.WaitGreeting(); err != nil {
			t.Fatal(err)
		}
		// Tags T1 to T5.
		list := client.List("", "*", nil)
		fetch := client.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		sel := client.Select("x", nil)
		quota := client.GetQuotaRoot("INBOX")
		space := client.Namespace()
		close(src.begin)
		errs := make(chan error, 5)
		go func() { _, err := list.Collect(); errs <- err }()
		go func() { _, err := fetch.Collect(); errs <- err }()
		go func() { _, err := sel.Wait(); errs <- err }()
		go func() { _, err := quota.Wait(); errs <- err }()
		go func() { _, err := space.Wait(); errs <- err }()
		for range 5 {
			judge(t, c, <-errs)
		}
		<-client.Closed()
		judge(t, c, client.Close())
	})
}

// judge accepts refusals of the server and the guard's own reason to end.
func judge(t *testing.T, c *conn, err error) {
	t.Helper()
	var refused *imap.Error
	if err == nil || errors.As(err, &refused) || errors.Is(err, net.ErrClosed) {
		return
	}
	why := c.guard.why()
	if why != nil && strings.HasSuffix(err.Error(), "cannot decode while a literal is open") {
		return // what go-imap says when the end comes within a literal
	}
	if why == nil || !strings.HasSuffix(err.Error(), c.guard.firstCause().Error()) && !strings.HasSuffix(err.Error(), why.Error()) {
		t.Errorf("go-imap could not read what the guard gave: %v (guard: %v)", err, why)
	}
}

// firstCause is why without BYE's words.
func (g *guard) firstCause() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cause
}

// Whatever a server sends, reading it past go-imap ends, takes no more memory
// than the limits allow, and loses no place: the tag behind a good reply is
// found.
func FuzzRepliesPastGoIMAP(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, step int) {
		defer time.AfterFunc(20*time.Second, func() { panic("stuck") }).Stop()
		c, src := play(b, step)
		close(src.begin)
		err := c.raw(t.Context(), "ask", func(r *rawIO) error {
			tag := r.command("NOOP", "")
			if err := r.flush(); err != nil {
				return err
			}
			_, err := r.wait(tag, func(rep *reply) error { return readAll(t, rep) })
			return err
		})
		if err == nil && !bytes.Contains(b, []byte("x1 ")) {
			t.Error("a tag was found that wasn't there")
		}
		_ = c.guard.Close()
	})
}

// readAll reads all of a reply in one of the ways that there are.
func readAll(t *testing.T, rep *reply) error {
	var v value
	switch rep.kind {
	case "FETCH":
		return onlyEnds(rep.fetch(func(name []byte, v *value) error {
			if len(name) == 0 || v.kind == 0 {
				t.Errorf("item %q of kind %d", name, v.kind)
			}
			v.number()
			if len(name)%2 == 0 {
				_, _, err := v.bytes(64)
				return err
			}
			n, err := io.Copy(io.Discard, v.reader())
			if err == nil && v.kind == valLiteral && n != v.size {
				return fmt.Errorf("%d bytes of %d", n, v.size)
			}
			return err
		}))
	case "LIST", "LSUB", "STATUS", "NAMESPACE":
		for range 10_000 {
			if err := rep.value(&v); err != nil {
				return onlyEnds(err)
			}
		}
		t.Error("values without end")
	}
	return nil
}

// onlyEnds drops what says that a reply is bad.
func onlyEnds(err error) error {
	if _, bad := err.(*badReply); bad {
		return nil
	}
	return err
}
