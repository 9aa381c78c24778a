package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/say"
)

func (a *app) verifyCommand() *cobra.Command {
	var only []string
	var deep bool
	var against string
	cmd := &cobra.Command{
		Use:   "verify FILE [--deep] [--against report.json]",
		Short: "Read both servers again and account for every message",
		Long: `Reads both servers again, without believing its own notes, and accounts for every
message of the old server: copied, there before, left out for a stated reason, or
not there. What identifies each message is compared, and its date of arrival.
With --deep the messages are fetched from both sides and compared: their bytes,
apart from line ends; or, where the new server writes messages anew (Microsoft
365), what they say: date, sender, subject, text, and the names and contents of
attachments. Nothing is changed. The account is kept for mxodus report.

With --against the account of an earlier report is held against both servers: it
still holds, there is more at the old server now, or folders and messages differ.

With --json: a line for every folder, one for every message that isn't there, and
one with the sum.`,
		Example:           "  mxodus verify acme.mxodus\n  mxodus verify acme.mxodus --deep --json > proof.ndjson",
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			var was *engine.Proof
			if against != "" {
				var err error
				if was, err = readAccount(against); err != nil {
					return err
				}
			}
			o, err := a.openLive(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			users, err := o.choose(only)
			if err != nil {
				return err
			}
			r, missing, held, err := a.verify(cmd.Context(), o, engine.VerifyOptions{Users: users, Deep: deep, Against: was})
			if err != nil {
				return err
			}
			a.tellHeld(held, was)
			a.tellVerify(r, missing)
			if code := verifyCode(r); code != ExitDone || held == nil || held.Holds {
				return end(code)
			}
			return end(ExitAttention)
		},
	}
	cmd.Flags().BoolVar(&deep, "deep", false, "fetch every message from both sides and compare bytes, or what it says")
	cmd.Flags().StringVar(&against, "against", "", "compare with the account in this report.json `FILE`")
	cmd.Flags().StringSliceVar(&only, "only", nil, "verify only these users: `ADDRESS,...`")
	return cmd
}

// absent counts messages of one folder that share an outcome and a reason.
type absent struct {
	user    engine.User
	folder  []string
	outcome string
	reason  string
	said    string
	uids    []uint32
}

// absences collects what is not there, grouped: a list of a hundred thousand
// messages helps nobody, and takes memory.
type absences struct {
	list  []*absent
	index map[string]*absent
}

func (l *absences) add(m engine.VerifiedMessage) {
	key := fmt.Sprint(m.User.ID, "\x00", m.Folder, "\x00", m.Outcome, "\x00", m.Reason)
	one := l.index[key]
	if one == nil {
		one = &absent{user: m.User, folder: m.Folder, outcome: m.Outcome, reason: m.Reason, said: m.Said}
		if l.index == nil {
			l.index = map[string]*absent{}
		}
		l.index[key] = one
		l.list = append(l.list, one)
	}
	one.uids = append(one.uids, m.UID)
}

// verify checks users, writes JSON as it comes, and shows how far it is.
func (a *app) verify(ctx context.Context, o *opened, opts engine.VerifyOptions) (engine.VerifyResult, *absences, *engine.Held, error) {
	missing := &absences{}
	opts.Message, opts.Meaning = missing.add, a.Adapters.Meaning
	if a.opts.json {
		opts.Folder = func(f engine.VerifiedFolder) { a.line(folderJSON(f)) }
		opts.Message = func(m engine.VerifiedMessage) { a.line(messageJSON(m)) }
	}
	v := engine.NewVerify(o.project, o.file, o.dialer, opts)
	var r engine.VerifyResult
	told := map[int64]bool{}
	err := a.watch(func() (err error) {
		r, err = v.Run(ctx)
		return err
	}, func(d display, over bool) frame { return verifyFrame(v.Status(), told, len(opts.Users), over) })
	return r, missing, v.Held(), err
}

func verifyFrame(s engine.VerifyResult, told map[int64]bool, users int, over bool) frame {
	var f frame
	done := 0
	for _, u := range s.Users {
		if !settled(u.State) {
			continue
		}
		done++
		if !told[u.User.ID] {
			told[u.User.ID] = true
			f.plain = append(f.plain, fmt.Sprintf("Verified %s: %s, %s", engine.Clean(u.User.Address, 80), stateWord(u.State), say.Count(u.Sum.Source, "message")))
		}
	}
	if !over {
		f.live = []string{fmt.Sprintf("Verifying: %s of %s done, %s so far", say.Number(done), say.Count(users, "user"), say.Count(s.Sum.Source, "message"))}
		for _, u := range s.Users {
			if words := pauseWords(u.Until); words != "" && len(f.live) < 8 {
				f.live = append(f.live, "  "+engine.Clean(u.User.Address, 80)+words)
			}
		}
	}
	return f
}

