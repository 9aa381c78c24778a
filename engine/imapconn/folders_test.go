package imapconn

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mxodus/engine"
)

// lister is a server that lists these lines.
func lister(caps string, namespace string, lines ...string) *script {
	s := &script{caps: caps}
	s.answer = func(c *scriptConn, verb, args string) {
		switch verb {
		case "NAMESPACE":
			c.say("* NAMESPACE %s", namespace)
		case "LIST":
			for _, l := range lines {
				c.say("* LIST %s", l)
			}
		case "LSUB":
			c.say(`* LSUB () "." INBOX`)
			c.say(`* LSUB (\\Noselect) "." Parent`)
			c.say(`* LSUB () "." Gone`)
		case "STATUS":
			if strings.Contains(args, "Broken") {
				c.say("%s NO not this one", c.tag)
				return
			}
			c.say("* STATUS %s", strings.Replace(args, "(MESSAGES UIDNEXT UIDVALIDITY)", "(MESSAGES 3 UIDNEXT 9 UIDVALIDITY 77)", 1))
		}
		c.ok()
	}
	return s
}

func list(t *testing.T, s *script) (*session, engine.Listing) {
	t.Helper()
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	l, err := ses.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ses, l
}

func TestFoldersOfServersThatTalkBadly(t *testing.T) {
	s := lister("", "", `() "/" INBOX`, `() "/" "A & B"`, `() "/" Two Words (old)`, "() \"/\" \"Entw\xfcrfe\"", `() "/" "Entwürfe"`,
		`() "/" "&2AA-"`, `() NIL Flat/Name`, `() "" "Empty/Sep"`, `(\HasNoChildren \AllMail) "/" All`, `() "\\" "Back\\slash"`,
		`() "/" {9}`+"\r\nLit\"er{3}", `() "/" "Quo\"te"`, `() "/" []`, `(\Noselect) "/" "Sh/ared/"`, `) "/" nonsense`, `() "/" "unclosed`, `() "/" INBOX`)
	_, l := list(t, s)
	want := map[string][]string{
		"INBOX": {"INBOX"}, "A & B": {"A & B"}, "Two Words (old)": {"Two Words (old)"}, "Entw\xfcrfe": {"Entwürfe"}, "Entwürfe": {"Entwürfe"},
		"&2AA-": {"\ufffd"}, "Flat/Name": {"Flat/Name"}, "Empty/Sep": {"Empty/Sep"}, "All": {"All"}, `Back\slash`: {"Back", "slash"},
		`Lit"er{3}`: {`Lit"er{3}`}, `Quo"te`: {`Quo"te`}, "[]": {"[]"}, "Sh/ared/": {"Sh", "ared"},
	}
	if len(l.Folders) != len(want) {
		t.Errorf("%d folders, want %d: %s", len(l.Folders), len(want), pathsOf(l))
	}
	for _, f := range l.Folders {
		if !slices.Equal(f.Path, want[f.Wire]) {
			t.Errorf("%q is read as %q", f.Wire, f.Path)
		}
		if odd := strings.ContainsFunc(f.Wire, func(r rune) bool { return r == '&' || r > 0x7e }); f.Repaired != odd {
			t.Errorf("%q: repaired is %v", f.Wire, f.Repaired)
		}
		if (f.Status == nil) != f.NoSelect {
			t.Errorf("%q: status %v", f.Wire, f.Status)
		}
		if f.Wire == "All" && f.Use != engine.UseAll {
			t.Errorf("All is %q", f.Use)
		}
	}
	// Names go back byte for byte.
	heard := s.commands()
	for _, f := range l.Folders {
		if f.NoSelect {
			continue
		}
		quoted := string(appendQuoted(nil, f.Wire))
		if !slices.ContainsFunc(heard, func(c string) bool { return strings.HasPrefix(c, "STATUS "+quoted+" (") }) {
			t.Errorf("no STATUS for %q in %q", f.Wire, heard)
		}
	}
}

