package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mxodus/engine"
)

// number writes n with commas: 1,204.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count is a number with its noun: 1 message, 2 messages.
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "x"):
		return number(n) + " " + noun + "es"
	}
	return number(n) + " " + noun + "s"
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// size writes bytes with a unit that fits: 2.1 GB. The units are powers of 1,024.
func size(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1024, 0
	for v >= 999.5 && unit < 3 {
		v /= 1024
		unit++
	}
	name := [...]string{"KB", "MB", "GB", "TB"}[unit]
	if v < 9.95 {
		return fmt.Sprintf("%.1f %s", v, name)
	}
	return fmt.Sprintf("%.0f %s", v, name)
}

// span writes a duration as a person says it.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < 100*time.Second:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	case d < 48*time.Hour:
		d = d.Round(time.Minute)
		if m := int(d.Minutes()) % 60; m != 0 {
			return fmt.Sprintf("%d h %d min", int(d.Hours()), m)
		}
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+0.5))
}

// percent is a share, never rounded to 100 or 0 when it isn't.
func percent(part, whole int) string {
	switch {
	case whole == 0:
		return "–"
	case part == whole:
		return "100 %"
	case part == 0:
		return "0 %"
	}
	switch v := 100 * float64(part) / float64(whole); {
	case v < 0.1:
		return "< 0.1 %"
	case v > 99.9:
		return "> 99.9 %"
	default:
		return fmt.Sprintf("%.1f %%", v)
	}
}

// outcomes in the order of a reader's interest.
var outcomes = []struct{ code, word string }{
	{"missing", "missing"}, {"changed", "different at the new server"}, {"failed", "failed"}, {"new", "new since the last run"},
	{"skipped", "left out"}, {"moved", "moved since"}, {"deleted", "deleted since"},
}

func outcomeOrder(code string) int {
	for i, o := range outcomes {
		if o.code == code {
			return i
		}
	}
	return len(outcomes)
}

func outcomeWord(code string) string {
	for _, o := range outcomes {
		if o.code == code {
			return o.word
		}
	}
	return clean(code, 20)
}

// reasonText is a reason in words, also of outcomes that have no code.
func reasonText(outcome string, r engine.Reason) string {
	if r != "" {
		return clean(r.Text(), 300)
	}
	switch outcome {
	case "missing":
		return "should be at the new server, and is not"
	case "changed":
		return "its bytes differ at the new server"
	case "new":
		return "came after the last complete run"
	case "moved":
		return "was moved to another folder at the new server after it had been brought there"
	case "deleted":
		return "was deleted at the new server after it had been brought there"
	}
	return outcomeWord(outcome)
}

// proofText says how messages were proven.
func proofText(code string) string {
	switch code {
	case "bytes":
		return "byte for byte"
	case "identity":
		return "by Message-ID, date, sender, recipients and subject"
	case "message-id":
		return "by Message-ID and date: the new server rewrites messages as it stores them, so bytes can't be compared"
	}
	return "not verified"
}

func kindWord(kind string) string {
	switch kind {
	case "full":
		return "first copy"
	case "delta":
		return "what was new"
	case "verify":
		return "verification"
	case "undo":
		return "taken back"
	}
	return kind
}
