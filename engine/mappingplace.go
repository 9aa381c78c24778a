package engine

import "strings"

// place gives a folder its place at the destination, after its parent's.
func (m *mapper) place(n *node) {
	n.placed = true
	path, why := m.wanted(n)
	if own, ok := m.byKey[m.key(path)]; ok {
		if m.o.Exchange && len(path) == 1 && m.names.nonMail[nameKey(path[0])] && n.role == "" {
			path, why = withSuffix(path, " (mail)"), "the new server keeps "+Quoted(path[0], 120)+" for what isn't mail"
		} else {
			path = own.Path // as the server spells it
		}
	}
	free := numbered(path, func(p []string) bool { return m.taken[m.key(p)] != nil })
	if holder := m.taken[m.key(path)]; holder != nil {
		why = "the name " + quotedPath(path) + " is taken by " + quotedPath(holder.folder.Path)
		if a, b := joinPath(n.folder.Path), holder.name(); a != b && compose(a) == compose(b) {
			why = "another folder has a name that looks the same: only its accents are stored in another way"
		}
	}
	n.dest, n.renamed = free, why
	m.taken[m.key(free)] = n
}

// wanted is where a folder goes if nobody else is there, and why that isn't
// where one would expect it.
func (m *mapper) wanted(n *node) (path []string, why string) {
	switch {
	case n.to != nil:
		return m.cleanPath(m.nested(n.to))
	case len(m.nest) > 0:
	case n.role == UseInbox:
		return []string{"INBOX"}, ""
	case n.role != "":
		if path, why = m.special(n); path != nil {
			return path, why
		}
	}
	return m.belowParent(n)
}

// special is the destination's own folder of a role; nil when it has none.
func (m *mapper) special(n *node) (path []string, why string) {
	use := n.role
	if use == UseAll {
		if own, ok := m.destRole[UseAll]; ok && len(own.Path) > 1 && isContainer(own.Path[0]) {
			return own.Path, ""
		}
		// What stands in All Mail alone is what a Gmail user archived.
		use, why = UseArchive, "what stands only in All Mail was archived"
		if m.hasRole(UseArchive) {
			return nil, ""
		}
	}
	if own, ok := m.destRole[use]; ok {
		return own.Path, why
	}
	if name := exchangeNames[use]; m.o.Exchange && name != "" {
		return []string{name}, why
	}
	return nil, ""
}

func (m *mapper) hasRole(use SpecialUse) bool {
	for _, n := range m.nodes {
		if n.role == use {
			return true
		}
	}
	return false
}

// belowParent keeps a folder's name, below its parent's place.
func (m *mapper) belowParent(n *node) (path []string, why string) {
	last := len(n.path) - 1
	name, why := m.level(n.path[last], last == 0 && len(m.nest) == 0)
	if last == 0 {
		return append(m.nested(nil), name), why
	}
	if isInbox(n.path[:1]) && last == 1 && len(m.nest) == 0 && m.inboxIsRoot() {
		return []string{name}, why
	}
	parent := m.parent(n.path[:last])
	if why == "" {
		why = parent.renamed
	}
	own, exists := m.byKey[m.key(parent.dest)]
	if m.dst.Separator == "" && len(m.dst.Folders) > 0 || exists && own.NoInferiors {
		return withSuffix(parent.dest, "_"+name), "the new server can't hold a folder below " + joinPath(parent.dest)
	}
	return append(parent.dest[:len(parent.dest):len(parent.dest)], name), why
}

// inboxIsRoot says that at the destination all folders stand below INBOX anyway.
func (m *mapper) inboxIsRoot() bool {
	return m.dst.Prefix != "" && isInbox([]string{strings.TrimSuffix(m.dst.Prefix, m.dst.Separator)})
}

// parent is the placed node of a level above; one that isn't listed, or isn't
// taken itself, is made up.
func (m *mapper) parent(path []string) *node {
	key := strings.Join(path, "\x00")
	n := m.tree[key]
	if n == nil {
		n = &node{path: path, folder: Folder{Path: path, NoSelect: true}}
		if isInbox(path) {
			n.role = UseInbox
		}
		m.tree[key] = n
	}
	if !n.placed {
		// A level that holds no mail itself, but is called as a special folder, would
		// else become a second one.
		if name, ok := m.names.special.find(path); ok && n.folder.NoSelect && n.role == "" && !m.hasRole(name.use) {
			n.role = name.use
		}
		m.place(n)
	}
	return n
}

// level cleans one level's name. Exchange keeps some names at the top.
func (m *mapper) level(name string, top bool) (clean, why string) {
	clean, why = cleanName(name, m.dst.Separator)
	if m.o.Exchange && top && m.names.reserved[nameKey(clean)] {
		return clean + " (mail)", "the new server keeps the name " + Quoted(clean, 120) + " for itself"
	}
	return clean, why
}

// cleanPath cleans a path that the administrator wrote.
func (m *mapper) cleanPath(path []string) (clean []string, why string) {
	for i, name := range path {
		level, reason := m.level(name, i == 0)
		if reason != "" {
			why = reason
		}
		clean = append(clean, level)
	}
	if len(clean) > 1 && isInbox(clean[:1]) && m.inboxIsRoot() {
		clean = clean[1:]
	}
	return clean, why
}

func (m *mapper) nested(path []string) []string {
	return append(m.nest[:len(m.nest):len(m.nest)], path...)
}

// staysAsIs says that a folder's name needs no cleaning: it has the better
// claim to it.
func (m *mapper) staysAsIs(path []string) bool {
	for i, name := range path {
		if _, why := m.level(name, i == 0); why != "" {
			return false
		}
	}
	return true
}

// key is equal for two places that the destination, or a person, takes for one.
func (m *mapper) key(path []string) string {
	levels := make([]string, len(path))
	for i, name := range path {
		switch {
		case m.o.FoldsCase || i == 0 && isInbox(path[:1]):
			levels[i] = nameKey(name)
		default:
			levels[i] = compose(strings.TrimSpace(name))
		}
	}
	return strings.Join(levels, "\x00")
}

// name is the folder for people.
func (n *node) name() string { return joinPath(n.folder.Path) }

func withSuffix(path []string, suffix string) []string {
	p := append([]string(nil), path...)
	p[len(p)-1] += suffix
	return p
}

func isInbox(path []string) bool { return len(path) == 1 && strings.EqualFold(path[0], "INBOX") }

// splitPath splits what an administrator wrote at "/", and drops empty levels.
func splitPath(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '/' })
}

// patternCovers says whether a rule's pattern covers a path, or a folder above
// it. Case makes no difference; "*" stands for any text.
func patternCovers(pattern string, path []string) bool {
	pattern = nameKey(strings.Trim(pattern, "/"))
	for n := len(path); n > 0; n-- {
		if matches(pattern, nameKey(joinPath(path[:n]))) {
			return true
		}
	}
	return false
}

// matches compares a pattern of text and "*" with a whole text.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return strings.HasSuffix(text, last)
}
