package rest

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Lambda gives the handler of API Gateway's events (HTTP API, payload 2.0). Their path arrives decoded: it becomes the request's path as it is
// and is not parsed again, or a "?" in an id would become a query.
func (a *API) Lambda() func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		trace := TraceOf(ctx)
		trace.RequestID, trace.Source = event.RequestContext.RequestID, event.RequestContext.HTTP.SourceIP
		trace.Route = event.RouteKey
		r, err := request(WithTrace(ctx, trace), event)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		w := &response{header: http.Header{}, status: http.StatusOK}
		a.ServeHTTP(w, r)
		if size := w.body.Len(); size > MaxAnswer {
			trace.fail(fmt.Errorf("an answer of %d bytes, more than %d", size, MaxAnswer), http.StatusInternalServerError)
			w = &response{header: http.Header{requestIDHeader: {trace.RequestID}}}
			write(w, wire(errInternal))
		}
		return w.event(), nil
	}
}

func request(ctx context.Context, event events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return nil, fmt.Errorf("an event whose body is not base64: %w", err)
		}
		body = decoded
	}
	r := &http.Request{
		Method: event.RequestContext.HTTP.Method, URL: &url.URL{Path: event.RawPath, RawQuery: event.RawQueryString},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Host: event.RequestContext.DomainName,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), RemoteAddr: event.RequestContext.HTTP.SourceIP,
	}
	for name, value := range event.Headers { // API Gateway has joined repeated ones
		r.Header.Set(name, value)
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	if len(event.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	return r.WithContext(ctx), nil
}

// plainAnswer is how many bytes a text has at most that is sent as it is: JSON's escapes can make it six times as long, base64 only a third longer.
const plainAnswer = 1 << 19

// response collects what an operation answers.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header gives the headers of the answer.
func (w *response) Header() http.Header { return w.header }

// WriteHeader keeps the status.
func (w *response) WriteHeader(status int) { w.status = status }

// Write keeps the body.
func (w *response) Write(b []byte) (int, error) { return w.body.Write(b) }

func (w *response) event() events.APIGatewayV2HTTPResponse {
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}, Cookies: w.header.Values("Set-Cookie")}
	for name, values := range w.header {
		if name != "Set-Cookie" {
			out.Headers[name] = strings.Join(values, ",")
		}
	}
	if w.body.Len() <= plainAnswer && utf8.Valid(w.body.Bytes()) {
		out.Body = w.body.String()
		return out
	}
	out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	return out
}
