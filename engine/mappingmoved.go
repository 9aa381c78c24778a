package engine

import (
	"slices"
	"strings"
)

// followRenames puts into the journal's rows what Exchange calls their folders
// now. It makes its own folders under English names and gives them others when the
// user signs in for the first time and chooses a language; who then made the old
// names again would bring a second "Sent Items" about.
func (m *mapper) followRenames(known map[string]FolderRecord) {
	if !m.o.Exchange || len(m.dst.Folders) == 0 {
		return
	}
	held := map[string]bool{} // places that rows have
	for _, r := range known {
		held[m.key(r.DestPath)] = true
	}
	var gone []FolderRecord
	for _, r := range known {
		if _, stands := m.byKey[m.key(r.DestPath)]; !stands {
			gone = append(gone, r)
		}
	}
	slices.SortFunc(gone, func(a, b FolderRecord) int { return strings.Compare(a.Source, b.Source) })
	for _, r := range gone {
		if now, found := m.calledNow(r, held); found {
			held[m.key(now)] = true
			r.DestPath = now
			known[r.Source] = r
		}
	}
}

// calledNow is the one folder that has the number of a row's folder, and that no
// other row has; else the well-known folder of the same role, or one below it.
func (m *mapper) calledNow(r FolderRecord, held map[string]bool) (path []string, found bool) {
	for _, f := range m.dst.Folders {
		if f.Shared || f.NoSelect || held[m.key(f.Path)] || r.DestValidity == 0 || f.validity() != r.DestValidity {
			continue
		}
		if found {
			path, found = nil, false
			break
		}
		path, found = f.Path, true
	}
	if found {
		return path, true
	}
	for use, name := range exchangeNames {
		if nameKey(r.DestPath[0]) != nameKey(name) {
			continue
		}
		if own, ok := m.destRole[use]; ok {
			path = slices.Concat(own.Path, r.DestPath[1:])
			return path, !held[m.key(path)]
		}
	}
	return nil, false
}
