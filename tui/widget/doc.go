// Package widget holds the parts that screens are built of: forms, tables,
// bars, a sheet of paper for pasted text, menus, questions, a log.
//
// A widget knows nothing of mail and does no I/O. Its View methods are pure,
// take the room they may use, and never draw more: no line wider than width,
// no more lines than height. Text given to a widget must already be free of
// control characters.
//
// Colour never carries meaning alone: every ink has a glyph or a word beside
// it, and all looks work without colour and in ASCII.
package widget
