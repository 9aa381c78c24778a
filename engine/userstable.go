package engine

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// UserTable is a users' file, or pasted rows, before it is said what each of its
// columns means. It is not changed once it is read.
type UserTable struct {
	rows      []cellRow
	width     int
	named     bool
	delimiter byte
}

// OpenUserTable takes text apart: comma, semicolon or tab between columns, UTF-8
// or UTF-16. errs is why it is no table at all; then the table is nil.
func OpenUserTable(raw []byte) (t *UserTable, errs []RowError) {
	r := &usersReader{}
	rows := r.table(raw)
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	t = &UserTable{rows: rows, width: len(rows[0].cells), delimiter: r.delimiter}
	t.named = t.namesColumns()
	return t, nil
}

// namesColumns says that the first row names the columns: it holds a known name,
// or the only row without an address is the first.
func (t *UserTable) namesColumns() bool {
	first := t.rows[0]
	if slices.ContainsFunc(first.cells, hasAddress) {
		return false
	}
	if slices.ContainsFunc(first.cells, func(c cell) bool { return meaningOf(c.text) != "" }) {
		return true
	}
	return len(t.rows) > 1 && slices.ContainsFunc(t.rows[1].cells, hasAddress)
}

func hasAddress(c cell) bool { return strings.Contains(c.text, "@") }

// UserColumns are the columns that a table may have.
func UserColumns() []string { return userColumns[:] }

// SecretColumn says that a column holds passwords.
func SecretColumn(column string) bool { return column == colPassword || column == colDestPass }

// Named says that the first row names the columns and is no user.
func (t *UserTable) Named() bool { return t.named }

// Width is the number of columns: that of the first row.
func (t *UserTable) Width() int { return t.width }

// Title is what the first row calls a column, or its number.
func (t *UserTable) Title(column int) string {
	if t.named && column < len(t.rows[0].cells) {
		if title := Clean(t.rows[0].cells[column].text, 60); strings.TrimSpace(title) != "" {
			return title
		}
	}
	return "column " + strconv.Itoa(column+1)
}

// Headings are what the first row calls the columns, as one text to know them again
// by; empty where it names none.
func (t *UserTable) Headings() string {
	if !t.named {
		return ""
	}
	var b strings.Builder
	for i := range t.width {
		b.WriteString(t.Title(i) + "\n")
	}
	return b.String()
}

// Delimiter is what stands between the columns.
func (t *UserTable) Delimiter() rune { return rune(t.delimiter) }

// Cells are those of a line, as they were written; nil where no row begins there.
// They may be passwords, and are not cleaned.
func (t *UserTable) Cells(line int) []Secret {
	at, found := slices.BinarySearchFunc(t.rows, line, func(r cellRow, line int) int { return cmp.Compare(r.line, line) })
	if !found {
		return nil
	}
	var out []Secret
	for _, c := range t.rows[at].cells {
		out = append(out, Secret(c.text))
	}
	return out
}

// Samples are the first n cells of a column that hold something. They may be
// passwords.
func (t *UserTable) Samples(column, n int) []Secret {
	var out []Secret
	for _, row := range t.users() {
		if len(out) < n && column < len(row.cells) && !row.cells[column].isEmpty() {
			out = append(out, Secret(Clean(row.cells[column].text, 60)))
		}
	}
	return out
}

func (t *UserTable) users() []cellRow {
	if t.named {
		return t.rows[1:]
	}
	return t.rows
}

// unnamedOrders are what columns without names are taken for, by their number:
// what people paste.
var unnamedOrders = map[int][]string{
	1: {colAddress},
	2: {colAddress, colLogin},
	3: {colAddress, colLogin, colPassword},
	4: {colAddress, colLogin, colPassword, colDestPass},
	5: {colAddress, colLogin, colPassword, colDestLogin, colDestPass},
	6: {colAddress, colLogin, colPassword, colDestLogin, colDestPass, colDisplayName},
}

// Guess is what the columns probably mean, by position; "" is a column of no use.
// sure says that nobody needs to be asked.
func (t *UserTable) Guess() (columns []string, sure bool) {
	if !t.named {
		order, ok := unnamedOrders[t.width]
		if what, _ := unfitAddress(strings.TrimSpace(t.rows[0].cells[0].text)); ok && (what == "" || !slices.ContainsFunc(t.rows[0].cells, hasAddress)) {
			return slices.Clone(order), true
		}
		columns = make([]string, t.width)
		if at := slices.IndexFunc(t.rows[0].cells, hasAddress); at >= 0 {
			columns[at] = colAddress
		}
		return columns, false
	}
	columns, sure = make([]string, t.width), true
	for i, c := range t.rows[0].cells {
		meaning := meaningOf(c.text)
		if meaning != "" && !slices.Contains(columns, meaning) {
			columns[i] = meaning
			continue
		}
		sure = sure && c.isEmpty()
	}
	return columns, sure && slices.Contains(columns, colAddress)
}

// Read takes the rows with that meaning of their columns, by position; "" is a
// column to be passed over. rows are those without an error; errs is everything
// that is wrong, by line.
func (t *UserTable) Read(columns []string) (rows []UserRow, errs []RowError) {
	r := &usersReader{columns: make([]string, t.width)}
	copy(r.columns, columns)
	if !slices.Contains(r.columns, colAddress) {
		r.fail(0, colAddress, "no column holds the addresses", "Say which column holds each user's address at the new server.")
		return nil, r.errs
	}
	if len(t.users()) == 0 {
		r.fail(0, "", "it names the columns, but no user", "Write a line for each user below the first.")
	}
	for _, row := range t.users() {
		r.row(row, true)
	}
	r.duplicates()
	slices.SortStableFunc(r.errs, func(a, b RowError) int { return cmp.Compare(a.Line, b.Line) })
	return r.rows, r.errs
}

// otherNames are what people call the columns, in small letters alone.
var otherNames = map[string]string{
	"email": colAddress, "mail": colAddress, "address": colAddress, "emails": colAddress, "newaddress": colAddress,
	"primarysmtpaddress": colAddress, "userprincipalname": colAddress, "upn": colAddress,
	"adresse": colAddress, "mailadresse": colAddress, "emailadresse": colAddress, "courriel": colAddress, "correo": colAddress,
	"user": colLogin, "login": colLogin, "account": colLogin, "loginname": colLogin, "oldlogin": colLogin, "olduser": colLogin,
	"benutzer": colLogin, "benutzername": colLogin, "anmeldename": colLogin, "konto": colLogin,
	"utilisateur": colLogin, "identifiant": colLogin, "usuario": colLogin,
	"pass": colPassword, "pwd": colPassword, "oldpassword": colPassword, "passwort": colPassword, "kennwort": colPassword,
	"altespasswort": colPassword, "motdepasse": colPassword, "contraseña": colPassword, "contrasena": colPassword,
	"newlogin": colDestLogin, "newuser": colDestLogin, "newusername": colDestLogin,
	"newpassword": colDestPass, "neuespasswort": colDestPass, "neueskennwort": colDestPass,
	"nouveaumotdepasse": colDestPass, "nuevacontraseña": colDestPass,
	"name": colDisplayName, "fullname": colDisplayName, "anzeigename": colDisplayName, "nom": colDisplayName, "nombre": colDisplayName,
}

// meaningOf is the column that a header cell names, in its own word or in one
// that people use.
func meaningOf(text string) string {
	if name := columnOf(text); name != "" {
		return name
	}
	return otherNames[lettersOf(text)]
}

// lettersOf is the letters of a text, small.
func lettersOf(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, text)
}
