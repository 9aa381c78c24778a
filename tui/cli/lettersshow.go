package cli

import (
	"context"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/handover"
)

type deliveryLine struct {
	Type   string     `json:"type"`
	User   string     `json:"user"`
	Letter string     `json:"letter"`
	Fate   string     `json:"fate"`
	Way    string     `json:"way,omitempty"`
	At     *time.Time `json:"at,omitempty"`
	Said   string     `json:"said,omitempty"`
	Fault  *jsonFault `json:"fault,omitempty"`
}

func deliveryJSON(d letter.Delivered) deliveryLine {
	l := deliveryLine{Type: "delivery", User: d.Letter.To, Letter: string(d.Letter.Kind), Fate: string(d.Fate), Way: d.Way, Said: d.Said, Fault: faultJSON(d.Fault)}
	if !d.At.IsZero() {
		l.At = &d.At
	}
	return l
}

// tellDelivered prints what became of letters of one kind.
func (a *app) tellDelivered(k letter.Kind, results []letter.Delivered) {
	m := a.term.marks()
	t := a.table(column{title: string(k), least: 16}, column{least: 1}, column{least: 20})
	g := &groups{}
	counts := map[letter.Fate]int{}
	for _, d := range results {
		counts[d.Fate]++
		mark, word := m.ok, ""
		switch d.Fate {
		case letter.Sent:
			word = "sent, " + wayWord(d.Way)
		case letter.WouldSend:
			mark, word = "", "would be sent, "+wayWord(d.Way)
		case letter.SentBefore:
			word = "went out before, on " + say.Moment(d.At) + ", " + wayWord(d.Way)
		case letter.Uncertain:
			mark, word = m.warn, "may have gone on "+say.Moment(d.At)+", "+wayWord(d.Way)
		case letter.Failed:
			mark, word = m.bad, "not sent"
		}
		t.add(engine.Clean(d.Letter.To, 80), mark, word)
		if d.Fault != nil {
			g.add(d.Fault, d.Fate == letter.Failed, engine.Clean(d.Letter.To, 80), 1)
		}
	}
	t.write(a.out, width(a.Stdout))
	g.print(a, a.out)
	a.printf("\n%s sent, %s went out before, %s not known, %s not sent.", say.Count(counts[letter.Sent], "letter"), say.Number(counts[letter.SentBefore]),
		say.Number(counts[letter.Uncertain]), say.Number(counts[letter.Failed]))
	if n := counts[letter.WouldSend]; n > 0 {
		a.printf(" %s would be sent.", say.Number(n))
	}
	a.printf("\n")
}

func wayWord(way string) string {
	if way == letter.WayInbox {
		return "into the inbox"
	}
	return "by mail"
}

// showLetters lists the letters with how many went out, and the settings.
func (a *app) showLetters(ctx context.Context, o *opened, changed bool) error {
	var sent []engine.Delivery
	if log, ok := o.file.(engine.DeliveryLog); ok {
		var err error
		if sent, err = log.Deliveries(ctx); err != nil {
			return err
		}
	}
	address := map[int64]string{0: o.project.Letters.OwnerAddress}
	for _, u := range o.users {
		address[u.ID] = u.Address
	}
	if a.opts.json {
		for _, d := range sent {
			at := d.At
			a.line(deliveryLine{Type: "delivery", User: address[d.UserID], Letter: d.Letter, Fate: string(d.State), Way: d.Way, At: &at, Said: d.Said})
		}
		return nil
	}
	if changed {
		a.notef("Kept.\n")
	}
	t := a.table(column{title: "Letter", least: 12}, column{title: "When"}, column{title: "Sent", right: true}, column{title: "Not known", right: true}, column{title: "Failed", right: true})
	for _, k := range letter.Kinds() {
		n := map[engine.DeliveryState]int{}
		for _, d := range sent {
			if d.Letter == string(k) {
				n[d.State]++
			}
		}
		t.add(string(k), k.When(), say.Number(n[engine.DeliverySent]), say.Number(n[engine.DeliverySending]), say.Number(n[engine.DeliveryFailed]))
	}
	t.write(a.out, width(a.Stdout))
	a.printf("\n")
	a.showLetterSettings(o)
	return nil
}

func (a *app) exportTemplates(dir string, o *opened) error {
	written, kept, err := letter.Export(dir)
	if err != nil {
		return err
	}
	if len(written) > 0 {
		a.notef("%s written to %s. Change what you like, delete the rest, then: mxodus letters %s --templates %s --check\n",
			say.Count(len(written), "file"), asWritten(dir), o.name, asWritten(dir))
	}
	if len(kept) > 0 {
		a.notef("%s.\n", say.Either(len(kept), "file stood there already and stays as it is", "files stood there already and stay as they are"))
	}
	return nil
}

func (a *app) checkTemplates(o *opened) error {
	t, err := letter.Own(o.project.Letters.Templates)
	if err != nil {
		return err
	}
	wrong := t.Check()
	if len(wrong) == 0 {
		a.notef("The templates are in order.\n")
		return nil
	}
	e := &usageError{what: "Some templates have mistakes.", do: "Mend them in " + asWritten(o.project.Letters.Templates) + "."}
	for _, w := range wrong {
		e.lines = append(e.lines, engine.Clean(w.Error(), 400))
	}
	return e
}

// dnsLinesOf is what stood in the DNS before the change and after it, from files
// or as it was kept with the project, and the TTL that the MX had.
func dnsLinesOf(ctx context.Context, o *opened, before, after string) (lines []letter.DNSLine, ttl int, err error) {
	old, err := snapshotOf(ctx, o, before, handover.BeforeDoc)
	if err != nil {
		return nil, 0, err
	}
	now, err := snapshotOf(ctx, o, after, handover.AfterDoc)
	if err != nil {
		return nil, 0, err
	}
	lines, ttl = handover.DNSLines(old, now)
	return lines, ttl, nil
}
