package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Speed is how quickly a run copied, from its beginning to its end.
type Speed struct {
	Step time.Duration `json:"step"` // between two samples
	// Rates are the mean bytes a second of each step, at most 240.
	Rates []float64 `json:"rates"`
}

// speedLeast is how many seconds of samples are worth keeping. Shorter runs are
// told well enough by their summary, and a run that follows makes many.
const speedLeast = 10

func speedName(run int64) string { return fmt.Sprintf("run/%d/speed", run) }

// RunSpeed is the speed of a run over time; nil when nothing was kept, as of
// runs that were short, killed or sent nothing.
func RunSpeed(ctx context.Context, f ProjectFile, run int64) (*Speed, error) {
	doc, err := f.Kept(ctx, speedName(run))
	if err != nil || doc == nil {
		return nil, err
	}
	var s Speed
	if err := json.Unmarshal(doc, &s); err != nil || s.Step <= 0 {
		return nil, nil // of another version: a picture less
	}
	return &s, nil
}

// keepSpeed keeps the history of the pass that just ended.
func (b *Batch) keepSpeed(ctx context.Context, run int64, sum Summary) error {
	b.mu.Lock()
	s := b.runSpeed.speed()
	b.mu.Unlock()
	if sum.Sent == 0 || time.Duration(len(s.Rates))*s.Step < speedLeast*time.Second {
		return nil
	}
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return b.env.file.Keep(ctx, speedName(run), doc)
}

// speed is the meter's history, as far as whole steps go.
func (m *meter) speed() Speed {
	s := Speed{Step: time.Duration(max(m.stride, 1)) * time.Second, Rates: make([]float64, len(m.history))}
	for i, v := range m.history {
		s.Rates[i] = float64(int64(v))
	}
	return s
}
