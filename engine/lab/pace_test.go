package lab

import (
	"testing"
	"time"
)

func TestPaceHoldsMessagesBack(t *testing.T) {
	s := &Server{}
	s.pace(100)
	start := time.Now()
	for range 6 {
		if err := s.decision(Command{Name: "APPEND"}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("six messages at a hundred a second took %s", took)
	}
	if s.pace(0); s.decision != nil {
		t.Error("the pace has no end")
	}
}
