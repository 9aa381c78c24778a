// Package meaning tells whether two messages say the same, though a server has
// written one of them anew: other transfer encodings, character sets, boundaries,
// header fields and folding, as Exchange does with whatever it is given.
//
// [Read] takes a message apart as it streams by, keeps digests, and never more
// than a few kilobytes of it. A message that can't be taken apart is no error:
// what could not be read is named, and where the two then differ, that is a doubt
// and not a difference.
//
// # Words
//
// The meaning of a message is its date, its sender's address, its subject, its
// texts and its attachments. A text is the letters of a body: white space, line
// breaks, the marks of quoting and the markup of HTML are not part of it. An
// attachment is its name and its decoded bytes; an attached message is its own
// meaning.
//
// Where a server makes the plain text from the HTML, the HTML is what counts.
// What servers are known to unpack or to write with their own words (TNEF,
// invitations, delivery reports) is doubtful when it differs.
package meaning
