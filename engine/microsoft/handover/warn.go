package handover

import (
	"net/netip"
	"strings"

	"mxodus/engine"
	"mxodus/engine/say"
)

// warn gathers what is to be known before anything is done.
func (h *handOver) warn(rows []row) {
	h.warnServer()
	h.warnTrust()
	h.warnCells(rows)
	h.warnMeasures()
	h.warnFolders()
}

func (h *handOver) say(code engine.Code, class engine.Class, what, do string) {
	h.warned = append(h.warned, engine.Fault{Class: class, Code: code, Side: engine.SideSource, Who: "you", What: what, Do: do})
}

// warnServer is about the way from Microsoft's cloud to the source.
func (h *handOver) warnServer() {
	host := strings.ToLower(strings.TrimSuffix(h.server.host, "."))
	ip, err := netip.ParseAddr(host)
	const open = "The service comes from Microsoft's cloud: let it in at the firewall, and give the name by which the internet reaches the server: --server mail.acme.example"
	switch {
	case host == "localhost", err == nil && isPrivate(ip), err != nil && isInner(host):
		h.say(engine.CodeDial, engine.StopBatch, engine.Clean(host, 100)+" can't be reached from the internet, and so not by Microsoft's service.", open)
	case err == nil:
		h.say(engine.CodeDial, engine.StopBatch, "The old server is given by its number, "+ip.String()+"; Microsoft's service wants a name, and the certificate has to bear it.", "Give its name: --server mail.acme.example")
	case h.o.Server == "":
		for _, a := range h.o.Addresses {
			if isPrivate(a) {
				h.say(engine.CodeDial, engine.StopBatch, "From here, "+engine.Clean(host, 100)+" leads to an address inside the company ("+a.Unmap().String()+"). Microsoft's service comes from outside.", open)
				break
			}
		}
	}
}

// isInner says that a name means nothing outside.
func isInner(host string) bool {
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".local", ".localhost", ".localdomain", ".lan", ".internal", ".intranet", ".corp", ".home", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

// warnTrust is about certificates and encryption.
func (h *handOver) warnTrust() {
	e := h.o.Project.Source
	if h.server.security == "None" {
		h.say(engine.CodePlaintext, engine.StopBatch, "The connection to the old server has no encryption: every password and all mail would cross the internet readable.",
			"Have TLS switched on at the old server, and set it here: mxodus set FILE --source imaps://HOST")
	}
	if e.CAFile != "" || e.Fingerprint != "" {
		h.say(engine.CodeCertificate, engine.StopBatch, "The old server's certificate is trusted by this project only; Microsoft's service trusts certificates of public authorities.",
			"Give the server a certificate of a public authority (Let's Encrypt costs nothing). Failing that, the script takes -AcceptUntrustedCertificates: then nobody checks who reads the passwords on the way.")
	}
	if e.MinTLS == "1.0" || e.MinTLS == "1.1" {
		h.say(engine.CodeTLS, engine.StopBatch, "The old server knows only TLS before 1.2, which Microsoft's cloud no longer speaks.", "Bring the old server up to date, or let mxodus copy: mxodus run FILE")
	}
	if e.Preset == "gmail" {
		h.say("duplicates", engine.SkipFolder, "Gmail shows a message once for each label and once more in All Mail; the service copies every one of them, so that mailboxes grow and messages come several times.",
			"If every message that matters has a label, leave All Mail out: mxodus set FILE --exclude \"[Gmail]/All Mail\". mxodus run takes each once.")
	}
	if environment(h.o.Project) == "" {
		h.say("cloud", engine.StopBatch, "The project's cloud is described by a file that doesn't say what Exchange Online PowerShell calls it; the script would sign in worldwide.", `Add "exchange_environment" to that file and export again.`)
	}
}

// warnCells is about what a program for tables, or a careless reader, would make of
// the lists.
func (h *handOver) warnCells(rows []row) {
	var formulas, blanks []string
	for _, r := range rows {
		who := engine.Clean(r.user.Address, 100)
		if looksLikeFormula(r.password.Reveal()) || looksLikeFormula(r.name) {
			formulas = append(formulas, who)
		}
		if hasEdgeBlank(r.password.Reveal()) || hasEdgeBlank(r.name) {
			blanks = append(blanks, who)
		}
	}
	if len(formulas) > 0 {
		h.say("formula", engine.Retry, "A name or password begins with a sign by which Excel takes it for a formula: "+some(formulas)+". It stands in the list as it is, for it must not be changed.",
			"Don't open or save the lists with Excel; a text editor does no harm.")
	}
	if len(blanks) > 0 {
		h.say("blank", engine.Retry, "A name or password begins or ends with a blank, which readers of lists may drop: "+some(blanks)+".", "If the sign-in fails, change the password at the old server and in the project, and export again.")
	}
}

// warnMeasures is about what a test found.
func (h *handOver) warnMeasures() {
	m := h.measure
	if len(h.o.Checks) == 0 {
		h.say("not-measured", engine.Retry, "The mailboxes were not measured: whether they fit the service's limits isn't known.", "Export without --no-test.")
	}
	if len(m.failed) > 0 {
		what := "At the old server, the test failed for " + some(addresses(m.failed)) + "."
		if f := m.failed[0].Source.Fault; f != nil {
			what += " " + engine.Clean(f.What, 300)
		}
		h.say(engine.CodeAuth, engine.StopMailbox, what, "Mend it first (mxodus test FILE tells more): the service would fail in the same way.")
	}
	if m.tooBig > 0 {
		h.say(engine.CodeTooBig, engine.SkipMessage, say.Count(m.tooBig, "message")+" over 35 MB will be left out by the service.", "A tenant may take up to 150 MB: Set-TransportConfig and Set-Mailbox -MaxReceiveSize. Or save them by hand.")
	}
	if len(m.many) > 0 {
		h.say(engine.Code(engine.ReasonBeyondLimit), engine.SkipMessage, "More than 500,000 messages, of which the service takes the newest only: "+some(addresses(m.many))+".", "Leave folders out by a rule, or let mxodus copy these mailboxes with a higher limit.")
	}
	if band(m.largest.Bytes) == len(guidance) {
		h.say(engine.CodeQuota, engine.StopMailbox, "The mailbox of "+engine.Clean(m.largest.User.Address, 100)+" has "+say.Size(m.largest.Bytes)+": more than a mailbox of Microsoft 365 usually holds (50 or 100 GB).", "See to its licence, or leave folders out.")
	}
	for _, s := range m.slashed {
		h.say("slash", engine.SkipFolder, "The service leaves out folders with a / in their name. "+s.user+": "+some(s.folders)+".", "Rename them at the old server first.")
	}
}

// warnFolders is about rules that the service doesn't know.
func (h *handOver) warnFolders() {
	if len(h.folders.untold) > 0 {
		h.say("rules", engine.SkipFolder, "Rules of the project that the service can't keep: "+some(h.folders.untold)+".", "Rename or move such folders at the old server before, or in the new mailboxes afterwards.")
	}
}
