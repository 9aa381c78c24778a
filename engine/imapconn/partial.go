package imapconn

import (
	"strconv"
	"strings"
)

// Some servers, Yahoo's among them, work on so many messages in one command and no
// more (MESSAGELIMIT, RFC 9738): of a longer list they say OK and give a part.

// perCommand is how many messages may be named in one command.
func (s *session) perCommand() int {
	for c := range s.caps() {
		if value, ok := strings.CutPrefix(c, "MESSAGELIMIT="); ok {
			if n, _ := strconv.Atoi(value); n > 0 {
				return n
			}
		}
	}
	return 1<<31 - 1
}

// partial is the lowest UID that the server came to, if it gave a part only
// (section 3); it goes from the highest down. 0: it gave all.
func partial(st status) uint32 {
	if st.code != "MESSAGELIMIT" {
		return 0
	}
	_, low, _ := strings.Cut(st.arg, " ")
	return uint32(codeNumber(strings.TrimSpace(low), 32))
}

// goOn asks for what stands below the part that came, until all of it has.
func (sc *scanning) goOn() error {
	for sc.low > sc.from && sc.out.Err == nil && sc.wanted == nil {
		sc.upTo, sc.low = sc.low-1, 0
		if err := sc.ask(); err != nil {
			return err
		}
		if err := sc.p.drain(); err != nil {
			return err
		}
		if sc.low > sc.upTo { // it does not come on
			break
		}
	}
	return nil
}
