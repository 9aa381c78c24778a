package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ScheduleFacts are what NewSchedule goes by.
type ScheduleFacts struct {
	Now     time.Time
	Zone    *time.Location // that days are counted in; nil: this computer's
	Project Project
	Users   int   // that are to be moved
	Runs    []Run // in any order
	// Deliveries are the letters that went out.
	Deliveries []Delivery
	Estimate   Estimate // zero: nobody tested yet
	Tested     time.Time
	Pilot      Pilot
	MX         MXFacts
	Ended      time.Time // when the migration was ended; zero: it isn't
	Reported   time.Time // when the report was made last; zero: never
	// Marks are tasks that somebody said to be done.
	Marks map[TaskName]time.Time
}

// MXFacts are what was seen of the domain's MX. Zero: not known.
type MXFacts struct {
	OldTTL time.Duration // the longest seen before the change
	TTL    time.Duration // as it stands now
	// Forgotten is when an MX or TTL that was seen before a change can't be
	// remembered by anybody any more.
	Forgotten time.Time
	AllNew    bool      // every authoritative server gives the new MX
	Changed   time.Time // since then
}

// Pilot is the user who goes first, all the way.
type Pilot struct {
	User int64 `json:"user"` // ID; 0: none was chosen
	// Copied and Verified are when that was done for this user alone; Good is
	// when a person had looked into the new mailbox and found it good.
	Copied   time.Time `json:"copied,omitzero"`
	Verified time.Time `json:"verified,omitzero"`
	OK       bool      `json:"ok"` // the verification left nothing open
	Good     time.Time `json:"good,omitzero"`
}

// Tested is what the last test of the users said, as the project keeps it.
type Tested struct {
	At       time.Time            `json:"at"`
	Servers  string               `json:"servers"` // of Project.Servers, then
	Estimate Estimate             `json:"estimate"`
	Users    map[int64]TestedUser `json:"users"`
}

// TestedUser is what it said of one user.
type TestedUser struct {
	State    CheckState `json:"state"`
	Messages int        `json:"messages"`
	Bytes    int64      `json:"bytes"`
	Warnings []string   `json:"warnings,omitempty"` // what was seen, in words
	// Accepted says that somebody accepted exactly these warnings.
	Accepted bool `json:"accepted,omitempty"`
}

// Under these names a project keeps the documents of the plan.
const (
	pilotName  = "pilot"
	testedName = "test/last"
	marksName  = "plan/marks"
)

// ReadSchedule reads what the project's file knows of the facts. MX, Ended,
// Reported, Now and Zone are the caller's.
func ReadSchedule(ctx context.Context, f ProjectFile) (s ScheduleFacts, err error) {
	if s.Project, err = f.Project(ctx); err != nil {
		return s, err
	}
	users, err := f.Users(ctx)
	if err != nil {
		return s, err
	}
	for _, u := range users {
		if !u.LeftOut {
			s.Users++
		}
	}
	if s.Runs, err = f.Runs(ctx); err != nil {
		return s, err
	}
	if log, ok := f.(DeliveryLog); ok {
		if s.Deliveries, err = log.Deliveries(ctx); err != nil {
			return s, err
		}
	}
	tested, err := ReadTested(ctx, f)
	if err != nil {
		return s, err
	}
	s.Tested, s.Estimate = tested.At, tested.Estimate
	if s.Pilot, err = ReadPilot(ctx, f); err != nil {
		return s, err
	}
	err = readDoc(ctx, f, marksName, &s.Marks)
	return s, err
}

// ReadPilot is the project's pilot; zero when there is none.
func ReadPilot(ctx context.Context, f ProjectFile) (p Pilot, err error) {
	err = readDoc(ctx, f, pilotName, &p)
	return p, err
}

// KeepPilot keeps it; the zero Pilot takes it away.
func KeepPilot(ctx context.Context, f ProjectFile, p Pilot) error {
	if p == (Pilot{}) {
		return f.Keep(ctx, pilotName, nil)
	}
	return keepDoc(ctx, f, pilotName, p)
}

// ReadTested is what the last test said; zero when nobody tested.
func ReadTested(ctx context.Context, f ProjectFile) (t Tested, err error) {
	err = readDoc(ctx, f, testedName, &t)
	return t, err
}

