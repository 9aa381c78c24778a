package imapconn

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// throttler answers commands of one name by a wait of so many milliseconds.
func throttler(verb string, wait int) *script {
	s := &script{caps: "LITERAL+ UIDPLUS"}
	s.answer = func(c *scriptConn, got, args string) {
		if got == verb {
			c.say("%s NO Request is throttled. Suggested Backoff Time: %d milliseconds", c.tag, wait)
			return
		}
		c.ok()
	}
	return s
}

// TestAWaitHoldsForEveryConnectionIntoTheMailbox: who hasn't heard of it sends
// nothing either, nor does anybody sign in anew; another mailbox is free.
func TestAWaitHoldsForEveryConnectionIntoTheMailbox(t *testing.T) {
	s := throttler("STATUS", 60_000)
	at := s.start(t)
	d := NewDialer(engine.Project{Destination: at.endpoint}, openVault{engine.SecretName(engine.SideDestination, 1): "sun", engine.SecretName(engine.SideDestination, 2): "sun"}, engine.DialOptions{})
	open := func(id int64, name string) (*session, error) {
		c, err := d.open(t.Context(), engine.SideDestination, engine.User{ID: id, Address: name, SourceLogin: name})
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = c.Close() })
		return newSession(c), nil
	}
	first, err := open(1, "anna")
	if err != nil {
		t.Fatal(err)
	}
	second, _ := open(1, "anna")
	other, _ := open(2, "bob")
	errs := []error{first.raw(t.Context(), "look", func(r *rawIO) error {
		p := &pipeline{r: r}
		if err := p.send("STATUS", func(r *rawIO) { r.folder("X") }, nil, nil); err != nil {
			return err
		}
		return p.drain()
	})}
	heard := len(s.commands())
	_, err = second.Folders(t.Context())
	errs = append(errs, err)
	_, err = second.Headers(t.Context(), engine.ScanRequest{Folder: engine.Folder{Wire: "X"}}, nil)
	errs = append(errs, err)
	_, err = second.Scan(t.Context(), []engine.ScanRequest{{Folder: engine.Folder{Wire: "X"}}}, nil)
	errs = append(errs, err)
	_, _, err = first.Create(t.Context(), []engine.CreateRequest{{Wire: "Y", Create: true}})
	errs = append(errs, err)
	errs = append(errs, first.Store(t.Context(), engine.Folder{Wire: "X"}, 0, nil), second.Remove(t.Context(), engine.Folder{Wire: "X"}, 0, []uint32{1}))
	_, err = open(1, "anna")
	errs = append(errs, err)
	for i, err := range errs {
		if f := engine.AsFault(err); f == nil || f.Code != engine.CodeThrottled || f.Class != engine.Retry || f.Wait <= 50*time.Second || f.Until.IsZero() {
			t.Errorf("call %d: %+v", i, f)
		}
	}
	got, err := appendAll(t, second, numbered(3))
	if f := engine.AsFault(got[0].Err); err != nil || outcomes(got)[engine.Refused] != 3 || f.Wait <= 50*time.Second {
		t.Errorf("messages: %v %+v", err, got)
	}
	if n := len(s.commands()); n != heard {
		t.Errorf("%q was sent within the wait", s.commands()[heard:])
	}
	if _, err := other.Folders(t.Context()); err != nil {
		t.Errorf("another mailbox waits too: %v", err)
	}
}

// TestAServerThatIsAwayWhileAFolderIsLookedForGivesItNoOtherName: that CREATE was
// refused, and that nobody could say whether the folder is there, are no reasons.
func TestAServerThatIsAwayWhileAFolderIsLookedForGivesItNoOtherName(t *testing.T) {
	s := &script{caps: "LITERAL+ UIDPLUS"}
	s.answer = func(c *scriptConn, verb, args string) {
		switch {
		case verb == "CREATE":
			c.say("%s NO it can't be", c.tag)
		case verb == "STATUS":
			c.say("%s NO Server Unavailable. 15", c.tag)
		default:
			c.ok()
		}
	}
	_, errs, err := openDest(t, s).Create(t.Context(), []engine.CreateRequest{{Wire: "Y", Create: true}})
	if f := engine.AsFault(err); f == nil || f.Class != engine.Retry || f.Code != engine.CodeUnavailable {
		t.Errorf("%v %v", err, errs)
	}
}

// TestAWaitBeforeTLSStopsNobodyElse: a server that asks to wait before it protects
// the connection is not one that offers no protection.
func TestAWaitBeforeTLSStopsNobodyElse(t *testing.T) {
	for _, verb := range []string{"CAPABILITY", "STARTTLS"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				slowPlain(c, verb)
			}
		}()
		e := engine.Endpoint{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: engine.StartTLS}
		d := NewDialer(engine.Project{Destination: e}, openVault{engine.SecretName(engine.SideDestination, 1): "sun"}, engine.DialOptions{})
		for range 2 { // the second time it isn't even called
			_, err = d.Destination(t.Context(), engine.User{ID: 1, Address: "anna", SourceLogin: "anna"})
			if f := engine.AsFault(err); f.Code != engine.CodeThrottled || f.Class != engine.Retry || f.Wait <= 50*time.Second || !strings.HasPrefix(f.What, "The new server asks") {
				t.Errorf("%s: %+v", verb, f)
			}
		}
	}
}

// slowPlain talks until the command that is throttled.
func slowPlain(c net.Conn, throttled string) {
	defer func() { _ = c.Close() }()
	_, _ = fmt.Fprint(c, "* OK ready\r\n")
	for r := bufio.NewScanner(c); r.Scan(); {
		tag, verb, _ := strings.Cut(r.Text(), " ")
		if verb == throttled {
			_, _ = fmt.Fprintf(c, "%s NO Request is throttled. Suggested Backoff Time: 60000 milliseconds\r\n", tag)
			return
		}
		_, _ = fmt.Fprintf(c, "* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n", tag)
	}
}
