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
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	prefix  = "/2018-06-01/runtime/"
	longest = time.Minute // that an invocation may take
)

// Function is a running binary.
type Function struct {
	cmd    *exec.Cmd
	server *http.Server
	next   chan *invocation // waits for the binary to ask
	live   sync.Map         // *invocation by its id
	asked  chan struct{}    // closed when the binary has asked for an event
	first  sync.Once        // guards asked
	ended  chan struct{}    // closed when the binary has ended
	cause  error            // why it has
}

type invocation struct {
	id      string
	payload []byte
	answer  []byte
	err     error
	done    chan struct{}
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
	f := &Function{next: make(chan *invocation), asked: make(chan struct{}), ended: make(chan struct{})}
	f.server = &http.Server{Handler: http.HandlerFunc(f.serve), ReadHeaderTimeout: longest}
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

// Ready waits until the function asks for its first event.
func (f *Function) Ready(ctx context.Context) error {
	select {
	case <-f.asked:
		return nil
	case <-f.ended:
		return fmt.Errorf("the binary has ended: %w", f.cause)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Invoke gives an event to the function and returns its answer. Error: *Error when the function failed.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	i := &invocation{id: ulid.Make().String(), payload: payload, done: make(chan struct{})}
	f.live.Store(i.id, i)
	defer f.live.Delete(i.id)
	next := f.next
	for {
		select {
		case next <- i:
			next = nil
		case <-i.done:
			return i.answer, i.err
		case <-f.ended:
			return nil, fmt.Errorf("the binary has ended: %w", f.cause)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// serve answers the binary.
func (f *Function) serve(w http.ResponseWriter, r *http.Request) {
	at, _ := strings.CutPrefix(r.URL.Path, prefix)
	switch id, what := path.Split(strings.TrimPrefix(at, "invocation/")); {
	case at == "invocation/next":
		f.give(w, r)
	case what == "response":
		f.settle(w, r, path.Clean(id), nil)
	case what == "error":
		f.settle(w, r, path.Clean(id), &Error{})
	default:
		http.NotFound(w, r)
	}
}

// give answers with the next event, once there is one.
func (f *Function) give(w http.ResponseWriter, r *http.Request) {
	f.first.Do(func() { close(f.asked) })
	select {
	case i := <-f.next:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(longest).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:local:000000000000:function:local")
		_, _ = w.Write(i.payload) // a binary that has ended says so itself
	case <-r.Context().Done():
	}
}

// settle takes the answer to an event. failed is there when it is an error.
func (f *Function) settle(w http.ResponseWriter, r *http.Request, id string, failed *Error) {
	found, ok := f.live.Load(id)
	if !ok {
		http.NotFound(w, r)
		return
	}
	i := found.(*invocation)
	i.answer, i.err = io.ReadAll(r.Body)
	if failed != nil && i.err == nil {
		if i.err = json.Unmarshal(i.answer, failed); i.err == nil {
			i.err = failed
		}
	}
	close(i.done)
	w.WriteHeader(http.StatusAccepted)
}
