package tui

import (
	"context"
	"slices"
	"strings"

	"mxodus/engine"
)

// Like io.go: what reads the journal may wait, and runs in commands only.

const laneProblems = "live problems"

// journalProblems are what the journal knows of problems: messages that were left out
// or refused, by reason, and what happened since the last run began.
func journalProblems(ctx context.Context, f engine.ProjectFile, s *liveSnap) ([]problemGroup, error) {
	var users []engine.UserStatus
	for _, u := range s.users {
		st := engine.UserStatus{User: u}
		for _, c := range s.folders[u.ID] {
			if c.Messages[engine.Skipped]+c.Messages[engine.Failed] == 0 {
				continue
			}
			found, err := folderProblems(ctx, f, c.Folder)
			if err != nil {
				return nil, err
			}
			st.Problems = append(st.Problems, found...)
		}
		st.Problems = append(st.Problems, s.troubles(u.ID)...)
		users = append(users, st)
	}
	users = append(users, engine.UserStatus{User: engine.User{Address: "the project"}, Problems: s.troubles(0)})
	return groupProblems(users), nil
}

// folderProblems count messages of a folder that did not come over.
func folderProblems(ctx context.Context, f engine.ProjectFile, folder engine.FolderRecord) (out []engine.Problem, err error) {
	type kind struct {
		state  engine.State
		reason engine.Reason
	}
	at := map[kind]int{}
	err = f.Records(ctx, folder.ID, func(r engine.Record) error {
		if r.Place() == 0 { // the old server no longer has it
			return nil
		}
		k := kind{r.State, r.Reason}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, problemOf(r, strings.Join(folder.Path, "/")))
		}
		out[i].Count++
		if r.At.After(out[i].At) {
			out[i].At = r.At
		}
		return nil
	}, engine.Skipped, engine.Failed)
	return out, err
}

// problemOf says what became of a message.
func problemOf(r engine.Record, folder string) engine.Problem {
	p := engine.Problem{At: r.At, Level: engine.Attention, Folder: folder, Fault: engine.Fault{Code: engine.Code(r.Reason), Said: r.Said, Who: "you",
		What: "Left out: " + r.Reason.Text() + ".",
		Do:   "Nothing, if that is as you want it. They stay at the old server, and the report lists them."}}
	switch {
	case r.State == engine.Failed:
		p.Level = engine.Bad
		p.Fault.What, p.Fault.Do = "Not copied: "+r.Reason.Text()+".", "Nothing yet: every later run tries them again."
	case r.Reason == engine.ReasonElsewhere || r.Reason == engine.ReasonView || r.Reason == engine.ReasonExcluded:
		p.Level = engine.Info
	}
	return p
}

// troubles are what happened to a user (0: to all) since the last run began.
func (s *liveSnap) troubles(user int64) (out []engine.Problem) {
	last := lastOf(s.runs)
	for _, e := range slices.Backward(s.events) {
		if e.UserID == user && e.Level != engine.Info && last != nil && !e.At.Before(last.Started) {
			out = append(out, engine.Problem{At: e.At, Level: e.Level, Count: 1, Fault: engine.Fault{What: e.Text, Said: e.Said}})
		}
	}
	return out
}
