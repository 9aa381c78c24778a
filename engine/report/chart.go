package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// Charts are drawn in a box of this width, in units that are about a pixel where
// there is room.
const (
	chartWidth = 480
	mostBars   = 12
)

// bar is a rectangle of a chart, with its words.
type bar struct {
	X, Y, W, H float64
	Class      string
	Label      string
	Value      string
	TX, TY     float64 // of Value
}

// barChart is a set of bars.
type barChart struct {
	Height int
	Bars   []bar
	Desc   string
}

// slice is one state of messages, for the first chart and its table.
type slice struct {
	Word  string
	Class string
	N     int
	Share string
}

// states are the states of all messages, in the order of the chart.
func (r Report) states() []slice {
	t := r.Totals
	all := []slice{
		{r.t.text("Copied by mxodus"), "s1", t.Copied, ""}, {r.t.text("There before"), "s2", t.Present, ""}, {r.t.text("Moved by its user since"), "s3", t.Moved, ""},
		{r.t.text("Deleted by its user since"), "s4", t.Deleted, ""}, {r.t.text("Left out for a reason"), "s5", t.LeftOut, ""}, {r.t.text("New since the last run"), "s6", t.New, ""},
		{r.t.text("Failed"), "s7", t.Failed, ""}, {r.t.text("Missing or different"), "s8", t.Missing + t.Changed, ""},
	}
	all = slices.DeleteFunc(all, func(s slice) bool { return s.N == 0 })
	for i := range all {
		all[i].Share = r.t.Percent(all[i].N, t.Messages)
	}
	return all
}

// stateChart draws a bar for each state. Bars of few messages stay visible.
func (r Report) stateChart() barChart {
	list := r.states()
	c := barChart{Height: 12 + 44*max(len(list), 1)}
	most := 1
	for _, s := range list {
		most = max(most, s.N)
	}
	for i, s := range list {
		y := float64(8 + 44*i)
		w := max(4, float64(s.N)/float64(most)*(chartWidth-4))
		c.Bars = append(c.Bars, bar{X: 0, Y: y + 18, W: round(w), H: 16, Class: s.Class, Label: s.Word, Value: r.t.Number(s.N), TX: chartWidth - 2, TY: y + 12})
		c.Desc += fmt.Sprintf("%s: %s. ", s.Word, r.t.Number(s.N))
	}
	return c
}

// sizeRow is a mailbox's size, for the second chart and its table.
type sizeRow struct {
	Address  string
	Bytes    int64
	Messages int
}

func (r Report) sizes() []sizeRow {
	var list []sizeRow
	for _, u := range r.Users {
		list = append(list, sizeRow{u.Address, u.Figures.Bytes, u.Figures.Messages})
	}
	slices.SortStableFunc(list, func(a, b sizeRow) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Address, b.Address))
	})
	return list
}

// sizeChart draws the largest mailboxes, and all others as one bar.
func (r Report) sizeChart() barChart {
	list := r.sizes()
	if len(list) > mostBars {
		rest := sizeRow{Address: r.t.count(len(list)-mostBars+1, "other mailbox")}
		for _, s := range list[mostBars-1:] {
			rest.Bytes += s.Bytes
			rest.Messages += s.Messages
		}
		list = append(list[:mostBars-1], rest)
	}
	c := barChart{Height: 12 + 44*max(len(list), 1)}
	most := int64(1)
	for _, s := range list {
		most = max(most, s.Bytes)
	}
	for i, s := range list {
		y := float64(8 + 44*i)
		w := max(2, float64(s.Bytes)/float64(most)*(chartWidth-4))
		c.Bars = append(c.Bars, bar{X: 0, Y: y + 18, W: round(w), H: 16, Class: "s1", Label: short(s.Address, 44), Value: r.t.Size(s.Bytes), TX: chartWidth - 2, TY: y + 12})
		c.Desc += fmt.Sprintf("%s: %s. ", s.Address, r.t.Size(s.Bytes))
	}
	return c
}

// short cuts a label to n runes.
func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// stretch is a piece of copying time with one speed.
type stretch struct {
	length time.Duration
	rate   float64 // bytes a second
	first  bool    // of its run
}

// stretches are all runs that copied, one after the other, without the time
// between them: as measured where samples were kept, else the mean.
func (r Report) stretches() (list []stretch) {
	for _, run := range r.Runs {
		took := run.Finished.Sub(run.Started)
		if !run.copies() || run.Sent == 0 || run.Finished.IsZero() || took <= 0 {
			continue
		}
		if run.Speed == nil {
			list = append(list, stretch{took, float64(run.SentBytes) / took.Seconds(), true})
			continue
		}
		for i, rate := range run.Speed.Rates {
			list = append(list, stretch{run.Speed.Step, rate, i == 0})
		}
	}
	return list
}

// tick is a mark on an axis.
type tick struct {
	At   float64
	Text string
}

// speedChart is speed over copying time.
type speedChart struct {
	Height       int
	Area, Line   string // paths
	X, Y         []tick
	Left, Bottom float64
	Right, Top   float64
	Runs         []float64 // where a run begins
	Desc         string
}

// throughput draws the speed; nil when nothing was copied.
func (r Report) throughput() *speedChart {
	list := r.stretches()
	var total time.Duration
	most := 0.0
	for _, s := range list {
		total += s.length
		most = max(most, s.rate)
	}
	if total <= 0 || most <= 0 {
		return nil
	}
	c := &speedChart{Height: 260, Left: 92, Right: chartWidth - 6, Top: 14, Bottom: 222}
	top := niceAbove(most)
	at := func(d time.Duration) float64 { return round(c.Left + float64(d)/float64(total)*(c.Right-c.Left)) }
	up := func(rate float64) float64 { return round(c.Bottom - rate/top*(c.Bottom-c.Top)) }
	var done time.Duration
	for i, s := range list {
		verb := "L"
		if i == 0 {
			verb = "M"
		} else if s.first {
			c.Runs = append(c.Runs, at(done))
		}
		c.Line += fmt.Sprintf("%s%g %gL%g %g", verb, at(done), up(s.rate), at(done+s.length), up(s.rate))
		done += s.length
	}
	c.Area = fmt.Sprintf("%sL%g %gL%g %gZ", c.Line, c.Right, c.Bottom, c.Left, c.Bottom)
	for i := range 5 {
		v := top * float64(i) / 4
		c.Y = append(c.Y, tick{up(v), r.t.Size(int64(v)) + "/s"})
	}
	for i := range 4 {
		d := total * time.Duration(i) / 3
		text := r.t.Span(d)
		if i == 0 {
			text = r.t.text("start")
		}
		c.X = append(c.X, tick{at(d), text})
	}
	c.Desc = r.t.text("In %s of copying the speed was %s a second at most. Lines across mark where a run begins.", r.t.Span(total), r.t.Size(int64(most)))
	return c
}

// niceAbove is the next round figure in bytes: 1, 2, 4 or 8 times a power of 1,024.
func niceAbove(v float64) float64 {
	unit := 1024.0
	for unit*1000 <= v {
		unit *= 1024
	}
	for _, m := range []float64{1, 2, 4, 8, 16, 20, 32, 40, 64, 80, 120, 160, 200, 400, 600, 800, 1024} {
		if v <= m*unit {
			return m * unit
		}
	}
	return v
}
