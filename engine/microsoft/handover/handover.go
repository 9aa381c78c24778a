package handover

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"mxodus/engine"
)

// Microsoft's limits for a list of mailboxes.
const (
	mostRows  = 50_000
	mostBytes = 10 << 20
)

// handOver is one hand-over in the making.
type handOver struct {
	o       engine.HandOverOptions
	server  remote
	logIn   engine.HandOverLogIn
	batches []batch
	folders folderRules
	measure measures
	warned  []engine.Fault
}

// remote is where the service finds the source.
type remote struct {
	host     string
	port     int
	security string // Ssl, Tls or None
}

// Prepare makes a hand-over, or says why there can be none: a *engine.HandOverError
// that names every user with something wrong, or a *engine.Fault. Nothing is
// written before HandOver.Write.
func Prepare(o engine.HandOverOptions) (*engine.HandOver, error) {
	h := &handOver{o: o}
	if err := h.possible(); err != nil {
		return nil, err
	}
	var err error
	if h.server, err = serverOf(o); err != nil {
		return nil, err
	}
	if h.logIn, err = logInOf(o); err != nil {
		return nil, err
	}
	rows, err := h.rows()
	if err != nil {
		return nil, err
	}
	if h.batches, err = h.split(rows); err != nil {
		return nil, err
	}
	h.measure = measured(o.Checks)
	h.folders = foldersOf(o.Project.Rules, o.Checks)
	h.warn(rows)
	return h.result()
}

// possible refuses what the service doesn't do at all.
func (h *handOver) possible() error {
	src, dst := h.o.Project.Source, h.o.Project.Destination
	no := func(what, do string) error {
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Who: "you", What: what, Do: do}
	}
	switch {
	case len(h.o.Users) == 0:
		return no("There are no users to hand over.", "Add some to the project, or take those that are left out.")
	case dst.Kind != engine.KindMicrosoft365:
		return no("Microsoft's service brings mail to Microsoft 365 only, and this project's new server is another.",
			"If it goes to Microsoft 365, say so: mxodus set FILE --destination microsoft365")
	case src.Kind == engine.KindMicrosoft365:
		return no("Mail that is at Microsoft 365 already can't be moved by Microsoft's IMAP migration.",
			"Use mxodus run, or Microsoft's migration between tenants.")
	case src.Auth == engine.AuthXOAuth2 || src.Auth == engine.AuthOAuthBearer:
		return no("Microsoft's IMAP migration signs in with passwords only; this project's old server wants OAuth.",
			"Use mxodus run. For Google Workspace, Microsoft's own migration for Google works too, or an app password for each user.")
	}
	return nil
}

// serverOf is where the service is to connect.
func serverOf(o engine.HandOverOptions) (remote, error) {
	e := o.Project.Source
	r := remote{host: e.Host, port: e.Port, security: "Ssl"}
	switch e.Security {
	case engine.StartTLS:
		r.security = "Tls"
	case engine.Plain:
		r.security = "None"
	}
	if o.Server != "" {
		r.host = o.Server
		if host, port, err := net.SplitHostPort(o.Server); err == nil {
			n, err := strconv.Atoi(port)
			if err != nil || n < 1 || n > 65535 {
				return r, badServer()
			}
			r.host, r.port = host, n
		}
	}
	_, notIP := netip.ParseAddr(r.host)
	if r.host == "" || notIP != nil && strings.ContainsAny(r.host, ":/@ \t") || engine.Clean(r.host, 0) != r.host {
		return r, badServer()
	}
	return r, nil
}

func badServer() error {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeRefused, Who: "you",
		What: "The name of the old server can't be given to Microsoft's service.", Do: "Give the name by which the internet reaches it: --server mail.acme.example, or with a port --server mail.acme.example:993"}
}

func (h *handOver) result() (*engine.HandOver, error) {
	out := &engine.HandOver{LogIn: h.logIn, Warnings: h.warned}
	contents := map[string][]byte{}
	for _, b := range h.batches {
		out.Batches = append(out.Batches, engine.HandOverBatch{Name: b.name, File: b.file, Users: len(b.rows), Pilot: b.pilot})
		contents[b.file] = b.csv
	}
	contents[scriptFile] = h.script()
	var err error
	if contents[readmeFile], err = h.readme(); err != nil {
		return nil, fmt.Errorf("write the readme: %w", err)
	}
	out.Files = inOrder(contents)
	out.Write = func(dir string, replace bool) ([]string, error) { return write(dir, contents, replace) }
	return out, nil
}

// isPrivate says that an address can't be reached from the internet.
func isPrivate(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() || carrierNAT.Contains(a)
}

var carrierNAT = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
