package letter

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// mergeColumns are the first line of the file for a mail merge.
var mergeColumns = []string{"Address", "Name", "SignInName", "Language", "Shared", "Letter", "Subject", "Company", "Window", "CutOver", "LastDay",
	"HelpName", "HelpPhone", "HelpAddress", "HelpHours", "MessagesArrived", "MessagesLeftOut", "MessagesNotCopied", "LeftOut", "TooLarge", "FoldersRenamed", "Text"}

// merge is a CSV file with a row for each letter, as Word and spreadsheets read
// it: UTF-8 with a mark, CRLF.
func (m *Maker) merge(letters []Letter) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(mergeColumns) // a buffer takes everything
	for _, l := range letters {
		_ = w.Write(m.mergeRow(l))
	}
	w.Flush()
	return b.Bytes()
}

func (m *Maker) mergeRow(l Letter) []string {
	d, lang := l.Data, l.Language
	moment := func(there bool, write func(time.Time) string, t time.Time) string {
		if !there {
			return ""
		}
		return write(t.In(m.facts.zone))
	}
	window := ""
	if d.HasWindow {
		end := d.End
		if !end.IsZero() {
			end = end.In(m.facts.zone)
		}
		window = lang.Window(d.Start.In(m.facts.zone), end)
	}
	var folders []string
	for _, f := range d.Folders {
		folders = append(folders, f.From.clean()+" -> "+f.To.clean())
	}
	row := []string{l.To, l.Name, d.SignIn.clean(), lang.Code, strconv.FormatBool(d.Shared), string(l.Kind), l.Document.Subject, d.Company.clean(), window,
		moment(d.HasCutOver, lang.Moment, d.CutOver), moment(d.HasLastDay, lang.Day, d.LastDay), d.Help.Name.clean(), d.Help.Phone.clean(), d.Help.Address.clean(), d.Help.Hours.clean(),
		strconv.Itoa(d.Arrived), strconv.Itoa(d.Skipped), strconv.Itoa(d.Failed), messageLines(lang, d.Left), messageLines(lang, d.TooBig), strings.Join(folders, "\n"), l.Plain}
	for i := range row {
		row[i] = disarm(row[i])
	}
	return row
}

func messageLines(l Language, list []Message) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Subject.clean()+" ("+l.Date(m.Date)+", "+l.Size(m.Size)+")")
	}
	return strings.Join(out, "\n")
}

// disarm keeps a spreadsheet from taking text for a formula, by an apostrophe
// that shows the cell to be text.
func disarm(cell string) string {
	trimmed := strings.TrimLeft(cell, " \t\r\n\u00a0\ufeff")
	if trimmed != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(trimmed)[0]) || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}
