package tui

import (
	"context"
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/tui/widget"
)

// cutover is the step of the domain's DNS: what must stand there, what does,
// and how far the new MX has got. cutoverview.go draws it, cutoverform.go asks
// what the administrator knows.
type cutover struct {
	seat
	table  widget.Table
	scroll widget.Scroll
	open   bool         // the selected record fills the screen
	form   *widget.Form // nil: closed
	report *dns.Report
	watch  looker
	of     watched // what watch is about
	copied string  // what became of the last value to copy, in words
	fault  *engine.Fault
	proof  domainProof // what the tenant wants
}

// watched is what a watch is about.
type watched struct {
	file   engine.ProjectFile
	domain string
	cloud  dns.Cloud
	mx     string
}

// laneWatch is the lane of looks that wait for their time: nobody waits for them.
const laneWatch = "watch"

func newCutover(s seat) *cutover { return &cutover{seat: s, proof: domainProof{seat: s}} }

func (*cutover) Title() string { return "Cut-over" }
func (*cutover) About() string {
	return "At the cut-over you change the domain's MX record at your DNS provider, so that new mail goes to the new server. mxodus shows what to enter and what to take out, asks every name server of the domain, and tells when nobody can know the old record any more. It only looks: the change is made by you."
}
func (c *cutover) Typing() bool { return c.form != nil }

// asking is the form that is open.
func (c *cutover) asking() *widget.Form { return c.form }
func (c *cutover) Done() bool           { return c.session.open() && c.session.project.CutOverDone }

func (c *cutover) Blocked() string {
	switch {
	case !c.session.open():
		return "open a project first"
	case c.session.project.Domain == "":
		return "the project has no domain"
	case !c.session.practice && c.session.project.Destination.Host == "":
		return "the new server is not known yet"
	}
	return ""
}

func (c *cutover) Init() tea.Cmd {
	if c.of.file != c.session.file {
		c.forget()
		c.proof = domainProof{seat: c.seat}
	}
	switch {
	case c.proof.open:
		return nil
	case c.form != nil || c.waiting("check") || c.report != nil:
		return nil
	case !c.session.names.said && c.session.practice && c.options.Practice != nil && c.options.Practice.NewMX != "":
		return c.want(dns.Wanted{Cloud: dns.Elsewhere, MX: c.options.Practice.NewMX})
	case !c.session.names.said:
		c.openForm()
		return nil
	}
	return c.check()
}

// forget drops what was seen of another project or for another MX.
func (c *cutover) forget() {
	c.drop(laneWatch)
	c.drop("check")
	c.report, c.session.spread, c.watch, c.fault, c.copied, c.open = nil, nil, nil, nil, "", false
	c.of = watched{file: c.session.file}
}

// checked is what came of a look at all records.
type checked struct {
	report dns.Report
	before *dns.Snapshot
}

func (c *cutover) check() tea.Cmd {
	r, f, domain, n := c.resolver, c.session.file, c.session.project.Domain, c.session.names
	c.fault = nil
	return c.ask("check", func(ctx context.Context) (any, error) {
		report, before, err := checkNames(ctx, r, f, domain, n)
		return checked{report, before}, err
	})
}

// want keeps what the administrator knows, and looks.
func (c *cutover) want(w dns.Wanted) tea.Cmd {
	c.forget()
	f := c.session.file
	return c.ask("want", func(ctx context.Context) (any, error) { return w, keep(ctx, f, docWanted, w) })
}

// sighted is one look of the watch.
type sighted struct{ spread dns.Spread }

// keepWatching goes on looking, whatever step is on screen, until the old MX
// can't be known to anybody any more.
func (c *cutover) keepWatching() tea.Cmd {
	s := &c.session
	if !s.open() || c.live != nil || !s.names.said || c.waiting(laneWatch) || c.waiting("want") || c.session.spread != nil && c.session.spread.Safe(c.session.spread.At) {
		return nil
	}
	now := watched{s.file, s.project.Domain, s.names.wanted.Cloud, s.names.wanted.MX}
	if c.of != now || c.watch == nil {
		c.session.spread = nil
		m := s.names.memory
		if b := s.names.before; b != nil {
			for _, r := range b.Records {
				if r.Type == "MX" && r.Name == b.Domain {
					m.OldTTL = max(m.OldTTL, r.TTL)
				}
			}
		}
		w, err := c.resolver.watch(now.domain, s.names.wanted, m)
		if err != nil {
			return nil // no domain: the check says so
		}
		c.of, c.watch = now, w
	}
	w, f := c.watch, s.file
	return c.ask(laneWatch, func(ctx context.Context) (any, error) {
		sp, err := w.Next(ctx)
		if err != nil {
			return nil, err
		}
		return sighted{sp}, keep(ctx, f, docWatch, w.Memory())
	})
}

func (c *cutover) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case reply:
		cmd = c.reply(msg)
	case proveDomain:
		c.form = nil
		cmd = c.proof.begin(false)
	case saidChanged:
		cmd = c.cutOver("The administrator said that the MX is changed.")
	case tea.KeyMsg:
		cmd = c.key(msg)
	}
	if c.report != nil {
		c.table.Resize(len(c.report.Results))
	}
	return cmd
}

func (c *cutover) reply(r reply) tea.Cmd {
	if r.lane.name == laneDomain {
		c.proof.take(r)
		return nil
	}
	if r.err != nil && !errors.Is(r.err, context.Canceled) {
		c.fault = faultOf(r.err)
	}
	switch v := r.value.(type) {
	case dns.Wanted:
		c.session.names.wanted, c.session.names.said = v, r.err == nil
		if r.err == nil {
			return c.check()
		}
	case checked:
		if r.err == nil {
			c.report, c.session.names.before = &v.report, v.before
		}
	case sighted:
		return c.see(v.spread)
	case loaded:
		if r.err == nil {
			c.session.refresh(v)
		}
	case copyDone:
		if c.copied = v.words; c.proof.open {
			c.copied, c.proof.copied = "", v.words
		}
	}
	return nil
}

