package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"time"

	"mxodus/engine/say"
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

// HTML is report.html.
func (r Report) HTML() ([]byte, error) {
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
	return template.FuncMap{
		"number": say.Number, "count": say.Count, "size": say.Size, "span": say.Span, "percent": say.Percent, "compared": comparedText, "doubtful": doubtfulRows, "outcome": outcomeWord, "short": short,
		"when": r.when, "day": r.day, "plus": func(a, b int) int { return a + b }, "mark": mark, "chart": func(id, title string, c barChart) chartView { return chartView{id, title, c} }, "gradeWord": gradeWord,
	}
}

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
	return t.In(r.zoneOr()).Format("2 Jan 2006, 15:04 MST")
}

// day is a date.
func (r Report) day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(r.zoneOr()).Format("2 Jan 2006")
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

func gradeWord(g Grade) string {
	switch g {
	case Good:
		return "in order"
	case Attention:
		return "needs attention"
	case Bad:
		return "not in order"
	}
	return "not checked"
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
		row := runRow{Started: run.Started, Kind: kindWord(run.Kind), Took: "–", Sent: run.Sent, Bytes: run.SentBytes, Rate: "–"}
		if run.Interrupted {
			row.Note = "interrupted; gone on with later"
		}
		if !run.Finished.IsZero() {
			row.Took = say.Span(took)
			if run.Sent > 0 && took > 0 {
				copying += took
				row.Rate = say.Size(int64(float64(run.SentBytes)/took.Seconds())) + "/s"
			}
		}
		rows = append(rows, row)
	}
	if len(rows) > mostRuns {
		first := rows[0]
		rest := runRow{Started: rows[1].Started, Kind: say.Count(len(rows)-mostRuns, "further run"), Took: "–", Rate: "–"}
		for _, o := range rows[1 : len(rows)-mostRuns+1] {
			rest.Sent += o.Sent
			rest.Bytes += o.Bytes
		}
		rows = append([]runRow{first, rest}, rows[len(rows)-mostRuns+1:]...)
	}
	if idle > 0 {
		rows = append(rows, runRow{Kind: say.Count(idle, "run") + " that found nothing new", Took: "–", Rate: "–"})
	}
	if checks > 0 {
		rows = append(rows, runRow{Kind: say.Count(checks, "verification"), Took: "–", Rate: "–"})
	}
	return rows, copying
}
