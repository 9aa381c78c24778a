package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"mxodus/dns"
	"mxodus/engine"
	"mxodus/engine/say"
	"mxodus/tui/widget"
)

// openForm asks what the new server's side says about the DNS.
func (c *cutover) openForm() {
	w := c.session.wantedNow()
	var f *widget.Form
	elsewhere := func() bool { return dns.Cloud(f.Get("cloud")) == dns.Elsewhere }
	f = widget.NewForm(
		&widget.Field{Name: "cloud", Label: "The mail moves to", Options: []widget.Option{
			{Value: string(dns.Elsewhere), Label: "another mail server"},
			{Value: string(dns.Worldwide), Label: "Microsoft 365"},
			{Value: string(dns.GCCHigh), Label: "Microsoft 365 GCC High"},
			{Value: string(dns.DoD), Label: "Microsoft 365 DoD"},
			{Value: string(dns.China), Label: "Microsoft 365 in China"}}},
		&widget.Field{Name: "mx", Label: "New MX", Hint: "e.g. mx.new-host.example", Help: "The host that takes the domain's mail. Microsoft's admin centre shows it under Settings, Domains; otherwise whoever runs the new server tells it.",
			Check: func(v string) string { return checkMXHost(v, elsewhere()) }},
		&widget.Field{Name: "proof", Label: "Domain proof", Hint: "e.g. MS=ms12345678", Help: "The TXT value that the admin centre shows to prove that the domain is yours. Leave it empty if the domain is set up already.",
			Hidden: elsewhere, Check: checkProofValue},
	)
	f.Set("cloud", string(w.Cloud))
	f.Set("mx", w.MX)
	f.Set("proof", w.Proof)
	if !c.session.names.said {
		f.FocusOn("mx")
	}
	c.form = f
}

func checkMXHost(v string, needed bool) string {
	v = strings.TrimSuffix(v, ".")
	if v == "" {
		if needed {
			return "This needs the host that the MX must name."
		}
		return ""
	}
	if _, err := dns.ToASCII(v); err != nil || strings.Contains(v, "@") {
		return "This is not a host's name. It looks like mx.new-host.example."
	}
	return ""
}

func checkProofValue(v string) string {
	if v != "" && !strings.HasPrefix(strings.ToUpper(v), "MS=MS") {
		return "It looks like MS=ms12345678."
	}
	return ""
}

func (c *cutover) formKey(msg tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(msg, keys.AskTenant) && c.proof.possible():
		c.form = nil
		return c.proof.begin(false)
	case key.Matches(msg, keys.Back):
		c.form = nil
		if !c.session.names.said {
			return c.back()
		}
	case c.form.Update(msg):
		w := c.session.names.wanted
		w.Cloud = dns.Cloud(c.form.Get("cloud"))
		w.MX, w.Proof = "", ""
		if host, err := dns.ToASCII(strings.TrimSuffix(c.form.Get("mx"), ".")); err == nil {
			w.MX = host
		}
		if w.Cloud != dns.Elsewhere {
			w.Proof = c.form.Get("proof")
		}
		c.form = nil
		return c.want(w)
	}
	return nil
}

// copyDone says where a value went.
type copyDone struct{ words string }

// copyText sends lines to the terminal's clipboard.
func (s seat) copyText(text ...string) tea.Cmd {
	if len(text) == 0 {
		return nil
	}
	out, cleaned := s.terminal, make([]string, len(text))
	for i, line := range text {
		cleaned[i] = engine.Clean(line, 0)
	}
	return s.ask("copy", func(context.Context) (any, error) {
		if _, err := out.Write([]byte(ansi.SetSystemClipboard(strings.Join(cleaned, "\n")))); err != nil {
			return copyDone{"The terminal has no clipboard: mark the text with the mouse."}, nil
		}
		return copyDone{"Sent to the terminal's clipboard; not every terminal takes it."}, nil
	})
}

// copy sends the value to enter to the terminal's clipboard, and writes all
// records into a file beside the project: whether the terminal took the value
// can't be known.
func (c *cutover) copy() tea.Cmd {
	value, text := engine.Clean(c.entry().Value, 0), recordsText(c.report)
	path := strings.TrimSuffix(c.session.file.Path(), filepath.Ext(c.session.file.Path())) + ".dns.txt"
	out := c.terminal
	return c.ask("copy", func(context.Context) (any, error) {
		_, lost := out.Write([]byte(ansi.SetSystemClipboard(value)))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return copyDone{"Sent to the terminal's clipboard; not every terminal takes it. The file " + clean(path) + " could not be written."}, nil
		}
		words := "Sent to the terminal's clipboard. If yours doesn't take it: all values stand in " + clean(path)
		if lost != nil {
			words = "All values stand in " + clean(path)
		}
		return copyDone{words}, nil
	})
}

// recordsText is what to enter and take out, for a file.
func recordsText(r *dns.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "DNS of %s, as of %s\n", engine.Clean(r.Domain, 0), say.Soon(r.At))
	for _, x := range r.Results {
		if len(x.Enter)+len(x.TakeOut) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", engine.Clean(x.Title, 0))
		for _, e := range x.Enter {
			fmt.Fprintf(&b, "  enter:    %s\n            value: %s\n", entryWords(e, true), engine.Clean(e.Value, 0))
		}
		for _, e := range x.TakeOut {
			fmt.Fprintf(&b, "  take out: %s\n            value: %s\n", entryWords(e, false), engine.Clean(e.Value, 0))
		}
	}
	return b.String()
}

// entryWords are the fields of a DNS panel, but for the value.
func entryWords(e dns.Entry, ttl bool) string {
	words := "Name " + engine.Clean(e.Host, 0) + "   Type " + engine.Clean(e.Type, 0)
	if e.Type == "MX" || e.Type == "SRV" {
		words += fmt.Sprintf("   Priority %d", e.Priority)
	}
	if ttl {
		words += fmt.Sprintf("   TTL %d", e.TTL)
	}
	return words
}
