package tui

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"mxodus/engine"
)

// plainOrder is what columns without a header are taken for, by their number.
var plainOrder = [][]string{
	1: {"EmailAddress"},
	2: {"EmailAddress", "Password"},
	3: {"EmailAddress", "UserName", "Password"},
	4: {"EmailAddress", "UserName", "Password", "DestinationPassword"},
	5: {"EmailAddress", "UserName", "Password", "DestinationUserName", "DestinationPassword"},
	6: {"EmailAddress", "UserName", "Password", "DestinationUserName", "DestinationPassword", "DisplayName"},
}

// readRows reads users as people paste them: cells apart by tabs, semicolons or
// commas, quoted or not, with a line of headers or without. Lines are numbered
// as in text.
func readRows(text string) ([]engine.UserRow, []engine.RowError) {
	table, lines, fault := readCells(text)
	if fault != nil {
		return nil, []engine.RowError{*fault}
	}
	if len(table) == 0 {
		return nil, []engine.RowError{{Line: 1, What: "There is nothing to read.", Do: "Give one line for each user."}}
	}
	if !isHeader(table[0]) {
		table, lines = withHeader(table), append([]int{0}, lines...)
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.WriteAll(table); err != nil {
		return nil, []engine.RowError{{Line: 1, What: "The rows can't be read: " + clean(err.Error()) + "."}}
	}
	rows, errs := engine.ReadUsers(strings.NewReader(out.String()))
	original := func(line int) int {
		if line < 1 || line > len(lines) {
			return line
		}
		return max(1, lines[line-1])
	}
	for i := range rows {
		rows[i].Line = original(rows[i].Line)
	}
	for i := range errs {
		errs[i].Line = original(errs[i].Line)
	}
	return rows, errs
}

// readCells splits text into cells, one record a line, and says at which line
// of text each record began.
func readCells(text string) (table [][]string, lines []int, fault *engine.RowError) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return table, lines, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, nil, &engine.RowError{Line: bad.StartLine, What: "A quoted cell does not end.", Do: "Look for a \" without its other half."}
		}
		if err != nil {
			return nil, nil, &engine.RowError{Line: len(lines) + 1, What: "The rows can't be read."}
		}
		line, _ := r.FieldPos(0)
		for i, c := range cells { // one record stays one line
			cells[i] = strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(c))
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
			continue
		}
		table, lines = append(table, cells), append(lines, line)
	}
}

// separator is what stands between the cells of the first line that has any.
func separator(text string) rune {
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case strings.ContainsRune(line, '\t'):
			return '\t'
		case strings.Count(line, ";") > strings.Count(line, ","):
			return ';'
		case strings.ContainsRune(line, ','):
			return ','
		}
	}
	return ','
}

// isHeader says whether cells name columns: nobody's row lacks an address.
func isHeader(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(c, "@") })
}

// withHeader names the columns of rows that came without names.
func withHeader(table [][]string) [][]string {
	most := 1
	for _, cells := range table {
		most = max(most, len(cells))
	}
	head := slices.Clone(plainOrder[min(most, len(plainOrder)-1)])
	if most <= 2 { // who gives no log-in name signs in with the address
		head = append(head, "UserName")
		for i, cells := range table {
			for len(cells) < most {
				cells = append(cells, "")
			}
			table[i] = append(cells, cells[0])
		}
	}
	if most == 1 {
		head = append(head, "Password")
		for i := range table {
			table[i] = append(table[i], "")
		}
	}
	return append([][]string{head}, table...)
}
