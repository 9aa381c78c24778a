package report

import (
	"fmt"

	"mxodus/engine"
	"mxodus/engine/say"
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
		return "is different at the new server"
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
		return "by their bytes, apart from line ends"
	case "meaning":
		return "by what they say (date, sender, subject, text, names and contents of attachments): the new server writes messages anew, so bytes can't be compared"
	case "identity":
		return "by Message-ID, date, sender, recipients and subject"
	case "message-id":
		return "by Message-ID and date: the new server rewrites messages as it stores them, so bytes can't be compared"
	}
	return "not verified"
}

// comparedText says how the messages of a mailbox were proven, and what was altered
// of them on the way.
func comparedText(u User) string {
	text := proofText(u.Proof)
	if by := u.Proven.Identity; by > 0 && u.Proven.Bytes+u.Proven.Meaning > 0 {
		text += fmt.Sprintf("; %s of %s by Message-ID and date only", say.Number(by), say.Number(by+u.Proven.Bytes+u.Proven.Meaning))
	}
	text += "."
	if n := u.ReceiptsSilenced; n > 0 {
		text += fmt.Sprintf(" On the way, %s lost the request for a read receipt, as was asked for.", say.Count(n, "message"))
	}
	if n := u.DatesMoved; n > 0 {
		text += fmt.Sprintf(" The new server can't hold the date of arrival of %s: it has the nearest that it can.", say.Count(n, "message"))
	}
	if u.KeepsNoDates {
		text += " The new server keeps no dates of arrival: its messages have that of the copy."
	}
	return text
}

// doubtfulRow is one message of the table of those that were compared in part.
type doubtfulRow struct {
	Mailbox string
	Message
}

// doubtfulMost is how many of them are listed; all are in report.json.
const doubtfulMost = 30

func doubtfulRows(users []User) (rows []doubtfulRow) {
	for _, u := range users {
		for _, m := range u.Doubtful {
			if len(rows) < doubtfulMost {
				rows = append(rows, doubtfulRow{u.Address, m})
			}
		}
	}
	return rows
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
