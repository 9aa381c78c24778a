package engine

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"
)

const chunkSize = 64 << 10

// Budget bounds the message bytes held in memory at once. A body's whole size
// is taken at once, so holders never wait for each other.
type Budget struct {
	size int64
	sem  *semaphore.Weighted
	pool sync.Pool
}

// NewBudget makes a budget of that many bytes.
func NewBudget(bytes int64) *Budget {
	return &Budget{size: bytes, sem: semaphore.NewWeighted(bytes),
		pool: sync.Pool{New: func() any { b := make([]byte, chunkSize); return &b }}}
}

// Alloc waits until there is room for size bytes and returns an empty Body of
// exactly that size. A body larger than the budget takes all of it.
func (b *Budget) Alloc(ctx context.Context, size int64) (*Body, error) {
	weight := min(size, b.size)
	if err := b.sem.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	body := &Body{size: size, budget: b, free: func() { b.sem.Release(weight) }}
	if size <= chunkSize/2 {
		body.chunks = [][]byte{make([]byte, size)}
		return body, nil
	}
	for left := size; left > 0; left -= chunkSize {
		c := *(b.pool.Get().(*[]byte))
		body.chunks = append(body.chunks, c[:min(left, chunkSize)])
	}
	return body, nil
}

// Share is a part of the budget that one mailbox can hold at most, so that a
// stuck one leaves room for the others.
type Share struct {
	*Budget
	most int64
	own  *semaphore.Weighted
}

// Share makes a share of at most that many bytes.
func (b *Budget) Share(bytes int64) *Share {
	bytes = min(bytes, b.size)
	return &Share{Budget: b, most: bytes, own: semaphore.NewWeighted(bytes)}
}

// Alloc is Budget.Alloc within the share.
func (s *Share) Alloc(ctx context.Context, size int64) (*Body, error) {
	weight := min(size, s.most)
	if err := s.own.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	body, err := s.Budget.Alloc(ctx, size)
	if err != nil {
		s.own.Release(weight)
		return nil, err
	}
	whole := body.free
	body.free = func() { whole(); s.own.Release(weight) }
	return body, nil
}

// Body is one message's bytes. Release it when done; using it afterwards is an
// error of the program.
type Body struct {
	size   int64
	chunks [][]byte
	budget *Budget
	free   func()
	once   sync.Once
}

// Size is the number of bytes.
func (b *Body) Size() int64 { return b.size }

// ReadFrom fills the body with exactly its size from r; fewer bytes are
// io.ErrUnexpectedEOF.
func (b *Body) ReadFrom(r io.Reader) (n int64, err error) {
	for _, c := range b.chunks {
		k, err := io.ReadFull(r, c)
		n += int64(k)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// WriteTo writes the whole body.
func (b *Body) WriteTo(w io.Writer) (n int64, err error) {
	for _, c := range b.chunks {
		k, err := w.Write(c)
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Head returns up to n of the first bytes, to be read only.
func (b *Body) Head(n int) []byte {
	if len(b.chunks) > 0 && (n <= len(b.chunks[0]) || len(b.chunks) == 1) {
		return b.chunks[0][:min(n, len(b.chunks[0]))]
	}
	head := make([]byte, 0, min(int64(n), b.size))
	for _, c := range b.chunks {
		head = append(head, c[:min(n-len(head), len(c))]...)
		if len(head) == n {
			break
		}
	}
	return head
}

// at is the byte at an offset, to be changed by whoever owns the body.
func (b *Body) at(i int64) *byte {
	if len(b.chunks) == 1 {
		return &b.chunks[0][i]
	}
	return &b.chunks[i/chunkSize][i%chunkSize]
}

// Release gives the memory back. Releasing twice is harmless.
func (b *Body) Release() {
	if b == nil {
		return
	}
	b.once.Do(func() {
		if b.size > chunkSize/2 {
			for _, c := range b.chunks {
				c = c[:chunkSize]
				b.budget.pool.Put(&c)
			}
		}
		b.chunks = nil
		b.free()
	})
}
