package handover_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mxodus/engine"
	"mxodus/engine/microsoft/handover"
	"mxodus/engine/microsoft/powershell/powershelltest"
)

func TestWhatTheServiceCannotReachIsToldBefore(t *testing.T) {
	for _, c := range []struct {
		change func(o *engine.HandOverOptions)
		words  string
	}{
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "127.0.0.1" }, "can't be reached from the internet"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "192.168.1.5" }, "can't be reached from the internet"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "fd00::1" }, "can't be reached from the internet"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "mailserver" }, "can't be reached from the internet"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "mail.acme.local" }, "can't be reached from the internet"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Host = "203.0.113.9" }, "given by its number"},
		{func(o *engine.HandOverOptions) { o.Addresses = []netip.Addr{netip.MustParseAddr("::ffff:10.1.2.3")} }, "10.1.2.3"},
		{func(o *engine.HandOverOptions) { o.Addresses = []netip.Addr{netip.MustParseAddr("100.64.2.3")} }, "inside the company"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Security = engine.Plain }, "no encryption"},
		{func(o *engine.HandOverOptions) { o.Project.Source.CAFile = "/x.pem" }, "public authorities"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Fingerprint = "ab" }, "public authorities"},
		{func(o *engine.HandOverOptions) { o.Project.Source.MinTLS = "1.0" }, "before 1.2"},
		{func(o *engine.HandOverOptions) { o.Project.Source.Preset = "gmail" }, "All Mail"},
		{func(o *engine.HandOverOptions) {
			o.Project.Rules.Rename = []engine.Rename{{From: "Old", To: "New"}}
		}, "Old becomes New"},
		{func(o *engine.HandOverOptions) { o.Project.Rules.Nest = "Before" }, "everything below Before"},
		{func(o *engine.HandOverOptions) { o.Project.Rules.Exclude = []string{"Spam*"} }, "Spam*"},
	} {
		o := options(anna())
		base, err := handover.Prepare(o)
		if err != nil {
			t.Fatal(err)
		}
		if warned(base, c.words) {
			t.Fatalf("%q is said in any case", c.words)
		}
		c.change(&o)
		dir, h := written(t, o)
		if !warned(h, c.words) {
			t.Errorf("nothing of %q: %+v", c.words, h.Warnings)
		}
		if flat := strings.Join(strings.Fields(read(t, dir, "readme.txt")), " "); !strings.Contains(flat, c.words) {
			t.Errorf("the readme says nothing of %q", c.words)
		}
	}
}

func TestWhatTheServiceDoesNotDoIsRefused(t *testing.T) {
	for words, change := range map[string]func(o *engine.HandOverOptions){
		"no users":              func(o *engine.HandOverOptions) { o.Users = nil },
		"Microsoft 365 only":    func(o *engine.HandOverOptions) { o.Project.Destination.Kind = engine.KindIMAP },
		"Microsoft 365 already": func(o *engine.HandOverOptions) { o.Project.Source.Kind = engine.KindMicrosoft365 },
		"OAuth":                 func(o *engine.HandOverOptions) { o.Project.Source.Auth = engine.AuthXOAuth2 },
	} {
		o := options(anna())
		change(&o)
		if f := refusal(t, o); !strings.Contains(f.What, words) {
			t.Errorf("%q: %+v", words, f)
		}
	}
}

// checks are what a test found of Anna and Ben.
func checks() []engine.UserCheck {
	folder := func(skip engine.Reason, wire string, path ...string) engine.Mapping {
		return engine.Mapping{Source: engine.Folder{Wire: wire, Path: path}, Skip: skip}
	}
	return []engine.UserCheck{
		{User: engine.User{ID: 1, Address: "anna@acme.example"}, Source: engine.SideCheck{State: engine.CheckOK}, Messages: 500_000, Bytes: 60 << 30, TooBig: 3, BeyondLimit: 7,
			Mappings: []engine.Mapping{folder("", "INBOX", "INBOX"), folder("", "INBOX.a/b", "a/b"), folder(engine.ReasonExcluded, "INBOX.Spam", "Spam"),
				folder(engine.ReasonExcluded, "INBOX.Spam.2019", "Spam", "2019"), folder(engine.ReasonExcluded, "INBOX.Old.x/y", "Old", "x/y")}},
		{User: engine.User{ID: 2, Address: "ben@acme.example"}, Source: engine.SideCheck{State: engine.CheckWarning}, Messages: 10, Bytes: 5 << 20,
			Mappings: []engine.Mapping{folder(engine.ReasonView, "[Gmail]/Starred", "[Gmail]", "Starred")}},
		{User: engine.User{ID: 3, Address: "carla@acme.example"}, Source: engine.SideCheck{State: engine.CheckFailed, Fault: &engine.Fault{What: "The password was refused."}}},
	}
}

