// Package tui is the wizard: the journey of a migration, one step on screen at
// a time.
//
// The root model (root.go) owns the terminal: it routes messages, draws the
// frame around the step that is on screen, and keeps one tick going while
// something runs. A step (one file each, order in steps.go) owns its part of
// the screen and nothing else. What all steps know stands in the session
// (session.go); what runs longer than a step stays on screen lives in works.go
// and is looked at through snapshots.
//
// Rules: Update never blocks and View is pure. Every file, socket and lock is
// touched in a command made by desk.ask (desk.go), whose reply names its step,
// lane and generation; a reply that nobody waits for any more is dropped. The
// package reaches the world only through engine.Adapters.
package tui
