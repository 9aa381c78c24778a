package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
		b.Look(filepath.Join(dir, HTMLFile))
		for _, width := range []int{360, 794, 1280} {
			b.Open(filepath.Join(dir, HTMLFile), width)
			if ok := b.Eval(title + " && document.scripts.length === 0 && document.images.length === 0"); ok != "true" {
				t.Errorf("%s, %d: something came in", name, width)
			}
			if bad := b.Eval(structure); bad != "[]" {
				t.Errorf("%s, %d: %s", name, width, bad)
			}
			for _, dark := range []bool{false, true} {
				b.Dark(dark)
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
		t.Run("accessibility of "+name, func(t *testing.T) {
			wrong, rules := real.NewAxe(t, b).Find(filepath.Join(dir, HTMLFile))
			if rules < 15 {
				t.Errorf("axe held it against %d rules only", rules)
			}
			for _, w := range slices.Compact(wrong) {
				t.Error(w)
			}
		})
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
