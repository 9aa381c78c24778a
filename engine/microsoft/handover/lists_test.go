package handover_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/microsoft/handover"
)

func TestPasswordsAndNamesComeBackExactly(t *testing.T) {
	odd := []string{`a,b`, `"quoted"`, `=1+1`, `@x`, `-x`, `+x`, ` blank `, `'`, `ä€𝄞`, `;`, `back\slash`, `$x`, `""`, `"`, `#`, `''`}
	var users [][]string
	for i, s := range odd {
		users = append(users, []string{fmt.Sprintf("u%d@acme.example", i), "DOM\\user " + s, s})
	}
	dir, h := written(t, options(users...))
	text := read(t, dir, "mailboxes-1.csv")
	if !strings.HasPrefix(text, "EmailAddress,UserName,Password\r\n") {
		t.Errorf("the header is %q", strings.SplitN(text, "\n", 2)[0])
	}
	rows := table(t, text)
	if len(rows) != len(odd)+1 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, s := range odd {
		if want := []string{fmt.Sprintf("u%d@acme.example", i), "DOM\\user " + s, s}; !slices.Equal(rows[i+1], want) {
			t.Errorf("got %q, want %q", rows[i+1], want)
		}
	}
	if !warned(h, "Excel") || !warned(h, "ends with a blank") {
		t.Errorf("nothing is said of formulas and blanks: %+v", h.Warnings)
	}
}

func TestEveryOffendingUserIsNamedAndNothingIsWritten(t *testing.T) {
	o := options(
		anna(),
		[]string{"ben@acme.example", "ben", ""},
		[]string{"carla@acme.example", "", "x"},
		[]string{"no address", "dora", "x"},
		[]string{"emil@acme.example", "emil", "line\nbreak"},
		[]string{"fay@acme.example", "fay\x00", "x"},
		[]string{"ANNA@acme.example", "anna2", "x"},
		[]string{"gus@localhost", "gus", "x"},
		[]string{"hal@acme.example", "hal", "bad\xffbytes"},
	)
	got := refusals(t, o)
	for user, words := range map[string]string{"ben@acme.example": "password for the old server is not", "carla@acme.example": "no name at the old server",
		"no address": "address", "emil@acme.example": "line break", "fay@acme.example": "control character", "ANNA@acme.example": "named twice", "gus@localhost": "address", "hal@acme.example": "can't be read"} {
		if !strings.Contains(got[user], words) {
			t.Errorf("%s: %q says nothing of %q", user, got[user], words)
		}
	}
	if len(got) != 8 || strings.Contains(fmt.Sprint(got), "line\n") {
		t.Errorf("refused: %q", got)
	}
}

func TestAddressesOfOrdinaryPeopleAreTaken(t *testing.T) {
	h, err := handover.Prepare(options([]string{"o'brien+x_y.z-1@sub.acme.example", "o", "p"}, []string{"a!b#c@acme.example", "p", "p"}))
	if err != nil || h.Batches[0].Users != 2 {
		t.Errorf("%v %+v", err, h)
	}
	for _, bad := range []string{"", "@acme.example", "a@", "a@b", "a b@acme.example", "a@acme.example.", "a@@acme.example", "ä@acme.example", "<a@acme.example>", "a@acme.example,b", "A <a@acme.example>", strings.Repeat("a", 250) + "@acme.example"} {
		o := options(anna())
		o.Users[0].DestinationLogin, o.Users[0].Address = bad, bad
		refusals(t, o)
	}
}