// tellVerify prints the account, or the last line of JSON.
func (a *app) tellVerify(r engine.VerifyResult, missing *absences) {
	if a.opts.json {
		a.line(verifyJSON(r))
		return
	}
	m := a.term.marks()
	t := a.table(column{title: "User", least: 16}, column{title: "", least: 1}, column{title: "Messages", right: true}, column{title: "Copied", right: true},
		column{title: "There before", right: true, fold: true}, column{title: "Moved", right: true, fold: true}, column{title: "Deleted", right: true, fold: true}, column{title: "Left out", right: true, fold: true},
		column{title: "New", right: true, fold: true}, column{title: "Failed", right: true, fold: true}, column{title: "Missing", right: true, fold: true}, column{title: "Changed", right: true, fold: true})
	for _, u := range r.Users {
		mark := map[engine.CheckState]string{engine.CheckOK: m.ok, engine.CheckWarning: m.warn, engine.CheckFailed: m.bad}[u.State]
		s := u.Sum
		t.add(engine.Clean(u.User.Address, 80), mark, say.Number(s.Source), say.Number(s.Copied), say.Number(s.Present), say.Number(s.Moved), say.Number(s.Deleted),
			say.Number(s.Skipped), say.Number(s.New), say.Number(s.Failed), say.Number(s.Missing), say.Number(s.Changed))
	}
	t.write(a.out, width(a.Stdout))
	g := &groups{}
	for _, u := range r.Users {
		if u.Fault != nil {
			g.add(u.Fault, true, engine.Clean(u.User.Address, 80), 1)
		}
	}
	g.print(a, a.out)
	a.tellFolderErrors(r)
	a.tellAbsent(missing)
	a.printf("\n")
	a.para(a.out, "", verdict(r))
}

func (a *app) tellFolderErrors(r engine.VerifyResult) {
	for _, u := range r.Users {
		for _, f := range u.Folders {
			if f.Err != "" {
				a.printf("%s %s, %s: %s\n", a.term.marks().bad, engine.Clean(u.User.Address, 80), path(f.Source), engine.Clean(f.Err, 300))
			}
		}
	}
}

func (a *app) tellAbsent(missing *absences) {
	const most = 40
	if len(missing.list) == 0 {
		return
	}
	a.printf("\nNot at the new server, or different there:\n")
	t := a.table(column{least: 16}, column{least: 12}, column{right: true}, column{}, column{least: 24})
	for _, m := range missing.list[:min(len(missing.list), most)] {
		why := engine.Clean(m.reason, 160)
		if m.said != "" {
			why += ": " + engine.Clean(m.said, 160)
		}
		t.add(engine.Clean(m.user.Address, 80), path(m.folder), say.Count(len(m.uids), "message"), outcomeWord(m.outcome), why)
	}
	t.writeBare(a.out, width(a.Stdout))
	if more := len(missing.list) - most; more > 0 {
		a.printf("  and %s more; all of them with --json\n", say.Number(more))
	}
}

func outcomeWord(outcome string) string {
	if outcome == "skipped" {
		return "left out"
	}
	return engine.Clean(outcome, 20)
}

// verdict is the account in a sentence or two.
func verdict(r engine.VerifyResult) string {
	s := r.Sum
	text := fmt.Sprintf("%s at the old server. At the new one: %s copied and %s there before%s.",
		say.Count(s.Source, "message"), say.Number(s.Copied+s.Moved), say.Number(s.Present), howProven(r.Proven))
	if s.Skipped+s.Deleted > 0 {
		text += fmt.Sprintf(" Left out for a reason: %s. Deleted there since: %s.", say.Number(s.Skipped), say.Number(s.Deleted))
	}
	if c := r.Contents; c != nil {
		text += " Contents were compared on " + say.Moment(c.At) + howProven(engine.Proven{Bytes: c.Bytes, Meaning: c.Meaning})
		if c.Differed > 0 {
			text += fmt.Sprintf("; %s differed", say.Number(c.Differed))
		}
		text += "."
	}
	if r.OK {
		return text + "\nEvery message is accounted for."
	}
	text += fmt.Sprintf("\nNot yet: %s new, %s failed, %s missing, %s changed.", say.Number(s.New), say.Number(s.Failed), say.Number(s.Missing), say.Number(s.Changed))
	if s.New+s.Failed+s.Missing > 0 {
		text += " Run \"mxodus run\", then verify again."
	}
	if s.Changed > 0 {
		text += " What is changed is not copied again: look at it on both sides, and put what matters into the new mailbox by hand."
	}
	return text
}

