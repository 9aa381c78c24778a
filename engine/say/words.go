package say

import (
	"fmt"
	"strconv"
	"strings"
)

// Number is n with commas: 96,770.
func Number(n int) string { return grouped(n, ",") }

// grouped is n with something between its thousands.
func grouped(n int, between string) string {
	s, sign := strconv.Itoa(n), ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + between + s[i:]
	}
	return sign + s
}

// Count is a number with its regular noun: 1 message, 2 messages, 3 mailboxes.
func Count(n int, noun string) string {
	if strings.HasSuffix(noun, "x") || strings.HasSuffix(noun, "s") {
		return Either(n, noun, noun+"es")
	}
	return Either(n, noun, noun+"s")
}

// Either is a number with the words for one, or those for any other number:
// 1 message is, 2 messages are.
func Either(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Is, Was and Needs are the verbs that go with n.
func Is(n int) string    { return verb(n, "is", "are") }
func Was(n int) string   { return verb(n, "was", "were") }
func Needs(n int) string { return verb(n, "needs", "need") }

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// PerSecond is a rate without its unit: 4.2, 1,204.
func PerSecond(v float64) string {
	if v > 0 && v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return Number(int(v + 0.5))
}

// Percent is a share, never rounded to 100 or 0 when it isn't.
func Percent(part, whole int) string { return percent(part, whole, ".") }

func percent(part, whole int, decimal string) string {
	switch {
	case whole == 0:
		return "–"
	case part == whole:
		return "100 %"
	case part == 0:
		return "0 %"
	}
	s := ""
	switch v := 100 * float64(part) / float64(whole); {
	case v < 0.1:
		s = "< 0.1 %"
	case v > 99.9:
		s = "> 99.9 %"
	default:
		s = fmt.Sprintf("%.1f %%", v)
	}
	return strings.Replace(s, ".", decimal, 1)
}

// Size is bytes with a unit that fits: 2.1 GB. Units are powers of 1,024, as
// mail servers mean their limits.
func Size(n int64) string {
	v, unit := scaled(n)
	switch name := [...]string{"B", "KB", "MB", "GB", "TB", "PB"}[unit]; {
	case unit == 0:
		return strconv.FormatInt(n, 10) + " " + name
	case v < 9.95:
		return fmt.Sprintf("%.1f %s", v, name)
	default:
		return fmt.Sprintf("%.0f %s", v, name)
	}
}

// scaled is n in the unit that leaves at most three digits, or four below 1,024
// bytes, and how many powers of 1,024 that unit is.
func scaled(n int64) (v float64, unit int) {
	if v = float64(n); n < 1024 {
		return v, 0
	}
	for v, unit = v/1024, 1; v >= 999.5 && unit < 5; unit++ {
		v /= 1024
	}
	return v, unit
}
