package engine

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// A run tells other processes, and later sittings, how it stands: under this name a
// project keeps its last BatchStatus, as far as people want to see it again.
const standingName = "run/standing"

const (
	standingEvery    = 2 * time.Second // and a second more for every 100 users
	standingProblems = 20              // of one user, the last ones
)

type standingDoc struct {
	At       time.Time      `json:"at"`
	Started  time.Time      `json:"started"`
	Finished time.Time      `json:"finished,omitzero"`
	NextPass time.Time      `json:"next,omitzero"`
	Pass     int            `json:"pass"`
	Paused   bool           `json:"paused,omitempty"`
	Stopping bool           `json:"stopping,omitempty"`
	Rate     float64        `json:"rate,omitempty"`
	ByteRate float64        `json:"byte_rate,omitempty"`
	Left     time.Duration  `json:"left,omitempty"`
	LeftMin  time.Duration  `json:"left_min,omitempty"`
	LeftMax  time.Duration  `json:"left_max,omitempty"`
	Users    []standingUser `json:"users"`
}

type standingUser struct {
	ID             int64             `json:"id"`
	State          UserState         `json:"state"`
	Why            string            `json:"why,omitempty"`
	Until          time.Time         `json:"until,omitzero"`
	Scanned        bool              `json:"scanned,omitempty"`
	Folder         string            `json:"folder,omitempty"`
	Sum            Tally             `json:"sum"`
	Sent           int               `json:"sent,omitempty"`
	ExpectMessages int               `json:"expect,omitempty"`
	ExpectBytes    int64             `json:"expect_bytes,omitempty"`
	Rate           float64           `json:"rate,omitempty"`
	ByteRate       float64           `json:"byte_rate,omitempty"`
	Left           time.Duration     `json:"left,omitempty"`
	Problems       []standingProblem `json:"problems,omitempty"`
}

type standingProblem struct {
	At     time.Time `json:"at"`
	Level  Level     `json:"level"`
	Folder string    `json:"folder,omitempty"`
	Count  int       `json:"count"`
	Code   Code      `json:"code,omitempty"`
	What   string    `json:"what"`
	Do     string    `json:"do,omitempty"`
	Who    string    `json:"who,omitempty"`
	Said   string    `json:"said,omitempty"`
}

// keepStanding writes down how the run stands, now and then or, with must, at once.
// That it fails costs nothing but the telling.
func (b *Batch) keepStanding(ctx context.Context, now time.Time, must bool) {
	b.mu.Lock()
	early := now.Sub(b.stood) < standingEvery+time.Duration(len(b.boxes)/100)*time.Second
	if !early || must {
		b.stood = now
	}
	b.mu.Unlock()
	if early && !must {
		return
	}
	s := b.Status()
	if err := keepDoc(ctx, b.env.file, standingName, standingOf(&s)); err != nil {
		b.env.log.Warn("how the run stands is not kept", "error", err)
	}
}

func standingOf(s *BatchStatus) standingDoc {
	d := standingDoc{At: s.At, Started: s.Started, Finished: s.Finished, NextPass: s.NextPass, Pass: s.Pass, Paused: s.Paused, Stopping: s.Stopping,
		Rate: s.Rate, ByteRate: s.ByteRate, Left: s.Left, LeftMin: s.LeftMin, LeftMax: s.LeftMax}
	for i := range s.Users {
		u := &s.Users[i]
		o := standingUser{ID: u.User.ID, State: u.State, Why: u.Why, Until: u.Until, Scanned: u.Scanned, Folder: u.Folder, Sum: u.Sum, Sent: u.Sent,
			ExpectMessages: u.ExpectMessages, ExpectBytes: u.ExpectBytes, Rate: u.Rate, ByteRate: u.ByteRate, Left: u.Left}
		for _, p := range u.Problems[max(0, len(u.Problems)-standingProblems):] {
			f := &p.Fault
			o.Problems = append(o.Problems, standingProblem{p.At, p.Level, p.Folder, p.Count, f.Code, f.What, f.Do, f.Who, Clean(f.Said, 300)})
		}
		d.Users = append(d.Users, o)
	}
	return d
}

