package handover_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"mxodus/engine"
	"mxodus/tui/handover"
)

func TestFirstPasswordsGoIntoANewFileForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.csv")
	p, err := handover.NewPasswordFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(engine.TenantUser{Address: "anna@acme.example", DisplayName: "=HYPERLINK(1)"}, "Abcd-2345"); err != nil {
		t.Fatal(err)
	}
	// It stands there before the file is closed.
	got, err := os.ReadFile(path)
	if want := "EmailAddress,DisplayName,Password\nanna@acme.example,'=HYPERLINK(1),Abcd-2345\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := handover.NewPasswordFile(path); err == nil {
		t.Error("an old file was written over")
	}
}

func TestFileWithoutPasswordsIsTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.csv")
	p, err := handover.NewPasswordFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("an empty file was left")
	}
}

func TestPasswordThatCannotBeWrittenIsToldOf(t *testing.T) {
	p, err := handover.NewPasswordFile(filepath.Join(t.TempDir(), "first.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p.Discard() // whatever is written now fails
	err = p.Add(engine.TenantUser{Address: "anna@acme.example"}, "Abcd-2345")
	if f := engine.AsFault(err); f.Class != engine.StopBatch || f.Do == "" {
		t.Errorf("%+v", f)
	}
}
