package meaning

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
)

func read(raw string) engine.Meaning { return Read(bytes.NewReader([]byte(raw))) }

func against(ours, theirs string) engine.Likeness { return read(ours).Against(read(theirs)) }

const head = "From: Anna <anna@acme.example>\r\nDate: Mon, 3 Feb 2020 07:12:00 +0100\r\nMIME-Version: 1.0\r\n"

func b64(s string) string {
	var out strings.Builder
	for rest := base64.StdEncoding.EncodeToString([]byte(s)); len(rest) > 0; {
		n := min(76, len(rest))
		out.WriteString(rest[:n] + "\r\n")
		rest = rest[n:]
	}
	return out.String()
}

// same are pairs that say the same in two ways.
var same = map[string][2]string{
	"folding, order, added fields": {
		head + "Subject: a long\r\n subject\r\n\r\nHello\r\n",
		"Received: from x\r\nSubject: a long subject\r\nX-MS-Has-Attach: \r\nDate: Mon, 3 Feb 2020 06:12:00 +0000\r\nfrom: =?utf-8?q?Anna?= <Anna@acme.example>\r\n\r\nHello\r\n"},
	"a subject in another character set": {
		head + "Subject: =?iso-8859-1?Q?Gr=FC=DFe_aus?= =?iso-8859-1?B?IEv2bG4=?=\r\n\r\nx",
		head + "Subject: =?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=\r\n\r\nx"},
	"a letter cut in two encoded words": {
		head + "Subject: =?utf-8?Q?Gr=C3?=\r\n =?utf-8?Q?=BC=C3=9Fe?=\r\n\r\nx",
		head + "Subject: Gr\u00fc\u00dfe\r\n\r\nx"},
	"quoted-printable and base64": {
		head + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe, a long line that is bro=\r\nken\r\n",
		head + "Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("Grüße, a long line that is broken\r\n\r\n")},
	"format=flowed, quotes, NBSP": {
		head + "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n> quoted text that goes \r\n> on and on\r\n\u00a0 own text   \r\n>From here\r\n",
		head + "Content-Type: text/plain; charset=utf-8\r\n\r\n> quoted text that goes on and on\r\n  own text\r\nFrom here\r\n\r\n"},
	"HTML alone gets plain text": {
		head + "Content-Type: text/html; charset=utf-8\r\n\r\n<style>p {}</style><p>Caf&eacute; &amp; <b>Bar</b></p><!-- no > --><a title=\"x>y\" href=http://a>here</a>",
		head + "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nCaf? & Bar\r\nhere <http://a>\r\n--x\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><title>t</title></head><body>\r\n<p>Caf=E9 &amp; <b>Bar</b></p> <a href=http://a>here</a>\r\n--x--\r\n"},
	"alternatives, and plain text made from the HTML": {
		head + "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nHello you, see the page\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hello you, see <a href=p>the page</a>\r\n--x--\r\n",
		head + "Content-Type: multipart/alternative; boundary=\"y y\"\r\n\r\n--y y\r\n\r\nHello you, see the page<p>\r\n--y y\r\nContent-Type: text/html\r\n\r\n<div><p>Hello you, see <a href=p>the page</a></div>\r\n--y y--\r\n"},
	"an attachment with its name in another form": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee\r\n--x\r\nContent-Type: application/pdf; name=\"=?iso-8859-1?Q?F=F6rder.pdf?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("PDF\x00\x01") + "--x--\r\n",
		head + "Content-Type: multipart/mixed; boundary=_0_\r\n\r\n--_0_\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nsee\r\n\r\n--_0_\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; size=5;\r\n filename*0*=utf-8''F%C3%B6r; filename*1=\"der.pdf\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPDF=00=01\r\n--_0_--\r\n"},
	"a second text becomes an attachment": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\n\r\nfooter\r\n--x--\r\n",
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\nContent-Type: text/plain; name=ATT00001.txt\r\n\r\nfooter\r\n--x--\r\n"},
	"two texts run together, an empty one dropped": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\n\r\n\r\n--x\r\n\r\nfooter\r\n--x--\r\n",
		head + "\r\none\r\nfooter\r\n"},
	"an attached message written anew": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?iso-8859-1?Q?=FC?=\r\n\r\ninner\r\n--x--\r\n",
		head + "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: message/rfc822\r\n\r\nX: y\r\nSubject: =?utf-8?Q?=C3=BC?=\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("inner\r\n") + "--y--\r\n"},
	"Apple's texts between pictures become one HTML": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--x\r\n\r\ntwo & three\r\n--x--\r\n",
		head + "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: multipart/alternative; boundary=z\r\n\r\n--z\r\n\r\none [cid:1] two & three\r\n--z\r\nContent-Type: text/html\r\n\r\n<div>one</div><img src=\"cid:1\"><div>two &amp; three</div>\r\n--z--\r\n--y\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--y--\r\n"},
	"Apple's HTML in pieces": {
		head + "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\none two\r\n--x\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>one</p>\r\n--m\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>two</p>\r\n--m--\r\n--x--\r\n",
		head + "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>one</p><img src=\"cid:1\"><p>two</p>\r\n--y\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--y--\r\n"},
	"no closing boundary": {
		head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n",
		head + "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nHello\r\n--y--\r\n"},
	"a name that Windows would not take": {
		head + "Content-Type: application/pdf; name=\"a:b?.pdf\"\r\n\r\nx\r\n",
		head + "Content-Type: application/pdf; name=\"a_b_.pdf\"\r\n\r\nx\r\n"},
	"no header, bare LF": {"Subject: x\n\none\ntwo\n", "Subject: x\r\n\r\none\r\ntwo\r\n"},
}

