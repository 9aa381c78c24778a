package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mxodus/engine"
)

// phrases are all texts that the report is made of, in English, and the nouns
// that it counts, as they stand in the code and in the templates.
func phrases(t *testing.T) (texts, nouns []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"text", "pick", "count"}, method.Sel.Name) {
				return true
			}
			for i, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || method.Sel.Name == "text" && i > 0 {
					continue
				}
				s, _ := strconv.Unquote(lit.Value)
				if method.Sel.Name == "count" {
					nouns = append(nouns, s)
				} else {
					texts = append(texts, s)
				}
			}
			return true
		})
	}
	for _, name := range []string{"report.html.tmpl", "chart.svg.tmpl"} {
		doc, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		literal := "(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)"
		for _, m := range regexp.MustCompile(`(?:\{\{|\()t `+literal+`|pick [.\w]+ `+literal+` `+literal).FindAllStringSubmatch(string(doc), -1) {
			for _, lit := range m[1:] {
				if s, err := strconv.Unquote(lit); err == nil {
					texts = append(texts, s)
				}
			}
		}
		for _, m := range regexp.MustCompile(`count (?:[.$\w]+|\([^)]*\)) "([^"]*)"`).FindAllStringSubmatch(string(doc), -1) {
			nouns = append(nouns, m[1])
		}
	}
	for _, o := range outcomes {
		texts = append(texts, o.word)
	}
	for _, r := range reasons {
		texts = append(texts, r.Text())
	}
	return texts, nouns
}

// reasons are all that a message can be left out for.
var reasons = []engine.Reason{engine.ReasonTooBig, engine.ReasonBeyondLimit, engine.ReasonElsewhere, engine.ReasonGone, engine.ReasonUnreadable, engine.ReasonEmpty,
	engine.ReasonRefused, engine.ReasonLongLine, engine.ReasonUnfit, engine.ReasonFolder, engine.ReasonQuota, engine.ReasonExcluded, engine.ReasonShared, engine.ReasonView}

// blanks are the places of a text that are filled in, in order.
func blanks(s string) string { return strings.Join(regexp.MustCompile(`%.`).FindAllString(s, -1), "") }

func TestEveryLanguageHasEveryText(t *testing.T) {
	texts, nouns := phrases(t)
	if len(texts) < 150 || len(nouns) < 8 {
		t.Fatalf("only %d texts and %d nouns were found", len(texts), len(nouns))
	}
	for _, code := range []string{"de", "fr", "es"} {
		l := tongueOf(code)
		for _, s := range texts {
			own, ok := l.texts[s]
			switch {
			case !ok:
				t.Errorf("%s lacks %q", code, s)
			case own == "" || strings.Contains(own, "--"+" "):
				t.Errorf("%s: %q is %q", code, s, own)
			case blanks(own) != blanks(s):
				t.Errorf("%s: %q has other blanks than %q", code, own, s)
			}
		}
		for _, s := range nouns {
			if forms, ok := l.nouns[s]; !ok || forms[0] == "" || forms[1] == "" {
				t.Errorf("%s can't count %q", code, s)
			}
		}
		for _, s := range slices.Sorted(maps.Keys(l.texts)) {
			if !slices.Contains(texts, s) && !slices.Contains(elsewhere, s) {
				t.Errorf("%s has %q, which nobody says", code, s)
			}
		}
	}
}

// elsewhere are texts of the engine, and of whoever gives the report its notes.
var elsewhere = []string{
	"a name can't begin or end with a blank", "a name can't be . or .., which lead elsewhere", "its name is too long", "what stands only in All Mail was archived",
	"What stood there before the change was not written down.", "What stands there after the change was not written down.", "Other records of the domain's mail are the same as before.",
	"it is an invitation: the new server writes those in its own words",
	"it is an invitation, and the new server keeps those in its own form",
	"it is a delivery report or a receipt: servers write those in their own words",
	"its sender has another form there",
	"its subject has letters that do not say which they are",
	"its text has letters that do not say which they are",
	"its text seems to hold a file (uuencode): servers take that out",
	"another folder has a name that looks the same: only its accents are stored in another way",
}

// TestReportSpeaksTheOwnersLanguage compares the page in each language with one
// that somebody has read: its texts, without the marks.
func TestReportSpeaksTheOwnersLanguage(t *testing.T) {
	for _, code := range []string{"de", "fr", "es"} {
		in := sample()
		in.Project.Letters.Language, in.Project.Letters.OwnerLanguage = "en", code
		r := Make(in)
		page, err := r.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), `<html lang="`+code+`">`) {
			t.Errorf("%s: the page does not say its language", code)
		}
		golden(t, "report-"+code+".txt", []byte(plainText(string(page))))
		if doc, err := r.JSON(); err != nil || !strings.Contains(string(doc), `"title": "Nearly done"`) {
			t.Errorf("%s: report.json is not in English (%v)", code, err)
		}
	}
}

// plainText is a page's texts, one a line.
func plainText(page string) string {
	page = page[strings.Index(page, "<body>"):]
	page = regexp.MustCompile(`(?s)<text.*?</text>`).ReplaceAllString(page, "")
	var lines []string
	for _, s := range strings.Split(regexp.MustCompile(`</?(?:p|td|th|h\d|caption|li|dt|dd|div|title|desc|section)\b[^>]*>`).ReplaceAllString(page, "\n"), "\n") {
		s = strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " "))
		if regexp.MustCompile(`\p{L}{2}`).MatchString(s) {
			lines = append(lines, regexp.MustCompile(` +`).ReplaceAllString(s, " "))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
