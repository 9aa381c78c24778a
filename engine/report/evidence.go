package report

import "mxodus/engine"

// evidence is what is known about whether the old service may be stopped, and
// what isn't. All but what a verification and the administrator say is judged by
// the engine, as it is for the wizard and for "mxodus status".
func (r *Report) evidence(in Input) (safe bool, list []Evidence) {
	facts := in.Stop
	facts.Now, facts.Runs, facts.Users = in.Now, in.Runs, len(in.Users)
	v := engine.SafeToStop(facts, in.Rules)
	list = []Evidence{r.accounted(), r.mailArrives()}
	accounted := list[0].Grade == Good
	for _, c := range v.Checks {
		list = append(list, r.check(c, facts, v.Rules))
	}
	return v.Safe && accounted, list
}

func (r *Report) accounted() Evidence {
	t := r.t
	e := Evidence{What: t.text("Every message of every mailbox is accounted for")}
	verified := 0
	var by engine.Proven
	var before engine.ProvenContents
	for _, u := range r.Users {
		if u.From == "verification" {
			verified++
			by.Bytes += u.Proven.Bytes
			by.Meaning += u.Proven.Meaning
			if was := u.Contents; was != nil {
				before.Add(*was)
			}
		}
	}
	open := r.Totals.Open()
	switch {
	case verified == 0:
		e.Grade, e.How = Unknown, t.text("Not checked: no verification has come to an end.")
	case open > 0 || verified < len(r.Users):
		e.Grade, e.How = Attention, t.text("Mailboxes verified: %s of %s. Messages that need attention: %s.", t.Number(verified), t.Number(len(r.Users)), t.Number(open))
	default:
		e.Grade, e.How = Good, t.text("Both servers were read again, the oldest part on %s. Compared by its bytes, apart from line ends: %s; by what it says: %s; all others by what identifies each message.",
			r.when(r.oldestProof()), t.count(by.Bytes, "message"), t.count(by.Meaning, "message"))
	}
	if !before.At.IsZero() {
		e.How += " " + r.comparedBefore(before)
	}
	return e
}

// comparedBefore says what an earlier verification compared, and the last one did
// not again.
func (r Report) comparedBefore(c engine.ProvenContents) string {
	t := r.t
	text := t.text("Contents were compared before that, on %s. By its bytes: %s; by what it says: %s.", r.when(c.At), t.count(c.Bytes, "message"), t.count(c.Meaning, "message"))
	if c.Differed > 0 {
		text += " " + t.text("Different at the new server then: %s.", t.count(c.Differed, "message"))
	}
	return text
}

func (r *Report) mailArrives() Evidence {
	t := r.t
	e := Evidence{What: t.text("Mail arrives at the new server"), Grade: Attention, How: t.text("The cut-over is not marked as done.")}
	if r.in.Project.CutOverDone {
		e.Grade, e.How = Good, t.text("The administrator has marked the cut-over as done. mxodus has sent no test message.")
	}
	return e
}

// check is a line of the engine's verdict.
func (r *Report) check(c engine.StopCheck, f engine.StopFacts, rules engine.StopRules) Evidence {
	e := Evidence{Grade: Attention}
	if c.OK {
		e.Grade = Good
	}
	switch c.Name {
	case engine.StopMX:
		r.mx(&e, f)
	case engine.StopTTL:
		r.ttl(&e, c, f)
	case engine.StopDeltas:
		r.deltas(&e, c, f)
	case engine.StopQuiet:
		r.quiet(&e, c, f, rules)
	case engine.StopVerified:
		r.verified(&e, c)
	}
	return e
}

func (r *Report) mx(e *Evidence, f engine.StopFacts) {
	t := r.t
	e.What = t.text("All name servers of the domain send mail to the new server")
	switch {
	case !f.Watched:
		e.Grade, e.How = Unknown, t.text("Not checked: nobody has watched the domain's DNS. The wizard does, and so does \"mxodus dns FILE --watch\".")
	case f.AllNew && !f.NewSince.IsZero():
		e.How = t.text("All of them give the new MX since %s; last seen %s.", r.when(f.NewSince), r.when(f.SeenAt))
	case f.AllNew:
		e.How = t.text("All of them give the new MX; last seen %s.", r.when(f.SeenAt))
	default:
		e.How = t.text("Not all of them give the new MX, as last seen %s: mail can still arrive at the old server.", r.when(f.SeenAt))
	}
}

func (r *Report) ttl(e *Evidence, c engine.StopCheck, f engine.StopFacts) {
	t := r.t
	e.What = t.text("Nobody can remember the old MX record any more")
	switch {
	case !f.Watched:
		e.Grade, e.How = Unknown, t.text("Not checked: nobody has watched the domain's DNS. The wizard does, and so does \"mxodus dns FILE --watch\".")
	case c.OK && f.Assumed:
		e.How = t.text("The lifetime of the old record was not seen. Three days were taken, as Microsoft advises: over since %s.", r.when(c.At))
	case c.OK:
		e.How = t.text("The lifetime of the old record has run out everywhere, since %s.", r.when(c.At))
	case c.Waits && f.Assumed:
		e.How = t.text("The lifetime of the old record was not seen. Three days are taken, as Microsoft advises: until %s.", r.when(c.At))
	case c.Waits:
		e.How = t.text("The old record may be remembered until %s.", r.when(c.At))
	default:
		e.How = t.text("That begins when all name servers give the new MX.")
	}
}

func (r *Report) deltas(e *Evidence, c engine.StopCheck, f engine.StopFacts) {
	t := r.t
	e.What = t.text("The last runs found nothing new at the old server")
	switch {
	case c.Have == 0:
		e.How = t.text("The last run still had something to copy, or there was none. Run mxodus again.")
	case c.OK:
		e.How = t.text("Runs in a row that found nothing: %s, the last one on %s.", t.Number(c.Have), r.when(c.At))
	case c.Have < c.Want:
		e.How = t.text("Runs in a row that found nothing: %s, the last one on %s. There must be %s.", t.Number(c.Have), r.when(c.At), t.Number(c.Want))
	default:
		e.How = t.text("Runs in a row that found nothing: %s, the last one on %s. One more is needed once nobody can remember the old MX record.", t.Number(c.Have), r.when(c.At))
	}
}

func (r *Report) quiet(e *Evidence, c engine.StopCheck, f engine.StopFacts, rules engine.StopRules) {
	t := r.t
	e.What = t.text("No new mail has come to the old server for %s", t.Span(rules.Quiet))
	switch {
	case c.At.IsZero():
		e.Grade, e.How = Unknown, t.text("Not checked: there is no complete run.")
	case c.OK:
		e.How = t.text("The last mail was brought on %s, and runs have looked since.", r.when(c.At))
	default:
		e.How = t.text("It will be so on %s, if runs go on and find nothing until then.", r.when(c.At))
	}
}

func (r *Report) verified(e *Evidence, c engine.StopCheck) {
	t := r.t
	e.What = t.text("Every mailbox is verified, after the last message was copied")
	at := c.At
	switch {
	case c.OK:
		e.How = t.text("Verified on %s; nothing has been copied since.", r.when(at))
	case at.IsZero() && r.oldestProof().IsZero():
		e.Grade, e.How = Unknown, t.text("Not checked: no verification has come to an end.")
	case at.IsZero():
		e.How = t.text("Mail was copied after %s. Verify once more.", r.when(r.oldestProof()))
	default:
		e.How = t.text("Mailboxes verified: %s of %s, on %s.", t.Number(c.Have), t.Number(c.Want), r.when(at))
	}
}
