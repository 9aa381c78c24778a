package handover

import (
	_ "embed"
	"fmt"
	"strings"

	"mxodus/engine"
	"mxodus/engine/microsoft"
	"mxodus/engine/microsoft/powershell"
)

// scriptText is the script; what is the project's own stands in one block of it.
//
//go:embed script.ps1
var scriptText string

const settingsMark = "#SETTINGS\n"

// script is the whole file.
func (h *handOver) script() []byte {
	text := strings.ReplaceAll(scriptText, "\r\n", "\n")
	return powershell.Encode(strings.Replace(text, settingsMark, h.settings(), 1))
}

// settings is the block of the project's own values. No password is among them.
func (h *handOver) settings() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n$Settings = @{\n", powershell.Comment("Made by "+h.o.Program+" on "+h.o.Now.Format("2 Jan 2006")+". No password stands here."))
	for _, s := range []struct{ name, value string }{
		{"Domain", powershell.Quote(h.o.Project.Domain)},
		{"Environment", powershell.Quote(environment(h.o.Project))},
		{"Server", powershell.Quote(h.server.host)},
		{"Port", fmt.Sprint(h.server.port)},
		{"Security", powershell.Quote(h.server.security)},
		{"Endpoint", powershell.Quote(h.baseName() + "-source")},
		{"MailboxesAtOnce", fmt.Sprint(max(1, min(20, len(h.o.Users))))},
		{"ExcludeFolders", powershell.List(h.folders.exclude)},
		{"IncludeFolders", powershell.List(h.folders.include)},
	} {
		fmt.Fprintf(&b, "    %-16s= %s\n", s.name, s.value)
	}
	b.WriteString("    Batches         = @(\n")
	for i, x := range h.batches {
		comma := ","
		if i == len(h.batches)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "        @{ Name = %s; File = %s; Mailboxes = %d }%s\n", powershell.Quote(x.name), powershell.Quote(x.file), len(x.rows), comma)
	}
	b.WriteString("    )\n}\n")
	return b.String()
}

// environment is what Connect-ExchangeOnline calls the destination's cloud; empty
// where the file that describes a cloud doesn't say.
func environment(p engine.Project) string {
	c, err := microsoft.FindCloud(p.Destination.Cloud)
	if err != nil {
		return ""
	}
	return c.ExchangeEnvironment
}
