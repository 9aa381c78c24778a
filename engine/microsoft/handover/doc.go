// Package handover prepares a project for Microsoft's own IMAP migration: the
// lists of mailboxes that the service reads, a PowerShell script that tests the
// source, makes the batches, watches and ends them, and a readme with what mxodus
// measured. The service in Microsoft's cloud then does the copying; mxodus takes
// no part in it.
//
//   - [Prepare] checks everything by Microsoft's rules first and names every user
//     that breaks one; nothing is written before all is well.
//   - Passwords stand in the lists (CSV) and in no other file.
//   - What the service can't reach, or won't carry, is said before: as a fault
//     where it can't work at all, as a warning where it may.
package handover
