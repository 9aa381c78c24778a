package letter

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mxodus/engine"
)

// Facts is what letters tell: read from the project, not from servers.
type Facts struct {
	Project engine.Project
	Users   []engine.User
	// DNS is what stood in the DNS and stands there now; TTL the MX's before it
	// was lowered, in seconds. Whoever knows them fills them in.
	DNS []DNSLine
	TTL int
	// CutOver is when the MX was changed, or will be; zero when not known. Collect
	// takes it as planned, and who knows how it went says so.
	CutOver time.Time

	zone   *time.Location
	stands map[int64]*stand
	known  map[int64]Known
	proof  *engine.Proof // nil: never verified
}

// stand is what became of one user's mail, by the journal.
type stand struct {
	ran                           bool
	moved, found, skipped, failed int // failed: with those on their way
	bytes                         int64
	reasons                       map[engine.Reason]int
	left                          []leftOne // newest first
	renamed                       []Rename
}

// leftOne is a message that was left out and that its owner wants to know of.
type leftOne struct {
	folder string
	record engine.Record
}

const (
	maxListed  = 25 // messages in a letter
	maxFolders = 25
)

// Collect reads what the project knows of these users.
func Collect(ctx context.Context, f engine.ProjectFile, users []engine.User) (*Facts, error) {
	p, err := f.Project(ctx)
	if err != nil {
		return nil, err
	}
	facts := &Facts{Project: p, Users: users, CutOver: p.CutOver, stands: map[int64]*stand{}, zone: time.Local}
	if name := p.Letters.Zone; name != "" {
		if facts.zone, err = time.LoadLocation(name); err != nil {
			return nil, &engine.Fault{Class: engine.StopBatch, Code: "zone", Who: "you", Err: err,
				What: "The time zone for letters is not known: " + engine.Clean(name, 60) + ".", Do: "Write it as Europe/Vienna."}
		}
	}
	if facts.known, err = readKnown(ctx, f); err != nil {
		return nil, err
	}
	for _, u := range users {
		if facts.stands[u.ID], err = standOf(ctx, f, u); err != nil {
			return nil, err
		}
	}
	counts, err := f.Counts(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		if s := facts.stands[c.Folder.UserID]; s != nil {
			s.count(c)
		}
	}
	facts.proof, err = engine.LastProof(ctx, f)
	return facts, err
}

func (s *stand) count(c engine.FolderCount) {
	s.moved += c.Messages[engine.Copied]
	s.found += c.Messages[engine.Present]
	s.skipped += c.Messages[engine.Skipped]
	s.failed += c.Messages[engine.Failed] + c.Messages[engine.Sending]
	s.bytes += c.Bytes[engine.Copied] + c.Bytes[engine.Present]
}

