package imapconn

import (
	"crypto/md5"
	"fmt"
	"testing"

	"mxodus/engine"
)

// kerioServer asks for the master password as Kerio Connect does.
func kerioServer(t *testing.T, password string, opened *[]string) *scripted {
	return mailServer(t, "IMAP4rev1", func(k *talk, c command) bool {
		switch c.verb {
		case "X-MASTERAUTH":
			k.say("+ <1234.5678@kerio>\r\n")
			answer, ok := k.line()
			if !ok || answer != fmt.Sprintf("%x", md5.Sum([]byte("<1234.5678@kerio>"+password))) {
				k.say("%s NO [AUTHENTICATIONFAILED] no\r\n", c.tag)
				return true
			}
			k.say("%s OK welcome\r\n", c.tag)
		case "X-SETUSER":
			*opened = append(*opened, c.args)
			k.say("%s OK user set\r\n", c.tag)
		default:
			return false
		}
		return true
	})
}

func TestKeriosMasterPasswordOpensAMailbox(t *testing.T) {
	for password, want := range map[string]engine.Code{"boss-pw": "", "another": engine.CodeAuth} {
		var opened []string
		s := kerioServer(t, password, &opened)
		d := s.dialer(func(p *engine.Project) { p.Source.Admin, p.Source.AdminStyle = "boss", engine.AdminKerio })
		d.vault = memVault{"source/admin": "boss-pw"}
		c, err := d.open(t.Context(), engine.SideSource, anna)
		if err == nil {
			_ = c.close()
		}
		switch {
		case want == "" && (err != nil || len(opened) != 1 || opened[0] != `"anna"`):
			t.Errorf("opened %q, %v", opened, err)
		case want != "" && (!engine.IsCode(err, want) || len(opened) != 0):
			t.Errorf("with a wrong password: opened %q, %v", opened, err)
		}
	}
}