func TestAdministratorsLogInsAreWrittenAsEachServerWantsThem(t *testing.T) {
	for _, c := range []struct {
		format       engine.HandOverLogIn
		admin, sep   string
		preset       string
		style        engine.AdminStyle
		login, root  string
		want, column string
	}{
		{format: engine.HandOverMaster, admin: "master", login: "anna", want: "anna*master"},
		{admin: "master", style: engine.AdminMaster, sep: "%", login: "anna", want: "anna%master"},
		{admin: "master", preset: "cpanel", login: "anna@acme.example", want: "anna@acme.example*master"},
		{admin: `ACME\boss`, style: engine.AdminExchange, login: "anna", want: "ACME/boss/anna"},
		{admin: `ACME/boss`, preset: "exchange", login: "anna", want: "ACME/boss/anna"},
		{admin: "boss", preset: "mirapoint", login: "anna", want: "#anna@acme.example#boss#"},
		{admin: "boss", style: engine.AdminMirapoint, login: "anna", want: "#anna@acme.example#boss#"},
		{admin: "boss", format: engine.HandOverMirapoint, login: "anna@x.example", want: "#anna@x.example#boss#"},
		{admin: "boss", preset: "oracle", login: "anna", root: "/anna/", want: "boss", column: "/anna/"},
		{admin: "boss", format: engine.HandOverRoot, login: "anna", root: "user/anna", want: "boss", column: "user/anna"},
	} {
		o := options([]string{"anna@acme.example", c.login, "own", c.root})
		o.LogIn = c.format
		e := &o.Project.Source
		e.Admin, e.AdminSeparator, e.Preset, e.AdminStyle = c.admin, c.sep, c.preset, c.style
		o.Vault.(safe)[engine.AdminSecretName(engine.SideSource)] = "admins"
		dir, _ := written(t, o)
		want := []string{"anna@acme.example", c.want, "admins"}
		if c.column != "" {
			want = append(want, c.column)
		}
		if got := table(t, read(t, dir, "mailboxes-1.csv")); !slices.Equal(got[1], want) {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestALogInThatListsCannotHoldIsToldWithAWayOut(t *testing.T) {
	o := options(anna())
	e := &o.Project.Source
	e.Admin = "cyrus"
	o.Vault.(safe)[engine.AdminSecretName(engine.SideSource)] = "admins"
	if f := refusal(t, o); !strings.Contains(f.Do, "--admin-format") {
		t.Errorf("unknown style: %+v", f)
	}
	for _, set := range []func(){func() { e.AdminStyle = engine.AdminAuthzid }, func() { e.AdminStyle, e.Preset = "", "zimbra" }, func() { e.AdminStyle, e.Preset = engine.AdminKerio, "" }} {
		set()
		if f := refusal(t, o); !strings.Contains(f.What, "SASL PLAIN") || !strings.Contains(f.Do, "mxodus run") {
			t.Errorf("authzid: %+v", f)
		}
	}
	e.Preset, e.AdminStyle = "", engine.AdminExchange
	if f := refusal(t, o); !strings.Contains(f.Do, "DOMAIN/administrator") {
		t.Errorf("Exchange without a domain: %+v", f)
	}
	o.LogIn = engine.HandOverRoot
	if got := refusals(t, o); !strings.Contains(got["anna@acme.example"], "root folder") {
		t.Errorf("no root: %q", got)
	}
	o.LogIn = engine.HandOverMaster
	o.Vault.(safe)[engine.AdminSecretName(engine.SideSource)] = "bad\npassword"
	if f := refusal(t, o); strings.Contains(f.What+f.Do, "bad") {
		t.Errorf("a password is told: %+v", f)
	}
	o.Vault.(safe)[engine.AdminSecretName(engine.SideSource)] = ""
	refusal(t, o)
}

func TestBatchesKeepToTheLimitsAndToWhatWasAskedFor(t *testing.T) {
	var users [][]string
	for i := range 60_000 {
		users = append(users, []string{fmt.Sprintf("user%d@acme.example", i), fmt.Sprintf("user%d", i), "password"})
	}
	h, err := handover.Prepare(options(users...))
	if err != nil || len(h.Batches) != 2 || h.Batches[0].Users != 50_000 || h.Batches[1].Users != 10_000 {
		t.Fatalf("%v %+v", err, h)
	}
	users = users[:1100]
	for i := range users {
		users[i][2] = strings.Repeat("x", 20_000)
	}
	dir, h := written(t, options(users...))
	total := 0
	for _, b := range h.Batches {
		text := read(t, dir, b.File)
		if len(text) > 10<<20 || len(table(t, text)) != b.Users+1 {
			t.Errorf("%s: %d bytes, %d rows for %d users", b.File, len(text), len(table(t, text)), b.Users)
		}
		total += b.Users
	}
	if len(h.Batches) != 3 || total != 1100 {
		t.Errorf("%+v", h.Batches)
	}
	o := options(anna(), []string{"ben@acme.example", "ben", "b"}, []string{"carla@acme.example", "carla", "c", "Users/carla"}, []string{"dora@acme.example", "dora", "d"})
	o.Pilot, o.PerBatch = []int64{4}, 1
	dir, h = written(t, o)
	var first []string
	for _, b := range h.Batches {
		first = append(first, table(t, read(t, dir, b.File))[1][0])
	}
	if !slices.Equal(first, []string{"dora@acme.example", "anna@acme.example", "ben@acme.example", "carla@acme.example"}) || !h.Batches[0].Pilot || h.Batches[1].Pilot {
		t.Errorf("%q %+v", first, h.Batches)
	}
	o.Users[0].SourceLogin = strings.Repeat("x", 11<<20)
	if f := refusal(t, o); !strings.Contains(f.What, "anna@acme.example") {
		t.Errorf("%+v", f)
	}
}

func TestFilesAreTheOwnersAndReplacedOnlyWhenAsked(t *testing.T) {
	dir, h := written(t, options(anna()))
	if !slices.Equal(h.Files, []string{"readme.txt", "hand-over.ps1", "mailboxes-1.csv"}) {
		t.Errorf("%q", h.Files)
	}
	for _, name := range h.Files {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%s: %v %v", name, info, err)
		}
		if holds := strings.Contains(read(t, dir, name), "secret-a"); holds != (name == "mailboxes-1.csv") {
			t.Errorf("%s holds a password: %v", name, holds)
		}
	}
	before := read(t, dir, "mailboxes-1.csv")
	other, err := handover.Prepare(options([]string{"ben@acme.example", "ben", "b"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Write(dir, false); err == nil || !strings.Contains(err.Error(), "mailboxes-1.csv") {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 || read(t, dir, "mailboxes-1.csv") != before {
		t.Errorf("something was touched: %v %v", entries, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mailboxes-7.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stale, err := other.Write(dir, true)
	if err != nil || !slices.Equal(stale, []string{"mailboxes-7.csv"}) || !strings.Contains(read(t, dir, "mailboxes-1.csv"), "ben@") {
		t.Errorf("%q %v", stale, err)
	}
	if s := fmt.Sprintf("%v %+v %#v", h, *h, h); strings.Contains(s, "secret-a") {
		t.Error("a hand-over prints a password")
	}
}
