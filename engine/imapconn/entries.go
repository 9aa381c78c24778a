package imapconn

import (
	"bytes"
	"cmp"
	"slices"

	"mxodus/engine"
)

// flagLists shares equal lists of flags: a mailbox of half a million messages
// has a few dozen. It belongs to one goroutine.
type flagLists map[string][]string

// maxFlagLists is as many as are remembered; a server that makes up more gets no
// memory of ours.
const maxFlagLists = 4096

// of is the flags in text, which stands between parentheses in a reply.
func (l flagLists) of(text []byte) []string {
	if flags, ok := l[string(text)]; ok {
		return flags
	}
	flags := []string{}
	for _, f := range bytes.Fields(text) {
		flags = append(flags, string(bytes.Trim(f, `"`)))
	}
	if len(l) < maxFlagLists {
		l[string(text)] = flags
	}
	return flags
}

// entry is an engine.Entry as far as a reply told it.
type entry struct {
	engine.Entry
	sized bool
}

// item takes one item of a FETCH reply; false when it is none of an entry's.
func (s *session) item(e *entry, name []byte, v *value) bool {
	switch string(name) {
	case "UID":
		n, ok := v.number()
		if ok && n > 0 && n < 1<<32 {
			e.UID = uint32(n)
		}
	case "RFC822.SIZE":
		n, ok := v.number()
		if ok {
			e.Size, e.sized = int64(min(n, 1<<62)), true
		}
	case "FLAGS":
		if v.kind == valList {
			e.Flags = s.flags.of(v.text)
		}
	case "INTERNALDATE":
		e.Date = s.zones.parseDate(v.text)
	default:
		return false
	}
	return true
}

// collector makes a scan's replies into entries: each UID that was asked for
// once, and ascending. It takes from a server what it didn't ask for: flags that
// changed meanwhile, the last message of the folder, the same message twice.
type collector struct {
	wanted []span // nil: all from a UID on
	from   uint32
	last   uint32
	seen   []span           // delivered while they ascended
	late   map[uint32]entry // came out of order: delivered at the end
	half   map[uint32]entry // came without its size
	lost   int              // replies that could not be read
	each   func(engine.Entry) error
}

func (c *collector) wants(uid uint32) bool {
	if uid == 0 {
		return false
	}
	if c.wanted != nil {
		return holds(c.wanted, uid)
	}
	return uid >= c.from
}

func (c *collector) has(uid uint32) bool {
	_, late := c.late[uid]
	return late || uid <= c.last && holds(c.seen, uid)
}

// add takes an entry; whole says that nothing of it is missing.
func (c *collector) add(e entry, whole bool) error {
	switch {
	case !c.wants(e.UID) || c.has(e.UID):
		return nil
	case !whole:
		if c.half == nil {
			c.half = map[uint32]entry{}
		}
		c.half[e.UID] = e
		return nil
	}
	delete(c.half, e.UID)
	if e.UID < c.last {
		if c.late == nil {
			c.late = map[uint32]entry{}
		}
		c.late[e.UID] = e
		return nil
	}
	c.last = e.UID
	c.seen = addSpan(c.seen, e.UID)
	return c.each(e.Entry)
}

// flush delivers what came out of order.
func (c *collector) flush() error {
	for _, uid := range sortedKeys(c.late) {
		if err := c.each(c.late[uid].Entry); err != nil {
			return err
		}
		c.seen = append(c.seen, span{uid, uid})
	}
	slices.SortFunc(c.seen, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	c.late = nil
	if n := len(c.seen); n > 0 {
		c.last = c.seen[n-1].hi
	}
	return nil
}

func sortedKeys(m map[uint32]entry) []uint32 {
	keys := make([]uint32, 0, len(m))
	for uid := range m {
		keys = append(keys, uid)
	}
	slices.Sort(keys)
	return keys
}
