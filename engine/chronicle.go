package engine

import (
	"context"
	"fmt"
	"time"

	"mxodus/engine/say"
)

// note writes a line about the whole batch into the project's history. It takes no
// lock of the batch's.
func (b *Batch) note(text string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := b.env.file.Event(ctx, Event{At: time.Now(), Level: Info, Text: text}); err != nil {
		b.env.log.Warn("an event could not be written down", "error", err)
	}
}

const interruptedName = "run/interrupted"

// NoteInterrupted writes into the project's history that the last run never came to its
// end, once. Its caller knows that nobody runs it: it holds the lock, or saw no holder.
// It is called as a project is opened to go on, and as a run begins.
func NoteInterrupted(ctx context.Context, f ProjectFile) error {
	runs, err := f.Runs(ctx)
	if err != nil || len(runs) == 0 {
		return err
	}
	last := runs[0]
	for _, r := range runs {
		if r.ID > last.ID {
			last = r
		}
	}
	if !last.Finished.IsZero() {
		return nil
	}
	var noted int64
	if err := readDoc(ctx, f, interruptedName, &noted); err != nil || noted == last.ID {
		return err
	}
	text := "The " + runName(last.Kind) + " that began " + say.Soon(last.Started) + " was interrupted"
	if alive, err := f.LastAlive(ctx); err == nil && alive.After(last.Started) {
		text += ", at about " + say.Soon(alive)
	}
	text += ": mxodus was killed, or the computer went off. Nothing is lost: the next one goes on from there."
	if err := f.Event(ctx, Event{At: time.Now(), Level: Attention, Text: text}); err != nil {
		return err
	}
	return keepDoc(ctx, f, interruptedName, last.ID)
}

// runName is a kind of run in words.
func runName(kind string) string {
	switch kind {
	case "verify":
		return "verification"
	case "undo":
		return "undoing"
	}
	return "run"
}

// noteBegin tells of the first pass of a batch; of later ones only their end is
// told, if they did anything.
func (b *Batch) noteBegin() {
	b.mu.Lock()
	first, kind, users, follow := b.pass == 1, b.kind, len(b.boxes), b.follow
	b.mu.Unlock()
	if !first {
		return
	}
	text := "A run begins: " + say.Count(users, "user")
	if kind == "delta" {
		text = "A run begins, for what is new: " + say.Count(users, "user")
	}
	if follow {
		text += "; it goes on with deltas"
	}
	b.note(text + ".")
}

// noteEnd tells what came of a pass.
func (b *Batch) noteEnd(s Summary) {
	b.mu.Lock()
	first := b.pass == 1
	b.mu.Unlock()
	if !first && s.Sent+s.FlagChanges+s.UsersFailed == 0 && !s.Interrupted {
		return
	}
	text := "The run ended"
	if s.Interrupted {
		text = "The run was stopped"
	}
	text += fmt.Sprintf(" after %s: %s copied, %s of %s settled", say.Span(s.Finished.Sub(s.Started)), say.Count(s.Sent, "message"),
		say.Number(s.Sum.Settled()), say.Number(s.Sum.Total))
	if s.UsersFailed > 0 {
		text += ", " + say.Count(s.UsersFailed, "user") + " failed"
	}
	if s.UsersWaiting > 0 {
		text += ", " + say.Either(s.UsersWaiting, "user waits", "users wait")
	}
	b.note(text + ".")
}

// noteWish tells that somebody paused, resumed or stopped mailboxes.
func (b *Batch) noteWish(what string, userIDs []int64) {
	b.mu.Lock()
	running := !b.started.IsZero() && b.finished.IsZero()
	b.mu.Unlock()
	if !running {
		return
	}
	if len(userIDs) == 0 {
		b.note(what + " everybody.")
		return
	}
	var boxes []*mailbox // written to the journal without the batch's lock
	b.each(userIDs, func(m *mailbox) { boxes = append(boxes, m) })
	for _, m := range boxes {
		m.event(Info, what+" this user.", "")
	}
}

// noteFinish tells what a mailbox's run brought, if anything.
func (m *mailbox) noteFinish() {
	m.track.mu.Lock()
	sent, sum := m.track.sent, m.track.sumLocked()
	m.track.mu.Unlock()
	if sent == 0 && sum.Failed == 0 {
		return
	}
	text := fmt.Sprintf("Done: %s copied, %s left out", say.Count(sent, "message"), say.Number(sum.Skipped))
	level := Info
	if sum.Failed > 0 {
		text += ", " + say.Number(sum.Failed) + " refused"
		level = Attention
	}
	m.event(level, text+".", "")
}
