//go:build !linux

package real

import (
	"errors"
	"testing"
)

type process struct{}

func (*process) stop() {}

func installed(Kind) error { return errors.New("private mail servers run on Linux only") }

// Dovecot needs Linux.
func Dovecot(tb testing.TB, _ Options) *Server { Have(tb, KindDovecot); return nil }

// Cyrus needs Linux.
func Cyrus(tb testing.TB, _ Options) *Server { Have(tb, KindCyrus); return nil }

// Postfix needs Linux.
func Postfix(tb testing.TB, _ Options) *Server { Have(tb, KindPostfix); return nil }

// Received needs Linux.
func (*Server) Received() []string { return nil }

// Courier needs Linux.
func Courier(tb testing.TB, _ Options) *Server { Have(tb, KindCourier); return nil }
