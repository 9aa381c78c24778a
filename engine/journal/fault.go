package journal

import (
	"context"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"

	"mxodus/engine"
)

// SQLite's primary result codes (https://sqlite.org/rescode.html).
const (
	codePerm     = 3
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// errClosed is what a closed File answers.
var errClosed = errors.New("the project file is closed")

// newFault is a fault of the journal: it stops everybody, because nothing may
// be sent that can't be written down.
func newFault(err error, do, format string, args ...any) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeJournal, What: fmt.Sprintf(format, args...), Do: do, Who: "you", Err: err}
}

func shown(path string) string { return engine.Clean(path, 300) }

func exists(path string) error {
	return newFault(os.ErrExist, "Choose another name, or open this one.", "%s exists already; it was not touched.", shown(path))
}

func missing(path string) error {
	return newFault(os.ErrNotExist, "Check the name, or make a new project.", "There is no project file %s.", shown(path))
}

func noFolder(dir string) error {
	return newFault(os.ErrNotExist, "Make the folder first, or choose another.", "The folder %s does not exist.", shown(dir))
}

func notOurs(path string, err error) error {
	return newFault(err, "Choose a file that was made by mxodus.", "%s is not a project file.", shown(path))
}

func newer(path string, version int) error {
	return newFault(nil, "Update mxodus on this computer, then open it again.",
		"%s was made by a newer mxodus (schema %d; this one knows up to %d).", shown(path), version, len(migrations))
}

func unfinished(path string) error {
	return newFault(nil, "Delete the file and make the project again: nothing is in it.",
		"Making the project file %s was broken off.", shown(path))
}

func cannotRead(path string, err error) error {
	return newFault(err, "Check that you may read and write the file and its folder.", "The project file %s cannot be opened.", shown(path))
}

func cannotWrite(path string, err error) error {
	return newFault(err, "Check that you may write there and that the disk is not full.", "The project file %s cannot be written.", shown(path))
}

// faultOf puts an error into words. Faults, a context's end and who holds the
// lock stay as they are; nil stays nil.
func faultOf(path string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*engine.Fault](err); ok {
		return err
	}
	if _, ok := errors.AsType[*engine.LockedError](err); ok {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return faultOfCode(path, e)
	}
	return newFault(err, "Run again. If it stays, send the log to whoever looks after mxodus.", "The project file %s could not be used.", shown(path))
}

func faultOfCode(path string, e *sqlite.Error) error {
	switch e.Code() & 0xff {
	case codeFull:
		return newFault(e, "Make room on the disk that holds it, then run again: nothing is lost.", "There is no room left for the project file %s.", shown(path))
	case codeNotADB:
		return notOurs(path, e)
	case codeCorrupt:
		return newFault(e, "Keep the file, and go on from a copy or a backup of it.", "The project file %s is damaged.", shown(path))
	case codeBusy, codeLocked:
		return newFault(e, "Close what else has it open (a backup, a synchronised folder), then run again.", "Another program keeps the project file %s busy.", shown(path))
	case codeReadOnly, codePerm:
		return cannotWrite(path, e)
	case codeCantOpen:
		return cannotRead(path, e)
	case codeIO:
		return newFault(e, "Check the disk and its free space, and that the file is not on a network drive, then run again.", "Reading or writing the project file %s failed.", shown(path))
	}
	return newFault(e, "Run again. If it stays, send the log to whoever looks after mxodus.", "The project file %s could not be used.", shown(path))
}
