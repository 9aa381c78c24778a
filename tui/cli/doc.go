// Package cli is mxodus without a screen: one file a command, for scripts, for
// cron, and for a terminal that is no terminal.
//
// It knows the engine only through [engine.Adapters], which main fills in, and
// the wizard only as a function ([Wizard]): it imports no adapter and no
// bubbletea.
//
// # Where things go
//
// Results go to standard output, as text or, with --json, as one JSON object a
// line (json.go holds every kind of line). Progress, questions and errors go to
// standard error, except that --progress json puts it among the lines of --json.
// A secret is never printed, never taken from a flag, and read without echo.
// Text from servers and files goes through [engine.Clean]; in JSON it stays
// exact, with everything that isn't printable escaped.
//
// # How a command ends
//
// With one of the exit statuses in exit.go. Ctrl-C, SIGTERM, SIGHUP and a
// closed Windows console stop it cleanly within five seconds; a second Ctrl-C
// stops it at once (signals.go).
package cli
