package imapconn

import (
	"testing"
)

func TestSubjectsAreReadInEverySpelling(t *testing.T) {
	for header, want := range map[string]string{
		"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n":        "Grüße",
		"Subject: =?windows-1251?b?z/Do4uXy?=\r\n\r\n":        "Привет",
		"Subject: =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=\r\n\r\n": "日本",
		"SUBJECT: a long\r\n one\r\n\r\n":                     "a long one",
		"Subject: caf\xe9\r\n\r\n":                            "café",
		"Subject: =?utf-8?q?line=0D=0ABcc:_x?=\r\n\r\n":       "line  Bcc: x",
		"Subject: \x1b[31mred\r\n\r\n":                        `\x1b[31mred`,
		"Subject: =?utf-8?q?=E2=80=AEexe.txt?=\r\n\r\n":       `\u{202e}exe.txt`,
		"Subject: =?unknown-charset?q?x?=\r\n\r\n":            "=?unknown-charset?q?x?=",
		"\r\n": "",
		"":     "",
	} {
		if got := fieldOf([]byte(header), "subject:"); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}
