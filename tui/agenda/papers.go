package agenda

import (
	"context"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
)

// Plan is the project's plan as of now. It asks no server.
func Plan(ctx context.Context, f engine.ProjectFile, now time.Time) (engine.Schedule, error) {
	facts, err := Read(ctx, f, now)
	if err != nil {
		return engine.Schedule{}, err
	}
	return engine.NewSchedule(facts), nil
}

// Report reads what the report is made from, the plan's dates among it. DNS, Zone
// and Program are the caller's.
func Report(ctx context.Context, f engine.ProjectFile, now time.Time) (in report.Input, err error) {
	if in, err = report.Gather(ctx, f); err != nil {
		return in, err
	}
	in.Now = now
	in.Plan, err = Plan(ctx, f, now)
	return in, err
}

// Letters reads what letters to these users tell, with the move as it happened.
// DNS and TTL are the caller's.
func Letters(ctx context.Context, f engine.ProjectFile, users []engine.User, now time.Time) (*letter.Facts, error) {
	facts, err := letter.Collect(ctx, f, users)
	if err != nil {
		return nil, err
	}
	plan, err := Plan(ctx, f, now)
	facts.CutOver = plan.CutOver
	return facts, err
}
