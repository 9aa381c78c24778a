package imapconn

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"mxodus/engine"
)

// go-imap's reader may come to its first turn only when raw reads already: what
// raw holds is not its to give back, or the next bytes would come in its place.
func TestFirstTurnOfTheLibraryLeavesWhatRawHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		g := newGuard(ours, ours, limits{}, time.Minute, engine.SideSource, nil, nil)
		defer func() { _ = theirs.Close(); _ = g.Close(); synctest.Wait() }()
		go func() { _, _ = theirs.Write([]byte("* 1 EXISTS\r\n* 2 EXISTS\r\n")) }()
		if err := g.seize(); err != nil {
			t.Fatal(err)
		}
		line, err := g.feed.line(1000)
		if err != nil || string(line) != "* 1 EXISTS" {
			t.Fatalf("%q, %v", line, err)
		}
		go func() { _, _ = g.turn() }()
		synctest.Wait()
		g.feed.mu.Lock()
		held := g.feed.held
		g.feed.mu.Unlock()
		if held != len("* 1 EXISTS\r\n") {
			t.Errorf("%d bytes are held: the rest was given back", held)
		}
	})
}
