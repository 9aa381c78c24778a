package microsoft

import (
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/microsoft/powershell/powershelltest"
)

// TestOnlyNotFoundMeansThatThereIsNone: a lookup that fails otherwise would strike a
// change from the record that was never taken back.
func TestOnlyNotFoundMeansThatThereIsNone(t *testing.T) {
	for _, change := range []func(*engine.SetupRequest){nil, withCertificate, byPerson} {
		for name, tokens := range scriptsFor(t, change) {
			lookups := 0
			for i, tok := range tokens {
				if strings.EqualFold(tok.Value, "SilentlyContinue") {
					t.Errorf("%s, line %d: any error passes for nothing found", name, tok.Line)
				}
				if tok.Kind != powershelltest.Word || !slices.Contains([]string{"Get-Mailbox", "Get-MailboxPermission", "Get-User"}, tok.Value) {
					continue
				}
				lookups++
				if next := tokens[i:min(i+70, len(tokens))]; !hasWords(next, "catch", "Test-NotFound", "throw") {
					t.Errorf("%s, line %d: %s isn't asked which error it was", name, tok.Line, tok.Value)
				}
			}
			if lookups == 0 {
				t.Errorf("%s looks for no mailbox", name)
			}
		}
	}
}

// hasWords says that words of a script come in this order.
func hasWords(tokens []powershelltest.Token, words ...string) bool {
	for _, tok := range tokens {
		if len(words) > 0 && tok.Value == words[0] {
			words = words[1:]
		}
	}
	return len(words) == 0
}

// TestSecretIsWrittenWhereOnlyItsOwnerReads: the file is closed to others before
// there is a secret in it.
func TestSecretIsWrittenWhereOnlyItsOwnerReads(t *testing.T) {
	tokens := scriptsFor(t, nil)[SetupScript]
	if !hasWords(tokens, "New-SecretFile", "New-Item", "icacls", "chmod", "LASTEXITCODE", "throw", "New-SecretFile", "Add-MgApplicationPassword", "Set-Content") {
		t.Error("others may read the secret, or it is made before that is known")
	}
	if slices.Contains(commands(scriptsFor(t, withCertificate)[SetupScript]), "New-SecretFile") {
		t.Error("a file for a secret that there isn't")
	}
}
