package function

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"sync"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Namespace is where the system's metrics are in CloudWatch.
const Namespace = "PartnerCenter"

// line is the one log line of an invocation, which carries its metrics in CloudWatch's embedded format.
type line struct {
	function string
	env      *Env
	meter    *table.Meter
	trace    rest.Trace
	started  int64 // wall, ms

	mu      sync.Mutex
	notes   []slog.Attr
	metrics []metric
}

type metric struct {
	name, unit string
	value      float64
}

type lineKey struct{}

func begin(ctx context.Context, function string, env *Env) (context.Context, *line) {
	l := &line{function: function, env: env, meter: &table.Meter{}, started: env.Wall.Now().UnixMilli()}
	ctx = rest.WithTrace(table.WithMeter(ctx, l.meter), &l.trace)
	return context.WithValue(ctx, lineKey{}, l), l
}

// Note adds a field to the invocation's log line. Values must be fit for a log: no secrets, no tokens, no full phone numbers.
func Note(ctx context.Context, name string, value any) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		if text, ok := value.(string); ok {
			value = shown(text)
		}
		l.notes = append(l.notes, slog.Any(name, value))
	}
}

// phones finds phone numbers of China, as people write them. It is compiled by who logs a text.
var phones = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`1[3-9](?:[ -]?[0-9]){9}`) })

// shown gives a text as the log may have it: a refusal repeats what was sent, and services what they were given.
func shown(text string) string {
	return phones().ReplaceAllStringFunc(text, func(number string) string { return number[:3] + "****" + number[len(number)-4:] })
}

// Measure adds a value to a metric of the invocation's log line. unit is CloudWatch's, such as Count, Seconds or Milliseconds.
func Measure(ctx context.Context, name, unit string, value float64) {
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		for i := range l.metrics {
			if l.metrics[i].name == name {
				l.metrics[i].value += value
				return
			}
		}
		l.metrics = append(l.metrics, metric{name: name, unit: unit, value: value})
	}
}

func (l *line) end(ctx context.Context, err error) {
	use, now := l.meter.Read(), l.env.Wall.Now().UnixMilli()
	l.mu.Lock()
	defer l.mu.Unlock()
	metrics := append(l.metrics,
		metric{"Latency", "Milliseconds", float64(now - l.started)},
		metric{"WriteUnits", "Count", use.WCU}, metric{"ReadUnits", "Count", use.RCU})
	attributes := append([]slog.Attr{slog.String("function", l.function), slog.String("request_id", requestID(ctx))}, l.request()...)
	attributes = append(attributes, l.notes...)
	attributes = append(attributes, slog.Int("round_trips", use.RoundTrips))
	for _, m := range metrics {
		attributes = append(attributes, slog.Float64(m.name, m.value))
	}
	level, outcome := slog.LevelInfo, "ok"
	if err == nil {
		err = l.trace.Err
	}
	if err != nil {
		attributes = append(attributes, slog.String("error", shown(err.Error())))
	}
	switch status := l.trace.Status; { // a schema refuses without an error
	case status >= http.StatusInternalServerError, status == 0 && err != nil:
		level, outcome = slog.LevelError, "error"
	case status >= http.StatusBadRequest, err != nil:
		outcome = "refused"
	}
	attributes = append(attributes, slog.String("outcome", outcome))
	attributes = append(attributes, slog.Any("_aws", embedded(now, metrics)))
	l.env.Log.LogAttrs(ctx, level, "invocation", attributes...)
}

// request gives what the line says of an HTTP request.
func (l *line) request() []slog.Attr {
	t := &l.trace
	if t.Status == 0 {
		return nil
	}
	fields := []slog.Attr{
		slog.String("http_request_id", t.RequestID), slog.String("operation", t.Operation), slog.String("principal", t.Principal),
		slog.Int("status", t.Status),
	}
	if t.Replay {
		fields = append(fields, slog.Bool("replay", true))
	}
	if len(t.Ignored) > 0 {
		fields = append(fields, slog.Any("ignored_fields", t.Ignored))
	}
	return fields
}

func requestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

// embedded gives the metadata of CloudWatch's embedded metric format.
func embedded(now int64, metrics []metric) map[string]any {
	names := make([]map[string]string, len(metrics))
	for i, m := range metrics {
		names[i] = map[string]string{"Name": m.name, "Unit": m.unit}
	}
	return map[string]any{
		"Timestamp": now,
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": Namespace, "Dimensions": [][]string{{"function"}}, "Metrics": names,
		}},
	}
}
