package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/report"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
	"mxodus/tui/handover"
)

// reportFlags are those of the report command.
type reportFlags struct{ out, before, after, language string }

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report FILE --out DIR",
		Short: "Write the hand-over report for the owner",
		Long: `Writes the hand-over report into a folder, from the project's journal and its last
verification; no server is asked and no passphrase is needed. Verify first: the
report says what was verified, and what was not.

  report.html    everything on one page, to read, print and sign; a list for each
                 user of what was left out
  users.csv      a line for every mailbox
  messages.csv   a line for every message that is not at the new server
  report.json    the same as data; "mxodus verify --against report.json" tells
                 later whether the account still holds

report.html is written in the owner's language, as the letters have it; the other
files are for programs, and English. Files of these names there are replaced. Only you can read them: they hold names
and subjects.`,
		Example: `  mxodus report acme.mxodus --out handover
  mxodus dns acme.example --save after.json
  mxodus report acme.mxodus --out handover --dns-before before.json --dns-after after.json`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.report(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.out, "out", "", "the `FOLDER` to write into; it is made when it is missing")
	cmd.Flags().StringVar(&f.before, "dns-before", "", "the records before the change, a `FILE` of mxodus dns --save")
	cmd.Flags().StringVar(&f.after, "dns-after", "", "the records after the change, a `FILE` of mxodus dns --save")
	cmd.Flags().StringVar(&f.language, "language", "", "write report.html in this `LANGUAGE`: en, de, fr or es (default: the owner's, as the letters have it)")
	return cmd
}

func (a *app) report(ctx context.Context, path string, f reportFlags) error {
	if f.out == "" {
		return usage("Write: mxodus report "+asWritten(path)+" --out handover", "No folder is given to write the report into.")
	}
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	in, err := agenda.Report(ctx, o.file, time.Now())
	if err != nil {
		return err
	}
	if f.language != "" {
		l, err := letter.LanguageOf(f.language)
		if err != nil {
			return usage("Write --language de", "%s", sentence(strings.Replace(err.Error(), "letters are", "the report is", 1)))
		}
		in.Language = l.Code
	}
	in.Zone, in.Program, in.Rules = time.Local, "mxodus "+a.Version, a.rules
	if in.DNS, err = reportDNS(ctx, o, f); err != nil {
		return err
	}
	r := report.Make(in)
	if err := r.Write(f.out); err != nil {
		return fileFault("The report can't be written", err)
	}
	a.tellReport(r, f.out)
	return nil
}

type reportLine struct {
	Type     string   `json:"type"`
	Folder   string   `json:"folder"`
	Files    []string `json:"files"`
	Grade    string   `json:"grade"`
	Verdict  string   `json:"verdict"`
	But      []string `json:"but"`
	Messages int      `json:"messages"`
	Digest   string   `json:"digest,omitempty"`
}

func (a *app) tellReport(r report.Report, dir string) {
	if a.opts.json {
		l := reportLine{Type: "report", Folder: dir, Files: report.Files(), Grade: string(r.Verdict.Grade), Verdict: r.Verdict.Sentence, But: r.Verdict.But, Messages: r.Totals.Messages}
		if r.Account != nil {
			l.Digest = r.Account.Digest
		}
		a.line(l)
		return
	}
	m := a.term.marks()
	mark := m.warn
	switch r.Verdict.Grade {
	case report.Good:
		mark = m.ok
	case report.Bad:
		mark = m.bad
	}
	a.para(a.out, "", mark+" "+r.Verdict.Title+". "+r.Verdict.Sentence)
	for _, b := range r.Verdict.But {
		a.para(a.out, "", b)
	}
	a.printf("\nWritten, for your eyes only:\n")
	for _, name := range report.Files() {
		a.printf("  %s\n", engine.Clean(filepath.Join(dir, name), 300))
	}
}

// reportDNS is what stood in the DNS before and after: from files, or as it was
// kept with the project; nil when neither is known.
func reportDNS(ctx context.Context, o *opened, f reportFlags) (*report.DNS, error) {
	before, err := snapshotOf(ctx, o, f.before, handover.BeforeDoc)
	if err != nil {
		return nil, err
	}
	after, err := snapshotOf(ctx, o, f.after, handover.AfterDoc)
	if err != nil || before == nil && after == nil {
		return nil, err
	}
	return handover.DNSRows(before, after), nil
}

func snapshotOf(ctx context.Context, o *opened, path, doc string) (*dns.Snapshot, error) {
	if path == "" {
		return handover.KeptSnapshot(ctx, o.file, doc)
	}
	var s dns.Snapshot
	if err := readJSON(path, &s); err != nil {
		return nil, err
	}
	if domain, err := dns.ToASCII(o.project.Domain); err == nil && s.Domain != domain {
		return nil, usage("Choose the file of this project's domain.", "%s holds the records of %q.", asWritten(path), s.Domain)
	}
	return &s, nil
}

// readAccount reads the account out of a report.json.
func readAccount(path string) (*engine.Proof, error) {
	doc, err := os.ReadFile(path)
	if err != nil {
		return nil, fileFault("The report can't be read", err)
	}
	p, err := report.Account(doc)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			return nil, err
		}
		return nil, usage("Choose a report.json as mxodus report wrote it.", "%s can't be used: %s.", asWritten(path), engine.Clean(err.Error(), 200))
	}
	return p, nil
}

type heldLine struct {
	Type string `json:"type"`
	*engine.Held
}

// tellHeld says whether an earlier account still holds.
func (a *app) tellHeld(h *engine.Held, was *engine.Proof) {
	if h == nil {
		return
	}
	if a.opts.json {
		a.line(heldLine{"held", h})
		return
	}
	m := a.term.marks()
	a.printf("\n")
	if h.Holds {
		a.para(a.out, "", fmt.Sprintf("%s The account of %s still holds: every one of its %s is accounted for as it was then.", m.ok, say.Moment(was.At), say.Count(was.Counts.Source, "message")))
	} else {
		a.para(a.out, "", fmt.Sprintf("%s The account of %s no longer holds in %s:", m.bad, say.Moment(was.At), say.Count(len(h.Differences), "place")))
	}
	for _, d := range h.Differences {
		where := engine.Clean(d.User, 80)
		if len(d.Folder) > 0 {
			where += ", " + path(d.Folder)
		}
		a.para(a.out, "  ", fmt.Sprintf("%s: %s (%s then, %s now)", where, engine.Clean(d.What, 300), say.Count(d.Was.Source, "message"), say.Number(d.Now.Source)))
		for _, msg := range d.Messages[:min(len(d.Messages), 10)] {
			a.para(a.out, "    ", fmt.Sprintf("UID %d, %s: %s", msg.UID, engine.Clean(msg.Subject, 80), engine.Clean(msg.Text, 160)))
		}
	}
	if h.New > 0 {
		a.para(a.out, "", fmt.Sprintf("Since then %s came to the old server.", say.Count(h.New, "message")))
	}
	if h.Moved+h.Deleted > 0 {
		a.para(a.out, "", fmt.Sprintf("Since then users have moved %s and deleted %s at the new server; that breaks no account.", say.Count(h.Moved, "message"), say.Count(h.Deleted, "message")))
	}
}
