package real

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	postfixMaster  = "/usr/lib/postfix/sbin/master"
	postfixProgram = "/usr/sbin/postfix"
)

// Postfix starts a private Postfix, or leaves the test out where there is none or
// where the test isn't run by root. It takes mail to any address of
// acme.example on both ports and stores it: see Received.
func Postfix(tb testing.TB, o Options) *Server {
	tb.Helper()
	return start(tb, recipe{
		kind: KindPostfix,
		prepare: func(s *Server, who owner) error {
			s.addUser = func(string, string) error { return fmt.Errorf("postfix has no accounts") }
			return writeFiles(s.dir, map[string][]byte{"main.cf": []byte(postfixConfig(s, who, o)), "master.cf": []byte(postfixServices(s))})
		},
		run: func(s *Server, _ owner) (*process, error) {
			if err := s.postfixFolders(); err != nil {
				return nil, err
			}
			root := owner{}
			env := []string{"MAIL_CONFIG=" + s.dir}
			if out, err := root.command(s.dir, env, postfixProgram, "-c", s.dir, "check").CombinedOutput(); err != nil {
				return nil, fmt.Errorf("postfix check: %w\n%s", err, out)
			}
			return s.launch(root.command(s.dir, env, postfixMaster, "-d", "-c", s.dir), "master.log")
		},
	}, o)
}

// postfixFolders makes the queue and the data folder, with the owners that
// Postfix insists on.
func (s *Server) postfixFolders() error {
	u, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	for name, owner := range map[string]int{"queue": 0, "data": uid} {
		if err := os.Mkdir(s.path(name), 0o755); err != nil {
			return err
		}
		if err := os.Chown(s.path(name), owner, 0); err != nil {
			return err
		}
	}
	for _, name := range []string{"main.cf", "master.cf", "cert.pem", "key.pem"} {
		if err := os.Chown(s.path(name), 0, 0); err != nil {
			return err
		}
	}
	// Processes that run as postfix read the settings.
	return os.Chmod(s.path("main.cf"), 0o644)
}

// Received are the messages that Postfix stored, as it stored them.
func (s *Server) Received() []string {
	s.tb.Helper()
	names, _ := filepath.Glob(filepath.Join(s.mail, "all", "new", "*"))
	var out []string
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			s.tb.Fatal(err)
		}
		out = append(out, string(b))
	}
	return out
}

func postfixConfig(s *Server, who owner, o Options) string {
	return strings.NewReplacer("@dir@", s.dir, "@mail@", s.mail, "@uid@", fmt.Sprint(who.uid), "@gid@", fmt.Sprint(who.gid), "@extra@", o.Extra).Replace(`
compatibility_level = 3.6
queue_directory = @dir@/queue
data_directory = @dir@/data
maillog_file = @dir@/postfix.log
maillog_file_prefixes = @dir@
myhostname = mail.acme.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_tls_cert_file = @dir@/cert.pem
smtpd_tls_key_file = @dir@/key.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtpd_recipient_restrictions = reject_unauth_destination
virtual_mailbox_domains = acme.example
virtual_mailbox_base = @mail@
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:@uid@
virtual_gid_maps = static:@gid@
virtual_minimum_uid = 1
default_transport = error:nothing leaves this computer
@extra@
`)
}

func postfixServices(s *Server) string {
	var b strings.Builder
	fmt.Fprintf(&b, "127.0.0.1:%d inet n - n - - smtpd\n", s.PlainPort)
	fmt.Fprintf(&b, "127.0.0.1:%d inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n", s.TLSPort)
	b.WriteString(`cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`)
	return b.String()
}
