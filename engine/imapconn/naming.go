package imapconn

import (
	"strings"

	"mxodus/engine"
)

// namespace is one of a server's namespaces (RFC 2342).
type namespace struct {
	prefix string // wire
	sep    string // one character, or "" when there is no hierarchy
}

// naming is how a server names folders.
type naming struct {
	personal namespace   // the first of one's own namespaces
	own      []namespace // the others of one's own
	shared   []namespace // other users' and shared ones
}

// inbox is the one folder that every account has; its name knows no case (RFC
// 3501 section 5.1).
const inbox = "INBOX"

func isInbox(wire string) bool { return strings.EqualFold(wire, inbox) }

// place says where a wire name stands: below the personal prefix, and whether
// in somebody else's namespace. rest is the name without the personal prefix.
func (n *naming) place(wire string) (rest string, shared bool) {
	if isInbox(wire) {
		return wire, false
	}
	best := -1
	rest = wire
	if cut, ok := n.personal.cut(wire); ok {
		best, rest = len(n.personal.prefix), cut
	}
	for _, ns := range n.own {
		if _, ok := ns.cut(wire); ok && len(ns.prefix) > best {
			best, rest = len(ns.prefix), wire
		}
	}
	for _, ns := range n.shared {
		if ns.holds(wire) && len(ns.prefix) > best {
			best, rest, shared = len(ns.prefix), wire, true
		}
	}
	return rest, shared
}

// cut takes the prefix off a name that stands below it. A prefix that begins
// with INBOX knows no case there.
func (ns namespace) cut(wire string) (string, bool) {
	n := len(ns.prefix)
	if len(wire) <= n {
		return "", false
	}
	head := wire[:n]
	if head == ns.prefix {
		return wire[n:], true
	}
	k := len(inbox)
	if n >= k && isInbox(ns.prefix[:k]) && isInbox(head[:k]) && head[k:] == ns.prefix[k:] {
		return wire[n:], true
	}
	return "", false
}

// holds is cut that also takes the namespace's own root ("Other Users").
func (ns namespace) holds(wire string) bool {
	_, ok := ns.cut(wire)
	return ok || ns.prefix != "" && (wire == ns.prefix || ns.sep != "" && wire+ns.sep == ns.prefix)
}

// path decodes a wire name, a level an element. sep is the separator that the
// server listed it with.
func (n *naming) path(wire, sep string) (path []string, repaired, shared bool) {
	if isInbox(wire) {
		return []string{inbox}, false, false
	}
	rest, shared := n.place(wire)
	for _, level := range splitLevels(rest, sep) {
		if level == "" {
			continue
		}
		name, mended := decodeName(level)
		path = append(path, name)
		repaired = repaired || mended
	}
	switch {
	case len(path) == 0:
		path, repaired = []string{wire}, true
	case len(path) == 1 && isInbox(path[0]): // "INBOX.INBOX" is not INBOX
		path = []string{inbox, path[0]}
	}
	return path, repaired, shared
}

// splitLevels cuts a wire name at its separators, but not within a shift, whose
// base64 may hold an odd separator.
func splitLevels(wire, sep string) []string {
	if sep == "" {
		return []string{wire}
	}
	var levels []string
	start := 0
	for i := 0; i < len(wire); {
		switch {
		case strings.HasPrefix(wire[i:], sep):
			levels = append(levels, wire[start:i])
			i += len(sep)
			start = i
		case wire[i] == '&':
			_, n, ok := decodeShift(wire[i:])
			if !ok {
				n = 1
			}
			i += n
		default:
			i++
		}
	}
	return append(levels, wire[start:])
}

// wire is the server's spelling of a path.
func (n *naming) wire(path []string) string {
	if len(path) == 1 && isInbox(path[0]) {
		return inbox
	}
	levels := make([]string, len(path))
	for i, level := range path {
		levels[i] = encodeName(level)
	}
	return n.personal.prefix + strings.Join(levels, n.personal.sep)
}

// guess fills in the personal namespace for a server that doesn't tell: when
// everything stands below INBOX, new folders must too.
func (n *naming) guess(list []*listed) {
	for _, l := range list {
		if n.personal.sep == "" {
			n.personal.sep = l.sep
		}
	}
	if n.personal.sep == "" {
		return
	}
	below := namespace{prefix: inbox + n.personal.sep, sep: n.personal.sep}
	others := 0
	for _, l := range list {
		if isInbox(l.wire) {
			continue
		}
		if _, ok := below.cut(l.wire); !ok {
			return
		}
		others++
	}
	if others > 0 {
		n.personal = below
	}
}

// special is the role that a LIST attribute names (RFC 6154, and Gmail's older
// words), or "".
func special(attr string) engine.SpecialUse {
	switch strings.ToLower(attr) {
	case `\sent`:
		return engine.UseSent
	case `\drafts`:
		return engine.UseDrafts
	case `\junk`, `\spam`:
		return engine.UseJunk
	case `\trash`:
		return engine.UseTrash
	case `\archive`:
		return engine.UseArchive
	case `\all`, `\allmail`:
		return engine.UseAll
	case `\flagged`, `\starred`:
		return engine.UseFlagged
	case `\important`:
		return engine.UseImportant
	}
	return ""
}
