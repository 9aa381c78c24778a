package engine

import (
	"cmp"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The columns of a users' file, in the order in which pasted text without a
// header has them.
const (
	colAddress     = "EmailAddress"
	colLogin       = "UserName"
	colPassword    = "Password"
	colRoot        = "UserRoot"
	colDestLogin   = "DestinationUserName"
	colDestPass    = "DestinationPassword"
	colDisplayName = "DisplayName"
)

var userColumns = [...]string{colAddress, colLogin, colPassword, colRoot, colDestLogin, colDestPass, colDisplayName}

// usersReader is one users' file being read.
type usersReader struct {
	columns   []string // by position; empty: not known
	rows      []UserRow
	errs      []RowError
	delimiter byte
}

func readUsers(raw []byte, pasted bool) ([]UserRow, []RowError) {
	r := &usersReader{}
	table := r.table(raw)
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	if pasted && !isHeader(table[0]) {
		r.columns = userColumns[:3]
	} else {
		if !r.header(table[0]) {
			return nil, r.errs
		}
		table = table[1:]
		if len(table) == 0 {
			r.fail(0, "", "it names the columns, but no user", "Write a line for each user below the first.")
		}
	}
	for _, row := range table {
		r.row(row, pasted)
	}
	r.duplicates()
	slices.SortStableFunc(r.errs, func(a, b RowError) int { return cmp.Compare(a.Line, b.Line) })
	return r.rows, r.errs
}

// table cuts a file into rows that hold something. When it is no table, an error
// says so.
func (r *usersReader) table(raw []byte) []cellRow {
	if len(raw) > maxUsersBytes {
		r.fail(0, "", "the file is larger than 10 MB", "This is no list of users: look whether it is the right file.")
		return nil
	}
	text, delimiter := detectDelimiter(decodeText(raw))
	r.delimiter = delimiter
	rows := splitCells(text, delimiter)
	switch {
	case len(rows) == 0:
		r.fail(0, "", "there is nothing in it", "Write a first line with "+strings.Join(userColumns[:3], ",")+", and a line for each user.")
	case len(rows) > maxUsersRows+1:
		r.fail(0, "", "there are more than 50,000 rows", "This is no list of users: look whether it is the right file.")
	}
	return rows
}

func (r *usersReader) fail(line int, column, what, do string) {
	r.errs = append(r.errs, RowError{Line: line, Column: column, What: what, Do: do})
}

// detectDelimiter finds what stands between columns: what a first line "sep=;"
// (Excel) says, else what makes most sense of the first line with anything in
// it.
func detectDelimiter(text string) (rest string, delimiter byte) {
	first := ""
	for line := range strings.Lines(text) {
		if first = strings.TrimRight(line, "\r\n"); strings.TrimSpace(first) != "" {
			break
		}
	}
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") && strings.HasPrefix(text, first) && strings.ContainsRune(",;\t|", rune(first[4])) {
		return text[len(first):], first[4] // the line end stays: lines count on
	}
	best := 0
	delimiter = ','
	for _, d := range []byte{'\t', ';', ','} {
		if n := sense(first, d); n > best {
			best, delimiter = n, d
		}
	}
	if best > 0 {
		return text, delimiter
	}
	most := 1
	for _, d := range []byte{'\t', ';', ','} {
		if cells, _, _ := nextRow(first, d); len(cells) > most {
			most, delimiter = len(cells), d
		}
	}
	return text, delimiter
}

// sense is how much sense a first line makes with a delimiter: known columns
// count most; without any, its first cell should be an address.
func sense(first string, delimiter byte) int {
	cells, _, _ := nextRow(first, delimiter)
	n := 0
	for _, c := range cells {
		if meaningOf(c.text) != "" {
			n += 2
		}
	}
	if what, _ := unfitAddress(strings.TrimSpace(cells[0].text)); n == 0 && len(cells) > 1 && what == "" {
		return 1
	}
	return n
}

// isHeader says that a row names at least one column.
func isHeader(row cellRow) bool {
	return slices.ContainsFunc(row.cells, func(c cell) bool { return columnOf(c.text) != "" })
}

// columnOf is the column that a header cell names, however it is written.
func columnOf(text string) string {
	for _, name := range userColumns {
		if lettersOf(text) == lettersOf(name) {
			return name
		}
	}
	return ""
}

