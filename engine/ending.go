package engine

import (
	"context"
	"time"
)

// Ending is how a migration was ended.
type Ending struct {
	At     time.Time       `json:"at"`
	Safe   bool            `json:"safe"`
	Open   []StopCheckName `json:"open,omitempty"`   // checks that were not fulfilled
	Reason string          `json:"reason,omitempty"` // why it was ended all the same
}

const endingName = "ending"

// ReadEnding is how the migration was ended; nil: it wasn't.
func ReadEnding(ctx context.Context, f ProjectFile) (e *Ending, err error) {
	err = readDoc(ctx, f, endingName, &e)
	return e, err
}

// EndMigration writes down that the migration was ended, by what was judged, and
// tells the project's history. reason is given where it wasn't safe.
func EndMigration(ctx context.Context, f ProjectFile, at time.Time, v StopVerdict, reason string) (*Ending, error) {
	e := &Ending{At: at.Round(0), Safe: v.Safe, Reason: reason}
	for _, c := range v.Checks {
		if !c.OK {
			e.Open = append(e.Open, c.Name)
		}
	}
	event := Event{At: e.At, Level: Info, Text: "The migration was ended. It was safe to stop."}
	if !v.Safe {
		event.Level, event.Text = Attention, "The migration was ended before it was safe to stop. The reason given: "+reason
	}
	if err := f.Event(ctx, event); err != nil {
		return nil, err
	}
	return e, keepDoc(ctx, f, endingName, e)
}