// howProven says how the messages at the new server were compared.
func howProven(p engine.Proven) string {
	var how []string
	for _, one := range []struct {
		n    int
		text string
	}{{p.Bytes, "by their bytes, apart from line ends"}, {p.Meaning, "by what they say (date, sender, subject, text, attachments)"}, {p.Identity, "by what identifies them"}} {
		if one.n > 0 {
			how = append(how, say.Number(one.n)+" "+one.text)
		}
	}
	if len(how) == 0 {
		return ""
	}
	return "; compared: " + strings.Join(how, ", ")
}

// verifyCode is the exit status.
func verifyCode(r engine.VerifyResult) int {
	var stopped []*engine.Fault
	for _, u := range r.Users {
		if u.Fault != nil {
			stopped = append(stopped, u.Fault)
		}
	}
	if len(stopped) == 0 && !r.OK {
		return ExitAttention
	}
	return togetherCode(len(r.Users), stopped)
}

type folderLine struct {
	Type   string         `json:"type"`
	User   string         `json:"user"`
	Source []string       `json:"source"`
	Dest   []string       `json:"destination"`
	Counts engine.Account `json:"counts"`
	Proof  string         `json:"proof,omitempty"`
	Proven engine.Proven  `json:"proven"`
	Silent int            `json:"receipts_silenced,omitempty"`
	Moved  int            `json:"dates_moved,omitempty"`
	Err    string         `json:"error,omitempty"`
}

type messageLine struct {
	Type    string   `json:"type"`
	User    string   `json:"user"`
	Folder  []string `json:"folder"`
	UID     uint32   `json:"uid"`
	Size    int64    `json:"size"`
	SHA256  string   `json:"sha256,omitempty"`
	Outcome string   `json:"outcome"`
	Reason  string   `json:"reason,omitempty"`
	Said    string   `json:"said,omitempty"`
	// What a person knows it by.
	Date    *time.Time `json:"date,omitempty"`
	Subject string     `json:"subject,omitempty"`
	From    string     `json:"from,omitempty"`
}

type verifyLine struct {
	Type     string         `json:"type"`
	Finished bool           `json:"finished"`
	Deep     bool           `json:"deep"`
	OK       bool           `json:"ok"`
	Counts   engine.Account `json:"counts"`
	Proven   engine.Proven  `json:"proven"`
	// Contents is what an earlier verification compared, and this one did not.
	Contents *engine.ProvenContents `json:"contents_before,omitempty"`
	Users    []verifyUserJSON       `json:"users"`
}

type verifyUserJSON struct {
	User   string         `json:"user"`
	State  string         `json:"state"`
	Counts engine.Account `json:"counts"`
	Fault  *jsonFault     `json:"fault,omitempty"`
}

func folderJSON(f engine.VerifiedFolder) folderLine {
	return folderLine{"folder", f.User.Address, f.Source, f.Dest, f.Counts, f.Proof, f.Proven, f.Receipts, f.DatesMoved, f.Err}
}

func messageJSON(m engine.VerifiedMessage) messageLine {
	l := messageLine{"message", m.User.Address, m.Folder, m.UID, m.Size, "", m.Outcome, m.Reason, m.Said, instant(m.Date), m.Subject, m.From}
	if m.Digest != (engine.Digest{}) {
		l.SHA256 = hex.EncodeToString(m.Digest[:])
	}
	return l
}

func verifyJSON(r engine.VerifyResult) verifyLine {
	l := verifyLine{Type: "verify", Finished: r.Finished, Deep: r.Deep, OK: r.OK, Counts: r.Sum, Proven: r.Proven, Contents: r.Contents, Users: []verifyUserJSON{}}
	for _, u := range r.Users {
		l.Users = append(l.Users, verifyUserJSON{u.User.Address, string(u.State), u.Sum, faultJSON(u.Fault)})
	}
	return l
}
