package handover_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/microsoft/handover"
	"mxodus/engine/microsoft/powershell/powershelltest"
)

func scriptOf(t *testing.T, o engine.HandOverOptions) (string, []powershelltest.Token) {
	t.Helper()
	dir, _ := written(t, o)
	text := read(t, dir, "hand-over.ps1")
	tokens, err := powershelltest.Tokens(text)
	if err != nil {
		t.Fatal(err)
	}
	return text, tokens
}

func TestScriptParsesForWindowsPowerShell(t *testing.T) {
	text, tokens := scriptOf(t, options(anna()))
	if !strings.HasPrefix(text, "\uFEFF") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("no byte order mark, or not the line ends of Windows")
	}
	if strings.Contains(text, "secret-a") || strings.Contains(text, "#SETTINGS") {
		t.Error("a password, or no settings")
	}
	for _, w := range tokens {
		if w.Kind == powershelltest.Sign && (w.Value == "?" || w.Value == "&") {
			t.Errorf("line %d: %s is not for PowerShell 5.1", w.Line, w.Value)
		}
	}
	// Every function that is called is there, and every one that is there is called.
	defined := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^function ([A-Za-z-]+)`).FindAllStringSubmatch(text, -1) {
		defined[m[1]] = len(regexp.MustCompile(`\b`+m[1]+`\b`).FindAllString(text, -1))
	}
	for name, n := range defined {
		if n < 2 {
			t.Errorf("%s is never called", name)
		}
	}
	known := []string{"Test-MigrationServerAvailability", "New-MigrationEndpoint", "New-MigrationBatch", "Start-MigrationBatch", "Get-MigrationBatch", "Get-MigrationEndpoint", "Get-MigrationUser",
		"Get-MigrationUserStatistics", "Remove-MigrationBatch", "Remove-MigrationEndpoint", "Connect-ExchangeOnline", "Disconnect-ExchangeOnline", "Get-AcceptedDomain", "Get-EXOMailbox", "Get-ConnectionInformation",
		"Import-Module", "Install-Module", "Get-Module", "Import-Csv", "Test-Path", "Join-Path", "Write-Host", "Where-Object", "ForEach-Object", "Select-Object", "Format-List", "Out-File", "Out-Null", "Start-Sleep", "Set-StrictMode"}
	for _, w := range tokens {
		if w.Kind == powershelltest.Word && regexp.MustCompile(`^[A-Z][a-zA-Z]+-[A-Z]\w+$`).MatchString(w.Value) && defined[w.Value] == 0 && !slices.Contains(known, w.Value) {
			t.Errorf("line %d: nobody knows %s", w.Line, w.Value)
		}
	}
	for _, must := range known[:12] {
		if !strings.Contains(text, must) {
			t.Errorf("no %s", must)
		}
	}
}

func TestScriptHasWordsForEveryStatus(t *testing.T) {
	_, tokens := scriptOf(t, options(anna()))
	for _, status := range strings.Fields(`Queued Validating Provisioning Syncing Synced IncrementalSyncing IncrementalFailed Completing Completed
		CompletedWithWarnings Stopping Stopped Failed Corrupted Removing`) {
		if !powershelltest.Has(tokens, status, "=") {
			t.Errorf("no words for %s", status)
		}
	}
}

func TestTheEndIsBoundToSeventyTwoHoursAndToALookAfterTheChange(t *testing.T) {
	_, tokens := scriptOf(t, options(anna()))
	at := func(values ...string) int {
		for i := range tokens {
			if powershelltest.Has(tokens[i:min(i+len(values), len(tokens))], values...) {
				return i
			}
		}
		t.Errorf("no %q", values)
		return -1
	}
	wait, look := at("hours", "lt", "72"), at("LastSuccessfulSyncTime", ")", "le", "Changed")
	asked, objected, removed := at("changed", "=", "Read-MxChange"), at("objections", "=", "@", "(", "Get-Objections"), at("Remove-MigrationBatch", "Identity")
	if wait < 0 || look < 0 || asked > objected || objected > removed {
		t.Errorf("the batch is removed at %d, what speaks against it is asked at %d, the change at %d", removed, objected, asked)
	}
}

func TestHostileValuesAreStringsAndNothingElse(t *testing.T) {
	o := options(anna())
	domain := "x'; Remove-Item C:\\ -Recurse; ‘$(whoami)’"
	o.Project.Domain = domain
	o.Project.Rules.Exclude = []string{"O'Brien's", "a\"b", "$env:PATH", "`n", "#Notes#", "‚low‛"}
	_, tokens := scriptOf(t, o)
	got := powershelltest.Strings(tokens)
	for _, want := range []string{domain, "O'Brien's/*", "a\"b/*", "$env:PATH/*", "`n/*", `\#Notes\#/*`, "‚low‛/*"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is no string of the script", want)
		}
	}
	calm, calmTokens := scriptOf(t, options(anna()))
	for _, word := range []string{"Remove-Item", "whoami"} {
		for _, w := range tokens {
			if w.Kind != powershelltest.String && w.Value == word {
				t.Errorf("%s stands outside of strings", word)
			}
		}
		if strings.Contains(calm, word) {
			t.Fatalf("the test proves nothing: %s stands in every script", word)
		}
	}
	bare := func(tokens []powershelltest.Token) (n int) {
		for _, w := range tokens {
			if w.Kind != powershelltest.String && w.Value != "," {
				n++
			}
		}
		return n
	}
	if bare(tokens) != bare(calmTokens) {
		t.Errorf("the script has %d tokens beside strings, want %d", bare(tokens), bare(calmTokens))
	}
}

