// Package real runs private Dovecot, Cyrus and Courier servers for tests: on
// loopback, on ports of their own, as an ordinary user, with a certificate
// made for them, and in a directory that is gone when the test ends. Postfix is
// run in the same way, but needs root: without it, its tests are left out.
//
// .ci/real-servers installs the programs. A test that needs one that isn't
// there is left out, unless MXODUS_REAL_SERVERS=required: then it fails.
//
// The package imports testing and is imported by tests only.
package real
