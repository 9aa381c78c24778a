package microsoft

import (
	"strings"

	"mxodus/engine"
)

// entry is what a number of the authority's means to people.
type entry struct {
	numbers []string
	class   engine.Class
	code    engine.Code
	what    string
	do      string
	who     string
}

const (
	you         = "you"
	tenantAdmin = "an administrator of the tenant"
	nobody      = "nobody"

	wrongSecret = "The app's client secret is wrong."
	noTenant    = "There is no such tenant in this cloud."
)

// entries are the authority's errors (AADSTS and a number) that administrators
// meet with.
var entries = []entry{
	{[]string{"530035"}, engine.StopBatch, engine.CodeAuth, "The tenant's security defaults block signing in with a code.",
		"Sign in with the browser on this computer instead: mxodus set FILE --sign-in browser, then mxodus microsoft signin FILE. Or let an app sign in: mxodus set FILE --sign-in app", you},
	{[]string{"53003"}, engine.StopBatch, engine.CodeAuth, "A conditional access policy of the tenant blocks this sign-in.",
		"Sign in with the browser instead of a code (mxodus set FILE --sign-in browser, then mxodus microsoft signin FILE), or from a computer and network that the policy allows. Else the policy must make an exception.", tenantAdmin},
	{[]string{"53000", "53001", "53002", "530032", "53009", "530036", "50005", "50097", "50129", "50131"}, engine.StopBatch, engine.CodeAuth, "A policy of the tenant doesn't allow signing in from this device or program.",
		"Sign in from a device that the tenant manages, or let an app sign in: mxodus set FILE --sign-in app", tenantAdmin},
	{[]string{"7000215", "70002"}, engine.StopBatch, engine.CodeAuth, wrongSecret,
		"Copy the secret's value, not its ID, as it was shown when it was made. If it is lost, make a new one and put it into a file: mxodus set FILE --client-secret-file secret.txt", you},
	{[]string{"7000222"}, engine.StopBatch, engine.CodeAuth, "The app's client secret has expired.",
		"Make a new client secret for the app and put it into a file: mxodus set FILE --client-secret-file secret.txt", you},
	{[]string{"700027", "1000502", "700024", "7000214", "700030", "50012", "50017", "900384"}, engine.StopBatch, engine.CodeAuth, "The app's certificate is not the one that is registered, or it has expired.",
		"Upload the certificate to the app's registration, and check that it is valid today and that this computer's clock is right.", you},
	{[]string{"700025"}, engine.StopBatch, engine.CodeAuth, "The app is registered as one that keeps no secret.",
		"In the app's registration, under Authentication, disallow public client flows, or make an app of its own for mxodus.", tenantAdmin},
	{[]string{"7000218"}, engine.StopBatch, engine.CodeAuth, "The app may not be used for the sign-in of a person.",
		"In the app's registration, under Authentication, add the platform Mobile and desktop applications with http://localhost, and allow public client flows.", tenantAdmin},
	{[]string{"700016", "700011"}, engine.StopBatch, engine.CodeAuth, "This tenant has no app with that client ID.",
		"Check the client ID and the tenant: the app is registered in another tenant, or nobody has agreed to it in this one.", you},
	{[]string{"7000229"}, engine.StopBatch, engine.CodeAuth, "The app is registered, but has no enterprise application in this tenant.",
		"Grant admin consent for the app, in its API permissions: that makes one.", tenantAdmin},
	{[]string{"65002"}, engine.StopBatch, engine.CodeAuth, "The client ID is that of an app of Microsoft's own, which doesn't sign in for others.",
		"Register an app for mxodus, and set its client ID: mxodus set FILE --client-id CLIENT-ID", you},
	{[]string{"500021", "500022", "50002"}, engine.StopBatch, engine.CodeAuth, "The network here lets nobody sign in to this tenant.",
		"Its proxy allows some tenants only: have it allow this one, or work from another network.", "whoever runs the network here"},
	{[]string{"50194"}, engine.StopBatch, engine.CodeAuth, "The app is for one tenant, and it isn't said which.",
		"Set the tenant, its ID or a domain as acme.onmicrosoft.com: mxodus set FILE --tenant TENANT", you},
	{[]string{"90002", "900023", "50059", "50128", "90019"}, engine.StopBatch, engine.CodeAuth, noTenant,
		"Check the tenant: write its ID or a domain as acme.onmicrosoft.com. A tenant of a national cloud needs the cloud, too: mxodus set FILE --cloud NAME", you},
	{[]string{"900382", "900432", "900439", "90038", "90051"}, engine.StopBatch, engine.CodeAuth, "The tenant belongs to another cloud of Microsoft's.",
		"Choose the tenant's cloud, worldwide, gcchigh, dod or 21vianet: mxodus set FILE --cloud NAME", you},
	{[]string{"65001", "90094", "90095", "65005", "650056", "90008"}, engine.StopBatch, engine.CodeAuth, "Nobody has agreed yet that the app may read and write mail.",
		"Grant admin consent for the app, in its API permissions: IMAP.AccessAsApp for an app, IMAP.AccessAsUser.All for a person.", tenantAdmin},
	{[]string{"65004"}, engine.StopBatch, engine.CodeAuth, "The sign-in was not agreed to.", "Sign in again, and agree to what the page asks.", you},
	{[]string{"500011", "500014", "50001", "650052", "650054", "650057", "70011"}, engine.StopBatch, engine.CodeAuth, "The app can't get to Exchange Online in this tenant.",
		"Give the app the permission of Office 365 Exchange Online, and check that the tenant has a licence with Exchange Online, and the cloud.", tenantAdmin},
	{[]string{"50011", "900971", "70004"}, engine.StopBatch, engine.CodeAuth, "The app's registration lacks the address that the browser comes back to.",
		"In the app's registration, under Authentication, add the platform Mobile and desktop applications with http://localhost.", tenantAdmin},
	{[]string{"50105"}, engine.StopBatch, engine.CodeAuth, "This account isn't assigned to the app.", "Assign the account to the enterprise application, or sign in with one that is.", tenantAdmin},
	{[]string{"50034", "50020", "51004", "50014", "500208", "16000", "90072"}, engine.StopBatch, engine.CodeAuth, "The tenant doesn't know this account.", "Sign in with an account of the tenant.", you},
	{[]string{"50126", "50056", "50064"}, engine.StopBatch, engine.CodeAuth, "The user name or the password is wrong.", "Sign in again.", you},
	{[]string{"50053"}, engine.StopBatch, engine.CodeAuth, "The account is locked after too many wrong passwords.", "Wait a while or unlock it, then sign in again.", tenantAdmin},
	{[]string{"50057"}, engine.StopBatch, engine.CodeAuth, "The account is switched off.", "Switch it on, or sign in with another.", tenantAdmin},
	{[]string{"7000112", "70001", "1000031"}, engine.StopBatch, engine.CodeAuth, "The app is switched off in this tenant.", "Allow sign-in for the enterprise application.", tenantAdmin},
	{[]string{"50055", "50144", "50125", "50135"}, engine.StopBatch, engine.CodeAuth, "The account's password has to be changed.", "Change it in a browser, then sign in again.", you},
	{[]string{"50076", "50079", "50072", "50074", "50078", "500121", "50158"}, engine.StopBatch, engine.CodeAuth, "The tenant wants a second proof of who signs in.",
		"Sign in again with the browser, and confirm what it asks: mxodus microsoft signin FILE", you},
	{[]string{"53004", "53010"}, engine.StopBatch, engine.CodeAuth, "The account has no second proof set up, and the tenant doesn't let it be set up from here.",
		"Set it up in a browser on a device, and in a place, that the tenant trusts. Then sign in again.", you},
	{[]string{"53011", "530034"}, engine.StopBatch, engine.CodeAuth, "The account is blocked: its tenant thinks that somebody else may be using it.",
		"Have the account looked at in Identity Protection, or sign in with another.", tenantAdmin},
	{[]string{"500212", "500213"}, engine.StopBatch, engine.CodeAuth, "A policy between the two tenants blocks this account.", "Sign in with an account of the tenant itself.", you},
	{[]string{"700082", "70008", "70000", "54005", "700084", "70043", "50173", "50132", "50133", "700081", "50089", "50085"}, engine.StopBatch, engine.CodeAuth, "The sign-in to Microsoft 365 is over.",
		"Sign in again: mxodus microsoft signin FILE", you},
	{[]string{"70019", "70020", "70018", "90119", "90120"}, engine.StopBatch, engine.CodeAuth, "The code was not entered rightly, or not in time.", "Sign in again; a new code will be shown.", you},
	{[]string{"50196", "90055", "90006", "90012", "90024", "90033", "90090", "90091", "50000", "50033", "50087", "50088"}, engine.Retry, engine.CodeUnavailable, "Microsoft's sign-in server is busy.",
		"Nothing yet: mxodus tries again.", nobody},
}

