package cloud

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/function"
)

const gatewayBody = 10 << 20 // bytes that API Gateway takes

// gateway stands for the API Gateway HTTP API: it knows the declarations' routes, and makes events of requests.
type gateway struct {
	cloud  *Cloud
	routes []route
	rest   function.Declaration // answers what no route has
	other  invoker
}

type route struct {
	method string
	path   []string
	invoke invoker
	limit  time.Duration
}

func (g *gateway) add(d function.Declaration, invoke invoker) {
	for _, op := range function.NewAPI(&function.Env{}, d).Operations() {
		g.routes = append(g.routes, route{method: op.Method, path: strings.Split(op.Path, "/"), invoke: invoke, limit: d.Limit()})
	}
	if d.CatchAll {
		g.rest, g.other = d, invoke
	}
}

// find gives the function of a request, as HTTP APIs choose it: by method and segments, a fixed segment before a parameter.
func (g *gateway) find(method, path string) (invoker, time.Duration) {
	var best *route
	segments := strings.Split(path, "/")
	for i := range g.routes {
		r := &g.routes[i]
		if r.method == method && r.matches(segments) && (best == nil || r.fixed() > best.fixed()) {
			best = r
		}
	}
	if best == nil {
		return g.other, g.rest.Limit()
	}
	return best.invoke, best.limit
}

func (r *route) matches(segments []string) bool {
	if len(segments) != len(r.path) {
		return false
	}
	for i, want := range r.path {
		if parameter := strings.HasPrefix(want, "{"); parameter && segments[i] == "" || !parameter && want != segments[i] {
			return false
		}
	}
	return true
}

func (r *route) fixed() int {
	n := 0
	for _, s := range r.path {
		if !strings.HasPrefix(s, "{") {
			n++
		}
	}
	return n
}

// ServeHTTP answers a request by the function whose it is.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, localPrefix) {
		g.cloud.local(w, r)
		return
	}
	invoke, limit := g.find(r.Method, r.URL.Path)
	if invoke == nil {
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	event, err := gatewayEvent(r)
	if err != nil {
		http.Error(w, `{"message":"Request Entity Too Large"}`, http.StatusRequestEntityTooLarge)
		return
	}
	ctx, cancel := context.WithTimeout(lambdaContext(r.Context()), limit)
	defer cancel()
	answer, err := invoke.Invoke(ctx, event)
	if err != nil {
		g.cloud.env.Log.Error("invocation failed", "error", err.Error())
		http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		return
	}
	write(w, answer)
}

// lambdaContext names an invocation.
func lambdaContext(ctx context.Context) context.Context {
	return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: ulid.Make().String()})
}

// gatewayEvent gives a request as HTTP APIs deliver it, payload 2.0: the path decoded, repeated headers joined, a body that is no text in
// base64.
func gatewayEvent(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, gatewayBody))
	if err != nil {
		return nil, err
	}
	host, _, _ := strings.Cut(r.RemoteAddr, ":")
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, Headers: map[string]string{"host": r.Host},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: ulid.Make().String(), Stage: "$default", DomainName: r.Host,
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: host, UserAgent: r.UserAgent(),
			},
		},
	}
	for name, values := range r.Header {
		event.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	for _, cookie := range r.Cookies() {
		event.Cookies = append(event.Cookies, cookie.String())
	}
	event.Body = string(body)
	if !utf8.Valid(body) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return json.Marshal(event)
}

// write sends a function's answer.
func write(w http.ResponseWriter, answer []byte) {
	var out events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &out); err != nil {
		http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		return
	}
	for name, value := range out.Headers {
		w.Header().Set(name, value)
	}
	for _, cookie := range out.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	body := []byte(out.Body)
	if out.IsBase64Encoded {
		body, _ = base64.StdEncoding.DecodeString(out.Body)
	}
	w.WriteHeader(out.StatusCode)
	_, _ = w.Write(body) // a client that is gone reads nothing
}
