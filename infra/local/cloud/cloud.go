// Package cloud is the system on this machine: the functions of package system, started by what starts them on AWS. HTTP requests, queue
// messages, stream records and schedules become the same JSON events, and go into the same handlers.
package cloud

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"partnercenter/infra/local/emulator"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/system"
)

// TableName is the local table's.
const TableName = "partnercenter"

const mailFrom = "partner-center@vendor.example"

// Options say what to start.
type Options struct {
	Address string    // host:port to listen on; port 0 is any
	Folder  string    // keeps data, keys and the log
	Keep    bool      // whether DynamoDB's data is kept in Folder
	Clock   time.Time // business time to start at
}

// Cloud is the running system.
type Cloud struct {
	API string // base URL

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

	turn sync.Mutex // held by whoever drives queues, stream and schedules: the background, or a move of the clock
	quit context.CancelFunc
	done sync.WaitGroup
}

// Start starts the emulators, makes table and queues, and serves the API.
func Start(ctx context.Context, o Options) (*Cloud, error) {
	c := &Cloud{business: clock.NewOffset(o.Clock), texts: &texts{}}
	var life context.Context
	life, c.quit = context.WithCancel(context.Background())
	if err := c.start(ctx, life, o); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cloud) start(ctx, life context.Context, o Options) error {
	var err error
	if c.listener, err = net.Listen("tcp", o.Address); err != nil {
		return fmt.Errorf("port of %s is taken, perhaps by a local cloud that runs already: %w", o.Address, err)
	}
	c.API = "http://" + c.listener.Addr().String()
	if c.log, err = os.OpenFile(filepath.Join(o.Folder, "log.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	if err := c.startEmulators(ctx, o); err != nil {
		return err
	}
	if err := c.openEnv(o); err != nil {
		return err
	}
	if err := c.provision(ctx); err != nil {
		return err
	}
	c.serve(life)
	return nil
}

// startEmulators starts the three side by side.
func (c *Cloud) startEmulators(ctx context.Context, o Options) error {
	noise, err := os.OpenFile(filepath.Join(o.Folder, "emulators.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	c.noise, c.emulators = noise, emulator.New(noise)
	data := ""
	if o.Keep {
		data = o.Folder
	}
	starts := []func(context.Context) error{
		func(ctx context.Context) error { return c.emulators.StartDynamoDB(ctx, data) }, c.emulators.StartSQS, c.emulators.StartSES,
	}
	failed := make([]error, len(starts))
	var wait sync.WaitGroup
	for i, start := range starts {
		wait.Go(func() { failed[i] = start(ctx) })
	}
	wait.Wait()
	return errors.Join(failed...)
}

// PIDs lists the emulators' processes, for the next start to end if this one is killed.
func (c *Cloud) PIDs() []int { return c.emulators.PIDs() }

// Inbox gives where sent mails are shown.
func (c *Cloud) Inbox() string { return c.emulators.SES }

// DynamoDB gives the address of DynamoDB Local, and SQS that of the queues.
func (c *Cloud) DynamoDB() string { return c.emulators.DynamoDB }

// SQS gives the address of the queues.
func (c *Cloud) SQS() string { return c.emulators.SQS }

// LogFile gives the file with the functions' log lines.
func (c *Cloud) LogFile() string { return c.log.Name() }

// Env gives what the functions stand on.
func (c *Cloud) Env() *function.Env { return c.env }

func (c *Cloud) openEnv(o Options) error {
	key, err := keptKey(filepath.Join(o.Folder, "seal.key"))
	if err != nil {
		return err
	}
	if c.issuer, err = newIssuer(filepath.Join(o.Folder, "issuer.pem"), c.API+issuerPath); err != nil {
		return err
	}
	settings := map[string]string{
		function.SettingTable: TableName, function.SettingMailFrom: mailFrom, function.SettingSite: c.API,
		function.SettingIssuer: c.issuer.url, function.SettingClient: issuerClient,
		"AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	for _, q := range system.Queues() {
		settings[function.QueueSetting(q.Name)] = c.SQS() + "/000000000000/" + queueName(q)
	}
	endpoints := map[string]string{"dynamodb": c.DynamoDB(), "sqs": c.SQS(), "sesv2": c.emulators.SES}
	c.env = &function.Env{
		Clock: c.business, Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(c.log, nil)),
		Setting:  func(name string) string { return settings[name] },
		Endpoint: func(service string) string { return endpoints[service] },
		Sealer:   auth.LocalSealer{Key: key},
	}
	c.putPorts()
	return nil
}

// provision makes the table and the queues, and what the functions are started by.
func (c *Cloud) provision(ctx context.Context) error {
	cfg := aws.Config{Region: "local", Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
	ddb := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(c.DynamoDB()) })
	if err := table.Provision(ctx, ddb, TableName, true); err != nil && !strings.Contains(err.Error(), "ResourceInUseException") {
		return err
	}
	queueing := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = aws.String(c.SQS()) })
	c.gateway = &gateway{cloud: c}
	for _, d := range system.Functions() {
		invoke := function.Invoker(d, c.env)
		switch {
		case d.HTTP != nil:
			c.gateway.add(d, invoke)
		case d.Queue != nil:
			q, err := newQueue(ctx, queueing, d, invoke)
			if err != nil {
				return err
			}
			c.queues = append(c.queues, q)
		case d.Schedule != nil:
			c.schedules = append(c.schedules, newSchedule(d, invoke, c.business.Now()))
		case d.Stream != nil:
			c.stream = newStream(cfg, c.DynamoDB(), ddb, d, invoke)
		}
	}
	return nil
}

// serve answers HTTP and lets queues, stream and schedules go by themselves.
func (c *Cloud) serve(life context.Context) {
	c.server = &http.Server{Handler: c.gateway, ReadHeaderTimeout: 10 * time.Second}
	c.done.Go(func() { _ = c.server.Serve(c.listener) }) // it ends when it is closed
	c.done.Go(func() { c.background(life) })
}

const backgroundEvery = 200 * time.Millisecond

// background does what is to be done as it comes, until the cloud stops.
func (c *Cloud) background(life context.Context) {
	ticker := time.NewTicker(backgroundEvery)
	defer ticker.Stop()
	for {
		select {
		case <-life.Done():
			return
		case <-ticker.C:
		}
		c.turn.Lock()
		if err := c.beat(life); err != nil && life.Err() == nil {
			c.env.Log.Error("local cloud", "error", err.Error())
		}
		c.turn.Unlock()
	}
}

// Stop ends everything that Start started.
func (c *Cloud) Stop() {
	c.quit()
	if c.server != nil {
		_ = c.server.Close()
	} else if c.listener != nil {
		_ = c.listener.Close()
	}
	c.done.Wait()
	if c.emulators != nil {
		c.emulators.Stop()
	}
	for _, file := range []*os.File{c.log, c.noise} {
		if file != nil {
			_ = file.Close()
		}
	}
}

const keyBytes = 32

// keptKey reads the key in a file, made when there is none.
func keptKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	return key, os.WriteFile(path, key, 0o600)
}

// invoker runs one function with an event.
type invoker = lambda.Handler
