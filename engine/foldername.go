package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNameBytes  = 240 // of one level in modified UTF-7; file systems end at 255
	maxNameStrict = 60  // characters of one level, where a longer name was refused
)

// cleanName makes one level of a path fit for the destination: no control
// characters, no separator, no wildcards (they can't be listed exactly), no
// blanks at the ends, not too long. The second result says in words what had to
// be changed; empty when nothing had.
func cleanName(name, separator string) (string, string) {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '/' || r == '*' || r == '%' || r == utf8.RuneError || r >= 0xd800 && r <= 0xdfff ||
			separator != "" && string(r) == separator {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	why := "it has characters that the new server can't take in a name"
	if clean == name {
		why = "a name can't begin or end with a blank"
	}
	clean = strings.TrimSpace(clean)
	if clean == "" || clean == "." || clean == ".." {
		if clean != "" {
			why = "a name can't be . or .., which lead elsewhere"
		}
		clean = strings.Repeat("_", max(1, len(clean)))
	}
	if short := cutName(clean, maxNameBytes); short != clean {
		clean, why = short, "its name is too long"
	}
	if clean == name {
		why = ""
	}
	return clean, why
}

// cutName shortens a name to that many bytes of modified UTF-7 (RFC 3501
// section 5.1.3), between characters.
func cutName(name string, most int) string {
	n := 0.0
	for i, r := range name {
		switch {
		case r >= 0x10000:
			n += 32.0 / 6
		case r >= 0x7f:
			n += 16.0 / 6
		default:
			n++
		}
		if i > 0 && r >= 0x7f { // an upper bound for "&" and "-"
			n += 0.5
		}
		if n > float64(most) && !unicode.IsMark(r) {
			return strings.TrimSpace(name[:i])
		}
	}
	return name
}

// StrictName is a plainer spelling of a path whose name was refused: letters,
// digits, blanks and "-_" only, and always another one than before. The same
// level becomes the same everywhere, so that folders stay below their parents.
func StrictName(path []string) []string {
	strict := make([]string, len(path))
	changed := false
	for i, name := range path {
		strict[i] = strictLevel(name)
		changed = changed || strict[i] != name
	}
	if !changed && len(strict) > 0 {
		strict[0] += "_" // the name itself is reserved
	}
	return strict
}

func strictLevel(name string) string {
	n := 0
	s := strings.Map(func(r rune) rune {
		if n++; n > maxNameStrict {
			return -1
		}
		if r < 0x10000 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) || r == ' ' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, name)
	if s = strings.TrimSpace(s); s == "" {
		return "_"
	}
	return s
}

// nameKey is equal for two names that a person, or a server that folds case and
// Unicode's two spellings of an accented letter, takes for the same.
func nameKey(name string) string {
	return strings.ReplaceAll(strings.ToLower(compose(strings.TrimSpace(name))), "i\u0307", "i") // Turkish İ
}

// compose joins letters with the accents that follow them: what Apple's
// programs write as two characters is one elsewhere. It knows the letters of
// folder names in Latin, Greek and Cyrillic script, kana and Hangul: enough to
// see that two names are the same, not for any other use.
func compose(s string) string {
	if isASCII(s) {
		return s
	}
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if n := len(out); n > 0 {
			if joined, ok := join(out[n-1], r); ok {
				out[n-1] = joined
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// join composes two characters.
func join(base, mark rune) (rune, bool) {
	switch {
	case base >= 0x1100 && base < 0x1113 && mark >= 0x1161 && mark < 0x1176: // Hangul, Unicode section 3.12
		return 0xac00 + ((base-0x1100)*21+mark-0x1161)*28, true
	case base >= 0xac00 && base < 0xd7a4 && (base-0xac00)%28 == 0 && mark > 0x11a7 && mark < 0x11c3:
		return base + mark - 0x11a7, true
	case mark == 0x3099 && strings.ContainsRune("かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホ", base):
		return base + 1, true
	case mark == 0x309a && strings.ContainsRune("はひふへほハヒフヘホ", base):
		return base + 2, true
	}
	pairs := accents[mark]
	for i, w := 0, 0; i < len(pairs); i += w {
		b, n := utf8.DecodeRuneInString(pairs[i:])
		j, k := utf8.DecodeRuneInString(pairs[i+n:])
		if b == base {
			return j, true
		}
		w = n + k
	}
	return 0, false
}

// accents are the combining characters, each with letters and what they become.
var accents = map[rune]string{
	0x300: "AÀEÈIÌOÒUÙaàeèiìoòuùNǸnǹ",
	0x301: "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώ",
	0x302: "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ",
	0x303: "AÃNÑOÕaãnñoõIĨiĩUŨuũ",
	0x304: "AĀaāEĒeēIĪiīOŌoōUŪuū",
	0x306: "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭИЙий",
	0x307: "CĊcċEĖeėGĠgġIİZŻzż",
	0x308: "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸЕЁеёІЇіїιϊυϋ",
	0x30a: "AÅaåUŮuů",
	0x30b: "OŐoőUŰuű",
	0x30c: "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzž",
	0x326: "SȘsșTȚtț",
	0x327: "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ",
	0x328: "AĄaąEĘeęIĮiįUŲuų",
}
