package engine

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// Digest is the SHA-256 of the body's bytes.
func (b *Body) Digest() (d Digest) {
	h := sha256.New()
	_, _ = b.WriteTo(h) // a hash never fails
	h.Sum(d[:0])
	return d
}

// NormalDigest is the SHA-256 of the body less what servers are known to change
// as they store it: line ends, line ends at the end, NUL for 0x80, and in the
// header whatever is no ASCII.
func (b *Body) NormalDigest() (d Digest) {
	h := sha256.New()
	n := &normalizer{to: h, run: 1}
	_, _ = b.WriteTo(n)
	h.Sum(d[:0])
	return d
}

// normalizer drops CR, turns NUL into 0x80, and keeps line feeds back until
// something follows them.
type normalizer struct {
	to   hash.Hash
	lfs  int
	run  int // line feeds in a row, while in the header
	body bool
}

func (n *normalizer) Write(p []byte) (int, error) {
	size := len(p)
	p = bytes.ReplaceAll(p, []byte{'\r'}, nil)
	n.plainHeader(p)
	p = bytes.ReplaceAll(p, []byte{0}, []byte{0x80})
	end := len(p)
	for end > 0 && p[end-1] == '\n' {
		end--
	}
	if end > 0 {
		n.to.Write(bytes.Repeat([]byte{'\n'}, n.lfs))
		n.to.Write(p[:end])
		n.lfs = 0
	}
	n.lfs += len(p) - end
	return size, nil
}

// plainHeader makes ASCII of the header's bytes, up to the first blank line.
func (n *normalizer) plainHeader(p []byte) {
	for i := 0; i < len(p) && !n.body; i++ {
		if p[i] != '\n' {
			p[i], n.run = headerByte(p[i]), 0
			continue
		}
		n.run++
		n.body = n.run == 2
	}
}
