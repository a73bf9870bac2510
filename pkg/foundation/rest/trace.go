package rest

import (
	"context"
	"net/http"
)

const requestIDHeader = "X-Request-Id"

// Trace is what the log line of a request says of it.
type Trace struct {
	RequestID string
	Source    string // the caller's address
	Route     string // API Gateway's key of the operation; empty when it does not say
	Operation string
	Principal string // masked
	Status    int
	Ignored   []string // unknown fields of a lenient body
	Replay    bool
	Err       error // what the caller may not read included
}

type traceKey struct{}

// WithTrace returns a context in which a request is traced in t.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceOf gives the trace of a request.
func TraceOf(ctx context.Context) *Trace {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

// RequestID gives the id under which the request is logged.
func RequestID(ctx context.Context) string { return TraceOf(ctx).RequestID }

// MarkReplay says that the answer is that of an earlier request. The answer carries Idempotent-Replay: true.
func MarkReplay(ctx context.Context) {
	TraceOf(ctx).Replay = true
	if w, ok := ctx.Value(writerKey{}).(http.ResponseWriter); ok {
		w.Header().Set("Idempotent-Replay", "true")
	}
}

type writerKey struct{}

func (t *Trace) fail(err error, status int) { t.Err, t.Status = err, status }

func (a *API) traced(r *http.Request) (*http.Request, *Trace) {
	if t, ok := r.Context().Value(traceKey{}).(*Trace); ok {
		return r, t
	}
	t := &Trace{RequestID: newRequestID()}
	return r.WithContext(WithTrace(r.Context(), t)), t
}

func sourceOf(ctx context.Context) string { return TraceOf(ctx).Source }
