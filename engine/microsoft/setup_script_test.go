package microsoft

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/microsoft/powershell/powershelltest"
)

// hostile are values that a careless script would run, or break at.
var hostile = []string{
	"o'brien@acme.example", "a b@acme.example", "$(Remove-Item x)@acme.example", "`n@acme.example", "x;Remove-Item y@acme.example",
	"’; Remove-Item z; ‘@acme.example", "“$env:PATH”„@acme.example", "‚‛'@acme.example", "a\r\nRemove-Item b@acme.example", "#>@acme.example",
	"{}[]()@acme.example", "-Confirm:$false", "müller@acme.example", "\u202eevil@acme.example", "@'\nx\n'@",
}

// scriptsFor are the scripts of a project all of whose values are hostile, taken
// apart.
func scriptsFor(t *testing.T, change func(*engine.SetupRequest)) map[string][]powershelltest.Token {
	t.Helper()
	r := engine.SetupRequest{Side: engine.SideDestination, File: hostile[5] + ".mxodus",
		Project: engine.Project{Domain: hostile[0], Destination: engine.Endpoint{Kind: engine.KindMicrosoft365, Tenant: hostile[2], ClientID: hostile[4]}}}
	for _, address := range hostile {
		r.Users = append(r.Users, engine.User{Address: address})
	}
	if change != nil {
		change(&r)
	}
	out := map[string][]powershelltest.Token{}
	for _, f := range NewSetup(r).Scripts() {
		if !strings.HasSuffix(f.Name, ".ps1") {
			continue
		}
		text := string(f.Data)
		if !strings.HasPrefix(text, "\xef\xbb\xbf") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
			t.Errorf("%s can't be read by Windows PowerShell 5.1", f.Name)
		}
		tokens, err := powershelltest.Tokens(text)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		out[f.Name] = tokens
	}
	return out
}

func withCertificate(r *engine.SetupRequest) {
	r.Certificate, r.ManageUsers = base64.StdEncoding.EncodeToString([]byte("certificate")), true
}

func TestScriptsHoldNamesInOneLiteral(t *testing.T) {
	tokens := scriptsFor(t, nil)[SetupScript]
	var lists [][]string
	for i := range tokens {
		if tokens[i].Value == "Mailboxes" && powershelltest.Has(tokens[i:min(i+4, len(tokens))], "Mailboxes", "=", "@", "(") {
			lists = append(lists, listAt(tokens[i+4:]))
		}
	}
	if len(lists) != 1 {
		t.Fatalf("%d lists of mailboxes", len(lists))
	}
	for _, address := range hostile {
		if clean := !strings.ContainsAny(address, "\r\n\u202e"); clean && !slices.Contains(lists[0], address) {
			t.Errorf("%q is not in the list as it is", address)
		}
	}
	for _, tok := range tokens {
		if tok.Kind != powershelltest.String && tok.Kind != powershelltest.Expandable && (strings.Contains(tok.Value, "Remove-Item") || tok.Value == "evil") {
			t.Errorf("line %d: a name became a command", tok.Line)
		}
	}
}

// listAt are the strings of a list up to its end.
func listAt(tokens []powershelltest.Token) (out []string) {
	depth := 1
	for _, t := range tokens {
		switch {
		case t.Kind == powershelltest.Sign && t.Value == "(":
			depth++
		case t.Kind == powershelltest.Sign && t.Value == ")":
			if depth--; depth == 0 {
				return out
			}
		case t.Kind == powershelltest.String:
			out = append(out, t.Value)
		}
	}
	return out
}

// allowed are the only commands that the scripts call: Microsoft's own, and what
// every PowerShell has.
var allowed = []string{
	"Join-Path", "Write-Host", "ConvertTo-Json", "ConvertFrom-Json", "Set-Content", "Get-Content", "Test-Path", "Start-Sleep", "Read-Host", "Out-Null",
	"Where-Object", "ForEach-Object", "Group-Object", "Select-Object", "Get-Date", "Get-Module", "Remove-Item",
	"Connect-MgGraph", "Disconnect-MgGraph", "Get-MgContext", "Get-MgApplication", "New-MgApplication", "Update-MgApplication", "Remove-MgApplication",
	"Get-MgServicePrincipal", "New-MgServicePrincipal", "Remove-MgServicePrincipal", "Add-MgApplicationPassword", "Remove-MgApplicationPassword",
	"Get-MgServicePrincipalAppRoleAssignment", "New-MgServicePrincipalAppRoleAssignment", "Remove-MgServicePrincipalAppRoleAssignment",
	"Connect-ExchangeOnline", "Disconnect-ExchangeOnline", "Get-ConnectionInformation", "Get-ServicePrincipal", "New-ServicePrincipal", "Remove-ServicePrincipal",
	"Get-Mailbox", "Get-MailboxPermission", "Add-MailboxPermission", "Remove-MailboxPermission", "Get-CASMailbox", "Set-CASMailbox",
	// of the scripts' own
	"Write-Done", "Write-Same", "Write-Gone", "Get-EntryId", "Save-Record", "Invoke-Patiently", "Find-Role", "Format-Name",
}

var cmdlet = regexp.MustCompile(`^[A-Z][a-z]+-[A-Z][A-Za-z0-9]+$`)

// commands are the names of cmdlets in a script, in order.
func commands(tokens []powershelltest.Token) (names []string) {
	for _, t := range tokens {
		if t.Kind == powershelltest.Word && cmdlet.MatchString(t.Value) {
			names = append(names, t.Value)
		}
	}
	return names
}

