package dns

import (
	"slices"
	"time"
)

// Verdict is what a check concludes.
type Verdict string

// The verdicts, from best to worst.
const (
	Fine    Verdict = "ok"
	ToDo    Verdict = "todo"    // not yet as it must be, and nothing is broken
	Wrong   Verdict = "wrong"   // a mistake: it doesn't do what it should
	Harmful Verdict = "harmful" // it breaks or loses mail, or will when the MX changes
	Unknown Verdict = "unknown" // couldn't be found out
)

// Result is what one check found.
type Result struct {
	Check   string   `json:"check"` // "mx"
	Title   string   `json:"title"` // "MX"
	Name    string   `json:"name"`  // of the record, in full
	Found   []string `json:"found"` // values, empty when there is nothing
	Wanted  string   `json:"wanted"`
	Verdict Verdict  `json:"verdict"`
	// Why says in a sentence or two what that means and what to do.
	Why string `json:"why"`
	// Guess says that what is wanted isn't known from the tenant, only guessed.
	Guess bool `json:"guess,omitempty"`
	// Enter are the records to enter; TakeOut those to delete. A record whose
	// value changes is in both, one whose TTL changes in Enter only.
	Enter   []Entry  `json:"enter,omitempty"`
	TakeOut []Entry  `json:"take_out,omitempty"`
	Notes   []string `json:"notes,omitempty"` // further sentences
	// From is the answer that Found comes from.
	From Source `json:"from"`
}

// Source is who gave an answer and how it came.
type Source struct {
	Server    Server        `json:"server"`
	Way       Way           `json:"way"`
	Status    Status        `json:"status"`
	At        time.Time     `json:"at"`
	Took      time.Duration `json:"took"`
	TTL       uint32        `json:"ttl"`
	Validated bool          `json:"validated"`
	Direct    bool          `json:"direct"` // from an authoritative server
	Notes     []string      `json:"notes,omitempty"`
}

func sourceOf(a Answer) Source {
	return Source{Server: a.Server, Way: a.Way, Status: a.Status, At: a.At, Took: a.Took, TTL: a.TTL,
		Validated: a.Validated, Direct: a.Authoritative, Notes: a.Notes}
}

// Entry is a record in the forms that DNS panels ask for.
type Entry struct {
	Record
	// Host is the name without the zone, "@" for the zone itself: most panels.
	// Name is the full one: panels that want that.
	Host string `json:"host"`
	// Dotted is a host value with the final dot that some panels need, as they
	// add the zone to names without; empty for other types.
	Dotted string `json:"dotted,omitempty"`
	// Joined is priority and value in one field, for panels without a field for
	// the priority; empty for types without.
	Joined string `json:"joined,omitempty"`
	// Strings are the parts of a TXT longer than 255 bytes, for panels that
	// don't split it themselves. They belong into one record.
	Strings []string `json:"strings,omitempty"`
	Line    string   `json:"line"` // of a zone file
}

func entryOf(r Record, zone string) Entry {
	e := Entry{Record: r, Host: relative(r.Name, zone), Line: r.String()}
	switch r.Type {
	case "MX":
		e.Dotted, e.Joined = r.Value+".", r.Data
	case "CNAME":
		e.Dotted = r.Value + "."
	case "SRV":
		e.Joined = r.Data
	case "TXT":
		if len(r.Value) > 255 {
			e.Strings = txtStrings(r.Value)
		}
	}
	return e
}

// rank orders verdicts by what they mean for the whole.
func (v Verdict) rank() int {
	return slices.Index([]Verdict{Fine, Unknown, ToDo, Wrong, Harmful}, v)
}

// Worst is the verdict on all results: something to do counts more than
// something that couldn't be found out.
func Worst(rs []Result) Verdict {
	worst := Fine
	for _, r := range rs {
		if r.Verdict.rank() > worst.rank() {
			worst = r.Verdict
		}
	}
	return worst
}