func TestScriptKnowsServerSecurityAndCloud(t *testing.T) {
	o := options(anna())
	o.Project.Source.Security, o.Project.Source.Port = engine.StartTLS, 143
	o.Project.Destination.Cloud = "gcchigh"
	_, tokens := scriptOf(t, o)
	for _, want := range [][]string{{"Server", "=", "mail.acme.example"}, {"Port", "=", "143"}, {"Security", "=", "Tls"}, {"Environment", "=", "O365USGovGCCHigh"},
		{"File", "=", "mailboxes-1.csv"}, {"Mailboxes", "=", "1"}} {
		if !powershelltest.Has(tokens, want...) {
			t.Errorf("no %q", want)
		}
	}
	o.Server = "imap.acme.example:993"
	if _, tokens = scriptOf(t, o); !powershelltest.Has(tokens, "Server", "=", "imap.acme.example") || !powershelltest.Has(tokens, "Port", "=", "993") {
		t.Error("--server is not obeyed")
	}
	for cloud, want := range map[string]string{"": "O365Default", "dod": "O365USGovDoD", "21vianet": "O365China"} {
		o.Project.Destination.Cloud = cloud
		if _, tokens = scriptOf(t, o); !powershelltest.Has(tokens, "Environment", "=", want) {
			t.Errorf("%s: no %s", cloud, want)
		}
	}
	for _, bad := range []string{":", "a b", "a:99999", "a:x", "https://a", "a\n"} {
		o.Server = bad
		if f := refusal(t, o); !strings.Contains(f.Do, "--server") {
			t.Errorf("%q: %+v", bad, f)
		}
	}
}

func TestNamesAtTheServiceAreShortEnough(t *testing.T) {
	o := options(anna())
	o.Project.Domain = strings.Repeat("a", 200) + ".example"
	h, err := handover.Prepare(o)
	if err != nil || len([]rune(h.Batches[0].Name)) > 64 {
		t.Errorf("%v %+v", err, h)
	}
	names := func(users ...[]string) (out []string) {
		o := options(users...)
		o.PerBatch = 1
		h, err := handover.Prepare(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range h.Batches {
			out = append(out, b.Name)
		}
		return out
	}
	ben := []string{"ben@acme.example", "ben", "b"}
	both, again, other := names(anna(), ben), names(anna(), ben), names(ben)
	if !slices.Equal(both, again) || both[0] == both[1] || other[0] == both[0] {
		t.Errorf("%q, then %q, and %q for other mailboxes", both, again, other)
	}
}
