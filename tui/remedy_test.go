package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mxodus/engine"
)

func TestRemediesNameStepsAndKeysInTheWizard(t *testing.T) {
	for words, want := range map[string]string{
		"Sign in again: mxodus microsoft signin FILE":                                                                              "Sign in again: step Destination, key s",
		"Sign in again: mxodus microsoft signin FILE --users":                                                                      "Sign in again: step Users, key t, then s",
		"Prove it first: mxodus microsoft domain FILE --verify. Then set it up.":                                                   "Prove it first: step Cut-over, key t. Then set it up.",
		"Make the user (mxodus microsoft users FILE --create), or correct it: mxodus users FILE":                                   "Make the user (step Users, key t), or correct it: step Users, key e",
		"The script of mxodus microsoft setup FILE --manage-users does it.":                                                        "The script of step Destination, key w does it.",
		"Give its key file: mxodus set FILE --source-service-account KEY.json":                                                     "Give its key file: step Source, key e",
		"Assign one, or: mxodus microsoft users FILE --create --license SKU. It is there later.":                                   "Assign one, or: step Users, key t. It is there later.",
		"Take care. mxodus run takes each once.":                                                                                   "Take care. Step Migrate takes each once.",
		"Add some: mxodus users FILE --import users.csv":                                                                           "Add some: step Users, key i",
		"Set it: mxodus users FILE --password anna@acme.example":                                                                   "Set it: step Users, key e",
		"Leave All Mail out: mxodus set FILE --exclude \"[Gmail]/All Mail\".":                                                      "Leave All Mail out: mxodus set FILE --exclude \"[Gmail]/All Mail\".",
		"Nothing: mxodus tries again by itself.":                                                                                   "Nothing: mxodus tries again by itself.",
		"Give the file: mxodus set FILE --source-service-account KEY.json (or with mxodus new); then mxodus test FILE. Delete it.": "Give the file: step Source, key e; then step Test. Delete it.",
	} {
		if got := wizardRemedy(words); got != want {
			t.Errorf("%q\nbecomes %q\n   want %q", words, got, want)
		}
	}
}

// Whatever the engine advises, the wizard says where it is done.
func TestNoAdviceOfTheEngineIsLeftToCommands(t *testing.T) {
	command := regexp.MustCompile(`mxodus (microsoft|users|test|run|verify|dns|letters|report|export|new)\b`)
	script := []string{"setup_script.go", "setup_steps.go", "setup_person.go"} // see handHere
	err := filepath.WalkDir("../engine", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && slices.Contains([]string{"report", "lab", "testdata"}, name) {
			return filepath.SkipDir
		} else if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || slices.Contains(script, name) {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if words, err := strconv.Unquote(lit.Value); err == nil && command.MatchString(wizardRemedy(words)) {
				t.Errorf("%s: the wizard would say: %s", path, wizardRemedy(words))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSetUpByHandIsEnteredInTheWizard(t *testing.T) {
	s := &engine.SetupStep{ByHand: []engine.SetupAction{
		{Do: "Copy the Value. Put it into a file secret.txt, then run:", Copy: []string{"mxodus set 'my file' --tenant acme.onmicrosoft.com --client-id CLIENT-ID --client-secret-file secret.txt"}},
		{Do: "Delete secret.txt."},
		{Do: "Run:", Copy: []string{"mxodus microsoft signin acme.mxodus"}},
		{Do: "As the name, enter:", Copy: []string{"mxodus (acme)"}},
	}}
	got := handHere(s)
	if len(got) != 3 || strings.Contains(got[0].Do, "run:") || !slices.Equal(got[0].Copy, []string{"acme.onmicrosoft.com"}) ||
		got[1].Do != "Close this page, and press s." || got[2].Copy[0] != "mxodus (acme)" {
		t.Errorf("%+v", got)
	}
}
