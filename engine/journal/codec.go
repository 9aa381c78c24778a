package journal

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"mxodus/engine"
)

// recordColumns are in the order that encodeRecord writes and decodeRecord reads.
const recordColumns = `uid, state, size, date, zone, flags, identity, digest, dest_uid, reason, said, at, altered`

// numColumns is how many there are.
const numColumns = 13

// encodeRecord appends a record's columns. What is zero becomes NULL.
func encodeRecord(args []any, r *engine.Record) []any {
	args = append(args, int64(r.UID), int64(r.State), r.Size)
	if r.Date.IsZero() {
		args = append(args, nil, nil)
	} else {
		_, zone := r.Date.Zone()
		args = append(args, r.Date.Unix(), int64(zone))
	}
	args = append(args, textOrNil(strings.Join(r.Flags, " ")))
	if r.Identity == (engine.Identity{}) {
		args = append(args, nil)
	} else {
		args = append(args, r.Identity[:])
	}
	if r.Digest == (engine.Digest{}) {
		args = append(args, nil)
	} else {
		args = append(args, r.Digest[:])
	}
	var altered any
	if r.Altered != 0 {
		altered = int64(r.Altered)
	}
	return append(args, int64(r.DestUID), textOrNil(string(r.Reason)), textOrNil(r.Said), instant(r.At), altered)
}

// decodeRecord reads a row as the driver gives it.
func (f *File) decodeRecord(row []driver.Value) (r engine.Record, err error) {
	r.UID, r.State, r.Size = uint32(number(row[0])), engine.State(number(row[1])), number(row[2])
	if r.State < engine.Sending || r.State > engine.Failed {
		return r, fmt.Errorf("record %d has state %d", r.UID, r.State)
	}
	if row[3] != nil {
		r.Date = time.Unix(number(row[3]), 0).In(f.flags.zone(int(number(row[4]))))
	}
	r.Flags = f.flags.list(text(row[5]))
	copy(r.Identity[:], blob(row[6]))
	copy(r.Digest[:], blob(row[7]))
	r.DestUID, r.Reason, r.Said = uint32(number(row[8])), engine.Reason(text(row[9])), text(row[10])
	r.At, r.Altered = fromInstant(row[11]), engine.Altered(number(row[12]))
	return r, nil
}

// flagCache shares what most records have in common, so that half a million of
// them in memory hold few lists and zones.
type flagCache struct {
	mu    sync.Mutex
	lists map[string][]string
	zones map[int]*time.Location
}

// maxShared bounds the cache: a hostile server may have a keyword a message.
const maxShared = 10_000

// list splits flags; the result is shared and never changed.
func (c *flagCache) list(s string) []string {
	if s == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if l, ok := c.lists[s]; ok {
		return l
	}
	if c.lists == nil || len(c.lists) >= maxShared {
		c.lists = map[string][]string{}
	}
	l := strings.Split(s, " ")
	c.lists[s] = l
	return l
}

func (c *flagCache) zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if z, ok := c.zones[offset]; ok {
		return z
	}
	if c.zones == nil || len(c.zones) >= maxShared {
		c.zones = map[int]*time.Location{}
	}
	z := time.FixedZone("", offset)
	c.zones[offset] = z
	return z
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// instant is a moment as the file keeps it: nanoseconds, or NULL for the zero
// time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

func fromInstant(v any) time.Time {
	if v == nil {
		return time.Time{}
	}
	return time.Unix(0, number(v))
}

func number(v any) int64 {
	n, _ := v.(int64)
	return n
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func blob(v any) []byte {
	b, _ := v.([]byte)
	return b
}

// list keeps a folder's path; nil is not the same as empty.
func list(path []string) (any, error) {
	if path == nil {
		return nil, nil
	}
	b, err := json.Marshal(path)
	return string(b), err
}

func fromList(s string) (path []string, err error) {
	if s == "" {
		return nil, nil
	}
	return path, json.Unmarshal([]byte(s), &path)
}
