package real

import (
	"cmp"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const courierListener = "usr/sbin/couriertcpd"

// Courier starts a private Courier, or leaves the test out where there is none.
// Its names all begin with "INBOX.", and it has no administrator's log-in.
func Courier(tb testing.TB, o Options) *Server {
	tb.Helper()
	return start(tb, recipe{
		kind:    KindCourier,
		prepare: func(s *Server, who owner) error { return s.prepareCourier(who, o) },
		run: func(s *Server, who owner) (*process, error) {
			env := libraryPath(KindCourier)
			env[0] = strings.Replace(env[0], "=", "="+s.path("patched")+":", 1)
			return s.launch(who.command(s.dir, env, "/bin/sh", s.path("run.sh")), "courier.log")
		},
	}, o)
}

func (s *Server) prepareCourier(who owner, o Options) error {
	door, err := newCourierDoor(s.mail, who)
	if err != nil {
		return err
	}
	s.tb.Cleanup(door.close)
	watcher, err := newIdleWatcher(who)
	if err != nil {
		return err
	}
	s.tb.Cleanup(watcher.close)
	s.addUser = door.add
	for name, password := range o.Users {
		if err := door.add(name, password); err != nil {
			return err
		}
	}
	if err := patchCourier(s.path("patched"), door.path, who.name); err != nil {
		return err
	}
	if err := os.WriteFile(s.path("couriertls"), []byte(courierTLS), 0o755); err != nil {
		return err
	}
	script := strings.NewReplacer(
		"@root@", root(KindCourier), "@dir@", s.dir, "@watcher@", watcher.id,
		"@tls@", strconv.Itoa(s.TLSPort), "@plain@", strconv.Itoa(s.PlainPort),
		"@conns@", strconv.Itoa(cmp.Or(o.MaxConns, 200)), "@extra@", o.Extra,
	).Replace(courierScript)
	return os.WriteFile(s.path("run.sh"), []byte(script), 0o755)
}

// courierTLS runs the real couriertls as ourselves: left alone it would become
// the user "courier", who isn't here.
const courierTLS = `#!/bin/sh
exec "$REAL_COURIERTLS" -user="$(id -un)" "$@"
`

// courierScript starts one listener for each port, as Courier's own scripts do.
// The listeners make process groups of their own, so the script ends them.
const courierScript = `set -a
IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
IMAP_CAPABILITY_TLS="$IMAP_CAPABILITY AUTH=PLAIN"
IMAP_KEYWORDS=1
IMAP_ACL=1
IMAP_IDLE_TIMEOUT=60
IMAP_MAILBOX_SANITY_CHECK=1
IMAP_USELOCKS=0
IMAP_TRASHFOLDERNAME=Trash
IMAP_STARTTLS=YES
IMAP_TLS_REQUIRED=0
COURIERTLS=@dir@/couriertls
REAL_COURIERTLS=@root@/usr/bin/couriertls
TLS_CERTFILE=@dir@/both.pem
TLS_TRUSTCERTS=@dir@/ca.pem
TLS_VERIFYPEER=NONE
GAM_CLIENT_ID=@watcher@
@extra@
listen="@root@/usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=400 -maxperip=@conns@ -nodnslookup -noidentlookup"
login=@dir@/patched/imaplogin
imap=@root@/usr/bin/imapd
$listen @plain@ $login $imap Maildir &
plain=$!
IMAP_TLS=1 $listen @tls@ $COURIERTLS -server -tcpd $login $imap Maildir &
tls=$!
trap 'kill $plain $tls; exit' TERM
wait
`

func findFile(dir, name string) string {
	for _, pattern := range []string{"usr/lib", "usr/lib/*-linux-gnu", "usr/lib/*"} {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern, name)); len(found) > 0 {
			return found[0]
		}
	}
	return filepath.Join(dir, "usr/lib", name)
}
