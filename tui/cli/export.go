package cli

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

// exportFlags are those of the export command.
type exportFlags struct {
	out, format, server string
	split               int
	pilot, only         []string
	noTest, force       bool
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export FILE --out DIR",
		Short: "Hand over to Microsoft's own migration service",
		Long: `Writes what Microsoft's own IMAP migration needs, for when more mailboxes are to be
moved than one computer should carry. The service in Microsoft's cloud then copies;
mxodus takes no part in it, and doesn't verify it.

  readme.txt        what was measured, what the service doesn't do, the order of steps
  hand-over.ps1     tests, makes, starts, watches and ends it (PowerShell)
  mailboxes-1.csv   the mailboxes, with passwords; further lists where the limits
                    of Microsoft, --split or --pilot want them

Every user is checked by Microsoft's rules first; if one breaks them, all are named
and nothing is written. The old server is tested as "mxodus test" does, for the
numbers; the new one is not asked. The lists hold passwords in the clear: only you
can read them; delete them as soon as the batches are made.`,
		Example: `  mxodus export acme.mxodus --out handover --pilot anna@acme.example
  mxodus export acme.mxodus --out handover --admin-format master --split 500`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.export(cmd.Context(), args[0], f)
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.out, "out", "", "the `FOLDER` to write into; it is made when it is missing")
	fl.StringSliceVar(&f.only, "only", nil, "hand over only these users: `ADDRESS,...`")
	fl.StringSliceVar(&f.pilot, "pilot", nil, "these users go first, in a batch of their own: `ADDRESS,...`")
	fl.IntVar(&f.split, "split", 0, "at most `N` mailboxes in a batch; 50,000 if not given")
	fl.StringVar(&f.format, "admin-format", "", "`HOW` the service signs in: user (each user's own password), master (Dovecot), exchange, mirapoint or root (Courier, Oracle); as the project does if not given")
	fl.StringVar(&f.server, "server", "", "the `HOST` by which the internet reaches the old server, with a port if wanted; the project's if not given")
	fl.BoolVar(&f.noTest, "no-test", false, "don't test the old server: no numbers, and no warnings about sizes and folders")
	fl.BoolVar(&f.force, "force", false, "replace the files of an earlier export in that folder")
	return cmd
}

func (f exportFlags) check(path string) error {
	formats := []string{"", string(engine.HandOverUser), string(engine.HandOverMaster), string(engine.HandOverExchange), string(engine.HandOverMirapoint), string(engine.HandOverRoot)}
	switch {
	case f.out == "":
		return usage("Write: mxodus export "+asWritten(path)+" --out handover", "No folder is given to write into.")
	case !slices.Contains(formats, f.format):
		return usage("Write --admin-format "+strings.Join(formats[1:], ", ")+".", "--admin-format %s is not known.", engine.Clean(f.format, 40))
	case f.split < 0:
		return usage("Write --split 500.", "--split can't be less than nothing.")
	}
	return nil
}

func (a *app) export(ctx context.Context, path string, f exportFlags) error {
	if err := f.check(path); err != nil {
		return err
	}
	o, err := a.openLive(ctx, path)
	if err != nil {
		return err
	}
	in := engine.HandOverOptions{Project: o.project, Vault: o.vault, LogIn: engine.HandOverLogIn(f.format), Server: f.server,
		PerBatch: f.split, Program: "mxodus " + a.Version, File: o.path, Now: time.Now()}
	if in.Users, err = o.choose(f.only); err != nil {
		return err
	}
	if in.Pilot, err = o.pilots(in.Users, f.pilot); err != nil {
		return err
	}
	if _, err := a.Adapters.HandOver(in); err != nil { // before anybody waits for a test
		return exportError(err)
	}
	if !f.noTest {
		s, err := a.probe(ctx, o.forHandOver(a), in.Users)
		if err != nil {
			return err
		}
		in.Checks = s.Users
	}
	in.Addresses = addressesOf(ctx, o.project.Source.Host)
	h, err := a.Adapters.HandOver(in)
	if err != nil {
		return exportError(err)
	}
	stale, err := h.Write(f.out, f.force)
	if err != nil {
		return err
	}
	a.tellExport(h, f, o.project, stale)
	return end(exportCode(h))
}

