// Package cloud is the system on this machine: the functions of package system, started by what starts them on AWS. HTTP requests, queue
// messages, stream records and schedules become the same JSON events, and go into the same handlers.
package cloud

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"partnercenter/infra/local/emulator"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
)

// ClockFile is the file in Options.Folder that keeps the business time at which a cloud ended.
const ClockFile = "clock"

// Options say what to start.
type Options struct {
	Address string    // host:port to listen on; port 0 is any
	Folder  string    // keeps data, keys and the log
	Keep    bool      // whether DynamoDB's data and the clock are kept in Folder
	Clock   time.Time // business time to start at

	// Note is told where the cloud answers and what it runs, as soon as either is known.
	Note func(address string, processes []emulator.Process) error
}

// Cloud is the running system.
type Cloud struct {
	API string // base URL

	options   Options
	emulators *emulator.Set
	env       *function.Env
	business  *clock.Offset
	listener  net.Listener
	server    *http.Server
	log       *os.File // the functions'
	noise     *os.File // the emulators'
	gateway   *gateway
	queues    []*queue
	stream    *stream
	schedules []*schedule
	issuer    *issuer
	texts     *texts
	sandbox   *sandbox

	turn   sync.Mutex // held by whoever drives queues, stream and schedules: the background, or a move of the clock
	behind bool       // the clock was moved over an outage: what came due meanwhile has not been run

	life context.Context // ends when the cloud stops
	quit context.CancelFunc
	done sync.WaitGroup
}

// Start starts the emulators, makes table and queues, and serves the API.
func Start(ctx context.Context, o Options) (*Cloud, error) {
	c := &Cloud{options: o, business: clock.NewOffset(o.Clock)}
	c.texts = &texts{clock: c.business}
	c.life, c.quit = context.WithCancel(context.Background())
	if err := c.start(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cloud) start(ctx context.Context) error {
	var err error
	if c.listener, err = net.Listen("tcp", c.options.Address); err != nil {
		return fmt.Errorf("%s is taken, perhaps by a local cloud that runs already: %w", c.options.Address, err)
	}
	c.API = "http://" + c.listener.Addr().String()
	if c.log, err = c.appendTo("log.jsonl"); err != nil {
		return err
	}
	if c.noise, err = c.appendTo("emulators.log"); err != nil {
		return err
	}
	if err := c.startEmulators(ctx); err != nil {
		return err
	}
	if err := c.openEnv(); err != nil {
		return err
	}
	if err := c.provision(ctx); err != nil {
		return err
	}
	c.serve()
	return nil
}

func (c *Cloud) appendTo(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(c.options.Folder, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// startEmulators starts the three side by side.
func (c *Cloud) startEmulators(ctx context.Context) error {
	c.emulators = emulator.New(c.noise, func(p []emulator.Process) error { return c.options.Note(c.API, p) })
	data := ""
	if c.options.Keep {
		data = c.options.Folder
	}
	starts := []func(context.Context) error{
		func(ctx context.Context) error { return c.emulators.StartDynamoDB(ctx, data) }, c.emulators.StartSQS, c.emulators.StartSES,
	}
	failed := make([]error, len(starts))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	for i, start := range starts {
		wait.Go(func() {
			if failed[i] = start(ctx); failed[i] != nil {
				cancel(failed[i])
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

// Inbox gives where sent mails are shown.
func (c *Cloud) Inbox() string { return c.emulators.SES }

// DynamoDB gives the address of DynamoDB Local.
func (c *Cloud) DynamoDB() string { return c.emulators.DynamoDB }

// SQS gives the address of the queues.
func (c *Cloud) SQS() string { return c.emulators.SQS }

// Docs gives the address of the API's docs.
func (c *Cloud) Docs() string { return c.API + "/docs" }

// LogFile gives the file with the functions' log lines.
func (c *Cloud) LogFile() string { return c.log.Name() }

// Env gives what the functions stand on.
func (c *Cloud) Env() *function.Env { return c.env }

// serve answers HTTP and lets queues, stream and schedules go by themselves.
func (c *Cloud) serve() {
	c.server = &http.Server{Handler: c.gateway, ReadHeaderTimeout: 10 * time.Second}
	c.done.Go(func() { _ = c.server.Serve(c.listener) }) // it ends when it is closed
	c.done.Go(c.background)
}

const backgroundEvery = 200 * time.Millisecond

// background does what is to be done as it comes, until the cloud stops.
func (c *Cloud) background() {
	ticker := time.NewTicker(backgroundEvery)
	defer ticker.Stop()
	for {
		select {
		case <-c.life.Done():
			return
		case <-ticker.C:
		}
		if err := c.beat(c.life); err != nil && c.life.Err() == nil {
			c.env.Log.Error("local cloud", "error", err.Error())
		}
	}
}

// Stop ends everything that Start started.
func (c *Cloud) Stop() {
	c.quit()
	if c.server != nil {
		_ = c.server.Close() // connections that are open are cut
	} else if c.listener != nil {
		_ = c.listener.Close()
	}
	c.done.Wait()
	if c.options.Keep && c.env != nil {
		if err := c.keepClock(); err != nil {
			c.env.Log.Error("local cloud", "error", err.Error())
		}
	}
	if c.emulators != nil {
		c.emulators.Stop()
	}
	for _, file := range []*os.File{c.log, c.noise} {
		if file != nil {
			_ = file.Close()
		}
	}
}

// keepClock writes down the business time for the next start.
func (c *Cloud) keepClock() error {
	text := c.business.Now().Format(time.RFC3339)
	return os.WriteFile(filepath.Join(c.options.Folder, ClockFile), []byte(text), 0o600)
}
