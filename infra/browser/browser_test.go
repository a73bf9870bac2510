package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system/documents"
	"partnercenter/pkg/system/invoicing"
	"partnercenter/pkg/system/links"
)

var today = calendar.Date{Year: 2026, Month: time.December, Day: 3}

// chrome gives the browser of this machine: CHROME, or one by the names that it has on Debian and elsewhere. Without one the test is skipped.
func chrome(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROME"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Skip("no browser is installed: set CHROME, or install Debian's chromium")
	return ""
}

// node gives the Node of the project, which `make setup` installs with the packages that drive a browser.
func node(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"../../node_modules/playwright-core/package.json", "../../node_modules/axe-core/package.json"} {
		if _, err := os.Stat(path); err != nil {
			t.Skipf("%s is not installed: run make setup", path)
		}
	}
	path, err := exec.LookPath("../../node_modules/.bin/node")
	if err != nil {
		t.Skipf("node is not installed: run make setup (%v)", err)
	}
	return path
}

// site is the functions that serve the links' pages and their files, with one invoice list of ten lines.
type site struct {
	t     *testing.T
	env   *function.Env
	clock *clock.Fake
	url   string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, clock: clock.NewFake(today.At(10, 0))}
	s.env = &function.Env{
		Clock: s.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(string) string { return "" },
	}
	db := tabletest.New(t)
	function.Port[*table.Client]{Name: "table"}.Put(s.env, db)
	server := httptest.NewServer(function.NewAPI(s.env, links.Function, documents.Function, invoicing.Function()))
	t.Cleanup(server.Close)
	s.url = server.URL
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "某某科技有限公司"}}, "test", today.AddDays(-100).Start())
	tx.Create(&buyerItem{
		Head: table.Head{PK: "INVOICEBUYER#HWC", SK: "BUYER"},
		Buyer: invoice.Buyer{
			Code: "HWC", Title: "华为云计算技术有限公司", TaxID: "91520900MA6J6CBN9Q", Address: "贵州省贵安新区黔中大道交兴功路华为云数据中心", Phone: "0851-88888888", Bank: "中国银行贵安支行",
			BankAccount: "132057361123", Mailbox: "invoices@example.com",
			Recipient: invoice.Recipient{Name: "财经共享中心", Phone: "0755-28780808", Address: "深圳市龙岗区坂田华为基地行政服务中心", Postcode: "518129"},
		},
	})
	s.request(tx, "PR202612031", today.At(9, 0))
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := invoice.New(s.env).Issue(t.Context(), "p", "K-PR202612031-a"); err != nil {
		t.Fatal(err)
	}
	return s
}

// buyerItem is the item of a company that is invoiced.
type buyerItem struct {
	table.Head
	Buyer invoice.Buyer `dynamodbav:"buyer"`
}

// request makes a payment request for ten goods.
func (s *site) request(tx *table.Tx, id string, at time.Time) {
	s.t.Helper()
	p := invoice.Payable{
		Source: invoice.KooGallery, ID: id, Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: at, Basis: invoice.NetAmounts,
	}
	for n := range 10 {
		p.Items = append(p.Items, invoice.Item{Goods: fmt.Sprintf("*软件*=企业协同办公软件旗舰版第%d期", n+1), Rate: 600, Amount: 1234_56})
	}
	if err := invoice.New(s.env).Request(context.Background(), tx, p, at); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) link(list invoice.ListID) string {
	s.t.Helper()
	path, err := link.SignerOf(s.env).URL(s.t.Context(), invoice.LinkTo("p", list, notify.Chinese, s.clock.Now()))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.url + path
}

// found is what page.mjs prints.
type found struct {
	Pages []struct {
		Name, Title, Language string
		Content, Window       int
		Violations            []string
	}
	Errors   []string
	Copied   string
	Printed  int
	CSV, PDF struct{ Name, Text string }
}

func TestTheInvoiceListsPageIsFitForAPhoneAPrinterAndWeakEyes(t *testing.T) {
	browser, interpreter := chrome(t), node(t)
	s := newSite(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, interpreter, "page.mjs", browser, s.link("K-PR202612031-a"), s.link("I-none-a"))
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, failure.String())
	}
	var got found
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if len(got.Pages) != 16 {
		t.Errorf("looked at %d pages", len(got.Pages))
	}
	for _, p := range got.Pages {
		if p.Content > p.Window {
			t.Errorf("%s: %d pixels wide in a window of %d: it scrolls sideways", p.Name, p.Content, p.Window)
		}
		for _, v := range p.Violations {
			t.Errorf("%s: WCAG AA: %s", p.Name, v)
		}
		if !strings.HasSuffix(p.Name, p.Language) {
			t.Errorf("%s is in %s", p.Name, p.Language)
		}
	}
	for _, e := range got.Errors {
		if !strings.Contains(e, "404") { // the guard's own status
			t.Error(e)
		}
	}
	if got.Copied != "华为云计算技术有限公司" {
		t.Errorf("copied %q", got.Copied)
	}
	if got.Printed != 1 {
		t.Errorf("ten lines print on %d pages", got.Printed)
	}
	if got.CSV.Name != "invoice-list-HWC-2026-000001.csv" || strings.Count(got.CSV.Text, "\r\n") != 12 || !strings.Contains(got.CSV.Text, ",1234.56,74.07,") {
		t.Errorf("the CSV is %q", got.CSV)
	}
	if got.PDF.Name != "invoice-list-HWC-2026-000001.pdf" || got.PDF.Text != "%PDF-" {
		t.Errorf("the PDF is %q", got.PDF)
	}
}
