package microsoft

import (
	"cmp"

	"mxodus/engine"
	"mxodus/engine/microsoft/powershell"
)

// Who can take the steps.
const (
	entraAdmin    = "a global administrator, or a privileged role administrator, of the tenant"
	exchangeAdmin = "an Exchange administrator of the tenant"
)

// Steps are the steps without anything looked at.
func (s *setup) Steps() []engine.SetupStep { return s.steps("") }

// steps are the steps, with the object ID of the enterprise application where it
// is known.
func (s *setup) steps(objectID string) (steps []engine.SetupStep) {
	if s.e.SignIn.ByPerson() {
		steps = []engine.SetupStep{s.tenantStep(), s.personAppStep(), s.signInStep(), s.personMailboxStep()}
	} else {
		steps = []engine.SetupStep{s.tenantStep(), s.appStep(), s.credentialStep(), permissionStep()}
		if s.ManageUsers {
			steps = append(steps, usersStep())
		}
		steps = append(steps, s.principalStep(objectID), s.mailboxStep(objectID))
	}
	for i := range steps {
		steps[i].State = engine.CheckWaiting
	}
	return steps
}

func do(text string, lines ...string) engine.SetupAction {
	return engine.SetupAction{Do: text, Copy: lines}
}

// entra opens the page on which the rest of a step is done.
func (s *setup) entra(page string) engine.SetupAction {
	switch s.e.Cloud {
	case "", "worldwide":
		return do("Open the Microsoft Entra admin center, then " + page + ": https://entra.microsoft.com")
	case "gcchigh", "dod":
		return do("Open the Microsoft Entra admin center, then " + page + ": https://entra.microsoft.us")
	}
	return do("Open the Microsoft Entra admin center of your cloud, then " + page + ".")
}

func (s *setup) tenantStep() engine.SetupStep {
	at := "3"
	if s.e.SignIn.ByPerson() {
		at = "2"
	}
	return engine.SetupStep{ID: engine.SetupTenant, Title: "Tenant", Who: you,
		Why: "The tenant is the company's own part of Microsoft 365. Its ID tells Microsoft where to look for the app.",
		ByHand: []engine.SetupAction{
			s.entra("Overview"),
			do("Copy the Tenant ID. It is set in step " + at + ", together with the rest."),
		}}
}

func (s *setup) appStep() engine.SetupStep {
	return engine.SetupStep{ID: engine.SetupApp, Title: "App", Who: entraAdmin, Script: true,
		Why: "mxodus signs in as an app of its own: no user's password is needed, and it can be taken away again.",
		ByHand: []engine.SetupAction{
			s.entra("App registrations, New registration"),
			do("As the name, enter:", s.appName()),
			do("Supported account types: this organizational directory only. Leave the redirect address empty. Register."),
			do("On the app's Overview, copy the Application (client) ID. It is set in the next step."),
		}}
}

func (s *setup) credentialStep() engine.SetupStep {
	set := s.setCommand()
	step := engine.SetupStep{ID: engine.SetupCredential, Title: "Client secret", Who: entraAdmin, Script: true,
		Why: "With it the app proves who it is. It is worth a password, and mxodus keeps it sealed.",
		ByHand: []engine.SetupAction{
			s.entra("App registrations, the app, Certificates & secrets, Client secrets, New client secret"),
			do("Description: mxodus. Expires: 180 days. Add."),
			do("Copy the Value at once, not the Secret ID: it is shown only now. Put it into a file secret.txt, then run:", set+" --client-secret-file secret.txt"),
			do("Delete secret.txt."),
		}}
	if s.Certificate != "" {
		step.Title = "Certificate"
		step.Why = "With it the app proves who it is. Its private key is in the project, sealed, and never leaves it."
		step.ByHand = []engine.SetupAction{
			s.entra("App registrations, the app, Certificates & secrets, Certificates, Upload certificate"),
			do("Choose the file "+CertificateFile+" that mxodus has written, and add it. Then run:", set),
		}
	}
	return step
}

// setCommand puts the tenant and the app into the project.
func (s *setup) setCommand() string {
	return "mxodus set " + s.file() + " --tenant " + engine.Argument(cmp.Or(s.e.Tenant, "TENANT-ID")) + " --client-id " + engine.Argument(cmp.Or(s.e.ClientID, "CLIENT-ID"))
}

