package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"partnercenter/infra/local/emulator"
)

// home is the folder of a local cloud: its lock, the list of what it runs, its keys, its log, and DynamoDB's file.
type home struct {
	folder string
	kept   bool // given by -data, not temporary
	fresh  bool // no data was there
	lock   *os.File
}

// state is what a running cloud says of itself, for another start to read.
type state struct {
	Address   string             `json:"address"`
	Processes []emulator.Process `json:"processes"`
}

const (
	lockName  = "lock"
	stateName = "processes.json"
	tempName  = "partnercenter-"
)

var errLocked = errors.New("locked")

// openHome opens a folder and locks it; without one, a temporary one that belongs to the address. A cloud that runs there already is named by
// its address. What killed clouds have left is ended, and their temporary folders are removed.
func openHome(folder, address string) (*home, error) {
	if err := clearTemporary(); err != nil {
		return nil, err
	}
	h := &home{folder: folder, kept: folder != ""}
	if !h.kept {
		var err error
		if h.folder, err = temporary(address); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(h.folder, 0o700); err != nil {
		return nil, err
	}
	lock, err := lockIn(h.folder)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("a local cloud runs already at %s", readState(h.folder).Address)
	}
	if err != nil {
		return nil, err
	}
	h.lock = lock
	emulator.EndOrphans(readState(h.folder).Processes)
	data, err := filepath.Glob(h.file("*.db"))
	h.fresh = len(data) == 0
	return h, errors.Join(err, h.note(address, nil))
}

// temporary gives the temporary folder of an address. Where any free port will do, it is a folder of its own.
func temporary(address string) (string, error) {
	name := tempName + strings.NewReplacer(":", "-", "[", "", "]", "").Replace(address)
	if strings.HasSuffix(address, ":0") {
		return os.MkdirTemp("", name+"-")
	}
	return filepath.Join(os.TempDir(), name), nil
}

// clearTemporary removes the temporary folders of clouds that were killed, and ends what those have left running.
func clearTemporary() error {
	found, err := filepath.Glob(filepath.Join(os.TempDir(), tempName+"*", stateName))
	for _, path := range found {
		folder := filepath.Dir(path)
		lock, lockErr := lockIn(folder)
		if lockErr != nil {
			continue // it runs, or is somebody else's
		}
		emulator.EndOrphans(readState(folder).Processes)
		err = errors.Join(err, os.RemoveAll(folder), lock.Close())
	}
	return err
}

// lockIn locks a folder for as long as this process lives, or until the file is closed. Error: errLocked.
func lockIn(folder string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(folder, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errLocked, lock.Close())
	}
	return lock, nil
}

// readState reads what a cloud has said of itself; nothing when it has not.
func readState(folder string) state {
	var s state
	text, err := os.ReadFile(filepath.Join(folder, stateName))
	if err != nil || json.Unmarshal(text, &s) != nil {
		return state{}
	}
	return s
}

func (h *home) file(name string) string { return filepath.Join(h.folder, name) }

// note writes down where the cloud answers and what it runs.
func (h *home) note(address string, processes []emulator.Process) error {
	text, err := json.Marshal(state{Address: address, Processes: processes})
	if err != nil {
		return err
	}
	return replace(h.file(stateName), text)
}

// replace writes a file under another name and renames it, so that whoever finds it finds it whole.
func replace(path string, text []byte) error {
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// close gives the folder free, and removes it when it is temporary.
func (h *home) close() {
	gone := os.Remove(h.file(stateName))
	if !h.kept {
		gone = os.RemoveAll(h.folder)
	}
	if err := errors.Join(gone, h.lock.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
	}
}
