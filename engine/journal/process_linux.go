package journal

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// machineID tells machines apart that share a host name, and containers of one
// machine, whose processes have numbers of their own.
func machineID(host string) string {
	id, _ := os.ReadFile("/etc/machine-id")
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	return host + "/" + strings.TrimSpace(string(id)) + "/" + namespace
}

// birthOf is the boot's ID and the process's start in clock ticks since then
// (proc_pid_stat(5), field 22).
func birthOf(pid int) (string, fate) {
	if pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return "", gone
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", unknown // perhaps hidden (hidepid)
	}
	// The name of the program, in brackets, may hold anything.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return "", unknown
	}
	if state := fields[0]; state == "Z" || state == "X" {
		return "", gone // it has ended; only its parent hasn't looked yet
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", unknown
	}
	return strings.TrimSpace(string(boot)) + "/" + fields[19], alive
}
