package engine

import (
	"bytes"
	"testing"
)

// normalOf is the normalised digest of a message.
func normalOf(t *testing.T, raw string) Digest {
	t.Helper()
	b, err := NewBudget(1<<20).Alloc(t.Context(), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReadFrom(bytes.NewReader([]byte(raw))); err != nil {
		t.Fatal(err)
	}
	defer b.Release()
	return b.NormalDigest()
}

func TestWhatServersChangeMakesNoDifference(t *testing.T) {
	const raw = "Subject: Gr\xfc\xdfe\x00\r\nTo: a\r\n\r\nGr\xfc\xdfe\x00\r\n\r\n"
	for name, stored := range map[string]string{
		"Dovecot: NUL":            "Subject: Gr\xfc\xdfe\x80\r\nTo: a\r\n\r\nGr\xfc\xdfe\x80\r\n\r\n",
		"Cyrus: 8 bits in header": "Subject: GrXXeX\r\nTo: a\r\n\r\nGr\xfc\xdfe\x00\r\n\r\n",
		"bare LF":                 "Subject: Gr\xfc\xdfe\x00\nTo: a\n\nGr\xfc\xdfe\x00\n\n",
		"line ends at the end":    "Subject: Gr\xfc\xdfe\x00\r\nTo: a\r\n\r\nGr\xfc\xdfe\x00",
	} {
		if normalOf(t, raw) != normalOf(t, stored) {
			t.Errorf("%s: the contents differ", name)
		}
		if IdentityOf([]byte(raw)) != IdentityOf([]byte(stored)) {
			t.Errorf("%s: the identities differ", name)
		}
	}
	for name, other := range map[string]string{
		"a letter in the header": "Subject: Gr\xfc\xdfx\x00\r\nTo: a\r\n\r\nGr\xfc\xdfe\x00\r\n\r\n",
		"8 bits in the body":     "Subject: Gr\xfc\xdfe\x00\r\nTo: a\r\n\r\nGrXXe\x00\r\n\r\n",
		"a blank line":           "Subject: Gr\xfc\xdfe\x00\r\nTo: a\r\n\r\n\r\nGr\xfc\xdfe\x00\r\n\r\n",
	} {
		if normalOf(t, raw) == normalOf(t, other) {
			t.Errorf("%s makes no difference", name)
		}
	}
	if normalOf(t, "\r\n\xfc") == normalOf(t, "\r\nX") {
		t.Error("an empty header goes on into the body")
	}
	if IdentityOf([]byte("Message-ID: <\xe9>\r\n\r\n")) != IdentityOf([]byte("Message-ID: <X>\r\n\r\n")) {
		t.Error("a Message-ID of 8 bits is not known again")
	}
}
