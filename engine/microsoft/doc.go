// Package microsoft signs in to Microsoft 365: it makes the access tokens that
// open mailboxes at Exchange Online by XOAUTH2, and the tenant's directory.
//
//   - [Cloud] says where a cloud of Microsoft's stands: worldwide, a national
//     one, or one that a file describes. No host is written anywhere else.
//   - [Tokens] gives tokens to all connections of a project: one for all of
//     them, renewed ahead of its end, and at once when a server refuses it.
//   - [Graph] is the tenant's directory: users, licences, domains. Its tokens are
//     others than those of the mailboxes, from the same sign-in.
//   - [NewSetup] leads through what a tenant needs before that works: steps by
//     hand, PowerShell scripts that take them and take them back, and checks that
//     say what is missing, and who can mend it. It changes nothing in the tenant.
//   - [SignIn] is a person's sign-in, by the browser or, as the last resort, by a
//     code that is entered on another device.
//
// An app's own tokens live in memory only: one that was issued before somebody
// gave the app a permission lacks it, and would be in the way if it were kept. A
// person's tokens are kept sealed in the project's vault, and nowhere else.
//
// Every refusal of the authority becomes an engine.Fault with its remedy. What
// was sent to the authority is never part of it.
package microsoft
