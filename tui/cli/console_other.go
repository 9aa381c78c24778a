//go:build !windows

package cli

import "os"

// enableVT has nothing to do here: terminals understand escape sequences.
func enableVT(*os.File) bool { return true }

// terminalName opens the terminal that we run in.
const terminalName = "/dev/tty"
