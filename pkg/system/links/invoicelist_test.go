package links

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/invoice/listpage"
	"partnercenter/pkg/party"
)

type setBuyer struct {
	table.Head
	Buyer invoice.Buyer `dynamodbav:"buyer"`
}

// withList is a world with a partner and an issued invoice list, and what others know of the partner in b.
func withList(t *testing.T, b *invoice.Business) *world {
	t.Helper()
	w := newWorld(t, 0)
	invoice.PartsPort.Put(w.env, invoice.Parts{
		Business: func(context.Context, auth.PartyID) (invoice.Business, error) { return *b, nil },
		Incentives: invoice.Payables{Load: func(_ context.Context, _ auth.PartyID, id string) (invoice.Payable, bool, error) {
			return invoice.Payable{ID: id, Partner: "p", NoList: true}, id == "VOUCHER", nil
		}},
	})
	p := invoice.Payable{
		Source: invoice.Incentive, ID: "PR1", Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: w.clock.Now(), Amount: 1000_00,
		Items: []invoice.Item{{Goods: `<script>alert("x")</script>`, Rate: 600, Amount: 1000_00}}, Basis: invoice.GrossAmounts,
	}
	w.write(func(tx *table.Tx) {
		party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "Partner"}}, "test", today.AddDays(-9).Start())
		tx.Create(&setBuyer{Head: table.Head{PK: "INVOICEBUYER#HWC", SK: "BUYER"}, Buyer: invoice.Buyer{Code: "HWC", Title: "华为云", Mailbox: "a@b.example"}})
		if err := invoice.New(w.env).Request(t.Context(), tx, p, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	})
	return w
}

func certified() *invoice.Business {
	return &invoice.Business{Certified: true, Since: today.AddDays(-9).Start(), Title: "某某科技"}
}

func (w *world) issue() {
	w.t.Helper()
	if err := invoice.New(w.env).Issue(w.t.Context(), "p", "I-PR1-a"); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) listLink(id invoice.ListID) link.Link {
	return invoice.LinkTo("p", id, notify.Chinese, w.clock.Now())
}

// versions adds up what was written of a partner.
func (w *world) versions() (sum int64) {
	w.t.Helper()
	for item, err := range table.All[table.Raw](w.t.Context(), w.db, table.Query{PK: "PARTY#p", Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		sum += item.Ver + 1000
	}
	return sum
}

// CASES.md B42.
func TestAnInvoiceListIsSeenAHundredTimesAndChangedByNone(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	url, before := w.url(w.listLink("I-PR1-a")), w.versions()
	first := w.sees(http.MethodGet, url, http.StatusOK, "HWC-2026-000001")
	for range 100 {
		if page := w.sees(http.MethodGet, url, http.StatusOK, "待开票"); page != first {
			t.Fatalf("it has changed:\n%s", page)
		}
	}
	w.sees(http.MethodPost, url, http.StatusOK, "待开票") // there is nothing to act on
	if after := w.versions(); after != before {
		t.Errorf("items were written: %d, then %d", before, after)
	}
	short, err := link.SignerOf(w.env).Short(t.Context(), w.listLink("I-PR1-a"))
	if err != nil {
		t.Fatal(err)
	}
	if code := strings.TrimPrefix(short, link.CodePath); len(code) != 10 {
		t.Errorf("the short link is %s", short)
	}
	w.sees(http.MethodGet, short, http.StatusOK, "HWC-2026-000001")
}

func TestTheInvoiceListsPageSaysWhatToDo(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	page := w.sees(http.MethodGet, w.url(w.listLink("I-PR1-a"))+"?lang=en-US", http.StatusOK, "To invoice")
	for _, want := range []string{
		"PR1", "2026-11", "943.40", "56.60", "1,000.00", "6%", "华为云", "申付单号：PR1；账期：2026-11", "a@b.example", "Special VAT invoices only", "never for two payment requests",
		"sign in", "RegisterInvoices", `href="/docs"`, "/" + listpage.PDF, "/" + listpage.CSV, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;", "2026-12-01 10:00", `data-of="c1"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Errorf("it holds markup that it was given, or asks elsewhere:\n%s", page)
	}
}

func TestTheInvoiceListsPageSpeaksItsReadersLanguage(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	url := w.url(w.listLink("I-PR1-a"))
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "zh-CN"},
		{"", "en-GB,en;q=0.9", "en-US"},
		{"", "zh-TW", "zh-CN"},
		{"", "fr, en;q=0.8, zh;q=0.9", "zh-CN"},
		{"", "fr", "zh-CN"},
		{"?lang=en-US", "zh-CN", "en-US"},
		{"?lang=zh-CN", "en", "zh-CN"},
		{"?lang=fr", "en", "en-US"},
		{"", "en;q=2, zh;q=0.1", "zh-CN"},
	} {
		r := httptest.NewRequest(http.MethodGet, url+c.query, http.NoBody)
		r.Header.Set("Accept-Language", c.accept)
		out := httptest.NewRecorder()
		w.api.ServeHTTP(out, r)
		if !strings.Contains(out.Body.String(), `<html lang="`+c.want+`"`) {
			t.Errorf("%+v: %.80s", c, out.Body)
		}
	}
}

