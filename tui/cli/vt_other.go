//go:build !windows

package cli

import "os"

// enableVT has nothing to do here: terminals understand escape sequences.
func enableVT(*os.File) bool { return true }
