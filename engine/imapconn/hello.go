package imapconn

import (
	"context"
	"slices"
	"strings"

	"mxodus/engine"
)

// hello reads the greeting, unless STARTTLS swallowed it, and the capabilities.
func (c *conn) hello(ctx context.Context, greeted bool) error {
	return c.raw(ctx, "read the greeting", func(r *rawIO) error {
		offered := ""
		if !greeted {
			var err error
			if offered, err = c.greet(r); err != nil {
				return err
			}
		}
		if offered == "" {
			return c.askCapability(r)
		}
		c.setCaps(offered)
		return nil
	})
}

// greet reads the greeting (RFC 3501 section 7.1): OK, PREAUTH or BYE. offered
// is what it says of capabilities.
func (c *conn) greet(r *rawIO) (offered string, err error) {
	c.guard.takeOff("", flight{}) // no command has an empty tag
	rep, err := r.next()
	if err != nil {
		return "", err
	}
	c.guard.land(&reply{})
	s := statusOf(rep.line)
	c.info.Greeting = engine.Clean(s.text, maxSaid)
	switch {
	case rep.tag != "" || !rep.isStatus() || rep.kind == "NO" || rep.kind == "BAD":
		return "", notIMAPFault(engine.Endpoint{Host: c.info.Host}, rep.line)
	case rep.kind == "BYE":
		return "", byeFault(&byeError{engine.Clean(s.words(), maxSaid)})
	case rep.kind == "PREAUTH":
		return "", preauthFault(c.info.Greeting)
	case s.code == "CAPABILITY":
		return s.arg, nil
	}
	return "", nil
}

// askCapability is CAPABILITY (RFC 3501 section 6.1.1).
func (c *conn) askCapability(r *rawIO) error {
	tag := r.command("CAPABILITY", "")
	if err := r.flush(); err != nil {
		return err
	}
	_, err := r.wait(tag, c.hearCapability)
	return err
}

func (c *conn) hearCapability(rep *reply) error {
	if rep.kind == "CAPABILITY" {
		c.setCaps(string(rep.line))
	}
	return nil
}

// setCaps takes a new list of capabilities in place of the old one.
func (c *conn) setCaps(list string) {
	c.capSet = map[string]bool{}
	c.info.Capabilities = nil
	for _, w := range strings.Fields(strings.ToUpper(list)) {
		w = engine.Clean(w, 100)
		if !c.capSet[w] && len(c.capSet) < 500 {
			c.capSet[w] = true
			c.info.Capabilities = append(c.info.Capabilities, w)
		}
	}
	c.info.LiteralPlus = c.capSet["LITERAL+"]
	c.info.MultiAppend = c.capSet["MULTIAPPEND"]
	c.info.UIDPlus = c.capSet["UIDPLUS"]
	c.info.CondStore = c.capSet["CONDSTORE"] || c.capSet["QRESYNC"]
}

// hiddenCaps are not shown to go-imap: with the first ones it would send names in
// UTF-8, which nobody has enabled; replies to the others it doesn't get.
var hiddenCaps = []string{"IMAP4REV2", "UTF8=ACCEPT", "UTF8=ONLY", "ESEARCH", "SEARCHRES", "ESORT", "SORT", "METADATA", "ACL"}

// libGreeting is what go-imap is told in place of the server's greeting: that we
// are signed in, and the capabilities, so that it asks for nothing by itself.
func (c *conn) libGreeting() string {
	caps := []string{"IMAP4rev1"}
	for _, w := range c.info.Capabilities {
		if w != "IMAP4REV1" && !slices.Contains(hiddenCaps, w) && isAtom(w) {
			caps = append(caps, w)
		}
	}
	return "* PREAUTH [CAPABILITY " + strings.Join(caps, " ") + "] signed in\r\n"
}

// isAtom says that s is an atom also to go-imap (RFC 3501 section 9).
func isAtom(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`(){%*"\]`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}
