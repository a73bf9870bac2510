// Package runtimeapi is Lambda's runtime API on this machine: it starts a function's binary as Lambda does, hands it events, and takes
// its answers.
//
// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path"
	"strconv"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	prefix = "/2018-06-01/runtime/"
	limit  = time.Minute // of an invocation
)

// Function is a running binary. It takes one event at a time.
type Function struct {
	cmd    *exec.Cmd
	server *http.Server
	next   chan invocation
	ended  chan struct{} // closed when the binary has ended
	cause  error         // why it ended
	live   map[string]invocation
}

type invocation struct {
	id      string
	payload []byte
	answer  chan answer
}

type answer struct {
	payload []byte
	err     error
}

// Error is what a function answers that failed.
type Error struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

// Error gives the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Start starts a binary with an environment, which is all that it gets besides the address of this API. What it prints goes to log.
func Start(binary string, environment []string, log io.Writer) (*Function, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Function{next: make(chan invocation), ended: make(chan struct{}), live: map[string]invocation{}}
	f.server = &http.Server{Handler: http.HandlerFunc(f.serve), ReadHeaderTimeout: limit}
	go func() { _ = f.server.Serve(listener) }() // it ends when it is closed
	f.cmd = exec.Command(binary)
	f.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String()}, environment...)
	f.cmd.Stdout, f.cmd.Stderr = log, log
	if err := f.cmd.Start(); err != nil {
		_ = f.server.Close()
		return nil, err
	}
	go func() {
		f.cause = f.cmd.Wait()
		close(f.ended)
	}()
	return f, nil
}

// Stop ends the binary.
func (f *Function) Stop() {
	_ = f.cmd.Process.Kill() // it may have ended
	<-f.ended
	_ = f.server.Close()
}

// Invoke gives an event to the function and returns its answer. Error: *Error when the function failed.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	i := invocation{id: ulid.Make().String(), payload: payload, answer: make(chan answer, 1)}
	for sent := false; ; {
		next := f.next
		if sent {
			next = nil
		}
		select {
		case next <- i:
			sent = true
		case a := <-i.answer:
			return a.payload, a.err
		case <-f.ended:
			return nil, fmt.Errorf("the function's process has ended: %w", f.cause)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
