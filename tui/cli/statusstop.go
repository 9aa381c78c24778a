package cli

import (
	"slices"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// tellStop says whether the old service can be ended, once mail was copied.
func (a *app) tellStop(s *standing) {
	if !slices.ContainsFunc(s.runs, func(r engine.Run) bool { return r.Kind == "full" || r.Kind == "delta" }) {
		return
	}
	m := a.term.marks()
	if s.stop.Safe {
		a.printf("\n%s Safe to stop: no mail can arrive at the old server any more, and everything is at the new one.\n", m.ok)
		return
	}
	var open []string
	for _, c := range s.stop.Checks {
		if !c.OK {
			open = append(open, stopWords(c))
		}
	}
	a.printf("\n")
	a.para(a.out, "", m.warn+" Not safe to stop yet: "+strings.Join(open, "; ")+".")
}

// stopWords say what is still open.
func stopWords(c engine.StopCheck) string {
	switch c.Name {
	case engine.StopMX:
		return "not every name server is known to give the new MX"
	case engine.StopTTL:
		if c.Waits {
			return "the old MX may be remembered until " + say.Moment(c.At)
		}
		return "the old MX may still be remembered"
	case engine.StopDeltas:
		if c.Have < c.Want {
			return say.Count(c.Have, "run") + " of " + say.Number(c.Want) + " in a row found nothing new"
		}
		return "one more run is needed after the old MX is forgotten"
	case engine.StopQuiet:
		if c.At.IsZero() {
			return "there is no complete run"
		}
		return "mail came lately: quiet enough from " + say.Moment(c.At) + " on"
	}
	return say.Number(c.Have) + " of " + say.Count(c.Want, "mailbox") + " verified since the last copy"
}

// stopLine is whether it is safe to stop, for scripts.
type stopLine struct {
	Type string   `json:"type"`
	Safe bool     `json:"safe"`
	Open []string `json:"open"` // names of the checks that are not fulfilled
}

func stopLineOf(v engine.StopVerdict) stopLine {
	l := stopLine{Type: "stop", Safe: v.Safe, Open: []string{}}
	for _, c := range v.Checks {
		if !c.OK {
			l.Open = append(l.Open, string(c.Name))
		}
	}
	return l
}
