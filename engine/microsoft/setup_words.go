package microsoft

import (
	"strings"

	"mxodus/engine"
)

func missing(what, remedy, who string) *engine.Fault {
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, What: what, Do: remedy, Who: who}
}

// tenantUnset says that the project doesn't know its tenant; found is whose the
// company's domain is, if anybody's.
func tenantUnset(found string) *engine.Fault {
	if found == "" {
		return missing("It isn't set which tenant it is.",
			"The script finds it when you sign in. Or copy the tenant's ID from the Microsoft Entra admin center, and set it: mxodus set FILE --tenant TENANT-ID", you)
	}
	return missing("It isn't set which tenant it is. The company's domain belongs to the tenant "+found+".",
		"If that is yours: mxodus set FILE --tenant "+found, you)
}

func otherTenant(domain, tenant string) *engine.Fault {
	domain = engine.Clean(domain, 100)
	return missing("The mailboxes at "+domain+" belong to another tenant than the one that is set.",
		"The tenant of "+domain+" is "+tenant+". If it is the right one: mxodus set FILE --tenant "+tenant+". The app must be registered there. Else correct the users' addresses.", you)
}

func otherToken(tenant string) *engine.Fault {
	return missing("The sign-in is one of another tenant: "+tenant+".", "Check the tenant and the app, then sign in again.", you)
}

func appUnset(person bool) *engine.Fault {
	if person {
		return missing("No app is set yet through which a person could sign in.", "Run "+PersonSetupScript+" (mxodus microsoft setup FILE writes it), then the lines that it ends with. Or take the steps by hand: mxodus microsoft setup FILE --by-hand", entraAdmin)
	}
	return missing("No app is set in this project yet.", "Run "+SetupScript+", then the lines that it ends with. Or take the steps by hand: mxodus microsoft setup FILE --by-hand", entraAdmin)
}

func noScope() *engine.Fault {
	return missing("The sign-in doesn't hold the permission "+personScope+".",
		"Add it to the app: API permissions, Office 365 Exchange Online, Delegated permissions. Grant admin consent, then sign in again: mxodus microsoft signin FILE", entraAdmin)
}

// noRole says what the app may do instead of using IMAP.
func noRole(have []string) *engine.Fault {
	f := missing("The app isn't allowed to use IMAP: the permission "+mailRole+" or the consent to it is missing.",
		"Run "+SetupScript+" again. Or, in the app: API permissions, Office 365 Exchange Online, Application permissions (not delegated ones), "+mailRole+
			"; then press Grant admin consent. It takes effect within some minutes.", entraAdmin)
	if len(have) > 0 {
		f.Said = engine.Clean("The app may do only this: "+strings.Join(have, ", ")+".", 300)
	}
	return f
}

// unknownToExchange is about an app that Exchange lets into no mailbox at all.
func unknownToExchange(objectID string, directory bool) *engine.Fault {
	if objectID == "" {
		objectID = "that of the enterprise application"
	}
	f := missing("Exchange refuses the app at every mailbox that was tried, although Microsoft's sign-in accepts it. "+
		"Usually the app isn't registered in Exchange, or with a wrong object ID.",
		"Register it with the object ID "+objectID+", not with the one of the app registration: run "+SetupScript+" again, or step App known in Exchange by hand. "+
			"If that has just been done, wait: it takes up to an hour.", exchangeAdmin)
	if !directory {
		f.Do += " It would look the same if none of these mailboxes existed yet, or if the app had access to none."
	}
	return f
}

// mailboxFault is about one mailbox.
func mailboxFault(what, remedy, who string) *engine.Fault {
	f := missing(what, remedy, who)
	f.Class = engine.StopMailbox
	return f
}

const grantOrSwitch = "Give it full access, and switch IMAP on: from here the two can't be told apart. Run " + SetupScript +
	" again, or the commands below. If that has just been done, wait: it takes up to an hour."

// noAccess is about a mailbox that isn't opened. exists says that the directory
// knows it; accepted, that Exchange took the sign-in itself.
func noAccess(exists, accepted, person bool) *engine.Fault {
	whom := "the app"
	if person {
		whom = "whoever signed in"
	}
	what := "Exchange knows " + whom + ", but refuses the sign-in at this mailbox: full access is missing, or IMAP is off for it."
	if accepted {
		what = "Exchange knows " + whom + ", but doesn't open this mailbox: full access is missing, or IMAP is off for it."
	}
	f := mailboxFault(what, grantOrSwitch, exchangeAdmin)
	if !exists {
		f.What = strings.TrimSuffix(f.What, ".") + "; or the mailbox isn't there yet."
		f.Do += " Look first whether the address is right, and has a licence with a mailbox."
	}
	if person {
		f.Do = strings.ReplaceAll(f.Do, SetupScript, PersonSetupScript)
	}
	return f
}

func noAccount() *engine.Fault {
	return mailboxFault("The tenant has no account with this address.",
		"Make the user (mxodus microsoft users FILE --create), or correct the address: mxodus users FILE", tenantAdmin)
}

func noDomain(domain string) *engine.Fault {
	domain = engine.Clean(domain, 100)
	return mailboxFault("No tenant of this cloud has proved yet that "+domain+" is its own, so there can be no mailbox with this address.",
		"Add the domain in the Microsoft 365 admin center and prove it: mxodus dns FILE shows the record. Or let the new mailboxes be named by the tenant's first domain "+
			"(acme.onmicrosoft.com) until then, as DestinationUserName in the users' file.", tenantAdmin)
}

func noLicence() *engine.Fault {
	return mailboxFault("The account has no licence with a mailbox.",
		"Assign one in the Microsoft 365 admin center, or: mxodus microsoft users FILE --create --license SKU. The mailbox is there some minutes later.", tenantAdmin)
}

func licenceOff() *engine.Fault {
	return mailboxFault("The account's licence has its mailbox switched off, or is suspended.",
		"In the Microsoft 365 admin center, open the user, Licences and apps, and tick Exchange Online. Check that the subscription is paid.", tenantAdmin)
}

func notYet() *engine.Fault {
	f := mailboxFault("The mailbox is being made.", "Wait some minutes, then check again.", nobody)
	f.Class = engine.Retry
	return f
}

// aliasOf says that a mailbox is called otherwise.
func aliasOf(main string) string {
	return "This address is an alias of " + engine.Clean(main, 200) + "."
}
