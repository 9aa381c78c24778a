package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"mxodus/engine"
)

// Make makes the report, in English; report.html comes in the owner's language.
func Make(in Input) Report { return in.report(false) }

// report makes it in English, or for paper.
func (in Input) report(paper bool) Report {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	in.Plan = in.plan()
	p := in.Project
	r := Report{Format: Format, Version: Version, Made: in.Now, Program: clean(in.Program, 100), Company: clean(p.Company, 100), Domain: clean(p.Domain, 255),
		Source: clean(p.Source.URL(), 300), Destination: clean(p.Destination.URL(), 300), CutOver: in.Plan.CutOver, Planned: p.CutOver, CutOverDone: in.Plan.Moved,
		DNS: in.DNS.clean(), Account: in.Proof, zone: in.Zone, t: tongueOf("en"), in: in, Users: []User{}, Reasons: []Reason{}}
	if paper {
		r.t = tongueOf(cmp.Or(in.Language, p.Letters.OwnerLanguage, p.Letters.Language))
	}
	for _, u := range in.Users {
		one := in.user(u, r.t)
		r.Users = append(r.Users, one)
		r.Totals.add(one.Figures)
		r.Reasons = addReasons(r.Reasons, one.Reasons)
	}
	slices.SortFunc(r.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(outcomeOrder(a.Outcome), outcomeOrder(b.Outcome)), cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Code, b.Code))
	})
	r.Runs = in.runs()
	r.Verdict = r.verdict(in)
	r.SafeToStop, r.Evidence = r.evidence(in)
	r.NotMoved = notMoved(r.t)
	r.Next = r.nextSteps(in)
	return r
}

func clean(s string, most int) string { return engine.Clean(s, most) }

// clean is a copy whose texts are safe to show.
func (d *DNS) clean() *DNS {
	if d == nil {
		return nil
	}
	texts := func(list []string) []string {
		out := []string{}
		for _, s := range list {
			out = append(out, clean(s, 1000))
		}
		return out
	}
	out := &DNS{Before: d.Before, After: d.After, Rows: []DNSRow{}, LowTTL: texts(d.LowTTL), Notes: texts(d.Notes), Unanswered: d.Unanswered}
	for _, r := range d.Rows {
		out.Rows = append(out.Rows, DNSRow{clean(r.Name, 255), clean(r.Type, 20), texts(r.Before), texts(r.After), r.Changed})
	}
	return out
}

// pathOf is a folder's path for people.
func pathOf(levels []string) string { return clean(strings.Join(levels, " / "), 300) }

func (f *Figures) add(g Figures) {
	f.Mailboxes += g.Mailboxes
	f.Folders += g.Folders
	f.Messages += g.Messages
	f.Copied += g.Copied
	f.Present += g.Present
	f.Moved += g.Moved
	f.Deleted += g.Deleted
	f.LeftOut += g.LeftOut
	f.Failed += g.Failed
	f.Missing += g.Missing
	f.New += g.New
	f.Changed += g.Changed
	f.Bytes += g.Bytes
	f.There += g.There
}

func figures(a engine.Account, v engine.Volume) Figures {
	return Figures{Messages: a.Source, Copied: a.Copied, Present: a.Present, Moved: a.Moved, Deleted: a.Deleted, LeftOut: a.Skipped,
		Failed: a.Failed, Missing: a.Missing, New: a.New, Changed: a.Changed, Bytes: v.Source, There: v.There}
}

// user is one mailbox, from its account, or from the journal when it has none.
func (in *Input) user(u engine.User, t tongue) User {
	out := User{Address: clean(u.Address, 255), Name: clean(u.DisplayName, 100), First: in.Times[u.ID].First, Last: in.Times[u.ID].Last,
		Folders: []Folder{}, Messages: []Message{}, Since: []Message{}, Reasons: []Reason{}}
	if p := in.proven(u.ID); p != nil {
		out.fromProof(p, in.renamed(u.ID, t), t)
	} else {
		in.fromJournal(&out, u.ID, t)
	}
	out.Figures.Mailboxes = 1
	if tried := in.tried(u.ID); tried != nil {
		out.Said = clean(tried.Said, 300)
		out.Grade, out.Why = Attention, t.text("The latest verification did not come to an end: %s", clean(tried.What, 300))
	}
	return out
}

// renamed says which folders have another name at the destination, and why.
func (in *Input) renamed(id int64, t tongue) map[string]string {
	m := map[string]string{}
	for _, c := range in.Counts {
		if c.Folder.UserID == id && c.Folder.Renamed != "" {
			m[pathOf(c.Folder.Path)] = t.said(clean(c.Folder.Renamed, 200))
		}
	}
	return m
}

