package function_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// bench has an environment whose log can be read.
type bench struct {
	t   *testing.T
	env *function.Env
	log bytes.Buffer
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t}
	wall := clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	b.env = &function.Env{Clock: wall, Wall: wall, Log: slog.New(slog.NewJSONHandler(&b.log, nil)), Setting: func(string) string { return "" }}
	return b
}

func (b *bench) invoke(d function.Declaration, event string) (string, error) {
	b.t.Helper()
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "invocation-1"})
	answer, err := function.Invoker(d, b.env).Invoke(ctx, []byte(event))
	return string(answer), err
}

// line gives the one line that an invocation has logged.
func (b *bench) line() map[string]any {
	b.t.Helper()
	if n := strings.Count(b.log.String(), "\n"); n != 1 {
		b.t.Fatalf("%d log lines, want one: %s", n, b.log.String())
	}
	var line map[string]any
	if err := json.Unmarshal(b.log.Bytes(), &line); err != nil {
		b.t.Fatal(err)
	}
	return line
}

const threeMessages = `{"Records":[
	{"messageId":"1","body":"a","attributes":{"MessageGroupId":"g","ApproximateReceiveCount":"2"}},
	{"messageId":"2","body":"b","attributes":{"MessageGroupId":"g","ApproximateReceiveCount":"1"}},
	{"messageId":"3","body":"c","attributes":{"MessageGroupId":"h","ApproximateReceiveCount":"1"}}]}`

func TestB48OnlyTheMessagesThatFailedComeAgain(t *testing.T) {
	b := newBench(t)
	var got []function.Message
	answer, err := b.invoke(function.Declaration{Name: "worker", Queue: &function.QueueTrigger{
		Handle: func(*function.Env) func(context.Context, []function.Message) []string {
			return func(_ context.Context, batch []function.Message) []string {
				got = batch
				return []string{"2"}
			}
		},
	}}, threeMessages)
	if err != nil || answer != `{"batchItemFailures":[{"itemIdentifier":"2"}]}` {
		t.Errorf("got %s, %v", answer, err)
	}
	if want := (function.Message{ID: "1", Group: "g", Body: "a", Receives: 2}); len(got) != 3 || got[0] != want {
		t.Errorf("the handler got %+v", got)
	}
}

func TestAStreamsRecordsArriveDecodedAndComeAgainFromTheFirstThatFailed(t *testing.T) {
	b := newBench(t)
	var got []function.Record
	answer, err := b.invoke(function.Declaration{Name: "relay", Stream: &function.StreamTrigger{
		Handle: func(*function.Env) func(context.Context, []function.Record) string {
			return func(_ context.Context, batch []function.Record) string {
				got = batch
				return batch[1].Sequence
			}
		},
	}}, `{"Records":[
		{"eventName":"INSERT","dynamodb":{"SequenceNumber":"10","NewImage":{"PK":{"S":"p"},"n":{"N":"7"}}}},
		{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"11"}}]}`)
	if err != nil || answer != `{"batchItemFailures":[{"itemIdentifier":"11"}]}` {
		t.Errorf("got %s, %v", answer, err)
	}
	if len(got) != 2 || got[0].Name != "INSERT" || got[1].New != nil {
		t.Fatalf("the handler got %+v", got)
	}
	if n, ok := got[0].New["n"].(*types.AttributeValueMemberN); !ok || n.Value != "7" {
		t.Errorf("the image is %+v", got[0].New)
	}
}

