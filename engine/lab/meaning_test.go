package lab

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mxodus/engine/meaning"
)

func TestGeneratedMailSaysTheSameAfterExchangeHasRewrittenIt(t *testing.T) {
	r := newMailRoom()
	company := mailOf(r, 600)
	for i, raw := range append(company, OddMail()...) {
		odd := i >= len(company)
		there := rewritten(raw)
		if bytes.Equal(raw, there) {
			t.Fatalf("message %d was not rewritten", i)
		}
		l := meaning.Read(bytes.NewReader(raw)).Against(meaning.Read(bytes.NewReader(there)))
		if len(l.Differs) > 0 || !odd && len(l.Doubts) > 0 {
			t.Errorf("message %d: %q, doubts %q\n%.1500s\n=====\n%.2500s", i, l.Differs, l.Doubts, raw, there)
		} else if len(l.Doubts) > 0 {
			t.Logf("odd message %d: doubts %q: %.80q", i-len(company), l.Doubts, raw)
		}
	}
}

// mailOf is that many messages as the practice company's people write them.
func mailOf(r *mailRoom, n int) (all [][]byte) {
	languages := []*language{&english, &german, &french, &spanish}
	for i := range n {
		l := r.between(contacts[i%len(contacts)], contacts[(i+1)%len(contacts)], languages[i%len(languages)], time.Date(2019, 1, 1, 8, 0, i, 0, time.UTC))
		all = append(all, r.write(l).bytes())
	}
	return all
}

func TestDamagedMailIsFound(t *testing.T) {
	r := newMailRoom()
	found := map[string]int{}
	for i, raw := range mailOf(r, 300) {
		for name, damage := range map[string]func(*exchangeItem) bool{
			"lost attachment": func(x *exchangeItem) bool {
				if len(x.attachments) == 0 {
					return false
				}
				x.attachments = x.attachments[1:]
				return true
			},
			"swapped bytes": func(x *exchangeItem) bool {
				if len(x.attachments) == 0 {
					return false
				}
				x.attachments[0].content = append([]byte("swap"), x.attachments[0].content[4:]...)
				return true
			},
			"truncated attachment": func(x *exchangeItem) bool {
				if len(x.attachments) == 0 {
					return false
				}
				x.attachments[0].content = x.attachments[0].content[:len(x.attachments[0].content)-1]
				return true
			},
			"truncated text": func(x *exchangeItem) bool {
				if x.hasHTML {
					x.html = x.html[:len(x.html)/2]
				}
				x.plain = x.plain[:len(x.plain)*3/4]
				return true
			},
			"a word of the text": func(x *exchangeItem) bool {
				x.html = bytes.Replace(x.html, []byte("e"), []byte("3"), 1)
				x.plain = bytes.Replace(x.plain, []byte("e"), []byte("3"), 1)
				return true
			},
			"subject": func(x *exchangeItem) bool { x.subject = "x"; return true },
		} {
			x := itemOf(raw, 0)
			if !damage(x) {
				continue
			}
			var out bytes.Buffer
			x.write(&out, raw)
			if l := meaning.Read(bytes.NewReader(raw)).Against(meaning.Read(bytes.NewReader(out.Bytes()))); len(l.Differs) == 0 {
				t.Errorf("message %d, %s: nobody noticed; doubts %q", i, name, l.Doubts)
			} else {
				found[name+": "+strings.Split(l.Differs[0], "“")[0]]++
			}
		}
	}
	t.Logf("found: %v", found)
	if len(found) < 6 {
		t.Errorf("not everything was tried: %v", found)
	}
}
