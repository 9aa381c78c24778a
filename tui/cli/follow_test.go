//go:build !windows

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mxodus/engine/lab"
)

func TestFollowedRunIsSeenByOthersAndEndsCleanly(t *testing.T) {
	t.Parallel()
	company, err := lab.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer company.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "users.csv"), usersFile(company), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(environment(company), "MXODUS_PASSPHRASE=canary-horse")
	start(t, dir, env, "mxodus", "new", "acme.mxodus", "--users", "users.csv").exits(0, time.Minute)
	run := start(t, dir, env, "mxodus", "run", "acme.mxodus", "--follow", "--follow-every", "1s", "--only", company.Users[0].User.Address)
	run.until("pass 1 finished")

	second := start(t, dir, env, "mxodus", "run", "acme.mxodus")
	second.exits(5, time.Minute)
	holder := fmt.Sprintf("process %d on ", run.cmd.Process.Pid)
	if !strings.Contains(second.stderr.String(), "Another mxodus is running this project: "+holder) {
		t.Errorf("the second run says:\n%s", &second.stderr)
	}
	status := start(t, dir, env, "mxodus", "status", "acme.mxodus")
	status.exits(0, time.Minute)
	if !strings.Contains(status.stdout.String(), "Running now: "+holder) {
		t.Errorf("status doesn't say who runs it:\n%s", &status.stdout)
	}

	if _, err := company.WorkingDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	run.until("2 messages copied") // Anna's new mail
	run.signal(syscall.SIGINT)
	run.exits(130, 5*time.Second)
	status = start(t, dir, env, "mxodus", "status", "acme.mxodus")
	status.exits(0, time.Minute)
	if strings.Contains(status.stdout.String(), "Running now") {
		t.Errorf("nobody runs it any more:\n%s", &status.stdout)
	}
}
