package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mxodus/engine"
)

// rowsAtOnce is how many records one statement writes.
const rowsAtOnce = 16

// Put writes records, durably, replacing those with the same UID; all of them
// or none. The folder must exist. It returns after the commit that it shares
// with other callers.
func (f *File) Put(ctx context.Context, folderID int64, recs []engine.Record) error {
	if len(recs) == 0 {
		return ctx.Err()
	}
	args := encodeRecords(folderID, recs)
	return f.writer.do(ctx, runner, len(recs), func(t *tx) error {
		if err := t.folderExists(folderID); err != nil {
			return err
		}
		return t.putRows(args)
	})
}

// encodeRecords makes the columns of all rows, by ascending UID: neighbours in
// the file are written together.
func encodeRecords(folderID int64, recs []engine.Record) []any {
	order := make([]*engine.Record, len(recs))
	for i := range recs {
		order[i] = &recs[i]
	}
	slices.SortStableFunc(order, func(a, b *engine.Record) int { return cmp.Compare(a.UID, b.UID) })
	args := make([]any, 0, len(recs)*(numColumns+1))
	for _, r := range order {
		args = encodeRecord(append(args, folderID), r)
	}
	return args
}

// putRows writes rows, many with each statement.
func (t *tx) putRows(args []any) error {
	for len(args) > 0 {
		n := rowsAtOnce
		if len(args) < n*(numColumns+1) {
			n = 1
		}
		if err := t.exec(upsert(n), args[:n*(numColumns+1)]...); err != nil {
			return err
		}
		args = args[n*(numColumns+1):]
	}
	return nil
}

// upsert is the statement for n rows. INSERT OR REPLACE would delete and insert
// where an update in place does.
func upsert(n int) string {
	if n == 1 {
		return upsertOne
	}
	return upsertMany
}

var (
	upsertOne  = upsertRows(1)
	upsertMany = upsertRows(rowsAtOnce)
)

func upsertRows(n int) string {
	columns := strings.Split(recordColumns, ", ")
	row := "(?" + strings.Repeat(", ?", numColumns) + ")"
	var set []string
	for _, c := range columns[1:] {
		set = append(set, c+" = excluded."+c)
	}
	return "INSERT INTO record (folder_id, " + recordColumns + ") VALUES " + strings.Repeat(row+", ", n-1) + row +
		" ON CONFLICT (folder_id, uid) DO UPDATE SET " + strings.Join(set, ", ")
}

func (t *tx) folderExists(id int64) error {
	var one int
	err := t.queryRow(`SELECT 1 FROM folder WHERE id = ?`, id).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("folder %d is not in the journal", id)
	}
	return err
}

// stepUIDs is how many UIDs one statement moves or deletes: SQLite keeps what a
// statement changes in memory until its end.
const stepUIDs = 1000

// Rebase moves a folder's records to new UIDs and saves the folder, in one
// transaction: from[i] becomes to[i]; what is not in from is dropped.
func (f *File) Rebase(ctx context.Context, r engine.FolderRecord, from, to []uint32) error {
	if len(from) != len(to) {
		return f.fault(fmt.Errorf("rebase: %d old UIDs, %d new ones", len(from), len(to)))
	}
	return f.writer.do(ctx, runner, len(from), func(t *tx) error {
		if err := t.saveFolder(r); err != nil {
			return err
		}
		// Old and new UIDs overlap: the records wait as another folder's until
		// all have moved.
		for i := range from {
			if err := t.exec(`UPDATE record SET folder_id = ?, uid = ? WHERE folder_id = ? AND uid = ?`, -r.ID, int64(to[i]), r.ID, int64(from[i])); err != nil {
				return fmt.Errorf("rebase %d to %d: %w", from[i], to[i], err)
			}
		}
		if err := t.dropRecords(r.ID); err != nil {
			return err
		}
		return t.inSteps(-r.ID, `UPDATE record SET folder_id = -folder_id WHERE folder_id = ? AND uid BETWEEN ? AND ?`)
	})
}

// dropRecords deletes all records of a folder.
func (t *tx) dropRecords(folderID int64) error {
	return t.inSteps(folderID, `DELETE FROM record WHERE folder_id = ? AND uid BETWEEN ? AND ?`)
}

// inSteps runs a statement that takes records out of a folder, over stretches
// of UIDs, until none is left.
func (t *tx) inSteps(folderID int64, statement string) error {
	for {
		var first, last sql.NullInt64
		err := t.queryRow(`SELECT min(uid), max(uid) FROM (SELECT uid FROM record WHERE folder_id = ? ORDER BY uid LIMIT ?)`,
			folderID, stepUIDs).Scan(&first, &last)
		if err != nil || !first.Valid {
			return err
		}
		if err := t.exec(statement, folderID, first.Int64, last.Int64); err != nil {
			return err
		}
	}
}
