package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (c *cutover) Keys() []key.Binding {
	switch {
	case c.proof.open:
		return c.proof.keys()
	case c.form != nil:
		out := []key.Binding{named(keys.Enter, lastWord(c.form, "look")), keys.Fields, keys.Pick, keys.Back}
		if c.proof.possible() {
			out = slices.Insert(out, 1, keys.AskTenant)
		}
		return out
	case c.open:
		return c.withCopy([]key.Binding{named(keys.Back, "close"), keys.Scroll})
	}
	out := []key.Binding{named(keys.Enter, "next")}
	if c.canPublish() {
		out = append(out, keys.Publish)
	}
	if c.report != nil {
		out = append(c.withCopy(out), keys.Details)
	}
	if c.proof.possible() {
		out = append(out, named(keys.Tenant, "ask the tenant"))
	}
	out = append(out, named(keys.Edit, "what is wanted"), keys.Look)
	if !c.Done() && c.session.names.said && !c.session.practice {
		out = append(out, keys.Changed)
	}
	return append(out, keys.Back)
}

func (c *cutover) withCopy(out []key.Binding) []key.Binding {
	if c.entry() != nil {
		return append(out, keys.Copy)
	}
	return out
}

func (c *cutover) View(w, h int) string {
	l := c.look
	if c.proof.open {
		return c.proof.view(w, h)
	}
	title := "Cut-over " + l.Dash + " " + clean(c.session.project.Domain)
	if c.form != nil {
		head := append([]string{c.headline(title, "", w), ""}, paragraph("Two things that only the new server's side knows. mxodus looks at the DNS with them; it changes nothing there.", w)...)
		if c.proof.possible() {
			head = append(head, paragraph("Ctrl-T asks the tenant for them, and has the domain proved.", w)...)
		}
		head = append(head, "")
		return joined(h, head, strings.Split(c.form.View(l, w, max(1, h-len(head))), "\n"))
	}
	if r := c.current(); c.open && r != nil {
		head := []string{c.headline(clean(r.Title), "", w), ""}
		return joined(h, head, strings.Split(c.scroll.View(l, c.detailLines(r, w), w, h-len(head)), "\n"))
	}
	head := []string{c.headline(title, c.watchWords(), w)}
	if c.fault != nil {
		head = append(head, c.faultLines(c.fault, w)...)
	}
	if c.report == nil {
		if c.waiting("check") || c.waiting("want") {
			head = append(head, "", l.Accent.Paint(l.Spinner(c.frame))+" Asking the name servers of "+clean(c.session.project.Domain)+".")
		}
		return joined(h, head)
	}
	return c.tableView(head, w, h)
}

// tableView shares the room out: the stand and the servers first, then the
// table, then what to do about the selected record.
func (c *cutover) tableView(head []string, w, h int) string {
	l := c.look
	roomy := h >= 18
	if roomy {
		head = append(head, "")
	}
	foot := append(c.standLines(w), c.serverLines(w)...)
	if c.copied != "" {
		foot = append(foot, paragraph(c.copied, w)...)
	}
	if !roomy {
		foot = foot[:min(len(foot), 2)]
	}
	room := h - len(head) - len(foot)
	rows := min(len(c.report.Results)+1, max(3, room/2))
	table := c.table.View(l, cutoverColumns, w, rows, func(i int) []widget.Cell { return c.row(&c.report.Results[i]) }, nil)
	parts := [][]string{head, strings.Split(table, "\n")}
	if r, left := c.current(), room-rows-2; r != nil && left > 0 {
		lines := c.todoLines(r, w-4)
		if len(lines) > left {
			lines = append(lines[:left-1], l.Dim.Paint("more: d"))
		}
		parts = append(parts, strings.Split(l.Box(clean(r.Title)+" "+l.Dash+" "+clean(r.Name), lines, w), "\n"))
	}
	return joined(h, append(parts, foot)...)
}

// watchWords say when the watch looks again.
func (c *cutover) watchWords() string {
	l := c.look
	switch {
	case c.waiting("check"):
		return l.Accent.Paint(l.Spinner(c.frame)) + " looking"
	case c.session.spread == nil:
		return ""
	case c.session.spread.Safe(c.now):
		return l.Good.Paint(l.Done) + " done"
	case c.waiting(laneWatch) && !c.session.spread.Next.IsZero():
		return "watching, next look in " + say.Countdown(c.session.spread.Next.Sub(c.now))
	}
	return ""
}

