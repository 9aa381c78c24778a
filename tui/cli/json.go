package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mxodus/engine"
)

// line writes one JSON object on a line of its own. Whatever isn't printable is
// escaped, so that a name from a server can't speak to the terminal, and yet
// arrives exactly. It may be called from any goroutine.
func (a *app) line(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		a.log.Error("a line could not be encoded", "error", err)
		return
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	_, _ = a.out.Write(escapeUnprintable([]byte(engine.ForFile(b.String(), inJSON(a.ours)))))
}

// inJSON is s as it stands within a string of JSON.
func inJSON(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b[1 : len(b)-1])
}

// escapeUnprintable turns what a terminal might obey into \u escapes.
func escapeUnprintable(line []byte) []byte {
	ascii := true
	for _, c := range line {
		ascii = ascii && c < 0x7f
	}
	if ascii {
		return line
	}
	var b bytes.Buffer
	for i, w := 0, 0; i < len(line); i += w {
		var r rune
		r, w = utf8.DecodeRune(line[i:])
		if r == '\n' || r < 0x7f || unicode.IsPrint(r) && !strings.ContainsRune(bidi, r) {
			b.Write(line[i : i+w])
			continue
		}
		b.WriteString(jsonEscape(r))
	}
	return b.Bytes()
}

// bidi are the marks that turn the direction of text.
const bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func jsonEscape(r rune) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for _, u := range utf16Of(r) {
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hex[u>>shift&15])
		}
	}
	return b.String()
}

func utf16Of(r rune) []rune {
	if r < 0x10000 {
		return []rune{r}
	}
	r -= 0x10000
	return []rune{0xd800 + r>>10, 0xdc00 + r&0x3ff}
}

// seconds is a duration as JSON has it; nil when not known.
func seconds(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	s := float64(d.Round(time.Millisecond)) / float64(time.Second)
	return &s
}

// instant is a time as JSON has it; nil when not known.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.Round(time.Millisecond)
	return &t
}

type jsonFault struct {
	Code string   `json:"code"`
	What string   `json:"what"`
	Do   string   `json:"do,omitempty"`
	Who  string   `json:"who,omitempty"`
	Said string   `json:"said,omitempty"`
	Side string   `json:"side,omitempty"`
	Wait *float64 `json:"wait_seconds,omitempty"`
	// Fingerprint is of a certificate that was refused.
	Fingerprint string `json:"fingerprint,omitempty"`
}

func faultJSON(f *engine.Fault) *jsonFault {
	if f == nil {
		return nil
	}
	return &jsonFault{Code: string(f.Code), What: said(f.What, f), Do: f.Do, Who: f.Who, Said: f.Said, Side: string(f.Side), Wait: seconds(f.Wait), Fingerprint: refused(f)}
}

// lineError is the last line of a command that failed.
func (a *app) lineError(err error, code int) {
	if !a.opts.json {
		return
	}
	type errorLine struct {
		Type string `json:"type"`
		*jsonFault
		Details []string `json:"details,omitempty"`
		Exit    int      `json:"exit"`
	}
	f := explain(err)
	var wrong *usageError
	var details []string
	switch code {
	case ExitUsage:
		f = &engine.Fault{Code: "usage", What: engine.Clean(err.Error(), 500)}
		if errors.As(err, &wrong) {
			f.Do, details = wrong.do, wrong.lines
		}
	case ExitInterrupted:
		f = &engine.Fault{Code: "interrupted", What: "Interrupted.", Do: "Run it again to go on."}
	}
	a.line(errorLine{"error", faultJSON(f), details, code})
}
