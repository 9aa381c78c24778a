package letter

import (
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// writeLogo makes a picture that is larger than letters show.
func writeLogo(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "logo.png")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, image.NewRGBA(image.Rect(0, 0, 600, 100))), f.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTemplatesAreInOrder(t *testing.T) {
	for _, err := range (Templates{}).Check() {
		t.Error(err)
	}
}

func TestCheckNamesFileAndLine(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Export(dir); err != nil {
		t.Fatal(err)
	}
	own, err := Own(dir)
	if err != nil {
		t.Fatal(err)
	}
	if wrong := own.Check(); len(wrong) != 0 {
		t.Fatalf("what was exported has mistakes: %v", wrong)
	}
	for name, text := range map[string]string{
		"en/welcome.txt":    "Subject: x\n\n{{.Nmae}}\n",
		"de/reminder.txt":   "Subject: x\n\n\n{{if .Shared}}\n",
		"fr/followup.txt":   "No subject\n",
		"es/wellcome.txt":   "Subject: x\n",
		"layout/print.html": "<p>\n{{.Nothing}}</p>\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, w := range own.Check() {
		got = append(got, w.Error())
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{`en/welcome.txt line 3: .*Nmae`, `de/reminder.txt line [45]: .*EOF`, `fr/followup.txt line 1: .*Subject`, `es/wellcome.txt: .*name`, `layout/print.html line 2: .*Nothing`} {
		if !regexp.MustCompile(want).MatchString(all) {
			t.Errorf("no mistake like %s in\n%s", want, all)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d mistakes:\n%s", len(got), all)
	}
}

func TestChangedTemplateIsUsedAndExportKeepsIt(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "en"), 0o700); err != nil {
		t.Fatal(err)
	}
	own := "Subject: Mine\n\nHello {{.Name}}\n"
	if err := os.WriteFile(filepath.Join(dir, "en", "announcement.txt"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	_, kept, err := Export(dir)
	if err != nil || len(kept) != 1 {
		t.Errorf("kept %q, %v", kept, err)
	}
	f := sampleFacts(t)
	f.Project.Letters.Templates = dir
	m, err := NewMaker(f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Make(Announcement, f.Users[0])
	if err != nil || l.Document.Subject != "Mine" || !strings.Contains(l.Plain, "Hello Anna Archer") {
		t.Errorf("%q %v", l.Plain, err)
	}
}

func TestColoursCanBeRead(t *testing.T) {
	for _, c := range []string{"", "#ffff00", "#000000", "#ffffff", "#fff", "#0b5cad", "#808080", "c00"} {
		ink, err := InkOf(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range [][2]string{{ink.Light, "#ffffff"}, {ink.Dark, darkGround}} {
			a, _ := rgb(p[0])
			b, _ := rgb(p[1])
			if r := contrast(a, b); r < 4.5 {
				t.Errorf("%q: %s on %s has a contrast of %.1f", c, p[0], p[1], r)
			}
		}
	}
	for _, c := range []string{"red", "#12345", "#1234567", "url(x)", "#ggg"} {
		if _, err := InkOf(c); err == nil {
			t.Errorf("%q is taken for a colour", c)
		}
	}
}

func TestLogoMustBeAPictureThatMailProgramsShow(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string]string{"a.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`, "b.png": "no picture", "c.png": "\x89PNG\r\n\x1a\n" + strings.Repeat("x", maxLogo)} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		var f *engine.Fault
		if _, err := readLogo(file); !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, err := readLogo(writeLogo(t))
	if err != nil || l.Width != 280 || l.Height != 46 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestDatesAreSpokenInEachLanguage(t *testing.T) {
	vienna, _ := time.LoadLocation("Europe/Vienna")
	kolkata, _ := time.LoadLocation("Asia/Kolkata")
	from := time.Date(2026, 10, 24, 18, 0, 0, 0, vienna)
	for _, c := range []struct {
		lang     Language
		from, to time.Time
		want     string
	}{
		{english, from, from.Add(2 * time.Hour), "Saturday, 24 October 2026, 18:00 to 20:00 (CEST, UTC+2)"},
		{english, from, from.Add(18 * time.Hour), "Saturday, 24 October 2026, 18:00 (CEST, UTC+2), until Sunday, 25 October 2026, 11:00 (CET, UTC+1)"},
		{german, from, from.Add(time.Hour / 2), "Samstag, 24. Oktober 2026, 18:00 Uhr bis 18:30 Uhr (MESZ, UTC+2)"},
		{french, time.Date(2026, 12, 1, 9, 30, 0, 0, kolkata), time.Time{}, "mardi 1er décembre 2026, 9\u00a0h\u00a030 (IST, UTC+5:30)"},
		{spanish, time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), time.Time{}, "martes, 1 de diciembre de 2026, 09:00 h (UTC)"},
		{english, time.Date(2026, 12, 1, 9, 0, 0, 0, time.FixedZone("-03", -3*3600)), time.Time{}, "Tuesday, 1 December 2026, 09:00 (UTC−3)"},
	} {
		if got := c.lang.Window(c.from, c.to); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang.Code, got, c.want)
		}
	}
	if got := french.Count(0, "message", "messages") + english.Count(0, "message", "messages") + german.Count(12345, "a", "b") + spanish.Count(1234, "a", "b"); got != "0 message0 messages12.345 b1234 b" {
		t.Errorf("%q", got)
	}
}

// keys is a vault in memory.
type keys map[string]engine.Secret

func (k keys) Get(name string) (engine.Secret, bool) { s, ok := k[name]; return s, ok }

func (k keys) Set(context.Context, map[string]engine.Secret) error { return nil }

func TestPasswordsAreOnTheSheetAndNowhereElse(t *testing.T) {
	const secret = "canary<&>secret"
	f := sampleFacts(t)
	m, err := NewMaker(f)
	if err != nil {
		t.Fatal(err)
	}
	html, n, err := m.PasswordSheet(keys{engine.SecretName(engine.SideDestination, 2): secret}, f.Users)
	if err != nil || n != 1 || !strings.Contains(html, "canary&lt;&amp;&gt;secret") || !strings.Contains(html, "Ihr erstes Passwort") {
		t.Errorf("%d sheets, %v:\n%s", n, err, html)
	}
	name, err := WriteSheet(t.TempDir(), html)
	if err != nil || name == "" {
		t.Error(err)
	}
	if dataHasSecrets() {
		t.Error("a template could get at a secret")
	}
}

// dataHasSecrets says whether what templates get could hold a secret.
func dataHasSecrets() bool {
	seen := map[reflect.Type]bool{}
	var holds func(t reflect.Type) bool
	holds = func(t reflect.Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Struct:
			for i := range t.NumField() {
				if holds(t.Field(i).Type) {
					return true
				}
			}
		case reflect.Slice, reflect.Pointer, reflect.Map, reflect.Array:
			return holds(t.Elem())
		case reflect.Interface, reflect.Func:
			return true
		}
		return t == reflect.TypeFor[engine.Secret]()
	}
	return holds(reflect.TypeFor[Mailbox]()) || holds(reflect.TypeFor[Help]()) || holds(reflect.TypeFor[Message]()) || holds(reflect.TypeFor[Owner]())
}

func TestOwnerIsToldToCancelOnlyWhenEveryMailboxWasVerified(t *testing.T) {
	for _, c := range []struct {
		change func(*engine.Proof)
		want   string
	}{
		{func(*engine.Proof) {}, "All mail has arrived"},
		{func(p *engine.Proof) { p.Users[1].OK = false }, "not complete yet"},
		{func(p *engine.Proof) { p.Users[1].Tried = &engine.ProofTried{} }, "not complete yet"},
		{func(p *engine.Proof) { p.Users = p.Users[1:] }, "has not been verified"},
	} {
		f := sampleFacts(t)
		c.change(f.proof)
		m, err := NewMaker(f)
		if err != nil {
			t.Fatal(err)
		}
		l, err := m.Make(HandOver, engine.User{})
		if err != nil || !strings.Contains(l.Plain, c.want) || l.To != "olga@acme.example" || l.UserID != 0 {
			t.Errorf("%v, not %q:\n%s", err, c.want, l.Plain)
		}
		if cancel := strings.Contains(l.Plain, "Cancel the old service for"); cancel != (c.want == "All mail has arrived") {
			t.Errorf("%s: cancel is %t", c.want, cancel)
		}
		if _, ok := f.verified(engine.User{ID: 99}); ok {
			t.Error("somebody unknown is verified")
		}
	}
}

func TestAnUnknownNameInATemplateIsToldPlainly(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Export(dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "de", "welcome.txt")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, "\nHallo {{.Compny}}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := Own(dir)
	if err != nil {
		t.Fatal(err)
	}
	wrong := own.Check()
	if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), "de/welcome.txt") || !strings.Contains(wrong[0].Error(), "nothing is called .Compny here: README.txt") {
		t.Errorf("%v", wrong)
	}
}

func TestReadmeOfTheTemplatesNamesAllThereIs(t *testing.T) {
	words := regexp.MustCompile(`\w+`).FindAllString(readme, -1)
	for _, of := range []reflect.Type{reflect.TypeFor[Data](), reflect.TypeFor[Help](), reflect.TypeFor[Reason](), reflect.TypeFor[Message](), reflect.TypeFor[Rename](), reflect.TypeFor[Owner]()} {
		for i := range of.NumField() {
			if name := of.Field(i).Name; !slices.Contains(words, name) {
				t.Errorf("README.txt does not name %s of %s", name, of.Name())
			}
		}
	}
}
