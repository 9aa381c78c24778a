package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"mxodus/engine"
)

// Project reads the settings. Fields that this version doesn't know are passed
// over, those that the file lacks are zero.
func (f *File) Project(ctx context.Context) (p engine.Project, err error) {
	var settings string
	err = f.readers.QueryRowContext(ctx, `SELECT settings FROM project`).Scan(&settings)
	if errors.Is(err, sql.ErrNoRows) {
		return p, unfinished(f.path)
	}
	if err == nil {
		if err = json.Unmarshal([]byte(settings), &p); err != nil {
			err = fmt.Errorf("settings: %w", err)
		}
	}
	return p, f.fault(err)
}

// SaveProject writes the settings, durably.
func (f *File) SaveProject(ctx context.Context, p engine.Project) error {
	settings, err := json.Marshal(p)
	if err != nil {
		return f.fault(fmt.Errorf("settings: %w", err))
	}
	return f.writer.do(ctx, anybody, 1, func(t *tx) error {
		return t.exec(`INSERT OR REPLACE INTO project (id, settings) VALUES (1, ?)`, string(settings))
	})
}

// Sealed is the vault as stored; nil when there is none.
func (f *File) Sealed(ctx context.Context) (sealed []byte, err error) {
	err = f.readers.QueryRowContext(ctx, `SELECT sealed FROM vault`).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && sealed == nil {
		sealed = []byte{} // the driver's spelling of an empty blob: not the same as none
	}
	return sealed, f.fault(err)
}

// SaveSealed stores the vault's ciphertext, durably; nil removes it.
func (f *File) SaveSealed(ctx context.Context, sealed []byte) error {
	return f.writer.do(ctx, anybody, 1, func(t *tx) error {
		if sealed == nil {
			return t.exec(`DELETE FROM vault`)
		}
		return t.exec(`INSERT OR REPLACE INTO vault (id, sealed) VALUES (1, ?)`, sealed)
	})
}

// Keep stores a document under a name, durably; nil removes it.
func (f *File) Keep(ctx context.Context, name string, doc []byte) error {
	return f.writer.do(ctx, anybody, 1, func(t *tx) error {
		if doc == nil {
			return t.exec(`DELETE FROM document WHERE name = ?`, name)
		}
		return t.exec(`INSERT OR REPLACE INTO document (name, doc) VALUES (?, ?)`, name, doc)
	})
}

// Kept is the document of that name; nil when there is none.
func (f *File) Kept(ctx context.Context, name string) (doc []byte, err error) {
	err = f.readers.QueryRowContext(ctx, `SELECT doc FROM document WHERE name = ?`, name).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return doc, f.fault(err)
}
