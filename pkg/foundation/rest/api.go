package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
)

// Authenticator says who sent a request.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request, body []byte, source string) (auth.Principal, error)
}

// Config is what an API stands on. An API that only registers, for the docs or the CDK app, needs none of it.
type Config struct {
	Authenticator func() Authenticator // opened by the first request that needs it
	Clock         clock.Clock          // business time
	Wall          clock.Clock          // wall time
	Log           *slog.Logger
	Origins       []string // that may call from a browser; none is no CORS
}

// API is the operations of one function, or of several for the docs.
type API struct {
	config     Config
	mux        func() *http.ServeMux // of all operations, made when a request does not say which is meant
	operations []Operation
	byPattern  map[string]*registered
	limiter    *limiter
}

// registered is an operation and how it is served. Its schemas are made for the first request that reaches it: a function starts for
// one request, and most of its operations are not what is asked for.
type registered struct {
	Operation
	bind func(h *describing) // registers it with huma
	open func() *opened
}

type opened struct {
	http.Handler
	lenient *huma.Schema // of the body of a lenient operation
	schemas huma.Registry
}

// Operation is one operation of the API.
type Operation struct {
	ID          string // the SDK's name of it
	Method      string
	Path        string // with {parameters}
	Summary     string
	Description string
	Allow       auth.Allow
	Status      int      // of success; 0 is 200, or 204 without a body
	MaxBody     int64    // bytes; 0 is 1 MB
	Consumes    string   // content type of the body; empty is application/json
	Produces    []string // content types of a [File] that it answers
	Page        bool     // an HTML page rather than an operation of the API: not in its documents
}

// pattern is what ServeMux knows the operation by.
func (op Operation) pattern() string { return op.Method + " " + op.Path }

const (
	defaultMaxBody = 1 << 20
	jsonType       = "application/json"
)

// New returns an API without operations.
func New(config Config) *API {
	a := &API{config: config, byPattern: map[string]*registered{}, limiter: newLimiter(config.Wall)}
	a.mux = sync.OnceValue(a.newMux)
	return a
}

func (a *API) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern := range a.byPattern {
		mux.Handle(pattern, http.NotFoundHandler()) // it finds, and serves nothing
	}
	return mux
}

func newHuma(mux humago.Mux) *describing {
	d := &describing{}
	h := huma.DefaultConfig("Partner Center", "1")
	h.CreateHooks, h.Transformers = nil, nil // no $schema links
	h.OpenAPIPath, h.DocsPath, h.SchemasPath = "", "", ""
	h.Components.Schemas = d.newRegistry()
	h.Formats = map[string]huma.Format{jsonType: jsonFormat, "json": jsonFormat}
	h.Components.SecuritySchemes = securitySchemes()
	d.API = humago.New(mux, h)
	return d
}

// jsonFormat is huma's own, whose errors name the field.
var jsonFormat = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}

// Operations lists the operations in the order of their registration.
func (a *API) Operations() []Operation { return a.operations }

// Register adds an operation. It panics when the operation says nobody may call it. What depends on the types is as little as can be: it is in a
// binary once for each operation.
func Register[I, O any](a *API, op Operation, handle func(ctx context.Context, in *I) (*O, error)) {
	a.add(op, reflect.TypeFor[I](), reflect.TypeFor[O](), func(h huma.API, described huma.Operation) {
		huma.Register(h, described, func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(ctx, in)
			if err != nil {
				return nil, toAnswer(ctx, err)
			}
			return out, nil
		})
	})
}

// add adds an operation with what registers it with huma.
func (a *API) add(op Operation, in, out reflect.Type, register func(h huma.API, described huma.Operation)) {
	if op.Allow.Nobody() {
		panic(fmt.Sprintf("operation %s allows nobody", op.ID))
	}
	if a.byPattern[op.pattern()] != nil {
		panic("two operations are " + op.pattern())
	}
	op.MaxBody, op.Consumes = cmp.Or(op.MaxBody, defaultMaxBody), cmp.Or(op.Consumes, jsonType)
	r := &registered{Operation: op, bind: func(h *describing) {
		h.room = roomOf(in, out)
		register(h.API, document(h, op))
	}}
	r.open = sync.OnceValue(func() *opened {
		mux := http.NewServeMux()
		h := newHuma(mux)
		r.bind(h)
		o := &opened{Handler: mux, schemas: h.OpenAPI().Components.Schemas}
		if isLenient(in) {
			o.lenient = bodySchema(h.OpenAPI(), op)
		}
		return o
	})
	a.byPattern[op.pattern()] = r
	a.operations = append(a.operations, op)
}

// given gives a request without the query parameters that are empty, which count as absent: the SDKs send them as names alone, and huma takes
// those for "true".
func given(r *http.Request) *http.Request {
	if r.URL.RawQuery == "" {
		return r
	}
	query := r.URL.Query()
	for name, values := range query {
		if values = slices.DeleteFunc(values, func(v string) bool { return v == "" }); len(values) == 0 {
			delete(query, name)
		} else {
			query[name] = values
		}
	}
	given, at := *r, *r.URL
	at.RawQuery = query.Encode()
	given.URL = &at
	return &given
}

// document gives huma's description of an operation.
func document(h huma.API, op Operation) huma.Operation {
	text := "Who may call: " + op.Allow.String() + "."
	if op.Allow.OnBehalf() {
		text += "\n\nOn behalf of a customer, by its authorization: a partner that names it in " + auth.OnBehalfHeader + "."
	}
	if op.Description != "" {
		text = op.Description + "\n\n" + text
	}
	described := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: text,
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody + 1, BodyReadTimeout: -1, Hidden: op.Page,
		Responses: map[string]*huma.Response{"default": errorResponse(h.OpenAPI().Components.Schemas)},
	}
	if len(op.Produces) > 0 {
		described.Responses[strconv.Itoa(http.StatusOK)] = fileResponse(op.Produces)
	}
	if !op.Allow.IsPublic() {
		described.Security = []map[string][]string{{"signature": {}}, {"token": {}}}
	}
	return described
}

// OpenAPI gives the OpenAPI 3.1 document of all operations.
func (a *API) OpenAPI() ([]byte, error) {
	h := newHuma(http.NewServeMux())
	for _, op := range a.operations {
		a.byPattern[op.pattern()].bind(h)
	}
	return json.MarshalIndent(h.OpenAPI(), "", " ")
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"signature": {
			Type: "apiKey", In: "header", Name: "Authorization",
			Description: "SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=<names>, Signature=<hex>, as the official SDKs sign.",
		},
		"token": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
}

// Lenient marks the input of an operation that BSS has too: unknown fields are ignored and logged, and null is absent. Ours refuse both.
type Lenient struct{}

func isLenient(in reflect.Type) bool {
	_, ok := in.FieldByName("Lenient")
	return ok
}
