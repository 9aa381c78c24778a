package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"time"
)

//go:embed report.html.tmpl
var pageText string

//go:embed chart.svg.tmpl
var chartText string

//go:embed style.css
var style string

// view is what the page is drawn from: the report, and what follows from it.
type view struct {
	Report
	Style      template.CSS
	States     []slice
	StateChart barChart
	Sizes      []sizeRow
	SizeChart  barChart
	Speed      *speedChart
	RunRows    []runRow
	Copying    time.Duration
	HandOuts   []User // users with a page of their own
	Few        bool   // so few users that a table of them fits on a page
}

// chartView is a chart with the words that stand for it where it can't be seen.
type chartView struct {
	ID, Title string
	Chart     barChart
}

// runRow is a line of the table of runs; runs that sent nothing share one.
type runRow struct {
	Started time.Time
	Kind    string
	Took    string
	Sent    int
	Bytes   int64
	Rate    string
	Note    string
}

// HTML is report.html, in the owner's language.
func (r Report) HTML() ([]byte, error) {
	if r.Format != "" && !r.in.Now.IsZero() {
		r = r.in.report(true)
	}
	t, err := template.New("page").Funcs(r.functions()).Parse(pageText)
	if err == nil {
		_, err = t.Parse(chartText)
	}
	if err != nil {
		return nil, err
	}
	v := view{Report: r, Style: template.CSS(style), States: r.states(), StateChart: r.stateChart(), Sizes: r.sizes(), SizeChart: r.sizeChart(), Speed: r.throughput(), Few: len(r.Users) <= 15}
	v.RunRows, v.Copying = r.runRows()
	for _, u := range r.Users {
		if len(u.Messages)+u.More+len(u.Since) > 0 || u.hasRenamed() {
			v.HandOuts = append(v.HandOuts, u)
		}
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (u User) hasRenamed() bool {
	for _, f := range u.Folders {
		if f.Renamed != "" {
			return true
		}
	}
	return false
}

// Shown are the folders worth a line: those that hold or held anything.
func (u User) Shown() (list []Folder) {
	for _, f := range u.Folders {
		if f.Figures.Messages > 0 || f.Note != "" {
			list = append(list, f)
		}
	}
	return list
}

// Renames are the folders that have another name at the new server.
func (u User) Renames() (list []Folder) {
	for _, f := range u.Folders {
		if f.Renamed != "" {
			list = append(list, f)
		}
	}
	return list
}

func (r Report) functions() template.FuncMap {
	t := r.t
	return template.FuncMap{
		"t": t.text, "pick": t.pick, "said": t.said, "number": t.Number, "count": t.count, "size": t.Size, "span": t.Span, "percent": t.Percent,
		"compared": r.compared, "doubtful": doubtfulRows, "outcome": t.outcome, "gradeWord": t.grade, "when": r.when, "day": r.day,
		"short": short, "plus": func(a, b int) int { return a + b }, "mark": mark, "chart": func(id, title string, c barChart) chartView { return chartView{id, title, c} },
	}
}

// Language is what the page is written in.
func (v view) Language() string { return v.t.Code }

func (r Report) zoneOr() *time.Location {
	if r.zone == nil {
		return time.UTC
	}
	return r.zone
}

// when is a moment with its zone.
func (r Report) when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return r.t.Stamp(t.In(r.zoneOr()))
}

// day is a date.
func (r Report) day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return r.t.Date(t.In(r.zoneOr()))
}

// mark is a grade as a sign, beside its word: colour never says it alone.
func mark(g Grade) string {
	switch g {
	case Good:
		return "✓"
	case Attention:
		return "!"
	case Bad:
		return "✗"
	}
	return "?"
}

func (t tongue) grade(g Grade) string {
	switch g {
	case Good:
		return t.text("in order")
	case Attention:
		return t.text("needs attention")
	case Bad:
		return t.text("not in order")
	}
	return t.text("not checked")
}

// mostRuns are shown one by one; of a migration that follows for weeks there are
// thousands.
const mostRuns = 30

// runRows are the runs that brought something, the newest of them last, and in
// one line what the others were; and how long was copied altogether.
func (r Report) runRows() (rows []runRow, copying time.Duration) {
	idle, checks := 0, 0
	for _, run := range r.Runs {
		took := run.Finished.Sub(run.Started)
		switch {
		case run.Kind == "verify":
			checks++
			continue
		case run.Sent == 0 && run.copies() && !run.Interrupted && run.Failed == 0:
			idle++
			continue
		}
		row := runRow{Started: run.Started, Kind: r.t.kind(run.Kind), Took: "–", Sent: run.Sent, Bytes: run.SentBytes, Rate: "–"}
		if run.Interrupted {
			row.Note = r.t.text("interrupted; gone on with later")
		}
		if !run.Finished.IsZero() {
			row.Took = r.t.Span(took)
			if run.Sent > 0 && took > 0 {
				copying += took
				row.Rate = r.t.Size(int64(float64(run.SentBytes)/took.Seconds())) + "/s"
			}
		}
		rows = append(rows, row)
	}
	if len(rows) > mostRuns {
		first := rows[0]
		rest := runRow{Started: rows[1].Started, Kind: r.t.count(len(rows)-mostRuns, "further run"), Took: "–", Rate: "–"}
		for _, o := range rows[1 : len(rows)-mostRuns+1] {
			rest.Sent += o.Sent
			rest.Bytes += o.Bytes
		}
		rows = append([]runRow{first, rest}, rows[len(rows)-mostRuns+1:]...)
	}
	if idle > 0 {
		rows = append(rows, runRow{Kind: r.t.count(idle, "run that found nothing new"), Took: "–", Rate: "–"})
	}
	if checks > 0 {
		rows = append(rows, runRow{Kind: r.t.count(checks, "verification"), Took: "–", Rate: "–"})
	}
	return rows, copying
}
