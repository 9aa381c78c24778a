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

func byPerson(r *engine.SetupRequest) { r.Project.Destination.SignIn = engine.SignInBrowser }

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
	"Where-Object", "ForEach-Object", "Group-Object", "Select-Object", "Get-Date", "Get-Module", "Remove-Item", "New-Item",
	"Connect-MgGraph", "Disconnect-MgGraph", "Get-MgContext", "Get-MgApplication", "New-MgApplication", "Update-MgApplication", "Remove-MgApplication",
	"Get-MgServicePrincipal", "New-MgServicePrincipal", "Remove-MgServicePrincipal", "Add-MgApplicationPassword", "Remove-MgApplicationPassword",
	"Get-MgServicePrincipalAppRoleAssignment", "New-MgServicePrincipalAppRoleAssignment", "Remove-MgServicePrincipalAppRoleAssignment",
	"Connect-ExchangeOnline", "Disconnect-ExchangeOnline", "Get-ConnectionInformation", "Get-ServicePrincipal", "New-ServicePrincipal", "Remove-ServicePrincipal",
	"Get-MgServicePrincipalOauth2PermissionGrant", "Get-MgOauth2PermissionGrant", "New-MgOauth2PermissionGrant", "Update-MgOauth2PermissionGrant", "Remove-MgOauth2PermissionGrant",
	"Get-User", "Get-Mailbox", "Get-MailboxPermission", "Add-MailboxPermission", "Remove-MailboxPermission", "Get-CASMailbox", "Set-CASMailbox",
	// of the scripts' own
	"Test-NotFound", "Find-Mailbox", "New-SecretFile", "Write-Done", "Write-Same", "Write-Gone", "Get-EntryId", "Save-Record", "Invoke-Patiently", "Find-Role", "Find-Scope", "Format-Name",
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
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate, byPerson} {
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
		TakeBackScript: {"Get-Mailbox Get-CASMailbox", "Get-Mailbox Remove-MailboxPermission", "Get-CASMailbox Set-CASMailbox", "Get-ServicePrincipal Remove-ServicePrincipal",
			"Get-MgApplication Remove-MgApplication", "Get-MgServicePrincipalAppRoleAssignment Remove-MgServicePrincipalAppRoleAssignment"},
		PersonSetupScript: {"Get-MgApplication New-MgApplication", "Get-MgServicePrincipal New-MgServicePrincipal", "Get-MgServicePrincipalOauth2PermissionGrant New-MgOauth2PermissionGrant",
			"Get-MgServicePrincipalOauth2PermissionGrant Update-MgOauth2PermissionGrant", "Get-User Add-MailboxPermission", "Get-MailboxPermission Add-MailboxPermission", "Get-CASMailbox Set-CASMailbox"},
		PersonTakeBackScript: {"Get-Mailbox Get-CASMailbox", "Get-Mailbox Remove-MailboxPermission", "Get-CASMailbox Set-CASMailbox", "Get-MgApplication Remove-MgApplication",
			"Get-MgOauth2PermissionGrant Remove-MgOauth2PermissionGrant"},
	}
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate, byPerson} {
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
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate, byPerson} {
		scripts := scriptsFor(t, change)
		called := commands(append(scripts[SetupScript], scripts[PersonSetupScript]...))
		made := 0
		for i, c := range called {
			if !slices.Contains([]string{"New-MgApplication", "New-MgServicePrincipal", "Add-MgApplicationPassword", "New-MgServicePrincipalAppRoleAssignment",
				"New-ServicePrincipal", "Add-MailboxPermission", "Set-CASMailbox", "New-MgOauth2PermissionGrant", "Update-MgOauth2PermissionGrant"}, c) {
				continue
			}
			made++
			next := called[i+1:]
			if at := slices.Index(next, "Save-Record"); at < 0 || at > 3 {
				t.Errorf("%s is not recorded: then come %v", c, next[:min(4, len(next))])
			}
		}
		if made < 6 && scripts[PersonSetupScript] == nil || made < 5 {
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

// TestPersonsScriptsMakeNoSecretAndNoEntry: a person signs in through an app that
// keeps no secret; what is opened is opened to the person.
func TestPersonsScriptsMakeNoSecretAndNoEntry(t *testing.T) {
	all := scriptsFor(t, byPerson)
	setup, back := all[PersonSetupScript], all[PersonTakeBackScript]
	if len(all) != 2 || setup == nil || back == nil {
		t.Fatalf("%d scripts", len(all))
	}
	called := append(commands(setup), commands(back)...)
	for _, never := range []string{"Add-MgApplicationPassword", "New-ServicePrincipal", "New-MgServicePrincipalAppRoleAssignment", "Remove-ServicePrincipal", "Get-EntryId", "Find-Role"} {
		if slices.Contains(called, never) {
			t.Errorf("%s is called", never)
		}
	}
	for _, always := range []string{"New-MgOauth2PermissionGrant", "Add-MailboxPermission", "Remove-MgOauth2PermissionGrant", "Remove-MailboxPermission"} {
		if !slices.Contains(called, always) {
			t.Errorf("%s is never called", always)
		}
	}
	words := powershelltest.Strings(setup)
	for _, want := range []string{"IMAP.AccessAsUser.All", "offline_access", "http://localhost", "Scope", "mxodus-setup-person-record.json"} {
		if !slices.Contains(words, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, never := range []string{"IMAP.AccessAsApp", "Role", "User.ReadWrite.All"} {
		if slices.Contains(words, never) {
			t.Errorf("%s stands there", never)
		}
	}
	if !powershelltest.Has(setup, "User", "whom", "AccessRights", "FullAccess", "AutoMapping", "false") {
		t.Error("the access isn't the person's")
	}
	for _, file := range []string{PersonSetupScript, PersonTakeBackScript} {
		if text := fileOf(t, byPerson, file); strings.Contains(text, "{{") || strings.Contains(text, "client-secret") || strings.Contains(text, "mxodus-setup.ps1") || strings.Contains(text, "mxodus-take-back.ps1") {
			t.Errorf("%s speaks of the app's", file)
		}
	}
	managed := scriptsFor(t, func(r *engine.SetupRequest) { byPerson(r); r.ManageUsers = true })[PersonSetupScript]
	if !slices.Contains(powershelltest.Strings(managed), "User.ReadWrite.All") {
		t.Error("making users was asked for")
	}
}

// fileOf is one script's text.
func fileOf(t *testing.T, change func(*engine.SetupRequest), name string) string {
	t.Helper()
	r := engine.SetupRequest{Side: engine.SideDestination, File: "acme.mxodus"}
	change(&r)
	for _, f := range NewSetup(r).Scripts() {
		if f.Name == name {
			return string(f.Data)
		}
	}
	t.Fatalf("no %s", name)
	return ""
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
