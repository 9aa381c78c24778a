package real

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const cyrusMaster = "usr/lib/cyrus/bin/master"

// cyrusRealm is the SASL realm of names without a domain: the server's name.
const cyrusRealm = "localhost"

// Cyrus starts a private Cyrus, or leaves the test out where there is none. A
// user's mailbox is made at the first log-in.
func Cyrus(tb testing.TB, o Options) *Server {
	tb.Helper()
	return start(tb, recipe{
		kind: KindCyrus,
		prepare: func(s *Server, who owner) error {
			s.Admin, s.AdminPassword = "cyrus", "admin-secret"
			s.addUser = s.cyrusUser
			for _, dir := range []string{"cyrus", "cyrus/db", "cyrus/proc", "cyrus/socket", "cyrus/log", "cyrus/msg", "cyrus/ptclient", "cyrus/lock"} {
				if err := os.MkdirAll(s.path(dir), 0o755); err != nil {
					return err
				}
			}
			return writeFiles(s.dir, map[string][]byte{
				"imapd.conf": []byte(cyrusOptions(s, who, o)),
				"cyrus.conf": []byte(cyrusServices(s)),
			})
		},
		run: func(s *Server, who owner) (*process, error) {
			if err := s.addCyrusUsers(o); err != nil {
				return nil, err
			}
			cmd := who.command(s.dir, libraryPath(KindCyrus), filepath.Join(root(KindCyrus), cyrusMaster),
				"-C", s.path("imapd.conf"), "-M", s.path("cyrus.conf"), "-p", s.path("master.pid"))
			return s.launch(cmd, "master.log")
		},
	}, o)
}

func (s *Server) addCyrusUsers(o Options) error {
	if err := s.cyrusUser(s.Admin, s.AdminPassword); err != nil {
		return err
	}
	for name, password := range o.Users {
		if err := s.cyrusUser(name, password); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) cyrusUser(name, password string) error {
	who, err := ordinaryUser()
	if err != nil {
		return err
	}
	user, realm, _ := strings.Cut(name, "@")
	cmd := who.command(s.dir, libraryPath(KindCyrus), filepath.Join(root(KindCyrus), "usr/sbin/saslpasswd2"),
		"-p", "-c", "-f", s.path("sasldb2"), "-u", cmp.Or(realm, cyrusRealm), user)
	cmd.Stdin = strings.NewReader(password)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("saslpasswd2: %w: %s", err, said.String())
	}
	return nil
}

// libraryPath finds the shared libraries of an unpacked server.
func libraryPath(k Kind) []string {
	dirs, _ := filepath.Glob(filepath.Join(root(k), "usr/lib/*-linux-gnu"))
	return []string{"LD_LIBRARY_PATH=" + strings.Join(append(dirs, filepath.Join(root(k), "usr/lib")), ":")}
}

func cyrusOptions(s *Server, who owner, o Options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "configdirectory: %s\ndefaultpartition: default\npartition-default: %s\n", s.path("cyrus"), s.mail)
	fmt.Fprintf(&b, "cyrus_user: %s\ncyrus_group: %s\nservername: %s\nadmins: %s\n", who.name, who.group, cyrusRealm, s.Admin)
	fmt.Fprintf(&b, "tls_server_cert: %s\ntls_server_key: %s\n", s.path("cert.pem"), s.path("key.pem"))
	fmt.Fprintf(&b, "sasl_pwcheck_method: auxprop\nsasl_auxprop_plugin: sasldb\nsasl_sasldb_path: %s\nsasl_mech_list: PLAIN LOGIN\nsasl_minimum_layer: 0\nallowplaintext: yes\nfailedloginpause: 0s\n", s.path("sasldb2"))
	fmt.Fprintf(&b, "virtdomains: userid\ndefaultdomain: %s\n", cyrusRealm)
	fmt.Fprintf(&b, "unixhierarchysep: %s\naltnamespace: %s\n", yes(o.Separator == "/"), yes(o.Prefix == ""))
	fmt.Fprintf(&b, "autocreate_quota: %d\nautocreate_post: 1\n", o.QuotaBytes>>10)
	if o.AutoFolders {
		b.WriteString("autocreate_inbox_folders: Sent | Drafts | Junk | Trash | Archive\n" +
			"autocreate_subscribe_folders: Sent | Drafts | Junk | Trash | Archive\n")
	}
	b.WriteString("specialuse_extra: \\XSpam\nxlist-sent: Sent\nxlist-drafts: Drafts\nxlist-junk: Junk\nxlist-trash: Trash\nxlist-archive: Archive\n")
	b.WriteString(o.Extra)
	return b.String()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func cyrusServices(s *Server) string {
	bin := filepath.Join(root(KindCyrus), "usr/lib/cyrus/bin")
	conf := s.path("imapd.conf")
	return fmt.Sprintf(`START {
 recover cmd="%[1]s/ctl_cyrusdb -C %[2]s -r"
}
SERVICES {
 imap cmd="%[1]s/imapd -C %[2]s -U 100" listen="127.0.0.1:%[3]d" prefork=1 maxchild=400
 imaps cmd="%[1]s/imapd -C %[2]s -s -U 100" listen="127.0.0.1:%[4]d" prefork=1 maxchild=400
}
EVENTS {
}
DAEMON {
}
`, bin, conf, s.PlainPort, s.TLSPort)
}
