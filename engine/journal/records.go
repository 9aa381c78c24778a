package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"

	"mxodus/engine"
)

// Records are read page by page. No connection and no transaction is held while
// a callback runs: it may call any method of the journal, and take its time,
// without stopping others or letting the write-ahead log grow. A change that is
// made meanwhile is seen or not.
const (
	firstPage = 128
	pageSize  = 1000
)

// Records calls each with every record of a folder, by ascending UID; only
// those in the states of want, if any are given. An error of each ends it and
// is returned.
func (f *File) Records(ctx context.Context, folderID int64, each func(engine.Record) error, want ...engine.State) error {
	states := int64(0)
	for _, s := range want {
		states |= 1 << s
	}
	if len(want) == 0 {
		states = ^0
	}
	return f.records(ctx, folderID, 0, states, each)
}

// RecordsFrom is Records for UIDs from a UID on.
func (f *File) RecordsFrom(ctx context.Context, folderID int64, from uint32, each func(engine.Record) error) error {
	return f.records(ctx, folderID, int64(from), ^0, each)
}

func (f *File) records(ctx context.Context, folderID, from, states int64, each func(engine.Record) error) error {
	var page []engine.Record
	for limit := firstPage; ; limit = pageSize {
		var err error
		if page, err = f.page(ctx, page[:0], folderID, from, states, limit); err != nil {
			return f.fault(err)
		}
		for _, r := range page {
			if err := each(r); err != nil {
				return err
			}
		}
		if len(page) < limit {
			return nil
		}
		from = int64(page[len(page)-1].UID) + 1
	}
}

const readRecords = `SELECT ` + recordColumns + ` FROM record
	WHERE folder_id = ?1 AND uid >= ?2 AND (1 << state) & ?3 ORDER BY uid LIMIT ?4`

// page reads rows as the driver gives them: database/sql's conversions would
// cost more than the reading.
func (f *File) page(ctx context.Context, page []engine.Record, folderID, from, states int64, limit int) ([]engine.Record, error) {
	conn, err := f.readers.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = conn.Raw(func(dc any) error {
		q, ok := dc.(driver.QueryerContext)
		if !ok {
			return errors.New("the driver of the journal can't query")
		}
		args := []driver.NamedValue{{Ordinal: 1, Value: folderID}, {Ordinal: 2, Value: from}, {Ordinal: 3, Value: states}, {Ordinal: 4, Value: int64(limit)}}
		rows, err := q.QueryContext(ctx, readRecords, args)
		if err != nil {
			return err
		}
		page, err = f.decodeRows(page, rows)
		return errors.Join(err, rows.Close())
	})
	return page, err
}

func (f *File) decodeRows(page []engine.Record, rows driver.Rows) ([]engine.Record, error) {
	row := make([]driver.Value, numColumns)
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return page, nil
		}
		if err != nil {
			return page, err
		}
		r, err := f.decodeRecord(row)
		if err != nil {
			return page, err
		}
		page = append(page, r)
	}
}

const readHas = `SELECT 1 FROM record JOIN folder ON folder.id = record.folder_id
	WHERE record.identity = ?1 AND record.state IN (2, 3) AND record.identity IS NOT NULL
	AND folder.user_id = ?2 AND folder.id <> ?3 LIMIT 1`

// Has says whether any copied or present message of the user's other folders
// has this identity. No message has the zero identity.
func (f *File) Has(ctx context.Context, userID, exceptFolder int64, id engine.Identity) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	stmt, err := f.hasStmt()
	if err != nil {
		return false, f.fault(err)
	}
	// It takes microseconds; the driver would start a goroutine to watch ctx.
	var one int
	err = stmt.QueryRowContext(context.WithoutCancel(ctx), id[:], userID, exceptFolder).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, f.fault(err)
}

// hasStmt prepares the statement once.
func (f *File) hasStmt() (*sql.Stmt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, errClosed
	}
	if f.has == nil {
		s, err := f.readers.Prepare(readHas)
		if err != nil {
			return nil, err
		}
		f.has = s
	}
	return f.has, nil
}
