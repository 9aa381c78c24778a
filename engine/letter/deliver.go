package letter

import (
	"context"
	"time"

	"mxodus/engine"
)

// The ways that letters take.
const (
	WaySMTP  = "smtp"
	WayInbox = "inbox"
)

// Carrier brings letters to people. It is used by one goroutine.
type Carrier interface {
	Way() string
	// Ready connects, for one user, before anything is written down. next is the
	// inbox's UIDNEXT, or 0.
	Ready(ctx context.Context, u engine.User) (next uint32, err error)
	// Send says what became of the letter. said are the server's words.
	Send(ctx context.Context, u engine.User, m *Mail) (out engine.Outcome, said string, err error)
	Close()
}

// Finder is a Carrier that can look whether a letter arrived. found means that it
// did; not found, that it hadn't by now.
type Finder interface {
	Find(ctx context.Context, u engine.User, d engine.Delivery) (found bool, err error)
}

// Fate is what happened to one letter in Deliver.
type Fate string

// The fates.
const (
	Sent       Fate = "sent"
	WouldSend  Fate = "would-send" // in a dry run
	SentBefore Fate = "sent-before"
	// Uncertain: it may have gone. It is not sent again unless Again says so.
	Uncertain Fate = "uncertain"
	Failed    Fate = "failed" // certainly not sent; the next Deliver tries again
)

// Delivered is the fate of one letter.
type Delivered struct {
	Letter Letter
	Fate   Fate
	At     time.Time // of Sent and SentBefore, and of an Uncertain try
	Way    string
	Said   string
	Fault  *engine.Fault // of Failed and Uncertain
}

// DeliverOptions are about one call of Deliver.
type DeliverOptions struct {
	DryRun bool
	// Again names users (0: the owner) to whom a letter goes although it went
	// before, or may have.
	Again map[int64]bool
	// Quiet is how late a server may store what it was sent.
	Quiet time.Duration
	// Told, if not nil, gets each fate as it comes.
	Told func(Delivered)
}

// Deliver sends letters, each once: what went out before, by whichever way,
// doesn't go again. A letter is written down as sending before the first byte
// goes, and its fate afterwards. A letter whose fate a crash left open is looked
// for where the carrier can look; else it is Uncertain. Letters that fail are in
// the result; the error is about the log or the context.
func (m *Maker) Deliver(ctx context.Context, file engine.ProjectFile, log engine.DeliveryLog, c Carrier, letters []Letter, o DeliverOptions) (out []Delivered, err error) {
	defer c.Close()
	all, err := log.Deliveries(ctx)
	if err != nil {
		return nil, err
	}
	before := map[[2]any]engine.Delivery{}
	for _, d := range all {
		before[[2]any{d.UserID, d.Letter}] = d
	}
	users := map[int64]engine.User{}
	for _, u := range m.facts.Users {
		users[u.ID] = u
	}
	post := &post{m: m, file: file, log: log, carrier: c, o: o}
	for _, l := range letters {
		if ctx.Err() != nil {
			return out, context.Cause(ctx)
		}
		u := users[l.UserID]
		if l.UserID == 0 {
			u = engine.User{Address: l.To, DisplayName: l.Name}
		}
		d, err := post.one(ctx, l, u, before[[2]any{l.UserID, string(l.Kind)}])
		if err != nil {
			return out, err
		}
		d.Letter = l
		out = append(out, d)
		if o.Told != nil {
			o.Told(d)
		}
	}
	return out, nil
}

// post is one call of Deliver.
type post struct {
	m       *Maker
	file    engine.ProjectFile
	log     engine.DeliveryLog
	carrier Carrier
	o       DeliverOptions
}

