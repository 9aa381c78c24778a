package engine

import "context"

// UndoResult says what undo did, or would do.
type UndoResult struct {
	Removed  int // exactly what we appended, unmodified
	Modified int // left alone: flags, folder or content changed since
	Gone     int // not there any more
	Folders  int // folders removed again: made by us and empty
}

// Undo removes at the destination exactly what mxodus appended and nobody has
// touched since, for these users. With dry, it only counts.
func Undo(ctx context.Context, p Project, f ProjectFile, d Dialer, users []User, dry bool) (UndoResult, error) {
	return UndoResult{}, nil
}
