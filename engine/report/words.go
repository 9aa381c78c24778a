package report

import (
	"mxodus/engine"
)

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
