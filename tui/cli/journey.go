package cli

import (
	"context"
	"fmt"
	"time"

	"mxodus/engine"
	"mxodus/engine/say"
)

// journey is the whole way of the practice company, without questions.
type journey struct {
	*app
	project *opened
	company *engine.Practice
	began   time.Time
	dir     string // where letters and report go; empty: a new temporary folder, and nowhere for JSON
	checks  []demoCheck
}

// demoCheck is one thing that must hold at the end.
type demoCheck struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

func (j *journey) expect(ok bool, format string, args ...any) {
	j.checks = append(j.checks, demoCheck{fmt.Sprintf(format, args...), ok})
}

// title begins a chapter; JSON has none.
func (j *journey) title(n int, text string) {
	if !j.opts.json {
		j.printf("\n%d. %s\n\n", n, text)
	}
}

func (j *journey) make(ctx context.Context) error {
	p := j.project.project
	if !j.opts.json {
		j.para(j.out, "", fmt.Sprintf("A made-up company on this computer: %s, %s, %s. Its old mail server is %s, its new one %s. Nothing leaves this computer, and nothing can break.",
			engine.Clean(p.Company, 100), engine.Clean(p.Domain, 100), say.Count(len(j.project.users), "user"), p.Source.URL(), p.Destination.URL()))
	}
	for _, step := range []func(context.Context) error{j.test, j.first, j.day, j.second, j.third, j.verifyAll, j.papers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return j.result()
}

func (j *journey) test(ctx context.Context) error {
	j.title(1, "Test: can everybody be reached, and what is there?")
	s, err := j.probe(ctx, j.project, j.project.users)
	if err != nil {
		return err
	}
	j.tellProbe(j.project.project, s, false)
	j.expect(probeCode(s) == ExitDone && len(s.Users) == len(j.project.users), "every user can be signed in on both sides")
	return nil
}

func (j *journey) first(ctx context.Context) error {
	j.title(2, "First run: copy the mail, newest first")
	sum, s, err := j.batch(ctx, j.project, j.project.users, false)
	if err != nil {
		return err
	}
	if err := j.tellRun(ctx, j.project.file, sum, s); err != nil {
		return err
	}
	j.expect(sum.UsersFailed == 0 && sum.Sum.Failed == 0 && sum.Sent > 0, "the first run copied %s, none failed", say.Count(sum.Sent, "message"))
	j.expect(sum.Sum.Settled() == sum.Sum.Total, "every one of the %s is copied, there before, or left out for a reason", say.Count(sum.Sum.Total, "message"))
	return nil
}

// again is a later run, told in short.
func (j *journey) again(ctx context.Context) (engine.Summary, error) {
	sum, s, err := j.batch(ctx, j.project, j.project.users, false)
	if err != nil {
		return sum, err
	}
	if j.opts.json {
		j.runLines(sum, s, nil)
		return sum, nil
	}
	for _, u := range s.Users {
		if u.Sent > 0 || u.State != engine.UserDone {
			j.printf("  %s: %s, %s\n", engine.Clean(u.User.Address, 80), u.State, say.Count(u.Sent, "new message"))
		}
	}
	batchGroups(s).print(j.app, j.out)
	j.para(j.out, "", runSentence(sum, s))
	return sum, nil
}

func (j *journey) day(ctx context.Context) error {
	j.title(3, "A working day passes at the old server")
	text, err := j.company.WorkingDay(ctx)
	if err != nil {
		return err
	}
	if !j.opts.json {
		j.para(j.out, "", engine.Clean(text, 1000))
	}
	return nil
}

func (j *journey) second(ctx context.Context) error {
	j.title(4, "Second run: only what is new")
	sum, err := j.again(ctx)
	if err != nil {
		return err
	}
	j.expect(sum.UsersFailed == 0 && sum.Sum.Failed == 0 && sum.Sent > 0, "the second run took the day's %s", say.Count(sum.Sent, "new message"))
	return nil
}

func (j *journey) third(ctx context.Context) error {
	j.title(5, "Third run: nothing is new, nothing may be sent")
	sum, err := j.again(ctx)
	if err != nil {
		return err
	}
	j.expect(sum.Sent == 0 && sum.UsersFailed == 0, "the third run sent nothing twice")
	return nil
}

func (j *journey) verifyAll(ctx context.Context) error {
	j.title(6, "Verify: read both servers again and compare the bytes")
	r, missing, _, err := j.verify(ctx, j.project, engine.VerifyOptions{Users: j.project.users, Deep: true})
	if err != nil {
		return err
	}
	j.tellVerify(r, missing)
	j.expect(r.OK, "all %s of the old server are accounted for, and the same in their bytes, apart from line ends", say.Count(r.Sum.Source, "message"))
	return nil
}

type demoLine struct {
	Type    string      `json:"type"`
	OK      bool        `json:"ok"`
	Checks  []demoCheck `json:"checks"`
	Seconds *float64    `json:"seconds"`
}

// result sums up, and fails if anything wasn't as it must be.
func (j *journey) result() error {
	ok := true
	for _, c := range j.checks {
		ok = ok && c.OK
	}
	took := time.Since(j.began)
	if j.opts.json {
		j.line(demoLine{"demo", ok, j.checks, seconds(took)})
	} else {
		j.printf("\nResult, after %s\n\n", say.Exactly(took))
		m := j.term.marks()
		for _, c := range j.checks {
			mark := m.ok
			if !c.OK {
				mark = m.bad
			}
			j.printf("  %s %s\n", mark, upperFirst(c.Name))
		}
		j.printf("\nFor your own company: mxodus alone opens the wizard; mxodus --help lists the commands.\n")
	}
	if !ok {
		return end(ExitFailure)
	}
	return nil
}