// Standing is how the last run of a project stands, or stood when it ended; nil when
// none told. Users that the project no longer has are left out, and so is the history
// of its rate. Whoever knows that nobody runs the project says so: then a run that
// never came to its end is one that was stopped when it was last heard of.
//
// Folders are not told: see WithFolders.
func Standing(ctx context.Context, f ProjectFile, running bool) (*BatchStatus, error) {
	var d standingDoc
	if err := readDoc(ctx, f, standingName, &d); err != nil || d.Started.IsZero() {
		return nil, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return nil, err
	}
	s := &BatchStatus{At: d.At, Started: d.Started, Finished: d.Finished, NextPass: d.NextPass, Pass: d.Pass, Paused: d.Paused, Stopping: d.Stopping,
		Rate: d.Rate, ByteRate: d.ByteRate, Left: d.Left, LeftMin: d.LeftMin, LeftMax: d.LeftMax, Scanned: true}
	for _, o := range d.Users {
		i := slices.IndexFunc(users, func(u User) bool { return u.ID == o.ID })
		if i < 0 {
			continue
		}
		u := o.status(users[i])
		s.Users = append(s.Users, u)
		s.Sum.add(u.Sum)
		s.Scanned = s.Scanned && (u.Scanned || u.State.Finished())
	}
	if !running && s.Finished.IsZero() {
		s.cut()
	}
	return s, nil
}

func (o *standingUser) status(of User) UserStatus {
	u := UserStatus{User: of, State: o.State, Why: o.Why, Until: o.Until, Scanned: o.Scanned, Folder: o.Folder, Sum: o.Sum, Sent: o.Sent,
		ExpectMessages: o.ExpectMessages, ExpectBytes: o.ExpectBytes, Rate: o.Rate, ByteRate: o.ByteRate, Left: o.Left}
	for _, p := range o.Problems {
		u.Problems = append(u.Problems, Problem{At: p.At, Level: p.Level, Folder: p.Folder, Count: p.Count,
			Fault: Fault{Code: p.Code, What: p.What, Do: p.Do, Who: p.Who, Said: p.Said}})
	}
	return u
}

// cut ends what was killed.
func (s *BatchStatus) cut() {
	s.Finished, s.NextPass, s.Paused, s.Stopping = s.At, time.Time{}, false, true
	s.Rate, s.ByteRate, s.Left, s.LeftMin, s.LeftMax = 0, 0, 0, 0, 0
	for i := range s.Users {
		if u := &s.Users[i]; !u.State.Finished() {
			u.State, u.Why, u.Until, u.Rate, u.ByteRate, u.Left = UserStopped, "", time.Time{}, 0, 0, 0
		}
	}
}

// WithFolders is the status with the folders that the journal counts, as far as it
// does: what it hasn't looked at yet is not in their Total.
func (s *BatchStatus) WithFolders(counts []FolderCount) *BatchStatus {
	out := *s
	out.Users = slices.Clone(s.Users)
	at := make(map[int64]*UserStatus, len(out.Users))
	for i := range out.Users {
		out.Users[i].Folders = nil
		at[out.Users[i].User.ID] = &out.Users[i]
	}
	for _, c := range counts {
		u := at[c.Folder.UserID]
		if u == nil {
			continue
		}
		f := FolderStatus{Path: joinPath(c.Folder.Path), Dest: joinPath(c.Folder.DestPath), Renamed: c.Folder.Renamed, Done: c.Folder.Done.UIDValidity != 0}
		f.Sum.AddCount(c)
		if c.Folder.Refusal != "" {
			f.Err = &Fault{Class: SkipMessage, Code: CodeNoFolder, What: c.Folder.Refusal}
		}
		u.Folders = append(u.Folders, f)
	}
	for i := range out.Users {
		slices.SortStableFunc(out.Users[i].Folders, func(a, b FolderStatus) int { return cmp.Compare(a.Path, b.Path) })
	}
	return &out
}