// KeepTested keeps what a test said. Warnings that were accepted stay so while
// they are the same; of users whom s doesn't tell of, what was known stays.
func KeepTested(ctx context.Context, f ProjectFile, s ProbeStatus) (Tested, error) {
	was, err := ReadTested(ctx, f)
	if err != nil {
		return was, err
	}
	p, err := f.Project(ctx)
	if err != nil {
		return was, err
	}
	t := Tested{At: s.At.Round(0), Servers: p.Servers(), Estimate: s.Estimate, Users: map[int64]TestedUser{}}
	maps.Copy(t.Users, was.Users)
	for _, c := range s.Users {
		if !c.State.Finished() {
			continue
		}
		u := testedUser(c)
		u.Accepted = was.Accepts(c)
		t.Users[c.User.ID] = u
	}
	return t, keepDoc(ctx, f, testedName, t)
}

func testedUser(c UserCheck) TestedUser {
	u := TestedUser{State: c.State, Messages: c.Messages, Bytes: c.Bytes}
	for _, w := range c.Warnings {
		u.Warnings = append(u.Warnings, Clean(w.What, 500))
	}
	return u
}

// Accepts says whether the warnings of a check are those that somebody accepted.
func (t Tested) Accepts(c UserCheck) bool {
	u, ok := t.Users[c.User.ID]
	if !ok || !u.Accepted || len(u.Warnings) != len(c.Warnings) {
		return false
	}
	for i, w := range c.Warnings {
		if u.Warnings[i] != Clean(w.What, 500) {
			return false
		}
	}
	return true
}

// AcceptWarnings keeps that somebody accepted what the last test said of these
// users, and writes that into the project's history once.
func AcceptWarnings(ctx context.Context, f ProjectFile, at time.Time, users ...int64) (Tested, error) {
	t, err := ReadTested(ctx, f)
	if err != nil {
		return t, err
	}
	for _, id := range users {
		if err := t.accept(ctx, f, at, id); err != nil {
			return t, err
		}
	}
	return t, keepDoc(ctx, f, testedName, t)
}

// AcceptChecks is AcceptWarnings for checks that may not be kept yet.
func AcceptChecks(ctx context.Context, f ProjectFile, at time.Time, checks []UserCheck) (Tested, error) {
	t, err := ReadTested(ctx, f)
	if err != nil {
		return t, err
	}
	if t.Users == nil {
		t.Users = map[int64]TestedUser{}
	}
	for _, c := range checks {
		if t.Accepts(c) {
			continue
		}
		t.Users[c.User.ID] = testedUser(c)
		if err := t.accept(ctx, f, at, c.User.ID); err != nil {
			return t, err
		}
	}
	return t, keepDoc(ctx, f, testedName, t)
}

func (t Tested) accept(ctx context.Context, f ProjectFile, at time.Time, id int64) error {
	u, ok := t.Users[id]
	if !ok || u.Accepted {
		return nil
	}
	u.Accepted = true
	t.Users[id] = u
	return f.Event(ctx, Event{At: at, UserID: id, Level: Attention, Text: "Accepted: " + strings.Join(u.Warnings, " ")})
}

// ForgetTested notes that these users (of none: all) have changed since they were
// tested. What was accepted stays accepted.
func ForgetTested(ctx context.Context, f ProjectFile, users ...int64) (Tested, error) {
	t, err := ReadTested(ctx, f)
	if err != nil || t.At.IsZero() {
		return t, err
	}
	if len(users) == 0 {
		users = slices.Collect(maps.Keys(t.Users))
	}
	for _, id := range users {
		if u, ok := t.Users[id]; ok {
			u.State = CheckWaiting
			t.Users[id] = u
		}
	}
	return t, keepDoc(ctx, f, testedName, t)
}

// MarkTask keeps that somebody said a task to be done; done false takes that back.
func MarkTask(ctx context.Context, f ProjectFile, name TaskName, at time.Time, done bool) error {
	marks := map[TaskName]time.Time{}
	if err := readDoc(ctx, f, marksName, &marks); err != nil {
		return err
	}
	if delete(marks, name); done {
		marks[name] = at.Round(0)
	}
	return keepDoc(ctx, f, marksName, marks)
}

// readDoc reads a document into v, which stays as it is when there is none. One
// of another version is as if nobody had kept it.
func readDoc(ctx context.Context, f ProjectFile, name string, v any) error {
	doc, err := f.Kept(ctx, name)
	if err == nil && doc != nil {
		_ = json.Unmarshal(doc, v)
	}
	return err
}

func keepDoc(ctx context.Context, f ProjectFile, name string, v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	return f.Keep(ctx, name, doc)
}