// one settles one letter. The error is about the log.
func (p *post) one(ctx context.Context, l Letter, u engine.User, stands engine.Delivery) (Delivered, error) {
	again := p.o.Again[l.UserID]
	if stands.State != "" && stands.State != engine.DeliveryFailed && !again {
		d, done, err := p.before(ctx, u, stands)
		if done || err != nil {
			return d, err
		}
		again = true // it was looked for, and isn't there
	}
	if p.o.DryRun {
		return Delivered{Fate: WouldSend, Way: p.carrier.Way()}, nil
	}
	next, err := p.carrier.Ready(ctx, u)
	if err != nil {
		return Delivered{Fate: Failed, Way: p.carrier.Way(), Fault: engine.AsFault(err)}, nil
	}
	mail, err := p.m.Mail(l, time.Now())
	if err != nil {
		return Delivered{Fate: Failed, Way: p.carrier.Way(), Fault: engine.AsFault(err)}, nil
	}
	claim := engine.Delivery{UserID: l.UserID, Letter: string(l.Kind), Way: p.carrier.Way(), To: l.To, MessageID: mail.MessageID,
		Identity: mail.Identity(), Next: next, At: time.Now()}
	other, claimed, err := p.log.ClaimDelivery(ctx, claim, again)
	if err != nil {
		return Delivered{}, err
	}
	if !claimed { // another mxodus was faster
		return p.stands(other), nil
	}
	outcome, said, err := p.carrier.Send(ctx, u, mail)
	return p.settle(ctx, claim, outcome, said, err)
}

// before is the fate of a letter that went out, or may have; false when it is
// known not to have arrived.
func (p *post) before(ctx context.Context, u engine.User, stands engine.Delivery) (Delivered, bool, error) {
	finder, ok := p.carrier.(Finder)
	if stands.State == engine.DeliverySent || !ok || stands.Way != p.carrier.Way() {
		return p.stands(stands), true, nil
	}
	found, err := finder.Find(ctx, u, stands)
	switch {
	case err != nil:
		d := p.stands(stands)
		d.Fault = engine.AsFault(err)
		return d, true, nil
	case found && p.o.DryRun:
		return Delivered{Fate: SentBefore, At: stands.At, Way: stands.Way}, true, nil
	case found:
		stands.State = engine.DeliverySent
		return Delivered{Fate: SentBefore, At: stands.At, Way: stands.Way}, true, p.log.SettleDelivery(ctx, stands)
	case time.Since(stands.At) < p.o.Quiet: // the server may still be storing it
		return p.stands(stands), true, nil
	}
	return Delivered{}, false, nil
}

// stands is the fate of a letter that is in the log.
func (p *post) stands(d engine.Delivery) Delivered {
	if d.State == engine.DeliverySent {
		return Delivered{Fate: SentBefore, At: d.At, Way: d.Way}
	}
	f := &engine.Fault{Class: engine.SkipMessage, Code: "letter-uncertain", Who: "you",
		What: "Whether this letter went out is not known: mxodus or the connection ended while it was being sent.",
		Do:   "Ask whether it arrived. To send it once more: --again " + engine.Argument(d.To)}
	if d.Way == WayInbox {
		f.Do = "Run this again in a minute with --deliver inbox: mxodus looks whether it is there."
	}
	return Delivered{Fate: Uncertain, At: d.At, Way: d.Way, Fault: f}
}

// settle writes down what became of a letter, whatever became of ctx.
func (p *post) settle(ctx context.Context, d engine.Delivery, outcome engine.Outcome, said string, err error) (Delivered, error) {
	ctx = context.WithoutCancel(ctx)
	out := Delivered{At: time.Now(), Way: d.Way, Said: said}
	event := engine.Event{At: out.At, UserID: d.UserID, Said: said}
	switch outcome {
	case engine.Stored:
		d.State, out.Fate = engine.DeliverySent, Sent
		event.Level, event.Text = engine.Info, "The letter "+d.Letter+" was sent to "+engine.Clean(d.To, 100)+" by "+d.Way+"."
	case engine.Unknown:
		d.State, out = engine.DeliverySending, p.stands(d)
		event.Level, event.Text = engine.Attention, "Whether the letter "+d.Letter+" reached "+engine.Clean(d.To, 100)+" is not known."
		out.Said = said
	default:
		d.State, out.Fate, out.Fault = engine.DeliveryFailed, Failed, engine.AsFault(err)
		event.Level, event.Text = engine.Attention, "The letter "+d.Letter+" could not be sent to "+engine.Clean(d.To, 100)+"."
	}
	d.Said, d.At = said, time.Now()
	if err := p.log.SettleDelivery(ctx, d); err != nil {
		return out, err
	}
	return out, p.file.Event(ctx, event)
}
