package microsoft

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mxodus/engine/lab"
)

func TestTraceTellsOfGraphAndOfNoSecret(t *testing.T) {
	o := newOffice(t)
	o.graph.SetPage(1)
	o.graph.Fail(lab.OpListUsers, 1, lab.GraphFault{Status: 429, Code: "TooManyRequests", Message: "slow", RetryAfter: 7 * time.Second})
	g := o.directory(t)
	path := filepath.Join(t.TempDir(), "trace.txt")
	if err := g.TraceTo(path); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Users(t.Context()); err != nil {
		t.Fatal(err)
	}
	u := newcomer()
	if _, err := g.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	o.graph.Fail(lab.OpTenant, -1, lab.GraphFault{}) // the connection is cut
	if _, err := g.Tenant(t.Context()); err == nil {
		t.Fatal("no fault")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`graph GET /graph/v1\.0/users 429 request-id: [0-9a-f-]{36} Retry-After: 7 after`, `graph GET /graph/v1\.0/users 200 request-id: `,
		`graph POST /graph/v1\.0/users 201 request-id: `, `graph GET /graph/v1\.0/organization no answer after`} {
		if !regexp.MustCompile(want).Match(b) {
			t.Errorf("the trace lacks %s:\n%s", want, b)
		}
	}
	for _, never := range []string{u.Password.Reveal(), canary, "Bearer", "access-", "eyJ", "skiptoken", "?", "Ben"} {
		if strings.Contains(string(b), never) {
			t.Errorf("%q is in the trace:\n%s", never, b)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := o.directory(t).TraceTo(filepath.Join(path, "below a file")); faultOf(t, err).What == "" {
		t.Error("no words")
	}
}
