package letter

import (
	"fmt"
	"strings"
	_ "time/tzdata" // Windows has none

	"mxodus/engine"
	"mxodus/engine/say"
)

// Language is how one language writes what templates put in, and the few words
// that stand around letters.
type Language struct {
	say.Language
	noName string // of a message without a subject
	hidden string // of one whose subject isn't known
	// Footer stands below every letter; %s is the company.
	Footer  string
	reasons map[engine.Reason]string
	sheet   sheetWords
}

// sheetWords stand on the sheet of passwords.
type sheetWords struct{ Title, Name, SignIn, Password, Where, Hint, Cut string }

// Languages lists the languages that letters are written in.
func Languages() []Language { return []Language{english, german, french, spanish} }

// LanguageOf knows a language by its code, also as de-AT; empty is English.
func LanguageOf(code string) (Language, error) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(code)), "_", "-"), "-")
	if base == "" {
		base = "en"
	}
	for _, l := range Languages() {
		if l.Code == base {
			return l, nil
		}
	}
	return Language{}, fmt.Errorf("letters are written in en, de, fr and es, not in %q", engine.Clean(code, 20))
}

// Reason is why a message was left out.
func (l Language) Reason(r engine.Reason) string {
	if s, ok := l.reasons[r]; ok {
		return s
	}
	return r.Text()
}
