package engine

import "time"

// meter turns counts taken about once a second into rates and times left. Its
// owner guards it.
type meter struct {
	samples []sample // the last minute, oldest first
	history []float64
	stride  int // seconds per history element
	pending int
	sum     float64
}

type sample struct {
	at       time.Time
	messages int
	bytes    int64
}

const (
	meterWindow = 60
	rateWindow  = 10 * time.Second
	historyMost = 240
)

func (m *meter) add(now time.Time, messages int, bytes int64) {
	if n := len(m.samples); n > 0 {
		last := m.samples[n-1]
		if messages < last.messages { // a new pass began
			m.samples = m.samples[:0]
		} else if dt := now.Sub(last.at).Seconds(); dt > 0 {
			m.remember(float64(bytes-last.bytes) / dt)
		}
	}
	if len(m.samples) == meterWindow {
		m.samples = append(m.samples[:0], m.samples[1:]...)
	}
	m.samples = append(m.samples, sample{now, messages, bytes})
}

// remember keeps the history at historyMost elements by halving it.
func (m *meter) remember(v float64) {
	m.stride = max(m.stride, 1)
	m.sum += v
	if m.pending++; m.pending < m.stride {
		return
	}
	m.history = append(m.history, m.sum/float64(m.pending))
	m.pending, m.sum = 0, 0
	if len(m.history) < historyMost {
		return
	}
	half := m.history[:0]
	for i := 0; i+1 < len(m.history); i += 2 {
		half = append(half, (m.history[i]+m.history[i+1])/2)
	}
	m.history = half
	m.stride *= 2
}

// rate is messages and bytes per second over the last ten seconds.
func (m *meter) rate(now time.Time) (messages, bytes float64) {
	return m.over(now, rateWindow)
}

func (m *meter) over(now time.Time, window time.Duration) (messages, bytes float64) {
	if len(m.samples) < 2 {
		return 0, 0
	}
	last := m.samples[len(m.samples)-1]
	first := last
	for i := len(m.samples) - 2; i >= 0 && now.Sub(m.samples[i].at) <= window; i-- {
		first = m.samples[i]
	}
	dt := last.at.Sub(first.at).Seconds()
	if dt <= 0 {
		return 0, 0
	}
	return float64(last.messages-first.messages) / dt, float64(last.bytes-first.bytes) / dt
}

// left estimates the time for the rest: small messages cost by count, large
// ones by size, so the slower of the two counts. The range comes from the
// quickest and slowest quarter of the last minute.
func (m *meter) left(now time.Time, messages int, bytes int64) (likely, least, most time.Duration) {
	if messages <= 0 || len(m.samples) < 4 {
		return 0, 0, 0
	}
	mr, br := m.over(now, meterWindow*time.Second)
	likely = remaining(messages, bytes, mr, br)
	if likely == 0 {
		return 0, 0, 0
	}
	least, most = likely, likely
	quarter := max(len(m.samples)/4, 2)
	for i := 0; i+quarter <= len(m.samples); i += quarter {
		part := meter{samples: m.samples[i : i+quarter]}
		pm, pb := part.over(part.samples[quarter-1].at, meterWindow*time.Second)
		if d := remaining(messages, bytes, pm, pb); d > 0 {
			least, most = min(least, d), max(most, min(d, 4*likely))
		}
	}
	return likely, least * 9 / 10, most * 11 / 10
}

func remaining(messages int, bytes int64, messageRate, byteRate float64) time.Duration {
	var s float64
	if messageRate > 0 {
		s = float64(messages) / messageRate
	}
	if byteRate > 0 {
		// Each of the two alone overstates mixed mail: take their mean, but no
		// less than bytes alone demand.
		b := float64(bytes) / byteRate
		s = max((s+b)/2, b)
	}
	return time.Duration(s * float64(time.Second))
}
