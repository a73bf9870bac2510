package conformance

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	bss "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2"
)

// principal is one of the ready file's, or one that /local/keys made.
type principal struct {
	Kind    string `json:"kind"`
	PartyID string `json:"party_id"`
	AK      string `json:"ak"`
	SK      string `json:"sk"`
	Token   string `json:"token"`
}

// cloud is the running local cloud.
type cloud struct {
	API        string      `json:"api"`
	Inbox      string      `json:"inbox"`
	Principals []principal `json:"principals"`
}

func running(t *testing.T) cloud {
	t.Helper()
	path := os.Getenv("READY_FILE")
	if path == "" {
		t.Fatal("READY_FILE is not set: run `make conformance`")
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c cloud
	if err := json.Unmarshal(file, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c cloud) vendor(t *testing.T) principal {
	t.Helper()
	for _, p := range c.Principals {
		if p.Kind == "vendor" {
			return p
		}
	}
	t.Fatal("the ready file has no vendor")
	return principal{}
}

// local calls one of the operations under /local/, which need no credential.
func (c cloud) local(t *testing.T, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(c.API+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	decode(t, answer, http.StatusOK, out)
}

func decode(t *testing.T, answer *http.Response, status int, out any) {
	t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != status {
		t.Fatalf("%s %s: %s, want %d: %s", answer.Request.Method, answer.Request.URL.Path, answer.Status, status, text)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// sdk returns the official client of a party.
func (c cloud) sdk(t *testing.T, p principal) *bss.BssClient {
	t.Helper()
	credential, err := global.NewCredentialsBuilder().WithAk(p.AK).WithSk(p.SK).WithDomainId(p.PartyID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := bss.BssClientBuilder().WithRegion(region.NewRegion("cn-north-1", c.API)).
		WithCredential(credential).WithHttpConfig(config.DefaultHttpConfig()).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return bss.NewBssClient(client)
}

// request is a call that the SDK would not make: of the vendor's operations, or wrong on purpose.
type request struct {
	Method, Path, Query, ContentType, Body string
	Headers                                map[string]string // signed
	Unsigned                               map[string]string // added after signing
	At                                     time.Time
}

// signed gives the request, signed as the scheme's description says, on its own and apart from the product's code.
func (c cloud) signed(t *testing.T, p principal, r request) *http.Request {
	t.Helper()
	if r.At.IsZero() {
		r.At = time.Now()
	}
	date := r.At.UTC().Format("20060102T150405Z")
	headers, names := "", ""
	for _, name := range []string{"X-Domain-Id", "X-On-Behalf-Of"} { // in their order
		if value, ok := r.Headers[name]; ok {
			headers, names = headers+strings.ToLower(name)+":"+value+"\n", names+strings.ToLower(name)+";"
		}
	}
	headers, names = headers+"x-sdk-date:"+date+"\n", names+"x-sdk-date"
	hash := sha256.Sum256([]byte(r.Body))
	canonical := strings.Join([]string{r.Method, r.Path + "/", r.Query, headers, names, hex.EncodeToString(hash[:])}, "\n")
	hash = sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(p.SK))
	fmt.Fprintf(mac, "SDK-HMAC-SHA256\n%s\n%s", date, hex.EncodeToString(hash[:]))
	out, err := http.NewRequest(r.Method, c.API+r.Path+"?"+r.Query, strings.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Headers {
		out.Header.Set(name, value)
	}
	for name, value := range r.Unsigned {
		out.Header.Set(name, value)
	}
	out.Header.Set("X-Sdk-Date", date)
	out.Header.Set("Content-Type", r.ContentType)
	out.Header.Set("Authorization", fmt.Sprintf("SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%x", p.AK, names, mac.Sum(nil)))
	return out
}

func send(t *testing.T, r *http.Request) *http.Response {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// refused checks that an answer is an error of the documented shape.
func refused(t *testing.T, answer *http.Response, status int, code string) {
	t.Helper()
	var shape struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}
	decode(t, answer, status, &shape)
	if shape.Code != code || shape.Message == "" || answer.Header.Get("X-Request-Id") == "" {
		t.Errorf("got %+v with request id %q, want the code %s, a message and an id", shape, answer.Header.Get("X-Request-Id"), code)
	}
}

// sdkRefused checks that the SDK saw the documented error.
func sdkRefused(t *testing.T, err error, status int, code string) {
	t.Helper()
	var e *sdkerr.ServiceResponseError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a service error %d %s", err, status, code)
	}
	if e.StatusCode != status || e.ErrorCode != code || e.ErrorMessage == "" || e.RequestId == "" {
		t.Errorf("got %+v, want %d %s with a message and a request id", e, status, code)
	}
}

// imports sends a sheet to one of the vendor's imports and fails unless every row is imported.
func (c cloud) imports(t *testing.T, what, partner, sheet string) {
	t.Helper()
	var out struct {
		Imported int `json:"imported"`
		Rows     int `json:"rows"`
		Verdicts any `json:"verdicts"`
	}
	query := ""
	if partner != "" {
		query = "partner_id=" + url.QueryEscape(partner)
	}
	answer := send(t, c.signed(t, c.vendor(t), request{
		Method: "POST", Path: "/v2/vendor/" + what + "/import", Query: query, ContentType: "text/csv", Body: sheet,
	}))
	decode(t, answer, http.StatusOK, &out)
	if want := strings.Count(strings.TrimSpace(sheet), "\n"); out.Imported != want || out.Rows != want {
		t.Fatalf("%s: %d of %d rows imported, want %d: %v", what, out.Imported, out.Rows, want, out.Verdicts)
	}
}
