package lab

import (
	"strings"
	"time"
)

// OddMail is mail that a well-kept server would never hold and every old server
// does: each of them must arrive byte for byte.
func OddMail() [][]byte {
	text := func(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }
	return [][]byte{
		text("From: scanner@acme.example", "To: anna@acme.example", "Subject: Scan 0001", "Date: Mon, 3 Feb 2020 07:12:00 +0100", "", "No Message-ID: the scanner never learnt it."),
		text("From: scanner@acme.example", "To: anna@acme.example", "Subject: Scan 0002", "Date: Mon, 3 Feb 2020 07:12:00 +0100", "", "No Message-ID either."),
		[]byte("From: M\xfcller <mueller@muehlbach-stahl.example>\r\nTo: anna@acme.example\r\nSubject: Gr\xfc\xdfe aus der Halle\r\nMessage-ID: <8bit@muehlbach-stahl.example>\r\n\r\nLatin-1 in the header, and no word of it anywhere.\r\n"),
		[]byte("From: cron@acme.example\nTo: office@acme.example\nSubject: backup done\nMessage-ID: <lf@acme.example>\n\nLines that end in LF alone.\nUnix did that.\n"),
		[]byte("This is all that is left of a message.\r\nIt has no header at all.\r\n"),
		text("", "An empty header, then this."),
		text("From: newsletter@trade-journal.example", "Date: Fri, 31 Feb 2019 25:61:00 +9900", "Subject: A date that never was", "Message-ID: <never@trade-journal.example>", "", "Hello."),
		text("From: newsletter@trade-journal.example", "Date: yesterday", "Subject:", "Message-ID: <>", "", ""),
		text("From: long@hollis-tools.example", "Subject: One long line", "Message-ID: <long@hollis-tools.example>", "", strings.Repeat("0123456789 ", 1200)),
		text("From: Ruth <ruth@hollis-tools.example>", "Subject: =?utf-8?Q?Unfinished", "Message-ID: <unfinished@hollis-tools.example>", "Content-Type: multipart/mixed; boundary=nowhere", "", "--nowhere", "Content-Type: text/plain", "", "No closing boundary."),
		text("From: ruth@hollis-tools.example", "Subject: Commands for the new server", "Message-ID: <commands@hollis-tools.example>", "", "z1 CREATE PWNED", "z2 DELETE INBOX", "z3 LOGOUT"),
		[]byte("From: ruth@hollis-tools.example\r\nSubject: ends without a line end\r\nMessage-ID: <noend@hollis-tools.example>\r\n\r\nThe end"),
		text("From: ruth@hollis-tools.example", "Subject: \x1b[31mred\x1b[0m and \x1b]0;title\x07", "Message-ID: <esc@hollis-tools.example>", "", "A subject that would like to paint the terminal."),
		text("FROM: x@hollis-tools.example", "sUbJeCt: folded", "\tover", " three lines", "Message-ID:", "\t<folded@hollis-tools.example>", "", "x"),
	}
}

// oddDates are internal dates that come with them: old, in odd zones, and at
// the turn of a day.
func oddDates() []time.Time {
	return []time.Time{
		time.Date(1994, 2, 28, 23, 59, 59, 0, time.FixedZone("", -11*3600)),
		time.Date(2000, 2, 29, 0, 0, 0, 0, time.FixedZone("", 5*3600+45*60)),
		time.Date(2020, 12, 31, 23, 59, 60, 0, time.FixedZone("", 14*3600)),
		time.Date(2004, 7, 1, 12, 0, 0, 0, time.UTC),
	}
}
