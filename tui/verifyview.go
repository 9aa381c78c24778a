package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

func (v *verify) Keys() []key.Binding {
	switch {
	case v.absent:
		return []key.Binding{named(keys.Back, "close"), keys.Scroll}
	case v.works.verifying():
		return []key.Binding{keys.Scroll, keys.Missing, keys.Back}
	case v.session.verify == nil:
		return []key.Binding{named(keys.Enter, "verify"), keys.Deep, keys.Back}
	}
	enter := named(keys.Enter, "next")
	if v.session.project.CutOverDone {
		enter = named(keys.Enter, "to Finish")
	}
	if !v.session.verify.OK {
		enter = named(keys.Enter, "back to Migrate")
	}
	out := []key.Binding{enter}
	if v.canPassDay() {
		out = append(out, keys.Day)
	}
	return append(out, named(keys.Missing, "messages not there"), keys.Deep, named(keys.Again, "verify again"), keys.Back)
}

func (v *verify) View(w, h int) string {
	s := v.session.verify
	switch {
	case s == nil:
		return v.beforeView(w, h)
	case v.absent:
		return v.absentView(s, w, h)
	}
	head := []string{v.headline("Verify", v.stand(s), w), ""}
	foot := v.after(s, w)
	room := min(len(s.Users)+1, max(4, h-len(head)-len(foot)))
	table := v.table.View(v.look, verifyColumns(w), w, room, func(i int) []widget.Cell { return v.row(&s.Users[i], w) }, nil)
	return joined(h, head, strings.Split(table, "\n"), foot)
}

func (v *verify) beforeView(w, h int) string {
	l := v.look
	head := []string{v.headline("Verify", "", w), ""}
	if v.works.verifying() || v.waiting("prepare") {
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(v.frame)) + " Reading both servers."})
	}
	if v.fault != nil {
		head = append(head, append(v.faultLines(v.fault, w), "")...)
	}
	if r := v.session.lastRun("verify"); r != nil && v.Stale() != "" {
		head = append(head, v.staleLines(r, w)...)
	}
	return joined(h, head, paragraph("Press Enter: both servers are read again, and every message of the old one is accounted for. Nothing is changed.", w), []string{""},
		paragraph("Or press b to compare contents as well: bytes, apart from line ends; or what messages say, where the new server writes them anew. That fetches all mail from both sides.", w), v.dayLines(w))
}

// staleLines say that a verification was right, and of an earlier state.
func (v *verify) staleLines(r *engine.Run, w int) []string {
	l := v.look
	out := paragraph("Every message was accounted for on "+say.Soon(r.Finished)+". Mail was copied since: verify once more when nothing new comes in.", w-2)
	for i := range out {
		lead := "  "
		if i == 0 {
			lead = l.Attention.Paint(l.Glyphs.Attention) + " "
		}
		out[i] = lead + out[i]
	}
	return append(out, "")
}

// stand says how far the verification is.
func (v *verify) stand(s *verifySnap) string {
	done := 0
	for _, u := range s.Users {
		if u.State != engine.CheckWaiting && u.State != engine.CheckRunning {
			done++
		}
	}
	words := say.Number(done) + " of " + say.Count(len(s.Users), "user")
	if s.Deep {
		words += ", contents compared" + provenWords(s.Proven)
	}
	if v.works.verifying() {
		return v.look.Accent.Paint(v.look.Spinner(v.frame)) + " " + words
	}
	return words
}

// provenWords says how many messages were compared in which way.
func provenWords(p engine.Proven) string {
	var by []string
	for _, one := range []struct {
		n    int
		what string
	}{{p.Bytes, " by bytes"}, {p.Meaning, " by what they say"}, {p.Identity, " by identity"}} {
		if one.n > 0 {
			by = append(by, say.Number(one.n)+one.what)
		}
	}
	if len(by) == 0 {
		return ""
	}
	return ": " + strings.Join(by, ", ")
}

func (v *verify) verdict(u *engine.VerifiedUser) widget.Cell {
	l, a := v.look, &u.Sum
	switch {
	case u.State == engine.CheckWaiting:
		return widget.Cell{Text: l.Todo + " waiting", Ink: l.Dim}
	case u.State == engine.CheckRunning && !u.Until.IsZero():
		return widget.Cell{Text: l.Wait + " " + say.Countdown(u.Until.Sub(v.now)), Ink: l.Attention}
	case u.State == engine.CheckRunning:
		return widget.Cell{Text: l.Spinner(v.frame) + " reading", Ink: l.Accent}
	case u.State == engine.CheckFailed || u.Fault != nil:
		return widget.Cell{Text: l.Failed + " not read", Ink: l.Bad}
	case a.Missing+a.Changed > 0:
		return widget.Cell{Text: l.Failed + " missing", Ink: l.Bad}
	case a.Failed > 0:
		return widget.Cell{Text: l.Glyphs.Attention + " refused", Ink: l.Attention}
	case a.New > 0:
		return widget.Cell{Text: l.Glyphs.Attention + " new mail", Ink: l.Attention}
	}
	return widget.Cell{Text: l.Done + " accounted", Ink: l.Good}
}

