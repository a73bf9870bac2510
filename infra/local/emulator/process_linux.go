package emulator

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// childAttributes gives a child a process group of its own, and its parent's death.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// Fields of /proc/<pid>/stat, counted from behind the command's closing parenthesis. Source: proc(5).
const (
	fieldState = 0
	fieldStart = 19
	zombie     = "Z"
)

// began gives when a process began, in the kernel's own unit; empty when none of that number runs.
func began(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) <= fieldStart || fields[fieldState] == zombie {
		return ""
	}
	return fields[fieldStart]
}