func TestNamesGoAsLiteralsWhereThatIsFree(t *testing.T) {
	s := lister("LITERAL+", "", "() \"/\" \"Entw\xfcrfe\"")
	list(t, s)
	if !slices.Contains(s.commands(), "STATUS Entw\xfcrfe (MESSAGES UIDNEXT UIDVALIDITY)") {
		t.Errorf("heard %q", s.commands())
	}
}

func TestARefusedStatusCostsOnlyItself(t *testing.T) {
	_, l := list(t, lister("", "", `() "." INBOX`, `() "." Broken`, `() "." Fine`))
	for _, f := range l.Folders {
		switch st := f.Status; {
		case f.Wire == "Broken" && st != nil, f.Wire != "Broken" && (st == nil || *st != engine.Status{Messages: 3, UIDNext: 9, UIDValidity: 77}):
			t.Errorf("%s: %+v", f.Wire, st)
		}
		if f.Subscribed != (f.Wire == "INBOX") {
			t.Errorf("%s: subscribed %v", f.Wire, f.Subscribed)
		}
	}
}

// A server that throttles while it tells of folders wants to be left alone: what
// comes next would be asked against its word.
func TestAThrottledStatusIsWaitedFor(t *testing.T) {
	s := lister("", "", `() "/" INBOX`, `() "/" Busy`, `() "/" Last`)
	rest := s.answer
	s.answer = func(c *scriptConn, verb, args string) {
		if verb == "STATUS" && strings.Contains(args, "Busy") {
			c.say("%s BAD Request is throttled. Suggested Backoff Time: 3700 milliseconds", c.tag)
			return
		}
		rest(c, verb, args)
	}
	_, err := s.start(t).open(t, engine.SideSource, engine.Limits{}).Folders(t.Context())
	if f := engine.AsFault(err); f == nil || f.Class != engine.Retry || f.Code != engine.CodeThrottled || f.Wait != 3700*time.Millisecond {
		t.Errorf("got %+v, want a wait of 3.7 s", f)
	}
}

func TestFoldersAreOneRoundTripWithListStatus(t *testing.T) {
	s := &script{caps: "NAMESPACE LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE"}
	var waiting []string
	s.answer = func(c *scriptConn, verb, args string) {
		if waiting = append(waiting, c.tag); verb != "LIST" { // nothing is answered before all was asked
			return
		}
		c.say(`* NAMESPACE (("" "/")) NIL NIL`)
		c.say("%s OK done", waiting[0])
		c.say(`* LIST (\HasNoChildren \Subscribed \Sent) "/" Gesendet`)
		c.say(`* STATUS Gesendet (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 4 HIGHESTMODSEQ 12345678901)`)
		c.say(`* LIST (\Noselect) "/" [Gmail]`)
		c.say(`* LIST (\NonExistent) "/" "Gone"`)
		c.say(`* LIST () "/" Unasked`)
		c.ok()
	}
	_, l := list(t, s)
	sent := findFolder(t, l, "Gesendet")
	if sent.Use != engine.UseSent || !sent.Subscribed || *sent.Status != (engine.Status{Messages: 2, UIDNext: 3, UIDValidity: 4, HighestModSeq: 12345678901}) {
		t.Errorf("%+v %+v", sent, sent.Status)
	}
	if !findFolder(t, l, "[Gmail]").NoSelect || !findFolder(t, l, "Gone").NoSelect || findFolder(t, l, "Unasked").Status != nil {
		t.Error(pathsOf(l))
	}
	if want := `LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))`; s.commands()[1] != want {
		t.Errorf("asked %q", s.commands())
	}
	findFolder(t, l, "INBOX") // every account has one
}

func TestARefusedExtendedListIsAskedPlainly(t *testing.T) {
	s := lister("LIST-EXTENDED LIST-STATUS", "", `() "/" INBOX`, `() "/" Work`)
	plain := s.answer
	s.answer = func(c *scriptConn, verb, args string) {
		if strings.Contains(args, "RETURN") {
			c.say("%s BAD what?", c.tag)
			return
		}
		plain(c, verb, args)
	}
	_, l := list(t, s)
	if findFolder(t, l, "Work").Status == nil {
		t.Error("no status")
	}
}

