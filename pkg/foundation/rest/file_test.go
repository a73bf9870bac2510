package rest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"mime"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
)

// shelf answers files by their ids.
func shelf(t *testing.T, files map[string]*rest.File) *desk {
	d := newDesk(t)
	rest.Register(d.api, rest.Operation{
		ID: "ShowFile", Method: "GET", Path: "/files/{id}", Allow: auth.Only(auth.Customer, auth.AccountRead),
		Produces: []string{"application/pdf", "text/csv"},
	}, func(_ context.Context, in *struct {
		ID string `path:"id"`
	},
	) (*rest.File, error) {
		return files[in.ID], nil
	})
	return d
}

func TestAFileReachesAPIGatewayAsItIs(t *testing.T) {
	binary, all := "%PDF-1.7\n\x00\xff\xfe\r\n", make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	text, long := "\xef\xbb\xbf名称,金额\r\n<a>&\"b\",1\r\n", strings.Repeat("<名>", 200_000)
	for name, c := range map[string]struct {
		body   string
		base64 bool
	}{
		"binary": {binary, true}, "every byte": {string(all), true}, "text": {text, false}, "long text": {long, true}, "nothing": {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			d := shelf(t, map[string]*rest.File{"1": rest.NewFile("application/pdf", "a.pdf", "a.pdf", []byte(c.body))})
			answer, err := d.api.Lambda()(context.Background(), event("GET", "/files/1", "", ""))
			if err != nil {
				t.Fatal(err)
			}
			sent, err := json.Marshal(answer) // as the runtime sends it
			if err != nil {
				t.Fatal(err)
			}
			if limit := len(c.body)*4/3 + 2000; len(sent) > limit {
				t.Errorf("%d bytes are sent for %d, want at most %d", len(sent), len(c.body), limit)
			}
			var got struct {
				Body            string            `json:"body"`
				IsBase64Encoded bool              `json:"isBase64Encoded"`
				Headers         map[string]string `json:"headers"`
			}
			if err := json.Unmarshal(sent, &got); err != nil {
				t.Fatal(err)
			}
			body := got.Body
			if got.IsBase64Encoded {
				decoded, err := base64.StdEncoding.DecodeString(got.Body)
				if err != nil {
					t.Fatal(err)
				}
				body = string(decoded)
			}
			if body != c.body || got.IsBase64Encoded != c.base64 {
				t.Errorf("got %.60q, in base64: %t", body, got.IsBase64Encoded)
			}
			if got.Headers["Content-Type"] != "application/pdf" || got.Headers["Cache-Control"] != "no-store" {
				t.Errorf("got %v", got.Headers)
			}
		})
	}
}

func TestAnAnswerThatLambdaDoesNotTakeIsAnErrorThatSaysSo(t *testing.T) {
	d := shelf(t, map[string]*rest.File{
		"most": rest.NewFile("text/csv", "a", "a", make([]byte, rest.MaxAnswer)),
		"more": rest.NewFile("text/csv", "a", "a", make([]byte, rest.MaxAnswer+1)),
	})
	got, err := d.api.Lambda()(context.Background(), event("GET", "/files/most", "", ""))
	if err != nil || got.StatusCode != 200 || len(got.Body) > 6_000_000 {
		t.Errorf("got %d with %d bytes, %v", got.StatusCode, len(got.Body), err)
	}
	trace := &rest.Trace{}
	got, err = d.api.Lambda()(rest.WithTrace(context.Background(), trace), event("GET", "/files/more", "", ""))
	named := got.Headers["X-Request-Id"] == "request-1" && got.Headers["Content-Disposition"] == ""
	if err != nil || got.StatusCode != 500 || !strings.Contains(got.Body, "CBC.0999") || !named {
		t.Errorf("got %d %s with %v, %v", got.StatusCode, got.Body, got.Headers, err)
	}
	if trace.Status != 500 || trace.Err == nil || !strings.Contains(trace.Err.Error(), "4194305 bytes") {
		t.Errorf("the log says %d, %v", trace.Status, trace.Err)
	}
}

func TestAFilesNameIsReadByAllClients(t *testing.T) {
	for name, c := range map[string]struct{ name, ascii, want string }{
		"plain":   {"a-1.pdf", "a-1.pdf", `attachment; filename="a-1.pdf"; filename*=UTF-8''a-1.pdf`},
		"Chinese": {"对账单.csv", "statement.csv", `attachment; filename="statement.csv"; filename*=UTF-8''%E5%AF%B9%E8%B4%A6%E5%8D%95.csv`},
		"a path":  {"../a\"b\r\nX: y.pdf", "é\"\\;\n.pdf", `attachment; filename="_____.pdf"; filename*=UTF-8''.._a_b__X_%20y.pdf`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rest.NewFile("", c.name, c.ascii, nil).Disposition; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	_, params, err := mime.ParseMediaType(strings.Replace(rest.NewFile("", "对账 单.csv", "", nil).Disposition, ` filename="";`, "", 1))
	if err != nil || params["filename"] != "对账 单.csv" {
		t.Errorf("read back it is %q, %v", params["filename"], err)
	}
}

func TestTheDocumentNamesTheTypesOfAFile(t *testing.T) {
	text, err := shelf(t, nil).api.OpenAPI()
	if err != nil || !strings.Contains(string(text), `"application/pdf"`) || !strings.Contains(string(text), `"text/csv"`) {
		t.Errorf("got %.2000s, %v", text, err)
	}
}
