package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"time"
)

// ProofVersion is the form of Proof and of what its digest covers.
const ProofVersion = 1

// proofName is the project's document that holds the last account of every user.
const proofName = "verify/last"

// Proof is the account of everybody as verifications left it: for every user the
// last one that came to an end. It is kept with the project, and handed over in
// report.json, so that it can be held against both servers again later.
//
// Digest is the SHA-256, in hex, of this text, where LEN:TEXT is a text with its
// length in bytes before it:
//
//	mxodus account 1
//	user LEN:ADDRESS                  for every user, by address
//	folder LEN:LEVEL LEN:LEVEL ...    for every folder at the source, by path
//	UIDVALIDITY LASTUID MESSAGES DIGEST
//
// DIGEST is the folder's own: the SHA-256, in hex, of a line for every source
// message, by UID:
//
//	UID SIZE IDENTITY FATE REASON
//
// SIZE is as the source announces it; IDENTITY is 32 hex digits, zeros when the
// header was not read; FATE is "brought" for what is at the destination or was
// and has been moved or deleted by its user since, else skipped, failed, new,
// missing or changed; REASON is the code of a skipped or failed one, else "-".
// Every line ends with one line feed.
type Proof struct {
	Version int          `json:"version"`
	At      time.Time    `json:"at"` // when its newest part was made
	Digest  string       `json:"digest"`
	OK      bool         `json:"ok"` // every user was verified, and nothing is left to do
	Counts  Account      `json:"counts"`
	Bytes   Volume       `json:"bytes"`
	Proven  Proven       `json:"proven"` // zero in accounts of old
	Users   []ProvenUser `json:"users"`  // by address
}

// Volume is what the messages of an account weigh, in bytes as the source
// announces them.
type Volume struct {
	Source int64 `json:"source"`
	There  int64 `json:"there"` // copied, present and moved
	Left   int64 `json:"left"`  // everything else
}

func (v *Volume) add(w Volume) {
	v.Source += w.Source
	v.There += w.There
	v.Left += w.Left
}

// ProvenUser is the account of one user.
type ProvenUser struct {
	ID       int64     `json:"id"`
	Address  string    `json:"user"`
	At       time.Time `json:"at"`       // zero: never verified
	Deep     bool      `json:"deep"`     // bytes were compared, where the destination keeps them, else meanings
	Rewrites bool      `json:"rewrites"` // the destination changes messages as it stores them
	OK       bool      `json:"ok"`
	Counts   Account   `json:"counts"`
	Bytes    Volume    `json:"bytes"`
	Proven   Proven    `json:"proven"`
	// Contents is what an earlier verification compared that this one did not; nil
	// when there is none.
	Contents *ProvenContents `json:"contents_before,omitempty"`
	// Receipts and DatesMoved count messages that were altered on the way;
	// Dateless says that the destination keeps no dates of arrival.
	Receipts   int            `json:"receipts_silenced,omitempty"`
	DatesMoved int            `json:"dates_moved,omitempty"`
	Dateless   bool           `json:"keeps_no_dates,omitempty"`
	Folders    []ProvenFolder `json:"folders"`
	// Reasons count all messages that are not in their place.
	Reasons []ReasonCount `json:"reasons"`
	// Messages are those that are not in their place, in the order of folders and
	// UIDs, but those whose folder was left out as a whole. Lists are bounded;
	// More counts what is not listed, by outcome.
	Messages []ProvenMessage `json:"messages"`
	More     map[string]int  `json:"more,omitempty"`
	// Doubtful are messages whose meaning could not be compared in all its parts:
	// they are proven by identity. At most 200, each with why as its Text.
	Doubtful []ProvenMessage `json:"doubtful,omitempty"`
	// Tried tells of a later verification that did not come to an end.
	Tried *ProofTried `json:"tried,omitempty"`
}

// ReasonCount counts messages that share an outcome and a reason.
type ReasonCount struct {
	Outcome  string `json:"outcome"`          // the json name of the Account field
	Reason   Reason `json:"reason,omitempty"` // code; of skipped and failed ones
	Messages int    `json:"messages"`
	Bytes    int64  `json:"bytes"`
}

// ProofTried is a verification that failed.
type ProofTried struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Do   string    `json:"do"`
	Said string    `json:"said,omitempty"`
}

