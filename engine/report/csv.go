package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// bom tells spreadsheets that the text is UTF-8.
const bom = "\ufeff"

// table writes CSV (RFC 4180) with lines that end in CR LF. Every cell is
// disarmed.
func table(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(bom)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = disarm(c)
		}
		_ = w.Write(cells) // a buffer never fails
	}
	w.Flush()
	return b.Bytes()
}

// disarm makes sure that a spreadsheet takes a cell for text: what begins like a
// formula gets an apostrophe before it. The full-width forms count too: some
// spreadsheets read them as the plain ones.
func disarm(s string) string {
	if s != "" && strings.ContainsRune("\t\r=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	if t := strings.TrimLeft(s, " \u00a0\u3000"); t != s { // some trim before they look
		return disarm(t)
	}
	return s
}

func (r Report) usersCSV() []byte {
	rows := [][]string{{"user", "name", "messages", "at_new_server", "copied", "present_before", "moved_since", "deleted_since", "left_out", "failed", "missing",
		"new", "changed", "bytes", "bytes_at_new_server", "folders", "first_copy", "latest_copy", "verified", "proof", "state", "note", "proven_by_bytes", "proven_by_meaning", "proven_by_identity", "receipts_silenced", "dates_moved",
		"contents_compared_before", "by_bytes_before", "by_meaning_before"}}
	for _, u := range r.Users {
		f, was := u.Figures, cmp.Or(u.Contents, &engine.ProvenContents{})
		rows = append(rows, []string{u.Address, u.Name, digits(f.Messages), digits(f.AtNew()), digits(f.Copied), digits(f.Present), digits(f.Moved),
			digits(f.Deleted), digits(f.LeftOut), digits(f.Failed), digits(f.Missing), digits(f.New), digits(f.Changed), strconv.FormatInt(f.Bytes, 10),
			strconv.FormatInt(f.There, 10), digits(f.Folders), r.stamp(u.First), r.stamp(u.Last), r.stamp(u.At), u.Proof, string(u.Grade), u.Why,
			digits(u.Proven.Bytes), digits(u.Proven.Meaning), digits(u.Proven.Identity), digits(u.ReceiptsSilenced), digits(u.DatesMoved), r.stamp(was.At), digits(was.Bytes), digits(was.Meaning)})
	}
	return table(rows)
}

func (r Report) messagesCSV() []byte {
	rows := [][]string{{"user", "folder", "date", "subject", "bytes", "state", "reason", "server_said", "uid"}}
	for _, u := range r.Users {
		for _, m := range u.Messages {
			rows = append(rows, []string{u.Address, m.Folder, r.stamp(m.Date), m.Subject, strconv.FormatInt(m.Size, 10), m.Outcome, m.Reason, m.Said,
				strconv.FormatUint(uint64(m.UID), 10)})
		}
		if u.More > 0 {
			rows = append(rows, []string{u.Address, "", "", "", "", "", say.Count(u.More, "more message") + " of this kind, not listed", "", ""})
		}
	}
	return table(rows)
}

func digits(n int) string { return strconv.Itoa(n) }

// stamp is a time as spreadsheets know it, in the report's zone.
func (r Report) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(r.zoneOr()).Format("2006-01-02 15:04:05")
}
