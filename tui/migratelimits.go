package tui

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// openLimits asks how hard the servers may be worked. It may be open while a
// batch runs: what is answered holds at once, and from then on.
func (m *migrate) openLimits() {
	now := m.session.project.Bounds()
	m.limits = widget.NewForm(
		&widget.Field{Name: "mailboxes", Label: "Mailboxes at once", Help: "mxodus begins with a few and takes on more while that makes it faster, up to this number.", Check: between1("mailbox")},
		&widget.Field{Name: "source", Label: "Connections, old", Help: "To the old server, over all users. Lower it when the old server is slow for those who still work with it.", Check: between1("connection")},
		&widget.Field{Name: "dest", Label: "Connections, new", Help: "To the new server, over all users.", Check: between1("connection")},
		&widget.Field{Name: "rate", Label: "MB per second", Hint: "no limit", Help: "The most that is read from the old server, over all users: 0.5 leaves room on a slow line during office hours. Empty: no limit.", Check: checkRate},
		&widget.Field{Name: "largest", Label: "Largest message", Help: "In MB. Larger ones are left out and listed. Raise it if the new server takes more, and run again: then they are brought over.", Check: checkLargest},
		&widget.Field{Name: "receipts", Label: "Read receipts", Help: "Old mail that asked for a read receipt may ask again at the new server, and the sender gets one years late. Renaming those header fields prevents it; nothing else of a message changes. It holds from the next run on.",
			Options: []widget.Option{{Value: "ask", Label: "old mail arrives unchanged"}, {Value: "silent", Label: "old mail asks for none any more"}}},
	)
	if m.session.project.NoReadReceipts {
		m.limits.Set("receipts", "silent")
	}
	m.limits.Set("mailboxes", strconv.Itoa(now.Mailboxes))
	m.limits.Set("source", strconv.Itoa(now.SourceConns))
	m.limits.Set("dest", strconv.Itoa(now.DestConns))
	m.limits.Set("largest", megabytes(now.MaxMessageBytes))
	if now.MaxRate > 0 {
		m.limits.Set("rate", megabytes(now.MaxRate))
	}
}

const mostAtOnce = 200

// between1 checks a number of things at once.
func between1(thing string) func(string) string {
	return func(v string) string {
		if n, err := strconv.Atoi(v); err != nil || n < 1 || n > mostAtOnce {
			return "A number from 1 to " + say.Number(mostAtOnce) + ": at least one " + thing + " is needed."
		}
		return ""
	}
}

// megabytes writes bytes as they were typed in: a hundredth is as fine as it gets.
func megabytes(bytes int64) string {
	return strconv.FormatFloat(math.Round(float64(bytes)/(1<<20)*100)/100, 'f', -1, 64)
}

const largestMost = 2000 // MB: more than any server takes

func checkLargest(v string) string {
	if bytes, ok := parseRate(v); !ok || bytes < 1<<20 || bytes > largestMost<<20 {
		return "A number of megabytes from 1 to " + say.Number(largestMost) + ", as 35."
	}
	return ""
}

func checkRate(v string) string {
	if _, ok := parseRate(v); !ok {
		return "A number of megabytes a second, as 2 or 0.5; at least 0.01. Empty: no limit."
	}
	return ""
}

// parseRate reads megabytes (1,048,576 bytes) a second; 0: no limit.
func parseRate(v string) (bytes int64, ok bool) {
	if v = strings.ReplaceAll(v, ",", "."); v == "" || v == "0" {
		return 0, true
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || !(n >= 0.01 && n <= 100_000) {
		return 0, false
	}
	return int64(n * (1 << 20)), true
}

func (m *migrate) limitsKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back):
		m.limits = nil
	case m.limits.Update(msg):
		return m.saveLimits()
	}
	return nil
}

// asking is the form that is open.
func (m *migrate) asking() *widget.Form { return m.limits }

// saveLimits keeps the limits in the project and tells the batch under way.
func (m *migrate) saveLimits() tea.Cmd {
	whole := func(field string) int { n, _ := strconv.Atoi(m.limits.Get(field)); return n } // checked by the form
	p, held, batch := m.session.project, m.held(), m.works.batch
	p.Limits.Mailboxes, p.Limits.SourceConns, p.Limits.DestConns = whole("mailboxes"), whole("source"), whole("dest")
	p.Limits.MaxRate, _ = parseRate(m.limits.Get("rate"))
	if now := m.session.project.Bounds().MaxMessageBytes; m.limits.Get("largest") != megabytes(now) { // else a default stays one
		p.Limits.MaxMessageBytes, _ = parseRate(m.limits.Get("largest"))
	}
	p.NoReadReceipts = m.limits.Get("receipts") == "silent"
	m.limits = nil
	if !m.works.copying() {
		batch = nil
	}
	return m.ask("limits", func(ctx context.Context) (any, error) {
		l, err := saveProject(ctx, held, p)
		if err == nil && batch != nil {
			batch.SetLimits(p.Limits)
		}
		return l, err
	})
}

func (m *migrate) limitsView(w, h int) string {
	words := "hold from the next run on"
	if m.works.copying() {
		words = "hold at once"
	}
	head := []string{m.headline("Limits", words, w), ""}
	return joined(h, head, strings.Split(m.limits.View(m.look, w, max(1, h-len(head))), "\n"))
}

func (m *migrate) limitsKeys() []key.Binding {
	return []key.Binding{named(keys.Enter, "next field, save on the last"), keys.Fields, named(keys.Back, "leave as it was")}
}
