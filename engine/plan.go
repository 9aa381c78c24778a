package engine

import (
	"context"
	"slices"
	"strings"
	"time"
)

// plan lists the source, decides where each folder goes, makes what is missing
// at the destination, and finds each folder's work. Without any change since
// the last pass it needs the source alone, and one round trip.
func (m *mailbox) plan(ctx context.Context, p *pair) error {
	src, dst, err := m.listings(ctx, p)
	if err != nil {
		return err
	}
	known, err := m.env.file.Folders(ctx, m.user.ID)
	if err != nil {
		return err
	}
	works := m.mapWorks(src, dst, known, p)
	if p.dst == nil {
		if m.unchanged(works) {
			return m.rest(ctx, works)
		}
		if dst, err = m.destListing(ctx, p); err != nil {
			return err
		}
		works = m.mapWorks(src, dst, known, p)
	}
	if err := m.register(ctx, works); err != nil {
		return err
	}
	m.works = works
	m.track.layout(works)
	if err := m.prepare(ctx, p, works); err != nil {
		return err
	}
	m.enqueue(works)
	m.track.setScanned()
	return nil
}

// listings lists what is connected, both at once.
func (m *mailbox) listings(ctx context.Context, p *pair) (src, dst Listing, err error) {
	var c crew
	var srcErr, dstErr error
	c.do(&srcErr, func() (err error) { src, err = p.src.Folders(ctx); return err })
	if p.dst != nil {
		c.do(&dstErr, func() (err error) { dst, err = p.dst.Folders(ctx); return err })
	}
	c.Wait()
	return src, dst, worse(srcErr, dstErr)
}

func (m *mailbox) destListing(ctx context.Context, p *pair) (Listing, error) {
	if err := p.needDest(ctx); err != nil {
		return Listing{}, err
	}
	return p.dst.Folders(ctx)
}

// mapWorks makes the works of a listing: one for every folder that may hold mail.
func (m *mailbox) mapWorks(src, dst Listing, known []FolderRecord, p *pair) []*folderWork {
	o := MapOptions{Rules: m.env.project.Rules, UserRoot: m.user.UserRoot, Source: m.env.project.Source, Known: known}
	recs := make(map[string]FolderRecord, len(known))
	for _, r := range known {
		recs[r.Source] = r
	}
	if p.dst != nil {
		info := p.dst.Info()
		o.FoldsCase, o.Exchange = info.FoldsCase, info.Rewrites
	}
	byPath := ownFolders(dst)
	var works []*folderWork
	for _, mapping := range MapFolders(src, dst, o) {
		if mapping.Source.NoSelect {
			continue
		}
		w := &folderWork{m: m, mapping: mapping, rec: recs[mapping.Source.Wire], rewrites: o.Exchange}
		if f, ok := byPath[joinKey(mapping.DestPath)]; ok {
			w.dest, w.exists = f, !f.NoSelect
		}
		works = append(works, w)
	}
	return works
}

// ownFolders finds a user's own folders by path; nothing is ever put into
// somebody else's.
func ownFolders(l Listing) map[string]Folder {
	byPath := make(map[string]Folder, len(l.Folders))
	for _, f := range l.Folders {
		if !f.Shared {
			byPath[joinKey(f.Path)] = f
		}
	}
	return byPath
}

// likelyIdle guesses from the journal that there is nothing to do, so that the
// destination need not be dialled yet.
func (m *mailbox) likelyIdle() bool {
	if m.works != nil {
		return false
	}
	m.env.mu.Lock()
	defer m.env.mu.Unlock()
	seen := false
	for _, c := range m.env.counts {
		if c.Folder.UserID != m.user.ID {
			continue
		}
		seen = seen || c.Folder.Done.UIDValidity != 0
		if c.Messages[Sending] > 0 || c.Messages[Failed] > 0 && m.env.pass == 1 {
			return false
		}
	}
	return seen
}

// unchanged says that every folder stands as it stood after the last pass.
func (m *mailbox) unchanged(works []*folderWork) bool {
	for _, w := range works {
		if w.mapping.Skip == "" && !w.unchanged() {
			return false
		}
	}
	return true
}

