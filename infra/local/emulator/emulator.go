// Package emulator runs the emulators that stand for AWS's services on this machine: DynamoDB Local, fauxqs for SQS, and aws-ses-v2-local
// for SES. They come from node_modules, listen on free ports of the loopback, and end with the process that started them.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	readyWithin = 30 * time.Second
	askEvery    = 20 * time.Millisecond
	endWithin   = 3 * time.Second
)

// Set is a set of running emulators. Each is empty unless it was asked for.
type Set struct {
	DynamoDB, SQS, SES string // base URLs

	mu      sync.Mutex
	running []*process
	log     io.Writer
}

// process is one emulator. Ended is closed when it has ended.
type process struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{}
}

// New returns an empty set whose emulators write to log.
func New(log io.Writer) *Set { return &Set{log: log} }

// StartDynamoDB starts DynamoDB Local, which keeps its data in folder, or in memory when that is empty.
func (s *Set) StartDynamoDB(ctx context.Context, folder string) error {
	java, err := findJava()
	if err != nil {
		return err
	}
	home, err := installed("amplify-dynamodb-simulator", "emulator")
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	args := []string{"-Xmx1g", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-port", port, "-disableTelemetry"}
	if folder == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", folder)
	}
	cmd := exec.Command(java, args...)
	cmd.Dir = home
	s.DynamoDB = "http://127.0.0.1:" + port
	return s.start(ctx, "DynamoDB Local", cmd, s.DynamoDB)
}

// StartSQS starts the SQS emulator.
func (s *Set) StartSQS(ctx context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.SQS = "http://127.0.0.1:" + port
	return s.startNode(ctx, "fauxqs", s.SQS+"/health", []string{"FAUXQS_PORT=" + port, "FAUXQS_HOST=127.0.0.1", "FAUXQS_LOGGER=false"}, "fauxqs", "dist", "server.js")
}

// StartSES starts the SES emulator, which shows what it got at its base URL.
func (s *Set) StartSES(ctx context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.SES = "http://127.0.0.1:" + port
	return s.startNode(ctx, "aws-ses-v2-local", s.SES+"/health-check", nil, "aws-ses-v2-local", "dist", "cli.js", "--host=127.0.0.1", "--port="+port)
}

func (s *Set) startNode(ctx context.Context, name, health string, env []string, pkg, folder, script string, args ...string) error {
	home, err := installed(pkg, folder)
	if err != nil {
		return err
	}
	node, err := Node()
	if err != nil {
		return err
	}
	cmd := exec.Command(node, append([]string{filepath.Join(home, script)}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	return s.start(ctx, name, cmd, health)
}

// start starts a process and waits until it answers.
func (s *Set) start(ctx context.Context, name string, cmd *exec.Cmd, health string) error {
	cmd.Stdout, cmd.Stderr = s.log, s.log
	p := &process{name: name, cmd: cmd, ended: make(chan struct{})}
	if err := p.spawn(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	s.mu.Lock()
	s.running = append(s.running, p)
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for !answers(ctx, health) {
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended before it was ready", name)
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready within %s", name, readyWithin)
		case <-time.After(askEvery):
		}
	}
	return nil
}

// spawn starts the process in a group of its own, from a thread that lives as long as it: on Linux it dies with that thread.
func (p *process) spawn() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		p.cmd.SysProcAttr = childAttributes()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // that it was told to end is no error
		}
		close(p.ended)
	}()
	return <-started
}

// PIDs lists the process ids of the running emulators.
func (s *Set) PIDs() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pids []int
	for _, p := range s.running {
		pids = append(pids, p.cmd.Process.Pid)
	}
	return pids
}

// Stop ends all emulators and waits until they have ended.
func (s *Set) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.running {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) // it may have ended
	}
	for _, p := range s.running {
		select {
		case <-p.ended:
		case <-time.After(endWithin):
			_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
			<-p.ended
		}
	}
	s.running = nil
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return true // any answer will do
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// ErrNoJava: there is no Java 17 or later.
var ErrNoJava = errors.New("DynamoDB Local needs Java 17: apt-get install openjdk-17-jre-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS)")

func findJava() (string, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return "", ErrNoJava
	}
	if out, err := exec.Command(java, "-version").CombinedOutput(); err != nil || !atLeast17(string(out)) {
		return "", ErrNoJava
	}
	return java, nil
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
	return filepath.Abs(found[0])
}

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
