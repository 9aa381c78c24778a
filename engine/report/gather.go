package report

import (
	"context"
	"slices"
	"time"

	"mxodus/engine"
)

// Input is what a report is made from.
type Input struct {
	Project engine.Project
	Users   []engine.User        // without those left out
	Counts  []engine.FolderCount // of the journal
	Runs    []engine.Run         // oldest first
	Speeds  map[int64]engine.Speed
	Times   map[int64]Times // by user ID
	Left    []Listed        // skipped and failed messages of users who were never verified
	Proof   *engine.Proof   // nil: never verified
	DNS     *DNS            // nil: nothing is known
	Now     time.Time
	Zone    *time.Location // that times are written in
	// Language of report.html, as de; empty: the owner's, as the project says. All
	// other files are English, for programs.
	Language string
	// Plan is when things happened and are due; zero: worked out from the rest.
	Plan    engine.Schedule
	Stop    engine.StopFacts // whose Now, Runs and Users the report fills in
	Rules   engine.StopRules
	Program string // mxodus and its version
}

// Times are when the first and the latest message of a user was brought.
type Times struct{ First, Last time.Time }

// Listed is a message that the journal knows as skipped or failed.
type Listed struct {
	UserID int64
	Folder []string
	Record engine.Record
}

// mostListed bounds Input.Left: a list that nobody reads to its end helps nobody.
const mostListed = 20_000

// Gather reads all that the project's file knows. DNS, Plan, Now, Zone and Program
// are the caller's.
func Gather(ctx context.Context, f engine.ProjectFile) (in Input, err error) {
	if in.Project, err = f.Project(ctx); err != nil {
		return in, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return in, err
	}
	in.Users = slices.DeleteFunc(users, func(u engine.User) bool { return u.LeftOut })
	if in.Counts, err = f.Counts(ctx); err != nil {
		return in, err
	}
	if in.Runs, err = f.Runs(ctx); err != nil {
		return in, err
	}
	if in.Stop, err = engine.ReadStopFacts(ctx, f, in.Now); err != nil {
		return in, err
	}
	in.Speeds = map[int64]engine.Speed{}
	for _, r := range in.Runs {
		s, err := engine.RunSpeed(ctx, f, r.ID)
		if err != nil {
			return in, err
		}
		if s != nil {
			in.Speeds[r.ID] = *s
		}
	}
	if in.Proof, err = engine.LastProof(ctx, f); err != nil {
		return in, err
	}
	return in, in.readRecords(ctx, f)
}

// readRecords reads when messages were brought, and what was left of users whom
// no verification knows.
func (in *Input) readRecords(ctx context.Context, f engine.ProjectFile) error {
	in.Times = map[int64]Times{}
	for _, c := range in.Counts {
		id := c.Folder.UserID
		t := in.Times[id]
		err := f.Records(ctx, c.Folder.ID, func(r engine.Record) error {
			if !r.At.IsZero() && (t.First.IsZero() || r.At.Before(t.First)) {
				t.First = r.At
			}
			if r.At.After(t.Last) {
				t.Last = r.At
			}
			return nil
		}, engine.Copied)
		if err != nil {
			return err
		}
		in.Times[id] = t
		if in.proven(id) != nil {
			continue
		}
		err = f.Records(ctx, c.Folder.ID, func(r engine.Record) error {
			if len(in.Left) < mostListed && r.Place() != 0 {
				in.Left = append(in.Left, Listed{id, c.Folder.Path, r})
			}
			return nil
		}, engine.Skipped, engine.Failed)
		if err != nil {
			return err
		}
	}
	return nil
}

// proven is the account of a user; nil when a verification never came to an end.
func (in *Input) proven(id int64) *engine.ProvenUser {
	if in.Proof == nil {
		return nil
	}
	for i := range in.Proof.Users {
		if u := &in.Proof.Users[i]; u.ID == id && !u.At.IsZero() {
			return u
		}
	}
	return nil
}

// tried is why the latest verification of a user failed; nil when it didn't.
func (in *Input) tried(id int64) *engine.ProofTried {
	if in.Proof == nil {
		return nil
	}
	for _, u := range in.Proof.Users {
		if u.ID == id {
			return u.Tried
		}
	}
	return nil
}
