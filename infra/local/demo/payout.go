package demo

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"

	data "partnercenter/events/demo"
	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/incentive/performance"
)

// From consumption to an invoice: November's, of the demo's partner.
const (
	month      = "2026-11"
	vendorPath = "/v2/vendor/incentives/partners/"

	buyer = `{"title":"华为云计算技术有限公司","taxpayer_id":"91520900MA6J6CBN9Q","registered_address":"贵州省贵安新区黔中大道交兴功路","registered_phone":"0851-88888888",
		"bank_name":"中国银行贵安支行","bank_account":"132057361123","mailbox":"invoices@vendor.example",
		"recipient":{"name":"财经共享中心","phone":"0755-28780808","address":"深圳市龙岗区坂田华为基地","postcode":"518129"}}`
	business = `{"title":"Demo Solution Provider","taxpayer_id":"91440300MA5EXAMPL1","registered_address":"深圳市龙岗区1号","registered_phone":"0755-12345678",
		"bank_name":"招商银行深圳分行","bank_account":"755900001111222","currency":"CNY"}`
	plan = `{"name":"Solution providers","effective_month":"2026-11","rules":[{"association_type":1,"tiers":[{"from":0,"rate":300},{"from":100000,"rate":500}]},
		{"tiers":[{"from":0,"rate":200}]}]}`
)

// payout is how November's consumption becomes an invoice list.
type payout struct {
	cloud           *cloud.Cloud
	vendor, partner cloud.Principal

	imported, refused, lines, counted int
	slip, performance, incentives     money.Fen
	request                           string
	applied                           money.Fen
	link                              string
}

// PayOut imports November's consumption, closes the month, confirms its statements and applies for them by bank transfer, and prints the link of the mail
// that asks for the invoice. Error: sums that do not meet.
func PayOut(ctx context.Context, out io.Writer, c *cloud.Cloud, vendor, partner cloud.Principal) error {
	p := &payout{cloud: c, vendor: vendor, partner: partner}
	for _, step := range []func(context.Context) error{p.prepare, p.consume, p.close, p.apply} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	p.print(out)
	breach := performance.New(c.Env()).Audit(ctx, partner.Party, month)
	if p.slip != p.performance {
		breach = errors.Join(breach, fmt.Errorf("the slip says %s, the statements %s", p.slip, p.performance))
	}
	return breach
}

// prepare says who invoices whom, and by which rates.
func (p *payout) prepare(ctx context.Context) error {
	of := vendorPath + string(p.partner.Party)
	for _, one := range []struct {
		by                 cloud.Principal
		method, path, body string
	}{
		{p.vendor, http.MethodPut, "/v2/vendor/invoice-buyers/HWC", buyer},
		{p.partner, http.MethodPut, "/v2/partners/business-information", business},
		{p.vendor, http.MethodPost, of + "/business-information/decisions", `{"decision":"CERTIFY"}`},
		{p.vendor, http.MethodPost, "/v2/vendor/incentives/plans/solution-provider/versions", plan},
	} {
		if err := call(ctx, one.by, one.method, p.cloud.API+one.path, one.body, nil); err != nil {
			return err
		}
	}
	return nil
}

// consume imports the bill and has its performance reviewed.
func (p *payout) consume(ctx context.Context) error {
	var started struct {
		ID string `json:"import_id"`
	}
	imports := p.cloud.API + "/v2/vendor/consumption/imports"
	if err := call(ctx, p.vendor, http.MethodPost, imports+"?source=focus&period="+month, string(data.Consumption()), &started); err != nil {
		return err
	}
	if err := p.cloud.Advance(ctx, "P1D"); err != nil {
		return err
	}
	var done struct{ Imported, Refused int }
	if err := call(ctx, p.vendor, http.MethodGet, imports+"/"+started.ID, "", &done); err != nil {
		return err
	}
	p.imported, p.refused = done.Imported, done.Refused
	slip := "/v2/vendor/performance/partners/" + string(p.partner.Party) + "/slips/" + month
	if err := call(ctx, p.vendor, http.MethodPost, p.cloud.API+slip+"/review", "", nil); err != nil {
		return err
	}
	if err := p.cloud.Advance(ctx, "PT1H"); err != nil {
		return err
	}
	var shown struct {
		State        string      `json:"state"`
		Amount       rest.Amount `json:"amount"`
		Lines        int         `json:"lines"`
		CountedLines int         `json:"counted_lines"`
	}
	if err := call(ctx, p.partner, http.MethodGet, p.cloud.API+"/v2/partners/performance/slips/"+month, "", &shown); err != nil {
		return err
	}
	if shown.State != "FINAL" {
		return fmt.Errorf("the slip of %s is %s after its review", month, shown.State)
	}
	p.slip, p.lines, p.counted = money.Fen(shown.Amount), shown.Lines, shown.CountedLines
	return nil
}

