package sns

import (
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
)

// What SNS answers goes into a log, which has no full phone numbers.
func TestARefusalDoesNotTellTheNumber(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: PhoneNumber Reason: ` +
			`+8613823624961 is not valid to publish to</Message></Error><RequestId>r</RequestId></ErrorResponse>`))
	}))
	defer server.Close()
	settings := map[string]string{"AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"}
	carrier := Open(&function.Env{Setting: func(name string) string { return settings[name] }, Endpoint: func(string) string { return server.URL }})
	err := carrier.Send(t.Context(), notify.Text{
		To: "138 2362 4961", Template: "code", Locale: notify.English, Params: map[string]string{"code": "1", "minutes": "2"},
	})
	if err == nil || errors.Is(err, notify.ErrUnsure) ||
		strings.Contains(err.Error(), "13823624961") || !strings.Contains(err.Error(), "+86*******4961 is not valid") {
		t.Errorf("%v, want the refusal with the number masked", err)
	}
}

func TestTemplateIsFilledOrRefused(t *testing.T) {
	text := notify.Text{
		Template: "resources", Locale: notify.English,
		Params: map[string]string{"count": "2", "resource": "{link}", "state": "will expire on 2026-12-08", "link": "https://pc.example/l/abcdefghij"},
	}
	got, err := Render(text)
	if err != nil || !strings.Contains(got, `"(link)" will expire on 2026-12-08`) || !strings.HasSuffix(got, text.Params["link"]) {
		t.Errorf("%q, %v", got, err)
	}
	delete(text.Params, "state")
	if _, err := Render(text); err == nil || !strings.Contains(err.Error(), "state") {
		t.Errorf("without a parameter: %v, want an error that names it", err)
	}
	text.Template = "../resources"
	if _, err := Render(text); err == nil {
		t.Error("a template that does not exist was rendered")
	}
}

func TestEachTemplateIsInBothLanguages(t *testing.T) {
	files, err := fs.Glob(templates, "templates/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name, _, _ := strings.Cut(file, ".")
		for _, locale := range []notify.Locale{notify.Chinese, notify.English} {
			if _, err := fs.Stat(templates, name+"."+string(locale)+".txt"); err != nil {
				t.Error(err)
			}
		}
	}
}
