package real

import "testing"

const courierListener = "usr/sbin/couriertcpd"

// Courier x
func Courier(tb testing.TB, o Options) *Server { return nil }
