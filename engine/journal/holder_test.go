package journal

import (
	"os"
	"path/filepath"
	"testing"

	"mxodus/engine"
)

func TestHolderIsToldFromAnotherHandle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acme.mxodus")
	runs, err := Create(t.Context(), path, engine.Project{Domain: "acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	defer runs.Close()
	looks, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer looks.Close()
	see := func(want int) {
		t.Helper()
		h, err := looks.Holder(t.Context())
		pid := 0
		if h != nil {
			pid = h.PID
		}
		if err != nil || pid != want {
			t.Errorf("held by process %d, %v, want %d", pid, err, want)
		}
	}
	see(0)
	unlock, err := runs.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	see(os.Getpid())
	unlock()
	see(0)
}
