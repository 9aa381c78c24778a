package real

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const dovecotProgram = "/usr/sbin/dovecot"

// Dovecot starts a private Dovecot, or leaves the test out where there is
// none.
func Dovecot(tb testing.TB, o Options) *Server {
	tb.Helper()
	return start(tb, recipe{
		kind: KindDovecot,
		prepare: func(s *Server, who owner) error {
			s.Admin, s.AdminPassword = "master", "master-secret"
			s.addUser = s.dovecotUser
			var users strings.Builder
			for name, password := range o.Users {
				users.WriteString(dovecotLine(name, password))
			}
			return writeFiles(s.dir, map[string][]byte{
				"dovecot.conf": []byte(dovecotConfig(s, who, o)),
				"users":        []byte(users.String()),
				"masters":      fmt.Appendf(nil, "%s:{PLAIN}%s\n", s.Admin, s.AdminPassword),
			})
		},
		run: func(s *Server, who owner) (*process, error) {
			return s.launch(who.command(s.dir, nil, dovecotProgram, "-F", "-c", s.path("dovecot.conf")), "master.log")
		},
	}, o)
}

// dovecotUser adds or replaces a line of the password file, in one step so that
// no log-in ever sees half of it, and waits until Dovecot knows: it looks at the
// file again in the next second only.
func (s *Server) dovecotUser(name, password string) error {
	old, err := os.ReadFile(s.path("users"))
	if err != nil {
		return err
	}
	var lines []string
	for line := range strings.Lines(string(old)) {
		if !strings.HasPrefix(line, name+":") {
			lines = append(lines, line)
		}
	}
	lines = append(lines, dovecotLine(name, password))
	if err := os.WriteFile(s.path("users.new"), []byte(strings.Join(lines, "")), 0o644); err != nil {
		return err
	}
	if err := os.Rename(s.path("users.new"), s.path("users")); err != nil {
		return err
	}
	who, err := ordinaryUser()
	if err != nil {
		return err
	}
	for range 100 {
		err = who.command(s.dir, nil, "/usr/bin/doveadm", "-c", s.path("dovecot.conf"), "auth", "test", name, password).Run()
		if err == nil {
			return nil
		}
		<-time.After(50 * time.Millisecond)
	}
	return err
}

func dovecotLine(name, password string) string { return name + ":{PLAIN}" + password + "\n" }

func dovecotConfig(s *Server, who owner, o Options) string {
	location := "maildir:~/Maildir"
	if o.Format == "sdbox" {
		location = "sdbox:~/sdbox"
	}
	plugins, quota := "", ""
	if o.QuotaBytes > 0 {
		plugins = "quota"
		quota = fmt.Sprintf("quota = count:User quota\n quota_vsizes = yes\n quota_rule = *:bytes=%d\n", o.QuotaBytes)
	}
	return strings.NewReplacer(
		"@dir@", s.dir, "@mail@", s.mail, "@user@", who.name, "@group@", who.group,
		"@uid@", fmt.Sprint(who.uid), "@gid@", fmt.Sprint(who.gid),
		"@tls@", fmt.Sprint(s.TLSPort), "@plain@", fmt.Sprint(s.PlainPort),
		"@location@", location, "@separator@", cmp.Or(o.Separator, "/"), "@prefix@", o.Prefix,
		"@conns@", fmt.Sprint(cmp.Or(o.MaxConns, 200)),
		"@plugins@", plugins, "@imapplugins@", strings.TrimSpace(plugins+" "+strings.Replace(plugins, "quota", "imap_quota", 1)),
		"@quota@", quota, "@folders@", dovecotFolders(o.AutoFolders), "@extra@", o.Extra,
	).Replace(dovecotTemplate)
}

func dovecotFolders(auto bool) string {
	var b strings.Builder
	for _, f := range []struct{ name, use string }{
		{"Sent", `\Sent`}, {"Drafts", `\Drafts`}, {"Junk", `\Junk`}, {"Trash", `\Trash`}, {"Archive", `\Archive`},
	} {
		fmt.Fprintf(&b, " mailbox %s {\n  special_use = %s\n", f.name, f.use)
		if auto {
			b.WriteString("  auto = subscribe\n")
		}
		b.WriteString(" }\n")
	}
	return b.String()
}

// MailDir is where a user's mail stands on disk.
func (s *Server) MailDir(user string) string { return filepath.Join(s.mail, user) }

const dovecotTemplate = `
base_dir = @dir@/run
state_dir = @dir@/state
log_path = @dir@/dovecot.log
instance_name = mxodus-@tls@
protocols = imap
listen = 127.0.0.1
default_internal_user = @user@
default_internal_group = @group@
default_login_user = @user@
default_process_limit = 400
default_client_limit = 2000
default_vsz_limit = 0
first_valid_uid = 1
mail_uid = @uid@
mail_gid = @gid@
mail_home = @mail@/%u
mail_location = @location@
mail_plugins = @plugins@
auth_mechanisms = plain login
auth_master_user_separator = *
auth_username_format = %Lu
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <@dir@/cert.pem
ssl_key = <@dir@/key.pem
ssl_min_protocol = TLSv1.2
shutdown_clients = yes
passdb {
 driver = passwd-file
 args = @dir@/masters
 master = yes
 result_success = continue
}
passdb {
 driver = passwd-file
 args = @dir@/users
}
userdb {
 driver = static
 args = uid=@uid@ gid=@gid@ home=@mail@/%u
}
namespace inbox {
 inbox = yes
 separator = @separator@
 prefix = @prefix@
@folders@}
protocol imap {
 mail_max_userip_connections = @conns@
 mail_plugins = @imapplugins@
}
plugin {
 @quota@}
service imap-login {
 chroot =
 process_min_avail = 1
 service_count = 0
 inet_listener imap {
  address = 127.0.0.1
  port = @plain@
 }
 inet_listener imaps {
  address = 127.0.0.1
  port = @tls@
  ssl = yes
 }
}
service anvil {
 chroot =
 unix_listener anvil-auth-penalty {
  mode = 0
 }
}
service stats {
 chroot =
}
service imap {
 process_limit = 400
}
@extra@
`
