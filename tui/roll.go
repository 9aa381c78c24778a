package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/tui/widget"
)

// roll is a table of what its owner holds: narrowed by a filter, in an order, with
// marks on some rows, whose keys are K.
type roll[K comparable] struct {
	table  widget.Table
	filter filter
	shown  []int // places at the owner
	marked map[K]bool
}

// update takes a key of the filter or the table; it says whether it was one.
func (r *roll[K]) update(msg tea.KeyMsg) bool { return r.filter.update(msg) || r.table.Update(msg) }

// arrange works out which of n places are shown. order may be nil: as they stand.
func (r *roll[K]) arrange(n int, shows func(i int) bool, order func(i, j int) int) {
	r.shown = r.shown[:0]
	for i := range n {
		if shows(i) {
			r.shown = append(r.shown, i)
		}
	}
	if order != nil {
		slices.SortStableFunc(r.shown, order)
	}
	r.table.Resize(len(r.shown))
}

// at is the place under the cursor; -1 when there is none.
func (r *roll[K]) at() int {
	if row := r.table.At(); row >= 0 && row < len(r.shown) {
		return r.shown[row]
	}
	return -1
}

// mark marks a row, or no longer, and goes on to the next.
func (r *roll[K]) mark(k K) {
	r.set(k, !r.marked[k])
	r.table.Go(r.table.At() + 1)
}

// markAll marks all of these; where all are marked, none.
func (r *roll[K]) markAll(all []K) {
	some := slices.ContainsFunc(all, func(k K) bool { return !r.marked[k] })
	for _, k := range all {
		r.set(k, some)
	}
}

// keep forgets marks of what is gone.
func (r *roll[K]) keep(left []K) {
	was := r.marked
	r.marked = nil
	for _, k := range left {
		if was[k] {
			r.set(k, true)
		}
	}
}

func (r *roll[K]) set(k K, on bool) {
	switch {
	case !on:
		delete(r.marked, k)
		return
	case r.marked == nil:
		r.marked = map[K]bool{}
	}
	r.marked[k] = true
}
