package cli

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
)

// papers writes the practice company's letters and its report, to be looked at:
// they stay when the demo ends.
func (j *journey) papers(ctx context.Context) error {
	if j.dir == "" && j.opts.json {
		return nil
	}
	j.title(7, "Letters and report: what the people get to see")
	if j.dir == "" {
		dir, err := os.MkdirTemp("", "mxodus-practice-")
		if err != nil {
			return fileFault("No place for letters and report", err)
		}
		j.dir = dir
	}
	letters, err := j.letters(ctx)
	if err != nil {
		return err
	}
	in, err := agenda.Report(ctx, j.project.file, time.Now())
	if err != nil {
		return err
	}
	in.Zone, in.Program = time.Local, "mxodus "+j.Version
	r := report.Make(in)
	dir := filepath.Join(j.dir, "report")
	if err := r.Write(dir); err != nil {
		return fileFault("The report can't be written", err)
	}
	if !j.opts.json {
		j.printf("  Report   %s\n", engine.Clean(filepath.Join(dir, report.HTMLFile), 300))
		j.printf("  Letters  %s\n", engine.Clean(filepath.Join(j.dir, "letters"), 300))
		j.para(j.out, "", "The report is for the owner; the letters are a page each, for every user in turn. Delete the folder when you have seen enough.")
	}
	j.expect(letters > 0 && r.Verdict.Grade == report.Good, "%s and the report are written", say.Count(letters, "letter"))
	return nil
}

// letters writes every letter to everybody, and says how many there are.
func (j *journey) letters(ctx context.Context) (n int, err error) {
	o := j.project
	if _, err := letter.Learn(ctx, o.file, o.dialer, o.users); err != nil {
		return 0, err
	}
	facts, err := agenda.Letters(ctx, o.file, o.users, time.Now())
	if err != nil {
		return 0, err
	}
	m, err := letter.NewMaker(facts)
	if err != nil {
		return 0, err
	}
	for _, k := range letter.Kinds() {
		list, err := m.MakeAll(k, o.users)
		if err != nil {
			return 0, err
		}
		if _, err := m.Write(filepath.Join(j.dir, "letters"), list, []letter.Form{letter.HTML, letter.Print}, time.Now()); err != nil {
			return 0, err
		}
		n += len(list)
	}
	return n, nil
}
