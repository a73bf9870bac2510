// Command local runs the whole system on this machine, with emulators in the place of AWS's services.
//
//	local -seed demo                     until Ctrl-C, with the demo portfolio
//	local -seed demo -demo P60D          sixty days of it as a table, then until Ctrl-C
//	local -exec go test ./...            DynamoDB Local alone, for the command
//	local -seed none -exec go test ./... the whole system, for the command
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
	exec                                      bool
	command                                   []string
}

func main() {
	var o options
	flag.StringVar(&o.address, "addr", "127.0.0.1:8080", "where the API listens; port 0 is any that is free")
	flag.StringVar(&o.ready, "ready-file", "", "a file that is written once everything answers")
	flag.StringVar(&o.seed, "seed", "", "demo or none; without it -exec runs its command with DynamoDB Local alone")
	flag.StringVar(&o.folder, "data", "", "where data is kept; without it nothing is")
	flag.StringVar(&o.clock, "clock", "", "business time to start at, RFC 3339; now, or with -seed demo 2026-12-01T00:00:00+08:00")
	flag.StringVar(&o.demo, "demo", "", "how far to move the clock and say what happened, such as P60D")
	flag.BoolVar(&o.exec, "exec", false, "run the rest of the line, and end with it")
	flag.Parse()
	o.command = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		os.Exit(ended.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) error {
	if o.exec && o.seed == "" {
		return withDynamoDB(ctx, o.command)
	}
	began := time.Now()
	at, err := startTime(o)
	if err != nil {
		return err
	}
	home, err := openHome(o.folder, o.address)
	if err != nil {
		return err
	}
	defer home.close()
	running, err := cloud.Start(ctx, cloud.Options{Address: o.address, Folder: home.folder, Keep: home.kept, Clock: at})
	if err != nil {
		return err
	}
	defer running.Stop()
	if err := home.note(running.API, running.PIDs()); err != nil {
		return err
	}
	principals, err := seed(ctx, running, o.seed, home.fresh)
	if err != nil {
		return err
	}
	ready := o.ready
	if ready == "" && o.exec {
		ready = home.file("ready.json")
	}
	if err := writeReady(ready, running, principals); err != nil {
		return err
	}
	defer removeReady(ready)
	if o.exec {
		return command(ctx, o.command, "READY_FILE="+ready, "DYNAMODB_ENDPOINT="+running.DynamoDB())
	}
	greet(out, running, principals, time.Since(began))
	if o.demo != "" {
		if err := demo.Run(ctx, out, running, o.demo); err != nil {
			return err
		}
	}
	<-ctx.Done()
	fmt.Fprintln(out, "\nstopping")
	return nil
}

// demoStart is when the demo portfolio starts.
var demoStart = calendar.Date{Year: 2026, Month: time.December, Day: 1}

func startTime(o options) (time.Time, error) {
	switch {
	case o.clock != "":
		at, err := time.Parse(time.RFC3339, o.clock)
		if err != nil {
			return at, fmt.Errorf("-clock %q is not RFC 3339, such as 2026-12-01T00:00:00+08:00", o.clock)
		}
		return at, nil
	case o.seed == "demo":
		return demoStart.Start(), nil
	default:
		return time.Now(), nil
	}
}

// withDynamoDB runs a command with DynamoDB Local alone, which all its tests share.
func withDynamoDB(ctx context.Context, line []string) error {
	emulators := emulator.New(io.Discard)
	defer emulators.Stop()
	if err := emulators.StartDynamoDB(ctx, ""); err != nil {
		return err
	}
	return command(ctx, line, "DYNAMODB_ENDPOINT="+emulators.DynamoDB)
}

func command(ctx context.Context, line []string, env ...string) error {
	if len(line) == 0 {
		return errors.New("-exec needs a command behind it")
	}
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdout, os.Stderr, append(os.Environ(), env...)
	return cmd.Run()
}
