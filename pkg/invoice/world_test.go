package invoice_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

const (
	listsPath       = "/v2/partners/invoice-lists"
	billsPath       = "/v2/partners/settlement-bills"
	vendorListsPath = "/v2/vendor/invoice-lists"
	vendorBillsPath = "/v2/vendor/settlement-bills"
	buyerPath       = "/v2/vendor/invoice-buyers/HWC"
	infoPath        = "/v2/invoice-info"
	requestsPath    = "/v2/invoice-requests"
)

const (
	vendor  = "vendor vendor"
	partner = "partner p"
	rival   = "partner rival"
)

// buyer is HWC, as the vendor sets it.
const buyer = `{"title":"华为云计算技术有限公司","taxpayer_id":"91520900MA6J6CBN9Q","registered_address":"贵州省贵安新区黔中大道交兴功路","registered_phone":"0851-88888888",
	"bank_name":"中国银行贵安支行","bank_account":"132057361123","mailbox":"invoices@example.com",
	"recipient":{"name":"财经共享中心","phone":"0755-28780808","address":"深圳市龙岗区坂田华为基地","postcode":"518129"}}`

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

// world is a table of its own with a vendor, two partners and customers, and the capability's API; what other capabilities know is in its fields.
type world struct {
	t        *testing.T
	db       *table.Client
	clock    *clock.Fake
	env      *function.Env
	api      *rest.API
	work     map[string]lifecycle.Handler
	business map[auth.PartyID]invoice.Business
	payables map[string]invoice.Payable
	told     []string // what payment requests were told
	consumed map[string]money.Fen
	unsigned map[auth.PartyID]bool
	calls    int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, db: tabletest.New(t), clock: clock.NewFake(december(1).At(10, 0)), payables: map[string]invoice.Payable{}, consumed: map[string]money.Fen{},
		business: map[auth.PartyID]invoice.Business{}, unsigned: map[auth.PartyID]bool{},
	}
	certified := invoice.Business{
		Certified: true, Since: december(1).AddDays(-100).Start(), Title: "某某科技有限公司", TaxID: "91440300MA5EXAMPLE", Bank: "招商银行", BankAccount: "755900001111222",
	}
	w.business["p"], w.business["rival"] = certified, certified
	w.serve()
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}},
		{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "某某科技有限公司", Email: "finance@partner.example"}, Mobile: "13800000000"},
		{Row: party.Row{ID: "rival", Kind: auth.Partner, Name: "Rival"}},
		{
			Row:     party.Row{ID: "c", Kind: auth.Customer, Name: "Customer", Partner: "p", AssociationType: party.Referral},
			Profile: party.Profile{RealName: "客户有限公司", VerifiedAs: party.Verified, CustomerType: 2},
		},
		{
			Row:     party.Row{ID: "resale", Kind: auth.Customer, Name: "Resale", Partner: "p", AssociationType: party.Resale},
			Profile: party.Profile{RealName: "转售客户", VerifiedAs: party.Verified, CustomerType: 2},
		},
	} {
		tx := table.NewTx()
		party.Create(tx, p, "test", w.clock.Now())
		w.commit(tx)
	}
	w.as(vendor, http.MethodPut, buyerPath, buyer).Into(t, nil)
	return w
}

// serve makes the API and the due work.
func (w *world) serve() {
	wall := ticking{clock.NewFake(w.clock.Now())}
	w.env = &function.Env{
		Clock: w.clock, Wall: wall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(name string) string { return map[string]string{function.SettingSite: "https://site.example"}[name] },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: wall, Log: w.env.Log,
	})
	invoice.FunctionWith(func(*function.Env) invoice.Parts { return w.parts() }).HTTP(w.api, w.env)
	w.work = invoice.Work(w.env)
}

func (w *world) parts() invoice.Parts {
	return invoice.Parts{
		Business: func(_ context.Context, id auth.PartyID) (invoice.Business, error) { return w.business[id], nil },
		Incentives: invoice.Payables{
			Load: func(_ context.Context, _ auth.PartyID, id string) (invoice.Payable, bool, error) {
				p, ok := w.payables[id]
				return p, ok, nil
			},
			Advance: func(_ context.Context, _ *table.Tx, _ auth.PartyID, id string, told invoice.Told) error {
				w.told = append(w.told, id+" "+string(told.Event))
				return nil
			},
		},
		Settles: func(_ context.Context, _ *table.Tx, id auth.PartyID) error {
			if w.business[id].UnderReview {
				return errUnderReview
			}
			return nil
		},
		Agreed: func(_ context.Context, id auth.PartyID, _ time.Time) error {
			if w.unsigned[id] {
				return errUnsigned
			}
			return nil
		},
		Consumption: func(_ context.Context, id auth.PartyID, m invoice.Month) (money.Fen, error) {
			return w.consumed[string(id)+" "+string(m)], nil
		},
	}
}

