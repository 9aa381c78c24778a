package engine

import "fmt"

// alterations count messages by what of them was altered on the way.
type alterations struct{ receipts, dates int }

// count counts a message that was copied.
func (a *alterations) count(r Record) {
	if r.State != Copied {
		return
	}
	if r.Altered&AlteredReceipt != 0 {
		a.receipts++
	}
	if r.Altered&AlteredDate != 0 {
		a.dates++
	}
}

func (a *alterations) add(b alterations) {
	a.receipts += b.receipts
	a.dates += b.dates
}

// alter counts what was altered of this folder's messages.
func (w *folderWork) alter(a alterations) {
	if a == (alterations{}) {
		return
	}
	w.mu.Lock()
	w.altered.add(a)
	w.mu.Unlock()
	t := w.m.track
	t.mu.Lock()
	defer t.mu.Unlock()
	if ft := t.byID[w.rec.ID]; ft != nil {
		ft.altered.add(a)
	}
	t.altered.add(a)
}

// reportAltered says once per folder and pass what was altered.
func (w *folderWork) reportAltered() {
	w.mu.Lock()
	a := w.altered
	w.altered = alterations{}
	w.mu.Unlock()
	folder := Quoted(w.name(), 120)
	if a.receipts > 0 {
		w.m.event(Info, fmt.Sprintf("In %s, %s no read receipt any more: the request was renamed on the way, as the project says.", folder, askFor(a.receipts)), "")
	}
	if a.dates > 0 {
		w.m.track.problemTimes(w.name(), Info, &Fault{Class: SkipMessage, Code: CodeDate, Side: SideDestination,
			What: "The new server can't hold the dates of some messages of this folder: it got the nearest that it can.",
			Do:   "Nothing: the messages are there, and their own Date says what it said. Only the order by arrival may differ.", Who: "nobody"}, a.dates)
		w.m.event(Info, fmt.Sprintf("In %s, the new server can't hold the date of %s: it got the nearest that it can.", folder, countMessages(a.dates)), "")
	}
}

func countMessages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}

func askFor(n int) string {
	if n == 1 {
		return "1 message asks for"
	}
	return countMessages(n) + " ask for"
}
