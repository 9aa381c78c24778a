package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// rawSide is one end of a raw copy.
type rawSide struct {
	address        string
	tls            *tls.Config
	user, password string
}

// rawConn speaks just enough IMAP to be fast: it answers nothing, checks
// nothing, and survives nothing. It is the bound that mxodus is held against,
// and what fills a server before a measurement.
type rawConn struct {
	net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
	tags int
}

// dialRaw connects, reads the greeting and signs in.
func dialRaw(ctx context.Context, s rawSide) (*rawConn, error) {
	d := tls.Dialer{Config: s.tls}
	conn, err := d.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, err
	}
	c := &rawConn{Conn: conn, r: bufio.NewReaderSize(conn, 256<<10), w: bufio.NewWriterSize(conn, 256<<10)}
	if _, err := c.r.ReadSlice('\n'); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := c.do("LOGIN " + strconv.Quote(s.user) + " " + strconv.Quote(s.password)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// send queues a command without waiting for its answer.
func (c *rawConn) send(command string) {
	c.tags++
	_, _ = fmt.Fprintf(c.w, "%d %s\r\n", c.tags, command)
}

// do sends one command and waits for its OK.
func (c *rawConn) do(command string) error {
	c.send(command)
	if err := c.w.Flush(); err != nil {
		return err
	}
	return c.await(1)
}

// await reads until n tagged replies have come; each must be OK.
func (c *rawConn) await(n int) error {
	for n > 0 {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if line[0] == '*' || line[0] == '+' {
			continue
		}
		if _, rest, _ := bytes.Cut(line, []byte(" ")); !bytes.HasPrefix(rest, []byte("OK")) {
			return fmt.Errorf("raw program: %s", bytes.TrimSpace(line))
		}
		n--
	}
	return nil
}

// rawCopy moves folders, which the destination lacks, with one connection each
// way: every FETCH in one flight, every APPEND (LITERAL+) as soon as its bytes
// are there, every reply read while more is sent. It keeps flags and dates,
// and returns how many messages the destination has acknowledged.
func rawCopy(ctx context.Context, from, to rawSide, folders []string) (int, error) {
	dialled := make(chan error, 1)
	var src *rawConn
	go func() {
		var err error
		src, err = dialRaw(ctx, from)
		dialled <- err
	}()
	dst, err := dialRaw(ctx, to)
	if err := errors.Join(<-dialled, err); err != nil {
		return 0, err
	}
	defer func() { _, _ = src.Close(), dst.Close() }()

	for _, f := range folders {
		if f != "INBOX" {
			dst.send("CREATE " + strconv.Quote(f))
		}
		src.send("EXAMINE " + strconv.Quote(f))
		src.send("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])")
	}
	if err := src.w.Flush(); err != nil {
		return 0, err
	}
	sent := make(chan int, 1<<16) // commands whose answers are still to be read
	sent <- dst.tags - 1          // the log-in was answered
	acknowledged := make(chan error, 1)
	go func() { acknowledged <- dst.awaitAll(sent) }()
	n, err := relayAll(src, dst, folders, sent)
	close(sent)
	if err != nil {
		_ = dst.Close() // no more answers will come
	}
	return n, errors.Join(err, <-acknowledged)
}

func relayAll(src, dst *rawConn, folders []string, sent chan<- int) (n int, err error) {
	for _, f := range folders {
		k, err := relay(src, dst, f, sent)
		if n += k; err != nil {
			return n, err
		}
	}
	return n, dst.w.Flush()
}

func (c *rawConn) awaitAll(sent <-chan int) error {
	for n := range sent {
		if err := c.await(n); err != nil {
			return errors.Join(err, c.Close())
		}
	}
	return nil
}

// relay turns the answers to one EXAMINE and one FETCH into APPENDs.
func relay(src, dst *rawConn, folder string, sent chan<- int) (n int, err error) {
	for tagged := 0; tagged < 2; {
		line, err := src.r.ReadString('\n')
		if err != nil {
			return n, err
		}
		if line[0] != '*' {
			if tagged++; !strings.Contains(line, " OK ") {
				return n, fmt.Errorf("raw program: %s", line)
			}
			continue
		}
		size, isMessage := literalSize(line)
		if !isMessage {
			continue
		}
		_, _ = fmt.Fprintf(dst.w, "%d APPEND %q (%s) %q {%d+}\r\n", dst.tags+1, folder,
			strings.ReplaceAll(between(line, "FLAGS (", ")"), `\Recent`, ""), between(line, `INTERNALDATE "`, `"`), size)
		dst.tags++
		if _, err := io.CopyN(dst.w, src.r, size); err != nil {
			return n, err
		}
		if _, err := dst.w.WriteString("\r\n"); err != nil {
			return n, err
		}
		if src.r.Buffered() == 0 { // nothing more to take for now
			if err := dst.w.Flush(); err != nil {
				return n, err
			}
		}
		if _, err := src.r.ReadSlice('\n'); err != nil { // the ")" behind the literal
			return n, err
		}
		sent <- 1
		n++
	}
	return n, nil
}

// literalSize reads the {123} at the end of a FETCH line.
func literalSize(line string) (int64, bool) {
	line = strings.TrimRight(line, "\r\n")
	i := strings.LastIndexByte(line, '{')
	if i < 0 || !strings.HasSuffix(line, "}") {
		return 0, false
	}
	n, err := strconv.ParseInt(line[i+1:len(line)-1], 10, 64)
	return n, err == nil
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

// rawFill stores messages, given as how many of which size in which folder.
func rawFill(ctx context.Context, to rawSide, set []rawFolder) error {
	c, err := dialRaw(ctx, to)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	sent := make(chan int, 1<<16)
	done := make(chan error, 1)
	go func() { done <- c.awaitAll(sent) }()
	for _, f := range set {
		if f.name != "INBOX" {
			c.send("CREATE " + strconv.Quote(f.name))
			sent <- 1
		}
		for i, size := range f.sizes {
			c.tags++
			_, _ = fmt.Fprintf(c.w, "%d APPEND %q (\\Seen) %q {%d+}\r\n", c.tags, f.name, rawDate(i).Format("02-Jan-2006 15:04:05 -0700"), size)
			_, _ = c.w.Write(rawMessage(f.name, i, size))
			_, _ = c.w.WriteString("\r\n")
			sent <- 1
		}
	}
	if err := c.w.Flush(); err != nil {
		return err
	}
	close(sent)
	return <-done
}

// rawFolder is one folder to fill: a message of each size.
type rawFolder struct {
	name  string
	sizes []int
}

func rawDate(i int) time.Time {
	return time.Date(2021, 3, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(i) * 37 * time.Minute)
}

// rawMessage is message i of a folder: exactly size bytes, unlike any other.
func rawMessage(folder string, i, size int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Anna <anna%d@old.example>\r\nTo: ben@old.example\r\nSubject: Offer %d, %s\r\n", i%50, i, folder)
	fmt.Fprintf(&b, "Message-ID: <%d.%s@old.example>\r\nDate: %s\r\n", i, folder, rawDate(i).Format(time.RFC1123Z))
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	for b.Len() < size-80 {
		b.WriteString("The quick brown fox jumps over the lazy dog, and then once more, at work.\r\n")
	}
	for b.Len() < size-2 {
		b.WriteByte('.')
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
