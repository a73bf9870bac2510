//go:build !linux

package emulator

import "syscall"

// childAttributes gives a child a process group of its own. What outlives its parent is ended by the next start.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
