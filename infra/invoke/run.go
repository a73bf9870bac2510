package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"partnercenter/events"
	"partnercenter/infra/runtimeapi"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
)

// verdict is how a sample went.
type verdict struct {
	function, sample string
	took             time.Duration
	err              error
}

// samples sends a function's samples to its binary, in their order.
func (f *fixture) samples(ctx context.Context, d function.Declaration, binary string) ([]verdict, error) {
	list, err := events.Of(d.Name)
	if err != nil {
		return nil, err
	}
	var log bytes.Buffer
	running, err := runtimeapi.Start(binary, f.environment(d), &log)
	if err != nil {
		return nil, err
	}
	defer running.Stop()
	var verdicts []verdict
	for _, s := range list {
		began := time.Now()
		err := f.sample(ctx, running, d, s)
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, log.String())
		}
		log.Reset()
		verdicts = append(verdicts, verdict{d.Name, s.Name, time.Since(began), err})
	}
	return verdicts, nil
}

// sample sends one event and compares what came of it.
func (f *fixture) sample(ctx context.Context, running *runtimeapi.Function, d function.Declaration, s events.Sample) error {
	event := bytes.ReplaceAll(s.Event, []byte(events.Callback), []byte(f.stand.url+callbackPath))
	if s.As != "" {
		signed, err := f.sign(event, s.As)
		if err != nil {
			return err
		}
		event = signed
	}
	f.stand.asked()
	answer, err := running.Invoke(ctx, event)
	if err != nil {
		return err
	}
	if d.HTTP != nil {
		if answer, err = readable(answer); err != nil {
			return err
		}
	}
	if err := events.Match(s.Answer, answer); err != nil {
		return err
	}
	calls, callback := f.stand.asked()
	if !same(s.Calls, calls) {
		return fmt.Errorf("it called %q, want %q", calls, s.Calls)
	}
	if s.Callback == nil {
		return nil
	}
	return events.Match(s.Callback, callback)
}

// sign signs an HTTP event with the key of a kind of party.
func (f *fixture) sign(text []byte, kind string) ([]byte, error) {
	key, known := f.keys[kind]
	if !known {
		return nil, fmt.Errorf("nobody here is a %s", kind)
	}
	var event lambdaevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: event.RequestContext.HTTP.Method, URL: &url.URL{Path: event.RawPath, RawQuery: event.RawQueryString},
		Host: event.RequestContext.DomainName, Header: http.Header{},
	}
	for name, value := range event.Headers {
		r.Header.Set(name, value)
	}
	auth.Sign(r, []byte(event.Body), key.id, key.secret, time.Now())
	for name := range r.Header {
		event.Headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	return json.Marshal(event)
}

// readable gives an HTTP answer as samples have it: its status, and its body as JSON, or as text when it is something else.
func readable(text []byte) ([]byte, error) {
	var answer lambdaevents.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	body := []byte(answer.Body)
	if answer.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(answer.Body)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	shown := any(string(body))
	if json.Valid(body) {
		shown = json.RawMessage(body)
	}
	return json.Marshal(map[string]any{"statusCode": answer.StatusCode, "body": shown})
}

// report writes the verdicts as a table and counts those that are bad.
func report(out io.Writer, verdicts []verdict) (bad int) {
	for _, v := range verdicts {
		mark := "ok"
		if v.err != nil {
			bad++
			mark = "BAD"
		}
		_, _ = fmt.Fprintf(out, "%-4s %-13s %-52s %5d ms\n", mark, v.function, v.sample, v.took.Milliseconds())
		if v.err != nil {
			_, _ = fmt.Fprintf(out, "     %v\n", v.err)
		}
	}
	return bad
}