func (u *User) fromProof(p *engine.ProvenUser, renamed map[string]string, t tongue) {
	u.From, u.At = "verification", p.At
	u.Figures = figures(p.Counts, p.Bytes)
	u.Figures.Folders = len(p.Folders)
	u.Proof, u.Proven, u.Contents = howProven(p), provenBy(p), p.Contents
	u.ReceiptsSilenced, u.DatesMoved, u.KeepsNoDates = p.Receipts, p.DatesMoved, p.Dateless
	for _, f := range p.Folders {
		one := Folder{Source: pathOf(f.Source), Dest: pathOf(f.Destination), Figures: figures(f.Counts, f.Bytes), Note: clean(f.Err, 300)}
		one.Renamed = renamed[one.Source]
		if f.Reason != "" {
			one.Note = t.text("left out: %s", t.said(clean(f.Reason.Text(), 300)))
		}
		one.Figures.Folders = 1
		u.Folders = append(u.Folders, one)
	}
	for _, m := range p.Doubtful {
		u.Doubtful = append(u.Doubtful, messageOf(m, t))
	}
	for _, m := range p.Messages {
		one := messageOf(m, t)
		if m.Outcome == "moved" || m.Outcome == "deleted" {
			u.Since = append(u.Since, one)
			continue
		}
		u.Messages = append(u.Messages, one)
	}
	for _, r := range p.Reasons {
		u.Reasons = addReasons(u.Reasons, []Reason{{Outcome: r.Outcome, Code: clean(string(r.Reason), 60), Text: t.reason(r.Outcome, r.Reason), Messages: r.Messages, Bytes: r.Bytes}})
	}
	for outcome, n := range p.More {
		if outcome != "moved" && outcome != "deleted" {
			u.More += n
		}
	}
	u.Grade = Good
	if open := u.Figures.Open(); open > 0 {
		u.Grade, u.Why = Attention, t.pick(open, "%s still needs attention.", "%s still need attention.", t.count(open, "message"))
	}
	if u.Figures.Missing+u.Figures.Changed > 0 {
		u.Grade = Bad
	}
}

func messageOf(m engine.ProvenMessage, t tongue) Message {
	return Message{Folder: pathOf(m.Folder), Subject: clean(m.Subject, 200), Date: m.Date, Size: m.Size, UID: m.UID, Outcome: m.Outcome,
		Reason: t.said(clean(m.Text, 300)), Said: clean(m.Said, 300)}
}

// provenBy is how many messages were proven in which way; accounts of old say it of
// all as one.
func provenBy(p *engine.ProvenUser) engine.Proven {
	switch there := p.Counts.Copied + p.Counts.Present + p.Counts.Moved; {
	case p.Proven != engine.Proven{}:
		return p.Proven
	case p.Deep && !p.Rewrites:
		return engine.Proven{Bytes: there}
	default:
		return engine.Proven{Identity: there}
	}
}

// howProven is how the messages of a user were proven, or most of them.
func howProven(p *engine.ProvenUser) string {
	switch {
	case p.Rewrites && p.Proven.Meaning > 0:
		return "meaning"
	case p.Rewrites:
		return "message-id"
	case p.Deep:
		return "bytes"
	}
	return "identity"
}

// fromJournal fills in what mxodus noted itself.
func (in *Input) fromJournal(u *User, id int64, t tongue) {
	u.From, u.Grade, u.Why = "journal", Unknown, t.text("Never verified: these figures are what mxodus noted while copying.")
	for _, c := range in.Counts {
		if c.Folder.UserID != id {
			continue
		}
		f := journalFigures(c)
		u.Folders = append(u.Folders, Folder{Source: pathOf(c.Folder.Path), Dest: pathOf(c.Folder.DestPath), Renamed: t.said(clean(c.Folder.Renamed, 200)),
			Figures: f, Note: clean(c.Folder.Refusal, 300)})
		u.Figures.add(f)
	}
	for _, l := range in.Left {
		if l.UserID != id {
			continue
		}
		m := Message{Folder: pathOf(l.Folder), Date: l.Record.Date, Size: l.Record.Size, UID: l.Record.UID, Outcome: l.Record.State.String(),
			Reason: t.said(l.Record.Reason.Text()), Said: clean(l.Record.Said, 300)}
		u.Messages = append(u.Messages, m)
		u.Reasons = addReasons(u.Reasons, []Reason{{Outcome: m.Outcome, Code: string(l.Record.Reason), Text: m.Reason, Messages: 1, Bytes: m.Size}})
	}
	u.More = max(0, u.Figures.LeftOut+u.Figures.Failed-len(u.Messages))
}

// journalFigures are a folder's, as noted while copying. What was on the way
// when a run broke off is not known to be there.
func journalFigures(c engine.FolderCount) Figures {
	f := Figures{Folders: 1, Copied: c.Messages[engine.Copied], Present: c.Messages[engine.Present], LeftOut: c.Messages[engine.Skipped],
		Failed: c.Messages[engine.Failed], New: c.Messages[engine.Sending], There: c.Bytes[engine.Copied] + c.Bytes[engine.Present]}
	for s := engine.Sending; s <= engine.Failed; s++ {
		f.Messages += c.Messages[s]
		f.Bytes += c.Bytes[s]
	}
	return f
}

func addReasons(list, more []Reason) []Reason {
	for _, r := range more {
		i := slices.IndexFunc(list, func(o Reason) bool { return o.Outcome == r.Outcome && o.Code == r.Code })
		if i < 0 {
			list = append(list, r)
			continue
		}
		list[i].Messages += r.Messages
		list[i].Bytes += r.Bytes
	}
	return list
}

// runs is the history, with what is known of speed.
func (in *Input) runs() []Run {
	out := []Run{}
	for _, r := range in.Runs {
		s := r.Summary
		one := Run{ID: r.ID, Kind: clean(r.Kind, 20), Started: r.Started, Finished: r.Finished, Interrupted: r.Finished.IsZero() || s.Interrupted,
			Sent: s.Sent, SentBytes: s.SentBytes, Failed: s.Sum.Failed}
		if speed, ok := in.Speeds[r.ID]; ok {
			one.Speed = &speed
		}
		out = append(out, one)
	}
	return out
}
