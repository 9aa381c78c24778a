package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"mxodus/engine/lab/real"
)

// TestBrowserShowsAndPrintsIt opens the report in Chromium, where that is
// installed: on a phone, a desktop, in the dark and on paper.
func TestBrowserShowsAndPrintsIt(t *testing.T) {
	b := real.NewBrowser(t)
	for name, in := range map[string]Input{"sample": sample(), "hostile": hostile()} {
		dir := t.TempDir()
		r := Make(in)
		if err := r.Write(dir); err != nil {
			t.Fatal(err)
		}
		title := "true"
		if name == "hostile" {
			title = `document.title !== "owned"`
		}
		for _, width := range []int{390, 794, 1280} {
			b.Open(filepath.Join(dir, HTMLFile), width)
			if foreign := b.Foreign(); len(foreign) > 0 || len(b.Errors) > 0 {
				t.Errorf("%s, %d: requests %q, complaints %q", name, width, foreign, b.Errors)
			}
			if over := b.Eval("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"); over != "0" {
				t.Errorf("%s is wider than %d pixels, by %s", name, width, over)
			}
			if ok := b.Eval(title + " && document.scripts.length === 0 && document.images.length === 0"); ok != "true" {
				t.Errorf("%s, %d: something came in", name, width)
			}
			if bad := b.Eval(structure); bad != "[]" {
				t.Errorf("%s, %d: %s", name, width, bad)
			}
			for _, dark := range []bool{false, true} {
				b.Dark(dark)
				if bad := b.Eval(contrast); bad != "[]" {
					t.Errorf("%s, %d, dark %t: too little contrast: %s", name, width, dark, bad)
				}
				picture(t, b, name, width, dark)
			}
		}
		for paper, size := range map[string][2]float64{"a4": {8.27, 11.69}, "letter": {8.5, 11}} {
			pdf := b.PDF(size[0], size[1])
			pages := len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(pdf, -1))
			if !bytes.HasPrefix(pdf, []byte("%PDF")) || pages < 5+len(r.Users)/2 {
				t.Errorf("%s on %s: %d pages, %d bytes", name, paper, pages, len(pdf))
			}
			keep(t, pdf, name+"-"+paper+".pdf")
		}
	}
}

// structure lists what somebody who can't see the page would stumble over.
const structure = `(() => {
	const bad = [];
	let last = 0;
	for (const h of document.querySelectorAll("h1,h2,h3,h4")) {
		const n = +h.tagName[1];
		if (n > last + 1) bad.push("heading out of order: " + h.textContent);
		last = n;
	}
	if (document.querySelectorAll("h1").length !== 1) bad.push("not one h1");
	if (!document.documentElement.lang) bad.push("no language");
	for (const t of document.querySelectorAll("table")) {
		if (!t.caption || !t.caption.textContent) bad.push("a table without caption");
		if (!t.tHead || [...t.tHead.querySelectorAll("th")].some(h => h.scope !== "col")) bad.push("a table without heads: " + t.caption.textContent);
		for (const r of t.tBodies[0].rows) if (!r.querySelector('th[scope="row"]')) bad.push("a row without head: " + t.caption.textContent);
		const n = t.tHead.rows[0].cells.length;
		for (const r of t.rows) if (r.cells.length !== n) bad.push("a row of another length: " + t.caption.textContent);
	}
	for (const s of document.querySelectorAll("svg")) if (!s.querySelector("title").textContent || !s.querySelector("desc").textContent) bad.push("a picture without words");
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	if (new Set(ids).size !== ids.length) bad.push("an id twice");
	return bad;
})()`

// contrast lists texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3).
const contrast = `(() => {
	const parse = c => c.match(/[\d.]+/g).map(Number);
	const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
	const bad = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.textContent.trim() || e.closest("title,desc")) continue;
		const style = getComputedStyle(e);
		const a = light(parse(e.closest("svg") ? style.fill : style.color)), b = light(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) bad.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
	}
	return [...bad];
})()`

// picture keeps what was seen, for eyes, where MXODUS_PICTURES says.
func picture(t *testing.T, b *real.Browser, name string, width int, dark bool) {
	t.Helper()
	if os.Getenv("MXODUS_PICTURES") == "" {
		return
	}
	label, _ := json.Marshal(width)
	if dark {
		label = append(label, "-dark"...)
	}
	keep(t, b.Screenshot(), name+"-"+string(label)+".png")
}

func keep(t *testing.T, data []byte, name string) {
	t.Helper()
	dir := os.Getenv("MXODUS_PICTURES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
