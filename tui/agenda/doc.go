// Package agenda is what the wizard and the commands share of the plan: the
// facts that engine.NewSchedule needs, DNS included, and the calendar file.
//
// It never decides what is due when: that is the engine's. Times in it are the
// project's: in the zone that its letters are written in, if there is one.
package agenda