var cutoverColumns = []widget.Column{
	{Title: "Record", Width: 12, Grow: 1},
	{Title: "Wanted", Width: 18, Grow: 3, Fold: 1},
	{Title: "Found", Width: 18, Grow: 3},
	{Title: "Verdict", Width: 11},
}

func (c *cutover) row(r *dns.Result) []widget.Cell {
	found := clean(strings.Join(r.Found, ", "))
	if found == "" {
		found = "-"
	}
	return []widget.Cell{{Text: clean(r.Title)}, {Text: clean(r.Wanted), Ink: c.look.Dim}, {Text: found}, c.verdictOf(r)}
}

// verdictOf is a record's verdict. Where nothing is to be entered or taken out, only
// time is needed.
func (c *cutover) verdictOf(r *dns.Result) widget.Cell {
	if r.Verdict == dns.ToDo && len(r.Enter)+len(r.TakeOut) == 0 && len(r.Found) > 0 && c.seen() != nil && arrived(*c.seen()) && r.Title == "MX" {
		return widget.Cell{Text: c.look.Wait + " wait", Ink: c.look.Accent}
	}
	return c.verdict(r.Verdict)
}

func (c *cutover) verdict(v dns.Verdict) widget.Cell {
	l := c.look
	switch v {
	case dns.Fine:
		return widget.Cell{Text: l.Done + " right", Ink: l.Good}
	case dns.ToDo:
		return widget.Cell{Text: l.Glyphs.Attention + " to do", Ink: l.Attention}
	case dns.Wrong:
		return widget.Cell{Text: l.Failed + " wrong", Ink: l.Bad}
	case dns.Harmful:
		return widget.Cell{Text: l.Failed + " harmful", Ink: l.Bad}
	}
	return widget.Cell{Text: "? unknown", Ink: l.Dim}
}

// todoLines are what to enter and to take out, and why.
func (c *cutover) todoLines(r *dns.Result, w int) []string {
	var out []string
	for _, e := range r.Enter {
		out = append(out, c.entryLines("Type in:", e, true, w)...)
	}
	for _, e := range r.TakeOut {
		out = append(out, c.entryLines("Take out:", e, false, w)...)
	}
	out = append(out, widget.Wrap(clean(r.Why), w)...)
	for _, n := range r.Notes {
		out = append(out, widget.Wrap(clean(n), w)...)
	}
	return out
}

// entryLines have the value on a line of its own where it doesn't fit beside the
// rest.
func (c *cutover) entryLines(what string, e dns.Entry, ttl bool, w int) []string {
	l := c.look
	lead, value := l.Fit(what, 10)+clean(entryWords(e, ttl)), "Value "+engine.Clean(e.Value, 0)
	if widget.Width(lead)+3+widget.Width(value) <= w {
		return []string{l.Strong.Paint(lead + "   " + value)}
	}
	out := []string{l.Strong.Paint(l.Cut(lead, w))}
	for _, s := range widget.Wrap(value, max(10, w-10)) {
		out = append(out, widget.Blank(10)+l.Strong.Paint(s))
	}
	return out
}

// detailLines are all there is to say of a record.
func (c *cutover) detailLines(r *dns.Result, w int) []string {
	l := c.look
	if r == nil {
		return nil
	}
	out := labelled(l, "Record", clean(r.Name), w)
	out = append(out, labelled(l, "Wanted", clean(r.Wanted), w)...)
	for _, f := range r.Found {
		out = append(out, labelled(l, "Found", clean(f), w)...)
	}
	v := c.verdictOf(r)
	out = append(out, labelled(l, "Verdict", v.Text, w)...)
	if !r.From.At.IsZero() {
		out = append(out, labelled(l, "Asked", clean(r.From.Server.String())+", "+say.Clock(r.From.At), w)...)
	}
	out = append(out, "")
	out = append(out, c.todoLines(r, w)...)
	if len(r.Enter) > 0 {
		out = append(out, "")
		out = append(out, paragraph("Names are relative to the domain; @ stands for the domain itself. Some panels want the whole name, or a dot at the end of a host: look how the other records there are written.", w)...)
	}
	return out
}

