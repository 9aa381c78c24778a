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

func (t tongue) outcome(code string) string {
	for _, o := range outcomes {
		if o.code == code {
			return t.said(o.word)
		}
	}
	return clean(code, 20)
}

// reason is a reason in words, also of outcomes that have no code.
func (t tongue) reason(outcome string, r engine.Reason) string {
	if r != "" {
		return t.said(clean(r.Text(), 300))
	}
	switch outcome {
	case "missing":
		return t.text("should be at the new server, and is not")
	case "changed":
		return t.text("is different at the new server")
	case "new":
		return t.text("came after the last complete run")
	case "moved":
		return t.text("was moved to another folder at the new server after it had been brought there")
	case "deleted":
		return t.text("was deleted at the new server after it had been brought there")
	}
	return t.outcome(outcome)
}

// proof says how messages were proven.
func (t tongue) proof(code string) string {
	switch code {
	case "bytes":
		return t.text("by their bytes, apart from line ends")
	case "meaning":
		return t.text("by what they say (date, sender, subject, text, names and contents of attachments): the new server writes messages anew, so bytes can't be compared")
	case "identity":
		return t.text("by Message-ID, date, sender, recipients and subject")
	case "message-id":
		return t.text("by Message-ID and date: the new server rewrites messages as it stores them, so bytes can't be compared")
	}
	return t.text("not verified")
}

// compared says how the messages of a mailbox were proven, and what was altered
// of them on the way.
func (r Report) compared(u User) string {
	t := r.t
	text := t.proof(u.Proof)
	if by := u.Proven.Identity; by > 0 && u.Proven.Bytes+u.Proven.Meaning > 0 {
		text += t.text("; %s of %s by Message-ID and date only", t.Number(by), t.Number(by+u.Proven.Bytes+u.Proven.Meaning))
	}
	text += "."
	if u.Contents != nil {
		text += " " + r.comparedBefore(*u.Contents)
	}
	if n := u.ReceiptsSilenced; n > 0 {
		text += " " + t.text("On the way, %s lost the request for a read receipt, as was asked for.", t.count(n, "message"))
	}
	if n := u.DatesMoved; n > 0 {
		text += " " + t.text("Date of arrival that the new server can't hold: %s; each has the nearest that it can.", t.count(n, "message"))
	}
	if u.KeepsNoDates {
		text += " " + t.text("The new server keeps no dates of arrival: its messages have that of the copy.")
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

func (t tongue) kind(kind string) string {
	switch kind {
	case "full":
		return t.text("first copy")
	case "delta":
		return t.text("what was new")
	case "verify":
		return t.text("verification")
	case "undo":
		return t.text("taken back")
	}
	return kind
}
