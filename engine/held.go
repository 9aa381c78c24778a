package engine

import (
	"cmp"
	"slices"
	"strings"
)

// Held is how an earlier account stands against both servers now.
type Held struct {
	// Holds: all that was accounted for then is accounted for in the same way now.
	Holds bool `json:"holds"`
	// New counts messages that have come to the source since.
	New int `json:"new"`
	// Moved and Deleted are messages that were brought, and that users have since
	// moved or deleted at the destination: that breaks no account.
	Moved       int              `json:"moved"`
	Deleted     int              `json:"deleted"`
	Differences []HeldDifference `json:"differences"`
}

// HeldDifference is a folder, or a user, whose account is another one now.
type HeldDifference struct {
	User   string   `json:"user"`
	Folder []string `json:"folder"` // at the source; empty: the user as a whole
	What   string   `json:"what"`   // in words
	Was    Account  `json:"was"`
	Now    Account  `json:"now"`
	// Messages are those known to differ, as far as either account lists them.
	Messages []ProvenMessage `json:"messages"`
}

// heldFolder is a folder of now that an earlier account knows, with the digest
// and the number of the messages whose UIDs it covers.
type heldFolder struct {
	upTo  string
	known int
}

func pathKey(path []string) string { return strings.Join(path, "\x00") }

// bound is the last UID that the earlier account covers in a folder; false when
// it doesn't know the folder by these numbers.
func (v *Verify) bound(address string, row ProvenFolder) (uint32, bool) {
	f := v.earlier(address, row.Source)
	if f == nil || f.UIDValidity != row.UIDValidity {
		return 0, false
	}
	return f.LastUID, true
}

func (v *Verify) earlier(address string, path []string) *ProvenFolder {
	if v.o.Against == nil {
		return nil
	}
	for i := range v.o.Against.Users {
		if u := &v.o.Against.Users[i]; strings.EqualFold(u.Address, address) {
			if j := slices.IndexFunc(u.Folders, func(f ProvenFolder) bool { return slices.Equal(f.Source, path) }); j >= 0 {
				return &u.Folders[j]
			}
		}
	}
	return nil
}

func (v *Verify) noteHeld(user int, path []string, h heldFolder) {
	v.set(func() {
		if v.held[user] == nil {
			v.held[user] = map[string]heldFolder{}
		}
		v.held[user][pathKey(path)] = h
	})
}

// Held compares with VerifyOptions.Against, once Run has returned; nil without
// it. Only users that this verification is about are compared.
func (v *Verify) Held() *Held {
	if v.o.Against == nil {
		return nil
	}
	h := &Held{Holds: true, Differences: []HeldDifference{}}
	for _, was := range v.o.Against.Users {
		i := slices.IndexFunc(v.users, func(u VerifiedUser) bool { return strings.EqualFold(u.User.Address, was.Address) })
		if i < 0 {
			continue
		}
		if v.proven[i] == nil || v.users[i].State == CheckFailed {
			what := "could not be verified now"
			if f := v.users[i].Fault; f != nil {
				what += ": " + f.What
			}
			h.differ(HeldDifference{User: was.Address, What: what, Was: was.Counts})
			continue
		}
		v.heldUser(h, was, v.proven[i], v.held[i])
	}
	return h
}

func (h *Held) differ(d HeldDifference) {
	h.Holds = false
	if d.Messages == nil {
		d.Messages = []ProvenMessage{}
	}
	h.Differences = append(h.Differences, d)
}

func (v *Verify) heldUser(h *Held, was ProvenUser, now *ProvenUser, held map[string]heldFolder) {
	for _, f := range now.Folders {
		if part, ok := held[pathKey(f.Source)]; ok {
			h.New += f.Counts.Source - part.known
		} else if !slices.ContainsFunc(was.Folders, func(w ProvenFolder) bool { return slices.Equal(w.Source, f.Source) }) {
			h.New += f.Counts.Source
		}
	}
	h.Moved += max(0, now.Counts.Moved-was.Counts.Moved)
	h.Deleted += max(0, now.Counts.Deleted-was.Counts.Deleted)
	for _, f := range was.Folders {
		d := HeldDifference{User: was.Address, Folder: f.Source, Was: f.Counts}
		i := slices.IndexFunc(now.Folders, func(n ProvenFolder) bool { return slices.Equal(n.Source, f.Source) })
		switch {
		case i < 0 && f.Counts.Source == 0: // an empty folder that went away takes nothing with it
			continue
		case i < 0:
			d.What = "is no longer at the old server"
		case now.Folders[i].UIDValidity != f.UIDValidity:
			d.Now, d.What = now.Folders[i].Counts, "was numbered anew by the old server: it can't be compared message by message"
		case held[pathKey(f.Source)].upTo == f.Digest:
			continue
		default:
			d.Now = now.Folders[i].Counts
			d.What = differenceOf(f.Counts, d.Now, held[pathKey(f.Source)].known)
			d.Messages = changedMessages(f, was.Messages, now.Messages)
		}
		h.differ(d)
	}
}

// differenceOf says what kind of difference two accounts show. known is how many
// of the messages that the earlier one covers are still at the source.
func differenceOf(was, now Account, known int) string {
	switch {
	case now.Missing+now.Changed > was.Missing+was.Changed:
		return "messages are missing or different at the new server that were not then"
	case known < was.Source:
		return "messages have gone from the old server since"
	case now.Failed < was.Failed || now.Skipped < was.Skipped || was.New+was.Missing+was.Changed > 0:
		return "messages that were not at the new server then are there now"
	}
	return "its messages are not accounted for as they were then"
}

// changedMessages are those listed in one account and not, or otherwise, in the
// other, as they are now; what is listed no more comes as it was.
func changedMessages(f ProvenFolder, was, now []ProvenMessage) (list []ProvenMessage) {
	of := func(all []ProvenMessage) map[uint32]ProvenMessage {
		m := map[uint32]ProvenMessage{}
		for _, p := range all {
			if slices.Equal(p.Folder, f.Source) && p.UID <= f.LastUID && p.Outcome != "moved" && p.Outcome != "deleted" {
				m[p.UID] = p
			}
		}
		return m
	}
	before, after := of(was), of(now)
	for uid, p := range after {
		if b, ok := before[uid]; !ok || b.Outcome != p.Outcome || b.Reason != p.Reason {
			list = append(list, p)
		}
	}
	for uid, p := range before {
		if _, ok := after[uid]; !ok {
			p.Text = "was " + p.Outcome + " then, and no longer is"
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b ProvenMessage) int { return cmp.Compare(a.UID, b.UID) })
	return list
}