func TestScriptsCallOnlyPlainCommands(t *testing.T) {
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate} {
		for name, tokens := range scriptsFor(t, change) {
			called := commands(tokens)
			if len(called) < 20 {
				t.Errorf("%s: only %d commands were seen", name, len(called))
			}
			for _, c := range called {
				if !slices.Contains(allowed, c) {
					t.Errorf("%s calls %s", name, c)
				}
			}
			for _, tok := range tokens {
				if strings.Contains(strings.ToLower(tok.Value), "invoke-expression") || tok.Kind == powershelltest.Word && slices.Contains([]string{"iex", "rm", "del"}, tok.Value) {
					t.Errorf("%s, line %d: %s", name, tok.Line, tok.Value)
				}
			}
		}
	}
}

// TestNothingIsMadeBeforeItWasLookedFor holds what lets a script be run twice.
func TestNothingIsMadeBeforeItWasLookedFor(t *testing.T) {
	looks := map[string][]string{
		SetupScript: {"Get-MgApplication New-MgApplication", "Get-MgServicePrincipal New-MgServicePrincipal", "Get-MgApplication Update-MgApplication",
			"Get-MgServicePrincipalAppRoleAssignment New-MgServicePrincipalAppRoleAssignment", "Get-ServicePrincipal New-ServicePrincipal",
			"Get-ServicePrincipal Remove-ServicePrincipal", "Get-MailboxPermission Add-MailboxPermission", "Get-CASMailbox Set-CASMailbox", "Get-Mailbox Add-MailboxPermission"},
		TakeBackScript: {"Get-Mailbox Remove-MailboxPermission", "Get-CASMailbox Set-CASMailbox", "Get-ServicePrincipal Remove-ServicePrincipal",
			"Get-MgApplication Remove-MgApplication", "Get-MgServicePrincipalAppRoleAssignment Remove-MgServicePrincipalAppRoleAssignment"},
	}
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate} {
		for name, tokens := range scriptsFor(t, change) {
			called := commands(tokens)
			for _, pair := range looks[name] {
				first, then, _ := strings.Cut(pair, " ")
				at, made := slices.Index(called, first), slices.Index(called, then)
				if at < 0 || made < at {
					t.Errorf("%s: %s at %d, %s at %d", name, first, at, then, made)
				}
			}
		}
	}
}

// TestEveryChangeIsRecorded: whoever takes back needs to know of it, though the
// script may have been interrupted.
func TestEveryChangeIsRecorded(t *testing.T) {
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate} {
		called := commands(scriptsFor(t, change)[SetupScript])
		made := 0
		for i, c := range called {
			if !slices.Contains([]string{"New-MgApplication", "New-MgServicePrincipal", "Add-MgApplicationPassword", "New-MgServicePrincipalAppRoleAssignment",
				"New-ServicePrincipal", "Add-MailboxPermission", "Set-CASMailbox"}, c) {
				continue
			}
			made++
			next := called[i+1:]
			if at := slices.Index(next, "Save-Record"); at < 0 || at > 3 {
				t.Errorf("%s is not recorded: then come %v", c, next[:min(4, len(next))])
			}
		}
		if made < 6 {
			t.Errorf("only %d changes were seen", made)
		}
	}
}

func TestScriptSpeaksToTheProjectsCloud(t *testing.T) {
	for cloud, want := range map[string][2]string{
		"": {"Global", "O365Default"}, "gcchigh": {"USGov", "O365USGovGCCHigh"}, "dod": {"USGovDoD", "O365USGovDoD"}, "21vianet": {"China", "O365China"},
	} {
		for name, tokens := range scriptsFor(t, func(r *engine.SetupRequest) { r.Project.Destination.Cloud = cloud }) {
			if !powershelltest.Has(tokens, "GraphEnvironment", "=", want[0]) || !powershelltest.Has(tokens, "ExchangeEnvironment", "=", want[1]) {
				t.Errorf("%s, %s: other clouds", cloud, name)
			}
		}
	}
}

func TestScriptAsksForNoMoreThanIsWanted(t *testing.T) {
	if tokens := scriptsFor(t, nil)[SetupScript]; !powershelltest.Has(tokens, "DirectoryRoles", "=", "@", "(", ")") || !powershelltest.Has(tokens, "AutoMapping", "false") {
		t.Error("the app gets more than IMAP, or the mailboxes show up in Outlook")
	}
	tokens := scriptsFor(t, withCertificate)[SetupScript]
	if !slices.Contains(powershelltest.Strings(tokens), "User.ReadWrite.All") {
		t.Error("making users was asked for")
	}
	if slices.Contains(commands(tokens), "Add-MgApplicationPassword") {
		t.Error("a secret is made beside the certificate")
	}
}

func TestPersonsNeedNoScript(t *testing.T) {
	r := engine.SetupRequest{Side: engine.SideDestination, Project: engine.Project{Destination: engine.Endpoint{SignIn: engine.SignInBrowser}}}
	if files := NewSetup(r).Scripts(); files != nil {
		t.Errorf("%d scripts", len(files))
	}
}

// The lines that come next are pasted into PowerShell: a $ in a name must stay one.
func TestScriptShowsNamesAsPowerShellTakesThem(t *testing.T) {
	tokens := scriptsFor(t, nil)[SetupScript]
	for _, name := range []string{"ProjectFile", "SecretFile"} {
		if !powershelltest.Has(tokens, "(", "Format-Name", name, ")") {
			t.Errorf("%s is shown as it is", name)
		}
	}
	for _, tok := range tokens {
		if strings.Contains(tok.Value, `"{`) {
			t.Errorf("line %d puts a name between double quotes: %s", tok.Line, tok.Value)
		}
	}
}