func TestAnInvocationHasOneLogLineWithItsMetrics(t *testing.T) {
	b := newBench(t)
	_, err := b.invoke(function.Declaration{Name: "sweep", Schedule: &function.ScheduleTrigger{
		Handle: func(*function.Env) func(context.Context) error {
			return func(ctx context.Context) error {
				function.Note(ctx, "shards", 3)
				function.Measure(ctx, "WorkSent", "Count", 2)
				function.Measure(ctx, "WorkSent", "Count", 5)
				return nil
			}
		},
	}}, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	line := b.line()
	if line["function"] != "sweep" || line["request_id"] != "invocation-1" || line["outcome"] != "ok" || line["shards"] != 3.0 || line["WorkSent"] != 7.0 {
		t.Errorf("the line is %v", line)
	}
	text, err := json.Marshal(line["_aws"])
	if err != nil || !strings.Contains(string(text), `"Namespace":"PartnerCenter"`) || !strings.Contains(string(text), `{"Name":"WorkSent","Unit":"Count"}`) ||
		!strings.Contains(string(text), `"WriteUnits"`) {
		t.Errorf("the metrics are %s", text)
	}
}

func TestAFailureIsLoggedWithItsCauseAndTold(t *testing.T) {
	b := newBench(t)
	_, err := b.invoke(function.Declaration{Name: "sweep", Schedule: &function.ScheduleTrigger{
		Handle: func(*function.Env) func(context.Context) error {
			return func(context.Context) error { return errors.New("the cause") }
		},
	}}, `{}`)
	if err == nil {
		t.Error("the runtime was not told")
	}
	if line := b.line(); line["outcome"] != "error" || line["level"] != "ERROR" || line["error"] != "the cause" {
		t.Errorf("the line is %v", line)
	}
}

func TestTheLogHasNoFullPhoneNumbers(t *testing.T) {
	b := newBench(t)
	_, err := b.invoke(function.Declaration{Name: "sweep", Schedule: &function.ScheduleTrigger{
		Handle: func(*function.Env) func(context.Context) error {
			return func(ctx context.Context) error {
				function.Note(ctx, "message_error", "to 138-2362-4961: refused")
				return errors.New(`mobile_phone: "8613823624961" is no number of ours`)
			}
		},
	}}, `{}`)
	if err == nil {
		t.Error("the runtime was not told")
	}
	line := b.line()
	if line["error"] != `mobile_phone: "86138****4961" is no number of ours` || line["message_error"] != "to 138****4961: refused" {
		t.Errorf("the line is %v", line)
	}
}

func TestARequestIsLoggedByOperationWithoutWhatItSays(t *testing.T) {
	b := newBench(t)
	d := function.Declaration{Name: "web", HTTP: func(api *rest.API, _ *function.Env) {
		rest.Register(api, rest.Operation{ID: "Open", Method: http.MethodGet, Path: "/open", Allow: auth.Public("a test")},
			func(context.Context, *struct{}) (*struct{}, error) { return nil, errors.New("a secret cause") })
	}}
	answer, err := b.invoke(d, `{"version":"2.0","rawPath":"/open","rawQueryString":"token=do-not-log",
		"headers":{"authorization":"Bearer do-not-log"},"requestContext":{"requestId":"request-1","http":{"method":"GET","sourceIp":"203.0.113.7"}}}`)
	if err != nil || !strings.Contains(answer, `"statusCode":500`) || strings.Contains(answer, "secret cause") {
		t.Errorf("got %s, %v", answer, err)
	}
	if strings.Contains(b.log.String(), "do-not-log") {
		t.Errorf("the log has the caller's token: %s", b.log.String())
	}
	line := b.line()
	if line["operation"] != "Open" || line["status"] != 500.0 || line["outcome"] != "error" || line["error"] != "a secret cause" || line["http_request_id"] != "request-1" {
		t.Errorf("the line is %v", line)
	}
}

func TestAPortIsOpenedOnceAndCanBeReplaced(t *testing.T) {
	b := newBench(t)
	opened := 0
	port := function.Port[string]{Name: "thing", Open: func(*function.Env) string { opened++; return "AWS's" }}
	if port.In(b.env)+port.In(b.env) != "AWS'sAWS's" || opened != 1 {
		t.Errorf("opened %d times, want once", opened)
	}
	other := newBench(t)
	port.Put(other.env, "local")
	if got := port.In(other.env); got != "local" {
		t.Errorf("got %s", got)
	}
}

func TestRegisteringOpensNothing(t *testing.T) {
	touched := false
	api := function.NewAPI(&function.Env{}, function.Declaration{Name: "web", HTTP: func(api *rest.API, env *function.Env) {
		rest.Register(api, rest.Operation{ID: "Open", Method: http.MethodGet, Path: "/open", Allow: auth.Public("a test")},
			func(context.Context, *struct{}) (*struct{}, error) {
				touched = true
				_ = env.Table()
				return nil, nil
			})
	}})
	if len(api.Operations()) != 1 || touched {
		t.Errorf("%d operations, touched %v", len(api.Operations()), touched)
	}
}

// What the schema refuses never reaches the operation, and is refused in the log as well.
func TestARequestThatTheSchemaRefusesIsLoggedAsRefused(t *testing.T) {
	b := newBench(t)
	type input struct {
		N int `query:"n" maximum:"9"`
	}
	d := function.Declaration{Name: "open", HTTP: func(api *rest.API, _ *function.Env) {
		rest.Register(api, rest.Operation{ID: "Open", Method: "GET", Path: "/open", Allow: auth.Public("a test")},
			func(context.Context, *input) (*struct{}, error) { return nil, nil })
	}}
	answer, err := b.invoke(d, `{"version":"2.0","rawPath":"/open","rawQueryString":"n=10","requestContext":{"requestId":"r","http":{"method":"GET"}}}`)
	if err != nil || !strings.Contains(answer, `"statusCode":400`) {
		t.Fatalf("got %s, %v", answer, err)
	}
	if line := b.line(); line["status"] != 400.0 || line["outcome"] != "refused" || line["level"] != "INFO" {
		t.Errorf("the line is %v", line)
	}
}
