// Package emulator runs the emulators that stand for AWS's services on this machine: DynamoDB Local, fauxqs for SQS, and aws-ses-v2-local
// for SES. They come from node_modules, listen on free ports of the loopback, and end with the process that started them: on Linux whatever
// becomes of it, elsewhere with [EndOrphans] at its next start.
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
	"sync"
	"time"
)

const (
	readyWithin = 90 * time.Second
	askEvery    = 20 * time.Millisecond
)

// Set is a set of running emulators. The address of one that was not asked for is empty.
type Set struct {
	DynamoDB, SQS, SES string // base URLs

	log  io.Writer
	note func([]Process) error

	mu      sync.Mutex
	running []*child
}

// New returns an empty set. Its emulators write to log; note is told what runs each time that one has been started, so that the next start
// can end what a killed one has left.
func New(log io.Writer, note func([]Process) error) *Set { return &Set{log: log, note: note} }

// StartDynamoDB starts DynamoDB Local, which keeps its data in folder, or in memory when that is empty. Error: ErrNoJava.
func (s *Set) StartDynamoDB(ctx context.Context, folder string) error {
	java, err := exec.LookPath("java")
	if err != nil {
		return ErrNoJava
	}
	home, err := installed("amplify-dynamodb-simulator", "emulator")
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	args := []string{
		"-Xmx1g", "-XX:+UseSerialGC",
		"-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-port", port, "-disableTelemetry",
		"-sharedDb", // whoever looks sees one database, whatever its credentials
	}
	if folder == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", folder)
	}
	cmd := exec.Command(java, args...)
	cmd.Dir = home
	s.DynamoDB = "http://127.0.0.1:" + port
	err = s.start(ctx, "DynamoDB Local", cmd, s.DynamoDB)
	if err != nil && ctx.Err() == nil && !isJava17(java) {
		return ErrNoJava
	}
	return err
}

// StartSQS starts the SQS emulator.
func (s *Set) StartSQS(ctx context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.SQS = "http://127.0.0.1:" + port
	env := []string{"FAUXQS_PORT=" + port, "FAUXQS_HOST=127.0.0.1"}
	return s.startNode(ctx, "fauxqs", s.SQS+"/health", env, "server.js")
}

// StartSES starts the SES emulator, which shows at its base URL what it got.
func (s *Set) StartSES(ctx context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.SES = "http://127.0.0.1:" + port
	return s.startNode(ctx, "aws-ses-v2-local", s.SES+"/health-check", nil, "cli.js", "--host=127.0.0.1", "--port="+port)
}

// startNode starts a script of an npm package's dist folder.
func (s *Set) startNode(ctx context.Context, pkg, health string, env []string, script string, args ...string) error {
	home, err := installed(pkg, "dist")
	if err != nil {
		return err
	}
	node, err := Node()
	if err != nil {
		return err
	}
	cmd := exec.Command(node, append([]string{filepath.Join(home, script)}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	return s.start(ctx, pkg, cmd, health)
}

// start starts a process and waits until it answers.
func (s *Set) start(ctx context.Context, name string, cmd *exec.Cmd, health string) error {
	cmd.Stdout, cmd.Stderr = s.log, s.log
	c, err := spawn(cmd)
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	if err := s.add(c); err != nil {
		return err
	}
	late := time.NewTimer(readyWithin)
	defer late.Stop()
	for !answers(ctx, health) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.ended:
			return fmt.Errorf("%s ended before it was ready", name)
		case <-late.C:
			return fmt.Errorf("%s was not ready within %s", name, readyWithin)
		case <-time.After(askEvery):
		}
	}
	return nil
}

// add takes a new child into the set and tells of it.
func (s *Set) add(c *child) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = append(s.running, c)
	all := make([]Process, len(s.running))
	for i, r := range s.running {
		all[i] = r.Process
	}
	return s.note(all)
}

// Stop ends all emulators and waits until they have ended.
func (s *Set) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.running {
		c.terminate()
	}
	for _, c := range s.running {
		c.await()
	}
	s.running = nil
}

// answers reports whether something answers at an address, whatever it says.
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
	return true
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
