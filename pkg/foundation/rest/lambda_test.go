package rest_test

import (
	"context"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"partnercenter/pkg/foundation/rest"
)

// event gives an event as an HTTP API delivers it: path decoded, header names in lower case, repeated ones joined.
func event(method, path, query, body string) events.APIGatewayV2HTTPRequest {
	return events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: path, RawQueryString: query, Body: body,
		Headers: map[string]string{"authorization": "customer", "content-type": "application/json", "host": "api.example"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: "request-1", HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, SourceIP: "203.0.113.7"},
		},
	}
}

func TestADecodedPathIsTakenAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		path, query string
		status      int
		id          string // that the operation is given
	}{
		"plain":           {"/things/x", "", 200, "x"},
		"a question mark": {"/things/a?b=c", "", 200, "a?b=c"},
		"a number sign":   {"/things/a#b", "", 200, "a#b"},
		"a percent sign":  {"/things/%zz", "", 200, "%zz"},
		"a space":         {"/things/a b", "", 200, "a b"},
		"Chinese":         {"/things/资源", "", 200, "资源"},
		"a slash":         {"/things/a/b", "", 404, ""},
		"dots":            {"/things/../strict", "", 404, ""},
		"no id":           {"/things/", "", 404, ""},
	} {
		for _, route := range []string{"$default", "GET /things/{id}"} {
			t.Run(name+" "+route, func(t *testing.T) {
				d, e := newDesk(t), event("GET", c.path, c.query, "")
				e.RouteKey = route
				got, err := d.api.Lambda()(context.Background(), e)
				if err != nil {
					t.Fatal(err)
				}
				id, _ := d.got.(string)
				if got.StatusCode != c.status || id != c.id {
					t.Errorf("got %d for %q, want %d for %q: %s", got.StatusCode, id, c.status, c.id, got.Body)
				}
				if got.Headers["X-Request-Id"] != "request-1" {
					t.Errorf("X-Request-Id is %q", got.Headers["X-Request-Id"])
				}
			})
		}
	}
}

func TestABodyInBase64AndAQueryArriveAsTheyWereSent(t *testing.T) {
	d := newDesk(t)
	e := event("POST", "/strict", "name=a%2Bb&name=c", base64.StdEncoding.EncodeToString([]byte(`{"n":3}`)))
	e.IsBase64Encoded = true
	got, err := d.api.Lambda()(context.Background(), e)
	in, ok := d.got.(strictInput)
	if err != nil || got.StatusCode != 200 || !ok || in.Body.N != 3 || len(in.Names) != 2 || in.Names[0] != "a+b" {
		t.Errorf("got %d %s, %v and %+v", got.StatusCode, got.Body, err, d.got)
	}
	e.Body = "not base64!"
	if _, err := d.api.Lambda()(context.Background(), e); err == nil {
		t.Error("a body that is no base64 was taken")
	}
}

func TestTheTraceKnowsTheCallersAddress(t *testing.T) {
	d := newDesk(t)
	trace := &rest.Trace{}
	if _, err := d.api.Lambda()(rest.WithTrace(context.Background(), trace), event("GET", "/things/x", "", "")); err != nil {
		t.Fatal(err)
	}
	if trace.Source != "203.0.113.7" || trace.RequestID != "request-1" || trace.Operation != "Fails" || trace.Status != 200 {
		t.Errorf("the trace is %+v", trace)
	}
}
