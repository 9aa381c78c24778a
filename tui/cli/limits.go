package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mxodus/engine"
)

// limitSettings are the flags that bound a run. new and set keep them in the
// project; run takes them for this one run.
type limitSettings struct {
	maxMessages, mailboxes, connections, source, destination int
	maxSize, memory, rate, perDay                            string
	every, silence                                           time.Duration
}

func (l *limitSettings) flags(f *pflag.FlagSet) {
	f.IntVar(&l.maxMessages, "max-messages", 0, "take at most the newest `N` messages of a mailbox (default 500,000)")
	f.StringVar(&l.maxSize, "max-size", "", "leave out messages over `SIZE` (default 35MB; to Microsoft 365 150MB, less what it refuses)")
	f.StringVar(&l.memory, "memory", "", "hold at most `SIZE` of messages in memory (default 64MB)")
	f.IntVar(&l.mailboxes, "mailboxes", 0, "work on at most `N` mailboxes at once (default 8; to Microsoft 365 20)")
	f.IntVar(&l.connections, "connections", 0, "open at most `N` connections into one mailbox (default 4)")
	f.IntVar(&l.source, "source-connections", 0, "open at most `N` connections to the old server (default 16; to Microsoft 365 32)")
	f.IntVar(&l.destination, "destination-connections", 0, "open at most `N` connections to the new server (default 16; Microsoft 365 32)")
	f.StringVar(&l.perDay, "max-per-day", "", "read at most `SIZE` of one old mailbox in a day, as 2GB; 0: no limit (default; Gmail 2.1GB)")
	f.StringVar(&l.rate, "max-rate", "", "read at most `SIZE` a second from the old server, as 2MB; 0: no limit (default)")
	f.DurationVar(&l.every, "follow-every", 0, "with --follow, look for new mail every `TIME`, as 90s or 10m (default 5m)")
	f.DurationVar(&l.silence, "silence", 0, "give a connection up when a due reply makes no progress for `TIME` (default 60s)")
}

func (l *limitSettings) apply(to *engine.Limits, given func(string) bool, bad func(string, error)) {
	numbers := []struct {
		flag string
		from int
		to   *int
	}{
		{"max-messages", l.maxMessages, &to.MaxMessages}, {"mailboxes", l.mailboxes, &to.Mailboxes},
		{"connections", l.connections, &to.ConnsPerMailbox}, {"source-connections", l.source, &to.SourceConns},
		{"destination-connections", l.destination, &to.DestConns},
	}
	for _, n := range numbers {
		if !given(n.flag) {
			continue
		}
		if n.from < 1 {
			bad(n.flag, fmt.Errorf("%d is too few: at least 1", n.from))
		}
		*n.to = n.from
	}
	l.applySizes(to, given, bad)
	times := []struct {
		flag  string
		from  time.Duration
		least time.Duration
		to    *time.Duration
	}{{"follow-every", l.every, time.Second, &to.FollowEvery}, {"silence", l.silence, time.Second, &to.Silence}}
	for _, t := range times {
		if !given(t.flag) {
			continue
		}
		if t.from < t.least {
			bad(t.flag, fmt.Errorf("%s is too short: at least %s", t.from, t.least))
		}
		*t.to = t.from
	}
}

func (l *limitSettings) applySizes(to *engine.Limits, given func(string) bool, bad func(string, error)) {
	for _, s := range []struct {
		flag, from string
		to         *int64
	}{{"max-size", l.maxSize, &to.MaxMessageBytes}, {"memory", l.memory, &to.MemoryBytes}, {"max-rate", l.rate, &to.MaxRate}, {"max-per-day", l.perDay, &to.MaxPerDay}} {
		if !given(s.flag) {
			continue
		}
		n, err := parseSize(s.from)
		if (s.flag == "max-rate" || s.flag == "max-per-day") && strings.TrimSpace(s.from) == "0" {
			n, err = 0, nil
		}
		bad(s.flag, err)
		*s.to = n
	}
}
