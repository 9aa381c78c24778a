package imapconn

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// traceFile is the file of --trace. It is opened by the first connection, for
// appending, with mode 0600. Lines of many connections are mixed; each begins
// with the time, the connection and the direction.
type traceFile struct {
	path string

	mu    sync.Mutex
	file  *os.File
	conns int
}

// newTraceFile makes no file yet; nil for an empty path.
func newTraceFile(path string) *traceFile {
	if path == "" {
		return nil
	}
	return &traceFile{path: path}
}

// connection starts the trace of one more connection. Its error is a
// *engine.Fault: who asked for a trace gets one, or is told.
func (t *traceFile) connection(name string, hide *hider) (*tracer, error) {
	if t == nil {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		f, err := engine.OpenTrace(t.path)
		if err != nil {
			return nil, err
		}
		t.file = f
	}
	t.conns++
	return &tracer{to: t, name: fmt.Sprintf("%s#%d", name, t.conns), hide: hide}, nil
}

func (t *traceFile) write(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = t.file.Write(b) // a full disk must not stop the mail
}

// tracer writes the lines of one connection; nil writes none.
type tracer struct {
	to   *traceFile
	name string
	hide *hider
}

// traceMost is what is shown of one line, bytes.
const traceMost = 2000

// server is what takes a server's lines; nil when there is no trace.
func (t *tracer) server() func(line []byte) {
	if t == nil {
		return nil
	}
	return func(line []byte) {
		t.put("S:", string(line[:min(len(line), traceMost)]), literalMark(line), len(line) > traceMost)
	}
}

// client takes a line of ours. hidden blanks all that follows the command and,
// of AUTHENTICATE, the mechanism.
func (t *tracer) client(line []byte, hidden bool) {
	if t == nil {
		return
	}
	s := string(line[:min(len(line), traceMost)])
	if hidden || isSecretCommand(line) {
		s = blank(s)
	}
	t.put("C:", s, literalMark(line), len(line) > traceMost)
}

func (t *tracer) put(dir, s string, literal int64, cut bool) {
	var b strings.Builder
	b.WriteString(time.Now().Format("15:04:05.000 "))
	b.WriteString(t.name + " " + dir + " ")
	b.WriteString(engine.Clean(t.hide.scrub(s), 0))
	if cut {
		b.WriteString(" …")
	}
	if literal >= 0 {
		b.WriteString(" <" + strconv.FormatInt(literal, 10) + " bytes>")
	}
	b.WriteByte('\n')
	t.to.write([]byte(b.String()))
}

// isSecretCommand says that a line is LOGIN or AUTHENTICATE, whoever sent it.
func isSecretCommand(line []byte) bool {
	words := bytes.Fields(line[:min(len(line), 200)])
	return len(words) > 2 && (bytes.EqualFold(words[1], []byte("LOGIN")) || bytes.EqualFold(words[1], []byte("AUTHENTICATE")))
}

// blank keeps tag, command and mechanism of a line that signs in, and nothing
// of any other.
func blank(s string) string {
	words := strings.Fields(s)
	keep := 0
	if len(words) > 2 {
		switch strings.ToUpper(words[1]) {
		case "LOGIN":
			keep = 2
		case "AUTHENTICATE":
			keep = 3
		}
	}
	if keep >= len(words) {
		return strings.Join(words, " ")
	}
	return strings.Join(append(words[:keep:keep], stars), " ")
}
