package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"partnercenter/pkg/system"
)

func main() {
	if err := run(context.Background(), os.Getenv("DYNAMODB_ENDPOINT"), "build/host", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "invoke:", err)
		os.Exit(1)
	}
}

// run builds all functions for this machine into a folder and sends them their samples.
func run(ctx context.Context, dynamoDB, folder string, out io.Writer) error {
	if dynamoDB == "" {
		return errors.New("DYNAMODB_ENDPOINT says where DynamoDB Local is: make invoke starts one")
	}
	if err := compile(ctx, ".", folder); err != nil {
		return err
	}
	f, err := newFixture(ctx, dynamoDB, "invoke-"+strconv.Itoa(os.Getpid()))
	if err != nil {
		return err
	}
	defer f.stand.stop()
	bad := 0
	for _, d := range system.Functions() {
		verdicts, err := f.samples(ctx, d, filepath.Join(folder, d.Name))
		if err != nil {
			return err
		}
		bad += report(out, verdicts)
	}
	if bad > 0 {
		return fmt.Errorf("%d samples were not answered as expected", bad)
	}
	return nil
}

// compile builds all functions of the repository at root for this machine, with what tests have compiled already.
func compile(ctx context.Context, root, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", folder, "./functions/...")
	build.Dir, build.Stderr = root, os.Stderr
	return build.Run()
}
