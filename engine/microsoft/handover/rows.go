package handover

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"mxodus/engine"
)

// row is one mailbox in a list.
type row struct {
	user     engine.User
	address  string // of the mailbox at Microsoft 365
	name     string
	password engine.Secret
	root     string
}

// rows makes the rows of all users, or names everything that is wrong with any.
func (h *handOver) rows() ([]row, error) {
	var rows []row
	var refused []engine.HandOverRefusal
	seen := map[string]engine.User{}
	for _, u := range h.o.Users {
		no := func(what, do string) {
			refused = append(refused, engine.HandOverRefusal{User: engine.Clean(u.Address, 100), What: what, Do: do})
		}
		r := row{user: u, address: u.DestinationName(), name: h.userName(u), password: h.password(u), root: u.UserRoot}
		h.check(r, no)
		key := strings.ToLower(r.address)
		if other, taken := seen[key]; taken {
			no("The mailbox "+engine.Clean(r.address, 100)+" is named twice: also for "+engine.Clean(other.SourceLogin, 80)+".",
				"A list may name a mailbox once only. Leave one of the two out now (mxodus users FILE --leave-out), and hand it over in another batch later.")
		}
		seen[key] = u
		rows = append(rows, r)
	}
	if len(refused) > 0 {
		return nil, &engine.HandOverError{Refused: refused}
	}
	return rows, nil
}

// check tells all that is wrong with one row, by Microsoft's rules.
func (h *handOver) check(r row, no func(what, do string)) {
	if !isAddress(r.address) {
		no("The address of the mailbox at Microsoft 365 is none that a list can hold: "+engine.Clean(r.address, 100)+".", "Write it as anna@acme.example: plain letters, one @, a whole domain.")
	}
	if r.user.SourceLogin == "" && h.logIn != engine.HandOverRoot {
		no("The user has no name at the old server.", "Import the user again with the column UserName filled in.")
	}
	if h.logIn == engine.HandOverRoot && r.root == "" {
		no("The administrator's log-in opens this mailbox only with its root folder, and there is none.", "Import the user again with the column UserRoot filled in.")
	}
	switch why := unfit(r.password.Reveal()); {
	case r.password == "":
		no("The password for the old server is not in the project.", "Set it: mxodus users FILE --password "+engine.Argument(r.user.Address))
	case why != "":
		no("The password "+why+", which no list can hold.", "Change it at the old server and in the project.")
	}
	for _, c := range []struct{ what, text string }{{"name at the old server", r.name}, {"root folder", r.root}} {
		if why := unfit(c.text); why != "" {
			no("The "+c.what+" "+why+", which no list can hold.", "Change it, and import the user again.")
		}
	}
}

// unfit is why a cell can't stand in a list; empty if it can. It quotes nothing.
func unfit(s string) string {
	switch {
	case !utf8.ValidString(s):
		return "has letters that can't be read"
	case strings.ContainsAny(s, "\r\n\u0085\u2028\u2029"):
		return "has a line break in it"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "has a control character in it"
	case strings.Contains(s, "\uFEFF"):
		return "has an invisible mark in it"
	}
	return ""
}

// isAddress says that s is an address as Exchange Online has them.
func isAddress(s string) bool {
	local, domain, _ := strings.Cut(s, "@")
	if local == "" || len(s) > 254 || !strings.Contains(domain, ".") || strings.ContainsAny(s, ",;:<>\"()[]\\") {
		return false
	}
	for _, c := range s {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// looksLikeFormula says that a program for tables would run the cell instead of
// showing it.
func looksLikeFormula(s string) bool { return s != "" && strings.ContainsRune("=+-@", rune(s[0])) }

func hasEdgeBlank(s string) bool { return strings.TrimSpace(s) != s }
