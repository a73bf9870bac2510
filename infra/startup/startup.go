// Package startup measures how long each function's binary takes from its start to its first answer, against a function that does nothing.
package startup

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"partnercenter/infra/runtimeapi"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system"
)

// Most is how many times an empty function's start-up a function's may take. Source: DESIGN.md "Speed and cost, as numbers".
const Most = 2.0

const rounds = 31 // of which the median counts

// Ratios gives each function's start-up as a multiple of an empty function's, by the function's name. It builds them, from the root of the
// repository, into a folder. An HTTP function is measured to its answer to an unsigned request, which is 401 where there is an
// operation that needs a credential; one that takes batches to its answer to an empty one; the others until they ask for an event.
func Ratios(ctx context.Context, root, folder string) (map[string]float64, error) {
	if err := compile(ctx, root, folder); err != nil {
		return nil, err
	}
	ratios := map[string]float64{}
	for _, d := range system.Functions() {
		event, err := firstEvent(d)
		if err != nil {
			return nil, err
		}
		var ours, empty []time.Duration
		for range rounds { // by turns, so that a busy machine is busy for both
			for _, m := range []struct {
				binary string
				event  []byte
				took   *[]time.Duration
			}{{"empty", emptyEvent(event), &empty}, {d.Name, event, &ours}} {
				took, err := once(ctx, filepath.Join(folder, m.binary), environment(d), m.event)
				if err != nil {
					return nil, fmt.Errorf("start of %s: %w", m.binary, err)
				}
				*m.took = append(*m.took, took)
			}
		}
		ratios[d.Name] = float64(median(ours)) / float64(median(empty))
	}
	return ratios, nil
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// once gives the time from a binary's start to its answer to an event, or without one until it asks for the first.
func once(ctx context.Context, binary string, environment []string, event []byte) (time.Duration, error) {
	began := time.Now()
	f, err := runtimeapi.Start(binary, environment, io.Discard)
	if err != nil {
		return 0, err
	}
	defer f.Stop()
	if event == nil {
		err = f.Ready(ctx)
	} else {
		_, err = f.Invoke(ctx, event)
	}
	return time.Since(began), err
}

// firstEvent gives what a function is measured with, nil for those that can't answer without doing their work.
func firstEvent(d function.Declaration) ([]byte, error) {
	switch {
	case d.Queue != nil, d.Stream != nil:
		return []byte(`{"Records":[]}`), nil
	case d.HTTP == nil:
		return nil, nil
	}
	var event events.APIGatewayV2HTTPRequest
	for _, op := range function.NewAPI(&function.Env{}, d).Operations() {
		if event.RawPath == "" || !op.Allow.IsPublic() {
			event.RequestContext.HTTP.Method, event.RawPath, event.RouteKey = op.Method, op.Path, op.Method+" "+op.Path
		}
	}
	return json.Marshal(event)
}

// emptyEvent gives the empty function an event where the other one has one.
func emptyEvent(event []byte) []byte {
	if event == nil {
		return nil
	}
	return []byte(`{}`)
}

func environment(d function.Declaration) []string {
	values := []string{"AWS_REGION=local", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none"}
	for _, name := range system.Settings(d) {
		values = append(values, name+"=none")
	}
	return values
}

// compile builds the functions as they are deployed, but for this machine.
func compile(ctx context.Context, root, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", folder, "./functions/...", "./infra/startup/empty")
	build.Dir, build.Stderr, build.Env = root, os.Stderr, append(os.Environ(), "CGO_ENABLED=0")
	return build.Run()
}
