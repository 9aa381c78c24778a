package lab

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// workingDay lets a day pass at the old server: mail comes in for three of the
// staff, one reads, one throws something away.
func (c *Company) workingDay(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	people := staff()
	turn := c.days % len(people)
	c.days++
	var came []string
	for i := range 3 {
		p := people[(turn+i)%len(people)]
		n := 2 + (turn+i)%3
		c.deliver(p, n)
		came = append(came, fmt.Sprintf("%d for %s", n, firstName(p)))
	}
	reader, thrower := people[(turn+3)%len(people)], people[(turn+4)%len(people)]
	read := c.read(reader, 3)
	c.throwAway(thrower)
	return fmt.Sprintf("A working day has passed at the old server: new mail came (%s), %s read %d messages, and %s deleted one.",
		strings.Join(came, ", "), firstName(reader), read, firstName(thrower)), nil
}

func firstName(p person) string {
	first, _, _ := strings.Cut(p.name, " ")
	return first
}

func login(p person) string {
	name, _, _ := strings.Cut(p.address, "@")
	return name
}

func (c *Company) deliver(p person, n int) {
	for range n {
		now := time.Now().Truncate(time.Second).In(p.zone)
		l := c.room.between(pickOne(c.room, contacts), contact{p.name, p.address}, p.lang, now)
		c.Old.put(login(p), "INBOX", c.room.write(l))
	}
}

// read marks the newest unread messages of an inbox, at most n.
func (c *Company) read(p person, n int) (done int) {
	a := c.Old.account(login(p))
	a.mu.Lock()
	defer a.mu.Unlock()
	messages := a.folders["INBOX"].messages
	for i := len(messages) - 1; i >= 0 && done < n; i-- {
		if m := messages[i]; !m.has(imap.FlagSeen) {
			m.flags = append([]imap.Flag{imap.FlagSeen}, m.flags...)
			done++
		}
	}
	a.tell()
	return done
}

// throwAway deletes an inbox's oldest message.
func (c *Company) throwAway(p person) {
	a := c.Old.account(login(p))
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.folders["INBOX"]
	if len(f.messages) > 0 {
		oldest := f.messages[0]
		a.expunge(f, func(m *message) bool { return m == oldest })
	}
}
