package widget

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

func plain() *Look { return &Look{Glyphs: Rich()} }

func runes(s string) tea.KeyMsg      { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }
func press(k tea.KeyType) tea.KeyMsg { return tea.KeyMsg{Type: k} }

func TestTextIsCutAndFilledByColumns(t *testing.T) {
	l := plain()
	for _, c := range []struct{ got, want string }{
		{l.Fit("abc", 5), "abc  "}, {l.Fit("abcdef", 5), "abcd…"}, {l.FitRight("7", 3), "  7"},
		{l.Fit("東京都", 5), "東京…"}, {l.Fit("東京都", 4), "東… "}, {l.Fit("x", 0), ""}, {l.Cut("", 3), ""},
		{l.Spread("left", "right", 12), "left   right"}, {l.Spread("a long left side", "right", 12), "a lon… right"},
	} {
		if c.got != c.want {
			t.Errorf("%q instead of %q", c.got, c.want)
		}
	}
	red := Ink{"\x1b[31m", "\x1b[0m"}
	if got := l.Fit(red.Paint("東京都"), 5); ansi.StringWidth(got) != 5 || !strings.HasSuffix(got, "\x1b[0m") {
		t.Errorf("%q", got)
	}
}

func TestGaugeIsFullOnlyWhenEverythingIsDone(t *testing.T) {
	l := plain()
	for _, c := range []struct {
		part float64
		want string
	}{{0, "····"}, {0.0001, "▏···"}, {0.5, "██··"}, {0.99999, "███▉"}, {1, "████"}, {7, "████"}, {-1, "····"}} {
		if got := l.Gauge(c.part, 4); got != c.want {
			t.Errorf("%v: %q instead of %q", c.part, got, c.want)
		}
	}
	ascii := &Look{Glyphs: ASCII()}
	if got := ascii.Gauge(0.999, 4); got != "###-" {
		t.Errorf("ASCII: %q", got)
	}
	for _, look := range []*Look{l, ascii} {
		for _, part := range []float64{0, 0.3, 0.999, 1} {
			c := look.Thin(part, 7)
			if Width(c.Text+c.Rest) != 7 || (c.Rest == "" && (part < 1 && look == ascii)) {
				t.Errorf("%v: %+v", part, c)
			}
		}
	}
}

func TestSparklineStartsAtZeroAndKeepsItsWidth(t *testing.T) {
	l := plain()
	for _, c := range []struct {
		values []float64
		want   string
	}{{nil, "    "}, {[]float64{0, 0}, "  ▁▁"}, {[]float64{100, 50}, "  ▇▄"}, {[]float64{7, 7, 0, 0, 7, 7, 0, 0}, "▇▁▇▁"}} {
		if got := l.Sparkline(c.values, 4); got != c.want {
			t.Errorf("%v: %q instead of %q", c.values, got, c.want)
		}
	}
}

func TestInputEditsAndKeepsItsCursorInSight(t *testing.T) {
	l := plain()
	l.Cursor = RawInk("7")
	under := func(s string) string { return "\x1b[7m" + s + "\x1b[0m" }
	var i Input
	i.Update(runes("hello\tworld\r\n"))
	if i.Value() != "hello world" {
		t.Fatalf("%q", i.Value())
	}
	i.Update(press(tea.KeyCtrlW))
	i.Update(runes("東京"))
	i.Update(press(tea.KeyLeft))
	if got := i.View(l, 30, true, true); !strings.HasPrefix(got, "hello 東"+under("京")) {
		t.Errorf("%q", got)
	}
	if got := i.View(l, 6, true, true); !strings.Contains(got, under("京")) || ansi.StringWidth(got) != 6 {
		t.Errorf("%q", got)
	}
	i.Update(press(tea.KeyBackspace))
	i.Update(press(tea.KeyDelete))
	i.Update(press(tea.KeyHome))
	i.Update(press(tea.KeyDelete))
	if i.Value() != "ello " {
		t.Errorf("%q", i.Value())
	}
	i.Secret = true
	if got := i.View(l, 10, false, false); strings.Contains(got, "e") || strings.Count(got, "•") != 5 {
		t.Errorf("a secret shows: %q", got)
	}
}

func TestPaperKeepsTabsAndKnowsEveryLineEnd(t *testing.T) {
	var p Paper
	p.Update(runes("a\tb\r\nc\rd\ne\x1b[31m"))
	p.Update(press(tea.KeyEnter))
	p.Update(press(tea.KeyTab))
	p.Update(runes("f"))
	if want := "a\tb\nc\nd\ne[31m\n\tf"; p.Text() != want || p.Lines() != 5 {
		t.Errorf("%q, %d lines", p.Text(), p.Lines())
	}
	for range 100 {
		p.Update(press(tea.KeyBackspace))
	}
	if p.Text() != "" {
		t.Errorf("left %q", p.Text())
	}
}

