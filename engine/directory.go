package engine

import (
	"context"
	"time"
)

// Directory is a Microsoft 365 tenant: its users, licences and domains. Each
// call asks the tenant; nothing is remembered between two. Waits that the tenant
// asks for are kept inside a call, within limits. Errors are *Fault, with the
// cause, the remedy and who can apply it; a missing permission is named
// (CodePermission). Its methods may be called from any goroutine.
type Directory interface {
	DirectoryReader
	DirectoryWriter
	DirectoryDomains
}

// DirectoryReader reads users and licences.
type DirectoryReader interface {
	// Tenant is what the tenant says of itself.
	Tenant(ctx context.Context) (Tenant, error)
	// Users lists all users, persons and shared mailboxes; guests are left out.
	Users(ctx context.Context) ([]TenantUser, error)
	// User finds one by its ID or sign-in name, with the state of its mailbox;
	// a *Fault of CodeNotFound when there is none (yet: what was just made may
	// take a while to show).
	User(ctx context.Context, idOrAddress string) (TenantUser, error)
	// Licences lists what the tenant has bought.
	Licences(ctx context.Context) ([]Licence, error)
}

// DirectoryWriter changes users. Each change may be made again without harm:
// what is as wanted already is no error.
type DirectoryWriter interface {
	// Create makes a user; one that has the sign-in name already is a *Fault
	// of CodeExists.
	Create(ctx context.Context, n NewTenantUser) (TenantUser, error)
	// SetUsageLocation sets the country whose rules decide on licences, two
	// letters of ISO 3166.
	SetUsageLocation(ctx context.Context, userID, country string) error
	// AssignLicence gives a licence to a user that has a usage location. One that
	// was just made is waited for.
	AssignLicence(ctx context.Context, userID, licenceID string) error
}

// DirectoryDomains reads and proves domains.
type DirectoryDomains interface {
	Domains(ctx context.Context) ([]Domain, error)
	// ProofRecords are those of which one proves that a domain is one's own.
	ProofRecords(ctx context.Context, domain string) ([]DomainRecord, error)
	// ServiceRecords are those that the domain's mail needs. A domain that isn't
	// proved has none: CodeNotVerified.
	ServiceRecords(ctx context.Context, domain string) ([]DomainRecord, error)
	// VerifyDomain has the tenant look for the proof now; nil: the domain is
	// proved, or was before. CodeNotVerified: the proof wasn't found.
	VerifyDomain(ctx context.Context, domain string) error
}

// Tenant is a customer of Microsoft's.
type Tenant struct {
	ID      string
	Name    string
	Country string // two letters; may be empty
}

// TenantUser is somebody in a tenant: a person, or a shared mailbox. Its texts are
// clean.
type TenantUser struct {
	ID            string
	Address       string   // the sign-in name (user principal name)
	Mail          string   // the main address; empty before there is a mailbox
	Aliases       []string // further addresses, lower case
	DisplayName   string
	Enabled       bool
	UsageLocation string   // two letters, or empty
	Licences      []string // IDs of the licences assigned
	Nickname      string   // of its addresses, before the @
	Mailbox       MailboxState
}

// MailboxState says how far a mailbox is, as well as the tenant's directory can
// tell. What it calls ready may still refuse a sign-in for some minutes: only a
// sign-in proves that a mailbox can be written to.
type MailboxState string

// The states of a mailbox.
const (
	MailboxUnknown  MailboxState = ""         // wasn't asked, or can't be told
	MailboxNone     MailboxState = "none"     // no licence that holds a mailbox
	MailboxOff      MailboxState = "off"      // the licence is there, but its mailbox is switched off in it or suspended
	MailboxUnderway MailboxState = "underway" // licensed: being made
	MailboxReady    MailboxState = "ready"    // it has an address
)

// Licence is a product (SKU) that a tenant has bought, in a number of seats.
type Licence struct {
	ID      string // as users have it
	Name    string // the part number: O365_BUSINESS_ESSENTIALS
	Title   string // as the shop calls it, where that is known; else Name
	Seats   int    // that may be used
	Used    int
	Mailbox bool // it holds a mailbox
	Active  bool // it can be assigned
}

// Free is how many seats are left.
func (l Licence) Free() int { return max(0, l.Seats-l.Used) }

// NewTenantUser is a user to be made. The password must be changed at the first
// sign-in.
type NewTenantUser struct {
	Address       string // the sign-in name, in a proved domain
	Nickname      string // the part of addresses before the @, unique in the tenant
	DisplayName   string
	UsageLocation string // two letters; empty: none is set
	Password      Secret
}

// Domain is a domain that a tenant knows.
type Domain struct {
	Name     string
	Verified bool // proved to be the tenant's
	Initial  bool // the one that Microsoft gave: acme.onmicrosoft.com
	Default  bool // that of new users
	Mail     bool // it is set up for mail
}

// DomainRecord is a DNS record that a tenant wants.
type DomainRecord struct {
	Name     string // in full, without a final dot
	Type     string // MX, TXT, CNAME or SRV
	Value    string // a host, a text, or "weight port target"
	Priority int    // of MX and SRV
	TTL      int    // seconds
	Service  string // what it is for, in Microsoft's word: Email
	Optional bool
}

// Waiter is what a Directory can also do: tell of each wait that the tenant asks
// for, as it begins.
type Waiter interface {
	OnWait(tell func(d time.Duration))
}
