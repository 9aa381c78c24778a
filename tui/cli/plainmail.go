package cli

import (
	"context"

	"mxodus/engine"
	"mxodus/engine/say"
)

// test tests everybody, and asks what to do about what is wrong.
func (p *plain) test(ctx context.Context) error {
	for {
		p.command(ctx, "test", p.path)
		tested, err := engine.ReadTested(ctx, p.file)
		if err != nil {
			return err
		}
		var failed, warned []int64
		for id, u := range tested.Users {
			switch {
			case u.State == engine.CheckFailed:
				failed = append(failed, id)
			case u.State == engine.CheckWarning && !u.Accepted:
				warned = append(warned, id)
			}
		}
		if len(failed)+len(warned) == 0 {
			return nil
		}
		var choices []choice
		if len(failed) > 0 {
			choices = append(choices, choice{"password", "set a user's password, and test again"}, choice{"leave-out", "leave a user out, and test again"})
		}
		if len(warned) > 0 {
			choices = append(choices, choice{"accept", "accept the warnings of " + say.Count(len(warned), "user") + " (it is kept that you did)"})
		}
		on := "go on"
		if len(failed) > 0 {
			on += "; " + say.Count(len(failed), "user") + " that failed the test stays behind until mended"
			if len(failed) > 1 {
				on = "go on; " + say.Count(len(failed), "user") + " that failed the test stay behind until mended"
			}
		}
		choices = append(choices, choice{"again", "test again"}, choice{"on", on})
		do, err := p.pick(ctx, "What now", "Users whose test failed are not moved until they are mended.", len(choices)-1, choices...)
		switch {
		case err != nil || do == "on":
			return err
		case do == "accept":
			_, err := engine.AcceptWarnings(ctx, p.file, p.now(), warned...)
			return err
		case do != "again":
			now, err := p.file.Project(ctx)
			if err != nil {
				return err
			}
			if err := p.changePeople(ctx, now, do); err != nil {
				return err
			}
		}
	}
}

// migrate copies the mail.
func (p *plain) migrate(ctx context.Context) error {
	for {
		choices := []choice{{"run", "copy the mail now (later only what is new)"}, {"follow", "copy, and go on looking for new mail until Ctrl-C"},
			{"one", "let one user go first, a pilot: copied and verified alone"}, {"rate", "limit the speed"}}
		if p.practice != nil {
			choices = append(choices, choice{"day", "let a working day pass at the made-up company"})
		}
		choices = append(choices, choice{"status", "see where it stands"}, choice{"on", "go on"})
		j, err := p.look(ctx)
		if err != nil {
			return err
		}
		standard := 0
		if j.copied() { // Enter leads on
			standard = len(choices) - 1
		}
		do, err := p.pick(ctx, "What now", "Ctrl-C stops a run, and loses nothing: the next one goes on exactly there.", standard, choices...)
		if err != nil || do == "on" {
			return err
		}
		switch do {
		case "run":
			p.command(ctx, "run", p.path)
		case "follow":
			p.command(ctx, "run", p.path, "--follow")
		case "status":
			p.command(ctx, "status", p.path)
		case "day":
			words, err := p.practice.WorkingDay(ctx)
			if err != nil {
				return err
			}
			p.text(engine.Clean(words, 1000))
		case "one":
			address, err := p.need(ctx, "Address of the user", "", "That mailbox is copied and verified alone. Look into it yourself, before the others follow.", needed)
			if err != nil {
				return err
			}
			p.command(ctx, "run", p.path, "--pilot="+address)
		case "rate":
			rate, err := p.need(ctx, "Read at most how much a second", "0", "As 2MB or 500KB; 0 is no limit.", needed)
			if err != nil {
				return err
			}
			p.command(ctx, "set", p.path, "--max-rate="+rate)
		}
	}
}

// check verifies.
func (p *plain) check(ctx context.Context) error {
	deep, err := p.yes(ctx, "Read every message back and compare its content?", false, "It takes about as long as copying. Without it, every message is found again by its header.")
	if err != nil {
		return err
	}
	args := []string{"verify", p.path}
	if deep {
		args = append(args, "--deep")
	}
	p.command(ctx, args...)
	return nil
}

// cutOver shows the DNS, and watches the change.
func (p *plain) cutOver(ctx context.Context) error {
	if p.mx == "" && p.practice != nil {
		p.mx = p.practice.NewMX
	}
	for {
		look := []string{"dns", p.path}
		if p.mx != "" {
			look = append(look, "--mx="+p.mx)
		}
		p.command(ctx, look...)
		choices, err := p.movingChoices(ctx)
		if err != nil {
			return err
		}
		do, err := p.pick(ctx, "What now", "Enter the lines at whoever runs the domain's DNS. From the change on, mxodus touches no flag at the new server.", 0, choices...)
		if err != nil || do == "on" {
			return err
		}
		switch do {
		case "watch":
			p.command(ctx, append(look, "--watch")...)
		case "mx":
			if p.mx, err = p.need(ctx, "Host of the new MX", p.mx, "The host that takes the domain's mail from then on. Whoever runs the new server knows it.", needed); err != nil {
				return err
			}
		case "publish":
			p.practice.Publish(p.practice.NewMX)
			p.published = true
		case "done":
			if p.command(ctx, "set", p.path, "--cut-over-done") == ExitDone {
				return nil
			}
		}
	}
}

// movingChoices are what can be done about the domain's DNS as things stand.
func (p *plain) movingChoices(ctx context.Context) ([]choice, error) {
	facts, err := engine.ReadStopFacts(ctx, p.file, p.now())
	if err != nil {
		return nil, err
	}
	j, err := p.look(ctx)
	if err != nil {
		return nil, err
	}
	zone := p.practice != nil && p.practice.Publish != nil
	return movingOrder(zone && !p.published, p.published && !facts.AllNew, facts.AllNew && !j.moved()), nil
}

// movingOrder begins with what leads on: at the practice company to publish the new
// MX and to watch it, and elsewhere, once every server is known to give it, to say so.
func movingOrder(publish, spreading, toSay bool) []choice {
	on, done := choice{"on", "go on"}, choice{"done", "the MX is changed: mail arrives at the new server now"}
	watch := choice{"watch", "watch until nobody remembers the old MX (Ctrl-C ends it)"}
	rest := []choice{{"again", "look again"}, {"mx", "say which host the new MX is"}}
	switch {
	case publish:
		return append([]choice{{"publish", "publish the new MX in the made-up zone"}, on, watch, done}, rest...)
	case spreading:
		return append([]choice{watch, on, done}, rest...)
	case toSay:
		return append([]choice{done, on, watch}, rest...)
	}
	return append([]choice{on, watch, done}, rest...)
}