// header reads the first line; false when no row can be read without it.
func (r *usersReader) header(row cellRow) bool {
	known := strings.Join(userColumns[:], ", ")
	if !isHeader(row) {
		r.fail(row.line, "", "the first line must name the columns", "Put this line on top: "+strings.Join(userColumns[:3], ","))
		return false
	}
	for i, c := range row.cells {
		name := columnOf(c.text)
		switch {
		case c.isEmpty(): // a column without a name, and without anything in it
		case name == "":
			r.fail(row.line, "", "the name of column "+strconv.Itoa(i+1)+" is not known", "Take the column out, or name it as one of: "+known+".")
		case slices.Contains(r.columns, name):
			r.fail(row.line, name, "there are two columns of this name", "Take one of them out.")
		}
		r.columns = append(r.columns, name)
	}
	if !slices.Contains(r.columns, colAddress) {
		r.fail(row.line, colAddress, "this column is missing", "Add it: the address of each user at the new server.")
		return false
	}
	return true
}

// row reads one user.
func (r *usersReader) row(row cellRow, pasted bool) {
	before := len(r.errs)
	cells := row.cells
	for len(cells) > len(r.columns) && cells[len(cells)-1].isEmpty() {
		cells = cells[:len(cells)-1]
	}
	value := map[string]string{}
	broken := false
	for i, c := range cells[:min(len(cells), len(r.columns))] {
		name := r.columns[i]
		if what, do := unfitCell(c); what != "" {
			broken = broken || c.broken != ""
			r.fail(row.line, cmp.Or(name, "column "+strconv.Itoa(i+1)), what, do)
			continue
		}
		value[name] = c.text
		if name != colPassword && name != colDestPass {
			value[name] = strings.TrimSpace(c.text)
		}
	}
	short := pasted && len(cells) < len(r.columns)
	if len(cells) != len(r.columns) && !short && !broken {
		r.fail(row.line, "", "it has "+strconv.Itoa(len(cells))+" columns instead of "+strconv.Itoa(len(r.columns)),
			"Fill the row up, or put a cell that holds the separator between quotes.")
		return
	}
	if len(r.errs) > before {
		return
	}
	hasLogin := slices.Contains(r.columns, colLogin) && !short
	r.user(row.line, value, hasLogin)
}

// user checks what a row says.
func (r *usersReader) user(line int, v map[string]string, hasLogin bool) {
	if what, do := unfitAddress(v[colAddress]); what != "" {
		r.fail(line, colAddress, what, do)
		return
	}
	login := v[colLogin]
	if login == "" && hasLogin {
		r.fail(line, colLogin, "it is empty", "Write the user's log-in name at the old server.")
		return
	}
	r.rows = append(r.rows, UserRow{Line: line, SourcePassword: Secret(v[colPassword]), DestinationPassword: Secret(v[colDestPass]),
		User: User{Address: v[colAddress], DisplayName: v[colDisplayName], SourceLogin: cmp.Or(login, v[colAddress]),
			DestinationLogin: v[colDestLogin], UserRoot: v[colRoot]}})
}

// unfitAddress is what is wrong with an address, and what to do.
func unfitAddress(address string) (what, do string) {
	do = "Write it like anna@acme.example."
	if address == "" {
		return "it is empty", do
	}
	parsed, err := mail.ParseAddress(address)
	at := strings.LastIndexByte(address, '@')
	switch {
	case at < 0:
		return "this is no address: it has no @", do
	case err != nil || parsed.Address != address || parsed.Name != "" || len(address) > 254 || strings.ContainsAny(address, `/\<>:"|?*[](), `):
		return "this is no address that mail can be sent to", do
	case !isDomain(address[at+1:]):
		return "the part behind the @ is no domain", do
	}
	return "", ""
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		bad := func(c rune) bool {
			return c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c)
		}
		if l == "" || len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") || strings.ContainsFunc(l, bad) {
			return false
		}
	}
	return len(labels) > 1 || s == "localhost"
}

// duplicates refuses rows that would copy one mailbox twice, or two into one.
func (r *usersReader) duplicates() {
	type use struct{ column, value string }
	first := map[use]int{}
	r.rows = slices.DeleteFunc(r.rows, func(row UserRow) bool {
		u := row.User
		for _, c := range []struct {
			use
			what string
		}{
			{use{colAddress, strings.ToLower(u.Address)}, "the same address"},
			{use{colLogin, u.SourceLogin + "\x00" + u.UserRoot}, "the same old mailbox"},
			{use{colDestLogin, strings.ToLower(u.DestinationName())}, "the same new mailbox"},
		} {
			if line, ok := first[c.use]; ok {
				r.fail(row.Line, c.column, c.what+" stands in line "+strconv.Itoa(line)+" already", "Take one of the two lines out, or correct it.")
				return true
			}
			first[c.use] = row.Line
		}
		return false
	})
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool {
		return unicode.IsControl(c) || isBidi(c) || c == '\ufeff' || c == '\u2028' || c == '\u2029'
	})
}
