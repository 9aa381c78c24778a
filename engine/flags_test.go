package engine

import (
	"slices"
	"testing"
)

func TestOnlyFlagsThatCanBeStoredAreKept(t *testing.T) {
	for name, c := range map[string]struct {
		flags, permanent []string
		anyKeyword       bool
		kept, dropped    []string
	}{
		"as they are":                {flags: []string{`\Seen`, "work"}, kept: []string{`\Seen`, "work"}},
		"canonical spelling, once":   {flags: []string{`\seen`, `\SEEN`, "Work", "work"}, kept: []string{`\Seen`, "Work"}, dropped: nil},
		"recent is nobody's":         {flags: []string{`\Recent`, `\Seen`}, kept: []string{`\Seen`}},
		"no line may run":            {flags: []string{"a b", "a)", "x\r\ny", `q"`, "ö", "", `\Custom`, `a\b`, "a]", "{3}", "ok"}, kept: []string{"ok"}, dropped: []string{"a b", "a)", "x\r\ny", `q"`, "ö", "", `\Custom`, `a\b`, "a]", "{3}"}},
		"no keywords there":          {flags: []string{`\Seen`, "work"}, permanent: []string{`\seen`}, kept: []string{`\Seen`}, dropped: []string{"work"}},
		"any keyword there":          {flags: []string{`\Seen`, "work"}, permanent: []string{`\Seen`}, anyKeyword: true, kept: []string{`\Seen`, "work"}},
		"this keyword there":         {flags: []string{"Work", "play"}, permanent: []string{"work"}, kept: []string{"Work"}, dropped: []string{"play"}},
		"a system flag is not there": {flags: []string{`\Draft`}, permanent: []string{`\Seen`}, anyKeyword: true, dropped: []string{`\Draft`}},
	} {
		given := slices.Clone(c.flags)
		kept, dropped := KeepFlags(c.flags, c.permanent, c.anyKeyword)
		if !slices.Equal(kept, c.kept) || !slices.Equal(dropped, c.dropped) {
			t.Errorf("%s: kept %q, dropped %q", name, kept, dropped)
		}
		if !slices.Equal(given, c.flags) {
			t.Errorf("%s: the flags were changed", name)
		}
	}
}

func TestFlagDeltaIgnoresCase(t *testing.T) {
	add, remove := FlagDelta([]string{`\Seen`, "work"}, []string{`\SEEN`, `\Flagged`})
	if !slices.Equal(add, []string{`\Flagged`}) || !slices.Equal(remove, []string{"work"}) {
		t.Fatalf("add %q, remove %q", add, remove)
	}
}
