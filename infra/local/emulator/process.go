package emulator

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

const (
	endWithin = 3 * time.Second
	lookEvery = 20 * time.Millisecond
)

// Process names a process: by its number, and by when it began, since numbers are given out again.
type Process struct {
	PID   int    `json:"pid"`
	Began string `json:"began"` // as the system says it
}

// EndOrphans ends those processes that still run, with their groups, and waits until they have ended. Another process that has got a number
// of theirs is left alone.
func EndOrphans(left []Process) {
	for _, p := range left {
		if !p.runs() {
			continue
		}
		_ = syscall.Kill(-p.PID, syscall.SIGKILL) // it may have ended
		for late := time.After(endWithin); p.runs(); {
			select {
			case <-late:
				return
			case <-time.After(lookEvery):
			}
		}
	}
}

func (p Process) runs() bool { return p.Began != "" && began(p.PID) == p.Began }

// child is a process of ours. Ended is closed when it has ended.
type child struct {
	Process
	ended chan struct{}
}

// spawn starts a command in a process group of its own, from a thread that lives as long as it: on Linux it dies with that thread.
func spawn(cmd *exec.Cmd) (*child, error) {
	c := &child{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		cmd.SysProcAttr = childAttributes()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // that it was told to end is no error
		}
		close(c.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	c.Process = Process{PID: cmd.Process.Pid, Began: began(cmd.Process.Pid)}
	return c, nil
}

// terminate asks the child's group to end.
func (c *child) terminate() {
	select {
	case <-c.ended: // its number may be another's by now
	default:
		_ = syscall.Kill(-c.PID, syscall.SIGTERM) // it may have ended
	}
}

// await waits until the child has ended, and ends it when it takes too long.
func (c *child) await() {
	select {
	case <-c.ended:
	case <-time.After(endWithin):
		_ = syscall.Kill(-c.PID, syscall.SIGKILL)
		<-c.ended
	}
}