func permissionStep() engine.SetupStep {
	return engine.SetupStep{ID: engine.SetupPermission, Title: "Permission and consent", Who: entraAdmin, Script: true,
		Why: "The app must be allowed to use IMAP, and somebody must consent to that for the tenant.",
		ByHand: []engine.SetupAction{
			do("In the app: API permissions, Add a permission, APIs my organization uses. Search for:", "Office 365 Exchange Online"),
			do("Application permissions (not delegated ones). Tick:", mailRole),
			do("Add permissions. Then press Grant admin consent, and Yes."),
		}}
}

func usersStep() engine.SetupStep {
	return engine.SetupStep{ID: engine.SetupUsers, Title: "Users and licences", Who: entraAdmin, Script: true,
		Why: "To make users and assign licences, the app needs more permissions, of Microsoft Graph.",
		ByHand: []engine.SetupAction{
			do("In the app: API permissions, Add a permission, Microsoft Graph, Application permissions. Tick:", directoryRoles...),
			do("Add permissions. Then press Grant admin consent, and Yes."),
		}}
}

func (s *setup) principalStep(objectID string) engine.SetupStep {
	id := do("In the Entra admin center: Enterprise applications, the app, Overview. Copy the Object ID of that page. " +
		"App registrations shows another Object ID, which doesn't work.")
	if objectID != "" {
		id = do("The object ID of the enterprise application is:", objectID)
	}
	return engine.SetupStep{ID: engine.SetupPrincipal, Title: "App known in Exchange", Who: exchangeAdmin, Script: true,
		Why: "Exchange keeps a list of its own of the apps that may get at mail, by the object ID of the enterprise application.",
		ByHand: []engine.SetupAction{
			id,
			do("In PowerShell:", "Install-Module ExchangeOnlineManagement -Scope CurrentUser", s.connect(), s.register(objectID)),
			do("If it says that the app is there already, look at its object ID. With another than the right one, remove it by that ID, and add it again:",
				"Get-ServicePrincipal | Format-Table DisplayName, AppId, ObjectId", "Remove-ServicePrincipal -Identity WRONG-OBJECT-ID"),
		}}
}

func (s *setup) connect() string {
	if c, err := FindCloud(s.e.Cloud); err == nil && c.ExchangeEnvironment != "" && c.ExchangeEnvironment != "O365Default" {
		return "Connect-ExchangeOnline -ExchangeEnvironmentName " + powershell.Quote(c.ExchangeEnvironment)
	}
	return "Connect-ExchangeOnline"
}

func (s *setup) register(objectID string) string {
	return "New-ServicePrincipal -AppId " + cmp.Or(quoted(s.e.ClientID), "CLIENT-ID") + " -ObjectId " + cmp.Or(quoted(objectID), "OBJECT-ID") +
		" -DisplayName " + powershell.Quote(s.appName())
}

// quoted leaves nothing nothing.
func quoted(s string) string {
	if s == "" {
		return ""
	}
	return powershell.Quote(s)
}

func (s *setup) mailboxStep(objectID string) engine.SetupStep {
	var lines []string
	for _, u := range s.Users {
		lines = append(lines, s.grant(s.mailbox(u), objectID)...)
	}
	return engine.SetupStep{ID: engine.SetupMailboxes, Title: "Mailboxes", Who: exchangeAdmin, Script: true,
		Why:    "The app may open only the mailboxes that it is given, and only where IMAP is on.",
		ByHand: []engine.SetupAction{do("In PowerShell, after "+s.connect()+":", lines...)}}
}

// grant opens a mailbox to the app, or to the person who signs in.
func (s *setup) grant(mailbox, whom string) []string {
	return []string{
		"Add-MailboxPermission -Identity " + powershell.Quote(mailbox) + " -User " + cmp.Or(quoted(whom), "OBJECT-ID") + " -AccessRights FullAccess -AutoMapping $false",
		"Set-CASMailbox -Identity " + powershell.Quote(mailbox) + " -ImapEnabled $true",
	}
}

// file is the project's file as it is written in a command.
func (s *setup) file() string {
	if s.File == "" {
		return "FILE"
	}
	return engine.Argument(s.File)
}
