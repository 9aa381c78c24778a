package agenda

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"mxodus/engine"
)

// Calendar writes a schedule as an iCalendar file (RFC 5545) that calendar
// programs import. A task is a VEVENT with the same UID each time, and a
// SEQUENCE that grows with time: importing again updates what is there. What is
// no longer needed is written as cancelled. Without dates there are no events.
func Calendar(p engine.Project, s engine.Schedule, now time.Time) string {
	c := &calendar{now: now, domain: engine.Clean(p.Domain, 253)}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//mxodus//mxodus//EN")
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.text("X-WR-CALNAME", "Mail of "+c.domain)
	for _, t := range s.Tasks {
		if !t.On.IsZero() {
			c.event(t)
		}
	}
	c.line("END", "VCALENDAR")
	return c.b.String()
}

type calendar struct {
	b      strings.Builder
	now    time.Time
	domain string
}

func (c *calendar) event(t engine.ScheduledTask) {
	c.line("BEGIN", "VEVENT")
	c.text("UID", string(t.Name)+"."+c.domain+"@mxodus")
	c.line("DTSTAMP", instant(c.now))
	c.line("LAST-MODIFIED", instant(c.now))
	c.line("SEQUENCE", fmt.Sprint(max(0, c.now.Unix()/60)))
	c.when(t)
	title := c.domain + ": " + t.Title
	switch t.State {
	case engine.TaskDone:
		title = "Done: " + title
	case engine.TaskNotNeeded:
		title = "Not needed: " + title
	case engine.TaskLate:
		title = "Late: " + title
	}
	c.text("SUMMARY", title)
	c.text("DESCRIPTION", about(t))
	if t.State == engine.TaskNotNeeded {
		c.line("STATUS", "CANCELLED")
	} else {
		c.line("STATUS", "CONFIRMED")
	}
	c.text("CATEGORIES", "mxodus")
	if t.State.Open() {
		c.alarms(t, title)
	}
	c.line("END", "VEVENT")
}

// about is what a person needs to know of a task.
func about(t engine.ScheduledTask) string {
	words := t.Why
	if t.State.Open() && !t.Until.IsZero() && !t.Until.Equal(t.On) {
		words += "\nAt the latest: " + When(t.Until, t.AllDay) + "."
	}
	if t.Remedy != "" {
		words += "\n" + t.Remedy
	}
	if t.Step != "" && t.State.Open() {
		words += "\nIn mxodus: step " + t.Step + "."
	}
	return words
}

// When is a task's moment in words.
func When(t time.Time, allDay bool) string {
	if allDay {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("Mon 2 Jan, 15:04 MST")
}

// when writes the event's time. What is open though its day has passed stands
// today, where it is seen.
func (c *calendar) when(t engine.ScheduledTask) {
	at, allDay := t.On, t.AllDay
	if !t.Done.IsZero() {
		at = t.Done.In(t.On.Location())
	}
	y, m, d := c.now.In(t.On.Location()).Date()
	if today := time.Date(y, m, d, 0, 0, 0, 0, t.On.Location()); t.State.Open() && at.Before(today) {
		at, allDay = today, true
	}
	if allDay {
		c.line("DTSTART;VALUE=DATE", at.Format("20060102"))
		c.line("DTEND;VALUE=DATE", at.AddDate(0, 0, 1).Format("20060102"))
		c.line("TRANSP", "TRANSPARENT")
		return
	}
	c.line("DTSTART", instant(at))
	c.line("DTEND", instant(at.Add(time.Hour)))
	c.line("TRANSP", "OPAQUE")
}

// alarms remind at nine on the day; of a moment, a day and an hour before.
func (c *calendar) alarms(t engine.ScheduledTask, title string) {
	triggers := []string{"-P1D", "-PT1H"}
	if t.AllDay {
		triggers = []string{"PT9H"}
	}
	for _, trigger := range triggers {
		c.line("BEGIN", "VALARM")
		c.line("ACTION", "DISPLAY")
		c.text("DESCRIPTION", title)
		c.line("TRIGGER", trigger)
		c.line("END", "VALARM")
	}
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`)

// text writes a property of the type TEXT (RFC 5545 section 3.3.11).
func (c *calendar) text(name, value string) { c.line(name, escapes.Replace(value)) }

// line writes a content line, folded at 75 octets between characters (section
// 3.1).
func (c *calendar) line(name, value string) {
	rest, room := name+":"+value, 75
	for len(rest) > room {
		cut := room
		for cut > 1 && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		c.b.WriteString(rest[:cut] + "\r\n ")
		rest, room = rest[cut:], 74
	}
	c.b.WriteString(rest + "\r\n")
}
