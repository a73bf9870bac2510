package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// desk is an API with one operation of each manner.
type desk struct {
	t    *testing.T
	api  *rest.API
	wall *clock.Fake
	log  strings.Builder
	got  any // what the operation was given
}

type strictInput struct {
	Names []string `query:"name,explode"`
	Body  struct {
		N     int          `json:"n" minimum:"1" maximum:"9"`
		Price *rest.Amount `json:"price,omitempty"`
		Inner *struct {
			A string `json:"a,omitempty"`
		} `json:"inner,omitempty"`
	}
}

type lenientInput struct {
	rest.Lenient
	Body struct {
		N     int    `json:"n" minimum:"1" maximum:"9"`
		Note  string `json:"note,omitempty"`
		Inner *struct {
			A string `json:"a,omitempty"`
		} `json:"inner,omitempty"`
	}
}

type output struct {
	Body struct {
		OK bool `json:"ok"`
	}
}

type signedIn struct{}

func (signedIn) Authenticate(_ context.Context, r *http.Request, _ []byte, _ string) (auth.Principal, error) {
	kind := r.Header.Get("Authorization")
	if kind == "" {
		return auth.Principal{}, auth.ErrUnauthenticated
	}
	return auth.Principal{Party: "p", User: "u", Kind: auth.Kind(kind), Permissions: []auth.Permission{auth.AccountRead}}, nil
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, wall: clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))}
	d.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return signedIn{} }, Clock: d.wall, Wall: d.wall, Log: slog.New(slog.NewJSONHandler(&d.log, nil)),
		Origins: []string{"https://partner.example"},
	})
	allow := auth.Only(auth.Customer, auth.AccountRead)
	rest.Register(d.api, rest.Operation{ID: "Strict", Method: "POST", Path: "/strict", Allow: allow}, func(_ context.Context, in *strictInput) (*output, error) {
		d.got = *in
		return &output{}, nil
	})
	rest.Register(d.api, rest.Operation{ID: "Lenient", Method: "POST", Path: "/lenient", Allow: allow}, func(_ context.Context, in *lenientInput) (*output, error) {
		d.got = *in
		return &output{}, nil
	})
	rest.Register(d.api, rest.Operation{ID: "Fails", Method: "GET", Path: "/things/{id}", Allow: allow}, func(_ context.Context, in *struct {
		ID string `path:"id"`
	},
	) (*output, error) {
		d.got = in.ID
		switch in.ID {
		case "panic":
			panic("a secret")
		case "broken":
			return nil, errors.New("a secret")
		case "refused":
			return nil, problem.New(409, "CBC.0409", "refused")
		}
		return &output{}, nil
	})
	return d
}

func (d *desk) call(method, target, contentType, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	d.wall.Advance(time.Second)
	return d.send(request(method, target, contentType, body))
}

func request(method, target, contentType, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "customer")
	return r
}

func (d *desk) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	return w
}

// shape checks an error's status, code, and that it has the one shape.
func shape(t *testing.T, w *httptest.ResponseRecorder, status int, code, says string) {
	t.Helper()
	var e map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%d %q: %v", w.Code, w.Body, err)
	}
	if w.Code != status || e["error_code"] != code || !strings.Contains(e["error_msg"], says) || e["error_msg"] == "" || len(e) != 2 {
		t.Errorf("got %d %s, want %d %s with %q", w.Code, w.Body, status, code, says)
	}
	if w.Header().Get("X-Request-Id") == "" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("the headers are %v", w.Header())
	}
}

