package lab

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Command is one command that a server is about to carry out.
type Command struct {
	Name   string // LOGIN, SELECT, EXAMINE, STATUS, LIST, CREATE, APPEND, FETCH, ...
	User   string
	Folder string // with the server's own separator; empty where there is none
	// N counts the APPENDs that this server got to see since its counters were
	// reset, from 1; 0 for other commands.
	N int
}

// OnCommand has decide look at every command before it is carried out, from
// many goroutines at once. nil lets it pass; else the error is the answer: one
// of [No], [Bad], [Throttled], [Bye] and [Silence].
func (s *Server) OnCommand(decide func(Command) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decision = decide
}

func (s *Server) decide(c Command, w *wire) error {
	s.mu.Lock()
	decide := s.decision
	s.mu.Unlock()
	s.carriedOut(c.Name)
	if decide == nil {
		return nil
	}
	err := decide(c)
	switch err {
	case errSilence:
		w.silence()
	case nil:
	default:
		if bye, isBye := err.(byeError); isBye {
			return w.bye(string(bye))
		}
	}
	return err
}

// No refuses a command: "NO [code] text". code may be empty.
func No(code, text string) error { return no(imap.ResponseCode(code), text) }

// Bad says that a command makes no sense: "BAD text".
func Bad(text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeBad, Text: text}
}

// Throttled refuses a command as Exchange Online does, with a wait that is to
// be kept.
func Throttled(wait time.Duration) error { return No("", throttledText(wait)) }

func throttledText(wait time.Duration) string {
	return fmt.Sprintf("Request is throttled. Suggested Backoff Time: %d milliseconds", wait.Milliseconds())
}

type byeError string

func (b byeError) Error() string { return "BYE " + string(b) }

// Bye says "BYE text" and ends the connection.
func Bye(text string) error { return byeError(text) }

var errSilence = fmt.Errorf("silence")

// Silence keeps the connection open and never says another word on it.
func Silence() error { return errSilence }
