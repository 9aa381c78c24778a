package lab

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Graph is a tenant's directory as Microsoft Graph shows it, at the address of
// its [Authority], with that authority's tokens. Its methods may be called from
// any goroutine while clients are at work.
type Graph struct {
	a *Authority

	mu      sync.Mutex
	name    string
	country string
	users   []*graphUser
	skus    []*graphSKU
	domains []*graphDomain
	lacking map[string]bool // permissions that persons haven't
	page    int             // users a page
	counts  map[Op]int

	faults    []*graphFault
	nextHost  string // where further pages are said to be
	hidden    int    // how many looks a new user stays unseen
	slow      int    // how many looks a mailbox takes to appear
	onMailbox func(address string)
}

// graphUser is a user of the tenant's.
type graphUser struct {
	id, upn, name, nickname, country, kind string
	enabled                                bool
	mail                                   string
	proxies                                []string
	skus                                   []string
	created                                time.Time
	password                               string
	mustChange                             bool
	unseen                                 int // looks
	mailboxIn                              int // looks; -1: none is made
}

type graphSKU struct {
	id, part string
	seats    int
	plans    [][2]string // ID, name
}

type graphDomain struct {
	name                       string
	verified, initial, proofIn bool
}

// Op names a thing that clients do at a Graph.
type Op string

// The things that clients do.
const (
	OpTenant         Op = "organization"
	OpSKUs           Op = "subscribedSkus"
	OpListUsers      Op = "list users"
	OpGetUser        Op = "get user"
	OpCreateUser     Op = "create user"
	OpChangeUser     Op = "change user"
	OpAssignLicence  Op = "assign licence"
	OpListDomains    Op = "list domains"
	OpGetDomain      Op = "get domain"
	OpProofRecords   Op = "proof records"
	OpServiceRecords Op = "service records"
	OpVerifyDomain   Op = "verify domain"
	OpAny            Op = ""
)

// MailPlan and FreePlan are what licences in practice consist of: the one holds a
// mailbox.
const (
	MailPlan = "EXCHANGE_S_STANDARD"
	FreePlan = "EXCHANGE_S_FOUNDATION"
)

// NewGraph opens the directory of an authority's tenant: with the domain that
// Microsoft gives, no users and no licences.
func NewGraph(a *Authority, name, country string) *Graph {
	g := &Graph{a: a, name: name, country: country, page: 100, lacking: map[string]bool{}, counts: map[Op]int{}}
	g.domains = []*graphDomain{{name: initialDomain(a.Tenant), verified: true, initial: true}}
	g.routes(a.mux)
	return g
}

// graphBase is where an authority's Graph stands.
func (a *Authority) graphBase() string { return a.base + "/graph" }

func initialDomain(tenant string) string {
	first, _, _ := strings.Cut(tenant, ".")
	return strings.ToLower(first) + ".onmicrosoft.example"
}

// GraphRoles are the permissions that mxodus asks for.
var GraphRoles = []string{"User.ReadWrite.All", "Organization.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"}

// Forbid takes a permission from persons who sign in.
func (g *Graph) Forbid(permission string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lacking[permission] = true
}

// AddSKU adds a licence with a number of seats, and returns its ID.
func (g *Graph) AddSKU(part string, seats int, plans ...string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := &graphSKU{id: guid(), part: part, seats: seats}
	for _, p := range plans {
		s.plans = append(s.plans, [2]string{g.planID(p), p})
	}
	g.skus = append(g.skus, s)
	return s.id
}

// planID is the ID of a plan, the same in all licences.
func (g *Graph) planID(name string) string {
	for _, s := range g.skus {
		for _, p := range s.plans {
			if p[1] == name {
				return p[0]
			}
		}
	}
	return guid()
}

// AddDomain adds a domain.
func (g *Graph) AddDomain(name string, verified bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.domains = append(g.domains, &graphDomain{name: name, verified: verified})
}

// ShowProof lets the proof record of a domain be seen from now on.
func (g *Graph) ShowProof(domain string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d := g.domain(domain); d != nil {
		d.proofIn = true
	}
}

// Someone is a user to begin with.
type Someone struct {
	Address, Name string
	Aliases       []string
	SKU           string // with a mailbox then
	Country       string
	Disabled      bool
	Guest         bool
	Mailbox       bool // has one without a licence, as a shared one
}

