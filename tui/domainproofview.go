package tui

import (
	"cmp"
	"strings"

	"github.com/charmbracelet/bubbles/key"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/widget"
)

func (d *domainProof) keys() []key.Binding {
	if d.waiting(laneDomain) {
		return []key.Binding{named(keys.Back, "stop asking")}
	}
	out := []key.Binding{named(keys.Enter, "ask again")}
	switch {
	case d.proved():
		out = []key.Binding{named(keys.Enter, "compare with the DNS"), named(keys.Look, "ask again")}
	case d.asked != nil:
		out = []key.Binding{named(keys.Enter, "have Microsoft look for it"), named(keys.Look, "ask again")}
	}
	if len(d.records()) > 0 {
		out = append(out, named(keys.Copy, "copy the values"))
	}
	return append(out, keys.Back)
}

func (d *domainProof) view(w, h int) string {
	l := d.look
	head := []string{d.headline("What Microsoft 365 wants "+l.Dash+" "+clean(d.session.project.Domain), "", w), ""}
	if d.waiting(laneDomain) {
		return joined(h, head, []string{l.Accent.Paint(l.Spinner(d.frame)) + " Asking the tenant."})
	}
	return joined(h, head, lines(d.scroll.View(l, d.lines(w), w, max(1, h-len(head)))))
}

func (d *domainProof) lines(w int) []string {
	var out []string
	if d.fault != nil {
		out = append(d.faultLines(d.fault, w), "")
	}
	switch {
	case d.asked == nil:
	case d.asked.Verified:
		out = append(out, d.provedLines(w)...)
	default:
		out = append(out, d.proofLines(w)...)
	}
	if d.copied != "" {
		out = append(append(out, ""), paragraph(d.copied, w)...)
	}
	return out
}

// proofLines say what to enter so that the domain is proved.
func (d *domainProof) proofLines(w int) []string {
	l := d.look
	out := signed(l.Glyphs.Attention, l.Attention, "The domain isn't proved to be this tenant's yet: nobody can have an address in it.", w)
	out = append(append(out, ""), paragraph("Enter this at your DNS provider, beside what is there. It changes nothing for your mail.", w)...)
	out = append(out, "")
	out = append(out, d.recordLines(w)...)
	out = append(append(out, ""), paragraph("Once it is entered, press Enter: Microsoft looks for it. A new record may take an hour or more to be seen.", w)...)
	if d.refused != nil {
		out = append(append(out, ""), d.faultOfLevel(d.refused, engine.Attention, w)...)
	}
	return out
}

// provedLines say what the domain's mail needs.
func (d *domainProof) provedLines(w int) []string {
	l := d.look
	out := append(signed(l.Done, l.Good, "The domain is proved to be this tenant's.", w), "")
	if d.asked.Unserved != nil {
		return append(out, d.faultOfLevel(d.asked.Unserved, engine.Attention, w)...)
	}
	out = append(out, paragraph("What its mail needs, at the cut-over and not before. The step Cut-over compares exactly these records with the DNS, and merges them with what stands there.", w)...)
	out = append(out, "")
	return append(out, d.recordLines(w)...)
}

func (d *domainProof) recordLines(w int) []string {
	l := d.look
	name, _ := dns.ToASCII(d.session.project.Domain)
	var out []string
	for _, r := range d.records() {
		e := dns.Entry{Host: cmp.Or(strings.TrimSuffix(strings.TrimSuffix(r.Name, name), "."), "@"),
			Record: dns.Record{Type: r.Type, Priority: uint16(r.Priority), TTL: uint32(r.TTL)}}
		out = append(out, "  "+l.Strong.Paint(l.Cut(entryWords(e, true), w-2)))
		for _, s := range widget.Wrap("Value "+engine.Clean(r.Value, 1000), max(10, w-6)) {
			out = append(out, "      "+l.Accent.Paint(s))
		}
	}
	return out
}

// signed is a paragraph with a sign before it.
func signed(sign string, ink widget.Ink, words string, w int) []string {
	out := paragraph(words, w-2)
	for i := range out {
		lead := "  "
		if i == 0 {
			lead = ink.Paint(sign) + " "
		}
		out[i] = lead + out[i]
	}
	return out
}
