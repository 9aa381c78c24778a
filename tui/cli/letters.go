package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxodus/engine"
	"mxodus/engine/letter"
	"mxodus/engine/say"
	"mxodus/tui/agenda"
)

// letterFlags are those of the command letters.
type letterFlags struct {
	kinds, only, forms, again []string
	out, deliver              string
	dry, offline, passwords   bool
	check                     bool
	export                    string
	before, after             string // files of dns --save
	settings                  letterSettings
}

func (a *app) lettersCommand() *cobra.Command {
	var f letterFlags
	cmd := &cobra.Command{
		Use:   "letters FILE [flags]",
		Short: "Write to the users: before, on and after the day, from each one's own numbers",
		Long: `Makes letters from the project and from what became of each user's mail, in that
user's language. There are seven:

  announcement   2 to 4 weeks before     welcome    once a mailbox is verified
  prepare        a week before           followup   3 to 7 days after
  reminder       the day before          handover   at the end, to the owner
  cutover        on the day

--out writes them into a folder: HTML, plain text, .eml, one file for the printer
and a CSV file for a mail merge. --deliver sends them: smtp through a mail server,
inbox straight into the new inboxes, unread. Each letter goes to each user once,
however often this runs. Without --out and --deliver, it shows what is due and what
went out, and the settings.

The letters prepare, welcome and followup list messages by subject; these are read
from the old server and kept, unless --offline is given. No letter ever holds a
password: --passwords writes a sheet for the printer.`,
		Example: `  mxodus letters acme.mxodus --help-name "Carla Rossi" --help-phone "+43 1 234 56" \
      --window "2026-11-27 18:00" --window-end "2026-11-29 12:00" --zone Europe/Vienna
  mxodus letters acme.mxodus --letter announcement --out letters
  mxodus letters acme.mxodus --letter welcome --deliver inbox --dry-run`,
		Args:              fileArg,
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.letters(cmd.Context(), args[0], f, cmd.Flags().Changed)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringSliceVar(&f.kinds, "letter", nil, "which `LETTERS`, by name; with --out, all that go to users if not given")
	set.StringSliceVar(&f.only, "only", nil, "only to these users: `ADDRESS,...`")
	set.StringVar(&f.out, "out", "", "write the letters into this `FOLDER`")
	set.StringSliceVar(&f.forms, "form", nil, "only these `FORMS`: html, text, eml, print, csv")
	set.StringVar(&f.deliver, "deliver", "", "send them: `smtp|inbox`")
	set.BoolVar(&f.dry, "dry-run", false, "with --deliver: only show what would go to whom")
	set.StringSliceVar(&f.again, "again", nil, "send to these users although it went out, or may have: `ADDRESS,...`, or owner")
	set.BoolVar(&f.offline, "offline", false, "connect to no server for subjects and folder names")
	set.BoolVar(&f.passwords, "passwords", false, "with --out: write a sheet with each user's first password, for the printer only")
	set.StringVar(&f.before, "dns-before", "", "for the owner: the `FILE` that mxodus dns --save wrote before the change, if the project doesn't hold it")
	set.StringVar(&f.after, "dns-after", "", "and the `FILE` that it wrote after it")
	set.StringVar(&f.export, "export-templates", "", "write the templates into this `FOLDER`, to be changed there")
	set.BoolVar(&f.check, "check", false, "try all templates and name the file and line of every mistake")
	f.settings.flags(set)
	return cmd
}

func (a *app) letters(ctx context.Context, path string, f letterFlags, given func(string) bool) error {
	kinds, forms, err := f.parse()
	if err != nil {
		return err
	}
	o, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	changed, err := a.changeLetters(ctx, o, f.settings, given)
	if err != nil {
		return err
	}
	switch {
	case f.export != "":
		return a.exportTemplates(f.export, o)
	case f.check:
		return a.checkTemplates(o)
	case f.out == "" && f.deliver == "":
		return a.showLetters(ctx, o, changed)
	}
	if f.deliver != "" && len(f.kinds) == 0 {
		return usage("Name it: --letter announcement", "Which letter is to be sent is not given.")
	}
	users, err := o.choose(f.only)
	if err != nil {
		return err
	}
	if err := a.connectForLetters(ctx, o, f, kinds, path); err != nil {
		return err
	}
	if err := a.learn(ctx, o, users, kinds, f); err != nil {
		return err
	}
	facts, err := agenda.Letters(ctx, o.file, users, time.Now())
	if err != nil {
		return err
	}
	if facts.DNS, facts.TTL, err = dnsLinesOf(ctx, o, f.before, f.after); err != nil {
		return err
	}
	maker, err := letter.NewMaker(facts)
	if err != nil {
		return err
	}
	return a.makeLetters(ctx, o, maker, users, kinds, forms, f)
}

// parse reads what stands in words.
func (f letterFlags) parse() (kinds []letter.Kind, forms []letter.Form, err error) {
	for _, name := range f.kinds {
		k, err := letter.ParseKind(name)
		if err != nil {
			return nil, nil, usage("Write --letter announcement.", "%s", sentence(err.Error()))
		}
		kinds = append(kinds, k)
	}
	if len(kinds) == 0 {
		for _, k := range letter.Kinds() {
			if !k.ToOwner() {
				kinds = append(kinds, k)
			}
		}
		if f.passwords && f.deliver == "" {
			kinds = nil // only the sheet
		}
	}
	if len(f.only) > 0 && slices.Contains(kinds, letter.HandOver) {
		return nil, nil, usage("Leave --only away.", "The letter to the owner tells of all users.")
	}
	for _, name := range f.forms {
		if !slices.Contains(letter.Forms(), letter.Form(name)) {
			return nil, nil, usage("Write --form html,text,eml,print,csv.", "There is no form %s.", engine.Clean(name, 40))
		}
		forms = append(forms, letter.Form(name))
	}
	if len(forms) == 0 {
		forms = letter.Forms()
	}
	if f.deliver != "" && f.deliver != letter.WaySMTP && f.deliver != letter.WayInbox {
		return nil, nil, usage("Write --deliver smtp or --deliver inbox.", "--deliver %s is not known.", engine.Clean(f.deliver, 40))
	}
	if f.passwords && (f.out == "" || f.deliver != "") {
		return nil, nil, usage("Write --passwords --out FOLDER, and print what it writes.", "Passwords are never sent: they are only written for the printer.")
	}
	return kinds, forms, nil
}

// connectForLetters opens the vault where something needs it.
func (a *app) connectForLetters(ctx context.Context, o *opened, f letterFlags, kinds []letter.Kind, path string) error {
	asks := !f.offline && slices.ContainsFunc(kinds, letter.Kind.NeedsServers)
	sends := f.deliver == letter.WayInbox || f.deliver == letter.WaySMTP && o.project.Letters.SMTP.Login != "" && !f.dry
	if !asks && !sends && !f.passwords {
		return nil
	}
	var err error
	if o.vault, err = a.unlock(ctx, o.file); err != nil {
		return err
	}
	o.dialer = a.Adapters.Dial(o.project, o.vault, a.dialOptions())
	return nil
}

// learn asks the servers for what letters list. That a mailbox can't be read
// stops no letter.
func (a *app) learn(ctx context.Context, o *opened, users []engine.User, kinds []letter.Kind, f letterFlags) error {
	if f.offline || !slices.ContainsFunc(kinds, letter.Kind.NeedsServers) {
		return nil
	}
	stop := a.say("Reading what the letters tell from the old server")
	faults, err := letter.Learn(ctx, o.file, o.dialer, users)
	stop()
	if err != nil {
		return err
	}
	g := &groups{}
	for _, u := range users {
		if fault := faults[u.ID]; fault != nil {
			g.add(fault, false, engine.Clean(u.Address, 80), 1)
		}
	}
	if len(g.list) > 0 && !a.opts.json {
		a.notef("Some mailboxes could not be read: their letters tell what was known before.\n")
		g.print(a, a.err)
	}
	return nil
}

// makeLetters makes them, kind by kind, and writes or sends them.
func (a *app) makeLetters(ctx context.Context, o *opened, m *letter.Maker, users []engine.User, kinds []letter.Kind, forms []letter.Form, f letterFlags) error {
	code := ExitDone
	for _, k := range kinds {
		list, err := m.MakeAll(k, users)
		if err != nil {
			return err
		}
		if f.out != "" {
			if err := a.writeLetters(o, m, f.out, k, list, forms); err != nil {
				return err
			}
		}
		if f.deliver != "" {
			c, err := a.deliverLetters(ctx, o, m, k, list, f)
			if err != nil {
				return err
			}
			code = max(code, c)
		}
	}
	if f.passwords {
		if err := a.writePasswords(o, m, users, f.out); err != nil {
			return err
		}
	}
	return end(code)
}

type lettersLine struct {
	Type   string   `json:"type"`
	Letter string   `json:"letter"`
	Count  int      `json:"letters"`
	Files  []string `json:"files"`
}

func (a *app) writeLetters(o *opened, m *letter.Maker, out string, k letter.Kind, list []letter.Letter, forms []letter.Form) error {
	if k.ToOwner() && o.project.Letters.OwnerAddress == "" || o.project.Letters.SenderAddress == "" {
		// A mail needs both addresses; paper doesn't.
		if forms = slices.DeleteFunc(slices.Clone(forms), func(f letter.Form) bool { return f == letter.EML }); !a.opts.json {
			a.notef("No .eml files of %s: set --sender%s.\n", k, map[bool]string{true: " and --owner"}[k.ToOwner()])
		}
	}
	names, err := m.Write(out, list, forms, time.Now())
	if err != nil {
		return err
	}
	if a.opts.json {
		a.line(lettersLine{"letters", string(k), len(list), names})
		return nil
	}
	a.printf("%s: %s in %s, in %s.\n", k, say.Count(len(list), "letter"), asWritten(out), say.Count(len(names), "file"))
	return nil
}

func (a *app) writePasswords(o *opened, m *letter.Maker, users []engine.User, out string) error {
	html, n, err := m.PasswordSheet(o.vault, users)
	if err != nil {
		return err
	}
	if n == 0 {
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", What: "The project holds no first password of these users.",
			Do: "It holds those that were imported as DestinationPassword. With an administrator's log-in there are none."}
	}
	name, err := letter.WriteSheet(out, html)
	if err != nil {
		return err
	}
	if a.opts.json {
		a.line(lettersLine{"passwords", "", n, []string{name}})
		return nil
	}
	a.printf("First passwords of %s in %s. Print it, hand it out in person, then delete it.\n", say.Count(n, "user"), asWritten(out+"/"+name))
	return nil
}