// DOMAIN.md 21, row 12: each guard has its page.
func TestEachGuardHasItsPage(t *testing.T) {
	b := certified()
	w := withList(t, b)
	sees := func(id invoice.ListID, status int, texts ...string) {
		t.Helper()
		page := w.sees(http.MethodGet, w.url(w.listLink(id))+"?lang=en-US", status, "can&#39;t be shown yet")
		for _, text := range texts {
			if !strings.Contains(page, text) {
				t.Errorf("%s does not say %q:\n%s", id, text, page)
			}
		}
	}
	sees("I-PR1-a", http.StatusOK, "in a few minutes")
	b.Certified = false
	sees("I-PR1-a", http.StatusOK, "is not certified")
	b.Certified, b.UnderReview = true, true
	sees("I-PR1-a", http.StatusOK, "being certified")
	b.UnderReview, b.Since = false, w.clock.Now()
	sees("I-PR1-a", http.StatusOK, "on the same day", "2026-12-02 00:00 (Beijing time)")
	sees("I-VOUCHER-a", http.StatusOK, "No invoice is needed")
	sees("I-none-a", http.StatusNotFound, "There is no payment request")
	b.Certified = false
	sees("I-none-a", http.StatusNotFound, "There is no payment request", "is not certified")
}

func TestAlteredExpiredAndForeignLinksHaveTheirOwnPages(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	l := w.listLink("I-PR1-a")
	url := w.url(l)
	token := strings.TrimPrefix(url, link.TokenPath)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"another list":  func(b []byte) []byte { return []byte(strings.Replace(string(b), "I-PR1-a", "I-PR2-a", 1)) },
		"another party": func(b []byte) []byte { return []byte(strings.Replace(string(b), "\x1fp\x1f", "\x1fq\x1f", 1)) },
		"a later end":   func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"a signature":   func(b []byte) []byte { b[0] ^= 1; return b },
		"another use":   func(b []byte) []byte { return []byte(strings.Replace(string(b), invoice.Purpose, "renew", 1)) },
		"cut off":       func(b []byte) []byte { return b[:len(b)-3] },
	} {
		altered := link.TokenPath + base64.RawURLEncoding.EncodeToString(change(append([]byte{}, raw...)))
		t.Run(name, func(*testing.T) { w.sees(http.MethodGet, altered, http.StatusNotFound, "Not a valid link") })
	}
	foreign := l
	foreign.Party = "c1" // signed by us, for somebody who has no such list
	if page := w.sees(http.MethodGet, w.url(foreign)+"?lang=en-US", http.StatusNotFound, "no payment request"); strings.Contains(page, "943.40") {
		t.Error("another party's link shows the list")
	}
	w.clock.Set(l.Expires.Add(-time.Second))
	w.sees(http.MethodGet, url, http.StatusOK, "HWC-2026-000001")
	w.clock.Set(l.Expires)
	w.sees(http.MethodGet, url, http.StatusGone, "链接已过期")
}

var scriptOrStyle = regexp.MustCompile(`(?s)<(script|style)>(.*?)</(?:script|style)>`)

func TestTheInvoiceListsPageLetsNothingInFromElsewhere(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	got := w.call(http.MethodGet, w.url(w.listLink("I-PR1-a")))
	policy := got.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("policy %q", policy)
	}
	parts := scriptOrStyle.FindAllStringSubmatch(got.Body.String(), -1)
	if len(parts) != 2 {
		t.Fatalf("%d scripts and styles", len(parts))
	}
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part[2]))
		if want := part[1] + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestThePageShowsHowFarTheInvoicesAreAndOfTheirNumbersTheEnd(t *testing.T) {
	w := withList(t, certified())
	w.issue()
	var old invoice.List
	if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#p", SK: "INVOICELIST#I-PR1-a"}, &old); err != nil {
		t.Fatal(err)
	}
	next := old
	next.State, next.Reason, next.GotAt = invoice.Rejected, `no <seal>`, w.clock.Now()
	next.Invoices = []invoice.PartnerInvoice{{Number: "26442000000000001234", Kind: invoice.SpecialElectronic, Date: today, Sums: invoice.Sums{Gross: money.Fen(1000_00)}}}
	next.Parcels = []invoice.Parcel{{Carrier: "SF Express", Number: "SF123", At: w.clock.Now()}}
	w.write(func(tx *table.Tx) { tx.Replace(&old, &next) })
	page := w.sees(http.MethodGet, w.url(w.listLink("I-PR1-a"))+"?lang=en-US", http.StatusOK, "Invoices rejected")
	for _, want := range []string{"no &lt;seal&gt;", "…1234", "SF Express SF123", "Received"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(page, "26442000") {
		t.Error("it shows the whole number")
	}
}
