package tui

import "mxodus/engine"

// source is the step of the old server. It is found from the domain.
type source struct{ server }

func newSource(s seat) *source {
	return &source{server{seat: s, side: engine.SideSource, word: "old server",
		about:  "Where the mail is now. mxodus looks for the server by the company's domain; you can also type it in. The connection and its certificate are checked before anybody signs in. The old server is only ever read.",
		before: func() string { return "" }}}
}

func (*source) Title() string { return "Source" }
