//go:build !linux

package main

import (
	"os/exec"
	"strconv"
	"strings"
)

// begun gives the time at which a process was started, as ps says it; empty when there is none.
func begun(pid int) string {
	out, err := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
