package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"mxodus/engine"
)

// path joins the levels of a folder for people, cleaned.
func path(levels []string) string { return engine.Clean(strings.Join(levels, "/"), 120) }

// parseSize reads 35MB, 1.5 GB, 500k or plain bytes. Units are powers of 1,024.
func parseSize(s string) (int64, error) {
	t := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	t = strings.TrimSuffix(strings.TrimSuffix(t, "b"), "i")
	shift := 0
	if n := len(t); n > 0 {
		if i := strings.IndexByte("kmgt", t[n-1]); i >= 0 {
			shift, t = 10*(i+1), t[:n-1]
		}
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || !(v > 0) || v*float64(int64(1)<<shift) > 1<<50 {
		return 0, fmt.Errorf("%q is no size: write 35MB or 1GB", engine.Clean(s, 40))
	}
	return int64(v * float64(int64(1)<<shift)), nil
}

// para prints text as a paragraph, broken between words where the terminal ends;
// further lines stand below the first one's indent.
func (a *app) para(w io.Writer, indent, text string) {
	text = engine.ForFile(text, a.ours)
	columns := width(a.Stdout)
	if w == a.err {
		columns = width(a.Stderr)
	}
	if columns > 0 {
		text = wrapped(text, max(columns-len(indent)-1, 20))
	}
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(w, indent+line)
	}
}

// wrapped breaks text at blanks only: an ID or a flag that is broken at a hyphen
// can't be copied.
func wrapped(text string, columns int) string {
	const hyphen = "\ue000" // clean text never holds it
	text = ansi.Wordwrap(strings.ReplaceAll(text, "-", hyphen), columns, "")
	return strings.ReplaceAll(text, hyphen, "-")
}
