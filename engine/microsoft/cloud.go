package microsoft

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"mxodus/engine"
)

// Cloud says where the services of one cloud stand.
type Cloud struct {
	Name      string `json:"name"`
	Authority string `json:"authority"` // base URL of the sign-in, https
	Graph     string `json:"graph"`     // base URL of Microsoft Graph, https
	IMAPHost  string `json:"imap_host"`
	IMAPPort  int    `json:"imap_port"` // 993 if it isn't given
	// AppResource and UserResource are what tokens are asked for: by an app, and
	// for a person. https://IMAPHost if they aren't given.
	AppResource  string `json:"app_resource"`
	UserResource string `json:"user_resource"`
	// CAFile holds the cloud's own certificate authority (PEM); empty: the
	// system's authorities. In a file, it is relative to the file's folder.
	CAFile string `json:"ca_file"`

	// GraphEnvironment and ExchangeEnvironment are what PowerShell's modules call
	// the cloud; empty: it isn't said to them.
	GraphEnvironment    string `json:"graph_environment"`
	ExchangeEnvironment string `json:"exchange_environment"`

	own bool // described by a file
}

// clouds are Microsoft's own. What stands at DoD's IMAP host is told differently
// by different sources: a file can describe it otherwise.
func clouds() []Cloud {
	return []Cloud{
		{Name: "worldwide", Authority: "https://login.microsoftonline.com", Graph: "https://graph.microsoft.com",
			IMAPHost: "outlook.office365.com", UserResource: "https://outlook.office.com",
			GraphEnvironment: "Global", ExchangeEnvironment: "O365Default"},
		{Name: "gcchigh", Authority: "https://login.microsoftonline.us", Graph: "https://graph.microsoft.us", IMAPHost: "outlook.office365.us",
			GraphEnvironment: "USGov", ExchangeEnvironment: "O365USGovGCCHigh"},
		{Name: "dod", Authority: "https://login.microsoftonline.us", Graph: "https://dod-graph.microsoft.us", IMAPHost: "outlook-dod.office365.us",
			GraphEnvironment: "USGovDoD", ExchangeEnvironment: "O365USGovDoD"},
		{Name: "21vianet", Authority: "https://login.partner.microsoftonline.cn", Graph: "https://microsoftgraph.chinacloudapi.cn", IMAPHost: "partner.outlook.cn",
			GraphEnvironment: "China", ExchangeEnvironment: "O365China"},
	}
}

// CloudNames lists the clouds that are known by name.
func CloudNames() (names []string) {
	for _, c := range clouds() {
		names = append(names, c.Name)
	}
	return names
}

// FindCloud returns the cloud of that name, or the one that a JSON file
// describes; empty is worldwide. Its errors say what to write instead.
func FindCloud(nameOrFile string) (Cloud, error) {
	if nameOrFile == "" {
		nameOrFile = "worldwide"
	}
	for _, c := range clouds() {
		if strings.EqualFold(c.Name, nameOrFile) {
			return c.withDefaults(), nil
		}
	}
	b, err := os.ReadFile(nameOrFile)
	if err != nil {
		return Cloud{}, fmt.Errorf("%q is no cloud and no file that can be read: write %s, or the name of a file that describes one",
			engine.Clean(nameOrFile, 200), strings.Join(CloudNames(), ", "))
	}
	c, err := parseCloud(b)
	if err != nil {
		return Cloud{}, fmt.Errorf("%s describes no cloud: %w", engine.Clean(filepath.Base(nameOrFile), 100), err)
	}
	if c.CAFile != "" && !filepath.IsAbs(c.CAFile) {
		c.CAFile = filepath.Join(filepath.Dir(nameOrFile), c.CAFile)
	}
	return c, nil
}

func parseCloud(b []byte) (Cloud, error) {
	c := Cloud{own: true}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Cloud{}, fmt.Errorf("its JSON can't be read: %s", engine.Clean(err.Error(), 200))
	}
	for _, u := range []struct{ key, value string }{{"authority", c.Authority}, {"graph", c.Graph}} {
		parsed, err := url.Parse(u.value)
		if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
			return Cloud{}, fmt.Errorf(`%q must be an address that begins with https://`, u.key)
		}
	}
	if c.IMAPHost == "" || strings.ContainsAny(c.IMAPHost, "/: \t\r\n") {
		return Cloud{}, fmt.Errorf(`"imap_host" must be the name of a host`)
	}
	if c.IMAPPort < 0 || c.IMAPPort > 65535 {
		return Cloud{}, fmt.Errorf(`"imap_port" must be between 1 and 65535`)
	}
	return c.withDefaults(), nil
}

func (c Cloud) withDefaults() Cloud {
	trim := func(s, def string) string {
		if s == "" {
			s = def
		}
		return strings.TrimRight(s, "/")
	}
	c.Authority, c.Graph = trim(c.Authority, ""), trim(c.Graph, "")
	c.AppResource = trim(c.AppResource, "https://"+c.IMAPHost)
	c.UserResource = trim(c.UserResource, "https://"+c.IMAPHost)
	if c.IMAPPort == 0 {
		c.IMAPPort = 993
	}
	return c
}

// Endpoint is where the mailboxes of e's cloud are reached; what else e says
// stays. A CA of e's own is kept.
func Endpoint(e engine.Endpoint) (engine.Endpoint, error) {
	c, err := FindCloud(e.Cloud)
	if err != nil {
		return e, err
	}
	if c.own {
		if e.Cloud, err = filepath.Abs(e.Cloud); err != nil {
			return e, err
		}
		if c.CAFile != "" {
			if c.CAFile, err = filepath.Abs(c.CAFile); err != nil {
				return e, err
			}
		}
	}
	e.Kind, e.Security, e.Auth = engine.KindMicrosoft365, engine.TLS, engine.AuthXOAuth2
	e.Host, e.Port = c.IMAPHost, c.IMAPPort
	if e.CAFile == "" {
		e.CAFile = c.CAFile
	}
	return e, nil
}

// tlsConfig trusts the cloud's own authority, or the system's.
func (c Cloud) tlsConfig() (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	cfg.RootCAs = x509.NewCertPool()
	if err != nil || !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, &engine.Fault{Class: engine.StopBatch, Code: engine.CodeCertificate, Who: "you", Err: err,
			What: "The file with the cloud's certificate authority can't be used.",
			Do:   "Give a PEM file that can be read: " + engine.Clean(c.CAFile, 300)}
	}
	return cfg, nil
}
