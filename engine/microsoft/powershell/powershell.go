// Package powershell writes what PowerShell scripts are made of: values that are
// quoted so that nothing in them can be run, comments, and files that Windows
// PowerShell 5.1 reads rightly. It runs nothing.
package powershell

import (
	"fmt"
	"strings"
	"unicode"

	"mxodus/engine"
)

// singleQuotes all begin and end a string for PowerShell, in any mixture.
const singleQuotes = "'‘’‚‛"

// Quote is s as an expression whose value is exactly s: a string in single
// quotes, in which PowerShell replaces nothing. What isn't printable is added by
// its number, in parentheses, so that a value stays on one line and shows what it
// is. Bytes that are no UTF-8 become U+FFFD.
func Quote(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	var parts []string
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			if strings.ContainsRune(singleQuotes, r) {
				b.WriteRune(r)
			}
			b.WriteRune(r)
			continue
		}
		parts = append(parts, "'"+b.String()+"'", fmt.Sprintf("[char]::ConvertFromUtf32(0x%X)", r))
		b.Reset()
	}
	last := "'" + b.String() + "'"
	if len(parts) == 0 {
		return last
	}
	return "(" + strings.Join(append(parts, last), " + ") + ")"
}

// List is an array of quoted values.
func List(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = Quote(v)
	}
	return "@(" + strings.Join(quoted, ", ") + ")"
}

// Comment is a comment of one line, whatever stands in text.
func Comment(text string) string { return "# " + engine.Clean(text, 0) }

// Encode is a script as a file: with a byte order mark, without which Windows
// PowerShell 5.1 reads anything but ASCII wrongly, and with the line ends of
// Windows.
func Encode(script string) []byte {
	script = strings.ReplaceAll(script, "\r\n", "\n")
	return []byte("\uFEFF" + strings.ReplaceAll(script, "\n", "\r\n"))
}