// ProvenFolder is the account of one folder.
type ProvenFolder struct {
	Source      []string `json:"source"`
	Destination []string `json:"destination"` // nil when it has none
	Counts      Account  `json:"counts"`
	Bytes       Volume   `json:"bytes"`
	Proof       string   `json:"proof"` // how it was to be proven: identity, bytes or meaning
	Proven      Proven   `json:"proven"`
	Receipts    int      `json:"receipts_silenced,omitempty"`
	DatesMoved  int      `json:"dates_moved,omitempty"`
	Reason      Reason   `json:"reason,omitempty"` // why the whole folder was left out
	Err         string   `json:"error,omitempty"`
	UIDValidity uint32   `json:"uid_validity"`
	LastUID     uint32   `json:"last_uid"`
	Digest      string   `json:"digest"`
}

// ProvenMessage is one message that is not in its place.
type ProvenMessage struct {
	Folder  []string  `json:"folder"` // at the source
	UID     uint32    `json:"uid"`
	Size    int64     `json:"size"`
	Date    time.Time `json:"date,omitzero"`
	Subject string    `json:"subject,omitempty"`
	From    string    `json:"from,omitempty"` // the sender, as the message says
	SHA256  string    `json:"sha256,omitempty"`
	Outcome string    `json:"outcome"`          // the json name of the Account field it is counted in
	Reason  Reason    `json:"reason,omitempty"` // code
	Text    string    `json:"text"`             // the reason in words
	Said    string    `json:"said,omitempty"`   // the server's words
}

// LastProof is the account that the last verifications left in a project; nil
// when nobody has verified it yet.
func LastProof(ctx context.Context, f ProjectFile) (*Proof, error) {
	doc, err := f.Kept(ctx, proofName)
	if err != nil || doc == nil {
		return nil, err
	}
	return ReadProof(doc)
}

// ReadProof reads a Proof from JSON and refuses one of another version, or whose
// digest doesn't fit what it says.
func ReadProof(doc []byte) (*Proof, error) {
	var p Proof
	if err := json.Unmarshal(doc, &p); err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	if p.Version != ProofVersion {
		return nil, fmt.Errorf("this account has version %d: this mxodus reads version %d", p.Version, ProofVersion)
	}
	if p.Digest != p.digest() {
		return nil, fmt.Errorf("this account has been changed: its digest does not fit what it says")
	}
	return &p, nil
}

// digest is what Digest must be.
func (p *Proof) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "mxodus account %d\n", ProofVersion)
	for _, u := range p.Users {
		fmt.Fprintf(h, "user %d:%s\n", len(u.Address), u.Address)
		for _, f := range u.Folders {
			h.Write([]byte("folder"))
			for _, level := range f.Source {
				fmt.Fprintf(h, " %d:%s", len(level), level)
			}
			fmt.Fprintf(h, "\n%d %d %d %s\n", f.UIDValidity, f.LastUID, f.Counts.Source, f.Digest)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// seal puts everything in order, adds up and digests.
func (p *Proof) seal() {
	slices.SortFunc(p.Users, func(a, b ProvenUser) int { return slices.Compare([]byte(a.Address), []byte(b.Address)) })
	p.Version, p.At, p.OK, p.Counts, p.Bytes, p.Proven = ProofVersion, time.Time{}, len(p.Users) > 0, Account{}, Volume{}, Proven{}
	for _, u := range p.Users {
		slices.SortFunc(u.Folders, func(a, b ProvenFolder) int { return slices.Compare(a.Source, b.Source) })
		if u.At.After(p.At) {
			p.At = u.At
		}
		p.OK = p.OK && u.OK && u.Tried == nil
		p.Counts.add(u.Counts)
		p.Bytes.add(u.Bytes)
		p.Proven.add(u.Proven)
	}
	p.Digest = p.digest()
}

// folderDigest digests the messages of one folder as they are told to it.
type folderDigest struct {
	h    hash.Hash
	line []byte
}

func newFolderDigest() *folderDigest { return &folderDigest{h: sha256.New()} }

func (d *folderDigest) add(m *verifyMessage) {
	b := strconv.AppendUint(d.line[:0], uint64(m.uid), 10)
	b = strconv.AppendInt(append(b, ' '), m.size, 10)
	b = hex.AppendEncode(append(b, ' '), m.id[:])
	reason := "-"
	if (m.outcome == outSkipped || m.outcome == outFailed) && m.reason != 0 {
		reason = string(reasons[m.reason])
	}
	b = append(append(append(b, ' '), m.outcome.fate()...), ' ')
	d.line = append(append(b, reason...), '\n')
	d.h.Write(d.line)
}

func (d *folderDigest) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }

// fate is an outcome as the digest knows it: what users did with their mail at
// the destination afterwards does not break the account.
func (o outcome) fate() string {
	switch o {
	case outCopied, outPresent, outMoved, outDeleted:
		return "brought"
	}
	return o.String()
}
