package microsoft

import (
	"embed"
	"slices"
	"strings"
	"text/template"

	"mxodus/engine"
	"mxodus/engine/microsoft/powershell"
)

// setup leads through what one side of a project needs of its tenant.
type setup struct {
	engine.SetupRequest
	e      engine.Endpoint
	signer *signer
}

// NewSetup makes the set-up of one side of a project.
func NewSetup(r engine.SetupRequest) engine.Setup {
	e := r.Project.Endpoint(r.Side)
	return &setup{SetupRequest: r, e: e, signer: &signer{side: r.Side, e: e, vault: r.Vault}}
}

// The scripts' names: for an app, and for a person who signs in. The first of each
// writes its record beside itself, for the second.
const (
	SetupScript          = "mxodus-setup.ps1"
	TakeBackScript       = "mxodus-take-back.ps1"
	PersonSetupScript    = "mxodus-setup-person.ps1"
	PersonTakeBackScript = "mxodus-take-back-person.ps1"
	// CertificateFile is for whoever uploads the certificate by hand.
	CertificateFile = "mxodus-certificate.cer"
)

//go:embed scripts
var scripts embed.FS

// script is what is put into the scripts.
type script struct {
	Tenant, AppName, ClientID             string
	GraphEnvironment, ExchangeEnvironment string
	File                                  string
	Mailboxes, DirectoryRoles             []string
	Certificate, CertificateName          string
	Person                                bool // signs in, not the app
}

// Setup, TakeBack and RecordFile are the names of the scripts' files.
func (s script) Setup() string {
	if s.Person {
		return PersonSetupScript
	}
	return SetupScript
}

func (s script) TakeBack() string {
	if s.Person {
		return PersonTakeBackScript
	}
	return TakeBackScript
}

func (s script) RecordFile() string {
	return strings.TrimSuffix(s.Setup(), ".ps1") + "-record.json"
}

// needs are the modules of PowerShell that the scripts are written for.
func (s script) needs() []string {
	if s.Person {
		return []string{"Microsoft.Graph.Authentication", "Microsoft.Graph.Applications", "Microsoft.Graph.Identity.SignIns", "ExchangeOnlineManagement"}
	}
	return []string{"Microsoft.Graph.Authentication", "Microsoft.Graph.Applications", "ExchangeOnlineManagement"}
}

// Secret says that the app proves who it is by a client secret.
func (s script) Secret() bool { return !s.Person && s.Certificate == "" }

// Scripts are the files of the set-up by script.
func (s *setup) Scripts() []engine.SetupFile {
	d := s.script()
	files := []engine.SetupFile{
		{Name: d.Setup(), For: "sets everything up", Needs: d.needs(), Data: render("scripts/setup.ps1", d)},
		{Name: d.TakeBack(), For: "takes it back when the migration is over", Needs: d.needs(), Data: render("scripts/takeback.ps1", d)},
	}
	if d.Certificate != "" {
		files = append(files, engine.SetupFile{Name: CertificateFile, For: "the certificate, to be uploaded by hand",
			Data: []byte("-----BEGIN CERTIFICATE-----\r\n" + folded(d.Certificate) + "-----END CERTIFICATE-----\r\n")})
	}
	return files
}

func (s *setup) script() script {
	c, _ := FindCloud(s.e.Cloud) // a cloud that isn't known shows in the check
	d := script{Tenant: s.e.Tenant, AppName: s.appName(), ClientID: s.e.ClientID, GraphEnvironment: c.GraphEnvironment,
		ExchangeEnvironment: c.ExchangeEnvironment, File: s.File, Person: s.e.SignIn.ByPerson()}
	if !d.Person {
		d.Certificate = s.Certificate
	}
	for _, u := range s.Users {
		d.Mailboxes = append(d.Mailboxes, s.mailbox(u))
	}
	if s.ManageUsers {
		d.DirectoryRoles = directoryRoles
	}
	if d.Certificate != "" {
		d.CertificateName = certificateName(s.Certificate)
	}
	return d
}

// directoryRoles are what Microsoft Graph wants of whoever reads and makes users,
// assigns licences, and proves domains: as roles of an app, or in a person's name.
var directoryRoles = []string{"User.ReadWrite.All", "Organization.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"}

// appName is what the app is called in the tenant, and found by.
func (s *setup) appName() string {
	if s.e.SignIn.ByPerson() { // never taken for the one that signs in by itself
		return strings.TrimSpace("mxodus sign-in " + engine.Clean(s.Project.Domain, 100))
	}
	return strings.TrimSpace("mxodus " + engine.Clean(s.Project.Domain, 100))
}

// mailbox is the address that a user's mailbox is opened by.
func (s *setup) mailbox(u engine.User) string {
	if s.Side == engine.SideSource {
		return u.SourceLogin
	}
	return u.DestinationName()
}

// render fills in a script. Both are part of the program: that they can be filled
// in is tested.
func render(name string, d script) []byte {
	t := template.Must(template.New("").Funcs(template.FuncMap{"q": powershell.Quote, "list": powershell.List}).ParseFS(scripts, name))
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name[strings.IndexByte(name, '/')+1:], d); err != nil {
		panic(err)
	}
	return powershell.Encode(b.String())
}

// folded is text in lines of 64 characters, as PEM has them.
func folded(s string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(s), 64) {
		b.Write(line)
		b.WriteString("\r\n")
	}
	return b.String()
}
