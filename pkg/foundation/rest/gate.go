package rest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
)

// ServeHTTP answers a request: it finds the operation, reads the body, knows the caller, and only then lets anything parse what the caller
// has sent.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, trace := a.traced(r)
	w.Header().Set(requestIDHeader, trace.RequestID)
	out := &recorder{ResponseWriter: w}
	defer func() {
		if cause := recover(); cause != nil {
			trace.fail(errors.New("panic"), http.StatusInternalServerError)
			a.config.Log.Error("panic", "request_id", trace.RequestID, "cause", cause, "stack", string(debug.Stack()))
			if !out.wrote {
				write(out, wire(errInternal))
			}
		}
		trace.Status = out.status
	}()
	if a.cors(out, r) {
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), writerKey{}, http.ResponseWriter(out)))
	op, request, err := a.admit(r, trace)
	if err != nil {
		refusal := toAnswer(r.Context(), err)
		if refusal.status == http.StatusTooManyRequests {
			out.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(1/ratePerSecond))))
		}
		write(out, refusal)
		return
	}
	op.open().ServeHTTP(out, given(request))
}

// admit returns the operation of a request, and the request as that may read it.
func (a *API) admit(r *http.Request, trace *Trace) (*registered, *http.Request, error) {
	op, err := a.find(r, trace.Route)
	if err != nil {
		return nil, nil, err
	}
	request, err := a.enter(op, r, trace)
	return op, request, err
}

// enter returns the request as the operation may read it, if its caller may call it.
func (a *API) enter(op *registered, r *http.Request, trace *Trace) (*http.Request, error) {
	trace.Operation = op.ID
	body, err := io.ReadAll(io.LimitReader(r.Body, op.MaxBody+1))
	if err != nil {
		return nil, errTooLarge.Because(err)
	}
	if int64(len(body)) > op.MaxBody {
		return nil, errTooLarge.Saying("the body is larger than %d bytes", op.MaxBody)
	}
	ctx := r.Context()
	if !op.Allow.IsPublic() {
		caller, err := a.config.Authenticator().Authenticate(ctx, r, body, sourceOf(ctx))
		if err != nil {
			return nil, err
		}
		trace.Principal = caller.Masked()
		if err := op.Allow.Permits(caller); err != nil {
			return nil, err
		}
		if !a.limiter.allow(string(caller.Actor()) + " " + op.ID) {
			return nil, errThrottled.Saying("more than %d requests a second of one party to one operation", int(ratePerSecond))
		}
		ctx = context.WithValue(ctx, callerKey{}, caller)
		ctx = withClaim(ctx, a, caller, r, body)
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil { // what can't be read would count as absent
		return nil, problem.Invalid("query", "can't be read: %v", err)
	}
	if body, err = op.read(r, body, trace); err != nil {
		return nil, err
	}
	r = r.WithContext(ctx)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r, nil
}

// find gives the operation of a request, by the route that API Gateway has found, if it has. Paths that ServeMux would clean and redirect have none.
func (a *API) find(r *http.Request, route string) (*registered, error) {
	if cleaned := path.Clean(r.URL.Path); cleaned != r.URL.Path || strings.Contains(r.URL.Path, "//") {
		return nil, errNotFound.Saying("there is no operation at this path")
	}
	if op := a.byPattern[route]; op != nil && strings.Count(op.Path, "/") == strings.Count(r.URL.Path, "/") { // none of a decoded slash
		return op, nil
	}
	if op := a.match(r, r.Method); op != nil {
		return op, nil
	}
	var methods []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPost, http.MethodPut} {
		if a.match(r, method) != nil {
			methods = append(methods, method)
		}
	}
	if len(methods) > 0 {
		return nil, errMethod.Saying("the path has no %s, but %s", r.Method, strings.Join(methods, " and "))
	}
	return nil, errNotFound.Saying("there is no operation at this path")
}

func (a *API) match(r *http.Request, method string) *registered {
	probe := *r
	probe.Method = method
	_, pattern := a.mux().Handler(&probe)
	return a.byPattern[pattern]
}

// read checks the body's content type and makes JSON what the operation may parse.
func (op *registered) read(r *http.Request, body []byte, trace *Trace) ([]byte, error) {
	if len(body) == 0 {
		return body, nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != op.Consumes {
		return nil, errMedia.Saying("the content type is %q; this operation takes %s", r.Header.Get("Content-Type"), op.Consumes).In("Content-Type")
	}
	if op.Consumes != jsonType {
		return body, nil
	}
	if err := strictJSON(body); err != nil {
		return nil, err
	}
	opened := op.open()
	if opened.lenient == nil {
		return body, nil
	}
	body, trace.Ignored, err = opened.relax(body)
	return body, err
}

func (a *API) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(a.config.Origins, origin) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "ETag, X-Request-Id, X-Total-Count-Exact, Idempotent-Replay, Retry-After")
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match, X-Domain-Id, X-Language, X-On-Behalf-Of, X-Sdk-Date")
	w.WriteHeader(http.StatusNoContent)
	return true
}

func write(w http.ResponseWriter, a *answer) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a) // a client that is gone reads nothing
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader notes the status.
func (w *recorder) WriteHeader(status int) {
	w.status, w.wrote = status, true
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the implied status.
func (w *recorder) Write(b []byte) (int, error) {
	if !w.wrote {
		w.status, w.wrote = http.StatusOK, true
	}
	return w.ResponseWriter.Write(b)
}

type callerKey struct{}

// Caller gives who calls the operation. It is the zero Principal for a public one.
func Caller(ctx context.Context) auth.Principal {
	p, _ := ctx.Value(callerKey{}).(auth.Principal)
	return p
}

// WithCaller returns a context whose caller is p. For tests and for work that the system does for somebody.
func WithCaller(ctx context.Context, p auth.Principal) context.Context {
	return context.WithValue(ctx, callerKey{}, p)
}

func newRequestID() string { return strings.ToLower(rand.Text()) }
