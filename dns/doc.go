// Package dns tells what must stand in the DNS of a domain whose mail moves,
// what does stand there, and whether it has spread. It only ever asks; it
// changes nothing, prints nothing, and knows nothing of mailboxes.
//
// # How names are answered
//
// The names of the world are a tree of zones. A zone is a part of the tree that
// one administrator keeps ("acme.example"), and its parent ("example") says
// which name servers hold it: that is the delegation. These servers are
// authoritative: they answer from the zone itself. A change at the DNS
// provider is made at one of them and copied to the others; the zone's serial,
// a number in its SOA record, tells which of them have the copy already.
//
// Computers don't ask authoritative servers. They ask a resolver (the
// router's, the provider's, 1.1.1.1), which asks for them and keeps each answer
// as long as its TTL says, in seconds. A changed record is therefore true
// everywhere only when every authoritative server gives it and the old
// answer's TTL has run out since: that moment is called safe after here.
//
// # Words
//
//   - answered: the name has records of the type asked for.
//   - no record (NODATA): the name exists, but not with that type.
//   - no name (NXDOMAIN): the name doesn't exist at all.
//   - server failure (SERVFAIL): the resolver couldn't find out.
//   - lame: a server that the parent names, but that doesn't hold the zone.
//   - wildcard: a record "*" that answers for names nobody entered.
//   - alias (CNAME): a name that stands for another one.
//   - glue: addresses of name servers that the parent hands out with their
//     names, because they could not be found otherwise.
//   - in bailiwick: about names below the zone that the server was asked as an
//     authority for. Whatever else it says is not believed.
//
// # The way through the package
//
// A [Client] holds how to ask: resolvers, root servers, time limits. One
// [Client.Check] of a domain asks all questions at once, none of them twice,
// and gives a [Report]: what each check found and wants ([Result], one file
// per check), what each server says ([Spread]), and a [Snapshot] of the records
// to keep for going back. A [Watch] looks again and again, politely, and
// remembers since when which server gives what. [Client.Published] finds where
// a domain announces its mail server.
//
// Text that came from the network holds no control characters once it is in a
// value of this package.
package dns
