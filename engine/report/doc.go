// Package report makes the hand-over report: what the owner of a company gets in
// their hand at the end of a migration. It reads the project's journal and the
// account that the last verification left, asks no server, and writes four files
// of fixed names, readable by their owner only, into one folder:
//
//   - report.html: everything, on one page that needs nothing else: no script, no
//     picture and no font from elsewhere; to be read, printed and signed.
//   - users.csv: a line for every mailbox.
//   - messages.csv: a line for every message that is not at the new server, or is
//     different there, as far as the account lists them.
//   - report.json: the same as data; see Report. Its member "account" is an
//     engine.Proof, which "mxodus verify --against" holds against both servers.
//
// Text from mail (subjects, folder names, the words of servers) is cleaned by
// the engine, escaped by html/template, and disarmed in CSV cells.
//
// Make is pure: the same Input gives the same Report.
package report
