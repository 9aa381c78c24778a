package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// listing makes a listing of paths; "use:path" gives a role, "!path" a
// container, "@path" a shared folder.
func listing(separator string, paths ...string) Listing {
	l := Listing{Separator: separator}
	for _, p := range paths {
		var f Folder
		if use, rest, ok := strings.Cut(p, ":"); ok {
			f.Use, p = SpecialUse(use), rest
		}
		f.NoSelect = strings.HasPrefix(p, "!")
		f.Shared = strings.HasPrefix(p, "@")
		f.Wire = strings.TrimLeft(p, "!@")
		f.Path = strings.Split(f.Wire, "|")
		l.Folders = append(l.Folders, f)
	}
	return l
}

// routes is a mapping as lines "source -> dest", with the reason of a skip.
func routes(m []Mapping) (lines []string) {
	for _, x := range m {
		line := strings.Join(x.Source.Path, "|") + " -> " + strings.Join(x.DestPath, "|")
		if x.Skip != "" {
			line = strings.Join(x.Source.Path, "|") + " left out: " + string(x.Skip)
		}
		if x.Renamed != "" {
			line += " (renamed)"
		}
		if x.Rest {
			line += " (rest)"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestFoldersGoWhereOneExpects(t *testing.T) {
	exchange := listing("/", "INBOX", "Sent Items", "Deleted Items", "Drafts", "Junk Email", "Archive", "Calendar", "Contacts")
	dovecot := listing("/", "INBOX", "sent:Sent", "trash:Trash", "drafts:Drafts", "junk:Junk")
	for name, c := range map[string]struct {
		src, dst Listing
		o        MapOptions
		want     []string
	}{
		"special folders by what the servers say": {
			src: listing(".", "INBOX", "sent:Ausgang", "trash:Weg", "Projekte"), dst: dovecot,
			want: []string{"INBOX -> INBOX", "Ausgang -> Sent", "Weg -> Trash", "Projekte -> Projekte"}},
		"special folders by name, in any language, also below INBOX": {
			src:  listing(".", "INBOX", "INBOX|Gesendete Elemente", "Éléments supprimés", "Черновики", "迷惑メール", "Archiv|2019"),
			dst:  exchange,
			o:    MapOptions{Exchange: true, FoldsCase: true},
			want: []string{"INBOX -> INBOX", "INBOX|Gesendete Elemente -> Sent Items", "Éléments supprimés -> Deleted Items", "Черновики -> Drafts", "迷惑メール -> Junk Email", "Archiv|2019 -> Archive|2019"}},
		"a name in Apple's spelling is the same name": {
			src: listing("/", "INBOX", "Entwu\u0308rfe"), dst: dovecot,
			want: []string{"INBOX -> INBOX", "Entwu\u0308rfe -> Drafts"}},
		"folders below special ones follow": {
			src: listing("/", "INBOX", "sent:Sent", "Sent|2019", "Sent|2019|Q1"), dst: exchange, o: MapOptions{Exchange: true},
			want: []string{"INBOX -> INBOX", "Sent -> Sent Items", "Sent|2019 -> Sent Items|2019", "Sent|2019|Q1 -> Sent Items|2019|Q1"}},
		"deep down a name says nothing": {
			src: listing("/", "INBOX", "Customers|Sent"), dst: dovecot,
			want: []string{"INBOX -> INBOX", "Customers|Sent -> Customers|Sent"}},
		"without such a folder the name stays": {
			src: listing("/", "INBOX", "Papierkorb"), dst: listing("/", "INBOX"),
			want: []string{"INBOX -> INBOX", "Papierkorb -> Papierkorb"}},
		"Exchange makes its own under English names": {
			src: listing("/", "INBOX", "Papierkorb"), dst: listing("/", "INBOX"), o: MapOptions{Exchange: true},
			want: []string{"INBOX -> INBOX", "Papierkorb -> Deleted Items"}},
		"of two with one role the other keeps its name": {
			src: listing("/", "INBOX", "sent:Sent Messages", "Sent", "Gesendet"), dst: listing("/", "INBOX", "sent:Sent"),
			want: []string{"INBOX -> INBOX", "Sent Messages -> Sent", "Gesendet -> Gesendet", "Sent -> Sent (2) (renamed)"}},
		"by name, the one that is named as at the destination is preferred": {
			src: listing("/", "INBOX", "Sent Items", "Sent"), dst: listing("/", "INBOX", "sent:Sent"),
			want: []string{"INBOX -> INBOX", "Sent -> Sent", "Sent Items -> Sent Items"}},
		"the destination's separator in a name is replaced": {
			src: listing("/", "INBOX", "v1.2|a.b"), dst: listing(".", "INBOX"),
			want: []string{"INBOX -> INBOX", "v1.2|a.b -> v1_2|a_b (renamed)"}},
		"folders below INBOX, where all folders are below INBOX": {
			src: listing("/", "INBOX", "INBOX|Work|2019", "Play"), dst: Listing{Prefix: "INBOX.", Separator: "."},
			want: []string{"INBOX -> INBOX", "INBOX|Work|2019 -> Work|2019", "Play -> Play"}},
		"names that would become one get numbers": {
			src: listing("/", "INBOX", "A*B", "A_B", "A%B", "A*B|x"), dst: listing("/"),
			want: []string{"INBOX -> INBOX", "A%B -> A_B (2) (renamed)", "A*B -> A_B (3) (renamed)", "A*B|x -> A_B (3)|x (renamed)", "A_B -> A_B"}},
		"names that differ in case, where case counts": {
			src: listing("/", "INBOX", "Work", "WORK"), dst: listing("/"),
			want: []string{"INBOX -> INBOX", "WORK -> WORK", "Work -> Work"}},
		"names that differ in case, where it doesn't": {
			src: listing("/", "INBOX", "Work", "WORK", "Work|a", "WORK|a"), dst: listing("/"), o: MapOptions{FoldsCase: true},
			want: []string{"INBOX -> INBOX", "WORK -> WORK", "WORK|a -> WORK|a", "Work -> Work (2) (renamed)", "Work|a -> Work (2)|a (renamed)"}},
		"an existing folder keeps its spelling": {
			src: listing("/", "INBOX", "work|2019"), dst: listing("/", "INBOX", "Work", "Work|2019"), o: MapOptions{FoldsCase: true},
			want: []string{"INBOX -> INBOX", "work|2019 -> Work|2019"}},
		"two spellings of an accent never merge": {
			src: listing("/", "INBOX", "Cafe\u0301", "Café"), dst: listing("/"),
			want: []string{"INBOX -> INBOX", "Cafe\u0301 -> Cafe\u0301", "Café -> Café (2) (renamed)"}},
		"Exchange keeps some names for itself": {
			src: listing("/", "INBOX", "Files", "Files|a", "Calendar", "Tasks", "Work|Files"), dst: exchange, o: MapOptions{Exchange: true, FoldsCase: true},
			want: []string{"INBOX -> INBOX", "Calendar -> Calendar (mail) (renamed)", "Files -> Files (mail) (renamed)", "Files|a -> Files (mail)|a (renamed)", "Tasks -> Tasks", "Work|Files -> Work|Files"}},
		"Gmail: All Mail comes last, views are left out, whatever their language": {
			src: listing("/", "INBOX", "![Gmail]", "all:[Gmail]|Alle Nachrichten", "sent:[Gmail]|Gesendet", "flagged:[Gmail]|Markiert", "important:[Gmail]|Wichtig", "Work"), dst: exchange, o: MapOptions{Exchange: true},
			want: []string{"INBOX -> INBOX", "[Gmail]|Gesendet -> Sent Items", "Work -> Work", "[Gmail]|Alle Nachrichten -> Archive (renamed) (rest)",
				"[Gmail]|Markiert left out: view-of-other-folders", "[Gmail]|Wichtig left out: view-of-other-folders"}},
		"Gmail with All Mail hidden: views may be the only place": {
			src: listing("/", "INBOX", "![Gmail]", "flagged:[Gmail]|Starred"), dst: dovecot,
			want: []string{"INBOX -> INBOX", "[Gmail]|Starred -> Starred (rest)"}},
		"Gmail with everything": {
			src: listing("/", "INBOX", "all:[Gmail]|All Mail", "flagged:[Gmail]|Starred", "Archive"), dst: exchange, o: MapOptions{Exchange: true, Rules: FolderRules{GmailAll: true}},
			want: []string{"INBOX -> INBOX", "Archive -> Archive", "[Gmail]|Starred -> Starred", "[Gmail]|All Mail -> All Mail (rest)"}},
		"other people's folders are left out": {
			src: listing("/", "INBOX", "@shared|Sales", "Sales"), dst: listing("/", "INBOX", "@Sales"),
			want: []string{"INBOX -> INBOX", "Sales -> Sales", "shared|Sales left out: shared-folder"}},
		"unless a rule takes them": {
			src: listing("/", "INBOX", "@shared|Sales"), dst: listing("/"), o: MapOptions{Rules: FolderRules{Include: []string{"inbox", "shared/*"}}},
			want: []string{"INBOX -> INBOX", "shared|Sales -> shared|Sales"}},
		"a user's root is the whole mailbox": {
			src: listing("/", "INBOX", "@user|anna", "@user|anna|Sent", "@user|annabel", "@user|anna|Work|x"), dst: dovecot, o: MapOptions{UserRoot: "/user/anna"},
			want: []string{"user|anna -> INBOX", "user|anna|Sent -> Sent", "user|anna|Work|x -> Work|x"}},
		"rules exclude with what is below": {
			src: listing("/", "INBOX", "Old", "Old|x", "Older", "Spam-2019"), dst: listing("/"), o: MapOptions{Rules: FolderRules{Exclude: []string{"old/", "spam*"}}},
			want: []string{"INBOX -> INBOX", "Older -> Older", "Old left out: folder-excluded", "Old|x left out: folder-excluded", "Spam-2019 left out: folder-excluded"}},
		"rules rename, with what is below, the longest wins": {
			src: listing("/", "INBOX", "Old", "Old|x", "Old|y|z", "Sent"), dst: dovecot,
			o:    MapOptions{Rules: FolderRules{Rename: []Rename{{"old", "Archive/Old"}, {"Old/y", "Yes"}, {"Sent", "Sent before 2020"}}}},
			want: []string{"INBOX -> INBOX", "Sent -> Sent before 2020", "Old -> Archive|Old", "Old|x -> Archive|Old|x", "Old|y|z -> Yes|z"}},
		"two rules with one target never merge": {
			src: listing("/", "INBOX", "A", "B", "C"), dst: listing("/"), o: MapOptions{Rules: FolderRules{Rename: []Rename{{"A", "C"}, {"B", "C"}}}},
			want: []string{"INBOX -> INBOX", "A -> C", "B -> C (2) (renamed)", "C -> C (3) (renamed)"}},
		"everything below one folder": {
			src: listing("/", "INBOX", "INBOX|x", "Sent", "A"), dst: dovecot, o: MapOptions{Rules: FolderRules{Nest: "Old mail"}},
			want: []string{"INBOX -> Old mail|INBOX", "Sent -> Old mail|Sent", "A -> Old mail|A", "INBOX|x -> Old mail|INBOX|x"}},
		"what was mapped before stays": {
			src: listing("/", "INBOX", "A*B", "A_B", "Gesendet"), dst: dovecot,
			o:    MapOptions{Known: []FolderRecord{{Source: "A*B", DestPath: []string{"A_B"}, Renamed: "before"}, {Source: "Gesendet", DestPath: []string{"Gesendet"}}}},
			want: []string{"INBOX -> INBOX", "Gesendet -> Gesendet", "A*B -> A_B (renamed)", "A_B -> A_B (2) (renamed)"}},
		"the place of a folder that is gone is not taken": {
			src: listing("/", "INBOX", "work"), dst: listing("/", "INBOX", "Work"), o: MapOptions{FoldsCase: true,
				Known: []FolderRecord{{Source: "Work", Path: []string{"Work"}, DestPath: []string{"Work"}}}},
			want: []string{"INBOX -> INBOX", "work -> Work (2) (renamed)"}},
		"a folder that can't hold folders": {
			src: listing("/", "INBOX", "A", "A|b"), dst: Listing{Separator: "/", Folders: []Folder{{Wire: "A", Path: []string{"A"}, NoInferiors: true}}},
			want: []string{"INBOX -> INBOX", "A -> A", "A|b -> A_b (renamed)"}},
		"blanks, controls and nothing": {
			src: listing("/", "INBOX", " a ", "b\r\nc", "..", "\xff", "inbox "), dst: listing("/"),
			want: []string{"INBOX -> INBOX", " a  -> a (renamed)", ".. -> __ (renamed)", "b\r\nc -> b__c (renamed)", "inbox  -> inbox (2) (renamed)", "\xff -> _ (renamed)"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := routes(MapFolders(c.src, c.dst, c.o))
			if !slices.Equal(sorted(got), sorted(c.want)) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestCopyingOrderIsInboxSpecialsOthersAllMail(t *testing.T) {
	m := MapFolders(listing("/", "Work", "all:[Gmail]|All Mail", "sent:Sent", "INBOX"), listing("/"), MapOptions{})
	var got []string
	for _, x := range m {
		got = append(got, x.Source.Path[len(x.Source.Path)-1])
	}
	if want := []string{"INBOX", "Sent", "Work", "All Mail"}; !slices.Equal(got, want) {
		t.Fatalf("order %v, want %v", got, want)
	}
}

// TestNoTwoFoldersGetOnePlace maps random trees of awkward names.
func TestNoTwoFoldersGetOnePlace(t *testing.T) {
	parts := []string{"A", "a", "A/", "A_", "INBOX", "inbox", "Sent", "sent", "Gesendet", " A", "é", "e\u0301", "É", "A (2)", "Files", "[Gmail]", "x.y", "*", "\x01", strings.Repeat("long", 80), strings.Repeat("ö", 200)}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var src Listing
		seen := map[string]bool{}
		for range 1 + r.IntN(25) {
			var path []string
			for range 1 + r.IntN(3) {
				path = append(path, parts[r.IntN(len(parts))])
			}
			wire := strings.Join(path, "\x00")
			if isInbox(path) {
				wire = "INBOX"
			}
			if !seen[wire] {
				seen[wire] = true
				src.Folders = append(src.Folders, Folder{Wire: wire, Path: path, NoSelect: r.IntN(9) == 0})
			}
		}
		o := MapOptions{FoldsCase: r.IntN(2) == 0, Exchange: r.IntN(2) == 0}
		dst := Listing{Separator: []string{"/", ".", ""}[r.IntN(3)]}
		first := MapFolders(src, dst, o)
		places := map[string]string{}
		m := newMapper(dst, o)
		for _, x := range first {
			key := m.key(x.DestPath)
			if other, ok := places[key]; ok || len(x.DestPath) == 0 {
				t.Fatalf("seed %d: %q and %q both go to %q", seed, other, x.Source.Wire, x.DestPath)
			}
			places[key] = x.Source.Wire
			for _, level := range x.DestPath {
				if clean, why := cleanName(level, dst.Separator); clean != level && len(level) < maxNameBytes {
					t.Fatalf("seed %d: %q is no name: %s", seed, level, why)
				}
			}
		}
		r.Shuffle(len(src.Folders), func(i, j int) { src.Folders[i], src.Folders[j] = src.Folders[j], src.Folders[i] })
		if again := MapFolders(src, dst, o); fmt.Sprint(routes(again)) != fmt.Sprint(routes(first)) {
			t.Fatalf("seed %d: another order, another mapping", seed)
		}
		for _, x := range first { // what was decided is kept
			o.Known = append(o.Known, FolderRecord{Source: x.Source.Wire, DestPath: x.DestPath, Renamed: x.Renamed})
		}
		src.Folders = append(src.Folders, Folder{Wire: "new", Path: []string{"A"}})
		for _, x := range MapFolders(src, dst, o) {
			if was, ok := places[m.key(x.DestPath)]; x.Source.Wire == "new" && ok || x.Source.Wire != "new" && was != x.Source.Wire {
				t.Fatalf("seed %d: %q moved to %q", seed, x.Source.Wire, x.DestPath)
			}
		}
	}
}

func TestEverySpecialNameHasOneRole(t *testing.T) {
	role := map[string]SpecialUse{}
	for use, names := range specialNames {
		for _, n := range splitNames(names) {
			if old, ok := role[nameKey(n)]; ok {
				t.Errorf("%q stands under %s and %s, or twice", n, old, use)
			}
			role[nameKey(n)] = use
		}
	}
	if len(role) < 300 {
		t.Errorf("only %d names", len(role))
	}
}

func TestStrictNameIsAlwaysAnotherName(t *testing.T) {
	for in, want := range map[string]string{"Files": "Files_", "a|b?c": "a|b_c", "😀|x": "_|x", "~x|~y": "_x|_y", "Büro": "Büro_", "日本": "日本_"} {
		if got := strings.Join(StrictName(strings.Split(in, "|")), "|"); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
