package engine

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unicode"
)

// argumentNames are names that people give files, and some that nobody should.
var argumentNames = []string{
	"acme.mxodus", "Müller & Söhne.mxodus", "C:\\Users\\Anna Rossi\\acme.mxodus", `\\server\share\acme.mxodus`, "cost$x.mxodus", "my cost$x (2).mxodus",
	"a$$b", "$home.mxodus", "a$(whoami).mxodus", "100%PATH%.mxodus", "%PATH%.mxodus", "o'brien.mxodus", "the “best” one.mxodus", "‘so’.mxodus",
	"a`b.mxodus", "-x.mxodus", "@x.mxodus", "a;b|c>d.mxodus", "a^b!c.mxodus", "#x", "~x", "*?", "", " ", "C:\\my dir\\", `C:\my dir\$x y`, `C:\a b\100% c`, "{a}", "a,b", "x=y", "日本.mxodus",
}

func TestArgumentComesThroughTheShellOfUnix(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	for _, name := range argumentNames {
		written := ArgumentFor("linux", name)
		if err != nil {
			continue
		}
		got, err := exec.CommandContext(t.Context(), sh, "-c", "printf '%s|' "+written).Output()
		if err != nil || string(got) != name+"|" {
			t.Errorf("%q written as %s became %q, %v", name, written, got, err)
		}
	}
}

func TestArgumentComesThroughTheShellsOfWindows(t *testing.T) {
	for _, name := range argumentNames {
		written := ArgumentFor("windows", name)
		if got, err := powershellReads(written); err != nil || got != name {
			t.Errorf("%q written as %s became %q in PowerShell: %v", name, written, got, err)
		}
		if strings.HasPrefix(written, "'") { // right for PowerShell alone
			continue
		}
		if got, err := cmdReads(written); err != nil || got != name {
			t.Errorf("%q written as %s became %q in cmd: %v", name, written, got, err)
		}
	}
	for _, both := range []string{"acme.mxodus", "Müller & Söhne.mxodus", "cost$x.mxodus", "my cost$x (2).mxodus", "100%PATH%.mxodus", "o'brien.mxodus", `C:\my dir\cost$x y`} {
		if written := ArgumentFor("windows", both); strings.HasPrefix(written, "'") {
			t.Errorf("%s can't be pasted in cmd", written)
		}
	}
}

// powershellReads is what PowerShell hands to a program for one argument: by its
// rules for the tokens of commands and for strings.
func powershellReads(s string) (string, error) {
	r := []rune(s)
	var out strings.Builder
	quotedFirst := len(r) > 0 && strings.ContainsRune(singleQuotes+doubleQuotes, r[0])
	for i := 0; i < len(r); {
		switch c := r[i]; {
		case strings.ContainsRune(singleQuotes, c):
			for i++; ; i++ {
				if i >= len(r) {
					return "", errors.New("no closing quote")
				}
				if strings.ContainsRune(singleQuotes, r[i]) {
					if i+1 < len(r) && strings.ContainsRune(singleQuotes, r[i+1]) {
						i++
					} else {
						break
					}
				}
				out.WriteRune(r[i])
			}
			i++
		case strings.ContainsRune(doubleQuotes, c):
			for i++; ; i++ {
				if i >= len(r) {
					return "", errors.New("no closing quote")
				}
				if strings.ContainsRune(doubleQuotes, r[i]) {
					break
				}
				if r[i] == '`' || r[i] == '$' && i+1 < len(r) && startsVariable(r[i+1]) {
					return "", fmt.Errorf("%c is replaced", r[i])
				}
				out.WriteRune(r[i])
			}
			i++
		case i == 0 && strings.ContainsRune("@#<>", c), strings.ContainsRune(" $`(){};,|&><", c):
			return "", fmt.Errorf("%c isn't quoted", c)
		default:
			out.WriteRune(c)
			i++
			continue
		}
		if quotedFirst && i < len(r) {
			return "", errors.New("two arguments")
		}
	}
	// what a program gets: with blanks in it, within quotes, by the C runtime
	got := out.String()
	if strings.Contains(got, " ") && !strings.HasSuffix(s, "'") {
		return cRuntimeReads(`"` + got + `"`), nil
	}
	return got, nil
}

func startsVariable(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_?^$:{(", r)
}

// cmdReads is what cmd and then the C runtime make of one argument.
func cmdReads(s string) (string, error) {
	if strings.Contains(s, "%PATH%") {
		return "", errors.New("a variable is replaced")
	}
	quoted := false
	for _, r := range s {
		if r == '"' {
			quoted = !quoted
		} else if !quoted && strings.ContainsRune(" &|<>^()", r) {
			return "", fmt.Errorf("%c isn't quoted", r)
		}
	}
	if quoted {
		return "", errors.New("no closing quote")
	}
	return cRuntimeReads(s), nil
}

func cRuntimeReads(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		n := 0
		for i < len(s) && s[i] == '\\' {
			n++
			i++
		}
		if i < len(s) && s[i] == '"' {
			out.WriteString(strings.Repeat(`\`, n/2))
			if n%2 == 1 {
				out.WriteByte('"')
			}
			continue
		}
		out.WriteString(strings.Repeat(`\`, n))
		if i < len(s) {
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

func TestCommandsNameTheProjectsFile(t *testing.T) {
	for words, want := range map[string]string{
		"See: mxodus dns FILE. Or mxodus microsoft users FILE --create": "See: mxodus dns 'a b'. Or mxodus microsoft users 'a b' --create",
		"run with --trace FILE":                     "run with --trace FILE",
		"mxodus set FILE --client-secret-file FILE": "mxodus set 'a b' --client-secret-file FILE",
	} {
		if got := ForFile(words, "'a b'"); got != want {
			t.Errorf("%s", got)
		}
	}
	if got := ForFile("mxodus dns FILE", ""); got != "mxodus dns FILE" {
		t.Error(got)
	}
}
