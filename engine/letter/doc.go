// Package letter writes to the people whose mail moves, and gets the letters to
// them.
//
// A [Kind] is one letter of the journey. [Collect] reads what is known of a
// project and its users; [Learn] asks the servers for what only they know, and
// keeps it in the project. A [Maker] holds the templates and makes a [Letter] of
// one kind for one user, in that user's language. [Write] puts letters into a
// folder in every form, and [Deliver] sends them through a [Carrier].
//
// A letter is written once, as a text/template that gives a little markup
// (markup.go); HTML and plain text are made of that. What comes from mail and
// from people is a [Text]: it can't become markup.
//
// No letter ever holds a password: templates have no way to one. Only
// [PasswordSheet] does, for paper.
//
// Nothing goes twice: a delivery is written down before and after, and what a
// crash left open is looked for, or asked about, but not sent again.
package letter
