package cli

import (
	"time"

	"mxodus/engine"
)

type tallyJSON struct {
	Total      int   `json:"total"`
	Copied     int   `json:"copied"`
	Present    int   `json:"present"`
	Skipped    int   `json:"skipped"`
	Failed     int   `json:"failed"`
	TotalBytes int64 `json:"total_bytes"`
	CopyBytes  int64 `json:"copied_bytes"`
	Settled    int64 `json:"settled_bytes"`
}

func tally(t engine.Tally) tallyJSON {
	return tallyJSON{t.Total, t.Copied, t.Present, t.Skipped, t.Failed, t.TotalBytes, t.CopiedBytes, t.SettledBytes()}
}

type progressLine struct {
	Type string `json:"type"`
	Pass int    `json:"pass"`
	tallyJSON
	Scanned  bool       `json:"scanned"`
	Rate     float64    `json:"messages_per_second"`
	ByteRate float64    `json:"bytes_per_second"`
	Left     *float64   `json:"left_seconds,omitempty"`
	LeftMin  *float64   `json:"left_min_seconds,omitempty"`
	LeftMax  *float64   `json:"left_max_seconds,omitempty"`
	Paused   bool       `json:"paused"`
	NextPass *time.Time `json:"next_pass,omitempty"`
}

type userLineJSON struct {
	Type   string     `json:"type"`
	User   string     `json:"user"`
	State  string     `json:"state"`
	Why    string     `json:"why,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Folder string     `json:"folder,omitempty"`
	tallyJSON
	Sent int `json:"sent"`
}

type problemLine struct {
	Type   string     `json:"type"`
	User   string     `json:"user"`
	Folder string     `json:"folder,omitempty"`
	Level  string     `json:"level"`
	Count  int        `json:"count"`
	Fault  *jsonFault `json:"fault"`
}

type runLine struct {
	Type           string     `json:"type"`
	Kind           string     `json:"kind"`
	Started        *time.Time `json:"started,omitempty"`
	Finished       *time.Time `json:"finished,omitempty"`
	Interrupted    bool       `json:"interrupted"`
	Users          int        `json:"users"`
	UsersFailed    int        `json:"users_failed"`
	UsersAttention int        `json:"users_attention"`
	tallyJSON
	Sent         int   `json:"sent"`
	SentBytes    int64 `json:"sent_bytes"`
	FlagChanges  int   `json:"flag_changes"`
	FlagsDropped int   `json:"flags_dropped"`
	Receipts     int   `json:"receipts_silenced"`
	DatesMoved   int   `json:"dates_moved"`
	UsersWaiting int   `json:"users_waiting"`
}

func userJSON(u engine.UserStatus) userLineJSON {
	return userLineJSON{"user", u.User.Address, string(u.State), u.Why, instant(u.Until), u.Folder, tally(u.Sum), u.Sent}
}

func summaryJSON(s engine.Summary) runLine {
	return runLine{"run", s.Kind, instant(s.Started), instant(s.Finished), s.Interrupted, s.Users, s.UsersFailed, s.UsersAttention,
		tally(s.Sum), s.Sent, s.SentBytes, s.FlagChanges, s.FlagsDropped, s.Receipts, s.DatesMoved, s.UsersWaiting}
}

// json is one look at a batch as events: users whose state changed, and the
// whole.
func (v *batchView) json(s engine.BatchStatus) []any {
	var out []any
	for _, u := range s.Users {
		if v.states[u.User.ID] != u.State {
			v.states[u.User.ID] = u.State
			out = append(out, userJSON(u))
		}
	}
	return append(out, progressLine{"progress", s.Pass, tally(s.Sum), s.Scanned, s.Rate, s.ByteRate,
		seconds(s.Left), seconds(s.LeftMin), seconds(s.LeftMax), s.Paused, instant(s.NextPass)})
}

// runLines writes the end of a run: users, problems, what was left out, the sum.
func (a *app) runLines(sum engine.Summary, s engine.BatchStatus, all []left) {
	for _, u := range s.Users {
		a.line(userJSON(u))
	}
	for _, u := range s.Users {
		for i := range u.Problems {
			p := &u.Problems[i]
			a.line(problemLine{"problem", u.User.Address, p.Folder, string(p.Level), p.Count, faultJSON(&p.Fault)})
		}
	}
	a.tellLeft(all)
	a.line(summaryJSON(sum))
}
