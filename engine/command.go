package engine

import (
	"regexp"
	"runtime"
	"strings"
	"unicode"
)

// Argument is s as one argument of a command that is shown to be copied: as it is
// where that is safe, else quoted for the shells of this system, sh and its kin, or
// both cmd and PowerShell. What can't be shown is escaped as Clean does it.
func Argument(s string) string { return ArgumentFor(runtime.GOOS, s) }

// ArgumentFor is Argument for another system, by Go's name of it.
func ArgumentFor(system, s string) string {
	s = Clean(s, 1000)
	switch plain := isWord(s); {
	case system == "windows" && plain:
		return s
	case system == "windows":
		return windowsArgument(s)
	case plain && !strings.Contains(s, `\`):
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// isWord says that no shell sees anything in s but letters.
func isWord(s string) bool {
	for _, r := range s {
		if !isWordRune(r) {
			return false
		}
	}
	return s != "" && s[0] != '@' && s[0] != '=' // begin a splat in PowerShell, a path in zsh
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`_-+.:/\@=`, r)
}

const (
	// PowerShell takes each of these for the quote that it looks like.
	doubleQuotes = "\"“”„"
	singleQuotes = "'‘’‚‛"
)

// windowsArgument quotes s so that cmd, PowerShell and the C runtime's rules all
// give back s. Within double quotes PowerShell would still replace $x and cmd
// %x%: there the quotes end behind the sign. Where nothing is right for both, it
// is right for PowerShell, which opens by default.
func windowsArgument(s string) string {
	switch {
	case strings.ContainsAny(s, doubleQuotes+"`"):
		return powershellArgument(s)
	case !strings.ContainsAny(s, "$%"):
		return `"` + twiceAtEnd(s) + `"`
	case !isWord(s[:1]): // what begins with a quote ends with it in PowerShell
		return powershellArgument(s)
	}
	return pieces(s)
}

func powershellArgument(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(singleQuotes, r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	return "'" + b.String() + "'"
}

// twiceAtEnd doubles the backslashes that would escape the closing quote.
func twiceAtEnd(s string) string {
	return s + strings.Repeat(`\`, len(s)-len(strings.TrimRight(s, `\`)))
}

// pieces quotes only what must be, each piece for itself: a"$"b.
func pieces(s string) string {
	var done, plain, quoted string
	var last rune
	for _, r := range s {
		switch {
		case last == '$' && strings.ContainsRune("$({?^", r):
			return powershellArgument(s)
		case isWordRune(r) && quoted != "":
			done, plain, quoted = done+`"`+quoted+`"`, string(r), ""
		case isWordRune(r):
			plain += string(r)
		case quoted == "": // a backslash before a quote would escape it
			before := strings.TrimRight(plain, `\`)
			done, quoted = done+before, plain[len(before):]+string(r)
		default:
			quoted += string(r)
		}
		last = r
	}
	if quoted != "" {
		return done + `"` + quoted + `"`
	}
	return done + plain
}

// ownCommand finds our commands that name the project's file by a word in its place.
var ownCommand = regexp.MustCompile(`\b(mxodus (?:[a-z-]+ )+)FILE\b`)

// ForFile puts a project's file into the commands that words advise, where a fault,
// which knows of no file, says FILE. file is quoted already, as Argument does it; an
// empty one changes nothing.
func ForFile(words, file string) string {
	if file == "" {
		return words
	}
	return ownCommand.ReplaceAllStringFunc(words, func(s string) string { return strings.TrimSuffix(s, "FILE") + file })
}
