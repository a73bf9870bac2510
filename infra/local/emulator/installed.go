package emulator

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNoJava: there is no Java 17 or later.
var ErrNoJava = errors.New("DynamoDB Local needs Java 17: apt-get install openjdk-17-jre-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS)")

func isJava17(java string) bool {
	out, err := exec.Command(java, "-version").CombinedOutput()
	return err == nil && atLeast17(string(out))
}

// atLeast17 reads the first line that java -version prints: openjdk version "17.0.15" 2025-04-15.
func atLeast17(version string) bool {
	_, rest, ok := strings.Cut(version, `"`)
	major, _, _ := strings.Cut(rest, ".")
	major, _, _ = strings.Cut(major, `"`)
	n, err := strconv.Atoi(major)
	return ok && err == nil && n >= 17
}

// Node gives the Node.js that node_modules carries for this machine.
func Node() (string, error) {
	root, err := modules()
	if err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(root, "node-*", "bin", "node"))
	if err != nil || len(found) == 0 {
		return "", errors.New("node_modules has no Node.js for this machine: make setup")
	}
	return found[0], nil
}

// installed gives a folder of an npm package.
func installed(pkg, folder string) (string, error) {
	root, err := modules()
	if err != nil {
		return "", err
	}
	at := filepath.Join(root, pkg, folder)
	if _, err := os.Stat(at); err != nil {
		return "", fmt.Errorf("node_modules lacks %s: make setup", pkg)
	}
	return at, nil
}

// modules finds node_modules in the working directory or above it.
func modules() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		at := filepath.Join(folder, "node_modules")
		if _, err := os.Stat(at); err == nil {
			return at, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", errors.New("there is no node_modules: make setup")
		}
		folder = above
	}
}
