package real

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// tooWide is by how many pixels the open page is wider than its window.
const tooWide = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"

// Look opens a file and complains of what no paper of ours may do: ask for
// anything else, be noisy, run a script, or be wider than a phone, a desktop or
// A4 (360, 1280 and 794 pixels). Texts must stand out, and tables go to paper with whole rows.
func (b *Browser) Look(file string) {
	b.tb.Helper()
	name := filepath.Base(file)
	b.Open(file, 360)
	for _, width := range []int{360, 1280, 794} {
		b.Width(width)
		if over := b.Eval(tooWide); over != "0" {
			b.tb.Errorf("%s is wider than %d pixels, by %s", name, width, over)
		}
	}
	if foreign := b.Foreign(); len(foreign) > 0 || len(b.Errors) > 0 {
		b.tb.Errorf("%s: requests %q, complaints %q", name, foreign, b.Errors)
	}
	if scripts := b.Eval(`document.scripts.length + document.querySelectorAll("iframe,object,embed,base,form").length`); scripts != "0" {
		b.tb.Errorf("%s: something that runs came in", name)
	}
	for _, dark := range []bool{true, false} {
		b.Dark(dark)
		if pale := b.Eval(contrast); pale != "[]" {
			b.tb.Errorf("%s, dark %t: too little contrast: %s", name, dark, pale)
		}
	}
	if torn := b.Torn(); torn != "[]" {
		b.tb.Errorf("%s on paper: rows that a page's end can tear: %s", name, torn)
	}
}

// Torn lists, as JSON, the rows and points of the open page that a page's end
// may fall into: on A4 with margins of 18 mm, where Chromium moves to the next
// page as a whole what asks for that and fits on one.
func (b *Browser) Torn() string {
	b.tb.Helper()
	b.Width(658) // 174 mm
	b.call(b.session, "Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	defer b.call(b.session, "Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil)
	return b.Eval(`[...document.querySelectorAll("tr,li")]
		.filter(e => e.tagName !== "TR" || e.closest("table").getAttribute("role") !== "presentation")
		.filter(e => getComputedStyle(e).breakInside !== "avoid" || e.offsetHeight > 986)
		.map(e => e.textContent.trim().slice(0, 60))`)
}

// Axe lists what axe-core (https://github.com/dequelabs/axe-core) finds wrong in
// pages, at the levels A and AA of WCAG 2.2.
type Axe struct {
	b      *Browser
	source string
}

// NewAxe leaves the test out where axe-core isn't installed, or fails it when
// MXODUS_REAL_SERVERS=required.
func NewAxe(tb testing.TB, b *Browser) *Axe {
	tb.Helper()
	source, err := os.ReadFile(filepath.Join(root("axe-core"), "axe.min.js"))
	switch {
	case err == nil:
		return &Axe{b, string(source)}
	case os.Getenv("MXODUS_REAL_SERVERS") == "required":
		tb.Fatalf("axe-core is needed: run .ci/real-servers as root (%v)", err)
	}
	tb.Skip("axe-core isn't installed: .ci/real-servers does that")
	return nil
}

// Find is what is wrong with a file, in light on a desktop and in dark on a phone;
// and of how many rules the page was held against.
func (a *Axe) Find(file string) (wrong []string, rules int) {
	a.b.tb.Helper()
	a.b.Open(file, 1280)
	a.b.Eval(a.source + "; true")
	for width, dark := range map[int]bool{1280: false, 360: true} {
		a.b.Width(width)
		a.b.Dark(dark)
		var found struct {
			Passed int
			Wrong  []string
		}
		if err := json.Unmarshal([]byte(a.b.Eval(axeRun)), &found); err != nil {
			a.b.tb.Fatal(err)
		}
		wrong, rules = append(wrong, found.Wrong...), found.Passed+len(found.Wrong)
	}
	a.b.Dark(false)
	return wrong, rules
}

// axeRun counts also what axe-core could not decide, except contrasts, which
// [Browser.Look] measures.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r => ({
	passed: r.passes.length,
	wrong: r.violations.concat(r.incomplete.filter(v => v.id !== "color-contrast"))
		.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 160) + " " + n.failureSummary.replace(/\s+/g, " "))),
}))`

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
