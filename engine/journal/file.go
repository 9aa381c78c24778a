package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"mxodus/engine"
)

// File is an open project file. All its methods may be called from any
// goroutine. Errors are *engine.Fault, *engine.LockedError, or the context's.
type File struct {
	path    string
	readers *sql.DB
	writer  *writer
	flags   flagCache
	times   lockTimes

	mu     sync.Mutex
	held   *hold     // nil while this File doesn't hold the lock
	has    *sql.Stmt // nil until first used
	closed bool
}

var _ engine.ProjectFile = (*File)(nil)

// Create makes a new project file, for its owner only (0600). It refuses to
// touch a file that exists, and leaves nothing behind when it fails.
func Create(ctx context.Context, path string, p engine.Project) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, faultOf(path, err)
	}
	if err := claim(path); err != nil {
		return nil, err
	}
	f, err := open(ctx, path)
	if err == nil {
		if err = f.SaveProject(ctx, p); err == nil {
			return f, nil
		}
		err = errors.Join(err, f.Close())
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		_ = os.Remove(path + suffix)
	}
	return nil, err
}

// claim makes the empty file: SQLite gives -wal and -shm the same permissions.
func claim(path string) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) || err == nil && !info.IsDir() {
		return noFolder(dir)
	}
	h, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return exists(path)
	}
	if err != nil {
		return cannotWrite(path, err)
	}
	return h.Close()
}

// Open opens an existing project file, brings its schema up to date, and can do
// so while another process runs the project.
func Open(ctx context.Context, path string) (*File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, faultOf(path, err)
	}
	if err := inspect(path); err != nil {
		return nil, err
	}
	f, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := f.Project(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	tighten(path)
	return f, nil
}

// tighten takes a project's file from everybody but its owner, as where a copy or
// a restored backup was left open to all. Who isn't the owner can't, and may read
// all the same.
func tighten(path string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + suffix); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(path+suffix, info.Mode().Perm()&^0o077)
		}
	}
}

// inspect says in plain words what SQLite would put into a number. It must not
// open the file: closing it would drop the locks of this process's other
// connections to it (https://sqlite.org/howtocorrupt.html section 2.2).
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return missing(path)
	case err != nil:
		return cannotRead(path, err)
	case !info.Mode().IsRegular() || info.Size() == 0:
		return notOurs(path, nil)
	}
	return nil
}

// open connects to a file that is there.
func open(ctx context.Context, path string) (*File, error) {
	w, err := openWriter(ctx, path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, readers: connect(path, readerPragmas), writer: w, times: defaultTimes}
	f.readers.SetMaxOpenConns(maxReaders)
	f.readers.SetMaxIdleConns(maxReaders)
	f.readers.SetConnMaxIdleTime(time.Minute)
	w.guard = f.guard
	go w.loop()
	return f, nil
}

// Path is where the file is, as an absolute path.
func (f *File) Path() string { return f.path }

// Close releases the lock, if it is held, waits for the writes under way, and
// closes the file. What is called afterwards fails. It may be called twice.
func (f *File) Close() error {
	f.mu.Lock()
	done := f.closed
	f.closed = true
	h, has := f.held, f.has
	f.mu.Unlock()
	if done {
		return nil
	}
	if h != nil {
		h.unlock()
	}
	var err error
	if has != nil {
		err = has.Close()
	}
	return f.fault(errors.Join(err, f.writer.close(), f.readers.Close()))
}

// fault puts an error of SQLite into words.
func (f *File) fault(err error) error { return faultOf(f.path, err) }
