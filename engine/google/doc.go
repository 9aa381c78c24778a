// Package google signs in to Google Workspace as a service account to which the
// company's administrator has delegated its users (domain-wide delegation): one key
// file opens every mailbox by XOAUTH2, and no user gives a password.
//
//   - [Account] reads a key file and says what must be entered in the Admin console.
//   - [Tokens] gives each user's access token to the connections of a project: a
//     signed assertion that names the user (RFC 7523) is exchanged for it. It is
//     kept in memory only, renewed ahead of its end, and at once when a server
//     refuses it.
//
// The key stands sealed in the project's vault and nowhere else. Every refusal
// becomes an engine.Fault with its remedy; what was sent is never part of it. The
// key file names the host that is asked; only https is spoken to it.
package google