// standLines say how far the change has got.
func (c *cutover) standLines(w int) []string {
	l, sp := c.look, c.seen()
	if sp == nil {
		return nil
	}
	sign, ink := l.Current, l.Accent
	switch {
	case sp.Safe(c.now):
		sign, ink = l.Done, l.Good
	case sp.Offline:
		sign, ink = l.Glyphs.Attention, l.Attention
	}
	var out []string
	for i, s := range paragraph(spreadWords(*sp, c.now, c.session.practice && c.canPublish()), w-2) {
		lead := "  "
		if i == 0 {
			lead = ink.Paint(sign) + " "
		}
		out = append(out, lead+s)
	}
	return out
}

// seen is the newest look at the servers.
func (c *cutover) seen() *dns.Spread {
	switch {
	case c.session.spread != nil:
		return c.session.spread
	case c.report != nil:
		return &c.report.Spread
	}
	return nil
}

func spreadWords(sp dns.Spread, now time.Time, practice bool) string {
	switch {
	case sp.Offline:
		return "Nobody answers. mxodus tries again."
	case sp.Safe(now):
		return "No mail can arrive at the old server any more, since " + say.Clock(sp.SafeAfter) + "."
	case sp.AllNew && sp.Assumed:
		return "All name servers give the new MX. Nobody saw how long the old one is remembered: three days are taken, until " + say.Soon(sp.SafeAfter) + "."
	case sp.AllNew && !sp.SafeAfter.IsZero():
		return fmt.Sprintf("All name servers give the new MX. Others may remember the old one until %s, %s left.", say.Clock(sp.SafeAfter), say.Countdown(sp.SafeAfter.Sub(now)))
	case sp.AllNew:
		return "All name servers give the new MX."
	case arrived(sp):
		return "Some name servers give the new MX, not all yet. That is usual for a few minutes after the change."
	case givesNone(sp):
		return "No name server gives an MX for this domain: mail to it has nowhere to go. If the domain is registered and spelt right, enter the new MX at your DNS provider."
	case practice:
		return "Mail goes to the old server. In earnest you would now change the MX at your DNS provider; here you press p."
	}
	return "Mail goes to the old server. Change the MX at your DNS provider when the company is ready."
}

// givesNone says that whoever answers knows no MX of the domain.
func givesNone(sp dns.Spread) bool {
	none := false
	for _, s := range sp.Servers {
		switch s.State {
		case dns.GivesNone:
			none = true
		case dns.GivesOld, dns.GivesMixed, dns.GivesNew:
			return false
		}
	}
	return none
}

// serverLines list who gives what, as many on a line as fit.
func (c *cutover) serverLines(w int) []string {
	sp := c.seen()
	if sp == nil {
		return nil
	}
	var out []string
	line, used := "", 0
	for _, s := range sp.Servers {
		word := c.serverWord(s)
		n := widget.Width(word)
		if used > 0 && used+3+n > w-2 {
			out, line, used = append(out, line), "", 0
		}
		if used > 0 {
			line, used = line+"   ", used+3
		}
		line, used = line+c.look.Cut(word, w-2), used+n
	}
	return append(out, line)
}

func (c *cutover) serverWord(s dns.ServerState) string {
	l := c.look
	who := clean(s.Server.Name)
	if who == "" {
		who = clean(s.Server.String())
	}
	left := ""
	if s.Server.Kind != dns.Authoritative {
		if d := s.Left(c.now); d > 0 {
			left = ", " + say.Countdown(d) + " left"
		}
	} else if s.Behind {
		left = ", behind"
	}
	switch s.State {
	case dns.GivesNew:
		return who + " " + l.Good.Paint(l.Done+" new")
	case dns.GivesOld:
		return who + " " + l.Todo + " old" + left
	case dns.GivesMixed:
		return who + " " + l.Attention.Paint(l.Glyphs.Attention+" old beside new") + left
	case dns.GivesNone:
		return who + " " + l.Attention.Paint(l.Glyphs.Attention+" no MX")
	case dns.NoHelp:
		return who + " " + l.Bad.Paint(l.Failed+" doesn't know the domain")
	}
	return who + " " + l.Dim.Paint("silent")
}
