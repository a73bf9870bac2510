package externallink_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"partnercenter/pkg/externallink"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/weburl"
	"partnercenter/pkg/foundation/weburl/hostile"
)

// invoked lets the function have a request as API Gateway gives it, and answers with its log as well.
func (w *world) invoked(method, query, body string) (answer events.APIGatewayV2HTTPResponse, log string) {
	w.t.Helper()
	var lines strings.Builder
	w.env.Log = slog.New(slog.NewJSONHandler(&lines, nil))
	request := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: method + " " + externallink.Path, RawPath: externallink.Path, RawQueryString: query, Body: body,
		Headers: map[string]string{"content-type": rest.FormType, "accept": "text/html"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RequestID: "r1", HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: externallink.Path, SourceIP: "203.0.113.9"},
		},
	}
	text, err := json.Marshal(request)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := function.Invoker(externallink.Function, w.env).Invoke(context.Background(), text)
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return answer, lines.String()
}

// DOMAIN.md 17: log the click. The log has the site, and the address by a hash alone, so that clicks of one address are known as such; its path and query may
// hold a token. To look at the page is no click.
func TestAClickIsLoggedByItsSiteAndNoSecret(t *testing.T) {
	w := newWorld(t)
	var targets []string
	for _, target := range []string{"https://outside.example/reset/p4th?token=s3cret#fr4gment", "https://outside.example/reset/p4th?token=s3cret#fr4gment", "https://outside.example/"} {
		shown, log := w.invoked(http.MethodGet, "target="+url.QueryEscape(target), "")
		token := tokenOf(shown.Body)
		if shown.StatusCode != http.StatusOK || token == "" || strings.Contains(log, "outside.example") || strings.Contains(log, "s3cret") || strings.Contains(log, "ExternalClicks") {
			t.Errorf("the page is %d, and the log has %s", shown.StatusCode, log)
		}
		clicked, log := w.invoked(http.MethodPost, "", url.Values{"token": {token}}.Encode())
		if clicked.StatusCode != http.StatusSeeOther {
			t.Fatalf("the click is %d", clicked.StatusCode)
		}
		var line struct {
			Operation string  `json:"operation"`
			Host      string  `json:"external_host"`
			Target    string  `json:"external_target"`
			Clicks    float64 `json:"ExternalClicks"`
		}
		if err := json.Unmarshal([]byte(log), &line); err != nil { // one line
			t.Fatalf("%v: %s", err, log)
		}
		if line.Operation != "FollowExternalLink" || line.Host != "outside.example" || len(line.Target) != 16 || line.Clicks != 1 {
			t.Errorf("the log has %+v", line)
		}
		targets = append(targets, line.Target)
		for _, secret := range []string{"p4th", "s3cret", "fr4gment", token, "203.0.113.9"} {
			if strings.Contains(log, secret) {
				t.Errorf("the log has %s: %s", secret, log)
			}
		}
	}
	if targets[0] != targets[1] || targets[0] == targets[2] {
		t.Errorf("the addresses are known by %v", targets)
	}
	if refused, log := w.invoked(http.MethodPost, "", "token=forged"); refused.StatusCode != http.StatusBadRequest || strings.Contains(log, "ExternalClicks") {
		t.Errorf("a forged token is %d, and logged as %s", refused.StatusCode, log)
	}
}

// CASES.md B45: the corpus against the click, even if somebody had the page's key sign it as it is: nothing but what passes is forwarded to, written anew.
func TestNoHostileAddressIsFollowed(t *testing.T) {
	w := newWorld(t)
	signer := link.SignerOf(w.env)
	cases := hostile.Addresses()
	for _, c := range cases {
		token, err := signer.Token(t.Context(), link.Link{Purpose: externallink.Purpose, Object: c.Address, Expires: now.Add(time.Hour)})
		if err != nil {
			if c.Passes() {
				t.Errorf("%.100q: %v", c.Address, err)
			}
			continue
		}
		out := w.follow(token)
		got := fmt.Sprint(out.Code, " ", out.Header().Get("Location"))
		want := fmt.Sprint(http.StatusBadRequest, " ")
		if c.Passes() {
			want = fmt.Sprint(http.StatusSeeOther, " ", c.Written())
		}
		if _, judged := weburl.Judge(c.Address); got != want || (judged == nil) != c.Passes() {
			t.Errorf("%.100q: %.200s, want %.200s", c.Address, got, want)
		}
	}
}

// CASES.md B45: what answers a program never forwards it, whatever it asks about.
func TestNoHostileAddressForwardsAProgram(t *testing.T) {
	w := newWorld(t)
	for _, c := range hostile.Addresses() {
		out := w.show(c.Address, "Accept", "application/json")
		var v externallink.Verdict
		_ = json.Unmarshal(out.Body.Bytes(), &v)
		if out.Header().Get("Location") != "" || (out.Code == http.StatusOK) != c.Passes() || v.Target != c.Written() {
			t.Errorf("%.100q: %d %.200s", c.Address, out.Code, out.Body)
		}
	}
}
