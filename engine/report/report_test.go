package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

var update = flag.Bool("update", false, "write what is made now into testdata")

// TestReportLooksAsItDid compares with what was looked at and found good.
func TestReportLooksAsItDid(t *testing.T) {
	r := Make(sample())
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{HTMLFile: page, JSONFile: doc, UsersFile: r.usersCSV(), MessagesFile: r.messagesCSV()} {
		golden(t, name, got)
	}
}

// golden compares with what was looked at and found good.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))) {
		t.Errorf("%s is another one; look at it, and run again with -update if it is as it must be", name)
	}
}

func TestNumbersAddUp(t *testing.T) {
	r := Make(sample())
	var sum Figures
	for _, u := range r.Users {
		sum.add(u.Figures)
	}
	f := r.Totals
	if sum != f || f.Messages != f.Copied+f.Present+f.Moved+f.Deleted+f.LeftOut+f.Failed+f.Missing+f.New+f.Changed || f.Mailboxes != 5 {
		t.Errorf("%+v, users %+v", f, sum)
	}
	n, away := 0, 0
	for _, s := range r.states() {
		n += s.N
	}
	for _, reason := range r.Reasons {
		away += reason.Messages
	}
	if n != f.Messages || away != f.Messages-f.Copied-f.Present {
		t.Errorf("the chart shows %d messages, the reasons %d, of %+v", n, away, f)
	}
}

func TestReportJSONCanBeReadAgain(t *testing.T) {
	r := Make(sample())
	doc, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	d := json.NewDecoder(bytes.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(&back); err != nil {
		t.Fatal(err)
	}
	again, err := back.JSON()
	if err != nil || !bytes.Equal(doc, again) {
		t.Errorf("what was read is not what was written: %v", err)
	}
	if back.Format != Format || back.Version != Version || !reflect.DeepEqual(back.Totals, r.Totals) {
		t.Errorf("%+v", back.Totals)
	}
	r.Account = &engine.Proof{Users: []engine.ProvenUser{}}
	if doc, err = r.JSON(); err != nil || bytes.Contains(doc, []byte(": null")) {
		t.Errorf("a member is null: lists that are empty are empty lists (%v)", err)
	}
}

func TestHostileTextsDoNothing(t *testing.T) {
	r := Make(hostile())
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	lower := strings.ToLower(string(page))
	for _, bad := range []string{"<script", "<img", "\x1b", "\u202e", "\x00", "ZgotmplZ", "http-equiv=\"refresh", "url(", "@import", "<link", "<iframe", "<form"} {
		if strings.Contains(lower, strings.ToLower(bad)) {
			t.Errorf("the page holds %q", bad)
		}
	}
	bare := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(string(page), "") // without the values of attributes
	if on := regexp.MustCompile(`(?i)<[a-z][^<>]*\son[a-z]+\s*=`).FindString(bare); on != "" {
		t.Errorf("the page holds a handler: %s", on)
	}
	if n := strings.Count(lower, "<title"); n != 1+3 { // the page's, and one in each picture
		t.Errorf("%d titles", n)
	}
	if !strings.Contains(string(page), "&lt;script&gt;document.title=") || !strings.Contains(string(page), "{{.Users}}") {
		t.Error("hostile text is not shown as text")
	}
	for name, doc := range map[string][]byte{UsersFile: r.usersCSV(), MessagesFile: r.messagesCSV()} {
		disarmed(t, name, doc)
	}
}

// disarmed fails if a spreadsheet would run a cell.
func disarmed(t *testing.T, name string, doc []byte) {
	t.Helper()
	text, ok := strings.CutPrefix(string(doc), bom)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !ok || len(rows) < len(hostileTexts) {
		t.Fatalf("%s: %v, %d rows", name, err, len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			trimmed := strings.TrimLeft(cell, " \t\r\n\u00a0\u3000")
			if trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@") || strings.HasPrefix(trimmed, "＝") || strings.ContainsAny(cell, "\r\n\x00\x1b") {
				t.Errorf("%s: a spreadsheet might run %q", name, cell)
			}
		}
	}
}

