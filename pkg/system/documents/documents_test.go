package documents_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/document/pdf/pdftest"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system/documents"
)

// TestAStatementComesThroughLambdaAsAPDF goes the way that a statement goes on AWS: an event of API Gateway in, JSON with base64 out.
func TestAStatementComesThroughLambdaAsAPDF(t *testing.T) {
	now := clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	env := &function.Env{Clock: now, Wall: now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	db := tabletest.New(t)
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "某某科技"}}, "test", now.Now())
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	api := rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: now, Wall: now, Log: env.Log})
	documents.Function.HTTP(api, env)
	event := events.APIGatewayV2HTTPRequest{
		RouteKey: "GET /v2/accounts/partner-accounts/statements", RawPath: "/v2/accounts/partner-accounts/statements", RawQueryString: "bill_cycle=2026-11",
		Headers: map[string]string{"authorization": "partner p"},
	}
	event.RequestContext.HTTP.Method = "GET"
	answer, err := api.Lambda()(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	var got events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(sent, &got); err != nil || got.StatusCode != 200 || !got.IsBase64Encoded || got.Headers["Content-Type"] != "application/pdf" {
		t.Fatalf("got %.300s, %v", sent, err)
	}
	file, err := base64.StdEncoding.DecodeString(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text := pdftest.Read(t, file)[0].String(); !strings.HasPrefix(text, "账户对账单\n2026-11\n") || !strings.Contains(text, "某某科技\n") {
		t.Errorf("it says %q", text)
	}
}
