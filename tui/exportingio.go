package tui

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// What a hand-over waits for: the rules, the old mailboxes, the disk.

// handChecked says that the lists can be made, and brings what measures.
type handChecked struct {
	made   *engine.HandOver
	dialer engine.Dialer
}

// check looks whether all users can be handed over, before anybody waits for
// numbers.
func (e *exporting) check() tea.Cmd {
	e.show(exportBusy)
	e.session.measured, e.works.hand = nil, nil
	in, a, p, o, look := e.options(), e.adapters, e.session.project.ForHandOver(), e.dialOptions(), e.lookup
	e.halt = func() {}
	measure := e.form.Get("measure") == "yes"
	return e.ask("hand check", func(ctx context.Context) (any, error) {
		in.Addresses = look(ctx, p.Source.Host)
		made, err := a.HandOver(in)
		if err != nil || !measure {
			return handChecked{made: made}, err
		}
		return handChecked{made: made, dialer: engine.UnreachedDestination(a.Dial(p, in.Vault, o))}, nil
	})
}

// addressesOf is where a name leads to from here; nothing when that can't be
// found out soon.
func addressesOf(ctx context.Context, host string) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	return found
}

// handMeasured is a hand-over with what was measured.
type handMeasured struct {
	of   *engine.Probe
	made *engine.HandOver
}

// measure looks at every old mailbox, in the background.
func (e *exporting) measure(d engine.Dialer) tea.Cmd {
	in, a, look := e.options(), e.adapters, e.lookup
	probe := engine.NewProbe(e.session.project.ForHandOver(), in.Users, d)
	e.works.hand, e.session.measured = probe, nil
	halted, halt := context.WithCancel(context.Background())
	e.halt = halt
	wait := e.works.start(probe, func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(halted, cancel)()
		return probe.Run(ctx)
	})
	e.asked++
	return e.ask(fmt.Sprint("hand measure ", e.asked), func(ctx context.Context) (any, error) {
		v := handMeasured{of: probe}
		err := wait(ctx)
		if err != nil {
			return v, err
		}
		in.Checks, in.Addresses = probe.Status().Users, look(ctx, in.Project.Source.Host)
		v.made, err = a.HandOver(in)
		return v, err
	})
}

type handWritten struct {
	dir   string
	stale []string
}

// handReplace is the answer of somebody who was asked.
type handReplace struct{}

// handWrite is the answer of somebody who was told of the passwords.
type handWrite struct{}

// askWrite asks before passwords are written in the clear, and in spite of what is
// wrong.
func (e *exporting) askWrite() tea.Cmd {
	text := []string{"The lists hold the old mailboxes' passwords in the clear, readable for you only. Delete them as soon as the batches are made."}
	wrong := 0
	for _, f := range e.made.Warnings {
		if f.Class >= engine.StopMailbox {
			wrong++
		}
	}
	if wrong > 0 {
		text = append([]string{say.Count(wrong, "fault") + " of this page would make the service fail, and should be mended first."}, text...)
	}
	return send(questionMsg{&widget.Confirm{Title: "Write passwords in the clear?", Text: text,
		Answers: []widget.Answer{{Label: "Not now"}, {Label: "Write them", Msg: addressed{e.id, handWrite{}}}}}})
}

func (e *exporting) write(replace bool) tea.Cmd {
	made, dir := e.made, homePath(e.form.Get("folder"))
	if made == nil {
		return nil
	}
	e.fault = nil
	return e.ask("hand write", func(context.Context) (any, error) {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		stale, err := made.Write(dir, replace)
		return handWritten{dir, stale}, err
	})
}
