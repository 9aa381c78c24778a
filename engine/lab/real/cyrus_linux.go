package real

import "testing"

const cyrusMaster = "usr/lib/cyrus/bin/master"

// Cyrus x
func Cyrus(tb testing.TB, o Options) *Server { return nil }