func TestReadmeHoldsTheNumbersThatWereMeasured(t *testing.T) {
	o := options(anna(), []string{"ben@acme.example", "ben", "b"}, []string{"carla@acme.example", "carla", "c"})
	o.Checks = checks()
	dir, h := written(t, o)
	text := read(t, dir, "readme.txt")
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("not the line ends of Windows")
	}
	flat := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"2 mailboxes tested: 500,010 messages, 60 GB. 3 more messages over 35 MB. The largest is anna@acme.example with 60 GB.",
		"under 1 GB 1 mailbox 1 day as a rule, nine of ten within 7 days", "50 to 100 GB 1 mailbox 3 days as a rule, nine of ten within 30 days",
		"More than 500,000 messages, of which the service takes the newest only: anna@acme.example", "a / in their name. anna@acme.example: a/b.",
		"the test failed for carla@acme.example. The password was refused.", "each user's own name and password", "72 hours"} {
		if !strings.Contains(flat, want) {
			t.Errorf("the readme lacks %q", want)
		}
	}
	for _, line := range strings.Split(text, "\r\n") {
		if n := len([]rune(line)); n > 105 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	if warned(h, "not measured") {
		t.Error("it says that nothing was measured")
	}
}

func TestReadmeRoundsNothingAwayAndNamesTheProjectsFile(t *testing.T) {
	o := options(anna())
	o.File = "acme mail.mxodus"
	o.Checks = []engine.UserCheck{{User: engine.User{ID: 1, Address: "anna@acme.example"}, Source: engine.SideCheck{State: engine.CheckOK}, Messages: 90, Bytes: 67 << 20 / 10},
		{User: engine.User{ID: 2, Address: "ben@acme.example"}, Source: engine.SideCheck{State: engine.CheckFailed, Fault: &engine.Fault{What: "The password was refused."}}}}
	dir, _ := written(t, o)
	flat := strings.Join(strings.Fields(read(t, dir, "readme.txt")), " ")
	for _, want := range []string{"90 messages, 6.7 MB.", "mxodus test " + engine.Argument(o.File) + " tells more"} {
		if !strings.Contains(flat, want) {
			t.Errorf("the readme lacks %q: %s", want, flat)
		}
	}
}

func TestFolderRulesBecomeMicrosoftsTokens(t *testing.T) {
	lists := func(o engine.HandOverOptions) (exclude, include []string) {
		_, tokens := scriptOf(t, o)
		into := (*[]string)(nil)
		for i, w := range tokens {
			switch {
			case w.Kind == powershelltest.Word && w.Value == "ExcludeFolders" && tokens[i+2].Value == "@":
				into = &exclude
			case w.Kind == powershelltest.Word && w.Value == "IncludeFolders" && tokens[i+2].Value == "@":
				into = &include
			case w.Kind == powershelltest.LineEnd:
				into = nil
			case w.Kind == powershelltest.String && into != nil:
				*into = append(*into, w.Value)
			}
		}
		return exclude, include
	}
	o := options(anna())
	o.Project.Rules.Exclude = []string{"Trash", "Projects/2010", "Spam*"}
	got, _ := lists(o)
	if want := []string{"#DeletedItems#/*", "Projects/2010/*", "Trash/*"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	o.Checks = checks()
	got, _ = lists(o)
	if want := []string{"#DeletedItems#/*", "INBOX/Spam/*", "Projects/2010/*", "Spam/*", "Trash/*", "[Gmail]/Starred/*"}; !slices.Equal(got, want) {
		t.Errorf("measured: got %q, want %q", got, want)
	}
	o = options(anna())
	o.Project.Rules.Include = []string{"INBOX", "Work"}
	if _, got = lists(o); !slices.Equal(got, []string{"#Inbox#/*", "INBOX/*", "Work/*"}) {
		t.Errorf("only: %q", got)
	}
	o.Project.Rules.Include = []string{"INBOX", "Work*"}
	h, err := handover.Prepare(o)
	if err != nil || !warned(h, "only Work*") {
		t.Errorf("%v %+v", err, h)
	}
	if _, got = lists(o); got != nil {
		t.Errorf("half of the rules would leave mail out: %q", got)
	}
}
