package engine

import "context"

// deadly counts how often opening a folder ended the connection, by wire name:
// Zimbra does so with what a mailbox shares that is no more. Such a folder is set
// apart, so that the mailbox goes on without it.
type deadly map[string]int

// deadlyMost is how often that may happen: the first time may be chance.
const deadlyMost = 2

// note takes an error's word for it.
func (d *deadly) note(err error) {
	f := AsFault(err)
	if f == nil || f.Folder == "" || f.Side != SideSource {
		return
	}
	if *d == nil {
		*d = deadly{}
	}
	(*d)[f.Folder]++
}

// scan is r.Scan without the deadly folders, which are refused.
func (d *deadly) scan(ctx context.Context, r Reader, reqs []ScanRequest, each func(i int, e Entry) error) ([]ScanResult, error) {
	results := make([]ScanResult, len(reqs))
	var safe []ScanRequest
	var index []int
	for i, req := range reqs {
		if (*d)[req.Folder.Wire] >= deadlyMost {
			results[i].Err = deadlyFault(req.Folder)
			continue
		}
		safe, index = append(safe, req), append(index, i)
	}
	got, err := r.Scan(ctx, safe, func(i int, e Entry) error { return each(index[i], e) })
	d.note(err)
	for i, res := range got {
		results[index[i]] = res
	}
	return results, err
}

// shutMost is how often it is tried in a pass to open a folder that the source says
// can't be opened for now; after that only this folder waits for the next run.
const shutMost = 4

// mayPass counts that a folder couldn't be opened for now, and says that this may
// well pass.
func (m *mailbox) mayPass(w *folderWork) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shut[w.rec.ID]++
	return m.shut[w.rec.ID] < shutMost
}

func deadlyFault(f Folder) *Fault {
	return &Fault{Class: SkipFolder, Code: CodeUnreadable, Side: SideSource, Who: "the administrator of the old server",
		What: "The old server ends the connection whenever the folder " + quotedPath(f.Path) + " is opened: it is set apart.",
		Do:   "If somebody shared it whose mailbox is gone, remove the share. Otherwise have the folder repaired, then run again."}
}
