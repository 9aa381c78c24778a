package lab_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/lab"
	"mxodus/engine/meaning"
)

// receiptMail is mail that asks for a read receipt in all the ways that were met,
// and mail that only seems to.
func receiptMail() (asking, others [][]byte) {
	mail := func(id int, fields, body string) []byte {
		return []byte(fmt.Sprintf("From: a@acme.example\r\nMessage-ID: <r%d@acme.example>\r\n", id) + fields + "\r\n" + body)
	}
	const ask = "Disposition-Notification-To: a@acme.example\r\n"
	asking = [][]byte{
		mail(0, ask, "x\r\n"), mail(1, "RETURN-receipt-to : a\r\n", "x\r\n"), mail(2, "x-confirm-reading-TO:\r\n a@acme.example\r\n", "x\r\n"),
		mail(3, "X-Pad: "+strings.Repeat("p", 65536-80)+"\r\n"+ask, strings.Repeat("x\r\n", 100)), // where a buffer ends
		mail(4, strings.Repeat("X-Pad: "+strings.Repeat("p", 70)+"\r\n", 5000)+ask, "x\r\n"),      // a huge header
		mail(5, ask+"Return-Receipt-To: b\r\n", ""), mail(6, ask, strings.Repeat("large\r\n", 400_000)),
		[]byte(ask + "Subject: no Message-ID\r\n\r\nx\r\n"), []byte("Subject: nothing behind it\r\n" + ask + "\r\n"),
	}
	others = [][]byte{
		mail(10, "Subject: none\r\n", ask), mail(11, "Subject: folded\r\n "+ask, "x\r\n"), mail(12, "Disposition-Notification-Options: x\r\n", "x\r\n"),
		mail(13, "Content-Type: multipart/mixed; boundary=b\r\n", "--b\r\n"+ask+"\r\nx\r\n--b--\r\n"),
	}
	return asking, others
}

func TestReadReceiptsAreSilencedOnTheWire(t *testing.T) {
	from, to := pairOfServers(t, lab.Options{}, lab.Options{UIDPlus: true})
	asking, others := receiptMail()
	for _, raw := range append(asking, others...) {
		from.Put("anna", "INBOX", raw, time.Date(2020, 3, 2, 9, 0, 0, 0, time.UTC))
	}
	w := newTrip(t, from.Endpoint(), to.Endpoint(), annaRow())
	w.project.NoReadReceipts = true
	s := w.run()
	if s.Receipts != len(asking) || s.Sum.Copied != len(asking)+len(others) {
		t.Errorf("silenced %d of %d: %+v", s.Receipts, len(asking), s.Sum)
	}
	silent := func(raw []byte) []byte {
		head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		for _, name := range []string{"Disposition-Notification-To", "RETURN-receipt-to", "Return-Receipt-To", "x-confirm-reading-TO"} {
			head = bytes.ReplaceAll(head, []byte("\n"+name), []byte("\n"+name[:len(name)-2]+"No"))
			if bytes.HasPrefix(head, []byte(name)) {
				head = append([]byte(name[:len(name)-2]+"No"), head[len(name):]...)
			}
		}
		return bytes.Join([][]byte{head, body}, []byte("\r\n\r\n"))
	}
	want := map[string]int{}
	for _, raw := range asking {
		want[string(silent(raw))]++
	}
	for _, raw := range others {
		want[string(raw)]++
	}
	for _, m := range to.Messages("anna", "INBOX") {
		if want[string(m.Body())]--; want[string(m.Body())] < 0 {
			t.Errorf("arrived as %.200q", m.Body())
		}
	}
	r, err := engine.NewVerify(w.project, w.file, w.dialer(), engine.VerifyOptions{Users: w.users, Deep: true, Meaning: meaning.Read}).Run(t.Context())
	if err != nil || !r.OK || r.Proven.Bytes != len(asking)+len(others) {
		t.Errorf("%v %+v %+v", err, r.Sum, r.Proven)
	}
	told := 0
	for _, f := range r.Users[0].Folders {
		told += f.Receipts
	}
	if told != len(asking) {
		t.Errorf("the account tells of %d", told)
	}
	if s := w.run(); s.Sent != 0 {
		t.Errorf("a second run sent %d", s.Sent)
	}
}
