package engine

import (
	"cmp"
	"slices"
	"strings"
)

// MapOptions are what a mapping depends on beside the two listings.
type MapOptions struct {
	Rules               FolderRules
	UserRoot            string         // User.UserRoot
	Source              Endpoint       // what is known of its kind counts
	FoldsCase, Exchange bool           // SessionInfo.FoldsCase and Rewrites of the destination
	Known               []FolderRecord // the journal's rows of this user: they keep their targets
}

// MapFolders says where each source folder goes, in the order in which folders
// are copied. Containers without mail are not in the result. It depends on
// nothing but its arguments, and not on the order of the listings: the same
// folders always go to the same places. No two get one place: the later gets a
// number and Renamed says why. dst may be empty while the destination isn't
// known yet: what is known already, and Skip, are right even then.
func MapFolders(src, dst Listing, o MapOptions) []Mapping {
	m := newMapper(dst, o)
	m.collect(src)
	m.assignRoles()
	m.keepKnown()
	for _, phase := range []func(*node) bool{
		func(n *node) bool { return n.role != "" },
		func(n *node) bool { return n.to != nil },
		func(n *node) bool { return m.staysAsIs(n.path) },
		func(*node) bool { return true },
	} {
		for _, n := range m.nodes {
			if !n.placed && !n.folder.NoSelect && n.skip == "" && phase(n) {
				m.place(n)
			}
		}
	}
	return m.mappings()
}

// mapper is one mapping in the making.
type mapper struct {
	o        MapOptions
	names    tables
	dst      Listing
	byKey    map[string]Folder     // the destination's own folders
	destRole map[SpecialUse]Folder // the destination's special folders
	nest     []string
	nodes    []*node          // by path
	tree     map[string]*node // by exact path, with levels that aren't listed
	taken    map[string]*node // by key of the place
}

// node is one source folder, or a level above one that isn't listed.
type node struct {
	folder  Folder
	below   []string // below UserRoot
	path    []string // the same without Gmail's container
	role    SpecialUse
	to      []string // by a rename rule
	skip    Reason
	rest    bool
	known   bool
	placed  bool
	dest    []string
	renamed string
}

func newMapper(dst Listing, o MapOptions) *mapper {
	m := &mapper{o: o, names: nameTables(), dst: dst, byKey: map[string]Folder{}, tree: map[string]*node{}, taken: map[string]*node{}}
	for _, f := range dst.Folders {
		if !f.Shared {
			m.byKey[m.key(f.Path)] = f
		}
	}
	for _, level := range splitPath(o.Rules.Nest) {
		clean, _ := cleanName(level, dst.Separator)
		m.nest = append(m.nest, clean)
	}
	m.destRole = m.rolesOf(dst.Folders)
	return m
}

// collect makes the nodes of this user's folders.
func (m *mapper) collect(src Listing) {
	root := splitPath(m.o.UserRoot)
	for _, f := range src.Folders {
		path, below := belowRoot(f.Path, root)
		if !below {
			continue
		}
		n := &node{folder: f, below: path, path: path}
		if len(path) > 1 && isContainer(path[0]) {
			n.path = path[1:]
		}
		n.skip = m.excluded(n, len(root) == 0)
		n.to = m.renamedTo(f.Path, path)
		m.nodes = append(m.nodes, n)
	}
	slices.SortFunc(m.nodes, func(a, b *node) int {
		return cmp.Or(slices.Compare(a.path, b.path), strings.Compare(a.folder.Wire, b.folder.Wire))
	})
	for _, n := range m.nodes {
		if key := strings.Join(n.path, "\x00"); m.tree[key] == nil {
			m.tree[key] = n
		}
	}
}

// belowRoot is a path below a user's root; the root itself is the INBOX.
func belowRoot(path, root []string) ([]string, bool) {
	if len(path) < len(root) || !slices.EqualFunc(path[:len(root)], root, strings.EqualFold) {
		return nil, false
	}
	if len(root) > 0 && len(path) == len(root) || isInbox(path) {
		return []string{"INBOX"}, true
	}
	return path[len(root):], true
}

// excluded is why a folder is left out by a rule or because it isn't this
// user's; empty if it isn't.
func (m *mapper) excluded(n *node, sharedOut bool) Reason {
	r := m.o.Rules
	covers := func(pattern string) bool {
		return patternCovers(pattern, n.path) || patternCovers(pattern, n.folder.Path)
	}
	switch {
	case slices.ContainsFunc(r.Exclude, covers):
		return ReasonExcluded
	case len(r.Include) > 0:
		if !slices.ContainsFunc(r.Include, covers) {
			return ReasonExcluded
		}
	case sharedOut && (n.folder.Shared || m.o.Source.Preset == "exchange" && m.names.public[nameKey(n.path[0])]):
		return ReasonShared
	}
	return ""
}

