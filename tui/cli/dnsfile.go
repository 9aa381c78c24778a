package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/handover"
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

// keptJSON reads a document of the project; one of another version is as if
// nobody had kept it.
func keptJSON(ctx context.Context, f engine.ProjectFile, name string, into any) error {
	doc, err := f.Kept(ctx, name)
	if err == nil && doc != nil {
		_ = json.Unmarshal(doc, into)
	}
	return err
}

// memory is what an earlier watch kept, in a file of its own or in the project,
// and the TTL that the MX had before the change.
func (t dnsTarget) memory(ctx context.Context, path string) (m dns.Memory, err error) {
	if path != "" || t.file == nil {
		return readMemory(path)
	}
	if err := keptJSON(ctx, t.file, engine.WatchDoc, &m); err != nil {
		return m, err
	}
	before, err := handover.KeptSnapshot(ctx, t.file, handover.BeforeDoc)
	if err != nil || before == nil {
		return m, err
	}
	for _, r := range before.Records {
		if r.Type == "MX" && r.Name == before.Domain {
			m.OldTTL = max(m.OldTTL, r.TTL)
		}
	}
	return m, nil
}

// keep writes down what a watch knows, in a file of its own if one is named, and
// in the project if there is one.
func (t dnsTarget) keep(ctx context.Context, path string, m dns.Memory) error {
	if err := writeMemory(path, m); err != nil || t.file == nil {
		return err
	}
	doc, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	return t.file.Keep(ctx, engine.WatchDoc, doc)
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
