package main

import (
	"fmt"
	"os"
	"strings"
)

// begun gives the time at which a process was started, in the kernel's own unit; empty when there is none.
func begun(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	const startTime = 20 // of the fields behind the command's closing parenthesis. Source: proc(5)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < startTime {
		return ""
	}
	return fields[startTime-1]
}
