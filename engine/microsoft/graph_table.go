package microsoft

import (
	"net/http"
	"strings"

	"mxodus/engine"
)

// graphEntry is what a refusal of Graph's means to people. Graph has few codes
// and many texts: any of the signs, in its codes or its words, is enough.
type graphEntry struct {
	signs []string // in lower case; "a&b": both
	class engine.Class
	code  engine.Code
	what  string
	do    string
	who   string
}

// graphEntries are looked through from the top: the more telling stand first.
func graphEntries() []graphEntry {
	const proof = "See what to enter in the DNS, and have it checked: mxodus microsoft domain FILE"
	return []graphEntry{
		{[]string{"countviolation", "available licenses", "available licences", "licensequotaexceeded", "licenselimitexceeded"}, engine.StopBatch, engine.CodeNoSeats,
			"The tenant has no free seat of this licence.", "Buy more seats in the Microsoft 365 admin center (Billing), or take the licence from somebody who needs none. Then run again.", tenantAdmin},
		{[]string{"prohibitedinusagelocation"}, engine.StopMailbox, engine.CodeNoCountry,
			"The licence isn't sold in the user's usage location.", "Choose another licence, or correct the usage location in the Microsoft 365 admin center.", tenantAdmin},
		{[]string{"usage location", "usagelocation"}, engine.StopMailbox, engine.CodeNoCountry,
			"The user has no usage location, or one that doesn't exist: without a country no licence can be assigned.", "Give the country where the user works, two letters: --location DE", you},
		{[]string{"mutuallyexclusive", "mutually exclusive", "conflicting service plans", "conflicting plan"}, engine.StopMailbox, engine.CodeExists,
			"The user has another licence that this one can't stand beside.", "Take the other licence away in the Microsoft 365 admin center, or leave the user with it: a mailbox may be part of it.", tenantAdmin},
		{[]string{"dependencyviolation", "depends on the service plan"}, engine.StopMailbox, engine.CodeRefused,
			"The licence rests on another that the user doesn't have.", "Assign the other licence first, or choose one that holds a mailbox by itself.", tenantAdmin},
		{[]string{"valid company license", "invalid license", "license is not valid", "subscribedsku&not", "skuid&invalid", "invalidlicense"}, engine.StopBatch, engine.CodeNotFound,
			"The tenant has no such licence any more.", "See which there are: mxodus microsoft users FILE", you},
		{[]string{"password&complexity", "passwordprofile", "password&weak", "password&comply", "password&requirement", "banned password"}, engine.StopMailbox, engine.CodeRefused,
			"The tenant finds the first password too weak.", "Run again: another is made. If it stays, look at the tenant's password policy.", tenantAdmin},
		{[]string{"dns verification record", "verification record", "domain verification failed", "domainverificationfailed", "dnsrecordnotfound"}, engine.StopMailbox, engine.CodeNotVerified,
			"Microsoft doesn't see the domain's proof record yet.", "Enter the TXT record exactly as shown, and wait until all name servers of the domain give it: mxodus dns FILE. A new record may take an hour or more.", you},
		{[]string{"domain portion", "verified domain", "unverified", "domain&not verified", "domainnotverified"}, engine.StopMailbox, engine.CodeNotVerified,
			"The domain isn't proved to be this tenant's: nobody can have an address in it.", proof, you},
		{[]string{"claimed by another", "already verified in another", "domain is already", "exists in another", "domain&in use"}, engine.StopMailbox, engine.CodeExists,
			"The domain belongs to another tenant already.", "Find who runs that tenant and have the domain taken out there, or have Microsoft's support do it.", tenantAdmin},
		{[]string{"proxyaddresses"}, engine.StopMailbox, engine.CodeExists,
			"Somebody else in the tenant has this address: a user, a group, a contact, or a deleted user.",
			"Look in the Microsoft 365 admin center (Users, Groups, Contacts, Deleted users) and free the address there.", tenantAdmin},
		{[]string{"userprincipalname&already exists", "userprincipalname&objectconflict", "userprincipalname&same value", "same value for property userprincipalname"}, engine.StopMailbox, engine.CodeExists,
			"The tenant has a user of this name already.", "Run again: mxodus sees the user then. If it doesn't, look under Deleted users in the admin center, and restore or delete it for good.", you},
		{[]string{"mailnickname&already exists", "mailnickname&objectconflict", "mailnickname&same value"}, engine.StopMailbox, engine.CodeExists,
			"Somebody else in the tenant has this mail nickname.", "Look for the user or group in the Microsoft 365 admin center, or make this user there by hand.", tenantAdmin},
		{[]string{"objectconflict", "already exists", "conflicting object"}, engine.StopMailbox, engine.CodeExists,
			"Something in the tenant stands in the way: a user, a group or a contact with the same name.", "Look in the Microsoft 365 admin center, also under Deleted users.", tenantAdmin},
		{[]string{"quotaexceeded", "quota exceeded", "directory_quota"}, engine.StopBatch, engine.CodeQuota,
			"The tenant can't hold more users or other objects.", "Delete what isn't needed, or ask Microsoft for more room.", tenantAdmin},
		{[]string{"userprincipalname&invalid", "mailnickname&invalid", "invalid value specified"}, engine.StopMailbox, engine.CodeRefused,
			"The tenant doesn't take the user's name as it is written.", "Names may hold letters without accents, digits, and . - _ '. Correct the address, or make the user in the admin center by hand.", you},
		{[]string{"mail-enabled security", "inherited from a group"}, engine.StopMailbox, engine.CodeRefused,
			"The user's licence comes from a group.", "Change the group's licence in the Microsoft 365 admin center.", tenantAdmin},
		{[]string{"conditional access", "claims challenge"}, engine.StopBatch, engine.CodeAuth,
			"A conditional access policy of the tenant blocks Microsoft Graph for this sign-in.", "Have the policy make an exception, or sign in from a computer that it allows.", tenantAdmin},
	}
}

// tabled finds what a refusal means; nil when its words tell nothing.
func (g *Graph) tabled(r request, e graphError) *engine.Fault {
	if strings.Contains(strings.ToLower(e.Code), "authorization_requestdenied") || strings.Contains(strings.ToLower(e.Message), "insufficient privileges") {
		return g.permissionFault(r)
	}
	if r.method == http.MethodGet && !strings.Contains(r.address, "/domains/") {
		return nil
	}
	words := e.words()
	for _, entry := range graphEntries() {
		for _, sign := range entry.signs {
			if holdsAll(words, sign) {
				return &engine.Fault{Class: entry.class, Code: entry.code, What: entry.what, Do: entry.do, Who: entry.who}
			}
		}
	}
	return nil
}

func holdsAll(words, sign string) bool {
	for part := range strings.SplitSeq(sign, "&") {
		if !strings.Contains(words, part) {
			return false
		}
	}
	return true
}
