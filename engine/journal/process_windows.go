package journal

import (
	"errors"
	"strconv"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// machineID tells machines apart that share a name.
func machineID(host string) string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\Cryptography`, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return host
	}
	defer key.Close()
	id, _, _ := key.GetStringValue("MachineGuid")
	return host + "/" + id
}

// stillActive is STILL_ACTIVE: the exit code of a process that runs.
const stillActive = 259

// birthOf is the process's creation time (GetProcessTimes).
func birthOf(pid int) (string, fate) {
	if pid <= 0 {
		return "", gone
	}
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return "", gone
	}
	if err != nil {
		return "", unknown // another user's
	}
	defer windows.CloseHandle(h)
	var code uint32
	if err := windows.GetExitCodeProcess(h, &code); err != nil {
		return "", unknown
	}
	if code != stillActive {
		return "", gone
	}
	var creation, exit, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(h, &creation, &exit, &kernel, &user); err != nil {
		return "", unknown
	}
	return strconv.FormatInt(creation.Nanoseconds(), 10), alive
}