func standOf(ctx context.Context, f engine.ProjectFile, u engine.User) (*stand, error) {
	s := &stand{reasons: map[engine.Reason]int{}}
	folders, err := f.Folders(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	s.ran = len(folders) > 0
	for _, r := range folders {
		if r.DestPath != nil {
			s.renamed = append(s.renamed, renamed(r.Path, r.DestPath)...)
		}
		err := f.Records(ctx, r.ID, func(rec engine.Record) error {
			if rec.Place() == 0 { // the old server no longer has it
				return nil
			}
			s.reasons[rec.Reason]++
			if isListed(rec.Reason) {
				s.left = append(s.left, leftOne{folderText(r.Path), rec})
			}
			return nil
		}, engine.Skipped, engine.Failed)
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.left, func(a, b leftOne) int { return b.record.Date.Compare(a.record.Date) })
	return s, nil
}

// isListed says whether messages left out for this reason are a loss to their
// owner, who wants to know which they are.
func isListed(r engine.Reason) bool {
	switch r {
	case engine.ReasonTooBig, engine.ReasonUnreadable, engine.ReasonRefused, engine.ReasonLongLine, engine.ReasonUnfit, engine.ReasonQuota, engine.ReasonFolder:
		return true
	}
	return false
}

// renamed is the folder, if it has another name than before.
func renamed(from, to []string) []Rename {
	a, b := folderText(from), folderText(to)
	if strings.EqualFold(a, b) {
		return nil
	}
	return []Rename{{Text(a), Text(b)}}
}

func folderText(path []string) string { return strings.Join(path, "/") }

// verified is when a user's account was last made, zero if never, and whether it
// left nothing open.
func (f *Facts) verified(u engine.User) (at time.Time, ok bool) {
	if f.proof == nil {
		return at, false
	}
	for _, p := range f.proof.Users {
		if p.ID == u.ID {
			return p.At, p.OK && p.Tried == nil
		}
	}
	return at, false
}

// language of a letter of this kind to this user.
func (f *Facts) language(k Kind, u engine.User) (Language, error) {
	code := cmp.Or(u.Language, f.Project.Letters.Language)
	if k.ToOwner() {
		code = cmp.Or(f.Project.Letters.OwnerLanguage, f.Project.Letters.Language)
	}
	l, err := LanguageOf(code)
	if err != nil {
		err = &engine.Fault{Class: engine.StopMailbox, Code: "language", What: "Letters to " + engine.Clean(u.Address, 100) + " have a language that mxodus doesn't know.",
			Do: "Choose en, de, fr or es.", Who: "you", Err: err}
	}
	return l, err
}

// data is what a template gets.
func (f *Facts) data(k Kind, u engine.User) (Data, Language, error) {
	l, err := f.language(k, u)
	if err != nil {
		return Data{}, l, err
	}
	p, s := f.Project, f.Project.Letters
	microsoft := p.Destination.Kind == engine.KindMicrosoft365
	d := Data{
		Company: Text(cmp.Or(p.Company, p.Domain)), Domain: Text(p.Domain), Why: Text(s.Why), Microsoft: microsoft, WebMail: Text(webMail(s.WebMail, microsoft)),
		NewServer: Text(p.Destination.Host), OldServer: Text(p.Source.Host),
		Start: s.WindowStart, End: s.WindowEnd, CutOver: f.CutOver, LastDay: s.LastDay,
		HasWindow: !s.WindowStart.IsZero(), HasCutOver: !f.CutOver.IsZero(), HasLastDay: !s.LastDay.IsZero(),
		Help:        Help{Text(s.HelpName), Text(s.HelpAddress), Text(s.HelpPhone), Text(s.HelpHours)},
		PasswordWay: Text(s.PasswordWay), AppPassword: s.AppPassword, Limit: p.Limits.WithDefaults().MaxMessageBytes,
	}
	if k.ToOwner() {
		f.owner(&d, l)
		return d, l, nil
	}
	d.Name, d.Address, d.SignIn, d.Shared = Text(greeting(u)), Text(u.Address), Text(u.DestinationName()), u.Shared
	f.mailbox(&d, l, u)
	return d, l, nil
}

func webMail(set string, microsoft bool) string {
	if set == "" && microsoft {
		return "https://outlook.office.com"
	}
	return set
}

// greeting is what a user is called.
func greeting(u engine.User) string {
	if u.DisplayName != "" {
		return u.DisplayName
	}
	name, _, _ := strings.Cut(u.Address, "@")
	return name
}

// mailbox fills in one user's own numbers and lists.
func (f *Facts) mailbox(d *Data, l Language, u engine.User) {
	s := f.stands[u.ID]
	if s == nil {
		s = &stand{}
	}
	known := f.known[u.ID]
	at, ok := f.verified(u)
	d.Verified = !at.IsZero() && ok
	d.Ran, d.Moved, d.Found, d.Skipped, d.Failed, d.Bytes = s.ran, s.moved, s.found, s.skipped, s.failed, s.bytes
	d.Arrived = s.moved + s.found
	d.Reasons = reasonsOf(l, s.reasons)
	for _, m := range s.left {
		d.Left = append(d.Left, Message{Folder: Text(m.folder), Subject: Text(known.subject(l, m.folder, m.record.UID)), Date: m.record.Date, Size: m.record.Size, Why: Text(l.Reason(m.record.Reason))})
	}
	for _, m := range known.TooBig {
		d.TooBig = append(d.TooBig, Message{Folder: Text(m.Folder), Subject: Text(cmp.Or(m.Subject, l.noName)), Date: m.Date, Size: m.Size, Why: Text(l.Reason(engine.ReasonTooBig))})
	}
	folders := s.renamed
	if !s.ran {
		folders = known.Renamed
	}
	d.Left, d.LeftMore = most(d.Left, maxListed)
	d.TooBig, d.TooBigMore = most(d.TooBig, maxListed)
	d.Folders, d.FoldersMore = most(folders, maxFolders)
}

func most[T any](list []T, n int) (first []T, more int) {
	n = min(n, len(list))
	return list[:n], len(list) - n
}

// reasonsOf counts, the most frequent first.
func reasonsOf(l Language, counts map[engine.Reason]int) (out []Reason) {
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, Reason{counts[r], Text(l.Reason(r))})
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return b.Count - a.Count })
	return out
}

