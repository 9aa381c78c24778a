package engine

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// watchedDialer tells whose turn it is.
type watchedDialer struct {
	fakeDialer
	mu    sync.Mutex
	order []int64
	turn  func(ctx context.Context, user int64) error
}

func (d *watchedDialer) Source(ctx context.Context, u User) (Source, error) {
	d.mu.Lock()
	d.order = append(d.order, u.ID)
	d.mu.Unlock()
	if d.turn != nil {
		if err := d.turn(ctx, u.ID); err != nil {
			return nil, err
		}
	}
	return d.fakeDialer.Source(ctx, u)
}

func threeUsers() []User {
	var users []User
	for id, name := range []string{"anna", "ben", "carla"} {
		users = append(users, User{ID: int64(id + 1), Address: name + "@acme.example", SourceLogin: name})
	}
	return users
}

func TestPreferredUserComesBeforeTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.project.Limits.Mailboxes = 1
		d := &watchedDialer{fakeDialer: fakeDialer{w.src, w.dst}}
		b := NewBatch(w.project, w.file, d, BatchOptions{Users: threeUsers()})
		b.Prefer(2)
		b.Prefer(3)
		if _, err := b.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(d.order); n < 3 || d.order[n-1] != 1 || slices.Index(d.order, 1) < 2 {
			t.Errorf("turns: %v", d.order)
		}
	})
}

func TestPreferredUserNeedsNoPlaceOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.project.Limits.Mailboxes = 1
		begun := make(chan struct{})
		var b *Batch
		d := &watchedDialer{fakeDialer: fakeDialer{w.src, w.dst}}
		d.turn = func(ctx context.Context, user int64) error {
			switch user {
			case 1: // holds the only place until the third has begun
				b.Prefer(3)
				select {
				case <-begun:
				case <-ctx.Done():
				}
			case 3:
				close(begun)
			}
			return ctx.Err()
		}
		b = NewBatch(w.project, w.file, d, BatchOptions{Users: threeUsers()})
		if _, err := b.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if seen := slices.Compact(d.order); !slices.Equal(seen, []int64{1, 3, 2}) {
			t.Errorf("turns: %v", seen)
		}
	})
}
