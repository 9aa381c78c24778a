package engine

import (
	"slices"
	"strings"
	"testing"
)

func openTable(t *testing.T, text string) *UserTable {
	t.Helper()
	table, errs := OpenUserTable([]byte(text))
	if len(errs) > 0 {
		t.Fatalf("errors %v", errs)
	}
	return table
}

func TestColumnsAreGuessedByWhatPeopleCallThem(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string
		sure       bool
	}{
		{"Microsoft's own", "EmailAddress,UserName,Password\na@x.example,a,p\n", "EmailAddress UserName Password", true},
		{"German, semicolons", "Name;E-Mail-Adresse;Benutzername;Kennwort\nAnna;a@x.example;a;p\n", "DisplayName EmailAddress UserName Password", true},
		{"old and new", "mail\told login\told password\tnew password\na@x.example\ta\tp\tq\n", "EmailAddress UserName Password DestinationPassword", true},
		{"a column of no use", "mail,phone\na@x.example,123\n", "EmailAddress ", false},
		{"two of one meaning", "mail,address\na@x.example,b@x.example\n", "EmailAddress ", false},
		{"names nobody knows", "Postfach,Kürzel\na@x.example,a\n", " ", false},
		{"no names, four columns", "a@x.example;a;p;q\n", "EmailAddress UserName Password DestinationPassword", true},
		{"no names, log-in first", "a,a@x.example,p\n", " EmailAddress ", false},
		{"no names, seven columns", "a@x.example,1,2,3,4,5,6\n", "EmailAddress      ", false},
	} {
		columns, sure := openTable(t, c.text).Guess()
		if got := strings.Join(columns, " "); got != c.want || sure != c.sure {
			t.Errorf("%s: guessed %q, sure %v", c.name, got, sure)
		}
	}
}

func TestColumnsAreReadAsTheyAreSaidToBe(t *testing.T) {
	table := openTable(t, "Kürzel;Postfach;Telefon\nanna;anna@acme.example;1\nben;ben@acme.example;2\nx;nobody;3\n")
	rows, errs := table.Read([]string{"UserName", "EmailAddress", ""})
	if len(rows) != 2 || rows[1].User.Address != "ben@acme.example" || rows[1].User.SourceLogin != "ben" || rows[1].Line != 3 {
		t.Errorf("rows %+v", rows)
	}
	if len(errs) != 1 || errs[0].Line != 4 {
		t.Errorf("errors %v", errs)
	}
	if _, errs := table.Read([]string{"UserName", "", ""}); len(errs) != 1 || errs[0].Do == "" {
		t.Errorf("without addresses: %v", errs)
	}
	if got := table.Samples(0, 2); !slices.Equal(got, []Secret{"anna", "ben"}) {
		t.Errorf("samples %d", len(got))
	}
}

func TestTableThatIsNoneSaysSo(t *testing.T) {
	if table, errs := OpenUserTable([]byte(" \n\n")); table != nil || len(errs) != 1 || errs[0].Do == "" {
		t.Errorf("%v, %v", table, errs)
	}
}

func TestRowsWithBothPasswordsNeedNoHeader(t *testing.T) {
	read := func(text string) ([]UserRow, []RowError) {
		table := openTable(t, text)
		columns, _ := table.Guess()
		return table.Read(columns)
	}
	rows, _ := read("\ufeff\nanna@acme.example;anna;old;new\r\nben@acme.example;ben;old\n")
	if len(rows) != 2 || rows[0].Line != 2 || rows[0].DestinationPassword != "new" || rows[1].DestinationPassword != "" {
		t.Errorf("rows %+v", rows)
	}
	rows, errs := read("anna@acme.example;anna;old;new\nben;ben;old;new\n")
	if len(rows) != 1 || len(errs) != 1 || errs[0].Line != 2 {
		t.Errorf("rows %+v, errors %v", rows, errs)
	}
	for _, e := range errs {
		if strings.Contains(e.Error(), "old") {
			t.Errorf("an error repeats a password: %v", e)
		}
	}
}
