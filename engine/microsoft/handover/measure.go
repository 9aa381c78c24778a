package handover

import (
	"slices"
	"strconv"
	"strings"

	"mxodus/engine"
)

// measures are what a test found at the source.
type measures struct {
	tested   int
	messages int
	bytes    int64
	tooBig   int
	bands    [5]int // mailboxes by size, as in guidance
	failed   []engine.UserCheck
	many     []engine.UserCheck // with more items than the service takes
	slashed  []slashed
	largest  engine.UserCheck
}

// slashed are a user's folders that the service leaves out for their names.
type slashed struct {
	user    string
	folders []string
}

// guidance is what Microsoft says of how long a mailbox takes: days in the middle,
// and for nine of ten.
var guidance = [...]struct {
	upTo        int64
	title       string
	middle, bad int
}{
	{1 << 30, "under 1 GB", 1, 7},
	{10 << 30, "1 to 10 GB", 1, 7},
	{50 << 30, "10 to 50 GB", 3, 14},
	{100 << 30, "50 to 100 GB", 3, 30},
}

func measured(checks []engine.UserCheck) (m measures) {
	for _, c := range checks {
		if c.Source.State != engine.CheckOK && c.Source.State != engine.CheckWarning {
			if c.Source.State == engine.CheckFailed {
				m.failed = append(m.failed, c)
			}
			continue
		}
		m.tested++
		m.messages += c.Messages
		m.bytes += c.Bytes
		m.tooBig += c.TooBig
		m.bands[band(c.Bytes)]++
		if c.Bytes >= m.largest.Bytes {
			m.largest = c
		}
		if c.BeyondLimit > 0 {
			m.many = append(m.many, c)
		}
		var odd []string
		for _, f := range c.Mappings {
			if f.Skip == "" && hasSlash(f.Source.Path) {
				odd = append(odd, engine.Clean(strings.Join(f.Source.Path, " > "), 120))
			}
		}
		if len(odd) > 0 {
			m.slashed = append(m.slashed, slashed{engine.Clean(c.User.Address, 100), odd})
		}
	}
	return m
}

func band(bytes int64) int {
	for i, g := range guidance {
		if bytes < g.upTo {
			return i
		}
	}
	return len(guidance)
}

// takes is how long the whole takes by Microsoft's figures: as long as its largest
// mailbox. known is false where they have none.
func (m measures) takes() (middle, bad int, known bool) {
	i := band(m.largest.Bytes)
	if i == len(guidance) {
		return 0, 0, false
	}
	return guidance[i].middle, guidance[i].bad, true
}

// some names a few, and how many more there are.
func some(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}

func addresses(checks []engine.UserCheck) (out []string) {
	for _, c := range checks {
		out = append(out, engine.Clean(c.User.Address, 100))
	}
	slices.Sort(out)
	return out
}
