package imapconn

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"mxodus/engine"
)

type memVault map[string]engine.Secret

func (v memVault) Get(n string) (engine.Secret, bool) { s, ok := v[n]; return s, ok }

func TestSeam(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		cn, err := ln.Accept()
		if err != nil {
			return
		}
		br := bufio.NewReader(cn)
		fmt.Fprintf(cn, "* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR] hi\r\n")
		for {
			s, err := br.ReadString('\n')
			if err != nil {
				return
			}
			tag, rest, _ := strings.Cut(s, " ")
			switch {
			case strings.HasPrefix(rest, "UID FETCH"):
				fmt.Fprintf(cn, "* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n")
			case strings.HasPrefix(rest, "LIST"):
				fmt.Fprintf(cn, "* LIST () \"/\" INBOX\r\n")
			}
			fmt.Fprintf(cn, "%s OK done\r\n", tag)
		}
	}()
	addr := ln.Addr().(*net.TCPAddr)
	p := engine.Project{Source: engine.Endpoint{Host: "127.0.0.1", Port: addr.Port, Security: engine.Plain}}
	d := NewDialer(p, memVaultX{memVault{"source/1": "pw"}}, engine.DialOptions{})
	c, err := d.open(t.Context(), engine.SideSource, engine.User{ID: 1, SourceLogin: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	err = c.raw(t.Context(), "x", func(r *rawIO) error {
		tag := r.command("UID FETCH", " 1:* (BODY.PEEK[])")
		r.flush()
		_, err := r.wait(tag, func(rep *reply) error {
			return rep.fetch(func(name []byte, v *value) error {
				b, ok, err := v.bytes(100)
				t.Logf("%s %s %v %v", name, b, ok, err)
				return nil
			})
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := c.client.List("", "*", nil).Collect()
	t.Log(l, err)
	if len(l) != 1 {
		t.Fatal("list")
	}
	c.close()
}
