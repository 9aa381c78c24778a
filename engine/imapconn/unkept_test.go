package imapconn

import (
	"errors"
	"testing"

	"mxodus/engine"
)

// TestAFolderWhoseNumbersNobodyKeepsIsReadAllTheSame is about Courier's folders
// that were never opened with SELECT: every EXAMINE gives a later UIDVALIDITY.
func TestAFolderWhoseNumbersNobodyKeepsIsReadAllTheSame(t *testing.T) {
	for name, c := range map[string]struct {
		greeting string
		was      *engine.Status // its UIDVALIDITY is 7, now it is 9
		read     bool
	}{
		"only time went by":      {"Courier-IMAP ready.", &engine.Status{Messages: 2, UIDNext: 3}, true},
		"another make":           {"Dovecot ready.", &engine.Status{Messages: 2, UIDNext: 3}, false},
		"mail came":              {"Courier-IMAP ready.", &engine.Status{Messages: 1, UIDNext: 2}, false},
		"it kept numbers before": {"Courier-IMAP ready.", &engine.Status{Messages: 2, UIDNext: 8}, false},
		"nobody knows":           {"Courier-IMAP ready.", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{}
			s.answer = func(c *scriptConn, verb, _ string) {
				if verb == "EXAMINE" {
					c.opened(2, 9)
					return
				}
				c.say("* 1 FETCH (UID 1 BODY[] {3}\r\none)")
				c.ok()
			}
			src := openSource(t, s)
			src.info.Greeting = c.greeting
			req := request(1)
			req.Folder.Status = c.was
			bodies, failed, err := fetchAll(t, src, req)
			if err != nil || (bodies[1] == "one") != c.read || errors.Is(failed[1], engine.ErrUIDValidity) == c.read {
				t.Errorf("%v %v %v", bodies, failed, err)
			}
		})
	}
}

func TestAnEarlierUIDVALIDITYIsAlwaysARenumbering(t *testing.T) {
	src := openSource(t, &script{})
	src.info.Greeting = "Courier-IMAP ready."
	f := folder("X")
	f.Status = &engine.Status{Messages: 2, UIDNext: 3}
	if !src.renumbered(f, 7, engine.Status{Messages: 2, UIDValidity: 6}) {
		t.Error("a clock doesn't go back")
	}
}