func TestWhatIsWrittenAnewSaysTheSame(t *testing.T) {
	for name, pair := range same {
		if l := against(pair[0], pair[1]); len(l.Differs) > 0 {
			t.Errorf("%s: %q, doubts %q", name, l.Differs, l.Doubts)
		} else if len(l.Doubts) > 0 {
			t.Errorf("%s: doubts %q", name, l.Doubts)
		}
	}
}

// mixed is a message with all that can be damaged.
func mixed(subject, text, name, file, inner string) string {
	return head + "Subject: " + subject + "\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" +
		"Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\n" + text + "\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>" + text + "</p>\r\n--y--\r\n" +
		"--x\r\nContent-Type: application/pdf; name=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(file) +
		"--x\r\nContent-Type: image/png; name=b.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("PNG") +
		"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\n" + inner + "\r\n--x--\r\n"
}

func TestWhatWasDamagedIsNamed(t *testing.T) {
	whole := mixed("order", "Dear all, the order is done.", "a.pdf", "PDF1", "inner text")
	cut := strings.Index(whole, "--x\r\nContent-Type: image/png")
	end := strings.Index(whole, "--x\r\nContent-Type: message")
	for name, c := range map[string]struct{ there, want string }{
		"subject":           {mixed("0rder", "Dear all, the order is done.", "a.pdf", "PDF1", "inner text"), "its subject differs"},
		"text":              {mixed("order", "Dear all, the order is d", "a.pdf", "PDF1", "inner text"), "its text differs"},
		"plain text only":   {strings.Replace(whole, "\r\nDear all, the order is done.", "\r\nDear all", 1), "its text differs"},
		"bytes":             {mixed("order", "Dear all, the order is done.", "a.pdf", "PDF2", "inner text"), "attachment “a.pdf” differs"},
		"truncated bytes":   {mixed("order", "Dear all, the order is done.", "a.pdf", "PDF", "inner text"), "attachment “a.pdf” differs"},
		"name":              {mixed("order", "Dear all, the order is done.", "c.pdf", "PDF1", "inner text"), "attachment “a.pdf” has another name"},
		"lost attachment":   {whole[:cut] + whole[end:], "attachment “b.png” is missing"},
		"lost message":      {whole[:end] + "--x--\r\n", "the attached message “inner” is missing"},
		"inner text":        {mixed("order", "Dear all, the order is done.", "a.pdf", "PDF1", "inner tex"), "in the attached message “inner”: its text differs"},
		"date":              {strings.Replace(whole, "07:12:00", "07:12:01", 1), "its date differs"},
		"no date":           {strings.Replace(whole, "Date: ", "X-Date: ", 1), "its date differs"},
		"sender":            {strings.Replace(whole, "anna@", "hanna@", 1), "its sender differs"},
		"everything behind": {whole[:strings.Index(whole, "--x\r\n")], "its text is missing"},
		"nothing":           {whole, ""},
	} {
		l := against(whole, c.there)
		if c.want == "" {
			if len(l.Differs)+len(l.Doubts) > 0 {
				t.Errorf("%s: %q %q", name, l.Differs, l.Doubts)
			}
			continue
		}
		if !slices.Contains(l.Differs, c.want) {
			t.Errorf("%s: %q, doubts %q", name, l.Differs, l.Doubts)
		}
	}
}