// close puts the partner into its plan, waits for the monthly close, and has all statements confirmed and approved.
func (p *payout) close(ctx context.Context) error {
	membership := p.cloud.API + vendorPath + string(p.partner.Party) + "/membership"
	if err := call(ctx, p.vendor, http.MethodPut, membership, `{"plan_id":"solution-provider","since":"2026-11-01"}`, nil); err != nil {
		return err
	}
	if err := p.cloud.Advance(ctx, "P5D"); err != nil {
		return err
	}
	var list struct {
		Statements []struct {
			ID          string      `json:"statement_id"`
			Performance rest.Amount `json:"performance"`
			Amount      rest.Amount `json:"amount"`
		} `json:"statements"`
	}
	statements := p.cloud.API + "/v2/partners/incentive-statements"
	if err := call(ctx, p.partner, http.MethodGet, statements+"?period="+month, "", &list); err != nil {
		return err
	}
	if len(list.Statements) == 0 {
		return fmt.Errorf("the close of %s made no statement", month)
	}
	for _, s := range list.Statements {
		p.performance += money.Fen(s.Performance)
		p.incentives += money.Fen(s.Amount)
		if err := call(ctx, p.partner, http.MethodPost, statements+"/"+s.ID+"/decisions", `{"decision":"CONFIRM"}`, nil); err != nil {
			return err
		}
		review := p.cloud.API + vendorPath + string(p.partner.Party) + "/statements/" + s.ID + "/decisions"
		if err := call(ctx, p.vendor, http.MethodPost, review, `{"decision":"APPROVE"}`, nil); err != nil {
			return err
		}
	}
	return nil
}

// apply applies by bank transfer, which pays what comes of referral, and reads the mail that asks for the invoice.
func (p *payout) apply(ctx context.Context) error {
	var made struct {
		ID     string      `json:"payment_request_id"`
		Amount rest.Amount `json:"amount"`
	}
	if err := call(ctx, p.partner, http.MethodPost, p.cloud.API+"/v2/partners/payment-requests", `{"method":"BANK_TRANSFER"}`, &made); err != nil {
		return err
	}
	p.request, p.applied = made.ID, money.Fen(made.Amount)
	if err := p.cloud.Advance(ctx, "PT30M"); err != nil {
		return err
	}
	sent, err := readInbox(ctx, p.cloud.Inbox())
	if err != nil {
		return err
	}
	for message := range sent.byMessage {
		if !strings.Contains(message, p.request) {
			continue
		}
		for _, word := range strings.Fields(html.UnescapeString(message)) {
			if at, err := url.Parse(strings.Trim(word, "()<>\"")); err == nil && strings.HasPrefix(at.Path, "/links/") {
				p.link = at.String()
			}
		}
	}
	if p.link == "" {
		return fmt.Errorf("no mail has a link to the list of payment request %s", p.request)
	}
	return nil
}

func (p *payout) print(out io.Writer) {
	fmt.Fprintf(out, "\nNovember's bill: %d lines imported, %d refused; of %s, %d of %d lines count, %s yuan of performance in the slip and in the statements.\n"+
		"They are worth %s yuan; %s of them, which come of referral, are applied for by bank transfer as %s.\n"+
		"The mail that asks for the invoice links to its list:\n\n  %s\n",
		p.imported, p.refused, p.partner.Party, p.counted, p.lines, p.slip, p.incentives, p.applied, p.request, p.link)
}
