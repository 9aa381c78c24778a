package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	sampleBytes    = 2 << 20 // read from each old mailbox to measure its speed
	sampleMessages = 24
	probeTries     = 3 // of what may be a passing trouble
)

// probed is one user of a probe. The probe's mutex guards it.
type probed struct {
	check  UserCheck
	busy   bool
	deadly deadly // only the source's side of a test touches it
	sample speedSample
}

// speedSample is a measurement of how fast the source gives messages.
type speedSample struct {
	bytes    int64
	messages int
	took     time.Duration
}

// copy is the check for those outside.
func (u *probed) copy() UserCheck {
	c := u.check
	c.Mappings = slices.Clone(c.Mappings)
	c.Warnings = slices.Clone(c.Warnings)
	return c
}

// sourceView is what one test saw of a source.
type sourceView struct {
	listing Listing
	counts  map[string]folderSize // by wire name
	broken  []Fault               // folders that can't be read
	sample  speedSample
}

type folderSize struct {
	messages, tooBig int
	doubtful         int // larger than what a tenant usually takes
	bytes            int64
}

// destView is what one test saw of a destination.
type destView struct {
	listing Listing
	quota   *Quota
}

// testUser tests both sides of one user at once and draws the conclusions.
func (p *Probe) testUser(ctx context.Context, u *probed) {
	p.set(func() { u.check.State = CheckRunning })
	var src sourceView
	var dst destView
	var srcOK, dstOK bool
	var wg sync.WaitGroup
	wg.Go(func() {
		srcOK = p.testSide(ctx, &u.check.Source, func(ctx context.Context) (err error) {
			src, err = p.lookSource(ctx, u)
			return err
		})
	})
	wg.Go(func() {
		dstOK = p.testSide(ctx, &u.check.Destination, func(ctx context.Context) (err error) {
			dst, err = p.lookDestination(ctx, u)
			return err
		})
	})
	wg.Wait()
	p.set(func() {
		defer func() { u.busy = false }()
		if ctx.Err() != nil && (!srcOK || !dstOK) {
			u.check = waitingCheck(u.check.User)
			return
		}
		u.check.State = CheckFailed
		if srcOK {
			p.conclude(u, src, dst, dstOK)
		}
		if srcOK && dstOK {
			u.check.State = CheckOK
			if len(u.check.Warnings) > 0 {
				u.check.State = CheckWarning
			}
		}
	})
}

func (p *Probe) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// testSide runs one side's look, again where the trouble may pass, and files how
// it went.
func (p *Probe) testSide(ctx context.Context, side *SideCheck, look func(context.Context) error) bool {
	start := time.Now()
	p.set(func() { side.State, side.At = CheckRunning, start })
	wait := func(until time.Time) { p.set(func() { side.Until = until }) }
	err := patiently(ctx, probeTries, wait, func() error { return safely(func() error { return look(ctx) }) })
	p.set(func() {
		side.At, side.Took, side.State = time.Now(), time.Since(start), CheckOK
		if err != nil {
			side.State, side.Fault = CheckFailed, AsFault(err)
		}
	})
	return err == nil
}

// patiently does again what failed for a reason that may pass, so many times;
// a full house, and a wait that the server asked for, are waited for longer. waits
// is told until when such a wait lasts, and of its end by the zero time.
func patiently(ctx context.Context, most int, waits func(until time.Time), do func() error) error {
	var retry backoff
	for tries := 1; ; tries++ {
		err := do()
		if err == nil || ctx.Err() != nil {
			return err
		}
		f := AsFault(err)
		if f.Folder != "" { // another folder that is set apart
			tries--
		}
		wait, ok := retry.next(f, false)
		if f.Class >= SkipMessage || !ok || tries >= most && f.Wait == 0 && f.Code != CodeConnLimit && f.Code != CodeFullHouse {
			return err
		}
		if f.Wait > 0 {
			until := f.waitEnd(time.Now())
			wait = time.Until(until)
			waits(until)
		}
		slept := sleep(ctx, wait)
		if f.Wait > 0 {
			waits(time.Time{})
		}
		if !slept {
			return err
		}
	}
}

