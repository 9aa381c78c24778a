// Package imapconn reaches IMAP servers: it dials, signs in, reads and writes
// mailboxes. It is the only package, with the practice servers, that knows
// go-imap.
//
// It never trusts a server: what a server sends is bounded in length and cleaned
// before it is shown, a reply that go-imap can't read is repaired or left out,
// and nothing secret is sent before the connection is protected. It never
// changes a source: sources are opened with EXAMINE and read with PEEK.
//
// # Layers
//
//   - dial.go opens a socket, protects it (tlsconfig.go) and reads the greeting.
//   - The guard (guard.go) stands between the socket and its users. One
//     goroutine pumps the socket into a small ring (guard_feed.go); replies are
//     cut into lines and literals from there (guard_reply.go). Users are either
//     go-imap, which gets repaired replies (guard_repair.go), or raw.
//   - raw (raw.go) sends commands and reads their replies past go-imap. Signing
//     in (signin.go) is done so: go-imap never sees a password.
//   - conn (conn.go) is one signed-in connection with both; every call that
//     waits goes through conn.do, which ends it when the context ends or the
//     server falls silent.
//   - session (session.go) is engine.Source and engine.Destination on top. A
//     pipeline (pipeline.go) keeps its commands in flight; folders.go lists,
//     scan.go, headers.go and fetch.go read, append.go sends and reads at once,
//     create.go and store.go change what must be changed. names.go and naming.go
//     spell folders; flags.go, dates.go and uidset.go what commands say.
//
// # Words
//
// A reply is what a server sends up to the end of its last line, literals
// included. A literal is {n} and n bytes (RFC 3501 section 4.3). A command is in
// flight from its first byte to its tagged reply; while one is, a reply is due.
// A wire name is a folder's name byte for byte as the server spells it.
package imapconn