// rest files a plan without any work.
func (m *mailbox) rest(ctx context.Context, works []*folderWork) error {
	if err := m.register(ctx, works); err != nil {
		return err
	}
	m.works = works
	m.track.layout(works)
	for _, w := range works {
		w.retally()
		m.track.folderEnd(w.rec.ID, nil)
	}
	m.track.setScanned()
	return nil
}

// register gives every folder its row in the journal; the rows are made at
// once, so that they share commits.
func (m *mailbox) register(ctx context.Context, works []*folderWork) error {
	return together(works, func(w *folderWork) error {
		if w.rec.ID == 0 {
			rec, err := m.env.file.Folder(ctx, m.user.ID, w.mapping.Source.Wire)
			if err != nil {
				return err
			}
			w.rec = rec
		}
		w.rec.Path, w.rec.Renamed = w.mapping.Source.Path, w.mapping.Renamed
		return nil
	})
}

// together calls do for every work at the same time and returns the first error.
func together(works []*folderWork, do func(*folderWork) error) error {
	var c crew
	errs := make([]error, len(works))
	for i, w := range works {
		c.do(&errs[i], func() error { return do(w) })
	}
	c.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// prepare makes folders on one side while the other side is scanned.
func (m *mailbox) prepare(ctx context.Context, p *pair, works []*folderWork) error {
	for _, w := range works {
		w.still, w.subscribe = w.unchanged(), w.wantSubscription()
	}
	var c crew
	var makeErr, scanErr error
	c.do(&makeErr, func() error { return m.makeFolders(ctx, p.dst, works) })
	c.do(&scanErr, func() error { return m.scan(ctx, p.src, works) })
	c.Wait()
	if err := worse(scanErr, makeErr); err != nil {
		return err
	}
	for _, w := range works {
		if err := w.settleRefusal(ctx); err != nil {
			return err
		}
	}
	for _, w := range works {
		if err := w.pairAgain(ctx, p.dst); err != nil {
			return err
		}
	}
	m.limitMessages(works)
	if err := together(works, func(w *folderWork) error { return w.noteSkips(ctx) }); err != nil {
		return err
	}
	if err := m.learnFlags(ctx, p.dst, works); err != nil {
		return err
	}
	return m.findPresent(ctx, p, works)
}

// makeFolders creates what is missing, in one flight, and asks again under a
// plainer name for what was refused. What still is refused costs only itself.
func (m *mailbox) makeFolders(ctx context.Context, dst Destination, works []*folderWork) error {
	var missing []*folderWork
	for _, w := range works {
		if w.mapping.Skip == "" && !w.still && (!w.exists || w.subscribe) {
			missing = append(missing, w)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	after, refused, err := createAll(ctx, dst, missing)
	if err != nil {
		return err
	}
	for _, w := range refused {
		path := m.freePath(works, StrictName(w.mapping.DestPath))
		w.mapping.Renamed = "the new server refused the name " + joinPath(w.mapping.DestPath)
		w.mapping.DestPath = path
	}
	if len(refused) > 0 {
		if after, refused, err = createAll(ctx, dst, refused); err != nil {
			return err
		}
	}
	for _, w := range refused {
		w.refusal = AsFault(w.err).Error()
	}
	return m.confirmAll(ctx, dst, works, after)
}

// confirmAll gives a folder that isn't there, though the server said that it
// made it, another name: a server that ignores case takes it for another one.
func (m *mailbox) confirmAll(ctx context.Context, dst Destination, works []*folderWork, after Listing) error {
	lost := confirm(works, after)
	if len(lost) == 0 {
		return nil
	}
	for _, w := range lost {
		w.mapping.Renamed = "the new server takes the name " + joinPath(w.mapping.DestPath) + " for another folder's"
		w.mapping.DestPath = m.freePath(works, w.mapping.DestPath)
	}
	after, refused, err := createAll(ctx, dst, lost)
	if err != nil {
		return err
	}
	for _, w := range refused {
		w.refusal = AsFault(w.err).Error()
	}
	for _, w := range confirm(works, after) {
		w.refusal = "the new server said that it made " + joinPath(w.mapping.DestPath) + ", but does not list it"
	}
	return nil
}

// wantSubscription says that the folder is subscribed at the source and not yet
// at the destination. It is asked for once: what a user does later, stays.
func (w *folderWork) wantSubscription() bool {
	return w.mapping.Source.Subscribed && !w.dest.Subscribed && w.rec.Done.UIDValidity == 0
}

// createAll creates folders. It returns what is there afterwards and those that
// were refused.
func createAll(ctx context.Context, dst Destination, works []*folderWork) (after Listing, refused []*folderWork, err error) {
	reqs := make([]CreateRequest, len(works))
	for i, w := range works {
		reqs[i] = CreateRequest{Wire: dst.WireName(w.mapping.DestPath), Create: !w.exists, Subscribe: w.subscribe}
	}
	after, errs, err := dst.Create(ctx, reqs)
	if err != nil {
		return after, nil, err
	}
	for i, e := range errs {
		w := works[i]
		if w.err = e; e == nil {
			w.created = !w.exists
			continue
		}
		if f := AsFault(e); f.Class == Reconnect || f.Class >= StopMailbox || ctx.Err() != nil {
			return after, nil, e
		}
		if !w.exists { // a refused subscription is no loss of mail
			refused = append(refused, w)
		}
	}
	return after, refused, nil
}

// freePath puts a number behind the last level until no other folder has it.
func (m *mailbox) freePath(works []*folderWork, path []string) []string {
	taken := func(p []string) bool {
		return slices.ContainsFunc(works, func(w *folderWork) bool {
			return strings.EqualFold(joinKey(w.mapping.DestPath), joinKey(p))
		})
	}
	return numbered(path, taken)
}

// confirm takes from a listing made after creating what it tells of the new
// folders, and returns those that are not there.
func confirm(works []*folderWork, after Listing) (lost []*folderWork) {
	byPath := ownFolders(after)
	for _, w := range works {
		if w.mapping.Skip != "" || w.refusal != "" {
			continue
		}
		f, ok := byPath[joinKey(w.mapping.DestPath)]
		if !ok {
			lost = append(lost, w)
			continue
		}
		w.dest, w.exists = f, true
	}
	return lost
}

// settleRefusal writes the folder's row before anything is sent to it, and
// files a folder that can't be.
func (w *folderWork) settleRefusal(ctx context.Context) error {
	if w.mapping.Skip != "" {
		w.retally()
		return nil
	}
	w.rec.Renamed = w.mapping.Renamed // perhaps by the new server only now
	w.m.track.place(w.rec.ID, joinPath(w.mapping.DestPath), w.mapping.Renamed)
	if w.rec.Refusal = w.refusal; w.refusal != "" {
		f := &Fault{Class: SkipFolder, Code: CodeNoFolder, What: "The new server can't make the folder " + quotedPath(w.mapping.DestPath) + ".",
			Do: "Rename the folder at the old server, or give it another name with a rename rule. Then run again.", Who: "you", Said: w.rec.Refusal}
		w.m.track.problem(joinPath(w.mapping.Source.Path), Attention, f)
		w.m.track.folderEnd(w.rec.ID, f)
		return w.failAll(ctx, f)
	}
	return nil
}

// enqueue cuts all work into chunks, newest first over the whole mailbox. Late
// folders wait until the others are copied.
func (m *mailbox) enqueue(works []*folderWork) {
	var chunks []chunk
	for _, w := range works {
		if !w.late() {
			chunks = append(chunks, w.cut()...)
		}
	}
	slices.SortStableFunc(chunks, func(a, b chunk) int { return compareDesc(a.newest, b.newest) })
	m.late = false
	m.work.reset(chunks)
}

// finishFolders brings flags up to date and marks complete folders, all at once.
func (m *mailbox) finishFolders(ctx context.Context, p *pair) error {
	if err := m.starAgain(ctx, p.dst); err != nil {
		return err
	}
	for _, w := range m.works {
		if err := w.syncFlags(ctx, p.dst); err != nil {
			return err
		}
	}
	return together(m.works, func(w *folderWork) error { return w.complete(context.WithoutCancel(ctx), time.Now()) })
}
