// Package lab is practice and torment: IMAP servers in this process, on
// loopback, with TLS.
//
//   - [Server] is a mail server in memory whose whole state can be looked at,
//     and which counts what clients do to it.
//   - [Cut], [Server.OnCommand] and the switches of [Server] make it fail in the
//     ways that real servers do, at a chosen moment and not by chance.
//   - [NewExchange] starts a server with the manners of Exchange Online, and
//     [NewAuthority] the sign-in server whose tokens open it. [NewGraph] is the
//     directory of users, licences and domains beside them.
//   - [DelayProxy] puts a round trip between a client and any server.
//   - [Start] opens the practice company: an old server full of mail, and a new
//     one. The demo and the wizard's first steps happen there.
//
// Nothing here is meant to be reached from another machine, and no password in
// it is a secret.
package lab
