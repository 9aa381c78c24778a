package microsoft

// aim is what a token is to open: mailboxes, or the tenant's directory. One
// sign-in serves both, with a token for each.
type aim uint8

const (
	forMail aim = iota
	forDirectory
)

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
	out := make([]string, len(directoryRoles))
	for i, p := range directoryRoles {
		out[i] = c.Graph + "/" + p
	}
	return out
}
