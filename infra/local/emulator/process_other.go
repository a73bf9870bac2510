//go:build !linux

package emulator

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// childAttributes gives a child a process group of its own. What outlives its parent is ended by the next start.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// began gives when a process began, as ps says it; empty when none of that number runs.
func began(pid int) string {
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
