package engine

import "context"

// UndoResult says what undo did, or would do.
type UndoResult struct {
	Removed  int // exactly what we appended, unmodified
	Modified int // left alone: flags, folder or content changed since
	Gone     int // not there any more
}

// Undo removes at the destination exactly what mxodus appended and nobody has
// touched since, for these users. Folders stay, also those made by us. What was
// removed, or is gone, is forgotten by the journal, so that a later run brings
// it again. With dry, it only counts. It holds the project's lock.
func Undo(ctx context.Context, p Project, f ProjectFile, d Dialer, users []User, dry bool) (UndoResult, error) {
	return UndoResult{}, nil
}
