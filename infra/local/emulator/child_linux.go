package emulator

import "syscall"

// childAttributes gives a child a process group of its own, and its parent's death.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
