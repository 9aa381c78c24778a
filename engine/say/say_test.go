package say

import (
	"testing"
	"time"
)

func same(t *testing.T, words map[string]string) {
	t.Helper()
	for got, want := range words {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestNumbersAreWrittenForPeople(t *testing.T) {
	same(t, map[string]string{
		Number(0): "0", Number(999): "999", Number(1204): "1,204", Number(96770): "96,770", Number(-1234567): "-1,234,567",
		Count(1, "message"): "1 message", Count(2, "mailbox"): "2 mailboxes", Count(0, "user"): "0 users", Count(1200, "alias"): "1,200 aliases",
		Either(1, "folder belongs", "folders belong"): "1 folder belongs", Either(2000, "folder belongs", "folders belong"): "2,000 folders belong",
		Is(1) + Was(1) + Needs(1): "iswasneeds", Is(0) + Was(2) + Needs(3): "arewereneed",
		PerSecond(0): "0", PerSecond(4.24): "4.2", PerSecond(9.97): "10", PerSecond(1203.6): "1,204",
	})
}

func TestAShareIsNeverRoundedToAllOrNothing(t *testing.T) {
	same(t, map[string]string{
		Percent(0, 0): "–", Percent(0, 9): "0 %", Percent(9, 9): "100 %", Percent(1, 3): "33.3 %",
		Percent(1, 100000): "< 0.1 %", Percent(99999, 100000): "> 99.9 %",
	})
}

func TestSizesHaveAUnitThatFits(t *testing.T) {
	same(t, map[string]string{
		Size(0): "0 B", Size(1023): "1023 B", Size(1024): "1.0 KB", Size(1536): "1.5 KB", Size(10188): "9.9 KB", Size(10230): "10 KB",
		Size(999 << 10): "999 KB", Size(1023 << 10): "1.0 MB", Size(35 << 20): "35 MB", Size(2254857830): "2.1 GB", Size(1048575): "1.0 MB",
		Size(1 << 50): "1.0 PB", Size(1 << 62): "4096 PB",
	})
}

func TestSpansAreWrittenAsPeopleSayThem(t *testing.T) {
	same(t, map[string]string{
		Span(0): "under 1 s", Span(2500 * time.Millisecond): "3 s", Span(99 * time.Second): "99 s", Span(18 * time.Minute): "18 min",
		Span(59*time.Minute + 50*time.Second): "1 h", Span(190 * time.Minute): "3 h 10 min", Span(28 * time.Hour): "28 h",
		Span(47*time.Hour + 59*time.Minute + 50*time.Second): "2 days", Span(52 * time.Hour): "2 days 4 h", Span(72 * time.Hour): "3 days",
		Exactly(2460 * time.Millisecond): "2.5 s", Exactly(3 * time.Second): "3 s", Exactly(300 * time.Millisecond): "under 1 s", Exactly(90 * time.Minute): "1 h 30 min",
		Countdown(-time.Second): "0:00", Countdown(47 * time.Second): "0:47", Countdown(3725 * time.Second): "1:02:05",
	})
}

func TestTimesAreOfTheZoneOfWhoeverReadsThem(t *testing.T) {
	at := time.Date(2026, 11, 28, 9, 5, 7, 0, time.Local)
	same(t, map[string]string{
		Moment(at.UTC()): at.Format("2 Jan 2006 15:04 MST"), Second(at.UTC()): at.Format("2 Jan 2006 15:04:05 MST"),
		Soon(at.UTC()): at.Format("2 Jan 15:04 MST"), Clock(at.UTC()): at.Format("15:04:05 MST"), Moment(time.Time{}): "never",
	})
}

func TestEveryLanguageWritesItsOwnWay(t *testing.T) {
	same(t, map[string]string{
		English.Number(12345) + English.Size(1536): "12,3451.5\u00a0KB", German.Number(-12345) + German.Size(1536): "-12.3451,5\u00a0KB",
		French.Number(12345) + French.Size(2048): "12\u202f3452\u00a0Ko", Spanish.Number(1234) + Spanish.Size(35<<20): "123435\u00a0MB",
		French.Count(0, "message", "messages"): "0 message", German.Count(0, "Nachricht", "Nachrichten"): "0 Nachrichten",
		English.TTL(3600) + English.TTL(300) + English.TTL(90): "1\u00a0h5\u00a0min90\u00a0s", Spanish.Date(time.Time{}): "-",
	})
}
