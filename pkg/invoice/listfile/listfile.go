// Package listfile gives invoice lists as files: PDF to print, and CSV. It says what the page says, from the same stored content. Its operations
// belong to the function that renders documents, which hands in how.
//
// Source: DOMAIN.md 7; CASES.md B28, B46.
package listfile

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// Names of the files below a link, as the page links them.
const (
	pdfName = "invoice-list.pdf"
	csvName = "invoice-list.csv"

	pdfType = "application/pdf"
	csvType = "text/csv; charset=utf-8"
)

// Register registers the operations: for partners that are signed in, and for who holds a link to a list.
func Register(api *rest.API, env *function.Env, render document.Renderer) {
	f := files{env: env, render: render}
	item := auth.InvoiceRead
	rest.Register(api, rest.Operation{
		ID: "DownloadInvoiceList", Method: http.MethodGet, Path: "/v2/partners/invoice-list-files/{list_id}",
		Summary: "Give an issued invoice list as PDF or CSV", Allow: auth.Partners(item),
		Produces: []string{pdfType, csvType},
	}, f.download)
	allow := auth.Public("the link is signed or secret, expires, and shows one invoice list")
	rest.Register(api, rest.Operation{
		ID: "DownloadLinkedInvoiceList", Method: http.MethodGet, Path: link.TokenPath + "{token}/{file}",
		Summary: "Give the invoice list of a link as a file", Allow: allow, Page: true,
	}, f.byToken)
	rest.Register(api, rest.Operation{
		ID: "DownloadShortLinkedInvoiceList", Method: http.MethodGet, Path: link.CodePath + "{code}/{file}",
		Summary: "Give the invoice list of a short link as a file", Allow: allow, Page: true,
	}, f.byCode)
}

type files struct {
	env    *function.Env
	render document.Renderer
}

type downloadInput struct {
	ListID string `path:"list_id" maxLength:"64"`
	Format string `query:"format" enum:"pdf,csv" doc:"pdf when absent"`
}

// download gives a list of the calling partner. Errors: invoice.ErrNoList, of a draft as well.
func (f files) download(ctx context.Context, in *downloadInput) (*rest.File, error) {
	partner := rest.Caller(ctx).Party
	v, err := invoice.New(f.env).Look(ctx, partner, invoice.ListID(in.ListID))
	if err != nil {
		return nil, err
	}
	if len(v.Why) > 0 {
		return nil, invoice.ErrNoList.Saying("there is no issued invoice list %.64q", in.ListID).In("list_id")
	}
	p, err := party.Get(ctx, f.env.Table(), partner)
	if err != nil {
		return nil, err
	}
	name := pdfName
	if in.Format == "csv" {
		name = csvName
	}
	return f.file(v, name, notify.LocaleOf(p.Locale))
}

// file gives a list as the file of a name.
func (f files) file(v invoice.View, name string, locale notify.Locale) (*rest.File, error) {
	kind, write := pdfType, func() ([]byte, error) { return f.render(Document(v.Content, locale)) }
	if name == csvName {
		kind, write = csvType, func() ([]byte, error) { return Sheet(v.Content) }
	}
	body, err := write()
	if err != nil {
		return nil, err
	}
	full := strings.TrimSuffix(name, ".pdf")
	full = strings.TrimSuffix(full, ".csv") + "-" + v.Content.Number + name[len(name)-len(".pdf"):]
	return rest.NewFile(kind, full, full, body), nil
}

type (
	tokenInput struct {
		Token string `path:"token"`
		File  string `path:"file"`
		Lang  string `query:"lang"`
	}
	codeInput struct {
		Code string `path:"code"`
		File string `path:"file"`
		Lang string `query:"lang"`
	}
	// output is a file, or the page that says why there is none.
	output struct {
		Status         int
		Type           string `header:"Content-Type"`
		Disposition    string `header:"Content-Disposition"`
		Cache          string `header:"Cache-Control"`
		ReferrerPolicy string `header:"Referrer-Policy"`
		Policy         string `header:"Content-Security-Policy"`
		Sniff          string `header:"X-Content-Type-Options"`
		Robots         string `header:"X-Robots-Tag"`
		Body           []byte
	}
)