// pilots are the users that go first; they must be among those handed over.
func (o *opened) pilots(users []engine.User, names []string) (ids []int64, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	chosen, err := o.choose(names)
	if err != nil {
		return nil, err
	}
	for _, p := range chosen {
		if !slices.ContainsFunc(users, func(u engine.User) bool { return u.ID == p.ID }) {
			return nil, usage("Take the user, or name another with --pilot.", "%s is not among those handed over.", engine.Clean(p.Address, 100))
		}
		ids = append(ids, p.ID)
	}
	return ids, nil
}

// forHandOver is the project as the service would see it, to be tested.
func (o *opened) forHandOver(a *app) *opened {
	p := o.project.ForHandOver()
	return &opened{name: o.name, path: o.path, file: o.file, project: p, vault: o.vault, dialer: engine.UnreachedDestination(a.Adapters.Dial(p, o.vault, a.dialOptions()))}
}

// addressesOf is where a name leads to from here; nothing when it can't be found
// out soon.
func addressesOf(ctx context.Context, host string) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	return found
}

// exportError puts the users that can't be handed over on lines of their own.
func exportError(err error) error {
	var refused *engine.HandOverError
	if !errors.As(err, &refused) {
		return err
	}
	e := &usageError{what: say.Count(len(refused.Refused), "user") + " can't be handed over as things are.", do: "Nothing was written. Mend this, or leave them out, and export again."}
	for _, r := range refused.Refused {
		e.lines = append(e.lines, r.User+": "+r.What+" "+r.Do)
	}
	return e
}

type exportBatch struct {
	Name  string `json:"name"`
	File  string `json:"file"`
	Users int    `json:"users"`
	Pilot bool   `json:"pilot"`
}

type exportLine struct {
	Type     string        `json:"type"`
	Folder   string        `json:"folder"`
	Files    []string      `json:"files"`
	Server   string        `json:"server"`
	LogIn    string        `json:"log_in"`
	Batches  []exportBatch `json:"batches"`
	Stale    []string      `json:"stale,omitempty"`
	Warnings []*jsonFault  `json:"warnings,omitempty"`
}

func (a *app) tellExport(h *engine.HandOver, f exportFlags, p engine.Project, stale []string) {
	server := f.server
	if server == "" {
		server = p.Source.Address()
	}
	if a.opts.json {
		l := exportLine{Type: "export", Folder: f.out, Files: h.Files, Server: server, LogIn: string(h.LogIn), Stale: stale}
		for _, b := range h.Batches {
			l.Batches = append(l.Batches, exportBatch(b))
		}
		for i := range h.Warnings {
			l.Warnings = append(l.Warnings, faultJSON(&h.Warnings[i]))
		}
		a.line(l)
		return
	}
	m := a.term.marks()
	for i := range h.Warnings {
		w := h.Warnings[i]
		mark := m.warn
		if w.Class >= engine.StopMailbox {
			mark = m.bad
		}
		a.para(a.out, "", mark+" "+w.What)
		a.para(a.out, "  ", "What to do: "+w.Do)
	}
	if len(h.Warnings) > 0 {
		a.printf("\n")
	}
	t := a.table(column{title: "Batch", least: 12}, column{title: "List", least: 12}, column{title: "Mailboxes", right: true}, column{title: ""})
	for _, b := range h.Batches {
		note := ""
		if b.Pilot {
			note = "goes first"
		}
		t.add(b.Name, b.File, say.Number(b.Users), note)
	}
	t.write(a.out, width(a.Stdout))
	dir := engine.Clean(f.out, 200)
	a.printf("\n")
	a.para(a.out, "", "Written into "+dir+", for your eyes only: "+strings.Join(h.Files, ", ")+".")
	a.para(a.out, "", m.warn+" The lists hold passwords in the clear. Delete them as soon as the batches are made.")
	if len(stale) > 0 {
		a.para(a.out, "", m.warn+" Of an earlier export, with passwords too: "+strings.Join(stale, ", ")+". Delete them.")
	}
	a.printf("Next: read readme.txt there.\n")
}

// exportCode is the exit status: attention where it can't work as it stands.
func exportCode(h *engine.HandOver) int {
	if slices.ContainsFunc(h.Warnings, func(w engine.Fault) bool { return w.Class >= engine.StopMailbox }) {
		return ExitAttention
	}
	return ExitDone
}
