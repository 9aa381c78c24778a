package handover_test

import (
	"os"
	"path/filepath"
	"testing"

	"mxodus/engine/microsoft/powershell/powershelltest"
)

func TestACloudOfItsOwnIsCalledAsItsFileSays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cloud.json")
	o := options(anna())
	o.Project.Destination.Cloud = file
	for _, c := range []struct {
		more, want string
		warned     bool
	}{{`, "exchange_environment": "O365Other"`, "O365Other", false}, {"", "", true}} {
		text := `{"name": "other", "authority": "https://a.example", "graph": "https://g.example", "imap_host": "i.example"` + c.more + `}`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, h := written(t, o)
		if _, tokens := scriptOf(t, o); !powershelltest.Has(tokens, "Environment", "=", c.want) || warned(h, "exchange_environment") != c.warned {
			t.Errorf("%q: %+v", c.more, h.Warnings)
		}
	}
}
