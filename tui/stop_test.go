package tui

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"mxodus/dns"
	"mxodus/engine"
)

// TestFinishComesToWhatTheFileSays: a wizard that has not looked yet, the
// command status and the report judge by what an earlier watch kept, and come to
// the same as the wizard that watched.
func TestFinishComesToWhatTheFileSays(t *testing.T) {
	for name, change := range map[string]func(*root){
		"safe":          func(*root) {},
		"an old MX":     func(r *root) { r.session.spread.AllNew = false },
		"the TTL runs":  func(r *root) { r.session.spread.SafeAfter = sceneTime.Add(time.Hour) },
		"nobody looked": func(r *root) { r.session.spread = nil },
	} {
		r := newScene(stepUsers, 2)
		f := sceneEnding(r)
		change(r)
		file := &fakeFile{runs: r.session.runs, kept: map[string][]byte{}}
		for _, p := range r.session.people {
			file.users = append(file.users, p.User)
		}
		watched := f.judge()
		if sp := r.session.spread; sp != nil {
			kept := keptMemory(t, dns.Memory{Domain: "acme.example", Seen: sp.Seen()})
			file.kept[docWatch] = kept
			if err := json.Unmarshal(kept, &r.session.names.memory); err != nil {
				t.Fatal(err)
			}
			r.session.spread = nil
		}
		facts, err := engine.ReadStopFacts(t.Context(), file, r.now)
		if err != nil {
			t.Fatal(err)
		}
		read := engine.SafeToStop(facts, engine.StopRules{})
		if again := f.judge(); watched.Safe != (name == "safe") || !same(read, watched) || !same(again, watched) {
			t.Errorf("%s: the watch says %+v, the file %+v, the wizard without a look %+v", name, watched, read, again)
		}
	}
}

func keptMemory(t *testing.T, m dns.Memory) []byte {
	t.Helper()
	doc, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// same compares verdicts, whose times went through JSON.
func same(a, b engine.StopVerdict) bool {
	for _, v := range []*engine.StopVerdict{&a, &b} {
		v.Checks = append([]engine.StopCheck{}, v.Checks...)
		for i := range v.Checks {
			v.Checks[i].At = v.Checks[i].At.UTC()
		}
	}
	return reflect.DeepEqual(a, b)
}
