package runtimeapi_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"partnercenter/infra/runtimeapi"
)

// TestMain is the function as well, when it is told to be.
func TestMain(m *testing.M) {
	switch os.Getenv("ACT_AS") {
	case "echo":
		lambda.Start(func(_ context.Context, event map[string]string) (map[string]string, error) {
			if event["fail"] != "" {
				return nil, errors.New(event["fail"])
			}
			return event, nil
		})
	case "broken":
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func start(t *testing.T, as string) *runtimeapi.Function {
	t.Helper()
	f, err := runtimeapi.Start(os.Args[0], []string{"ACT_AS=" + as}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	return f
}

func TestAFunctionAnswersOneEventAfterTheOther(t *testing.T) {
	f := start(t, "echo")
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{`{"n":"1"}`, `{"n":"2"}`, `{"n":"3"}`} {
		got, err := f.Invoke(t.Context(), []byte(event))
		if err != nil || string(got) != event {
			t.Errorf("%s answers %s, %v", event, got, err)
		}
	}
}

func TestAFunctionThatFailsSaysWhyAndGoesOn(t *testing.T) {
	f := start(t, "echo")
	var failure *runtimeapi.Error
	if _, err := f.Invoke(t.Context(), []byte(`{"fail":"no money"}`)); !errors.As(err, &failure) || failure.Message != "no money" {
		t.Errorf("got %v, want the function's error", err)
	}
	if _, err := f.Invoke(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("the event after a failure: %v", err)
	}
}

func TestABinaryThatEndsAnswersNothing(t *testing.T) {
	if _, err := start(t, "broken").Invoke(t.Context(), []byte(`{}`)); err == nil {
		t.Error("got an answer from a binary that has ended")
	}
	if err := start(t, "broken").Ready(t.Context()); err == nil {
		t.Error("a binary that has ended is ready")
	}
}
