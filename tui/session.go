package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/agenda"
)

// session is what the steps know together: the open project, and what came of
// testing, copying and verifying in this sitting. Steps read it; only Update
// changes it. Snapshots in it are never changed, only replaced.
type session struct {
	file     engine.ProjectFile
	vault    engine.Vault
	project  engine.Project
	people   []person
	admins   map[engine.Side]engine.Secret // administrators' passwords
	runs     []engine.Run
	holder   *engine.LockedError // another process that runs the project; nil: none
	practice bool
	names    names // what the project keeps of the DNS
	post     postbox
	facts    engine.ScheduleFacts
	kept     engine.Tested // what the last test said, in whichever sitting
	manages  bool          // the set-up of Microsoft 365 is also for making users
	place    string        // the step that was last on screen, in an earlier sitting
	reading  int64         // see loaded

	seen     map[engine.Side]engine.SessionInfo // connections checked in this sitting
	probe    *engine.ProbeStatus
	retest   []int64        // users of probe whose passwords changed since
	accepted map[int64]bool // users whose warnings were accepted
	batch    *engine.BatchStatus
	first    []int64 // users to be copied before all others, the first one last
	verify   *verifySnap
	posting  *postSnap
	staffing *staffSnap          // what goes on in the tenant
	measured *engine.ProbeStatus // for a hand-over
	spread   *dns.Spread         // what the watch saw last
	dayWords string              // what happened when a working day passed, in practice
}

// person is a user with the passwords that the vault has.
type person struct {
	engine.User
	source, destination engine.Secret
}

// open says whether a project is open and unlocked.
func (s *session) open() bool { return s.file != nil && s.vault != nil }

// begin takes a project that was read.
func (s *session) begin(l loaded, practice bool) {
	*s = session{file: l.file, vault: l.vault, practice: practice,
		seen: map[engine.Side]engine.SessionInfo{}, accepted: map[int64]bool{}}
	s.refresh(l)
	if l.stand != nil && len(l.stand.Users) > 0 {
		s.batch = l.stand
	}
}

// refresh takes what the file holds now. Two steps may have read at once: what
// began to be read before what is known already says nothing new.
func (s *session) refresh(l loaded) {
	if l.reading < s.reading {
		return
	}
	s.reading = l.reading
	s.project, s.people, s.admins, s.runs, s.holder, s.names = l.project, l.people, l.admins, l.runs, l.holder, l.names
	l.post.learned, s.post = s.post.learned, l.post
	s.facts, s.kept, s.place, s.manages = l.facts, l.kept, l.place, l.manages
}

// schedule is the plan as things stand.
func (s *session) schedule(now time.Time) engine.Schedule {
	f := s.facts
	f.Now, f.Project, f.Runs, f.Users = now, s.project, s.runs, len(s.moving())
	f.Deliveries, f.Reported = s.post.went, s.post.written[reportDoc].At
	if s.spread != nil {
		f.MX = agenda.Seen(f.MX, *s.spread)
	}
	if e := s.names.ending; e != nil {
		f.Ended = e.At
	}
	return engine.NewSchedule(f)
}

func (s *session) endpoint(side engine.Side) engine.Endpoint {
	if side == engine.SideSource {
		return s.project.Source
	}
	return s.project.Destination
}

// standing says how far a user's row is from being ready.
type standing struct {
	ready bool
	word  string // short
	words string // a sentence with the remedy; empty when there is nothing to do
	level engine.Level
}

func (s *session) standing(p person) standing {
	_, domain, _ := strings.Cut(p.Address, "@")
	switch {
	case p.LeftOut:
		return standing{word: "left out", words: "This user is left out and will not be moved. Press o to take the user in again.", level: engine.Info}
	case p.source == "" && s.project.Source.Admin == "" && s.project.Source.NeedsPasswords():
		return standing{word: "no old password", level: engine.Bad,
			words: "The password for the old server is missing. Press e to type it in. Until then this user is left out."}
	case p.destination == "" && s.project.Destination.Admin == "" && s.project.Destination.NeedsPasswords():
		return standing{word: "no new password", level: engine.Bad,
			words: "The password for the new mailbox is missing. Press e to type it in. Until then this user is left out."}
	case s.project.Domain != "" && !strings.EqualFold(domain, s.project.Domain):
		return standing{ready: true, word: "other domain", level: engine.Attention,
			words: "The address is not in " + clean(s.project.Domain) + ". If that is a slip, press e to mend it; if it is meant so, leave it."}
	}
	return standing{ready: true, word: "ready", level: engine.Info}
}

// chosen are the users that can be moved now.
func (s *session) chosen() []engine.User {
	var out []engine.User
	for _, p := range s.people {
		if s.standing(p).ready {
			out = append(out, p.User)
		}
	}
	return out
}

// toMend counts users that are meant to be moved and can't yet.
func (s *session) toMend() int {
	n := 0
	for _, p := range s.people {
		if st := s.standing(p); !st.ready && !p.LeftOut {
			n++
		}
	}
	return n
}

