package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mxodus/engine"
)

const folderColumns = `folder.id, folder.user_id, source, coalesce(path, ''), dest, coalesce(dest_path, ''), renamed,
	source_validity, dest_validity, done_messages, done_uid_next, done_uid_validity, done_modseq, dest_next, sent_at, created, refusal`

// scanFolder reads folderColumns, and what else the row has into more.
func scanFolder(row scanner, more ...any) (r engine.FolderRecord, err error) {
	var source, dest []byte
	var path, destPath string
	var modSeq int64
	var sentAt any
	fields := []any{&r.ID, &r.UserID, &source, &path, &dest, &destPath, &r.Renamed, &r.SourceValidity, &r.DestValidity,
		&r.Done.Messages, &r.Done.UIDNext, &r.Done.UIDValidity, &modSeq, &r.DestNext, &sentAt, &r.Created, &r.Refusal}
	if err := row.Scan(append(fields, more...)...); err != nil {
		return r, err
	}
	r.Source, r.Dest, r.Done.HighestModSeq, r.SentAt = string(source), string(dest), uint64(modSeq), fromInstant(sentAt)
	if r.Path, err = fromList(path); err != nil {
		return r, fmt.Errorf("path of folder %d: %w", r.ID, err)
	}
	if r.DestPath, err = fromList(destPath); err != nil {
		return r, fmt.Errorf("destination path of folder %d: %w", r.ID, err)
	}
	return r, nil
}

const readFolder = `SELECT ` + folderColumns + ` FROM folder WHERE user_id = ? AND source = ?`

// Folder finds or makes the row of one source folder of one user. Finding one
// writes nothing.
func (f *File) Folder(ctx context.Context, userID int64, source string) (r engine.FolderRecord, err error) {
	name := []byte(source)
	r, err = scanFolder(f.readers.QueryRowContext(ctx, readFolder, userID, name))
	if !errors.Is(err, sql.ErrNoRows) {
		return r, f.fault(err)
	}
	err = f.writer.do(ctx, runner, 1, func(t *tx) error {
		// Another goroutine may have made it since.
		err := t.exec(`INSERT INTO folder (user_id, source) VALUES (?, ?) ON CONFLICT DO NOTHING`, userID, name)
		if err != nil {
			return err
		}
		r, err = scanFolder(t.queryRow(readFolder, userID, name))
		return err
	})
	return r, err
}

// SaveFolder writes the row back, durably. The row must exist.
func (f *File) SaveFolder(ctx context.Context, r engine.FolderRecord) error {
	return f.writer.do(ctx, runner, 1, func(t *tx) error { return t.saveFolder(r) })
}

func (t *tx) saveFolder(r engine.FolderRecord) error {
	path, err := list(r.Path)
	if err != nil {
		return err
	}
	destPath, err := list(r.DestPath)
	if err != nil {
		return err
	}
	res, err := t.change(`UPDATE folder SET user_id = ?, source = ?, path = ?, dest = ?, dest_path = ?, renamed = ?,
		source_validity = ?, dest_validity = ?, done_messages = ?, done_uid_next = ?, done_uid_validity = ?, done_modseq = ?,
		dest_next = ?, sent_at = ?, created = ?, refusal = ? WHERE id = ?`,
		r.UserID, []byte(r.Source), path, []byte(r.Dest), destPath, r.Renamed,
		r.SourceValidity, r.DestValidity, r.Done.Messages, r.Done.UIDNext, r.Done.UIDValidity, int64(r.Done.HighestModSeq),
		r.DestNext, instant(r.SentAt), r.Created, r.Refusal, r.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("folder %d is not in the journal", r.ID))
	}
	return nil
}

// Folders lists a user's rows in the order in which they were made.
func (f *File) Folders(ctx context.Context, userID int64) (list []engine.FolderRecord, err error) {
	err = f.each(ctx, func(rows *sql.Rows) error {
		r, err := scanFolder(rows)
		list = append(list, r)
		return err
	}, `SELECT `+folderColumns+` FROM folder WHERE user_id = ? ORDER BY id`, userID)
	return list, err
}

// Counts sums the records by user, folder and state. A folder without records
// is in it too. It reads the whole journal: about a second for two million
// messages.
func (f *File) Counts(ctx context.Context) (list []engine.FolderCount, err error) {
	at := map[int64]int{}
	err = f.each(ctx, func(rows *sql.Rows) error {
		r, err := scanFolder(rows)
		at[r.ID] = len(list)
		list = append(list, engine.FolderCount{Folder: r})
		return err
	}, `SELECT `+folderColumns+` FROM folder ORDER BY user_id, id`)
	if err != nil {
		return nil, err
	}
	err = f.each(ctx, func(rows *sql.Rows) error {
		var id, bytes int64
		var state, messages int
		if err := rows.Scan(&id, &state, &messages, &bytes); err != nil {
			return err
		}
		// A folder made since the first statement waits for the next count.
		if i, ok := at[id]; ok && state >= 0 && state < len(list[i].Messages) {
			list[i].Messages[state], list[i].Bytes[state] = messages, bytes
		}
		return nil
	}, `SELECT folder_id, CASE WHEN state = 4 AND reason = 'gone' THEN 0 ELSE state END AS place, count(*), sum(size)
		FROM record GROUP BY folder_id, place`)
	return list, err
}

// each runs a query and calls row with each of its rows. The connection is held
// until it returns: row must not call the journal.
func (f *File) each(ctx context.Context, row func(*sql.Rows) error, query string, args ...any) error {
	rows, err := f.readers.QueryContext(ctx, query, args...)
	return f.fault(eachRow(rows, err, row))
}

func eachRow(rows *sql.Rows, err error, row func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
