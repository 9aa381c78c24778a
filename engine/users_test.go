package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const usersHeader = "EmailAddress,UserName,Password\n"

// brief is rows and errors as short lines.
func brief(rows []UserRow, errs []RowError) (lines []string) {
	for _, r := range rows {
		u := r.User
		line := fmt.Sprint(r.Line, " ", u.Address, " ", u.SourceLogin, " ", r.SourcePassword.Reveal())
		for _, s := range []string{u.UserRoot, u.DestinationLogin, r.DestinationPassword.Reveal(), u.DisplayName} {
			if s != "" {
				line += " +" + s
			}
		}
		lines = append(lines, line)
	}
	for _, e := range errs {
		lines = append(lines, "! "+e.Error())
	}
	return lines
}

func encode16(s string, big, mark bool) string {
	var b []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestUsersFilesAsPeopleWriteThem(t *testing.T) {
	anna := []string{"2 anna@acme.example anna pw"}
	plain := usersHeader + "anna@acme.example,anna,pw\n"
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"Microsoft's columns":       {plain, anna},
		"with a byte order mark":    {"\ufeff" + plain, anna},
		"UTF-16 as Excel writes it": {encode16(plain, false, true), anna},
		"UTF-16, the other way":     {encode16(plain, true, true), anna},
		"UTF-16 without a mark":     {encode16(plain, false, false), anna},
		"no last line end":          {strings.TrimSpace(plain), anna},
		"Windows line ends":         {strings.ReplaceAll(plain, "\n", "\r\n"), anna},
		"old Mac line ends":         {strings.ReplaceAll(plain, "\n", "\r"), anna},
		"semicolons":                {strings.ReplaceAll(plain, ",", ";"), anna},
		"tabs":                      {strings.ReplaceAll(plain, ",", "\t"), anna},
		"Excel's first line":        {"sep=;\n" + strings.ReplaceAll(plain, ",", ";"), []string{"3 anna@acme.example anna pw"}},
		"empty lines and columns":   {"\n\nEmailAddress,UserName,Password,,\n\n,,,,\nanna@acme.example,anna,pw,,\n", []string{"6 anna@acme.example anna pw"}},
		"any order and case": {"password, display name ,USERNAME,email_address,DestinationUserName,DestinationPassword,UserRoot\npw,Anna Ash,anna,anna@acme.example,a2,pw2,/user/anna",
			[]string{"2 anna@acme.example anna pw +/user/anna +a2 +pw2 +Anna Ash"}},
		"quotes":                                      {usersHeader + "\"anna@acme.example\" , \"an\"\"na\",\"p,w;\"\"x\"\n", []string{`2 anna@acme.example an"na p,w;"x`}},
		"a quote within is only a letter":             {usersHeader + "anna@acme.example,anna,p\"w\"\n", []string{`2 anna@acme.example anna p"w"`}},
		"blanks belong to passwords":                  {usersHeader + " anna@acme.example , anna ,  p w  \n", []string{"2 anna@acme.example anna   p w  "}},
		"no log-in column":                            {"EmailAddress\nanna@acme.example", []string{"2 anna@acme.example anna@acme.example "}},
		"names in any script":                         {"EmailAddress,UserName,DisplayName\nanna@bücher.example,анна,Ännchen 日本", []string{"2 anna@bücher.example анна  +Ännchen 日本"}},
		"empty":                                       {" ", []string{"! there is nothing in it"}},
		"only a header":                               {usersHeader, []string{"! it names the columns, but no user"}},
		"no header":                                   {"anna@acme.example,anna,pw\n", []string{"! line 1: the first line must name the columns"}},
		"no address column":                           {"UserName,Password\na,b", []string{"! line 1: EmailAddress: this column is missing"}},
		"an unknown and a double column":              {"EmailAddress,UserName,Pasword,UserName\nanna@acme.example,a,b,c", []string{"2 anna@acme.example c ", "! line 1: the name of column 3 is not known", "! line 1: UserName: there are two columns of this name"}},
		"too few and too many columns":                {usersHeader + "a@b.example,a\nb@b.example,b,c,d\n", []string{"! line 2: it has 2 columns instead of 3", "! line 3: it has 4 columns instead of 3"}},
		"no log-in":                                   {usersHeader + "a@b.example,,x\n", []string{"! line 2: UserName: it is empty"}},
		"line breaks in cells":                        {usersHeader + "a@b.example,\"a\nb\",x\nb@b.example,b,\"c\rd\"\nc@b.example,c,d", []string{"6 c@b.example c d", "! line 2: UserName: has a line break in it", "! line 4: Password: has a line break in it"}},
		"control characters":                          {usersHeader + "a@b.example,a\x00,x\nb@b.example,b,\x1b]52;\n", []string{"! line 2: UserName: has a control character in it, which can't be seen", "! line 3: Password: has a control character in it, which can't be seen"}},
		"an open quote costs only its line":           {usersHeader + "a@b.example,a,\"x\nb@b.example,b,y\n", []string{"3 b@b.example b y", "! line 2: Password: has a quote that is never closed"}},
		"text behind a quote":                         {usersHeader + "a@b.example,\"a\"b,x\n", []string{"! line 2: UserName: has something behind its closing quote"}},
		"letters of another encoding":                 {usersHeader + "a@b.example,M\xfcller,x\n", []string{"! line 2: UserName: has letters that can't be read"}},
		"an endless cell":                             {usersHeader + "a@b.example,a," + strings.Repeat("x", 1001), []string{"! line 2: Password: is longer than a thousand characters"}},
		"the same address":                            {usersHeader + "a@b.example,a,x\nA@B.example,b,x\n", []string{"2 a@b.example a x", "! line 3: EmailAddress: the same address stands in line 2 already"}},
		"the same log-in":                             {usersHeader + "a@b.example,a,x\nb@b.example,a,x\n", []string{"2 a@b.example a x", "! line 3: UserName: the same old mailbox stands in line 2 already"}},
		"one log-in with two roots are two mailboxes": {"EmailAddress,UserName,UserRoot\na@b.example,adm,/a\nb@b.example,adm,/b", []string{"2 a@b.example adm  +/a", "3 b@b.example adm  +/b"}},
		"two into one new mailbox":                    {"EmailAddress,UserName,DestinationUserName\na@b.example,a,\nb@b.example,b,a@b.example", []string{"2 a@b.example a ", "! line 3: DestinationUserName: the same new mailbox stands in line 2 already"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := brief(ReadUsers(strings.NewReader(c.in))); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, a := range []string{"anna", "@acme.example", "anna@", "a@b@c.example", "a b@c.example", "Anna <a@b.example>", "../a@b.example", "a/../../b@c.example",
		`"a b"@c.example`, "a@b..example", "a@-b.example", "a@acme", "a@b.example;c@d.example", `a\b@c.example`, "a@[127.0.0.1]", strings.Repeat("a", 250) + "@b.example"} {
		if what, do := unfitAddress(a); what == "" || do == "" {
			t.Errorf("%q passed", a)
		}
	}
	for _, a := range []string{"anna@acme.example", "o'brien@acme.example", "a+b.c_d@sub.acme-x.example", "anna@localhost", "änne@bücher.example"} {
		if what, _ := unfitAddress(a); what != "" {
			t.Errorf("%q: %s", a, what)
		}
	}
}

func TestHugeUsersFilesAreRefused(t *testing.T) {
	if _, errs := ReadUsers(strings.NewReader(strings.Repeat("x", maxUsersBytes+1))); len(errs) != 1 {
		t.Errorf("10 MB: %v", errs)
	}
	if _, errs := ReadUsers(strings.NewReader(usersHeader + strings.Repeat("a@b.example,a,x\n", maxUsersRows+1))); len(errs) != 1 {
		t.Errorf("50,001 rows: %d errors", len(errs))
	}
	if _, errs := ReadUsers(strings.NewReader("x\x00" + usersHeader)); len(errs) == 0 {
		t.Error("rubbish passed")
	}
}

func TestPastedTextNeedsNoHeader(t *testing.T) {
	for in, want := range map[string][]string{
		"anna@acme.example\tanna\tp,w;x\nben@acme.example\tben\tpw": {"1 anna@acme.example anna p,w;x", "2 ben@acme.example ben pw"},
		"anna@acme.example\nben@acme.example\n":                     {"1 anna@acme.example anna@acme.example ", "2 ben@acme.example ben@acme.example "},
		"anna@acme.example; anna":                                   {"1 anna@acme.example anna "},
		usersHeader + "anna@acme.example,anna,pw":                   {"2 anna@acme.example anna pw"},
		"anna@acme.example,a,b,c":                                   {"! line 1: it has 4 columns instead of 3"},
		"hello":                                                     {"! line 1: EmailAddress: this is no address: it has no @"},
	} {
		if got := brief(PasteUsers(in)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// canary stands in every cell: no error may repeat it.
func TestErrorsNeverRepeatWhatStandsInTheFile(t *testing.T) {
	const canary = "hunter2secret"
	for _, header := range []string{usersHeader, canary + "," + canary + "\n", "EmailAddress," + canary + "\n", ""} {
		for _, row := range []string{"C,C,C", "a@b.example,C,\"C", "C,a@b.example,x,C", "a@b.example,C\x00,C", "a@b.example,\"C\nC\",C", "C@b.example,C,C\nC@b.example,C,C"} {
			in := header + strings.ReplaceAll(row, "C", canary)
			_, errs := ReadUsers(strings.NewReader(in))
			_, more := PasteUsers(in)
			for _, e := range append(errs, more...) {
				if strings.Contains(fmt.Sprintf("%+v %v", e, e.Error()), canary) {
					t.Errorf("%q gives %+v", in, e)
				}
			}
		}
	}
}

func FuzzReadUsers(f *testing.F) {
	for _, s := range []string{usersHeader + "a@b.example,a,x", "\xff\xfea\x00", "sep=;\r\nEmailAddress;UserName\r\n\"a\"\"\";\"", "a@b.example\ta\t\"", "sep=\xc2\n\x80", "sep=\"\n\"", usersHeader + "\"\n\",,\r\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rows, errs := ReadUsers(strings.NewReader(s))
		seen := map[string]bool{}
		for _, r := range rows {
			if what, _ := unfitAddress(r.User.Address); what != "" || hasControl(r.User.SourceLogin+r.User.DestinationLogin+r.User.UserRoot+r.SourcePassword.Reveal()) || r.Line < 2 {
				t.Fatalf("%q passed as %+v", s, r)
			}
			if key := strings.ToLower(r.User.Address); seen[key] {
				t.Fatalf("%q: two users with one address", s)
			} else {
				seen[key] = true
			}
		}
		for _, e := range errs {
			if e.What == "" || e.Do == "" {
				t.Fatalf("%q: an error without words: %+v", s, e)
			}
		}
		if strings.TrimSpace(s) != "" && utf8Text(s) && len(rows)+len(errs) == 0 {
			t.Fatalf("%q says nothing", s)
		}
		PasteUsers(s)
	})
}

func utf8Text(s string) bool {
	return !strings.ContainsAny(s, "\x00,;\t\" \u00a0") && isASCII(s)
}

// fakeVault keeps secrets in memory.
type fakeVault struct {
	secrets map[string]Secret
	err     error
}

func (v *fakeVault) Get(name string) (Secret, bool) { s, ok := v.secrets[name]; return s, ok }
func (v *fakeVault) Set(_ context.Context, s map[string]Secret) error {
	if v.err != nil {
		return v.err
	}
	for k, x := range s {
		v.secrets[k] = x
	}
	return nil
}

func TestAddingUsersStoresThemThenTheirPasswords(t *testing.T) {
	f, v := newFakeFile(), &fakeVault{secrets: map[string]Secret{}}
	rows, _ := ReadUsers(strings.NewReader("EmailAddress,UserName,Password,DestinationPassword\na@b.example,a,pa,qa\nb@b.example,b,,qb\n"))
	users, err := AddUsers(t.Context(), f, v, rows)
	if err != nil || len(users) != 2 || users[0].ID == 0 {
		t.Fatalf("%v %v", users, err)
	}
	if len(v.secrets) != 3 || v.secrets[SecretName(SideSource, users[0].ID)] != "pa" || v.secrets[SecretName(SideDestination, users[1].ID)] != "qb" {
		t.Fatalf("%d secrets", len(v.secrets))
	}
	rows[0].SourcePassword, rows[0].User.DisplayName = "new", "Anna"
	again, err := AddUsers(t.Context(), f, v, rows[:1])
	if err != nil || again[0].ID != users[0].ID || v.secrets[SecretName(SideSource, users[0].ID)] != "new" {
		t.Fatalf("read again: %v %v", again, err)
	}
	if all, _ := f.Users(t.Context()); len(all) != 2 || all[0].DisplayName != "Anna" {
		t.Fatalf("%v", all)
	}
}

func TestUsersAreKeptWhenTheVaultFails(t *testing.T) {
	f, broken := newFakeFile(), errors.New("disk full")
	rows, _ := ReadUsers(strings.NewReader(usersHeader + "a@b.example,a,pa\n"))
	users, err := AddUsers(t.Context(), f, &fakeVault{err: broken}, rows)
	if !errors.Is(err, broken) || len(users) != 1 {
		t.Fatalf("%v %v", users, err)
	}
	if _, err := AddUsers(t.Context(), f, nil, rows); err == nil {
		t.Fatal("passwords vanished without a word")
	}
}