func TestEveryErrorHasTheOneShape(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		method, target, contentType, body string
		status                            int
		code, says                        string
	}{
		"no such path":             {"GET", "/nothing", "", "", 404, "APIG.0101", "path"},
		"a path to clean":          {"GET", "//strict", "", "", 404, "APIG.0101", "path"},
		"another method":           {"DELETE", "/strict", "", "", 405, "APIG.0103", "POST"},
		"too large":                {"POST", "/strict", "application/json", strings.Repeat(" ", 1<<20+1), 413, "APIG.0201", "1048576"},
		"another content type":     {"POST", "/strict", "text/plain", "{}", 415, "CBC.0100", "application/json"},
		"no JSON":                  {"POST", "/strict", "application/json", "{", 400, "CBC.0100", "JSON"},
		"two values":               {"POST", "/strict", "application/json", `{"n":1}{"n":1}`, 400, "CBC.0100", "one JSON value"},
		"no body":                  {"POST", "/strict", "application/json", "", 400, "CBC.0100", "body"},
		"a key twice":              {"POST", "/strict", "application/json", `{"n":1,"n":2}`, 400, "CBC.0100", "n: is there twice"},
		"an inner key twice":       {"POST", "/strict", "application/json", `{"n":1,"inner":{"a":"x","a":"y"}}`, 400, "CBC.0100", "inner.a"},
		"a key in other case":      {"POST", "/strict", "application/json", `{"n":1,"N":99}`, 400, "CBC.0100", "N"},
		"an unknown key":           {"POST", "/strict", "application/json", `{"n":1,"m":1}`, 400, "CBC.0100", "m"},
		"beyond the maximum":       {"POST", "/strict", "application/json", `{"n":10}`, 400, "CBC.0100", "n: "},
		"a missing field":          {"POST", "/strict", "application/json", `{}`, 400, "CBC.0100", "n"},
		"a text for a number":      {"POST", "/strict", "application/json", `{"n":"1"}`, 400, "CBC.0100", "n: "},
		"three decimals":           {"POST", "/strict", "application/json", `{"n":1,"price":1.005}`, 400, "CBC.0100", "decimals"},
		"money by exponent":        {"POST", "/strict", "application/json", `{"n":1,"price":1e3}`, 400, "CBC.0100", ""},
		"a refusal":                {"GET", "/things/refused", "", "", 409, "CBC.0409", "refused"},
		"an error says nothing":    {"GET", "/things/broken", "", "", 500, "CBC.0999", "X-Request-Id"},
		"a panic says nothing":     {"GET", "/things/panic", "", "", 500, "CBC.0999", "X-Request-Id"},
		"deeper than anybody goes": {"POST", "/strict", "application/json", strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100), 400, "CBC.0100", "deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			w := d.call(c.method, c.target, c.contentType, c.body)
			shape(t, w, c.status, c.code, c.says)
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("the answer tells the cause: %s", w.Body)
			}
		})
	}
}

func TestACallerIsKnownBeforeAnythingIsParsed(t *testing.T) {
	d := newDesk(t)
	nobody := request("POST", "/strict", "application/json", "{")
	nobody.Header.Del("Authorization")
	shape(t, d.send(nobody), 401, "APIG.0301", "")
	other := request("POST", "/strict", "application/json", "{")
	other.Header.Set("Authorization", "partner")
	shape(t, d.send(other), 403, "CBC.0155", "customer")
	if d.got != nil {
		t.Errorf("the operation ran: %v", d.got)
	}
}

func TestALenientOperationIgnoresAndNamesUnknownFieldsAndTakesNullAsAbsent(t *testing.T) {
	d := newDesk(t)
	trace := &rest.Trace{}
	r := request("POST", "/lenient", "application/json", `{"n":1,"note":null,"inner":{"a":null,"b":1},"extra":{"x":1},"N":99}`)
	w := d.send(r.WithContext(rest.WithTrace(r.Context(), trace)))
	in, ok := d.got.(lenientInput)
	if w.Code != http.StatusOK || !ok || in.Body.N != 1 || in.Body.Note != "" {
		t.Errorf("got %d %s and %+v", w.Code, w.Body, d.got)
	}
	if got := strings.Join(trace.Ignored, " "); got != "N extra inner.b" {
		t.Errorf("the log names %q", got)
	}
	shape(t, d.call("POST", "/lenient", "application/json", `{"n":10,"extra":1}`), 400, "CBC.0100", "n: ")
	shape(t, d.call("POST", "/lenient", "application/json", `{"n":null}`), 400, "CBC.0100", "n")
}

