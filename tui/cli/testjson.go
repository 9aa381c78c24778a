package cli

import "mxodus/engine"

type sideJSON struct {
	State    string     `json:"state"`
	Host     string     `json:"host,omitempty"`
	TLS      string     `json:"tls,omitempty"`
	Messages int        `json:"messages"`
	Seconds  *float64   `json:"seconds,omitempty"`
	Fault    *jsonFault `json:"fault,omitempty"`
}

type checkLine struct {
	Type        string       `json:"type"`
	User        string       `json:"user"`
	State       string       `json:"state"`
	Source      sideJSON     `json:"source"`
	Destination sideJSON     `json:"destination"`
	Messages    int          `json:"messages"`
	Bytes       int64        `json:"bytes"`
	TooBig      int          `json:"too_big"`
	BeyondLimit int          `json:"beyond_limit"`
	Folders     int          `json:"folders"`
	QuotaUsed   *int64       `json:"quota_used,omitempty"`
	QuotaLimit  *int64       `json:"quota_limit,omitempty"`
	Warnings    []*jsonFault `json:"warnings,omitempty"`
}

type mappingLine struct {
	Type        string   `json:"type"`
	User        string   `json:"user"`
	Source      []string `json:"source"`
	Destination []string `json:"destination"`
	Exists      bool     `json:"exists"`
	Renamed     string   `json:"renamed,omitempty"`
	Skip        string   `json:"skip,omitempty"`
}

type estimateLine struct {
	Type      string   `json:"type"`
	Messages  int      `json:"messages"`
	Bytes     int64    `json:"bytes"`
	Min       *float64 `json:"min_seconds,omitempty"`
	Likely    *float64 `json:"likely_seconds,omitempty"`
	Max       *float64 `json:"max_seconds,omitempty"`
	LimitedBy string   `json:"limited_by,omitempty"`
}

// probeLines writes a test as JSON: every user, every folder, the estimate.
func (a *app) probeLines(s engine.ProbeStatus) {
	for _, u := range s.Users {
		l := checkLine{Type: "check", User: u.User.Address, State: string(u.State), Source: sideLine(u.Source), Destination: sideLine(u.Destination),
			Messages: u.Messages, Bytes: u.Bytes, TooBig: u.TooBig, BeyondLimit: u.BeyondLimit, Folders: u.Folders}
		if u.Quota != nil {
			l.QuotaUsed, l.QuotaLimit = &u.Quota.Used, &u.Quota.Limit
		}
		for i := range u.Warnings {
			l.Warnings = append(l.Warnings, faultJSON(&u.Warnings[i]))
		}
		a.line(l)
		for _, m := range sortedMappings(u.Mappings) {
			a.line(mappingLine{"mapping", u.User.Address, m.Source.Path, m.DestPath, m.Exists, m.Renamed, string(m.Skip)})
		}
	}
	e := s.Estimate
	a.line(estimateLine{"estimate", e.Messages, e.Bytes, seconds(e.Min), seconds(e.Likely), seconds(e.Max), e.LimitedBy})
}

func sideLine(c engine.SideCheck) sideJSON {
	return sideJSON{string(c.State), c.Info.Host, c.Info.TLS, c.Messages, seconds(c.Took), faultJSON(c.Fault)}
}
