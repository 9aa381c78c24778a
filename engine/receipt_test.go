package engine

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
)

// silencedText is what becomes of a message whose fields asking for a receipt are
// renamed.
func silencedText(t *testing.T, raw string) (string, bool) {
	t.Helper()
	b, err := NewBudget(8<<20).Alloc(t.Context(), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Release()
	if _, err := b.ReadFrom(strings.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
	found := silenceReceipts(b)
	var out bytes.Buffer
	_, _ = b.WriteTo(&out)
	if again := silenceReceipts(b); again {
		t.Errorf("%.60q: found again", raw)
	}
	return out.String(), found
}

func TestOnlyFieldsThatAskForAReceiptAreRenamed(t *testing.T) {
	const body = "\r\n\r\nDisposition-Notification-To: the text may say so\r\n"
	pad := func(n int) string { return "X-Pad: " + strings.Repeat("p", n) + "\r\n" }
	for name, c := range map[string]struct{ in, want string }{
		"alone":            {"Disposition-Notification-To: a@acme.example" + body, "Disposition-Notification-No: a@acme.example" + body},
		"the others":       {"Return-Receipt-To: a\r\nX-Confirm-Reading-To: a" + body, "Return-Receipt-No: a\r\nX-Confirm-Reading-No: a" + body},
		"unusual case":     {"dISPOSITION-notification-TO: a" + body, "dISPOSITION-notification-No: a" + body},
		"blank before it":  {"Disposition-Notification-To \t: a" + body, "Disposition-Notification-No \t: a" + body},
		"folded":           {"Subject: x\r\nDisposition-Notification-To:\r\n a@acme.example" + body, "Subject: x\r\nDisposition-Notification-No:\r\n a@acme.example" + body},
		"in a folded line": {"Subject: x\r\n Disposition-Notification-To: a" + body, ""},
		"twice":            {"Return-Receipt-To: a\nReturn-Receipt-To: b\n\nx", "Return-Receipt-No: a\nReturn-Receipt-No: b\n\nx"},
		"at the very end":  {"Subject: x\r\nReturn-Receipt-To:", "Subject: x\r\nReturn-Receipt-No:"},
		"cut off":          {"Subject: x\r\nReturn-Receipt-To", ""},
		"longer names":     {"Return-Receipt-Too: a\r\nX-Return-Receipt-To: a\r\nReturn-Receipt-T: a" + body, ""},
		"none":             {"Subject: x" + body, ""},
		"no header":        {"\r\nReturn-Receipt-To: a\r\n", ""},
		"empty":            {"", ""},
		"huge header":      {pad(300<<10) + "Return-Receipt-To: a" + body, pad(300<<10) + "Return-Receipt-No: a" + body},
		"many lines":       {strings.Repeat(pad(70), 3000) + "Return-Receipt-To: a" + body, strings.Repeat(pad(70), 3000) + "Return-Receipt-No: a" + body},
	} {
		if c.want == "" {
			c.want = c.in
		}
		got, found := silencedText(t, c.in)
		if got != c.want || found != (c.in != c.want) {
			t.Errorf("%s: %v, %.200q", name, found, got)
		}
	}
}

func TestAReceiptIsFoundWhereverABufferEnds(t *testing.T) {
	const field = "Disposition-Notification-To: a@acme.example\r\n\r\n"
	for n := chunkSize - len(field) - 4; n < chunkSize+4; n++ {
		pad := "X-Pad: " + strings.Repeat("p", n-9) + "\r\n"
		if got, found := silencedText(t, pad+field+strings.Repeat("x", chunkSize)); !found || !strings.HasPrefix(got[n:], "Disposition-Notification-No: a@") {
			t.Fatalf("at %d: %v %q", n, found, got[n:n+50])
		}
	}
}

func TestASilencedMessageIsStillTheSame(t *testing.T) {
	const raw = "Disposition-Notification-To: a@acme.example\r\nSubject: no Message-ID\r\n\r\nx\r\n"
	silent, _ := silencedText(t, raw)
	if IdentityOf([]byte(raw)) != IdentityOf([]byte(silent)) {
		t.Error("the identity changed")
	}
	if len(silent) != len(raw) {
		t.Error("the size changed")
	}
}

func TestReadReceiptsAreSilencedOnlyWhenAsked(t *testing.T) {
	for _, asked := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 3)
			w.project.NoReadReceipts = asked
			const one = "Message-ID: <r@acme.example>\r\nDisposition-Notification-To: a@acme.example\r\n\r\nx\r\n"
			const two = "Disposition-Notification-To: a@acme.example\r\nSubject: no Message-ID\r\n\r\nx\r\n"
			for _, raw := range []string{one, two, two} { // the last two are twins
				w.src.folder("INBOX").add(raw, nil, testDate)
			}
			w.dst.onAppend = func(n int, _ *Outgoing) fate { return fate{cut: n == 2 || n == 5, store: n == 5} }
			s := w.run()
			want, there := 0, 0
			if asked {
				want = 3
			}
			for raw, n := range w.dst.bodies() {
				if strings.Contains(raw, "Disposition-Notification-No: a@acme.example") {
					there += n
				}
			}
			if s.Receipts != want || there != want || w.dst.count() != 6 {
				t.Errorf("asked %v: counted %d, there %d of %d", asked, s.Receipts, there, w.dst.count())
			}
			v := NewVerify(w.project, w.file, fakeDialer{w.src, w.dst}, VerifyOptions{Users: w.users, Deep: true})
			if r, err := v.Run(t.Context()); err != nil || !r.OK {
				t.Errorf("asked %v: %v %+v", asked, err, r.Sum)
			}
			if s := w.run(); s.Sent != 0 {
				t.Errorf("a second run sent %d", s.Sent)
			}
		})
	}
}
