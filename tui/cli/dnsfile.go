package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mxodus/dns"
)

// snapshots saves the records, if asked to, and compares them with those saved
// before.
func snapshots(now dns.Snapshot, f dnsFlags) ([]dns.Change, error) {
	var changes []dns.Change
	if f.compare != "" {
		var before dns.Snapshot
		if err := readJSON(f.compare, &before); err != nil {
			return nil, err
		}
		if before.Domain != now.Domain {
			return nil, usage("Choose the file of this domain.", "%s holds the records of %q.", asWritten(f.compare), before.Domain)
		}
		changes = before.Diff(now)
	}
	if f.save == "" {
		return changes, nil
	}
	// What was saved before the change is the way back: it is never replaced.
	out, err := os.OpenFile(f.save, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fileFault("The records can't be saved", err)
	}
	err = errors.Join(json.NewEncoder(out).Encode(now), out.Close())
	if err != nil {
		return nil, fileFault("The records can't be saved", err)
	}
	return changes, nil
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fileFault("The file can't be read", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return usage("Choose a file that mxodus dns wrote.", "%s is no such file.", asWritten(path))
	}
	return nil
}

// readMemory is what an earlier watch kept; a file that isn't there yet is none.
func readMemory(path string) (m dns.Memory, err error) {
	if path == "" {
		return m, nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	return m, readJSON(path, &m)
}

// writeMemory replaces the file as a whole, so that a crash leaves the old one.
func writeMemory(path string, m dns.Memory) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".mxodus-*")
	if err != nil {
		return fileFault("What was seen can't be kept", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fileFault("What was seen can't be kept", err)
	}
	return nil
}