// see takes what the watch saw. The first sight of the new MX at a server of the
// zone is the cut-over: from then on mail may arrive at the new server.
func (c *cutover) see(sp dns.Spread) tea.Cmd {
	news := c.session.spread == nil || sp.AllNew != c.session.spread.AllNew
	c.session.spread = &sp
	var cmds []tea.Cmd
	if news && c.report != nil && !c.waiting("check") {
		cmds = append(cmds, c.check()) // the table must tell the same
	}
	if !c.session.project.CutOverDone && arrived(sp) {
		cmds = append(cmds, c.cutOver("The new MX was seen in the domain's DNS: mail goes to the new server now."))
	}
	return tea.Batch(cmds...)
}

// arrived says whether somebody may get the new MX.
func arrived(sp dns.Spread) bool {
	for _, s := range sp.Servers {
		if (s.State == dns.GivesNew || s.State == dns.GivesMixed) && (s.Server.Kind == dns.Authoritative || !sp.Direct) {
			return true
		}
	}
	return false
}

// cutOver notes that mail goes to the new server, also for a run under way.
func (c *cutover) cutOver(how string) tea.Cmd {
	l, batch := c.held(), c.works.batch
	if !c.works.copying() {
		batch = nil
	}
	return c.ask("cut over", func(ctx context.Context) (any, error) {
		if batch != nil {
			batch.CutOver()
		}
		return markCutOver(ctx, l, how)
	})
}

func (c *cutover) key(msg tea.KeyMsg) tea.Cmd {
	c.copied = "" // it was read
	switch {
	case c.proof.open:
		return c.proofKey(msg)
	case c.form != nil:
		return c.formKey(msg)
	case c.open:
		return c.openKey(msg)
	case c.table.Update(msg):
	case key.Matches(msg, keys.Back):
		return c.back()
	case key.Matches(msg, keys.Enter):
		return c.next()
	case key.Matches(msg, keys.Copy) && c.entry() != nil:
		return c.copy()
	case key.Matches(msg, keys.Details) && c.current() != nil:
		c.open, c.scroll = true, widget.Scroll{}
	case key.Matches(msg, keys.Tenant) && c.proof.possible():
		return c.proof.begin(false)
	case key.Matches(msg, keys.Edit):
		c.openForm()
	case key.Matches(msg, keys.Look):
		return c.lookAgain()
	case key.Matches(msg, keys.Publish) && c.canPublish():
		return c.publish()
	case key.Matches(msg, keys.Changed) && !c.Done() && c.session.names.said:
		return c.askChanged()
	}
	return nil
}

// proofKey is a key while the tenant's wishes are on screen. Once they are left, the
// DNS is compared with them.
func (c *cutover) proofKey(msg tea.KeyMsg) tea.Cmd {
	cmd, closed := c.proof.key(msg)
	switch {
	case !closed:
		return cmd
	case !c.session.names.said:
		c.openForm()
		return nil
	case c.proof.asked != nil:
		c.forget()
		return c.check()
	}
	return nil
}

func (c *cutover) openKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.Back, keys.Details, keys.Enter):
		c.open = false
	case key.Matches(msg, keys.Copy) && c.entry() != nil:
		return c.copy()
	default:
		c.scroll.Update(msg, len(c.detailLines(c.current(), 80)))
	}
	return nil
}

func (c *cutover) lookAgain() tea.Cmd {
	if !c.session.names.said {
		c.openForm()
		return nil
	}
	if c.watch != nil {
		c.watch.Wake()
	}
	if c.session.spread != nil && c.session.spread.Safe(c.session.spread.At) {
		c.session.spread, c.watch = nil, nil // it had ended
	}
	return c.check()
}

// canPublish says that there is a practice zone whose MX can be changed here.
func (c *cutover) canPublish() bool {
	return c.session.practice && c.options.Practice != nil && c.options.Practice.Publish != nil && c.session.names.said &&
		(c.session.spread == nil || !c.session.spread.AllNew)
}

func (c *cutover) publish() tea.Cmd {
	publish, mx, watch := c.options.Practice.Publish, c.session.names.wanted.MX, c.watch
	r, f, domain, n := c.resolver, c.session.file, c.session.project.Domain, c.session.names
	return c.ask("check", func(ctx context.Context) (any, error) {
		publish(mx)
		if watch != nil {
			watch.Wake()
		}
		report, before, err := checkNames(ctx, r, f, domain, n)
		return checked{report, before}, err
	})
}

// saidChanged is the answer of somebody who was asked.
type saidChanged struct{}

func (c *cutover) askChanged() tea.Cmd {
	return send(questionMsg{&widget.Confirm{Title: "Is the MX changed?",
		Text:    []string{"mxodus notes this by itself when it sees the new MX. Say it yourself only if it can't be seen from here. From then on deltas still bring new mail, but leave alone what your users mark as read or starred at the new server."},
		Answers: []widget.Answer{{Label: "Not yet"}, {Label: "Yes, the MX is changed", Msg: addressed{c.id, saidChanged{}}}}}})
}

// current is the record under the cursor; nil when there is none.
func (c *cutover) current() *dns.Result {
	if at := c.table.At(); c.report != nil && at >= 0 && at < len(c.report.Results) {
		return &c.report.Results[at]
	}
	return nil
}

// entry is what to enter for it; nil when there is nothing.
func (c *cutover) entry() *dns.Entry {
	if r := c.current(); r != nil && len(r.Enter) > 0 {
		return &r.Enter[0]
	}
	return nil
}
