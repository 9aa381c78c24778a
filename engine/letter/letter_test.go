package letter

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mxodus/engine"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// TestLettersReadAsTheyShould compares every letter, in every language, to a
// person and to a shared mailbox, with a file that somebody has read.
func TestLettersReadAsTheyShould(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Languages() {
		for _, k := range Kinds() {
			tmpl, err := (Templates{}).letter(l, k, zone)
			if err != nil {
				t.Fatal(err)
			}
			for name, d := range map[string]Data{"": samples()[0], "-shared": samples()[1], "-plain": samples()[2]} {
				d = inLanguage(l, d)
				doc, err := write(tmpl, d)
				if err != nil {
					t.Fatal(err)
				}
				text := "Subject: " + doc.Subject + "\n\n" + doc.Plain(l, fmt.Sprintf(l.Footer, d.Company))
				golden(t, l.Code+"-"+string(k)+name+".txt", []byte(text))
			}
		}
	}
}

// inLanguage puts the sample's words into the letter's language, as data does.
func inLanguage(l Language, d Data) Data {
	for i := range d.Reasons {
		d.Reasons[i].Why = Text(l.Reason([]engine.Reason{engine.ReasonTooBig, engine.ReasonEmpty, engine.ReasonRefused}[i]))
	}
	for i := range d.Left {
		d.Left[i].Why = Text(l.Reason(engine.ReasonTooBig))
	}
	return d
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s reads otherwise; look, then -update:\n%s", name, got)
	}
}
