package dns_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"

	"mxodus/dns"
)

func snapshot(t *testing.T, w *world) dns.Snapshot {
	t.Helper()
	s, err := w.client(t).Snapshot(t.Context(), "acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSnapshotsShowWhatChanged(t *testing.T) {
	w := newWorld(t)
	before := snapshot(t, w)
	kept, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	w.acme(strings.Replace(right, "@ IN NS ns1", "@ 7200 IN NS ns1", 1))
	after := snapshot(t, w)
	var again dns.Snapshot
	if err := json.Unmarshal(kept, &again); err != nil || !reflect.DeepEqual(again.Diff(after), before.Diff(after)) {
		t.Errorf("the snapshot changed when it was kept: %v", err)
	}
	got := map[string]bool{}
	for _, c := range before.Diff(after) {
		got[c.What+" "+c.Record.Name+" "+c.Record.Type+" "+c.Record.Short()] = true
	}
	for _, want := range []string{
		"removed acme.example MX 10 mail.acme.example",
		"added acme.example MX 0 acme-example.mail.protection.outlook.com",
		"removed autodiscover.acme.example A 192.0.2.20",
		"added autodiscover.acme.example CNAME autodiscover.outlook.com",
		"removed acme.example TXT v=spf1 mx a -all",
		"ttl acme.example NS ns1.acme.example",
	} {
		if !got[want] {
			t.Errorf("missing: %s in %v", want, got)
		}
	}
	if d := after.Diff(after); len(d) != 0 {
		t.Errorf("it differs from itself: %+v", d)
	}
}

// The lines of a snapshot, put into a zone, answer as before.
func TestSnapshotLeadsBack(t *testing.T) {
	w := newWorld(t)
	w.acme(acme + `@ IN TXT "with \"quotes\" and \\ and \200" "second"
_imaps._tcp IN SRV 0 1 993 mail
_25._tcp.mail IN TLSA 3 1 1 ` + strings.Repeat("ab", 32) + "\nwebmail IN CNAME mail\n")
	before := snapshot(t, w)
	for _, line := range before.Lines() {
		if _, err := mdns.NewRR(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	w.acme(soa + strings.Join(before.Lines(), "\n") + "\nns1 IN A 192.0.2.11\nns2 IN A 192.0.2.12\n")
	if d := before.Diff(snapshot(t, w)); len(d) != 0 {
		t.Errorf("the way back differs: %+v", d)
	}
	if len(before.Records) < 10 || len(before.Missing) != 0 {
		t.Errorf("got %d records, missing %v", len(before.Records), before.Missing)
	}
}

func TestWildcardIsOneRecordOfASnapshot(t *testing.T) {
	w := newWorld(t)
	w.acme(base + "* IN A 192.0.2.20\n* IN TXT \"hello\"\n")
	n := 0
	for _, r := range snapshot(t, w).Records {
		if r.Value == "192.0.2.20" || r.Value == "hello" {
			n++
			if r.Name != "*.acme.example" {
				t.Errorf("got %s", r)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d records", n)
	}
}

func TestWhatCouldNotBeAskedIsNoChange(t *testing.T) {
	w := newWorld(t)
	before := snapshot(t, w)
	w.opts.Roots = []dns.Server{{Name: "b.root", Kind: dns.Root, Addr: addr("192.0.2.98:53")}}
	w.opts.Resolvers = []dns.Server{{Name: "dead", Kind: dns.Given, Addr: addr("192.0.2.99:53")}}
	after := snapshot(t, w)
	if d := before.Diff(after); len(d) != 0 || len(after.Missing) == 0 {
		t.Errorf("got %+v, missing %d", d, len(after.Missing))
	}
	if d := after.Diff(before); len(d) != 0 {
		t.Errorf("got %+v", d)
	}
}
