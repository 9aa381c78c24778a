package engine

import (
	"context"
	"fmt"
	"time"
)

// noteDate notes that the destination gave another date (INTERNALDATE) than the
// source. Only dates of what we sent ourselves are ours to answer for.
func (f *verifyFolder) noteDate(m *verifyMessage, there int64) {
	if m.date == there || m.date == undated || there == undated || m.state != Copied || m.destUID != 0 && m.destUID != m.at {
		return
	}
	if f.dates == nil {
		f.dates = map[uint32]int64{}
	}
	f.dates[m.uid] = there
}

// arrivalSlack is how far the clocks of a server and of this computer may be apart.
const arrivalSlack = 15 * time.Minute

// compareDates judges dates that are others at the destination. A date that the
// server can't hold was moved, which is known; so was that of a message from the
// future, where a server takes the moment of its arrival instead; and a server that
// does so with all of them keeps no dates.
func (u *userVerify) compareDates(ctx context.Context, f *verifyFolder) error {
	if len(f.dates) == 0 {
		return nil
	}
	kept, moved := 0, []*verifyMessage(nil)
	arrived := map[uint32]bool{}
	err := u.records(ctx, f, func(m *verifyMessage, r Record) {
		there, other := f.dates[m.uid]
		if !other {
			if m.at != 0 && m.state == Copied {
				kept++
			}
			return
		}
		if m.at == 0 || m.outcome != 0 || u.holds(m.date).Unix() == there {
			return
		}
		now := time.Unix(there, 0).Sub(r.At).Abs() <= arrivalSlack
		if now && m.date > r.At.Unix() {
			return
		}
		arrived[m.uid] = now
		moved = append(moved, m)
	})
	if err != nil || len(moved) == 0 {
		return err
	}
	if kept == 0 && len(moved) > 1 && everyValue(arrived) {
		u.dateless = true
		return nil
	}
	for _, m := range moved {
		m.outcome = outChanged
		f.differ(m, fmt.Sprintf("its date of arrival differs: %s there, %s at the old server", shortDate(f.dates[m.uid]), shortDate(m.date)))
	}
	return nil
}

func everyValue(of map[uint32]bool) bool {
	for _, v := range of {
		if !v {
			return false
		}
	}
	return true
}

// holds is the date that the destination keeps of a message.
func (u *userVerify) holds(date int64) time.Time {
	return holdableDate(u.dst, time.Unix(date, 0).UTC())
}

func shortDate(unix int64) string { return time.Unix(unix, 0).UTC().Format("2 Jan 2006 15:04:05 UTC") }

// differ notes how a message differs.
func (f *verifyFolder) differ(m *verifyMessage, how string) {
	if f.differs == nil {
		f.differs = map[uint32]string{}
	}
	f.differs[m.uid] = how
}
