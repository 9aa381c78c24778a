package imapconn

import (
	"context"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"mxodus/engine"
)

var _ engine.SubjectReader = (*session)(nil)

// maxSubject is as much of a subject as anybody reads, in characters.
const maxSubject = 200

// Subjects reads two header fields of messages, pipelined; with the flags and
// dates that come along, nothing else. each gets every message that the server
// could give.
func (s *session) Subjects(ctx context.Context, req engine.ScanRequest, each func(engine.Subject) error) (engine.ScanResult, error) {
	h := &headers{s: s, req: req}
	err := s.raw(ctx, "read the subjects of "+folderText(req.Folder.Wire), func(r *rawIO) error {
		h.p = &pipeline{r: r}
		open, err := s.opens(h.p, req.Folder.Wire, false, func(o *opening) { h.out = o.result })
		h.open = open
		if err != nil || open.result.Err != nil || req.StatusOnly {
			return firstOf(err, h.p.drain())
		}
		return h.ask(h.sets(), " BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]", func(e *entry, header []byte, whole bool) error {
			if !whole || !h.seen.add(e.UID) {
				return nil
			}
			return each(engine.Subject{UID: e.UID, Size: e.Size, Date: e.Date, Subject: fieldOf(header, "subject:"), From: fieldOf(header, "from:")})
		})
	})
	return h.out, err
}

// fieldOf is the decoded value of a header field, cleaned. The name is in lower case
// and has its colon.
func fieldOf(header []byte, name string) string {
	raw := rawField(string(header), name)
	if !utf8.ValidString(raw) {
		if s, err := charmap.Windows1252.NewDecoder().String(raw); err == nil {
			raw = s
		}
	}
	decoder := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}}
	if s, err := decoder.DecodeHeader(raw); err == nil {
		raw = s
	}
	return engine.Clean(strings.TrimSpace(raw), maxSubject)
}

// rawField is the field's value, unfolded; what else stands in the header
// makes no difference.
func rawField(header, name string) string {
	value, found := "", false
	for line := range strings.Lines(header) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case found && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")):
			value += " " + strings.TrimLeft(line, " \t")
		case found:
			return value
		case len(line) >= len(name) && strings.EqualFold(line[:len(name)], name):
			value, found = strings.TrimLeft(line[len(name):], " \t"), true
		}
	}
	return value
}
