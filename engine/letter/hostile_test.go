package letter

import (
	"bytes"
	"encoding/csv"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// hostile are texts that people, servers and mail may hold.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</td></tr></table><h1>Free money`, `{{.Company}}`,
	`<https://evil.example/login>`, `[x](https://evil.example)`, "x\r\nBcc: evil@evil.example", "# not a heading", "| a | b |", "1. step", "> note",
	`**bold**`, `\`, `=HYPERLINK("https://evil.example")`, `+1+cmd|' /C calc'!A0`, "@SUM(1)", "-2+3", "\u202egpj.exe", "\x1b[31mred", "a\x00b", "javascript:alert(1)",
	strings.Repeat("long ", 400),
}

func TestHostileTextStaysText(t *testing.T) {
	for _, bad := range hostile {
		f := sampleFacts(t)
		u := &f.Users[0]
		u.DisplayName = bad
		f.Project.Company, f.Project.Letters.Why, f.Project.Letters.HelpName, f.Project.Letters.HelpHours = bad, bad, bad, bad
		f.known[u.ID] = Known{TooBig: []Listed{{Folder: bad, Subject: bad}}, Renamed: renamed([]string{"x", bad}, []string{bad})}
		f.stands[u.ID].renamed = renamed([]string{bad}, []string{"y"})
		f.stands[u.ID].left[0].folder = bad
		m, err := NewMaker(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range Kinds() {
			l, err := m.Make(k, *u)
			if err != nil {
				t.Fatalf("%q: %v", bad, err)
			}
			for _, s := range []string{"<script", "onerror=alert", "onerror=\"", "<h1>Free", `href="https://evil`, `href="javascript`, "\u202e", "\x1b", "\x00"} {
				if strings.Contains(strings.ReplaceAll(l.HTML, "&lt;img src=x onerror=alert(1)&gt;", ""), s) {
					t.Errorf("%s, %q: the HTML holds %q", k, bad, s)
				}
				if strings.Contains("\u202e\x1b\x00", s) && strings.Contains(l.Plain, s) {
					t.Errorf("%s, %q: the plain text holds %q", k, bad, s)
				}
			}
			if strings.ContainsAny(l.Document.Subject, "\r\n") {
				t.Errorf("%s, %q: subject %q", k, bad, l.Document.Subject)
			}
			sent, err := m.Mail(l, time.Now())
			if err != nil {
				t.Fatalf("%s, %q: %v", k, bad, err)
			}
			read, err := mail.ReadMessage(bytes.NewReader(sent.Raw))
			if err != nil {
				t.Fatalf("%s, %q: %v", k, bad, err)
			}
			if read.Header.Get("Bcc") != "" {
				t.Errorf("%s, %q: there is a Bcc", k, bad)
			}
			for _, cell := range cellsOf(t, m.merge([]Letter{l})) {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s, %q: the cell %.40q would be run", k, bad, cell)
				}
			}
		}
	}
}

// TestTextIsReadAsItWas: whatever text a template prints, the markup gives it
// back unchanged, in one piece.
func TestTextIsReadAsItWas(t *testing.T) {
	for _, s := range append(hostile[:len(hostile)-1], "O'Neill & Söhne", "3,5 % *", "a|b") {
		for _, line := range []string{Text(s).String(), "- " + Text(s).String()} {
			d, err := parse("Subject: x\n" + line + "\n")
			if err != nil || len(d.Blocks) != 1 || len(d.Blocks[0].Items) != 1 {
				t.Errorf("%q: %+v, %v", s, d, err)
				continue
			}
			item := d.Blocks[0].Items[0]
			if plainText(item) != Text(s).clean() || len(item) != 1 || item[0].Strong || item[0].Link != "" {
				t.Errorf("%q is read as %+v", s, item)
			}
		}
		d, _ := parse("Subject: x\n| " + Text(s).String() + " | second |\n")
		if row := d.Blocks[0].Rows[0]; len(row) != 2 || plainText(row[0]) != Text(s).clean() {
			t.Errorf("%q in a table is %+v", s, row)
		}
	}
}

func cellsOf(t *testing.T, file []byte) (cells []string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if len(r) != len(mergeColumns) {
			t.Errorf("a row has %d cells", len(r))
		}
		cells = append(cells, r...)
	}
	return cells
}

func TestNamesOfFilesStayInTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "letters")
	f := sampleFacts(t)
	f.Users = nil
	bad := []string{"../../evil@x.example", `..\evil@x.example`, "/etc/passwd", "CON", "nul.txt@", "a:b@x", "a@x ", "a@x.", "-rf@x.example", strings.Repeat("a", 300) + "@x.example", "Ä@x.example", "ä@x.example", "A@x.example", "a@x.example"}
	for i, name := range bad {
		f.Users = append(f.Users, engine.User{ID: int64(i + 1), Address: name})
	}
	m, err := NewMaker(f)
	if err != nil {
		t.Fatal(err)
	}
	var letters []Letter
	for _, u := range f.Users {
		l, err := m.Make(Announcement, u)
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, l)
	}
	// A link that leads out is not followed.
	outside := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "announcement"), 0o700); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "announcement", "a@x.example.html")); err != nil {
			t.Fatal(err)
		}
	}
	names, err := m.Write(dir, letters, []Form{HTML, Plain, Print, CSV}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 2*len(bad)+2 {
		t.Errorf("%d files: %q", len(names), names)
	}
	seen := map[string]bool{}
	for _, n := range names {
		base := strings.ToLower(filepath.Base(n))
		stem, _, _ := strings.Cut(base, ".")
		if !filepath.IsLocal(n) || strings.ContainsAny(base, `:*?"<>|\`) || stem == "con" || stem == "nul" || seen[strings.ToLower(n)] || strings.HasPrefix(base, "-") || len(base) > 130 {
			t.Errorf("the name %q", n)
		}
		seen[strings.ToLower(n)] = true
		info, err := os.Stat(filepath.Join(dir, n))
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", n, info, err)
		}
	}
	if left, _ := os.ReadDir(outside); len(left) != 0 {
		t.Errorf("outside the folder: %v", left)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "evil@x.example.html")); err == nil {
		t.Error("a file is beside the folder")
	}
}