func TestARefusedListIsAnErrorNotAnEmptyMailbox(t *testing.T) {
	s := &script{}
	s.answer = func(c *scriptConn, verb, _ string) { c.say("%s NO not today", c.tag) }
	ses := s.start(t).open(t, engine.SideSource, engine.Limits{})
	if l, err := ses.Folders(t.Context()); err == nil {
		t.Errorf("listed %s", pathsOf(l))
	}
}

func TestNamespaces(t *testing.T) {
	for _, c := range []struct {
		name, namespace string
		lines           []string
		want            map[string]string // wire: path joined by |, "!" in front when shared
		prefix          string
		wire            map[string]string // path joined by |: wire
	}{
		{"Courier", `(("INBOX." ".")) NIL (("#shared." ".")("shared." "."))`,
			[]string{`() "." "INBOX"`, `() "." "INBOX.Sent"`, `() "." "INBOX.Work.2019"`, `() "." "shared.team.Info"`, `() "." "INBOX.INBOX"`},
			map[string]string{"INBOX": "INBOX", "INBOX.Sent": "Sent", "INBOX.Work.2019": "Work|2019", "shared.team.Info": "!shared|team|Info", "INBOX.INBOX": "INBOX|INBOX"},
			"INBOX.", map[string]string{"INBOX": "INBOX", "Neu|Ü": "INBOX.Neu.&ANw-", "inbox": "INBOX"}},
		{"Cyrus with everything shared that isn't one's own", `(("INBOX." ".")) (("user." ".")) (("" "."))`,
			[]string{`() "." INBOX`, `() "." INBOX.Drafts`, `() "." user.ben`, `() "." user.ben.Work`, `() "." public`},
			map[string]string{"INBOX": "INBOX", "INBOX.Drafts": "Drafts", "user.ben": "!user|ben", "user.ben.Work": "!user|ben|Work", "public": "!public"},
			"INBOX.", nil},
		{"Dovecot", `(("" "/")) (("Other Users/" "/")) (("Shared/" "/"))`,
			[]string{`() "/" INBOX`, `() "/" "INBOX/Sub"`, `(\Noselect) "/" "Other Users"`, `() "/" "Other Users/ben"`, `() "/" Shared2`, `() "/" "Shared/x"`},
			map[string]string{"INBOX": "INBOX", "INBOX/Sub": "INBOX|Sub", "Other Users": "!Other Users", "Other Users/ben": "!Other Users|ben", "Shared2": "Shared2", "Shared/x": "!Shared|x"},
			"", map[string]string{"a|b/c": "a/b/c", "INBOX|x": "INBOX/x"}},
		{"two of one's own", `(("" "/")("Archive/" "/")) NIL NIL`, []string{`() "/" INBOX`, `() "/" "Archive/2019"`},
			map[string]string{"INBOX": "INBOX", "Archive/2019": "Archive|2019"}, "", nil},
		{"no answer, all below INBOX", "", []string{`() "." INBOX`, `() "." INBOX.Sent`, `() "." inbox.Work`},
			map[string]string{"INBOX": "INBOX", "INBOX.Sent": "Sent", "inbox.Work": "Work"}, "INBOX.", map[string]string{"x|y": "INBOX.x.y"}},
		{"no answer, not all below INBOX", "", []string{`() "." INBOX`, `() "." INBOX.Sent`, `() "." Work`},
			map[string]string{"INBOX": "INBOX", "INBOX.Sent": "INBOX|Sent", "Work": "Work"}, "", map[string]string{"x|y": "x.y"}},
		{"nothing at all", `NIL NIL NIL`, []string{`() NIL INBOX`}, map[string]string{"INBOX": "INBOX"}, "", map[string]string{"x": "x"}},
		{"a separator of base64", `(("" ",")) NIL NIL`, []string{`() "," INBOX`, `() "," "&U,BTFw-,x"`}, map[string]string{"INBOX": "INBOX", "&U,BTFw-,x": "台北|x"}, "", nil},
	} {
		caps := "NAMESPACE"
		if c.namespace == "" {
			caps = ""
		}
		ses, l := list(t, lister(caps, c.namespace, c.lines...))
		if l.Prefix != c.prefix || len(l.Folders) != len(c.want) {
			t.Errorf("%s: prefix %q, %s", c.name, l.Prefix, pathsOf(l))
		}
		for _, f := range l.Folders {
			got := strings.Join(f.Path, "|")
			if f.Shared {
				got = "!" + got
			}
			if got != c.want[f.Wire] {
				t.Errorf("%s: %q is %q, want %q", c.name, f.Wire, got, c.want[f.Wire])
			}
		}
		for path, wire := range c.wire {
			if got := ses.WireName(strings.Split(path, "|")); got != wire {
				t.Errorf("%s: %q is spelt %q, want %q", c.name, path, got, wire)
			}
		}
	}
}

