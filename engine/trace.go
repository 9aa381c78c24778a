package engine

import "os"

// Traceable is an adapter that tells a trace, too, what it says to its server: what
// was asked, what came back, and nothing that is secret.
type Traceable interface {
	// TraceTo appends to a file from now on, which is made if it isn't there. It is called
	// before anything is asked. Its error is a *Fault.
	TraceTo(path string) error
}

// OpenTrace opens a trace's file for appending, for its owner only. Several may
// have it open: each line is one write. Its error is a *Fault.
func OpenTrace(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Chmod(0o600) // it may have been there before
	}
	if err != nil {
		return nil, &Fault{Class: StopBatch, Code: CodeInternal, What: "The trace file can't be written.",
			Do: "Give another path to --trace, or leave it out.", Who: "you", Err: err}
	}
	return f, nil
}

// Traced makes all directories that a opens tell the trace at path; an empty path
// changes nothing.
func Traced(a Adapters, path string) Adapters {
	open := a.Directory
	if path == "" || open == nil {
		return a
	}
	a.Directory = func(side Side, e Endpoint, v Vault) (Directory, error) {
		d, err := open(side, e, v)
		if err != nil {
			return nil, err
		}
		if t, ok := d.(Traceable); ok {
			err = t.TraceTo(path)
		}
		return d, err
	}
	return a
}
