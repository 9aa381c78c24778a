package journal

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"
)

// machineID is the hardware's UUID: host names change with the network here.
func machineID(host string) string {
	id, err := unix.Sysctl("kern.uuid")
	if err != nil {
		return host
	}
	return id
}

// zombie is SZOMB of <sys/proc.h>.
const zombie = 5

// birthOf is the moment of the process's start, in microseconds.
func birthOf(pid int) (string, fate) {
	if pid <= 0 || errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
		return "", gone
	}
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return "", unknown
	}
	if info.Proc.P_stat == zombie {
		return "", gone
	}
	start := info.Proc.P_starttime
	return strconv.FormatInt(start.Sec, 10) + "." + strconv.FormatInt(int64(start.Usec), 10), alive
}
