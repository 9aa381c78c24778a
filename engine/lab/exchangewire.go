package lab

import (
	"bytes"
	"regexp"
)

// manners is what a wire changes in a server's replies, so that they are
// Exchange's. Its fields are guarded by the wire's mutex.
type manners struct {
	on      bool
	greeted bool
	inside  bool   // signed in
	notice  []byte // to be said before the next reply
	parts   bool   // the connection ends after the next reply ...
	last    []byte // ... and this
}

var capabilityList = regexp.MustCompile(`^(\* CAPABILITY |\S+ OK \[CAPABILITY )[^\]\r\n]*`)

func (w *wire) signedIn() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manners.inside = true
}

// remark is said before the next reply.
func (w *wire) remark(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manners.notice = []byte(line + "\r\n")
}

// part ends the connection with the next reply: BYE comes before it, or after.
func (w *wire) part(first bool) {
	const bye = "* BYE Connection closed.\r\n"
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manners.parts = true
	if first {
		w.manners.notice = []byte(bye)
		return
	}
	w.manners.last = []byte(bye)
}

// speak puts a reply into Exchange's words.
func (m *manners) speak(p []byte) []byte {
	if !m.on {
		return p
	}
	if !m.greeted {
		m.greeted = true
		return []byte("* OK The Microsoft Exchange IMAP4 service is ready. [TABBAEIAMABQAFIA]\r\n")
	}
	caps := exchangeBefore
	if m.inside {
		caps = exchangeAfter
	}
	if found := capabilityList.FindSubmatchIndex(p); found != nil {
		p = bytes.Join([][]byte{p[found[2]:found[3]], []byte(caps), p[found[1]:]}, nil)
	}
	if m.notice != nil {
		p = append(m.notice, p...)
		m.notice = nil
	}
	return append(p, m.last...)
}
