package engine_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	maxFileLines = 400
	maxFuncLines = 80 // tests may be longer
)

// faultsOfShape lists what is wrong with one Go file: it is too long, has too
// long a function, or leaves a test out. path is relative to the module.
func faultsOfShape(path string, src []byte) ([]string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out []string
	if n := bytes.Count(src, []byte("\n")); n > maxFileLines {
		out = append(out, fmt.Sprintf("%s has %d lines", path, n))
	}
	isTest := strings.HasSuffix(path, "_test.go")
	// Where real servers are started, which not every machine has.
	maySkip := strings.HasPrefix(path, "engine/lab/real/") || strings.HasPrefix(path, "dns/internal/real/")
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			lines := fset.Position(n.End()).Line - fset.Position(n.Pos()).Line + 1
			if !isTest && lines > maxFuncLines {
				out = append(out, fmt.Sprintf("%s: %s has %d lines", path, n.Name.Name, lines))
			}
		case *ast.CallExpr:
			if !maySkip && skipsTest(n) {
				out = append(out, fmt.Sprintf("%s leaves a test out", fset.Position(n.Pos())))
			}
		}
		return true
	})
	return out, nil
}

// skipsTest says whether a call is t.Skip or one of its kind.
func skipsTest(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"t", "b", "tb", "f"}, x.Name)
}

func TestFilesAndFunctionsStayShortAndNoTestIsLeftOut(t *testing.T) {
	root := os.DirFS("..")
	files := 0
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		files++
		src, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		faults, err := faultsOfShape(path, src)
		for _, f := range faults {
			t.Error(f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d Go files were found", files)
	}
}

func TestShapeRulesCanFail(t *testing.T) {
	long := "package p\n\nfunc f() {\n" + strings.Repeat("\tf()\n", maxFuncLines) + "}\n"
	skip := "package p\n\nfunc TestX(t *testing.T) { t.Skip(\"later\") }\n"
	for _, c := range []struct {
		path, src string
		want      int
	}{
		{"a.go", long, 1},
		{"a_test.go", long, 0},
		{"a.go", "package p\n" + strings.Repeat("\n", maxFileLines), 1},
		{"a.go", "package p\n" + strings.Repeat("\n", maxFileLines-1), 0},
		{"a_test.go", skip, 1},
		{"engine/lab/real/a.go", skip, 0},
		{"dns/internal/real/a.go", skip, 0},
		{"dns/internal/a.go", skip, 1},
	} {
		if got, err := faultsOfShape(c.path, []byte(c.src)); err != nil || len(got) != c.want {
			t.Errorf("%s: %q, %v, want %d faults", c.path, got, err, c.want)
		}
	}
}