// lookSource signs in, lists, counts, and reads a little.
func (p *Probe) lookSource(ctx context.Context, u *probed) (v sourceView, err error) {
	s, err := dial(ctx, u.check.User, p.source, p.dialer.Source, SideSource)
	if err != nil {
		return v, err
	}
	defer p.source.leave()
	defer func() { _ = s.Close() }()
	p.set(func() { u.check.Source.Info = s.Info() })
	if v.listing, err = s.Folders(ctx); err != nil {
		return v, err
	}
	folders := p.chosen(v.listing, u.check.User)
	recent, err := p.count(ctx, s, folders, &u.deadly, &v)
	if err != nil {
		return v, err
	}
	v.sample = p.measure(ctx, s, recent)
	return v, nil
}

// chosen are the folders that would be copied.
func (p *Probe) chosen(l Listing, u User) (folders []Folder) {
	for _, m := range MapFolders(l, Listing{}, MapOptions{Rules: p.project.Rules, UserRoot: u.UserRoot, Source: p.project.Source}) {
		if m.Skip == "" {
			folders = append(folders, m.Source)
		}
	}
	return folders
}

// count scans all folders in one flight, keeping only sums, and returns the
// newest small messages of the largest folder.
func (p *Probe) count(ctx context.Context, s Source, folders []Folder, d *deadly, v *sourceView) (newest FetchRequest, err error) {
	reqs := make([]ScanRequest, len(folders))
	for i, f := range folders {
		reqs[i] = ScanRequest{Folder: f, From: 1}
	}
	sizes := make([]folderSize, len(folders))
	var recent []uint32
	at, most := -1, 0
	results, err := d.scan(ctx, s, reqs, func(i int, e Entry) error {
		sizes[i].messages++
		if e.Size > p.limits.MaxMessageBytes {
			sizes[i].tooBig++
			return nil
		}
		if e.Size > tenantUsual {
			sizes[i].doubtful++
		}
		sizes[i].bytes += e.Size
		if i != at {
			at, recent = i, recent[:0]
		}
		if e.Size <= sampleBytes/sampleMessages {
			if recent = append(recent, e.UID); len(recent) > sampleMessages {
				recent = recent[1:]
			}
		}
		if len(recent) >= most && len(recent) > 0 {
			most = len(recent)
			newest = FetchRequest{Folder: folders[i], UIDs: slices.Clone(recent)}
		}
		return nil
	})
	if err != nil {
		return newest, err
	}
	v.counts = make(map[string]folderSize, len(folders))
	for i, f := range folders {
		v.counts[f.Wire] = sizes[i]
		if results[i].Err != nil {
			v.broken = append(v.broken, brokenFolder(f, AsFault(results[i].Err)))
		}
		if f.Wire == newest.Folder.Wire {
			newest.UIDValidity = results[i].Status.UIDValidity
		}
	}
	return newest, nil
}

// measure reads a few messages and takes the time. That it fails says nothing:
// what can't be read is found when it is copied.
func (p *Probe) measure(ctx context.Context, s Source, req FetchRequest) (got speedSample) {
	if len(req.UIDs) == 0 {
		return got
	}
	reqs := make(chan FetchRequest, 1)
	reqs <- req
	close(reqs)
	start := time.Now()
	_ = s.Fetch(ctx, reqs, p.budget.Alloc, func(f Fetched) error {
		if f.Err == nil {
			got.messages++
			got.bytes += f.Body.Size()
			f.Body.Release()
		}
		return nil
	})
	got.took = time.Since(start)
	return got
}

// lookDestination signs in, lists, and asks for the quota.
func (p *Probe) lookDestination(ctx context.Context, u *probed) (v destView, err error) {
	d, err := dial(ctx, u.check.User, p.dest, p.dialer.Destination, SideDestination)
	if err != nil {
		return v, err
	}
	defer p.dest.leave()
	defer func() { _ = d.Close() }()
	p.set(func() { u.check.Destination.Info = d.Info() })
	if v.listing, err = d.Folders(ctx); err != nil {
		return v, err
	}
	v.quota, err = d.Quota(ctx)
	return v, err
}