func TestDisarm(t *testing.T) {
	for in, want := range map[string]string{"": "", "plain": "plain", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", " =1": "'=1", "＝1": "'＝1", "a=1": "a=1", " a": "a"} {
		if got := disarm(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestFilesAreForTheirOwnerAndStayInTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hand", "over")
	outside := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(outside, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := Make(hostile())
	for range 2 { // a report may be made again
		if err := r.Write(dir); err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS == "windows" {
			continue // links need a right there that not everybody has
		}
		if err := os.Remove(filepath.Join(dir, HTMLFile)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, filepath.Join(dir, HTMLFile)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(outside); string(got) != "untouched" {
		t.Error("the file behind a link was written")
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name())
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
	want := Files()
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("the folder holds %v", names)
	}
}

func TestVerdictSaysWhatIsKnown(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Input)
		grade  Grade
		says   string
	}{
		{"as it is", func(*Input) {}, Attention, "1 mailbox is not verified yet"},
		{"all verified", func(in *Input) { in.Users = in.Users[:2] }, Good, "3 were left out for the reasons"},
		{"never verified", func(in *Input) { in.Proof = nil }, Unknown, "nobody has compared the two servers"},
		{"something is missing", func(in *Input) {
			in.Users = in.Users[:1]
			in.Proof.Users[0].Counts.Missing, in.Proof.Users[0].Counts.Copied = 1, 18179
		}, Bad, "Keep the old service"},
		{"copied since", func(in *Input) { in.Users = in.Users[:2]; in.Runs[8].Summary.Sent = 4 }, Attention, "were looked for"},
		{"could not be verified again", func(in *Input) {
			in.Users = in.Users[:2]
			in.Proof.Users[0].Tried = &engine.ProofTried{What: "The old server is gone."}
		}, Attention, "were looked for"},
		{"nobody", func(in *Input) { in.Users = nil }, Unknown, "no mailboxes"},
	} {
		in := sample()
		c.change(&in)
		r := Make(in)
		if r.Verdict.Grade != c.grade || !strings.Contains(r.Verdict.Sentence, c.says) {
			t.Errorf("%s: %+v", c.name, r.Verdict)
		}
		if page, err := r.HTML(); err != nil || !bytes.Contains(page, []byte(r.Verdict.Title)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestWhatHappenedComesBeforeWhatWasPlanned has a change a month before its time.
func TestWhatHappenedComesBeforeWhatWasPlanned(t *testing.T) {
	in := sample()
	in.Project.CutOver = at(13, 20, 0).AddDate(0, 1, 0)
	in.Now = at(14, 9, 0)
	facts := engine.ScheduleFacts{Now: in.Now, Zone: time.UTC, Project: in.Project, Users: 1, MX: engine.MXFacts{AllNew: true, Changed: at(13, 20, 40)}}
	in.Plan = engine.NewSchedule(facts)
	r := Make(in)
	if !r.CutOverDone || !r.CutOver.Equal(at(13, 20, 40)) || !r.Planned.Equal(in.Project.CutOver) {
		t.Errorf("cut-over: %v, planned %v", r.CutOver, r.Planned)
	}
	for _, want := range []struct{ what, day string }{{"lifetimes", "16 Mar"}, {"follow-up", "16 Mar"}, {"Cancel", "12 Apr"}} {
		if s := step(r, want.what); s == nil || s.When.In(berlin).Format("2 Jan") != want.day {
			t.Errorf("%s: %+v", want.what, s)
		}
	}
	for language, day := range map[string]string{"en": "13 Mar 2026, 20:40", "de": "13.03.2026, 20:40", "fr": "13/03/2026, 20:40", "es": "13/03/2026, 20:40"} {
		in.Language = language
		page, err := Make(in).HTML()
		if planned := strings.NewReplacer(" Mar", " Apr", "/03/", "/04/", ".03.", ".04.", "20:40", "20:00").Replace(day); err != nil || !bytes.Contains(page, []byte(day)) || bytes.Contains(page, []byte(planned)) {
			t.Errorf("%s: %v", language, err)
		}
	}
	facts.Deliveries = []engine.Delivery{{Letter: "followup", UserID: 1, State: engine.DeliverySent, At: in.Now}}
	in.Plan = engine.NewSchedule(facts)
	if s := step(Make(in), "follow-up"); s != nil {
		t.Errorf("what was done is still to do: %+v", s)
	}
	in.Stop, in.Plan = engine.StopFacts{}, engine.Schedule{}
	if r := Make(in); !r.CutOver.IsZero() || step(r, "Cancel").Then != "30 days after the MX record was changed" {
		t.Errorf("nobody knows when it was changed: %v, %+v", r.CutOver, step(r, "Cancel"))
	}
}

func TestTheStrongerProofIsSaidBesideTheLaterOne(t *testing.T) {
	in := sample()
	in.Users = in.Users[:2]
	for i := range in.Proof.Users {
		u := &in.Proof.Users[i]
		u.Deep, u.Proven = false, engine.Proven{Identity: 100}
		u.Contents = &engine.ProvenContents{At: at(14, 20, 14+i), Bytes: 4800 + i, Differed: 2}
	}
	r := Make(in)
	if how := r.Evidence[0].How; !strings.Contains(how, "before that, on 14 Mar 2026, 20:14 CET. By its bytes: 9,601 messages") || !strings.Contains(how, "Different at the new server then: 4 messages.") {
		t.Errorf("evidence: %s", how)
	}
	if table := string(r.usersCSV()); !strings.Contains(table, ",0,0,100,0,0,2026-03-14 20:15:00,4801,0\r\n") {
		t.Errorf("users.csv:\n%s", table)
	}
	for language, words := range map[string]string{"en": "4,800 messages", "de": "Davor wurden am 14.03.2026, 20:14", "fr": "Auparavant, le", "es": "Antes, el 14/03/2026"} {
		in.Language = language
		if page, err := Make(in).HTML(); err != nil || bytes.Count(page, []byte(words)) < 1 {
			t.Errorf("%s: %v", language, err)
		}
	}
}

func step(r Report, what string) *Step {
	for i := range r.Next {
		if strings.Contains(r.Next[i].What, what) {
			return &r.Next[i]
		}
	}
	return nil
}

func TestEvidenceClaimsNothingThatWasNotChecked(t *testing.T) {
	in := sample()
	in.DNS, in.Proof, in.Runs, in.Project.CutOverDone, in.Stop = nil, nil, nil, false, engine.StopFacts{}
	for _, e := range Make(in).Evidence {
		if e.Grade == Good {
			t.Errorf("nothing is known, and yet: %+v", e)
		}
	}
	in = sample()
	in.Users = in.Users[:2]
	grades := map[Grade]int{}
	for _, e := range Make(in).Evidence {
		grades[e.Grade]++
	}
	if grades[Good] != 6 || grades[Attention] != 1 || Make(in).SafeToStop { // the last verification found something
		t.Errorf("%v: %+v", grades, Make(in).Evidence)
	}
}

// TestReportAndEngineAgreeOnSafeToStop changes one fact after the other.
func TestReportAndEngineAgreeOnSafeToStop(t *testing.T) {
	for name, change := range map[string]func(*Input){
		"all is well":    func(*Input) {},
		"nobody watched": func(in *Input) { in.Stop = engine.StopFacts{} },
		"an old MX":      func(in *Input) { in.Stop.AllNew = false },
		"the TTL runs":   func(in *Input) { in.Stop.SafeAfter = in.Now.Add(1) },
		"mail came":      func(in *Input) { in.Runs[8].Summary.Sent = 1 },
		"not verified":   func(in *Input) { in.Runs[7].Summary.Users = 1 },
	} {
		in := sample()
		in.Users = in.Users[:2]
		in.Runs[7].Summary.Users, in.Runs[7].Summary.UsersAttention = 2, 0
		change(&in)
		facts := in.Stop
		facts.Now, facts.Runs, facts.Users = in.Now, in.Runs, len(in.Users)
		v, r := engine.SafeToStop(facts, engine.StopRules{}), Make(in)
		if r.SafeToStop != v.Safe || v.Safe != (name == "all is well") || len(r.Evidence) != 2+len(v.Checks) {
			t.Errorf("%s: the report says %t, the engine %+v", name, r.SafeToStop, v)
			continue
		}
		for i, c := range v.Checks {
			if e := r.Evidence[2+i]; (e.Grade == Good) != c.OK || e.What == "" || e.How == "" {
				t.Errorf("%s: %+v is written as %+v", name, c, e)
			}
		}
	}
}
