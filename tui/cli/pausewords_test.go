package cli

import (
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

func TestALiveVerificationTellsWhoWaitsForAServer(t *testing.T) {
	r := engine.VerifyResult{Users: []engine.VerifiedUser{
		{User: engine.User{ID: 1, Address: "anna@acme.example"}, State: engine.CheckRunning, Until: time.Now().Add(time.Hour)},
		{User: engine.User{ID: 2, Address: "ben@acme.example"}, State: engine.CheckRunning}}}
	live := strings.Join(verifyFrame(r, map[int64]bool{}, 2, false).live, "\n")
	if !strings.Contains(live, "anna@acme.example: the server asked to wait, ") || strings.Contains(live, "ben") {
		t.Errorf("%s", live)
	}
	if end := strings.Join(verifyFrame(r, map[int64]bool{}, 2, true).live, "\n"); end != "" {
		t.Errorf("at the end: %s", end)
	}
}
