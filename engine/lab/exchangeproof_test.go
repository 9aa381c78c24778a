package lab_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/meaning"
)

// verify reads both sides again and returns the account of the first user.
func (w *tenancy) verify(deep bool) (engine.VerifyResult, engine.ProvenUser) {
	w.t.Helper()
	v := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users, Deep: deep, Meaning: meaning.Read})
	r, err := v.Run(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	p, err := engine.LastProof(context.Background(), w.file)
	if err != nil || p == nil {
		w.t.Fatal(err)
	}
	return r, p.Users[0]
}

// fileLetter is a message with an attachment.
func fileLetter(id, subject, text, content string) []byte {
	return []byte("From: Greta <greta@acme.example>\r\nTo: u0@acme.example\r\nSubject: " + subject + "\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\nMessage-ID: <" + id + "@acme.example>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + text + "\r\n--x\r\nContent-Type: application/pdf; name=\"Angebot.pdf\"\r\n\r\n" + content + "\r\n--x--\r\n")
}

func TestEveryMessageAtExchangeIsProvenByWhatItSays(t *testing.T) {
	w := newTenancy(t, 1, time.Hour)
	const name = "u0@acme.example"
	when := time.Date(2020, 3, 2, 9, 0, 0, 0, time.UTC)
	w.put(name, "INBOX", 0, 20, `\Seen`)
	w.from.Put(name, "INBOX", fileLetter("f", "An offer", "Gr\xfc\xdfe", "PDF"), when)
	odd := 0
	for _, raw := range lab.OddMail() {
		if !bytes.Contains(raw, []byte(strings.Repeat("0123456789 ", 1000))) { // Exchange takes no such line
			w.from.Put(name, "Odd", raw, when)
			odd++
		}
	}
	w.run()
	r, u := w.verify(true)
	if !r.OK || r.Proven.Meaning != 21+odd || r.Proven.Identity+r.Proven.Bytes != 0 || len(u.Doubtful) != 0 {
		t.Errorf("%+v: %+v, doubtful %+v, messages %+v", r.Sum, r.Proven, u.Doubtful, u.Messages)
	}
	if r, u := w.verify(false); !r.OK || r.Proven.Identity != 21+odd || u.Folders[0].Proof != "identity" {
		t.Errorf("plain: %+v, %+v", r.Sum, r.Proven)
	}
}

func TestWhatExchangeLostIsNamed(t *testing.T) {
	const name = "u0@acme.example"
	when := time.Date(2020, 3, 2, 9, 0, 0, 0, time.UTC)
	whole := fileLetter("f", "An offer", "Dear all, see below.", "PDF")
	for what, c := range map[string]struct {
		there []byte
		date  time.Time
		want  string
	}{
		"text":       {fileLetter("f", "An offer", "Dear all, see", "PDF"), when, "its text differs"},
		"subject":    {fileLetter("f", "An order", "Dear all, see below.", "PDF"), when, "its subject differs"},
		"bytes":      {fileLetter("f", "An offer", "Dear all, see below.", "PDG"), when, "attachment “Angebot.pdf” differs"},
		"attachment": {[]byte(strings.Replace(string(whole), "name=\"Angebot.pdf\"\r\n\r\nPDF", "name=\"Logo.png\"\r\n\r\nPNG", 1)), when, "attachment “Angebot.pdf” is missing"},
		"arrival":    {whole, when.Add(time.Hour), ""},
	} {
		t.Run(what, func(t *testing.T) {
			w := newTenancy(t, 1, time.Hour)
			w.put(name, "INBOX", 0, 3)
			w.from.Put(name, "INBOX", whole, when)
			w.run()
			for _, m := range w.to.Messages(name, "INBOX") {
				if bytes.Contains(m.Body(), []byte("<f@acme.example>")) {
					w.to.Remove(name, "INBOX", m.UID)
				}
			}
			w.to.Put(name, "INBOX", c.there, c.date)
			r, u := w.verify(true)
			if c.want == "" { // a copy that a person made there may have any date
				if !r.OK {
					t.Errorf("%+v %+v", r.Sum, u.Messages)
				}
				return
			}
			if r.OK || r.Sum.Changed != 1 || len(u.Messages) != 1 || !strings.Contains(u.Messages[0].Text, c.want) || r.Proven.Meaning != 3 {
				t.Errorf("%+v %+v %+v", r.Sum, r.Proven, u.Messages)
			}
		})
	}
}
