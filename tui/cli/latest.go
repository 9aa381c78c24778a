package cli

import "sync"

// latest hands the newest of something from one goroutine to another.
type latest[T any] struct {
	mu sync.Mutex
	v  T
}

func newLatest[T any](v T) *latest[T] { return &latest[T]{v: v} }

func (l *latest[T]) set(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.v = v
}

func (l *latest[T]) get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.v
}
