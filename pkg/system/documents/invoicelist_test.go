package documents_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/document/pdf/pdftest"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system/documents"
)

type setBuyer struct {
	table.Head
	Buyer invoice.Buyer `dynamodbav:"buyer"`
}

// withList gives the function's operations with an issued list of a partner, and the path of its link.
func withList(t *testing.T) (api *rest.API, path string, now *clock.Fake) {
	t.Helper()
	now = clock.NewFake(time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC))
	env := &function.Env{
		Clock: now, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	db := tabletest.New(t)
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	s := &invoice.Service{Table: db, Clock: now, Parts: invoice.Parts{Business: func(context.Context, auth.PartyID) (invoice.Business, error) {
		return invoice.Business{Certified: true, Title: "某某科技"}, nil
	}}}
	tx := table.NewTx()
	for _, id := range []auth.PartyID{"p", "q"} {
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: auth.Partner, Name: "Partner"}}, "test", now.Now())
	}
	tx.Create(&setBuyer{Head: table.Head{PK: "INVOICEBUYER#HWC", SK: "BUYER"}, Buyer: invoice.Buyer{Code: "HWC", Title: "华为云计算技术有限公司", TaxID: "91520900MA6J6CBN9Q"}})
	p := invoice.Payable{
		Source: invoice.KooGallery, ID: "PR1", Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: now.Now(), Basis: invoice.NetAmounts,
		Items: []invoice.Item{{Goods: `=cmd|"x"`, Rate: 600, Amount: 2728_83}, {Goods: "@B", Rate: 600, Amount: 100_00}, {Goods: "+C\r\n-D", Rate: 600, Amount: 1}},
	}
	if err := s.Request(t.Context(), tx, p, now.Now()); err != nil {
		t.Fatal(err)
	}
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := s.Issue(t.Context(), "p", "K-PR1-a"); err != nil {
		t.Fatal(err)
	}
	api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: now, Wall: clock.System{}, Log: env.Log})
	documents.Function.HTTP(api, env)
	path, err := link.SignerOf(env).URL(t.Context(), invoice.LinkTo("p", "K-PR1-a", notify.Chinese, now.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return api, path, now
}

func get(api *rest.API, who, path string) resttest.Answer {
	return resttest.Call{Who: who, Method: http.MethodGet, Path: path}.On(api)
}

// CASES.md B28, B46.
func TestTheFilesOfAnInvoiceListSayTheSameStoredFigures(t *testing.T) {
	api, path, _ := withList(t)
	sheet := get(api, "", path+"/invoice-list.csv")
	if sheet.Status != 200 || !strings.HasPrefix(sheet.Header.Get("Content-Disposition"), `attachment; filename="invoice-list-HWC-2026-000001.csv"`) {
		t.Fatalf("got %d, %v", sheet.Status, sheet.Header)
	}
	for _, want := range []string{
		`"'=cmd|""x""",0.06,2728.83,163.73,2892.56,`, "'@B,0.06,100.00,6.00,106.00,", `"'+C` + "\r\n" + `-D",0.06,0.01,0.00,0.01,`, "TOTAL,0.06,2828.84,169.73,2998.57,",
		"HWC-2026-000001,PR1,2026-11,KOOGALLERY,华为云计算技术有限公司",
	} {
		if !strings.Contains(sheet.Body, want) {
			t.Errorf("the CSV lacks %q:\n%s", want, sheet.Body)
		}
	}
	for lang, title := range map[string]string{"zh-CN": "开票清单", "en-US": "Invoice list"} {
		print := get(api, "", path+"/invoice-list.pdf?lang="+lang)
		pages := pdftest.Read(t, []byte(print.Body))
		text := pages[0].String()
		for _, want := range []string{title, "HWC-2026-000001", "2,728.83", "163.73", "2,998.57", "申付单号：PR1；账期：2026-11", "91520900MA6J6CBN9Q"} {
			if !strings.Contains(text, want) {
				t.Errorf("the PDF in %s lacks %q:\n%s", lang, want, text)
			}
		}
		if len(pages) != 1 {
			t.Errorf("%d pages", len(pages))
		}
	}
	signed := get(api, "partner p", "/v2/partners/invoice-list-files/K-PR1-a?format=csv")
	if signed.Body != sheet.Body {
		t.Errorf("signed in it is\n%s", signed.Body)
	}
	get(api, "partner q", "/v2/partners/invoice-list-files/K-PR1-a").Refused(t, 404, "CBC.0404", "K-PR1-a")
	get(api, "partner p sales", "/v2/partners/invoice-list-files/K-PR1-a").Refused(t, 403, "CBC.0155", "invoice:read")
}

func TestFilesOfLinksThatAreNoneHavePages(t *testing.T) {
	api, path, now := withList(t)
	for _, wrong := range []string{"/links/x/invoice-list.pdf", path[:len(path)-2] + "/invoice-list.pdf", path + "/other.pdf", "/l/abcdefghij/invoice-list.csv"} {
		got := get(api, "", wrong)
		if got.Status != 404 || !strings.Contains(got.Body, "Not a valid link") || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %.200s", wrong, got.Status, got.Body)
		}
	}
	now.Advance(91 * 24 * time.Hour)
	if got := get(api, "", path+"/invoice-list.pdf"); got.Status != 410 || !strings.Contains(got.Body, "链接已过期") {
		t.Errorf("expired: got %d %.200s", got.Status, got.Body)
	}
}