// after says what came out, and what comes next.
func (v *verify) after(s *verifySnap, w int) []string {
	l := v.look
	if v.fault != nil {
		return append([]string{""}, v.faultLines(v.fault, w)...)
	}
	if v.works.verifying() || !s.Finished {
		return nil
	}
	a := s.Sum
	out := []string{""}
	if s.OK {
		out = append(out, l.Good.Paint(l.Done)+" "+l.Strong.Paint("Every message is accounted for."))
		for _, s := range paragraph(accountWords(a)+beforeWords(s.Contents), w-2) {
			out = append(out, "  "+s)
		}
	} else {
		for i, s := range paragraph(worryWords(a), w-2) {
			lead := "  "
			if i == 0 {
				lead = l.Attention.Paint(l.Glyphs.Attention) + " "
			}
			out = append(out, lead+l.Strong.Paint(s))
		}
		for _, s := range paragraph(accountWords(a), w-2) {
			out = append(out, "  "+s)
		}
	}
	out = append(append(out, v.goneLine(a, w)...), v.advice(s, w)...)
	if i := v.table.At(); i >= 0 && s.Users[i].Fault != nil {
		out = append(out, v.faultLines(s.Users[i].Fault, w)...)
	}
	return append(out, v.dayLines(w)...)
}

// beforeWords say what an earlier verification compared, and this one didn't.
func beforeWords(c *engine.ProvenContents) string {
	if c == nil {
		return ""
	}
	words := " Contents were compared on " + say.Soon(c.At) + provenWords(engine.Proven{Bytes: c.Bytes, Meaning: c.Meaning})
	if c.Differed > 0 {
		words += ", " + say.Number(c.Differed) + " differed"
	}
	return words + "; the report says so."
}

func accountWords(a engine.Account) string {
	words := say.Count(a.Source, "message") + ": " + say.Number(a.Copied) + " copied"
	for _, x := range []struct {
		n    int
		what string
	}{{a.Present, "were there before"}, {a.Skipped, "left out for a reason (m)"}, {a.Moved, "moved at the new server since"}, {a.Deleted, "deleted at the new server since"},
		{a.Failed, "refused"}, {a.New, "came since"}, {a.Missing, "missing"}, {a.Changed, "differ"}} {
		if x.n > 0 {
			words += ", " + say.Number(x.n) + " " + x.what
		}
	}
	return words + "."
}

func worryWords(a engine.Account) string {
	switch {
	case a.Missing > 0:
		return say.Count(a.Missing, "message") + " should be at the new server and cannot be found there."
	case a.Changed > 0:
		return say.Either(a.Changed, "message differs", "messages differ") + " from the old server's."
	case a.Failed > 0:
		return say.Count(a.Failed, "message") + " could not be copied."
	case a.New > 0:
		return say.Count(a.New, "message") + " at the old server came after the last run, or wait for the next one."
	}
	return "Not everybody could be verified."
}

// advice is what to do next.
func (v *verify) advice(s *verifySnap, w int) []string {
	a := s.Sum
	switch {
	case a.Missing+a.Changed > 0:
		return paragraph("Press m for the list. Go back to Migrate (Enter) and run again, then verify again.", w)
	case a.Failed > 0:
		return paragraph("Press m for the list with the reasons. Migrate (Enter) tries them again with the next run (n).", w)
	case a.New > 0:
		return paragraph("That is usual while mail still goes there. Go back to Migrate (Enter) and run again (n): only what is new is copied.", w)
	case !s.OK:
		return paragraph("Move to the user for the reason, mend it, and verify again (n).", w)
	case v.session.practice && v.session.dayWords != "":
		return nil
	case v.session.project.CutOverDone:
		return append([]string{""}, paragraph("The MX is changed. Enter goes to Finish: it says when it is safe to end the old service.", w)...)
	case v.session.practice:
		return append([]string{""}, paragraph("Next comes the change of the domain's MX record. Press t to let a working day pass at the made-up company, or Enter to go on.", w)...)
	}
	out := []string{"", v.look.Strong.Paint("What comes next")}
	for i, words := range []string{
		"Change the domain's MX record to the new server, when the company is ready (step Cut-over).",
		"Let deltas bring what still arrives at the old server (step Finish).",
		"Verify once more. Finish says when it is safe to end the old service.",
	} {
		for j, line := range paragraph(words, w-5) {
			lead := "     "
			if j == 0 {
				lead = "  " + say.Number(i+1) + ". "
			}
			out = append(out, lead+line)
		}
	}
	return out
}