func TestCreateIsOneFlightAndForgivesWhatExists(t *testing.T) {
	s := &script{caps: "LITERAL+"}
	var held []string // tag and command: none is answered before all have come
	s.answer = func(c *scriptConn, verb, args string) {
		if verb == "STATUS" {
			if strings.Contains(args, "Vorhanden") {
				c.ok()
				return
			}
			c.say("%s NO no such folder", c.tag)
			return
		}
		if held = append(held, c.tag+" "+verb+" "+args); len(held) < 8 { // LIST and LSUB too
			return
		}
		for _, h := range held {
			tag, command, _ := strings.Cut(h, " ")
			switch {
			case strings.Contains(command, "Refused"), strings.Contains(command, "Vorhanden"):
				c.say("%s NO Das geht nicht", tag)
			case strings.Contains(command, "OnlySubscribe"):
				c.say("%s NO [NONEXISTENT] there is none", tag)
			default:
				c.say("%s OK done", tag)
			}
		}
	}
	ses := s.start(t).open(t, engine.SideDestination, engine.Limits{})
	_, errs, err := ses.Create(t.Context(), []engine.CreateRequest{
		{Wire: "B/child", Create: true, Subscribe: true}, {Wire: "B", Create: true}, {Wire: "Vorhanden", Create: true},
		{Wire: "Refused", Create: true}, {Wire: "OnlySubscribe", Subscribe: true}, {Wire: "INBOX", Create: true},
	})
	if err != nil || errs[0] != nil || errs[1] != nil || errs[2] != nil || errs[3] == nil || errs[4] == nil || errs[5] != nil {
		t.Errorf("%v", errs)
	}
	if f := engine.AsFault(errs[3]); f.Class != engine.SkipFolder || !strings.Contains(f.Said, "geht nicht") {
		t.Errorf("%+v", f)
	}
	heard := s.commands()
	if b, child := slices.Index(heard, `CREATE "B"`), slices.Index(heard, `CREATE "B/child"`); b < 0 || child < b {
		t.Errorf("parents come first: %q", heard)
	}
}

// A throttled CREATE says nothing about the name: taken for a refusal, it would put
// the mail into a folder of another name.
func TestAThrottledCreateIsNoRefusedName(t *testing.T) {
	for _, words := range []string{"NO Request is throttled. Suggested Backoff Time: 1800 milliseconds", "NO Server Unavailable. 15"} {
		s := lister("", "", `() "/" INBOX`)
		rest := s.answer
		s.answer = func(c *scriptConn, verb, args string) {
			if verb == "CREATE" {
				c.say("%s %s", c.tag, words)
				return
			}
			rest(c, verb, args)
		}
		ses := s.start(t).open(t, engine.SideDestination, engine.Limits{})
		_, _, err := ses.Create(t.Context(), []engine.CreateRequest{{Wire: "Files (mail)", Create: true}, {Wire: "Other", Create: true}})
		if f := engine.AsFault(err); f == nil || f.Class != engine.Retry {
			t.Errorf("%s: got %v, want another try", words, err)
		}
	}
}
