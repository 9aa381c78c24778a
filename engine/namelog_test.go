package engine

import "testing"

func TestRemediesNameTheLog(t *testing.T) {
	words := "Run again. If it stays, send the log to whoever looks after mxodus."
	for file, want := range map[string]string{
		"/var/log/m.log": "Run again. If it stays, send /var/log/m.log to whoever looks after mxodus.",
		"":               "Run again. If it stays, do the same again with --log mxodus.log, and send that file to whoever looks after mxodus.",
	} {
		if got := NameLog(words, file); got != want {
			t.Errorf("%q: %s", file, got)
		}
	}
	if got := NameLog("Look into the log.", "x"); got != "Look into the log." {
		t.Errorf("changed other words: %s", got)
	}
}
