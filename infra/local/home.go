package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"partnercenter/infra/local/cloud"
)

// home is the folder of a local cloud: its lock, what it runs, its keys, and DynamoDB's file.
type home struct {
	folder string
	kept   bool // given by -data, not temporary
	fresh  bool // nothing was there
	lock   *os.File
}

// state is what a running cloud says of itself, for a second start to read.
type state struct {
	API   string   `json:"api"`
	PIDs  []int    `json:"pids"`
	Begun []string `json:"begun"` // when each process was started, to know it from another of its number
}

// openHome opens the folder and locks it. A cloud that runs there already is named by its address; what one that was killed has left
// running is ended.
func openHome(folder, address string) (*home, error) {
	h := &home{folder: folder, kept: folder != ""}
	if !h.kept {
		h.folder = filepath.Join(os.TempDir(), "partnercenter-"+strings.NewReplacer(":", "-", ".", "-").Replace(address))
		if strings.HasSuffix(address, ":0") {
			h.folder += "-" + strconv.Itoa(os.Getpid())
		}
	}
	if err := os.MkdirAll(h.folder, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(h.file("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	before, readErr := h.before()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("a local cloud runs already at %s", before.API)
	}
	h.lock = lock
	if readErr == nil {
		before.endOrphans()
	}
	if !h.kept {
		if err := h.empty(); err != nil {
			return nil, err
		}
	}
	entries, err := filepath.Glob(h.file("*.db"))
	h.fresh = len(entries) == 0
	return h, err
}

func (h *home) file(name string) string { return filepath.Join(h.folder, name) }

func (h *home) before() (state, error) {
	var s state
	text, err := os.ReadFile(h.file("state.json"))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

// note writes down what runs.
func (h *home) note(api string, pids []int) error {
	s := state{API: api, PIDs: pids}
	for _, pid := range pids {
		s.Begun = append(s.Begun, begun(pid))
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(h.file("state.json"), text, 0o600)
}

// endOrphans ends the processes that a killed cloud has left, and no other that has got one of their numbers.
func (s state) endOrphans() {
	for i, pid := range s.PIDs {
		if i < len(s.Begun) && s.Begun[i] != "" && begun(pid) == s.Begun[i] {
			_ = syscall.Kill(-pid, syscall.SIGKILL) // it may have ended
		}
	}
}

// empty removes what an earlier temporary cloud has left, except the lock.
func (h *home) empty() error {
	entries, err := os.ReadDir(h.folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "lock" {
			err = errors.Join(err, os.RemoveAll(h.file(e.Name())))
		}
	}
	return err
}

// close gives the folder free, and removes it when it is temporary.
func (h *home) close() {
	if h.kept {
		_ = os.Remove(h.file("state.json"))
	} else {
		_ = os.RemoveAll(h.folder)
	}
	_ = h.lock.Close()
}

// ready is what the ready file says.
type ready struct {
	API        string            `json:"api"`
	Docs       string            `json:"docs"`
	Inbox      string            `json:"inbox"`
	DynamoDB   string            `json:"dynamodb"`
	SQS        string            `json:"sqs"`
	Table      string            `json:"table"`
	Principals []cloud.Principal `json:"principals"`
}

// writeReady writes the ready file under another name and renames it, so that whoever finds it finds it whole.
func writeReady(path string, c *cloud.Cloud, principals []cloud.Principal) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(ready{
		API: c.API, Docs: c.API + "/docs", Inbox: c.Inbox(), DynamoDB: c.DynamoDB(), SQS: c.SQS(), Table: cloud.TableName, Principals: principals,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func removeReady(path string) {
	if path != "" {
		_ = os.Remove(path)
	}
}
