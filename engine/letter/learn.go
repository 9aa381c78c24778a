package letter

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"mxodus/engine"
)

// maxSubjects is how many messages of one mailbox are known by subject.
const maxSubjects = 500

// Learn asks the servers what letters tell of these users and only servers know:
// subjects of messages that are too large or were left out, and folders that get
// another name. It keeps that in the project, so that letters can be made later
// without a connection. What could not be read of a user is in faults, and what
// was known before stays.
func Learn(ctx context.Context, f engine.ProjectFile, d engine.Dialer, users []engine.User) (faults map[int64]*engine.Fault, err error) {
	p, err := f.Project(ctx)
	if err != nil {
		return nil, err
	}
	known, err := readKnown(ctx, f)
	if err != nil {
		return nil, err
	}
	probe := engine.NewProbe(p, users, d)
	if err := probe.Run(ctx); err != nil {
		return nil, err
	}
	faults = map[int64]*engine.Fault{}
	for _, check := range probe.Status().Users {
		if fault := check.Source.Fault; fault != nil {
			faults[check.User.ID] = fault
			continue
		}
		one, err := learnUser(ctx, p, f, d, check)
		switch {
		case ctx.Err() != nil:
			return faults, context.Cause(ctx)
		case err != nil:
			faults[check.User.ID] = engine.AsFault(err)
		default:
			known[check.User.ID] = one
		}
	}
	doc, err := json.Marshal(known)
	if err != nil {
		return faults, err
	}
	return faults, f.Keep(ctx, knownDoc, doc)
}

// learnUser reads one mailbox at the old server.
func learnUser(ctx context.Context, p engine.Project, f engine.ProjectFile, d engine.Dialer, check engine.UserCheck) (Known, error) {
	known := Known{At: time.Now()}
	var folders []engine.Folder
	for _, m := range check.Mappings {
		if m.Skip != "" || m.Source.NoSelect {
			continue
		}
		folders = append(folders, m.Source)
		if m.DestPath != nil {
			known.Renamed = append(known.Renamed, renamed(m.Source.Path, m.DestPath)...)
		}
	}
	left, err := leftUIDs(ctx, f, check.User)
	if err != nil {
		return known, err
	}
	source, err := d.Source(ctx, check.User)
	if err != nil {
		return known, err
	}
	defer func() { _ = source.Close() }()
	big, err := tooBig(ctx, source, folders, p.Limits.WithDefaults().MaxMessageBytes)
	if err != nil {
		return known, err
	}
	for i, folder := range folders {
		if known.TooBig, err = subjects(ctx, source, folder, big[i], known.TooBig); err != nil {
			return known, err
		}
		if known.Listed, err = subjects(ctx, source, folder, left[folderText(folder.Path)], known.Listed); err != nil {
			return known, err
		}
	}
	newest := func(a, b Listed) int { return b.Date.Compare(a.Date) }
	slices.SortStableFunc(known.TooBig, newest)
	slices.SortStableFunc(known.Listed, newest)
	return known, nil
}

// leftUIDs are the messages that a run left out, by folder.
func leftUIDs(ctx context.Context, f engine.ProjectFile, u engine.User) (map[string][]uint32, error) {
	s, err := standOf(ctx, f, u)
	if err != nil {
		return nil, err
	}
	left := map[string][]uint32{}
	for _, m := range s.left {
		left[m.folder] = append(left[m.folder], m.record.UID)
	}
	return left, nil
}

// tooBig lists the messages over the limit, folder by folder.
func tooBig(ctx context.Context, source engine.Source, folders []engine.Folder, limit int64) ([][]uint32, error) {
	reqs := make([]engine.ScanRequest, len(folders))
	for i, folder := range folders {
		reqs[i] = engine.ScanRequest{Folder: folder}
	}
	found := make([][]uint32, len(folders))
	_, err := source.Scan(ctx, reqs, func(i int, e engine.Entry) error {
		if e.Size > limit {
			found[i] = append(found[i], e.UID)
		}
		return nil
	})
	return found, err
}

// subjects adds the messages of one folder to a list that stays within its
// bounds. A folder that can't be read adds nothing.
func subjects(ctx context.Context, source engine.Source, folder engine.Folder, uids []uint32, list []Listed) ([]Listed, error) {
	reader, ok := source.(engine.SubjectReader)
	if uids = uids[max(0, len(uids)-max(0, maxSubjects-len(list))):]; !ok || len(uids) == 0 {
		return list, nil
	}
	slices.SortFunc(uids, func(a, b uint32) int { return cmp.Compare(a, b) })
	_, err := reader.Subjects(ctx, engine.ScanRequest{Folder: folder, UIDs: uids}, func(s engine.Subject) error {
		list = append(list, Listed{Folder: folderText(folder.Path), UID: s.UID, Subject: s.Subject, Date: s.Date, Size: s.Size})
		return nil
	})
	return list, err
}
