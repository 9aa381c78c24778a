package engine

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// cell is one cell of a users' file.
type cell struct {
	text   string
	broken string // what is wrong with its quotes, in words
}

func (c cell) isEmpty() bool { return c.broken == "" && strings.TrimSpace(c.text) == "" }

// cellRow is one row; empty ones are left out.
type cellRow struct {
	line  int
	cells []cell
}

// decodeText makes UTF-8 of what Excel and others save: UTF-8 with and without a
// byte order mark, and UTF-16. Bytes that are neither stay as they are.
func decodeText(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		return string(raw[3:])
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return decode16(raw[2:], 0, 1)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return decode16(raw[2:], 1, 0)
	case len(raw) > 3 && raw[1] == 0 && raw[3] == 0:
		return decode16(raw, 0, 1)
	case len(raw) > 3 && raw[0] == 0 && raw[2] == 0:
		return decode16(raw, 1, 0)
	}
	return string(raw)
}

func decode16(raw []byte, low, high int) string {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i+low])|uint16(raw[i+high])<<8)
	}
	return string(utf16.Decode(units))
}

// splitCells reads rows (RFC 4180). A quote that is never closed ends with its
// line, so that the rest of the file is read all the same.
func splitCells(text string, delimiter byte) (rows []cellRow) {
	line := 1
	for text != "" {
		row := cellRow{line: line}
		lines := 0
		row.cells, text, lines = nextRow(text, delimiter)
		line += lines
		if slices.ContainsFunc(row.cells, func(c cell) bool { return !c.isEmpty() }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// nextRow cuts a row off text and counts its lines.
func nextRow(text string, delimiter byte) (cells []cell, rest string, lines int) {
	for {
		c, after, n := nextCell(text, delimiter)
		cells = append(cells, c)
		lines += n
		switch {
		case after == "":
			return cells, "", lines + 1
		case after[0] == delimiter:
			text = after[1:]
		default:
			return cells, strings.TrimPrefix(strings.TrimPrefix(after, "\r"), "\n"), lines + 1
		}
	}
}

// nextCell cuts a cell off text; rest begins with the delimiter or a line end.
func nextCell(text string, delimiter byte) (c cell, rest string, lines int) {
	ends := "\r\n" + string(delimiter)
	if inner, ok := strings.CutPrefix(strings.TrimLeft(text, " "), `"`); ok {
		value, after, closed := unquote(inner)
		tail, ok := skipTo(after, ends)
		if closed && ok {
			return cell{text: value}, tail, lineEnds(value)
		}
		c.broken = "has a quote that is never closed"
		if closed {
			c.broken = "has something behind its closing quote"
		}
		text = strings.TrimLeft(text, " ")
		end := indexOrEnd(text, "\r\n")
		return c, text[end:], 0
	}
	end := indexOrEnd(text, ends)
	return cell{text: text[:end]}, text[end:], 0
}

// unquote reads up to the closing quote; "" within stands for one quote.
func unquote(s string) (value, rest string, closed bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return "", "", false
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		if !strings.HasPrefix(s, `"`) {
			return b.String(), s, true
		}
		b.WriteByte('"')
		s = s[1:]
	}
}

// skipTo passes over blanks before one of the ends, or the end of the text.
func skipTo(s, ends string) (rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	return s, s == "" || strings.IndexByte(ends, s[0]) >= 0
}

func indexOrEnd(s, any string) int {
	if i := strings.IndexAny(s, any); i >= 0 {
		return i
	}
	return len(s)
}

func lineEnds(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}

// unfitCell is what is wrong with a cell whatever its column, and what to do.
func unfitCell(c cell) (what, do string) {
	switch {
	case c.broken != "":
		return c.broken, "Put the whole cell between quotes, and write a quote within it twice."
	case strings.ContainsAny(c.text, "\r\n"):
		return "has a line break in it", "Write it on one line. If rows ran together, a quote is missing."
	case !utf8.ValidString(c.text):
		return "has letters that can't be read", `Save the file as "CSV UTF-8".`
	case len(c.text) > maxCell:
		return "is longer than a thousand characters", "Shorten it. If rows ran together, a quote or a line end is missing."
	case strings.ContainsFunc(c.text, isBidi):
		return "has an invisible mark in it that turns the direction of writing", "Type the cell again by hand: the mark came along when it was copied."
	case hasControl(c.text):
		return "has a control character in it, which can't be seen", "Type the cell again by hand."
	}
	return "", ""
}
