package tui

import "mxodus/engine"

// clean is text from outside, on one line and without control characters.
func clean(s string) string { return engine.Clean(s, 500) }
