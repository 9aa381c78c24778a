package tui

import "mxodus/engine"

// destination is the step of the new server.
type destination struct{ server }

func newDestination(s seat) *destination {
	return &destination{server{seat: s, side: engine.SideDestination, word: "new server",
		about: "Where the mail goes. The mailboxes must exist there already. Nothing that is in them is changed or deleted: mxodus only adds.",
		before: func() string {
			if s.session.project.Source.Host == "" {
				return "check the old server first"
			}
			return ""
		}}}
}

func (*destination) Title() string { return "Destination" }