var errUnderReview = problem.New(http.StatusConflict, "CBC.99001306", "a change of the business information is being certified")

var errUnsigned = problem.New(http.StatusConflict, "CBC.99001200", "an agreement is not signed")

// ticking is a wall clock that moves on by a second whenever it is read, so that nobody calls faster than the limit of one party.
type ticking struct{ *clock.Fake }

// Now moves the clock on.
func (c ticking) Now() time.Time {
	c.Advance(time.Second)
	return c.Fake.Now()
}

func (w *world) service() *invoice.Service { return invoice.New(w.env) }

func (w *world) commit(tx *table.Tx) {
	w.t.Helper()
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// as calls an operation. Each call is signed anew.
func (w *world) as(caller, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	return w.send(fmt.Sprint("signature-", w.calls), caller, method, path, body)
}

func (w *world) send(signature, caller, method, path, body string) resttest.Answer {
	call := resttest.Call{Who: caller, Signature: signature, Method: method, Path: path, Body: body}
	if strings.Contains(path, "/import") {
		call.Type = "text/csv"
	}
	return call.On(w.api)
}

// request makes a payment request for incentives, with its drafts.
func (w *world) request(id string, amount money.Fen) invoice.Payable {
	w.t.Helper()
	p := invoice.Payable{Source: invoice.Incentive, ID: id, Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: w.clock.Now(), Amount: amount}
	w.payables[id] = p
	tx := table.NewTx()
	if err := w.service().Request(context.Background(), tx, p, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	w.commit(tx)
	return p
}

// due does what is due by now.
func (w *world) due() {
	w.t.Helper()
	lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: w.work}.Until(w.t, w.clock.Now())
}

// answer is what an operation answered.
type answer = resttest.Answer

// list is an invoice list as the API shows it.
type list struct {
	ListID    string   `json:"list_id"`
	ListNo    string   `json:"list_no"`
	State     string   `json:"state"`
	TaxRate   string   `json:"tax_rate"`
	Net       amount   `json:"amount"`
	Tax       amount   `json:"tax_amount"`
	Gross     amount   `json:"total_amount"`
	Remark    string   `json:"remark"`
	Reason    string   `json:"reason"`
	PayBy     string   `json:"pay_by"`
	PagePath  string   `json:"page_path"`
	Periods   []string `json:"periods"`
	PaymentID string   `json:"payment_request_id"`
	Buyer     struct {
		Title   string `json:"title"`
		Mailbox string `json:"mailbox"`
	} `json:"buyer"`
	Lines []struct {
		Goods string `json:"goods_name"`
		Gross amount `json:"total_amount"`
	} `json:"lines"`
	Invoices []struct {
		No string `json:"invoice_no"`
	} `json:"invoices"`
}

// amount is an amount on the wire, as its text.
type amount string

// UnmarshalJSON keeps the text.
func (a *amount) UnmarshalJSON(text []byte) error {
	*a = amount(text)
	return nil
}

// issued makes a payment request whose list is issued.
func (w *world) issued(id string, amount money.Fen) list {
	w.t.Helper()
	w.request(id, amount)
	w.due()
	return w.list(partner, "I-"+id+"-a")
}

func (w *world) list(caller, id string) (l list) {
	w.t.Helper()
	w.as(caller, http.MethodGet, listsPath+"/"+id, "").Into(w.t, &l)
	return l
}

// special is a special VAT invoice on the wire.
func special(no, net, tax, gross string) string {
	return typed("SPECIAL_ELECTRONIC", no, net, tax, gross)
}

func typed(kind, no, net, tax, gross string) string {
	code := ""
	if len(no) == 8 {
		code = `"invoice_code":"4403202612",`
	}
	return fmt.Sprintf(`{"invoice_no":%q,%s"invoice_type":%q,"invoice_date":"2026-12-01","amount":%s,"tax_amount":%s,"total_amount":%s}`, no, code, kind, net, tax, gross)
}

func (w *world) register(caller, id string, invoices ...string) resttest.Answer {
	w.t.Helper()
	return w.as(caller, http.MethodPost, listsPath+"/"+id+"/invoices", `{"invoices":[`+strings.Join(invoices, ",")+`]}`)
}

func (w *world) mail(id, body string) resttest.Answer {
	w.t.Helper()
	return w.as(partner, http.MethodPost, listsPath+"/"+id+"/parcels", body)
}

func (w *world) review(id, step, reason string) resttest.Answer {
	w.t.Helper()
	return w.as(vendor, http.MethodPost, vendorListsPath+"/p/"+id+"/steps", fmt.Sprintf(`{"step":%q,"reason":%q}`, step, reason))
}

// digital is the n-th of some invoice numbers.
func digital(n int) string { return fmt.Sprintf("2644200000%010d", n) }
