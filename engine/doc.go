// Package engine moves mailboxes from one mail server to another and can say,
// of every message, what became of it.
//
// # The way of a message
//
// A [Batch] decides which mailboxes run and how many at once (batch.go). A
// mailbox connects both sides, maps folders and scans them (mailbox.go). A
// folder subtracts the journal from the scan: what is left is work (folder.go).
// The transfer carries the work: fetch, write down, append, write down
// (transfer.go). What a crash or a lost reply left open is looked for before
// anything is sent again (reconcile.go).
//
// Before a run, a [Probe] tests every user on both sides and estimates how long
// it takes (probe.go, estimate.go). Where folders go is decided by [MapFolders]
// (mapping.go), with the names of special folders in special.go; which flags go
// along by [KeepFlags] (flags.go). After it, [Verify] reads both sides again and
// accounts for every message without believing the journal (verify.go), and
// [Undo] takes back what was brought (undo.go). Users come from [ReadUsers]
// (users.go). [NewSchedule] says what is to be done when (schedule.go).
//
// # Invariants
//
//   - Every source message ends as exactly one of Copied, Present, Skipped (with
//     a reason) or Failed (with a reason, tried again by the next run).
//   - The source is never changed. At the destination nothing is changed or
//     deleted but what undo removes: what we appended, while it is unmodified.
//   - A delta never brings back what was deleted or moved at the destination.
//   - A message is journalled as Sending, durably, before its first byte is
//     sent. A lost reply is unknown, not failed: look before sending again.
//   - Memory is bounded by [Budget].
//
// # Words
//
// A project moves users. A user has one mailbox at the source and one at the
// destination; a mailbox has folders, a folder has messages. A run is one pass
// over the batch; a delta is a run after the first. The cut-over is the moment
// the domain's MX record changes.
//
// The package imports only the standard library and golang.org/x/sync. Servers,
// files and screens reach it through the interfaces in ports.go.
package engine