func TestPaperJoinsAndSplitsLines(t *testing.T) {
	var p Paper
	p.Set("ab\ncd")
	p.Update(press(tea.KeyHome))
	p.Update(press(tea.KeyBackspace))
	p.Update(press(tea.KeyLeft))
	p.Update(press(tea.KeyEnter))
	p.Update(press(tea.KeyUp))
	p.Update(press(tea.KeyEnd))
	p.Update(press(tea.KeyDelete))
	p.Update(runes("X"))
	if p.Text() != "aXbcd" {
		t.Errorf("%q", p.Text())
	}
	if got := p.View(plain(), 20, 3); len(strings.Split(got, "\n")) != 3 {
		t.Errorf("%q", got)
	}
}

func rowsOf(n int) func(int) []Cell {
	return func(i int) []Cell { return []Cell{{Text: strings.Repeat("x", i+1)}, {Text: "state"}, {Text: "extra"}} }
}

func TestTableFoldsColumnsAndKeepsTheCursorInSight(t *testing.T) {
	l := plain()
	columns := []Column{{Title: "Name", Width: 10, Grow: 1}, {Title: "State", Width: 5}, {Title: "Extra", Width: 8, Fold: 1}}
	table := Table{}
	table.Resize(20)
	for range 15 {
		table.Update(press(tea.KeyDown))
	}
	wide := table.View(l, columns, 40, 8, rowsOf(20), nil)
	if !strings.Contains(wide, "Extra") || !strings.Contains(wide, "▶  xxxx") || !strings.Contains(wide, "more above") {
		t.Errorf("\n%s", wide)
	}
	if narrow := table.View(l, columns, 24, 8, rowsOf(20), nil); strings.Contains(narrow, "Extra") || !strings.Contains(narrow, "state") {
		t.Errorf("\n%s", narrow)
	}
	asked := 0
	table.View(l, columns, 40, 8, func(i int) []Cell { asked++; return rowsOf(20)(i) }, nil)
	if asked > 7 {
		t.Errorf("asks for %d rows to show 7", asked)
	}
	table.Resize(3)
	if table.At() != 2 {
		t.Errorf("the cursor is at %d of 3", table.At())
	}
	table.Resize(0)
	if table.At() != -1 {
		t.Errorf("the cursor is at %d of none", table.At())
	}
}

func TestFormSaysErrorsWhenAFieldIsLeft(t *testing.T) {
	var f *Form
	f = NewForm(
		&Field{Name: "a", Label: "A", Check: func(v string) string {
			if v == "" {
				return "needs something"
			}
			return ""
		}},
		&Field{Name: "kind", Label: "Kind", Options: []Option{{"x", "first"}, {"y", "second"}}},
		&Field{Name: "more", Label: "More", Secret: true, Hidden: func() bool { return f.Get("kind") != "y" }},
	)
	l := plain()
	if view := f.View(l, 60, 10); strings.Contains(view, "needs something") || strings.Contains(view, "More") {
		t.Errorf("\n%s", view)
	}
	f.Update(press(tea.KeyTab))
	if view := f.View(l, 60, 10); !strings.Contains(view, "✗ needs something") {
		t.Errorf("\n%s", view)
	}
	if f.Update(press(tea.KeyEnter)) || f.Focus() != "a" {
		t.Error("handed in with an error, or the focus isn't on it")
	}
	f.Update(runes("ok"))
	f.Update(press(tea.KeyEnter))
	f.Update(press(tea.KeyDown))
	if f.Get("kind") != "y" || f.AtLast() {
		t.Errorf("kind %q", f.Get("kind"))
	}
	f.Update(press(tea.KeyEnter))
	f.Update(runes(" pass "))
	if !f.Update(press(tea.KeyEnter)) || f.Get("more") != " pass " {
		t.Errorf("not handed in, or a secret was trimmed: %q", f.Get("more"))
	}
}

func TestConfirmTakesTheHarmlessAnswerByItself(t *testing.T) {
	c := Confirm{Answers: []Answer{{Label: "Keep"}, {Label: "Delete", Msg: "deleted"}}}
	if answer, done := c.Update(press(tea.KeyEnter)); answer != nil || !done {
		t.Error("Enter alone does something")
	}
	c.Update(press(tea.KeyRight))
	if answer, done := c.Update(press(tea.KeyEsc)); answer != nil || !done {
		t.Error("Esc does something")
	}
	if answer, done := c.Update(press(tea.KeyEnter)); answer != "deleted" || !done {
		t.Errorf("answered %v", answer)
	}
}

