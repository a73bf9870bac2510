// Package resttest calls operations in tests as anybody, past credentials, which are package auth's business.
package resttest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
)

// ByHeader believes what a request says of its caller: "kind party", an administrator, or "kind party roles user", the roles being roles or
// permission items that stand apart by plus signs. A user who is not named is called as its first role. It is a rest.Authenticator.
type ByHeader struct{}

// Authenticate gives the principal that the request names.
func (ByHeader) Authenticate(_ context.Context, r *http.Request, _ []byte, _ string) (auth.Principal, error) {
	parts := strings.Fields(r.Header.Get("Authorization"))
	if len(parts) == 2 {
		parts = append(parts, string(auth.Admin))
	}
	p := auth.Principal{Kind: auth.Kind(parts[0]), Party: auth.PartyID(parts[1]), Signature: r.Header.Get("X-Signature")}
	for _, word := range strings.Split(parts[2], "+") {
		if strings.Contains(word, ":") {
			p.Permissions = append(p.Permissions, auth.Permission(word))
		} else {
			p.Roles = append(p.Roles, auth.Role(word))
		}
	}
	p.User = auth.UserID(p.Roles[0])
	if len(parts) > 3 {
		p.User = auth.UserID(parts[3])
	}
	p.Permissions = slices.Concat(p.Permissions, auth.PermissionsOf(p.Kind, p.Roles))
	return p, nil
}

// Call is one call of an operation. Two with one signature are one request.
type Call struct {
	Who, Signature, Method, Path, Body string
	Type                               string // of the body; empty is JSON
	IfMatch                            string
}

// On makes the call.
func (c Call) On(api http.Handler) Answer {
	r := httptest.NewRequest(c.Method, c.Path, strings.NewReader(c.Body))
	r.Header.Set("Authorization", c.Who)
	r.Header.Set("X-Signature", c.Signature)
	r.Header.Set("Content-Type", c.Type)
	if c.Type == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.IfMatch != "" {
		r.Header.Set("If-Match", c.IfMatch)
	}
	out := httptest.NewRecorder()
	api.ServeHTTP(out, r)
	return Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}
}

// Answer is what an operation answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Into decodes a successful answer; nil takes one that says nothing of interest.
func (a Answer) Into(t *testing.T, out any) {
	t.Helper()
	if a.Status >= http.StatusBadRequest {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal([]byte(a.Body), out); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
}

// Refused checks the status, the code and a part of the message.
func (a Answer) Refused(t *testing.T, status int, code, says string) {
	t.Helper()
	var e struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}
	if err := json.Unmarshal([]byte(a.Body), &e); err != nil {
		t.Fatalf("%q: %v", a.Body, err)
	}
	if a.Status != status || e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("got %d %s, want %d %s with %q", a.Status, a.Body, status, code, says)
	}
}