func (f files) byToken(ctx context.Context, in *tokenInput) (*output, error) {
	l, err := link.SignerOf(f.env).Open(ctx, in.Token)
	return f.linked(ctx, l, err, in.File, in.Lang)
}

func (f files) byCode(ctx context.Context, in *codeInput) (*output, error) {
	l, err := link.SignerOf(f.env).Find(ctx, in.Code)
	return f.linked(ctx, l, err, in.File, in.Lang)
}

// linked gives the file of a link as it was found. A link that is altered, expired, for something else, or of a list that is not issued has its page.
func (f files) linked(ctx context.Context, l link.Link, err error, name, lang string) (*output, error) {
	switch {
	case errors.Is(err, link.ErrExpired):
		return says(http.StatusGone, link.Expired(l.Locale)), nil
	case errors.Is(err, link.ErrMalformed), err == nil && (l.Purpose != invoice.Purpose || name != pdfName && name != csvName):
		return says(http.StatusNotFound, link.Malformed()), nil
	case err != nil:
		return nil, err
	}
	v, err := invoice.New(f.env).Look(ctx, l.Party, invoice.ListID(l.Object))
	if err != nil {
		return nil, err
	}
	locale := l.Locale
	if lang != "" {
		locale = notify.LocaleOf(lang)
	}
	if len(v.Why) > 0 {
		return says(http.StatusNotFound, notIssued(locale)), nil
	}
	file, err := f.file(v, name, locale)
	if err != nil {
		return nil, err
	}
	out := headed(http.StatusOK, file.Type, file.Body)
	out.Disposition = file.Disposition
	return out, nil
}

func says(status int, page link.Page) *output {
	return headed(status, "text/html; charset=utf-8", page.Write())
}

func headed(status int, kind string, body []byte) *output {
	return &output{
		Status: status, Type: kind, Cache: "no-store", ReferrerPolicy: "no-referrer", Policy: link.Policy(), Sniff: "nosniff", Robots: "noindex", Body: body,
	}
}

func notIssued(locale notify.Locale) link.Page {
	if locale == notify.English {
		return link.Page{Locale: locale, Title: "The invoice list is not issued yet", Text: []string{"Open the link itself: its page says what is missing."}}
	}
	return link.Page{Locale: locale, Title: "开票清单尚未生成", Text: []string{"请打开原链接，页面会说明原因。"}}
}

// columns are those of a list's CSV. They are the same in every language.
var columns = []string{
	"list_no", "payment_request_id", "periods", "source", "buyer_title", "buyer_taxpayer_id", "seller_title", "goods_name", "tax_rate", "amount", "tax_amount",
	"total_amount", "remark",
}

// Sheet gives a list as CSV: its lines, then its sums.
func Sheet(c invoice.Content) ([]byte, error) {
	sheet := export.NewSheet(columns...)
	row := func(goods string, s invoice.Sums) error {
		return sheet.Row(c.Number, c.Payable, months(c.Periods, " "), string(c.Source), c.Buyer.Title, c.Buyer.TaxID, c.Seller.Title, goods, c.Rate.String(),
			s.Net.String(), s.Tax.String(), s.Gross.String(), c.Remark)
	}
	for _, l := range c.Lines {
		if err := row(l.Goods, l.Sums); err != nil {
			return nil, err
		}
	}
	err := row("TOTAL", c.Sums)
	return sheet.Bytes(), err
}

func months(all []invoice.Month, separator string) string {
	texts := make([]string, len(all))
	for i, m := range all {
		texts[i] = string(m)
	}
	return strings.Join(texts, separator)
}
