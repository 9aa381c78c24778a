package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableVT makes a Windows console understand escape sequences; false when it
// can't (before Windows 10).
func enableVT(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// terminalName opens the console that we run in.
const terminalName = "CONOUT$"