func TestMenuDoesNotChooseWhatIsOff(t *testing.T) {
	m := Menu{Items: []Item{{Label: "a"}, {Label: "b", Off: true, Text: "not yet"}}}
	m.Update(press(tea.KeyDown))
	if m.Update(press(tea.KeyEnter)) {
		t.Error("chosen though off")
	}
	m.Update(press(tea.KeyUp))
	if !m.Update(press(tea.KeyEnter)) || m.Chosen().Label != "a" {
		t.Error("not chosen")
	}
}

func TestLogFollowsTheNewestUntilScrolledBack(t *testing.T) {
	lines := []Line{{Text: "one"}, {Text: "two"}, {Text: "three"}}
	g := Log{}
	if view := g.View(plain(), lines, 40, 2); !strings.Contains(view, "three") || strings.Contains(view, "one") {
		t.Errorf("\n%s", view)
	}
	g.Update(press(tea.KeyHome), len(lines))
	if view := g.View(plain(), lines, 40, 2); !strings.Contains(view, "one") || strings.Contains(view, "three") {
		t.Errorf("\n%s", view)
	}
}

func TestLogBreaksLongLinesAndAnswersEveryKey(t *testing.T) {
	long := strings.Repeat("word ", 30) + "end"
	lines := []Line{{Time: "15:04:05", Sign: "!", Text: long}, {Time: "15:04:06", Text: "two"}, {Time: "15:04:07", Text: "three"}, {Time: "15:04:08", Text: "four"}}
	g := Log{}
	g.Update(press(tea.KeyHome), len(lines))
	view := g.View(plain(), lines, 40, 9)
	if !strings.Contains(view, "end") || strings.Count(view, "15:04:05") != 1 {
		t.Errorf("the long line isn't seen whole:\n%s", view)
	}
	for _, row := range strings.Split(view, "\n") {
		if Width(row) > 40 {
			t.Errorf("%q is wider than the room", row)
		}
	}
	g.Update(press(tea.KeyDown), len(lines))
	if next := g.View(plain(), lines, 40, 9); next == view {
		t.Error("a key does nothing that can be seen")
	}
}

func TestScrollShowsTheEnd(t *testing.T) {
	lines := strings.Split("abcdefghij", "")
	s := Scroll{}
	s.Update(press(tea.KeyEnd), len(lines))
	if view := s.View(plain(), lines, 40, 4); !strings.HasPrefix(view, "h\ni\nj\n") || !strings.Contains(view, "7 more above") {
		t.Errorf("\n%s", view)
	}
}

func TestProseGoesOnInTheNextRow(t *testing.T) {
	var p Prose
	p.Set("one two three four five\n\n東京東京東京東京東京")
	p.Go(0)
	l := &Look{Glyphs: ASCII()}
	got := strings.Split(p.View(l, 17, 9), "\n")
	for i, want := range []string{"   1 one two", "     three four", "     five", "   2 ", "   3 東京東京東", "     京東京東京"} {
		if strings.TrimRight(got[i], " ") != strings.TrimRight(want, " ") {
			t.Errorf("row %d is %q, not %q", i, got[i], want)
		}
	}
	for _, row := range got {
		if Width(row) > 17 {
			t.Errorf("%q is too wide", row)
		}
	}
	l.Cursor = RawInk("7")
	for _, at := range []struct{ keys, row int }{{0, 0}, {7, 0}, {8, 1}, {23, 2}} {
		p.Go(0)
		for range at.keys {
			p.Update(tea.KeyMsg{Type: tea.KeyRight})
		}
		for i, row := range strings.Split(p.View(l, 17, 9), "\n") {
			if strings.Contains(row, "\x1b[7m") != (i == at.row) {
				t.Errorf("after %d keys, row %d: %q", at.keys, i, row)
			}
		}
	}
}

func TestWrappedLinesAreNeverWiderThanTheirRoom(t *testing.T) {
	const words = "Names hold at most 64 letters without accents, digits and . - _ ' and hand-over - or not"
	for width := 10; width < 90; width++ {
		lines := Wrap(words, width)
		for _, line := range lines {
			if n := Width(line); n > width {
				t.Errorf("%d wide at %d: %q", n, width, line)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, "")), ""); got != strings.ReplaceAll(words, " ", "") {
			t.Errorf("at %d it reads %q", width, got)
		}
	}
}
