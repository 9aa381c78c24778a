package tui

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
)

// Under this name the project keeps where letters and the report were written.
const docWritten = "letters/written"

// postbox is what is known of letters and the report: what went out, and what
// was written where.
type postbox struct {
	went    []engine.Delivery
	written map[string]written // by the letter's kind, passwordSheet, reportDoc or firstsDoc
	learned int                // the runs when the servers were last asked, and one
}

// written is where files were put.
type written struct {
	At    time.Time `json:"at"`
	Dir   string    `json:"dir"`
	Files []string  `json:"files"`
}

// Names in postbox.written that are no letter's.
const passwordSheet letter.Kind = "passwords"

const reportDoc = "report"

// firstsDoc is the name there of first passwords of users made in a tenant.
const firstsDoc = "first-passwords"

// readPost reads what is known.
func readPost(ctx context.Context, f engine.ProjectFile) (postbox, error) {
	p := postbox{written: map[string]written{}}
	if log, ok := f.(engine.DeliveryLog); ok {
		var err error
		if p.went, err = log.Deliveries(ctx); err != nil {
			return p, err
		}
	}
	kept, err := f.Kept(ctx, docWritten)
	if err != nil || kept == nil {
		return p, err
	}
	if json.Unmarshal(kept, &p.written) != nil || p.written == nil {
		p.written = map[string]written{} // of another version
	}
	return p, nil
}

// noteWritten adds to what was written.
func noteWritten(ctx context.Context, f engine.ProjectFile, name string, w written) (postbox, error) {
	p, err := readPost(ctx, f)
	if err != nil {
		return p, err
	}
	p.written[name] = w
	return p, keep(ctx, f, docWritten, p.written)
}

// of counts what went out of one letter.
func (p *postbox) of(k letter.Kind) (sent, open, failed int) {
	for _, d := range p.went {
		if d.Letter != string(k) {
			continue
		}
		switch d.State {
		case engine.DeliverySent:
			sent++
		case engine.DeliveryFailed:
			failed++
		default:
			open++
		}
	}
	return sent, open, failed
}

// delivery is what is known of one letter to one user; nil when nothing is.
func (p *postbox) delivery(k letter.Kind, user int64) *engine.Delivery {
	for i := range p.went {
		if d := &p.went[i]; d.Letter == string(k) && d.UserID == user {
			return d
		}
	}
	return nil
}

// beside is a path beside the project's file: acme.mxodus has acme-report.
func (c *core) beside(suffix string) string {
	path := c.session.file.Path()
	return strings.TrimSuffix(path, filepath.Ext(path)) + "-" + suffix
}

// moving are the users that letters go to: all but those left out.
func (s *session) moving() []engine.User {
	var out []engine.User
	for _, p := range s.people {
		if !p.LeftOut {
			out = append(out, p.User)
		}
	}
	return out
}
