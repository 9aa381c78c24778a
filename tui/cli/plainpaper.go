package cli

import (
	"context"
	"path/filepath"

	"mxodus/engine"
	"mxodus/engine/letter"
)

func (p *plain) tell(ctx context.Context) error {
	return p.letterStep(ctx, letter.Announcement, letter.Prepare, letter.Reminder, letter.CutOver)
}

func (p *plain) welcome(ctx context.Context) error {
	return p.letterStep(ctx, letter.Welcome, letter.FollowUp)
}

// letterStep writes, saves and sends letters.
func (p *plain) letterStep(ctx context.Context, kinds ...letter.Kind) error {
	for {
		p.command(ctx, "letters", p.path)
		do, err := p.pick(ctx, "What now", "Each letter goes to each user once, however often you come here.", 3,
			choice{"save", "write letters into a folder"}, choice{"send", "send letters"}, choice{"facts", "say who helps, and from whom the letters come"}, choice{"on", "go on"})
		if err != nil || do == "on" {
			return err
		}
		if do == "facts" {
			if err := p.letterFacts(ctx); err != nil {
				return err
			}
			continue
		}
		var choices []choice
		for _, k := range kinds {
			choices = append(choices, choice{string(k), string(k) + ": " + k.Short()})
		}
		kind, err := p.pick(ctx, "Which letter", "What each is for stands in the list above.", 0, choices...)
		if err != nil {
			return err
		}
		if do == "save" {
			out, err := p.need(ctx, "Into which folder", filepath.Join(filepath.Dir(p.path), "letters"), "It is made when it is missing.", needed)
			if err != nil {
				return err
			}
			p.command(ctx, "letters", p.path, "--letter="+kind, "--out="+out)
			p.passing(out)
			continue
		}
		if err := p.sendLetters(ctx, kind); err != nil {
			return err
		}
	}
}

// sendLetters shows what would go to whom, and sends it if that is right.
func (p *plain) sendLetters(ctx context.Context, kind string) error {
	way, err := p.pick(ctx, "How", "Mail for the time before the change; into the new inboxes for the time after.", 0,
		choice{"smtp", "by mail, through a mail server"}, choice{"inbox", "straight into the new inboxes, unread"})
	if err != nil {
		return err
	}
	args := []string{"letters", p.path, "--letter=" + kind, "--deliver=" + way}
	if way == "smtp" {
		server, err := p.ask(ctx, "Mail server, or Enter for the one that is kept", "", "As smtp://mail.example.com (STARTTLS) or smtps://mail.example.com (TLS).")
		if err != nil {
			return err
		}
		if server != "" {
			args = append(args, "--smtp="+server)
			login, err := p.ask(ctx, "Name to sign in with there, if it wants one", "", "The password is asked for, and kept sealed.")
			if err != nil {
				return err
			}
			if login != "" {
				args = append(args, "--smtp-login="+login)
			}
		}
	}
	if p.command(ctx, append(args, "--dry-run")...) != ExitDone {
		return nil
	}
	ok, err := p.yes(ctx, "Send them?", false, "Nothing has gone out yet.")
	if err != nil || !ok {
		return err
	}
	p.command(ctx, args...)
	return nil
}

// letterFacts asks for what letters need to say.
func (p *plain) letterFacts(ctx context.Context) error {
	now, err := p.file.Project(ctx)
	if err != nil {
		return err
	}
	l := now.Letters
	args := []string{"letters", p.path}
	for _, f := range []struct{ flag, question, standard string }{
		{"help-name", "Who helps the users", l.HelpName}, {"help-phone", "Phone of whoever helps", l.HelpPhone},
		{"help-address", "Address of whoever helps", l.HelpAddress}, {"help-hours", "Hours of whoever helps", l.HelpHours},
		{"sender", "Address that the letters come from", l.SenderAddress}, {"window", "Beginning of the move, as 2026-11-27 18:00", ""},
		{"window-end", "End of the move", ""}, {"last-day", "Last day of the old mailboxes, as 2026-12-31", ""},
	} {
		answer, err := p.ask(ctx, f.question, f.standard, "It stands in the letters. Enter alone leaves it as it is.")
		if err != nil {
			return err
		}
		if answer != "" {
			args = append(args, "--"+f.flag+"="+answer)
		}
	}
	p.command(ctx, args...)
	return nil
}

// handOver writes the report.
func (p *plain) handOver(ctx context.Context) error {
	out, err := p.need(ctx, "Into which folder", filepath.Join(filepath.Dir(p.path), "handover"), "It is made when it is missing. Files of an earlier report there are replaced.", needed)
	if err != nil {
		return err
	}
	p.command(ctx, "report", p.path, "--out="+out)
	p.passing(out)
	return nil
}

// end tells whether it is safe to stop, and ends the migration.
func (p *plain) end(ctx context.Context) error {
	for {
		p.command(ctx, "status", p.path)
		verdict, err := p.verdict(ctx)
		if err != nil {
			return err
		}
		choices := []choice{{"on", "go on"}, {"follow", "run deltas until Ctrl-C"}, {"verify", "verify again"}, {"end", "end the migration"}}
		switch {
		case verdict.Safe: // Enter leads on
			choices[0], choices[3] = choices[3], choices[0]
		case p.practice != nil && p.published:
			choices[0], choices[1] = choices[1], choices[0]
		}
		do, err := p.pick(ctx, "What now", "Deltas bring what still arrives at the old server.", 0, choices...)
		if err != nil || do == "on" {
			return err
		}
		switch do {
		case "follow":
			p.command(ctx, "run", p.path, "--follow")
		case "verify":
			p.command(ctx, "verify", p.path)
		case "end":
			return p.endNow(ctx)
		}
	}
}

// endNow keeps that the migration was ended, and why if it isn't safe.
func (p *plain) endNow(ctx context.Context) error {
	verdict, err := p.verdict(ctx)
	if err != nil {
		return err
	}
	reason := ""
	if !verdict.Safe {
		p.text("It is not safe yet: mail may still arrive at the old server, or somebody is not verified.")
		reason, err = p.need(ctx, "Why stop now (or back)", "", "It is kept in the project's history.", needed)
		if err != nil {
			return err
		}
	}
	if _, err := engine.EndMigration(ctx, p.file, p.now(), verdict, reason); err != nil {
		return err
	}
	p.text("Ended. A delta can still be run at any time.")
	return nil
}

// passing says of files beside the practice project that they go away with it.
func (p *plain) passing(dir string) {
	if in, err := filepath.Rel(filepath.Dir(p.path), dir); p.practice != nil && err == nil && filepath.IsLocal(in) {
		p.text("They go away with the practice company when you leave. Name another folder to keep them.")
	}
}
