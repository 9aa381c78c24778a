package letter

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is one letter of the journey.
type Kind string

// The letters, in the order of the journey.
const (
	Announcement Kind = "announcement" // 2 to 4 weeks before
	Prepare      Kind = "prepare"      // a week before
	Reminder     Kind = "reminder"     // a day before
	CutOver      Kind = "cutover"      // on the day
	Welcome      Kind = "welcome"      // once a mailbox is verified
	FollowUp     Kind = "followup"     // 3 to 7 days after
	HandOver     Kind = "handover"     // to the owner, at the end
)

// Kinds lists all letters in the order of the journey.
func Kinds() []Kind {
	return []Kind{Announcement, Prepare, Reminder, CutOver, Welcome, FollowUp, HandOver}
}

// ParseKind knows a letter by its name.
func ParseKind(s string) (Kind, error) {
	k := Kind(strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(s)))
	if slices.Contains(Kinds(), k) {
		return k, nil
	}
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return "", fmt.Errorf("there is no such letter: choose %s", strings.Join(names, ", "))
}

// ToOwner says whether the letter goes to the owner and not to the users.
func (k Kind) ToOwner() bool { return k == HandOver }

// When says in English when the letter is due.
func (k Kind) When() string {
	switch k {
	case Announcement:
		return "2 to 4 weeks before"
	case Prepare:
		return "a week before"
	case Reminder:
		return "the day before"
	case CutOver:
		return "on the day"
	case Welcome:
		return "once a mailbox is verified"
	case FollowUp:
		return "3 to 7 days after"
	case HandOver:
		return "at the end, to the owner"
	}
	return ""
}

// NeedsServers says whether the letter tells of things that only the servers
// know: see Learn.
func (k Kind) NeedsServers() bool { return k == Prepare || k == Welcome || k == FollowUp }
