package letter_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
)

func TestATextIsTriedBeforeItIsKept(t *testing.T) {
	english, err := letter.LanguageOf("en")
	if err != nil {
		t.Fatal(err)
	}
	own, err := letter.Own("")
	if err != nil {
		t.Fatal(err)
	}
	text, changed, err := own.Source(english, letter.Welcome)
	if err != nil || changed || own.Try(english, letter.Welcome, text) != nil {
		t.Fatalf("mxodus's own: changed %v, %v, %v", changed, err, own.Try(english, letter.Welcome, text))
	}
	for _, wrong := range []struct {
		text string
		line int
	}{{"Subject: a\n\n{{if}}", 3}, {"Subject: a\n{{.Password}}", 2}, {"no subject", 1}, {"Subject: a\n{{template \"nowhere\" .}}", 2}} {
		err := own.Try(english, letter.Welcome, wrong.text)
		if m, ok := errors.AsType[letter.Mistake](err); !ok || m.Line != wrong.line || m.File != "en/welcome.txt" {
			t.Errorf("%q: %v", wrong.text, err)
		}
	}
	dir := t.TempDir()
	where, err := letter.KeepText(dir, english, letter.Welcome, "Subject: mine\n")
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(where); err != nil || string(kept) != "Subject: mine\n" {
		t.Errorf("%s: %q, %v", where, kept, err)
	}
	mine, err := letter.Own(dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, changed, err := mine.Source(english, letter.Welcome); text != "Subject: mine\n" || !changed || err != nil {
		t.Errorf("%q, %v, %v", text, changed, err)
	}
}

func TestWhatALetterLacksIsNamed(t *testing.T) {
	var p engine.Project
	if got := letter.Announcement.Lacks(p); len(got) != 4 {
		t.Errorf("of nothing: %v", got)
	}
	p.CutOver = time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)
	p.Letters = engine.Letters{HelpName: "Carla", HelpPhone: "1", LastDay: p.CutOver, WebMail: "https://a.example"}
	for _, k := range letter.Kinds() {
		if got := k.Lacks(p); len(got) != 0 {
			t.Errorf("%s: %v", k, got)
		}
	}
	p.Letters.WebMail = ""
	if got := letter.Welcome.Lacks(p); len(got) != 1 || got[0].Field != "WebMail" {
		t.Errorf("without web mail: %v", got)
	}
	p.Destination.Kind = engine.KindMicrosoft365
	if got := letter.Welcome.Lacks(p); len(got) != 0 {
		t.Errorf("at Microsoft: %v", got)
	}
}
