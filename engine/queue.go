package engine

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
)

// todo is a message to be sent, kept small: a mailbox may have half a million.
type todo struct {
	uid   uint32
	zone  int32 // seconds east of UTC, or noDate
	size  int64
	unix  int64 // INTERNALDATE; 0 with noDate
	flags []string
}

// noDate as a zone says that there is no date. 1970 in UTC is one.
const noDate = math.MinInt32

func (t todo) date() time.Time {
	if t.zone == noDate {
		return time.Time{}
	}
	return time.Unix(t.unix, 0).In(time.FixedZone("", int(t.zone)))
}

func todoOf(e Entry) todo {
	t := todo{uid: e.UID, size: e.Size, flags: e.Flags, zone: noDate}
	if !e.Date.IsZero() {
		_, offset := e.Date.Zone()
		t.unix, t.zone = e.Date.Unix(), int32(offset)
	}
	return t
}

// chunk is some messages of one folder that are asked for together.
type chunk struct {
	work   *folderWork
	msgs   []todo
	newest int64
	solo   bool // sent with nothing else in flight: one of these breaks connections
}

const (
	chunkMessages = 4000
	chunkBytes    = 32 << 20
)

// cutChunks sorts messages newest first and cuts them.
func cutChunks(w *folderWork, msgs []todo) []chunk {
	slices.SortFunc(msgs, func(a, b todo) int {
		if a.unix != b.unix {
			return compareDesc(a.unix, b.unix)
		}
		return cmp.Compare(b.uid, a.uid)
	})
	var chunks []chunk
	start, bytes := 0, int64(0)
	for i, t := range msgs {
		if i > start && (i-start == chunkMessages || bytes+t.size > chunkBytes) {
			chunks = append(chunks, chunk{work: w, msgs: msgs[start:i], newest: msgs[start].unix})
			start, bytes = i, 0
		}
		bytes += t.size
	}
	if start < len(msgs) {
		chunks = append(chunks, chunk{work: w, msgs: msgs[start:], newest: msgs[start].unix})
	}
	return chunks
}

func compareDesc(a, b int64) int { return cmp.Compare(b, a) }

// workQueue is what the lanes of one mailbox take their work from.
type workQueue struct {
	mu     sync.Mutex
	chunks []chunk
}

func (q *workQueue) reset(chunks []chunk) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.chunks = chunks
}

// next takes the first chunk. Solo chunks come only when nothing else is left.
func (q *workQueue) next() (chunk, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.chunks) == 0 {
		return chunk{}, false
	}
	c := q.chunks[0]
	q.chunks[0] = chunk{}
	q.chunks = q.chunks[1:]
	return c, true
}

// giveBack puts unfinished messages first in line, or last when they are solo.
func (q *workQueue) giveBack(c chunk) {
	if len(c.msgs) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if c.solo {
		q.chunks = append(q.chunks, c)
		return
	}
	q.chunks = append([]chunk{c}, q.chunks...)
}

func (q *workQueue) empty() bool { return q.len() == 0 }

func (q *workQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.chunks)
}
