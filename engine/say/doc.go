// Package say writes numbers, sizes, spans and dates for people: once, so
// that a mailbox is as large in the wizard as in a letter and in the report.
//
// The functions write the English of the screens, the commands and the report;
// a [Language] writes the same for paper, in English, German, French or Spanish.
//
// It knows nothing of mail, imports nothing of ours, and reads no clock.
package say
