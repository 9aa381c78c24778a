package lab

import "strings"

// access is who may open which mailboxes of an Exchange-like server. Its maps are
// guarded by the server's mutex.
type access struct {
	off        map[string]bool   // mailboxes for which IMAP is switched off
	shut       map[string]bool   // mailboxes whose sign-in is refused
	principals map[string]string // object IDs by client ID; nil: every app is known
}

// SwitchIMAP switches IMAP off for a mailbox, or on again.
func (x *Exchange) SwitchIMAP(address string, on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	set(&x.access.off, strings.ToLower(address), !on)
}

// Shut refuses the sign-in to a mailbox already: the other way in which a missing
// right shows.
func (x *Exchange) Shut(address string, on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	set(&x.access.shut, strings.ToLower(address), on)
}

// RegisterPrincipal is New-ServicePrincipal: from now on, an app is let in only
// when it is registered with the object ID that its tokens bear. An empty object
// ID takes it away.
func (x *Exchange) RegisterPrincipal(clientID, objectID string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	set(&x.access.principals, clientID, objectID)
}

func set[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// knows says that a token's app is registered, may use IMAP, and may sign in to
// the mailbox.
func (x *Exchange) knows(token, address string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	claims := Claims(token)
	if claims["idtyp"] == "app" {
		if !HasRole(token, MailRole) {
			return false
		}
		client, _ := claims["appid"].(string)
		if x.access.principals != nil && x.access.principals[client] != claims["oid"] {
			return false
		}
	}
	return !x.access.shut[strings.ToLower(address)]
}