// lastRun is the last run of these kinds that came to its end.
func (s *session) lastRun(kinds ...string) *engine.Run {
	var last *engine.Run
	for i, r := range s.runs {
		for _, k := range kinds {
			if r.Kind == k && !r.Finished.IsZero() && !r.Summary.Interrupted && (last == nil || r.Started.After(last.Started)) {
				last = &s.runs[i]
			}
		}
	}
	return last
}

// migrated says whether a whole run came to its end.
func (s *session) migrated() bool {
	r := s.lastRun("full", "delta")
	return r != nil && r.Summary.UsersFailed+r.Summary.UsersWaiting < max(1, r.Summary.Users) && !s.pilotOnly()
}

// changed takes note that users changed since they were tested: one user's
// passwords, or (0) more than that.
func (s *session) changed(password int64) {
	known := s.probe != nil && slices.ContainsFunc(s.probe.Users, func(c engine.UserCheck) bool { return c.User.ID == password })
	if password == 0 || !known {
		s.probe, s.retest = nil, nil
		return
	}
	s.retest = append(s.retest, password)
}

// begun says whether any run was ever started, whatever became of it.
func (s *session) begun() bool {
	return slices.ContainsFunc(s.runs, func(r engine.Run) bool { return r.Kind == "full" || r.Kind == "delta" })
}

// interrupted is the last run if it never came to its end; nil otherwise.
func (s *session) interrupted() *engine.Run {
	var last *engine.Run
	for i, r := range s.runs {
		if (r.Kind == "full" || r.Kind == "delta") && (last == nil || r.Started.After(last.Started)) {
			last = &s.runs[i]
		}
	}
	if last != nil && s.holder == nil && (last.Finished.IsZero() || last.Summary.Interrupted) {
		return last
	}
	return nil
}

// tested says whether the chosen users were tested well enough to go on, and
// else why not.
func (s *session) tested() (bool, string) {
	if s.probe == nil && s.kept.Servers == s.project.Servers() && !s.kept.At.IsZero() && !s.begun() {
		return s.testedBefore()
	}
	if s.probe == nil || !s.probe.Finished || len(s.retest) > 0 {
		if s.begun() {
			return true, "" // it was, before that run
		}
		return false, "not tested yet"
	}
	good, open := 0, 0
	for _, u := range s.probe.Users {
		switch {
		case u.State == engine.CheckOK || u.State == engine.CheckWarning && s.accepted[u.User.ID]:
			good++
		case u.State == engine.CheckWarning:
			open++
		}
	}
	return enough(good, open)
}

func enough(good, open int) (bool, string) {
	switch {
	case open > 0:
		return false, "warnings to accept"
	case good == 0:
		return false, "no user passed the test"
	}
	return true, ""
}

// estimate is how long the first run takes, by the last test.
func (s *session) estimate() engine.Estimate {
	if s.probe != nil {
		return s.probe.Estimate
	}
	return s.kept.Estimate
}

// testedBefore is tested by what an earlier sitting kept.
func (s *session) testedBefore() (bool, string) {
	good, open := 0, 0
	for _, u := range s.chosen() {
		switch k := s.kept.Users[u.ID]; {
		case k.State == engine.CheckOK || k.State == engine.CheckWarning && k.Accepted:
			good++
		case k.State == engine.CheckWarning:
			open++
		case k.State != engine.CheckFailed:
			return false, "not tested yet"
		}
	}
	return enough(good, open)
}

// passed are the chosen users that the test lets through; all of them when
// nothing was tested in this sitting.
func (s *session) passed() []engine.User {
	failed := map[int64]bool{}
	if s.probe == nil {
		for id, u := range s.kept.Users {
			failed[id] = u.State == engine.CheckFailed && !s.begun()
		}
		return s.without(failed)
	}
	for _, u := range s.probe.Users {
		failed[u.User.ID] = u.State == engine.CheckFailed
	}
	return s.without(failed)
}

func (s *session) without(failed map[int64]bool) []engine.User {
	var out []engine.User
	for _, u := range s.chosen() {
		if !failed[u.ID] {
			out = append(out, u)
		}
	}
	return out
}

// attention counts what a person should look at in the work at hand.
func (s *session) attention() int {
	n := s.toMend()
	if s.batch == nil {
		return n
	}
	return n + lookAt(s.batch)
}

// lookAt counts users of a run that a person should look at.
func lookAt(b *engine.BatchStatus) int {
	n := 0
	for i := range b.Users {
		if needsLook(&b.Users[i]) {
			n++
		}
	}
	return n
}

// needsLook says whether a person should look at a user in a run.
func needsLook(u *engine.UserStatus) bool {
	return u.State == engine.UserFailed || u.State == engine.UserAttention || grave(u.Problems) > 0
}

// grave counts problems that are more than a note.
func grave(problems []engine.Problem) int {
	n := 0
	for _, p := range problems {
		if p.Level != engine.Info {
			n++
		}
	}
	return n
}

// name is a user as people know them.
func name(u engine.User) string { return clean(cmp.Or(u.Address, u.SourceLogin)) }