// renamedTo is where the rule that names most of the path sends it.
func (m *mapper) renamedTo(paths ...[]string) (to []string) {
	best := 0
	for _, r := range m.o.Rules.Rename {
		from := splitPath(r.From)
		for _, path := range paths {
			if len(from) <= best || len(from) > len(path) || !slices.EqualFunc(path[:len(from)], from, strings.EqualFold) {
				continue
			}
			best = len(from)
			to = append(splitPath(r.To), path[len(from):]...)
		}
	}
	if len(to) == 0 {
		return nil
	}
	return to
}

// assignRoles gives each role to one folder and decides about the folders that
// only show what others hold.
func (m *mapper) assignRoles() {
	var own []Folder
	back := map[string]*node{}
	for _, n := range m.nodes {
		if n.skip == "" && (!n.folder.Shared || m.o.UserRoot != "") {
			f := n.folder
			f.Path, f.Shared = n.below, false
			own = append(own, f)
			back[f.Wire] = n
		}
	}
	roles := m.rolesOf(own)
	for use, f := range roles {
		if use != UseFlagged && use != UseImportant { // views: nothing can be put there
			back[f.Wire].role = use
		}
	}
	_, hasAll := roles[UseAll]
	for _, n := range back {
		switch use := cmp.Or(n.role, n.folder.Use); {
		case isInbox(n.path):
			n.role = UseInbox
		case use == UseAll:
			n.rest = true
		case use != UseFlagged && use != UseImportant || m.o.Rules.GmailAll:
		case hasAll: // all of its mail stands in All Mail too
			n.skip = ReasonView
		default:
			n.rest = true
		}
	}
}

// rolesOf finds the special folders of a listing: by what the server says, else
// by name.
func (m *mapper) rolesOf(folders []Folder) map[SpecialUse]Folder {
	roles := map[SpecialUse]Folder{}
	for _, f := range folders {
		old, has := roles[f.Use]
		if f.Use != "" && f.Use != UseInbox && !f.NoSelect && !f.Shared && !isInbox(f.Path) && (!has || m.likelier(f, old)) {
			roles[f.Use] = f
		}
	}
	byServer := make(map[SpecialUse]bool, len(roles))
	for use := range roles {
		byServer[use] = true
	}
	for _, f := range folders {
		name, ok := m.names.special.find(f.Path)
		if !ok || byServer[name.use] || f.Use != "" || f.NoSelect || f.Shared {
			continue
		}
		if old, has := roles[name.use]; !has || m.likelier(f, old) {
			roles[name.use] = f
		}
	}
	return roles
}

// likelier prefers, of two folders of one role, that which is named as the
// destination's, then the likelier name, then the one nearer to the top.
func (m *mapper) likelier(a, b Folder) bool {
	rank := func(f Folder) int {
		name, ok := m.names.special.find(f.Path)
		if own, has := m.destRole[cmp.Or(f.Use, name.use)]; has && m.key(own.Path) == m.key(f.Path) {
			return -1
		}
		if !ok {
			return 1000
		}
		return name.rank
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(a.Path), len(b.Path)), slices.Compare(a.Path, b.Path)) < 0
}

// keepKnown places what earlier runs mapped.
func (m *mapper) keepKnown() {
	known := make(map[string]FolderRecord, len(m.o.Known))
	for _, r := range m.o.Known {
		if len(r.DestPath) > 0 {
			known[r.Source] = r
		}
	}
	m.followRenames(known)
	for _, n := range m.nodes {
		if r, ok := known[n.folder.Wire]; ok {
			n.dest, n.renamed, n.known, n.placed = r.DestPath, r.Renamed, true, true
			m.taken[m.key(r.DestPath)] = n
			delete(known, r.Source)
		}
	}
	for _, r := range known { // gone at the source, but their mail stands there
		if key := m.key(r.DestPath); m.taken[key] == nil {
			m.taken[key] = &node{folder: Folder{Path: r.Path}}
		}
	}
}

// mappings is the result, in the order of copying.
func (m *mapper) mappings() []Mapping {
	list := make([]Mapping, 0, len(m.nodes))
	for _, n := range m.nodes {
		if n.folder.NoSelect {
			continue
		}
		x := Mapping{Source: n.folder, DestPath: n.dest, Renamed: n.renamed, Skip: n.skip, Rest: n.rest, Order: n.order()}
		if n.skip != "" {
			x.DestPath, x.Renamed, x.Rest = nil, "", false
		}
		_, x.Exists = m.byKey[m.key(x.DestPath)]
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b Mapping) int { return cmp.Compare(a.Order, b.Order) })
	return list
}

func (n *node) order() int {
	switch {
	case n.skip != "":
		return 4
	case n.rest:
		return 3
	case n.role == UseInbox:
		return 0
	case n.role != "":
		return 1
	}
	return 2
}
