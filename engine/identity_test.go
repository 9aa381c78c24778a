package engine

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
)

const sampleHeader = "Return-Path: <ann@example.org>\r\n" +
	"Received: from mail.example.org (mail.example.org [192.0.2.1])\r\n\tby mx.example.com with ESMTPS id 4F2\r\n\tfor <bob@example.com>; Tue, 3 Mar 2020 10:11:12 +0100\r\n" +
	"Message-ID: <abc.123@example.org>\r\n" +
	"Date: Tue, 3 Mar 2020 10:11:11 +0100\r\n" +
	"From: =?utf-8?q?Ann_K=C3=BChn?= <ann@example.org>\r\n" +
	"To: bob@example.com,\r\n carol@example.com\r\n" +
	"Subject: The plan,\r\n as agreed\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\n" +
	"X-Filler: " + "0123456789012345678901234567890123456789\r\n" +
	"\r\n"

// onlyIdentityFields is what a server answers to HEADER.FIELDS.
func onlyIdentityFields(header string) string {
	var b strings.Builder
	fields := fieldScanner{rest: []byte(header)}
	for fields.next() {
		if identityField(fields.name) >= 0 {
			b.Write(fields.name)
			b.WriteByte(':')
			b.Write(fields.value)
		}
	}
	return b.String() + "\r\n"
}

func TestIdentityIsTheSameHoweverTheHeaderIsRead(t *testing.T) {
	want := IdentityOf([]byte(sampleHeader))
	for name, h := range map[string]string{
		"only the fields":      onlyIdentityFields(sampleHeader),
		"beginning of message": sampleHeader + "Message-ID: <other@example.org>\r\n",
		"bare LF":              strings.ReplaceAll(sampleHeader, "\r\n", "\n"),
		"no blank line":        strings.TrimSuffix(sampleHeader, "\r\n"),
		"no line end":          strings.TrimSuffix(onlyIdentityFields(sampleHeader), "\r\n\r\n"),
		"unfolded":             strings.ReplaceAll(strings.ReplaceAll(sampleHeader, "\r\n ", " "), "\r\n\t", " "),
		"folded with a tab":    strings.ReplaceAll(sampleHeader, "\r\n as", "\r\n\t as"),
		"names in capitals":    strings.NewReplacer("Message-ID:", "MESSAGE-ID:", "Subject:", "SUBJECT :", "From:", "from:").Replace(sampleHeader),
		"mbox line on top":     "From ann@example.org Tue Mar  3 10:11:12 2020\r\n" + sampleHeader,
		"another order": "Subject: The plan, as agreed\r\nTo: bob@example.com, carol@example.com\r\nFrom: =?utf-8?q?Ann_K=C3=BChn?= <ann@example.org>\r\n" +
			"Date: Tue, 3 Mar 2020 10:11:11 +0100\r\nMessage-Id: <abc.123@example.org>\r\n\r\n",
		"other fields added": "X-UID: 17\r\nStatus: RO\r\n" + sampleHeader,
	} {
		if got := IdentityOf([]byte(h)); got != want {
			t.Errorf("%s: %x, want %x", name, got, want)
		}
		if NeedsWholeHeader([]byte(h)) {
			t.Errorf("%s: needs the whole header", name)
		}
	}
}

func TestIdentityTellsMessagesApart(t *testing.T) {
	seen := map[Identity]string{IdentityOf([]byte(sampleHeader)): "the sample"}
	for _, r := range [][2]string{
		{"abc.123", "abc.124"}, {"10:11:11", "10:11:12"}, {"<ann@", "<anna@"},
		{"carol@", "dora@"}, {"agreed", "Agreed"}, {"Subject: ", "Cc: "}, {"Message-ID: <abc.123@example.org>", "Message-ID: <>"},
	} {
		id := IdentityOf([]byte(strings.ReplaceAll(sampleHeader, r[0], r[1])))
		if other, dup := seen[id]; dup {
			t.Errorf("%q for %q has the identity of %s", r[1], r[0], other)
		}
		seen[id] = r[1]
	}
	empty := IdentityOf(nil)
	if empty.IsZero() || empty.Loose() != 0 {
		t.Errorf("the identity of no header is %x", empty)
	}
}

func TestNulAndItsReplacementAreTheSame(t *testing.T) {
	a := IdentityOf([]byte("Message-ID: <a@b>\r\nSubject: x\x00y\r\n\r\n"))
	if b := IdentityOf([]byte("Message-ID: <a@b>\r\nSubject: x\x80y\r\n\r\n")); a != b {
		t.Errorf("%x and %x", a, b)
	}
}

func TestWithoutMessageIDTheWholeHeaderCounts(t *testing.T) {
	base := "Date: Tue, 3 Mar 2020 10:11:11 +0100\r\nSubject: x\r\nX-Order: 1\r\n\r\n"
	for _, h := range []string{base, "Message-ID:\r\n" + base, "Message-ID: < >\r\n" + base, ""} {
		if !NeedsWholeHeader([]byte(h)) {
			t.Errorf("%q has a usable Message-ID", h)
		}
	}
	want := IdentityOf([]byte(base))
	if IdentityOf([]byte(strings.Replace(base, "Order: 1", "Order: 2", 1))) == want {
		t.Error("another field makes no difference")
	}
	for _, extra := range []string{"X-UID: 3\r\n", "Status: RO\r\n", "X-Mozilla-Status2: 00000000\r\n", "Content-Length: 12\r\n", "X-Keywords: a\r\n"} {
		if IdentityOf([]byte(extra+base)) != want {
			t.Errorf("%q makes a difference", extra)
		}
	}
}