func TestMailIsWhatMailProgramsExpect(t *testing.T) {
	f := sampleFacts(t)
	f.Project.Letters.Logo = writeLogo(t)
	f.Project.Letters.SenderName = "IT für Ärzte"
	f.Users[1].DisplayName = "Ben Öztürk"
	m, err := NewMaker(f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Make(Welcome, f.Users[1])
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 30, 9, 30, 0, 0, time.UTC)
	sent, err := m.Mail(l, now)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range sent.Raw {
		if c == '\n' && (i == 0 || sent.Raw[i-1] != '\r') || c > 0x7e {
			t.Fatalf("byte %d is %q", i, c)
		}
	}
	msg, err := mail.ReadMessage(bytes.NewReader(sent.Raw))
	if err != nil {
		t.Fatal(err)
	}
	h := msg.Header
	from, err1 := h.AddressList("From")
	to, err2 := h.AddressList("To")
	date, err3 := h.Date()
	if err1 != nil || err2 != nil || err3 != nil || from[0].Name != "IT für Ärzte" || from[0].Address != "it@acme.example" || to[0].Name != "Ben Öztürk" || !date.Equal(now) {
		t.Errorf("%v %v %v, %v %v %v", from, to, date, err1, err2, err3)
	}
	if h.Get("Message-Id") != "<"+sent.MessageID+">" || h.Get("User-Agent")+h.Get("X-Mailer") != "" || h.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("header %v", h)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != l.Document.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	parts := map[string]string{}
	readParts(t, h.Get("Content-Type"), msg.Body, parts)
	if strings.ReplaceAll(parts["text/plain"], "\r\n", "\n") != l.Plain {
		t.Errorf("plain text:\n%s", parts["text/plain"])
	}
	if html := parts["text/html"]; !strings.Contains(html, `src="cid:logo"`) || !strings.Contains(html, "Ben Öztürk") || strings.Contains(html, "http://") {
		t.Errorf("HTML:\n%.2000s", html)
	}
	if parts["image/png"] == "" {
		t.Errorf("no logo among %d parts", len(parts))
	}
	if !strings.Contains(l.HTML, "data:image/png;base64,") || strings.Contains(l.HTML, "cid:") {
		t.Error("the file doesn't hold its logo")
	}
}

// readParts collects the bodies of all parts by type, and checks the logo's
// Content-ID.
func readParts(t *testing.T, contentType string, body io.Reader, out map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = string(b)
		return
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			in = quotedprintable.NewReader(p)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "image/") && p.Header.Get("Content-Id") != "<logo>" {
			t.Errorf("logo: %v", p.Header)
		}
		readParts(t, p.Header.Get("Content-Type"), in, out)
	}
}
