//go:build race

package cli_test

// raced says that the race detector is at work.
const raced = true
