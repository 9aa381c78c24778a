package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestLinesForAScreenReaderBreakBetweenWords(t *testing.T) {
	for line, want := range map[string]string{
		"21:04:43 ben@acme.example: done, 1,002 messages": "21:04:43 ben@acme.example: done, 1,002\nmessages",
		"    What to do: rename it at the old server":     "    What to do: rename it at the old\n    server",
		"▲ carla@acme.example":                            "carla@acme.example",
		"MX  (✗ wrong)":                                   "MX  (wrong)",
		"Quota: ✓":                                        "Quota: ok",
		"✗":                                               "failed",
		"What now [7]: ":                                  "What now [7]: ",
		"":                                                "",
	} {
		var b strings.Builder
		w := &aloud{&b, func() int { return 40 }}
		if n, err := w.Write([]byte(line + "\n")); n != len(line)+1 || err != nil {
			t.Errorf("%q: %d, %v", line, n, err)
		}
		if b.String() != want+"\n" {
			t.Errorf("%q is written as %q", line, b.String())
		}
	}
}

func TestTablesForAScreenReaderCutNothing(t *testing.T) {
	x := &table{loud: true, more: "…", columns: []column{{title: "Record"}, {title: "Found", least: 5}, {title: "Too big", fold: true}, {title: ""}}}
	x.add("MX", "10 mail.the-old-server.example", "0", "✓")
	var b, out strings.Builder
	x.write(&b, 20)
	if got := b.String(); got != "MX; Found: 10 mail.the-old-server.example; ✓\n" {
		t.Errorf("%q", got)
	}
	_, _ = (&aloud{&out, func() int { return 38 }}).Write([]byte(b.String()))
	for line := range strings.SplitSeq(out.String(), "\n") {
		if ansi.StringWidth(line) > 37 || strings.Contains(line, "…") {
			t.Errorf("%q", line)
		}
	}
	if !strings.Contains(out.String(), "mail.the-old-server.example") {
		t.Error(out.String())
	}
}

func TestEnterAloneLeadsThroughTheChangeOfTheMX(t *testing.T) {
	for _, c := range []struct {
		publish, spreading, toSay bool
		first                     string
	}{{true, false, false, "publish"}, {false, true, false, "watch"}, {false, false, true, "done"}, {false, false, false, "on"}} {
		choices := movingOrder(c.publish, c.spreading, c.toSay)
		if choices[0].value != c.first || !slices.ContainsFunc(choices, func(x choice) bool { return x.value == "on" }) {
			t.Errorf("%+v: %v", c, choices)
		}
	}
}
