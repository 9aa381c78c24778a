package engine

import (
	"testing"
	"testing/synctest"
)

func TestAPanicAnywhereStopsOneMailboxOnly(t *testing.T) {
	for name, set := range map[string]func(w *world){
		"signing in at the source":      func(w *world) { w.src.onUser = panicFor(2) },
		"signing in at the destination": func(w *world) { w.dst.onUser = panicFor(2) },
		"storing":                       func(w *world) { w.dst.onAppend = func(n int, _ *Outgoing) fate { return panicAt(n, 5) } },
		"journal":                       func(w *world) { w.file.onPut = func(n int) error { panicAt(n, 5); return nil } },
		"reading headers":               func(w *world) { w.dst.onHeaders = func(n int) error { panicAt(n, 1); return nil } },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 30).manyUsers(3)
				w.dst.folder("INBOX").add(letter(1000), nil, testDate)
				set(w)
				s, err := w.batch().Run(t.Context())
				if err != nil || s.UsersFailed != 1 {
					t.Fatalf("%v %+v", err, s)
				}
				w.src.onUser, w.dst.onUser, w.dst.onAppend, w.file.onPut, w.dst.onHeaders = nil, nil, nil, nil, nil
				if s := w.run(); s.UsersFailed != 0 || s.Sum.Copied+s.Sum.Present != 90 {
					t.Fatalf("the next run: %+v", s)
				}
			})
		})
	}
}

func panicFor(id int64) func(User) error {
	return func(u User) error {
		if u.ID == id {
			panic("oops")
		}
		return nil
	}
}

func panicAt(n, at int) fate {
	if n == at {
		panic("oops")
	}
	return fate{}
}