// deliverLetters sends letters of one kind, and says how that went.
func (a *app) deliverLetters(ctx context.Context, o *opened, m *letter.Maker, k letter.Kind, list []letter.Letter, f letterFlags) (int, error) {
	log, ok := o.file.(engine.DeliveryLog)
	if !ok {
		return ExitFailure, errors.New("this project can't remember letters")
	}
	carrier, err := a.carrier(o, f)
	if err != nil {
		return ExitFailure, err
	}
	again := map[int64]bool{}
	for _, name := range f.again {
		if strings.EqualFold(name, "owner") {
			again[0] = true
			continue
		}
		users, err := o.choose([]string{name})
		if err != nil {
			return ExitUsage, err
		}
		again[users[0].ID] = true
	}
	var results []letter.Delivered
	opts := letter.DeliverOptions{DryRun: f.dry, Again: again, Quiet: o.project.Limits.WithDefaults().QuietTime, Told: func(d letter.Delivered) {
		if a.opts.json {
			a.line(deliveryJSON(d))
		}
	}}
	results, err = m.Deliver(ctx, o.file, log, carrier, list, opts)
	if !a.opts.json {
		a.tellDelivered(k, results)
	}
	return deliveredCode(results), err
}

func (a *app) carrier(o *opened, f letterFlags) (letter.Carrier, error) {
	if f.deliver == letter.WayInbox {
		return letter.NewInbox(o.dialer), nil
	}
	var password engine.Secret
	if login := o.project.Letters.SMTP.Login; login != "" && o.vault != nil {
		var ok bool
		if password, ok = o.vault.Get(engine.SMTPSecretName); !ok {
			return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeSecret, Who: "you", What: "The password for sending is not in the project.",
				Do: fmt.Sprintf("Set it: mxodus letters %s --smtp-login %s", o.name, asWritten(login))}
		}
	}
	return letter.NewSMTP(o.project.Letters.SMTP, password)
}

// deliveredCode is the exit status.
func deliveredCode(results []letter.Delivered) int {
	var stopped []*engine.Fault
	uncertain := false
	for _, r := range results {
		if r.Fate == letter.Failed {
			stopped = append(stopped, r.Fault)
		}
		uncertain = uncertain || r.Fate == letter.Uncertain
	}
	if len(stopped) == 0 && uncertain {
		return ExitAttention
	}
	return togetherCode(len(results), stopped)
}
