package docs_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/docs"
)

func get(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	api := function.NewAPI(&function.Env{Clock: clock.System{}, Wall: clock.System{}}, docs.Function)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	answer := w.Result()
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestThePageNamesNoOtherHost(t *testing.T) {
	answer := get(t, "/docs")
	page := text(t, answer.Body)
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		t.Errorf("/docs: %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	policy := answer.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy lets others in: %s", policy)
	}
	if found := regexp.MustCompile(`(https?:)?//[a-z]`).FindString(page); found != "" {
		t.Errorf("the page loads from %q", found)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="docs/([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if answer := get(t, "/docs/"+m[1]); answer.StatusCode != http.StatusOK {
			t.Errorf("the page's asset %s: %d; without make there is none", m[1], answer.StatusCode)
		}
	}
}

func TestAssetsComePackedAndUnpacked(t *testing.T) {
	packed, plain := get(t, "/docs/swagger-ui.css", "Accept-Encoding", "br, gzip"), get(t, "/docs/swagger-ui.css")
	if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
		t.Fatalf("got %q and %q; without make there is none", packed.Header.Get("Content-Encoding"), plain.Header.Get("Content-Encoding"))
	}
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := text(t, unpacked), text(t, plain.Body); a != b || !strings.Contains(a, ".swagger-ui") {
		t.Errorf("the packed asset has %d bytes unpacked, the plain one %d", len(a), len(b))
	}
}

func TestTheDocumentIsOpenAPI31AndSaysWhoMayCall(t *testing.T) {
	var document struct {
		OpenAPI string `json:"openapi"`
		Info    struct {
			Description string `json:"description"`
		} `json:"info"`
	}
	if err := json.NewDecoder(get(t, "/openapi.json").Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(document.OpenAPI, "3.1") || !strings.Contains(document.Info.Description, "| Who may call |") {
		t.Errorf("OpenAPI %s, described as %.100q", document.OpenAPI, document.Info.Description)
	}
}

func TestPathsThatNobodyHasAreRefusedInTheOneShape(t *testing.T) {
	for _, path := range []string{"/", "/nothing", "/docs/../openapi.json", "/docs/assets", "/docs/openapi.json.gz", "/v2/vendor/nothing", "/local/clock"} {
		answer := get(t, path)
		var refusal map[string]string
		if err := json.NewDecoder(answer.Body).Decode(&refusal); err != nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, %v", path, answer.StatusCode, err)
		}
		if len(refusal) != 2 || refusal["error_code"] == "" || refusal["error_msg"] == "" || answer.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v, X-Request-Id %q", path, refusal, answer.Header.Get("X-Request-Id"))
		}
	}
}