func TestRepeatedQueryKeysAreAList(t *testing.T) {
	d := newDesk(t)
	d.call("POST", "/strict?name=a&name=b%20c", "application/json", `{"n":1,"price":"100.50"}`)
	in, ok := d.got.(strictInput)
	if !ok || strings.Join(in.Names, "|") != "a|b c" || *in.Body.Price != 10050 {
		t.Errorf("got %+v", d.got)
	}
}

func TestAPartyIsSlowedDownByOperation(t *testing.T) {
	d := newDesk(t)
	allowed := 0
	var last *httptest.ResponseRecorder
	for range 25 {
		if last = d.send(request("GET", "/things/x", "", "")); last.Code == http.StatusOK {
			allowed++
		}
	}
	if allowed != 20 {
		t.Errorf("%d calls went through at once, want 20", allowed)
	}
	shape(t, last, 429, "APIG.0308", "10 requests")
	if last.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", last.Header().Get("Retry-After"))
	}
	if w := d.send(request("POST", "/strict", "application/json", `{"n":1}`)); w.Code != http.StatusOK {
		t.Errorf("another operation answers %d", w.Code)
	}
	d.wall.Advance(time.Second)
	if w := d.send(request("GET", "/things/x", "", "")); w.Code != http.StatusOK {
		t.Errorf("a second later it is %d", w.Code)
	}
}

func TestAnOperationThatAllowsNobodyDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was registered")
		}
	}()
	rest.Register(rest.New(rest.Config{}), rest.Operation{ID: "Open", Method: "GET", Path: "/open"},
		func(context.Context, *struct{}) (*output, error) { return nil, nil })
}

func TestBrowsersOfNamedOriginsAloneMayRead(t *testing.T) {
	d := newDesk(t)
	for origin, want := range map[string]string{"https://partner.example": "https://partner.example", "https://evil.example": ""} {
		r := request("OPTIONS", "/strict", "", "")
		r.Header.Set("Origin", origin)
		h := d.send(r).Header()
		if got := h.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s may read as %q, want %q", origin, got, want)
		}
		sends, reads := h.Get("Access-Control-Allow-Headers"), h.Get("Access-Control-Expose-Headers")
		if strings.Contains(sends, "If-Match") != (want != "") || strings.Contains(reads, "ETag") != (want != "") {
			t.Errorf("%s may send %q and read %q", origin, sends, reads)
		}
	}
}

func TestTheDocumentHasEveryOperationWithItsErrorsAndWhoMayCall(t *testing.T) {
	d := newDesk(t)
	text, err := d.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string           `json:"operationId"`
			Description string           `json:"description"`
			Security    []map[string]any `json:"security"`
			Responses   map[string]any   `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	op := doc.Paths["/strict"]["post"]
	if doc.OpenAPI != "3.1.0" || op.OperationID != "Strict" || !strings.Contains(op.Description, "customer with account:read") ||
		len(op.Security) != 2 || op.Responses["default"] == nil {
		t.Errorf("got %s with %+v", doc.OpenAPI, op)
	}
	if strings.Contains(string(text), "$schema") {
		t.Error("the document has $schema links")
	}
}

func TestAnAnswerIsTracedForTheLog(t *testing.T) {
	d := newDesk(t)
	trace := &rest.Trace{}
	r := request("GET", "/things/broken", "", "")
	d.send(r.WithContext(rest.WithTrace(r.Context(), trace)))
	if trace.Operation != "Fails" || trace.Principal != "p/u" || trace.Status != 500 || trace.Err == nil || trace.Err.Error() != "a secret" {
		t.Errorf("the trace is %+v", trace)
	}
}
