package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// fakeFile is a project file in memory.
type fakeFile struct {
	mu      sync.Mutex
	folders []FolderRecord
	users   []User
	recs    map[int64]map[uint32]Record
	events  []Event
	runs    []Run
	locked  *LockedError
	alive   time.Duration // how far ahead of the clock the last run was
	puts    int
	docs    map[string][]byte
	onPut   func(n int) error // the nth Put fails or crashes
}

func newFakeFile() *fakeFile { return &fakeFile{recs: map[int64]map[uint32]Record{}} }

func (f *fakeFile) Folder(ctx context.Context, userID int64, source string) (FolderRecord, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.folders {
		if r.UserID == userID && r.Source == source {
			return r, nil
		}
	}
	r := FolderRecord{ID: int64(len(f.folders) + 1), UserID: userID, Source: source}
	f.folders = append(f.folders, r)
	f.recs[r.ID] = map[uint32]Record{}
	return r, nil
}

func (f *fakeFile) SaveFolder(ctx context.Context, r FolderRecord) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.folders[r.ID-1] = r
	return nil
}

func (f *fakeFile) Folders(ctx context.Context, userID int64) (list []FolderRecord, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.folders {
		if r.UserID == userID {
			list = append(list, r)
		}
	}
	return list, nil
}

func (f *fakeFile) Put(ctx context.Context, folderID int64, recs []Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.puts++
	if f.onPut != nil {
		if err := f.onPut(f.puts); err != nil {
			return err
		}
	}
	for _, r := range recs {
		f.recs[folderID][r.UID] = r
	}
	return nil
}

func (f *fakeFile) Records(ctx context.Context, folderID int64, each func(Record) error, want ...State) error {
	f.mu.Lock()
	uids := slices.Sorted(maps.Keys(f.recs[folderID]))
	f.mu.Unlock()
	for _, uid := range uids {
		f.mu.Lock()
		r, ok := f.recs[folderID][uid]
		f.mu.Unlock()
		if !ok || len(want) > 0 && !slices.Contains(want, r.State) {
			continue
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

func (f *fakeFile) RecordsFrom(ctx context.Context, folderID int64, from uint32, each func(Record) error) error {
	return f.Records(ctx, folderID, func(r Record) error {
		if r.UID < from {
			return nil
		}
		return each(r)
	})
}

func (f *fakeFile) Has(ctx context.Context, userID, except int64, id Identity) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for fid, recs := range f.recs {
		if fid == except || f.folders[fid-1].UserID != userID {
			continue
		}
		for _, r := range recs {
			if r.Identity == id && (r.State == Copied || r.State == Present) {
				return true, nil
			}
		}
	}
	return false, nil
}

func (f *fakeFile) Rebase(ctx context.Context, r FolderRecord, from, to []uint32) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	moved := map[uint32]Record{}
	for i, uid := range from {
		rec := f.recs[r.ID][uid]
		rec.UID = to[i]
		moved[to[i]] = rec
	}
	f.recs[r.ID] = moved
	f.folders[r.ID-1] = r
	return nil
}

func (f *fakeFile) Event(ctx context.Context, e Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, e)
	return nil
}

func (f *fakeFile) Counts(ctx context.Context) (list []FolderCount, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.folders {
		c := FolderCount{Folder: r}
		for _, m := range f.recs[r.ID] {
			c.Messages[m.Place()]++
			c.Bytes[m.Place()] += m.Size
		}
		list = append(list, c)
	}
	return list, nil
}

func (f *fakeFile) states() map[State]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[State]int{}
	for _, recs := range f.recs {
		for _, r := range recs {
			n[r.State]++
		}
	}
	return n
}

func (f *fakeFile) Path() string                               { return "" }
func (f *fakeFile) Project(context.Context) (Project, error)   { return Project{}, nil }
func (f *fakeFile) SaveProject(context.Context, Project) error { return nil }

func (f *fakeFile) Users(context.Context) ([]User, error) { return slices.Clone(f.users), nil }
func (f *fakeFile) SaveUsers(_ context.Context, users []User) ([]User, error) {
	users = slices.Clone(users)
	for i, u := range users {
		if u.ID == 0 {
			users[i].ID = int64(len(f.users) + 1)
			f.users = append(f.users, users[i])
		} else {
			f.users[u.ID-1] = u
		}
	}
	return users, nil
}

func (f *fakeFile) RemoveUser(context.Context, int64) error { return nil }
func (f *fakeFile) Lock(context.Context) (func(), error) {
	if f.locked != nil {
		return nil, f.locked
	}
	return func() {}, nil
}
func (f *fakeFile) LastAlive(context.Context) (time.Time, error)        { return time.Now().Add(f.alive), nil }
func (f *fakeFile) Events(context.Context, int64, int) ([]Event, error) { return f.events, nil }
func (f *fakeFile) Sealed(context.Context) ([]byte, error)              { return nil, nil }
func (f *fakeFile) SaveSealed(context.Context, []byte) error            { return nil }
func (f *fakeFile) Close() error                                        { return nil }

func (f *fakeFile) StartRun(_ context.Context, kind string) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs = append(f.runs, Run{ID: int64(len(f.runs) + 1), Kind: kind, Started: time.Now()})
	return int64(len(f.runs)), nil
}

func (f *fakeFile) FinishRun(_ context.Context, id int64, s Summary) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs[id-1].Finished, f.runs[id-1].Summary = time.Now(), s
	return nil
}

func (f *fakeFile) Runs(context.Context) ([]Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.runs), nil
}

func (f *fakeFile) Keep(_ context.Context, name string, doc []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.docs == nil {
		f.docs = map[string][]byte{}
	}
	f.docs[name] = doc
	return nil
}

func (f *fakeFile) Kept(_ context.Context, name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.docs[name], nil
}

// letter is a small message; the same n gives the same bytes.
func letter(n int) string {
	return fmt.Sprintf("Message-ID: <%d@acme.example>\r\nFrom: a@acme.example\r\nSubject: number %d\r\nDate: Mon, 02 Jan 2023 10:00:00 +0000\r\n\r\nHello %d\r\n", n, n, n)
}
