package letter

import (
	"strings"
	"unicode"

	"mxodus/engine"
)

// Text comes from mail, from servers or from people. Printed by a template it
// stands on one line, has no control characters and no direction marks, and is
// never taken for markup.
type Text string

// maxText is the most characters that one piece of text may have.
const maxText = 600

// clean is the text as people read it.
func (t Text) clean() string { return engine.Clean(strings.TrimSpace(string(t)), maxText) }

// String is the text, escaped for markup. Templates call it.
func (t Text) String() string {
	var b strings.Builder
	for i, r := range t.clean() {
		if r < 0x80 && (unicode.IsPunct(r) || unicode.IsSymbol(r)) && !strings.ContainsRune(".,;@_()'\"&%+!?/", r) || i == 0 && !unicode.IsLetter(r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// raw is the text as it came: for comparing and addressing, never for showing.
func (t Text) raw() string { return string(t) }
