package engine

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// WatchDoc names the project's document that keeps what the last watch of the
// domain's DNS saw, as JSON; only its member "seen" is read here. Whoever
// watches, the wizard or a command, keeps it.
const WatchDoc = "dns/watch"

// ReadStopFacts reads what SafeToStop judges out of a project, so that all who
// ask come to the same. A document that can't be read is as if nobody had
// watched.
func ReadStopFacts(ctx context.Context, f ProjectFile, now time.Time) (StopFacts, error) {
	facts := StopFacts{Now: now}
	users, err := f.Users(ctx)
	if err != nil {
		return facts, err
	}
	facts.Users = len(slices.DeleteFunc(users, func(u User) bool { return u.LeftOut }))
	if facts.Runs, err = f.Runs(ctx); err != nil {
		return facts, err
	}
	kept, err := f.Kept(ctx, WatchDoc)
	if err != nil {
		return facts, err
	}
	var doc struct {
		Seen struct {
			At        time.Time `json:"at"`
			AllNew    bool      `json:"all_new"`
			Changed   time.Time `json:"changed"`
			SafeAfter time.Time `json:"safe_after"`
			Assumed   bool      `json:"assumed"`
		} `json:"seen"`
	}
	if json.Unmarshal(kept, &doc) != nil || doc.Seen.At.IsZero() {
		return facts, nil
	}
	s := doc.Seen
	facts.Watched, facts.SeenAt, facts.AllNew, facts.NewSince, facts.SafeAfter, facts.Assumed = true, s.At, s.AllNew, s.Changed, s.SafeAfter, s.Assumed
	return facts, nil
}