// owner fills in the whole company.
func (f *Facts) owner(d *Data, l Language) {
	s := f.Project.Letters
	d.Name, d.Address = Text(cmp.Or(s.OwnerName, f.Project.Company, f.Project.Domain)), Text(s.OwnerAddress)
	o := Owner{Users: len(f.Users), DNS: f.DNS, TTL: f.TTL, Verified: len(f.Users) > 0, VerifiedOK: true}
	reasons := map[engine.Reason]int{}
	for _, u := range f.Users {
		one := f.stands[u.ID]
		d.Ran = d.Ran || one.ran
		d.Moved, d.Found, d.Skipped, d.Failed, d.Bytes = d.Moved+one.moved, d.Found+one.found, d.Skipped+one.skipped, d.Failed+one.failed, d.Bytes+one.bytes
		for r, n := range one.reasons {
			reasons[r] += n
		}
		if one.ran && one.failed == 0 {
			o.Done++
		}
		at, ok := f.verified(u)
		o.Verified, o.VerifiedOK = o.Verified && !at.IsZero(), o.VerifiedOK && ok
		if at.After(o.VerifiedAt) {
			o.VerifiedAt = at
		}
		o.Mailboxes = append(o.Mailboxes, Mailbox{Text(u.Address), one.moved + one.found, one.skipped, one.failed})
	}
	d.Arrived, d.Reasons = d.Moved+d.Found, reasonsOf(l, reasons)
	d.Owner = o
}

// knownDoc is the document of a project that keeps what Learn found.
const knownDoc = "letters/known"

// Known is what only the servers know of a mailbox, as it was at At.
type Known struct {
	At      time.Time
	TooBig  []Listed // newest first
	Listed  []Listed // messages left out by a run
	Renamed []Rename // folders that get another name
}

// Listed is a message by its subject.
type Listed struct {
	Folder  string
	UID     uint32
	Subject string // cleaned; empty when it has none
	Date    time.Time
	Size    int64
}

func (k Known) subject(l Language, folder string, uid uint32) string {
	for _, m := range slices.Concat(k.Listed, k.TooBig) {
		if m.UID == uid && m.Folder == folder {
			return cmp.Or(m.Subject, l.noName)
		}
	}
	return l.hidden
}

func readKnown(ctx context.Context, f engine.ProjectFile) (map[int64]Known, error) {
	known := map[int64]Known{}
	doc, err := f.Kept(ctx, knownDoc)
	if err != nil || doc == nil {
		return known, err
	}
	if err := json.Unmarshal(doc, &known); err != nil {
		return nil, fmt.Errorf("what letters know of the mailboxes: %w", err)
	}
	return known, nil
}