func TestWhatServersWriteInTheirOwnWordsIsDoubtful(t *testing.T) {
	invite := func(uid, by string) string {
		return head + "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nMeet\r\n--x\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nPRODID:" + by + "\r\nUID:" + uid + "\r\nEND:VCALENDAR\r\n--x--\r\n"
	}
	tnef := head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee\r\n--x\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nTNEF\r\n--x--\r\n"
	unpacked := strings.ReplaceAll(strings.ReplaceAll(tnef, "application/ms-tnef; name=winmail.dat", "application/pdf; name=a.pdf"), "TNEF", "PDF")
	report := head + "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nIt failed\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n--x--\r\n"
	for name, c := range map[string]struct{ ours, theirs, want string }{
		"invitation":         {invite("1", "A"), invite("1", "B"), "invitation"},
		"TNEF":               {tnef, unpacked, "unpacks"},
		"report":             {report, head + "\r\nYour message could not be delivered.\r\n", "own words"},
		"unknown characters": {head + "Content-Type: text/plain; charset=x-none\r\n\r\nGr\xfc\xdfe\r\n", head + "Content-Type: text/plain; charset=utf-8\r\n\r\nGr\u044c\u042fe\r\n", "letters"},
		"no boundary given":  {head + "Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nsee\r\n--x--\r\n", head + "\r\nsee\r\n", "boundary"},
		"broken base64":      {head + "Content-Type: application/pdf; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD*REVG\r\n", head + "Content-Type: application/pdf; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n", "damaged encoding"},
		"empty attachment":   {head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee\r\n--x\r\nContent-Type: image/png; name=n.png\r\n\r\n--x--\r\n", head + "\r\nsee\r\n", "empty"},
	} {
		l := against(c.ours, c.theirs)
		if len(l.Differs) > 0 || !strings.Contains(strings.Join(l.Doubts, "\n"), c.want) {
			t.Errorf("%s: %q, doubts %q", name, l.Differs, l.Doubts)
		}
	}
	if l := against(invite("1", "A"), invite("2", "A")); len(l.Differs) == 0 {
		t.Error("another event passes for the same")
	}
	lost := strings.Replace(tnef, "--x--", "--x\r\nContent-Type: application/pdf; name=b.pdf\r\n\r\nB\r\n--x--", 1)
	if l := against(lost, unpacked); !slices.Contains(l.Differs, "attachment “b.pdf” is missing") {
		t.Errorf("an attachment beside winmail.dat: %q", l.Differs)
	}
}

func TestHostileMessagesCostLittleAndPassAsThemselves(t *testing.T) {
	var many, deep, chain strings.Builder
	many.WriteString(head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n")
	for n := range 2500 {
		fmt.Fprintf(&many, "--x\r\nContent-Type: application/pdf; name=f%d\r\n\r\n%d\r\n", n, n)
	}
	deep.WriteString(head)
	for n := range 300 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", n, n)
	}
	deep.WriteString("\r\nbottom")
	for range 300 {
		chain.WriteString("Subject: s\r\nContent-Type: message/rfc822\r\n\r\n")
	}
	for name, raw := range map[string]string{
		"2,500 parts": many.String() + "--x--\r\n", "deep": deep.String(), "chain": chain.String() + "Subject: s\r\n\r\nbottom",
		"endless header": head + strings.Repeat("X-Y: z\r\n", 50_000) + "\r\nx", "endless line": head + "\r\n" + strings.Repeat("x", 1<<20),
		"nothing": "", "dashes": head + "Content-Type: multipart/mixed; boundary=-\r\n\r\n" + strings.Repeat("--", 10_000),
		"empty boundary": head + "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n--\r\n", "parameters": head + "Content-Type: text/plain" + strings.Repeat("; a*0*=%", 5000) + "\r\n\r\nx",
	} {
		if l := against(raw, raw); len(l.Differs)+len(l.Doubts) > 0 && name != "2,500 parts" {
			t.Errorf("%s: %q %q", name, l.Differs, l.Doubts)
		}
	}
	other := strings.Replace(many.String(), "\r\n2400\r\n", "\r\n24x0\r\n", 1)
	if l := against(many.String(), other); len(l.Differs)+len(l.Doubts) == 0 {
		t.Error("one of 2,500 parts differs, and nobody noticed")
	}
	deepChain := func(bottom string) string {
		return strings.Repeat("Subject: s\r\nContent-Type: message/rfc822\r\n\r\n", 35) + "Subject: s\r\n\r\n" + bottom
	}
	if l := against(deepChain("a"), deepChain("b")); len(l.Differs) == 0 {
		t.Error("the bottom of a chain differs, and nobody noticed")
	}
}

func TestAMessageThatComesInPiecesIsTheSame(t *testing.T) {
	for name, pair := range same {
		for _, raw := range pair {
			whole := read(raw)
			for _, size := range []int{1, 2, 3, 7, 64} {
				room := maxParts
				p := newParser(0, &room)
				for part := range slices.Chunk([]byte(raw), size) {
					_, _ = p.Write(part)
				}
				if l := whole.Against(p.close()); len(l.Differs)+len(l.Doubts) > 0 {
					t.Errorf("%s in pieces of %d: %q %q", name, size, l.Differs, l.Doubts)
				}
			}
		}
	}
}

func FuzzAMessageSaysWhatItSays(f *testing.F) {
	for _, pair := range same {
		f.Add([]byte(pair[0]))
		f.Add([]byte(pair[1]))
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a := Read(bytes.NewReader(raw)).(*message)
		b := Read(bytes.NewReader(raw))
		if l := a.Against(b); len(l.Differs) > 0 {
			t.Errorf("differs from itself: %q", l.Differs)
		}
		if len(a.parts) > maxParts || len(a.texts) > maxParts {
			t.Errorf("%d parts, %d texts", len(a.parts), len(a.texts))
		}
	})
}