// numberedFault finds what a number means. The sign-in by a code is what
// security defaults and policies block first: the words for it come from the
// table, which names the browser as the way out.
func (s *signer) numberedFault(number string) *engine.Fault {
	if f := s.directoryFault(number); f != nil {
		return f
	}
	for _, e := range entries {
		for _, n := range e.numbers {
			if n == number {
				if n == "53003" && !s.e.SignIn.ByPerson() { // an app has no browser
					e.do = "Let the policy make an exception for this app, or run mxodus from a network that the policy allows."
				}
				return &engine.Fault{Class: e.class, Code: e.code, What: e.what, Do: e.do, Who: e.who}
			}
		}
	}
	return &engine.Fault{Class: engine.StopBatch, Code: engine.CodeAuth, Who: tenantAdmin,
		What: "Microsoft refused the sign-in.", Do: "Read its own words, and look in the tenant's sign-in log: it says more."}
}

// directoryFault is about what the directory wants beyond the mailboxes.
func (s *signer) directoryFault(number string) *engine.Fault {
	if s.aim != forDirectory {
		return nil
	}
	switch number {
	case "65001", "90094", "90095", "65002":
		return consentFault(s.e.SignIn.ByPerson())
	case "500011", "500014", "650052", "650057", "70011":
		return &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission, Who: tenantAdmin,
			What: "The app can't get to Microsoft Graph in this tenant.",
			Do:   "Give the app the permissions of Microsoft Graph (" + strings.Join(directoryRoles, ", ") + "), and check the cloud."}
	}
	return nil
}

// consentFault says that nobody has agreed to the permissions of the directory.
func consentFault(person bool) *engine.Fault {
	f := &engine.Fault{Class: engine.StopBatch, Code: engine.CodePermission, Who: tenantAdmin,
		What: "Nobody has agreed yet that the app may read and change users, licences and domains.",
		Do: "Add the application permissions " + strings.Join(directoryRoles, ", ") +
			" of Microsoft Graph to the app, and grant admin consent for them. The script of mxodus microsoft setup FILE --manage-users does it."}
	if person {
		f.Do = "Sign in once more as an administrator, and agree to what the page asks: mxodus microsoft signin FILE --users"
	}
	return f
}
