package microsoft

// aim is what a token is to open: mailboxes, or the tenant's directory. One
// sign-in serves both, with a token for each.
type aim uint8

const (
	forMail aim = iota
	forDirectory
)

// directoryPermissions are what Graph wants of whoever reads and changes users,
// licences and domains: as roles of an app, or in a person's name.
var directoryPermissions = []string{"User.ReadWrite.All", "Organization.Read.All", "Domain.ReadWrite.All"}

// app is the scope that an app asks for: all that it was granted.
func (a aim) app(c Cloud) string {
	if a == forDirectory {
		return c.Graph + "/.default"
	}
	return c.AppResource + "/.default"
}

// person are the scopes that a person's token is for; the library adds
// offline_access.
func (a aim) person(c Cloud) []string {
	if a == forMail {
		return []string{c.UserResource + "/IMAP.AccessAsUser.All"}
	}
	out := make([]string, len(directoryPermissions))
	for i, p := range directoryPermissions {
		out[i] = c.Graph + "/" + p
	}
	return out
}
