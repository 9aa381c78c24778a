package lab_test

import (
	"bufio"
	"net"
	"testing"
	"time"

	"mxodus/engine/lab"
)

// TestDelayedServerIsARoundTripAway sends lines to an echo server and back.
func TestDelayedServerIsARoundTripAway(t *testing.T) {
	const roundTrip = 40 * time.Millisecond
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go func() {
		c, err := echo.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for r := bufio.NewReader(c); ; {
			line, err := r.ReadBytes('\n')
			if err != nil {
				return
			}
			if _, err := c.Write(line); err != nil {
				return
			}
		}
	}()
	p, err := lab.Delay(echo.Addr().String(), roundTrip)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	c, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: p.Port()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for range 3 {
		start := time.Now()
		if _, err := c.Write([]byte("hello\n")); err != nil {
			t.Fatal(err)
		}
		if line, err := r.ReadString('\n'); err != nil || line != "hello\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if took := time.Since(start); took < roundTrip {
			t.Fatalf("back after %s, sooner than a round trip", took)
		}
	}
}
