package powershell_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"mxodus/engine/microsoft/powershell"
	"mxodus/engine/microsoft/powershell/powershelltest"
)

func TestWhatIsQuotedIsOneStringAndComesBack(t *testing.T) {
	for _, s := range []string{
		"", "plain", "O'Brien", "''", "'; Remove-Item C:\\ -Recurse; '", "$env:PATH", "$(whoami)", "`n", "a \"b\" c", "‘curly’ ‚low‛", "'’", "’'",
		"#no comment", "@'", "-Confirm:$false", "Müller & Söhne", "日本語", "|;&<>{}[]()", "\\", "100%",
	} {
		tokens, err := powershelltest.Tokens("$x = " + powershell.Quote(s) + "\n")
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if got := powershelltest.Strings(tokens); !slices.Equal(got, []string{s}) || len(tokens) != 4 {
			t.Errorf("%q became %q in %d tokens", s, got, len(tokens))
		}
	}
}

func TestWhatDoesNotPrintIsWrittenAsANumberOnOneLine(t *testing.T) {
	got := powershell.Quote("a\r\nb\u202e'\x00")
	want := `('a' + [char]::ConvertFromUtf32(0xD) + '' + [char]::ConvertFromUtf32(0xA) + 'b' + [char]::ConvertFromUtf32(0x202E) + '''' + [char]::ConvertFromUtf32(0x0) + '')`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := powershelltest.Tokens(got); err != nil {
		t.Error(err)
	}
	if got := powershell.Quote("a\xffb"); got != "'a\uFFFDb'" {
		t.Errorf("broken UTF-8 became %s", got)
	}
}

func TestListAndComment(t *testing.T) {
	if got := powershell.List([]string{"a", "b'c"}); got != "@('a', 'b''c')" {
		t.Error(got)
	}
	if got := powershell.List(nil); got != "@()" {
		t.Error(got)
	}
	if got := powershell.Comment("one\nRemove-Item x"); strings.Contains(got, "\n") || !strings.HasPrefix(got, "# one") {
		t.Errorf("%q", got)
	}
}

func TestFilesHaveAMarkAndTheLineEndsOfWindows(t *testing.T) {
	got := powershell.Encode("a\nb\r\nc\n")
	if !bytes.Equal(got, []byte("\xef\xbb\xbfa\r\nb\r\nc\r\n")) {
		t.Errorf("%q", got)
	}
}

func TestTokensFindWhatCannotBeRight(t *testing.T) {
	for _, bad := range []string{"'open", "\"open", "'a\nb'", "if ($a) {", "}", "(]", "@'\nx\n'@", "a – b", "\"$(a\"", "<# x", "\"x $(]) y\"", "a `b"} {
		if _, err := powershelltest.Tokens(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	good := "# a 'comment\n<# another \" one\n#>\nif ($a -eq 'b''c') { Write-Host \"x $($y.Count) `\" z\" } # end\n"
	tokens, err := powershelltest.Tokens(good)
	if err != nil {
		t.Fatal(err)
	}
	if !powershelltest.Has(tokens, "a", "eq", "b'c") || !powershelltest.Has(tokens, "Write-Host", "x $($y.Count) `\" z") {
		t.Errorf("%v", tokens)
	}
}
