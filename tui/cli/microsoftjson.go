package cli

import "mxodus/engine"

type setupActionJSON struct {
	Do   string   `json:"do"`
	Copy []string `json:"copy,omitempty"`
}

type setupStepLine struct {
	Type   string            `json:"type"` // "setup_step"
	Step   string            `json:"step"`
	Title  string            `json:"title"`
	Why    string            `json:"why"`
	Who    string            `json:"who"`
	Script bool              `json:"script"`
	ByHand []setupActionJSON `json:"by_hand"`
	State  string            `json:"state"`
	Found  string            `json:"found,omitempty"`
	Fault  *jsonFault        `json:"fault,omitempty"`
}

type setupMailboxLine struct {
	Type      string     `json:"type"` // "setup_mailbox"
	User      string     `json:"user"`
	Mailbox   string     `json:"mailbox"`
	State     string     `json:"state"`
	Directory string     `json:"directory,omitempty"`
	Found     string     `json:"found,omitempty"`
	Copy      []string   `json:"copy,omitempty"`
	Fault     *jsonFault `json:"fault,omitempty"`
}

type setupLine struct {
	Type     string   `json:"type"` // "setup"
	TenantID string   `json:"tenant_id,omitempty"`
	ObjectID string   `json:"object_id,omitempty"`
	Done     bool     `json:"done"`
	Next     string   `json:"next,omitempty"`
	Folder   string   `json:"folder,omitempty"`
	Files    []string `json:"files,omitempty"`
}

// setupLines writes a set-up as JSON: its steps, its mailboxes, the whole.
func (a *app) setupLines(r engine.SetupReport, files []engine.SetupFile, dir string) {
	for _, s := range r.Steps {
		l := setupStepLine{Type: "setup_step", Step: string(s.ID), Title: s.Title, Why: s.Why, Who: s.Who, Script: s.Script,
			State: string(s.State), Found: s.Found, Fault: faultJSON(s.Fault)}
		for _, action := range s.ByHand {
			l.ByHand = append(l.ByHand, setupActionJSON(action))
		}
		a.line(l)
	}
	for _, m := range r.Mailboxes {
		a.line(setupMailboxLine{"setup_mailbox", m.User.Address, m.Name, string(m.State), string(m.Directory), m.Found, m.Copy, faultJSON(m.Fault)})
	}
	l := setupLine{Type: "setup", TenantID: r.TenantID, ObjectID: r.ObjectID, Done: r.Done()}
	if next := r.Next(); next != nil {
		l.Next = string(next.ID)
	}
	for _, f := range files {
		l.Folder, l.Files = dir, append(l.Files, f.Name)
	}
	a.line(l)
}
