package report

import (
	"fmt"
	"strings"

	"mxodus/engine/say"
)

// tongue is a language that report.html is written in. Texts stand in the code
// and in the template in English, and are looked up by that; a test finds every
// one that a language lacks.
type tongue struct {
	say.Language
	nouns map[string][2]string // by the English singular: for one, for others
	texts map[string]string    // by the English
}

// tongueOf knows a language by its code, also as de-AT; English stands for all
// that it doesn't know.
func tongueOf(code string) tongue {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(code)), "_", "-"), "-")
	switch base {
	case "de":
		return tongue{say.German, germanNouns, germanTexts}
	case "fr":
		return tongue{say.French, frenchNouns, frenchTexts}
	case "es":
		return tongue{say.Spanish, spanishNouns, spanishTexts}
	}
	return tongue{Language: say.English, nouns: englishNouns}
}

var englishNouns = map[string][2]string{"run that found nothing new": {"run that found nothing new", "runs that found nothing new"}}

// text is an English text in the language, with its blanks (%s) filled in.
func (t tongue) text(english string, args ...any) string {
	if own, ok := t.texts[english]; ok {
		english = own
	}
	if len(args) == 0 {
		return english
	}
	return fmt.Sprintf(english, args...)
}

// pick is text for one, or for any other number.
func (t tongue) pick(n int, one, many string, args ...any) string {
	if n == 1 || n == 0 && t.Code == "fr" {
		return t.text(one, args...)
	}
	return t.text(many, args...)
}

// said is a text of the engine's, which is kept in English: in the language where
// it is known, else as it is. Several stand one after the other, with semicolons.
func (t tongue) said(english string) string {
	parts := strings.Split(english, "; ")
	for i, p := range parts {
		parts[i] = t.text(p)
	}
	return strings.Join(parts, "; ")
}

// count is a number with its noun.
func (t tongue) count(n int, noun string) string {
	forms, ok := t.nouns[noun]
	if !ok {
		_, many, _ := strings.Cut(say.Count(0, noun), " ")
		forms = [2]string{noun, many}
	}
	return t.Count(n, forms[0], forms[1])
}