// AddPerson adds a user that was there before.
func (g *Graph) AddPerson(p Someone) {
	g.mu.Lock()
	defer g.mu.Unlock()
	nickname, _, _ := strings.Cut(p.Address, "@")
	u := &graphUser{id: guid(), upn: p.Address, name: p.Name, nickname: nickname, country: p.Country, kind: "Member", enabled: !p.Disabled,
		created: time.Now().Add(-24 * time.Hour), mailboxIn: -1}
	if p.Guest {
		u.kind = "Guest"
	}
	if p.SKU != "" {
		u.skus = []string{p.SKU}
	}
	if p.SKU != "" || p.Mailbox {
		u.mail, u.proxies = p.Address, []string{"SMTP:" + p.Address}
	}
	for _, a := range p.Aliases {
		u.proxies = append(u.proxies, "smtp:"+a)
	}
	g.users = append(g.users, u)
}

// OnMailbox is called with the address of each mailbox that is made.
func (g *Graph) OnMailbox(f func(address string)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.onMailbox = f
}

// Password is a user's password, and whether it must be changed.
func (g *Graph) Password(address string) (password string, mustChange bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if u := g.user(address); u != nil {
		return u.password, u.mustChange
	}
	return "", false
}

// Has says whether there is a user of that name, in which country, and with how
// many licences.
func (g *Graph) Has(address string) (country string, licences int, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	u := g.user(address)
	if u == nil {
		return "", 0, false
	}
	return u.country, len(u.skus), true
}

// Count is how often clients did something; OpAny: anything.
func (g *Graph) Count(op Op) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.counts[op]
}

// user finds a user by name or ID. The caller holds mu.
func (g *Graph) user(nameOrID string) *graphUser {
	i := slices.IndexFunc(g.users, func(u *graphUser) bool { return u.id == nameOrID || strings.EqualFold(u.upn, nameOrID) })
	if i < 0 {
		return nil
	}
	return g.users[i]
}

func (g *Graph) domain(name string) *graphDomain {
	i := slices.IndexFunc(g.domains, func(d *graphDomain) bool { return strings.EqualFold(d.name, name) })
	if i < 0 {
		return nil
	}
	return g.domains[i]
}

func (g *Graph) sku(id string) *graphSKU {
	i := slices.IndexFunc(g.skus, func(s *graphSKU) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return g.skus[i]
}

func (g *Graph) used(id string) (n int) {
	for _, u := range g.users {
		if slices.Contains(u.skus, id) {
			n++
		}
	}
	return n
}

// guid makes an ID.
func guid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (g *Graph) routes(m *http.ServeMux) {
	const at = "/graph/v1.0/"
	for pattern, h := range map[string]struct {
		op         Op
		permission string
		serve      func(http.ResponseWriter, *http.Request)
	}{
		"GET " + at + "organization":                             {OpTenant, "Organization.Read.All", g.serveTenant},
		"GET " + at + "subscribedSkus":                           {OpSKUs, "Organization.Read.All", g.serveSKUs},
		"GET " + at + "users":                                    {OpListUsers, "User.ReadWrite.All", g.serveUsers},
		"GET " + at + "users/{id}":                               {OpGetUser, "User.ReadWrite.All", g.serveUser},
		"POST " + at + "users":                                   {OpCreateUser, "User.ReadWrite.All", g.serveCreate},
		"PATCH " + at + "users/{id}":                             {OpChangeUser, "User.ReadWrite.All", g.serveChange},
		"POST " + at + "users/{id}/assignLicense":                {OpAssignLicence, "User.ReadWrite.All", g.serveAssign},
		"GET " + at + "domains":                                  {OpListDomains, "Domain.ReadWrite.All", g.serveDomains},
		"GET " + at + "domains/{id}":                             {OpGetDomain, "Domain.ReadWrite.All", g.serveDomain},
		"GET " + at + "domains/{id}/verificationDnsRecords":      {OpProofRecords, "Domain.ReadWrite.All", g.serveProof},
		"GET " + at + "domains/{id}/serviceConfigurationRecords": {OpServiceRecords, "Directory.Read.All", g.serveService},
		"POST " + at + "domains/{id}/verify":                     {OpVerifyDomain, "Domain.ReadWrite.All", g.serveVerify},
	} {
		m.HandleFunc(pattern, g.guarded(h.op, h.permission, h.serve))
	}
}
