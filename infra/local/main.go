// Command local runs the whole system on this machine, with emulators in the place of AWS's services.
//
//	local -seed demo                     until Ctrl-C, with the demo portfolio
//	local -seed demo -demo P60D          sixty days of it as a table, then until Ctrl-C
//	local -exec go test ./...            DynamoDB Local alone, for the command
//	local -seed none -exec go test ./... the whole system, for the command
//
// A command finds DynamoDB Local in DYNAMODB_ENDPOINT and the ready file in READY_FILE.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"partnercenter/infra/local/cloud"
	"partnercenter/infra/local/demo"
	"partnercenter/infra/local/emulator"
	"partnercenter/pkg/foundation/calendar"
)

// options are the command's flags.
type options struct {
	address, ready, seed, folder, clock, demo string
	began                                     int64 // seconds since 1970; 0 is when this command started
	exec                                      bool
	command                                   []string
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		err = run(ctx, o, os.Stdout)
		stop()
	}
	os.Exit(exitCode(err))
}

// exitCode says on stderr what went wrong. A command's own failure is its to say.
func exitCode(err error) int {
	var ended *exec.ExitError
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &ended) && ended.Exited():
		return ended.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, "local:", err)
		return 1
	}
}

func parse(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("local", flag.ContinueOnError)
	f.StringVar(&o.address, "addr", "127.0.0.1:8080", "where the API listens; port 0 is any that is free")
	f.StringVar(&o.ready, "ready-file", "", "a file that is written once everything answers, and removed at the end")
	f.StringVar(&o.seed, "seed", "", "demo or none (default); without it -exec runs its command with DynamoDB Local alone")
	f.StringVar(&o.folder, "data", "", "the folder in which data is kept; without it nothing is")
	f.StringVar(&o.clock, "clock", "", "business time to start at, RFC 3339 (default now; with -seed demo "+demoStart+"; with kept data where it was)")
	f.StringVar(&o.demo, "demo", "", "how far to move the clock and say what happened, such as P60D")
	f.Int64Var(&o.began, "began", 0, "when set-up began, in seconds since 1970, to say how long everything took")
	f.BoolVar(&o.exec, "exec", false, "run the rest of the line, and end with it")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.command = f.Args()
	switch {
	case o.seed != "" && o.seed != "demo" && o.seed != "none":
		return o, fmt.Errorf("-seed %q is neither demo nor none", o.seed)
	case o.exec && len(o.command) == 0:
		return o, errors.New("-exec needs a command behind it")
	case !o.exec && len(o.command) > 0:
		return o, fmt.Errorf("%q is no flag; a command goes behind -exec", o.command[0])
	case o.demo != "" && o.seed != "demo":
		return o, errors.New("-demo needs -seed demo")
	}
	return o, nil
}

// setUp gives when set-up began, which is before the command's own start when something was installed and built for it.
func (o options) setUp(began time.Time) time.Time {
	if o.began == 0 {
		return began
	}
	return time.Unix(o.began, 0)
}

func run(ctx context.Context, o options, out io.Writer) error {
	if o.exec && o.seed == "" {
		return withDynamoDB(ctx, o.command)
	}
	began := time.Now()
	removeReady(o.ready) // of one that was killed
	home, err := openHome(o.folder, o.address)
	if err != nil {
		return err
	}
	defer home.close()
	at, err := home.startTime(o)
	if err != nil {
		return err
	}
	running, err := cloud.Start(ctx, cloud.Options{Address: o.address, Folder: home.folder, Keep: home.kept, Clock: at, Note: home.note})
	if err != nil {
		return err
	}
	defer running.Stop()
	seeded, err := seed(ctx, running, o.seed, home.fresh)
	if err != nil {
		return err
	}
	if o.ready == "" && o.exec {
		o.ready = home.file("ready.json")
	}
	if err := writeReady(o.ready, running, seeded.principals); err != nil {
		return err
	}
	defer removeReady(o.ready)
	if o.exec {
		return command(ctx, o.command, "READY_FILE="+o.ready, "DYNAMODB_ENDPOINT="+running.DynamoDB())
	}
	greet(out, running, seeded, began, o.setUp(began))
	if o.demo != "" {
		if err := demonstrate(ctx, out, running, seeded.principals, o.demo); err != nil {
			return err
		}
	}
	<-ctx.Done()
	fmt.Fprintln(out, "\nstopping")
	return nil
}

// demonstrate moves the demo portfolio on, and has its partner paid for the month before it starts.
func demonstrate(ctx context.Context, out io.Writer, running *cloud.Cloud, people []cloud.Principal, by string) error {
	if err := demo.Run(ctx, out, running, people[0], by); err != nil {
		return err
	}
	partner := people[slices.IndexFunc(people, func(p cloud.Principal) bool { return p.Party == demoPartner })]
	return demo.PayOut(ctx, out, running, people[0], partner)
}

// demoStart is when the demo portfolio starts.
const demoStart = "2026-12-01T00:00:00+08:00"

// startTime gives the business time to start at.
func (h *home) startTime(o options) (time.Time, error) {
	text := o.clock
	if text == "" && !h.fresh {
		kept, err := os.ReadFile(h.file(cloud.ClockFile))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return time.Time{}, err
		}
		text = string(kept)
	}
	if text == "" && o.seed == "demo" {
		text = demoStart
	}
	if text == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("-clock %q is not RFC 3339, such as %s", text, calendar.DateOf(time.Now()).Start().In(calendar.Beijing).Format(time.RFC3339))
	}
	return at, nil
}

// withDynamoDB runs a command with DynamoDB Local alone, which all its tests share.
func withDynamoDB(ctx context.Context, line []string) error {
	home, err := openHome("", ":0")
	if err != nil {
		return err
	}
	defer home.close()
	emulators := emulator.New(io.Discard, func(p []emulator.Process) error { return home.note("", p) })
	defer emulators.Stop()
	if err := emulators.StartDynamoDB(ctx, ""); err != nil {
		return err
	}
	return command(ctx, line, "DYNAMODB_ENDPOINT="+emulators.DynamoDB)
}

// command runs a command until it ends, and asks it to end when we are to.
func command(ctx context.Context, line []string, env ...string) error {
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdout, os.Stderr, append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = endWithin
	return cmd.Run()
}

// endWithin is how long a command has to end.
const endWithin = 10 * time.Second