func TestLooseIdentitySurvivesRewrittenHeaders(t *testing.T) {
	want := IdentityOf([]byte(sampleHeader)).Loose()
	rewritten := "From: Ann =?iso-8859-1?Q?K=FChn?= <ann@example.org>\r\nTo: \"bob@example.com\" <bob@example.com>\r\n" +
		"Subject: The plan, as agreed\r\nDate: Tue, 3 Mar 2020 09:11:11 +0000\r\nMessage-ID:\r\n <abc.123@example.org>\r\n\r\n"
	if got := IdentityOf([]byte(rewritten)).Loose(); got != want {
		t.Errorf("%x, want %x", got, want)
	}
	if IdentityOf([]byte(rewritten)) == IdentityOf([]byte(sampleHeader)) {
		t.Error("the exact identity doesn't see that it was rewritten")
	}
}

func TestMailDatesAreReadLikeNetMailDoes(t *testing.T) {
	for _, s := range []string{
		"Tue, 3 Mar 2020 10:11:11 +0100", "3 Mar 2020 10:11:11 -0730", "Fri, 21 Nov 1997 09:55:06 GMT",
		"Fri, 21 Nov 97 09:55:06 -0500", "Thu, 13 Feb 1969 23:32 -0330", "Thu, 01 Jan 1970 00:00:00 +0000 (UTC)",
	} {
		want, err := mail.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := parseMailDate([]byte(" " + s + "\r\n")); !ok || got != want.Unix() {
			t.Errorf("%q: %d, %v, want %d", s, got, ok, want.Unix())
		}
	}
	// net/mail takes the old American zone names for UTC.
	named, _ := parseMailDate([]byte("21 Nov 1997 09:55:06 PDT"))
	if offset, _ := parseMailDate([]byte("21 Nov 1997 09:55:06 -0700")); named != offset {
		t.Errorf("PDT is %d, -0700 %d", named, offset)
	}
	for _, s := range []string{"", "yesterday", "3 Mrz 2020 10:11:11", "32 Jan 2020 10:00:00", "3 Mar 2020", "Tue,,,"} {
		if _, ok := parseMailDate([]byte(s)); ok {
			t.Errorf("%q is a date", s)
		}
	}
}

func TestHeaderOfFindsTheHeaderAcrossChunks(t *testing.T) {
	budget := NewBudget(8 << 20)
	long := strings.Repeat("X-Long: "+strings.Repeat("y", 990)+"\r\n", 100)
	for _, c := range []struct {
		name, message string
		want          int
	}{
		{"short", "A: b\r\n\r\nbody", 8},
		{"bare LF", "A: b\n\nbody", 6},
		{"none", "\r\nbody", 2},
		{"no blank line", "A: b\r\n", 6},
		{"empty", "", 0},
		{"two chunks", long + "\r\nbody", len(long) + 2},
		{"endless", strings.Repeat("A: b\r\n", 100_000), maxHeader},
	} {
		body, err := budget.Alloc(t.Context(), int64(len(c.message)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := body.ReadFrom(strings.NewReader(c.message)); err != nil {
			t.Fatal(err)
		}
		if got := HeaderOf(body); len(got) != c.want || !strings.HasPrefix(c.message, string(got)) {
			t.Errorf("%s: %d bytes, want %d", c.name, len(got), c.want)
		}
		body.Release()
	}
}

func TestIdentityMakesNoGarbage(t *testing.T) {
	header := []byte(sampleHeader)
	var id Identity
	if n := testing.AllocsPerRun(100, func() { id = IdentityOf(header) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if id.IsZero() {
		t.Error("zero")
	}
}

func FuzzIdentityOf(f *testing.F) {
	f.Add([]byte(sampleHeader))
	f.Add([]byte("Message-ID: <a@b>\n\n"))
	f.Add([]byte("\r\r\n: x\n A:\x00\n\t\nMessage-ID:"))
	f.Fuzz(func(t *testing.T, header []byte) {
		id := IdentityOf(header)
		if id.IsZero() {
			t.Fatal("zero")
		}
		if n := headerEnd(header); n >= 0 && IdentityOf(header[:n]) != id {
			t.Fatal("the body makes a difference")
		}
		if !NeedsWholeHeader(header) && IdentityOf([]byte(onlyIdentityFields(string(header)))) != id {
			t.Fatalf("only the fields: another identity")
		}
		if !bytes.ContainsAny(header, "\r") && IdentityOf(bytes.ReplaceAll(header, []byte("\n"), []byte("\r\n"))) != id {
			t.Fatal("CRLF for LF makes a difference")
		}
	})
}

func BenchmarkIdentityOf(b *testing.B) {
	header := []byte(sampleHeader)
	b.ReportAllocs()
	for b.Loop() {
		IdentityOf(header)
	}
}
