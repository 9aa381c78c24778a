package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// group is one fault, and everybody it befell: ten users that can't be reached
// for one reason are told of once.
type group struct {
	fault *engine.Fault
	bad   bool
	who   []string // users, with the folder where there is one
	count int
}

// groups collects faults that say the same.
type groups struct{ list []*group }

func (g *groups) add(f *engine.Fault, bad bool, who string, n int) {
	same := func(have *group) bool {
		h := have.fault
		return have.bad == bad && h.Code == f.Code && h.Side == f.Side && h.What == f.What && h.Said == f.Said
	}
	i := slices.IndexFunc(g.list, same)
	if i < 0 {
		g.list = append(g.list, &group{fault: f, bad: bad})
		i = len(g.list) - 1
	}
	g.list[i].count += n
	if !slices.Contains(g.list[i].who, who) {
		g.list[i].who = append(g.list[i].who, who)
	}
}

// print tells of the grave ones first.
func (g *groups) print(a *app, w io.Writer) {
	slices.SortStableFunc(g.list, func(x, y *group) int {
		return map[bool]int{true: 0, false: 1}[x.bad] - map[bool]int{true: 0, false: 1}[y.bad]
	})
	m := a.term.marks()
	for _, one := range g.list {
		mark := m.warn
		if one.bad {
			mark = m.bad
		}
		fmt.Fprintln(w)
		a.para(w, "", mark+" "+listed(one.who, 6))
		a.printFault(w, "  ", one.fault)
	}
}

// listed names the first few.
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + say.Number(len(names)-most) + " more"
}

// left counts messages of one folder that were not taken, for one reason.
type left struct {
	user   engine.User
	folder []string
	state  engine.State
	reason engine.Reason
	said   string // of the first one
	count  int
	bytes  int64
}

// leftOut reads from the journal what was skipped and what failed.
func leftOut(ctx context.Context, f engine.ProjectFile, users []engine.User) ([]left, error) {
	var out []left
	for _, u := range users {
		folders, err := f.Folders(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			found := map[engine.Reason]int{}
			err := f.Records(ctx, folder.ID, func(r engine.Record) error {
				if r.Place() == 0 { // the old server no longer has it
					return nil
				}
				i, ok := found[r.Reason]
				if !ok {
					i = len(out)
					found[r.Reason] = i
					out = append(out, left{user: u, folder: folder.Path, state: r.State, reason: r.Reason, said: r.Said})
				}
				out[i].count++
				out[i].bytes += r.Size
				return nil
			}, engine.Skipped, engine.Failed)
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

type leftLine struct {
	Type   string   `json:"type"`
	User   string   `json:"user"`
	Folder []string `json:"folder"`
	State  string   `json:"state"`
	Reason string   `json:"reason"`
	Text   string   `json:"reason_text"`
	Said   string   `json:"said,omitempty"`
	Count  int      `json:"count"`
	Bytes  int64    `json:"bytes"`
}

// tellLeft prints what was not taken: as lines, or grouped for eyes.
func (a *app) tellLeft(all []left) {
	if a.opts.json {
		for _, l := range all {
			a.line(leftLine{"left_out", l.user.Address, l.folder, l.state.String(), string(l.reason), l.reason.Text(), l.said, l.count, l.bytes})
		}
		return
	}
	a.tellLeftOf(all, engine.Skipped, "Left out, each with its reason:")
	a.tellLeftOf(all, engine.Failed, "Not copied; the next run tries again:")
}

func (a *app) tellLeftOf(all []left, state engine.State, title string) {
	const most = 40
	t := a.table(column{least: 16}, column{least: 12}, column{right: true}, column{least: 24})
	more := 0
	for _, l := range all {
		switch {
		case l.state != state:
		case len(t.rows) == most:
			more++
		default:
			why := l.reason.Text()
			if l.state == engine.Failed && l.said != "" {
				why += ": " + engine.Clean(l.said, 160)
			}
			t.add(engine.Clean(l.user.Address, 80), path(l.folder), say.Count(l.count, "message")+", "+say.Size(l.bytes), why)
		}
	}
	if len(t.rows) == 0 {
		return
	}
	a.printf("\n%s\n", title)
	t.writeBare(a.out, width(a.Stdout))
	if more > 0 {
		a.printf("  and %s more; all of them with --json\n", say.Number(more))
	}
}
