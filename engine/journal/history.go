package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"mxodus/engine"
)

// StartRun writes that a run of this kind begins now, and returns its ID.
func (f *File) StartRun(ctx context.Context, kind string) (id int64, err error) {
	err = f.writer.do(ctx, runner, 1, func(t *tx) error {
		res, err := t.change(`INSERT INTO run (kind, started) VALUES (?, ?)`, kind, time.Now().UnixNano())
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// FinishRun writes how a run ended, now.
func (f *File) FinishRun(ctx context.Context, id int64, s engine.Summary) error {
	summary, err := json.Marshal(s)
	if err != nil {
		return f.fault(fmt.Errorf("summary: %w", err))
	}
	return f.writer.do(ctx, runner, 1, func(t *tx) error {
		res, err := t.change(`UPDATE run SET finished = ?, summary = ? WHERE id = ?`, time.Now().UnixNano(), string(summary), id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("run %d is not in the journal", id)
		}
		return nil
	})
}

// Runs lists the history of runs, oldest first.
func (f *File) Runs(ctx context.Context) (list []engine.Run, err error) {
	err = f.each(ctx, func(rows *sql.Rows) error {
		var r engine.Run
		var started, finished any
		var summary string
		if err := rows.Scan(&r.ID, &r.Kind, &started, &finished, &summary); err != nil {
			return err
		}
		r.Started, r.Finished = fromInstant(started), fromInstant(finished)
		list = append(list, r)
		if summary == "" {
			return nil
		}
		return json.Unmarshal([]byte(summary), &list[len(list)-1].Summary)
	}, `SELECT id, kind, started, finished, coalesce(summary, '') FROM run ORDER BY id`)
	return list, err
}

// Event writes one line of history for people.
func (f *File) Event(ctx context.Context, e engine.Event) error {
	return f.writer.do(ctx, anybody, 1, func(t *tx) error {
		return t.exec(`INSERT INTO event (at, user_id, level, text, said) VALUES (?, ?, ?, ?, ?)`,
			instant(e.At), e.UserID, string(e.Level), e.Text, e.Said)
	})
}

// Events lists history, newest first; userID 0 lists all, limit 0 without end.
func (f *File) Events(ctx context.Context, userID int64, limit int) (list []engine.Event, err error) {
	query, args := `SELECT at, user_id, level, text, said FROM event ORDER BY id DESC LIMIT ?`, []any{}
	if userID != 0 {
		query, args = `SELECT at, user_id, level, text, said FROM event WHERE user_id = ? ORDER BY id DESC LIMIT ?`, []any{userID}
	}
	if limit <= 0 {
		limit = -1
	}
	err = f.each(ctx, func(rows *sql.Rows) error {
		var e engine.Event
		var at any
		if err := rows.Scan(&at, &e.UserID, &e.Level, &e.Text, &e.Said); err != nil {
			return err
		}
		e.At = fromInstant(at)
		list = append(list, e)
		return nil
	}, query, append(args, limit)...)
	return list, err
}
