package lab

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"mxodus/engine"
)

// What stands at the old server of the practice company. Tests hold these
// figures; whoever explains the company may quote them.
const (
	CompanyUsers    = 6
	CompanyMessages = 4842
	// CompanyTooBig of them are larger than the default limit for a message.
	CompanyTooBig = 2
	// CompanyPresent of them stand at the new server already: somebody has
	// tried before.
	CompanyPresent = 60
)

// Company is the practice company: acme.example, with its old server and the
// new one.
type Company struct {
	Old, New *Server
	Post     *SMTPSink // takes the letters, and delivers nothing
	Practice *engine.Practice

	room *mailRoom
	days int
}

// Start opens the practice company and lets it wait for its first migration.
func Start(ctx context.Context) (*engine.Practice, error) {
	c, err := NewCompany(ctx)
	if err != nil {
		return nil, err
	}
	return c.Practice, nil
}

// NewCompany is Start for those who want to see the servers from inside.
func NewCompany(ctx context.Context) (*Company, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	old, err := New(Options{Separator: ".", Prefix: "INBOX.", NoSpecialUse: true, NoLiteralPlus: true, NoListStatus: true})
	if err != nil {
		return nil, err
	}
	to, err := New(Options{UIDPlus: true, Flags: []string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`, "$MDNSent"}})
	if err != nil {
		old.Close()
		return nil, err
	}
	post, err := NewSMTPSink(SMTPOptions{})
	if err != nil {
		old.Close()
		to.Close()
		return nil, err
	}
	c := &Company{Old: old, New: to, Post: post, room: newMailRoom()}
	c.Practice = &engine.Practice{
		Project: engine.Project{
			Company: "Acme Workshop Supplies", Domain: "acme.example",
			Source: old.Endpoint(), Destination: to.Endpoint(), Letters: c.letters(), CutOver: saturday(time.Now()),
		},
		WorkingDay: c.workingDay,
		Pace:       to.pace,
		Close:      func() { old.Close(); to.Close(); post.Close() },
	}
	for _, p := range staff() {
		c.hire(p)
	}
	c.earlierAttempt()
	return c, nil
}

// earliest is how many days ahead the company plans its cut-over, at least.
const earliest = 29

// saturday is the morning of one that leaves time for every letter.
func saturday(now time.Time) time.Time {
	y, m, d := now.Date()
	at := time.Date(y, m, d+earliest, 9, 0, 0, 0, now.Location())
	for at.Weekday() != time.Saturday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// letters is what the company's letters tell. The last day of the old mailboxes
// is for whoever practises to fill in.
func (c *Company) letters() engine.Letters {
	return engine.Letters{HelpName: "Anna Archer", HelpPhone: "+43 1 555 0100", HelpAddress: "help@acme.example", HelpHours: "Mon-Fri 8-18",
		SenderName: "Acme Workshop Supplies", SenderAddress: "help@acme.example", OwnerName: "Olga Owner", OwnerAddress: "olga@acme.example",
		WebMail: "https://mail.new-server.example", PasswordWay: "on paper, from your manager", SMTP: c.Post.Server(engine.StartTLS)}
}

// hire gives somebody mailboxes on both sides and fills the old one.
func (c *Company) hire(p person) {
	login, _, _ := strings.Cut(p.address, "@")
	oldPassword, newPassword := login+"-old-"+p.word, login+"-new-"+p.word
	c.Old.AddUser(login, oldPassword)
	c.New.AddUser(p.address, newPassword)
	for _, f := range []struct{ name, use string }{
		{"Drafts", `\Drafts`}, {"Sent Items", `\Sent`}, {"Deleted Items", `\Trash`},
		{"Junk Email", `\Junk`}, {"Archive", `\Archive`}, {"Conversation History", ""},
	} {
		c.New.AddFolder(p.address, f.name, f.use, true)
	}
	for _, f := range p.folders {
		c.fill(login, p, f)
	}
	c.Practice.Users = append(c.Practice.Users, engine.UserRow{
		User:           engine.User{Address: p.address, DisplayName: p.name, SourceLogin: login},
		SourcePassword: engine.Secret(oldPassword), DestinationPassword: engine.Secret(newPassword),
	})
}

func (c *Company) fill(login string, p person, f drawer) {
	name := "INBOX"
	if f.name != "" {
		name = "INBOX." + f.name
	}
	c.Old.AddFolder(login, name, "", true)
	me := contact{p.name, p.address}
	date := f.last.Add(-time.Duration(f.mails) * f.every)
	for n := range f.mails {
		date = date.Add(f.every/2 + time.Duration(c.room.rand.Int64N(int64(f.every))))
		from, to := pickOne(c.room, contacts), me
		if f.mine {
			from, to = to, from
		}
		l := c.room.between(from, to, p.lang, date.Truncate(time.Second).In(p.zone))
		l.flags = c.flags(f, n)
		c.Old.put(login, name, c.room.write(l))
	}
	for _, m := range f.special(c.room, me) {
		c.Old.put(login, name, m)
	}
	if f.twins > 0 {
		c.twins(login, name, f.twins)
	}
}

// flags are those of a folder's n-th message: most mail is read, some is
// answered, a little is starred, and in some folders it carries keywords.
func (c *Company) flags(f drawer, n int) []imap.Flag {
	var out []imap.Flag
	if f.draft {
		return append(out, imap.FlagDraft, imap.FlagSeen)
	}
	if f.mails-n > 12 || f.mine {
		out = append(out, imap.FlagSeen)
	}
	switch n := c.room.rand.IntN(20); {
	case n < 3:
		out = append(out, imap.FlagAnswered)
	case n == 3:
		out = append(out, imap.FlagFlagged)
	case n == 4 && f.labelled:
		out = append(out, "$Forwarded")
	case n == 5 && f.labelled:
		out = append(out, "$Label1", "NonJunk")
	}
	return out
}

// twins stores the folder's last messages once more.
func (c *Company) twins(login, name string, n int) {
	a := c.Old.account(login)
	messages := a.folders[name].messages
	for _, m := range messages[len(messages)-n:] {
		twin := *m
		c.Old.put(login, name, &twin)
	}
}

// earlierAttempt leaves at the new server what somebody copied by hand: the
// newest mail of one inbox, and a greeting of the new server's own.
func (c *Company) earlierAttempt() {
	const login, address = "eli", "eli@acme.example"
	messages := slices.Clone(c.Old.account(login).folders["INBOX"].messages)
	messages = slices.DeleteFunc(messages, func(m *message) bool { return m.size > 1<<20 })
	for _, m := range messages[len(messages)-CompanyPresent:] {
		twin := *m
		twin.flags = []imap.Flag{imap.FlagSeen}
		c.New.put(address, "INBOX", &twin)
	}
	c.New.Put(address, "INBOX", []byte("From: welcome@new-server.example\r\nTo: eli@acme.example\r\nSubject: Your new mailbox\r\nMessage-ID: <welcome@new-server.example>\r\nDate: Mon, 1 Dec 2025 09:00:00 +0100\r\n\r\nIt is ready.\r\n"),
		time.Date(2025, 12, 1, 9, 0, 0, 0, time.FixedZone("", 3600)))
}
