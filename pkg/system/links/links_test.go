package links

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/renewlink"
)

var (
	today  = calendar.Date{Year: 2026, Month: time.December, Day: 1}
	expiry = today.AddDays(7)
	month  = calendar.Term{Unit: calendar.Month, Count: 1}
)

const price = 12_34

// world is a customer with one resource, and the function's pages.
type world struct {
	t     *testing.T
	db    *table.Client
	env   *function.Env
	clock *clock.Fake
	api   *rest.API
}

func newWorld(t *testing.T, balance money.Fen) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(today.At(10, 0))}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Setting: func(string) string { return "" }, Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = function.NewAPI(w.env, Function)
	w.write(func(tx *table.Tx) {
		party.Create(tx, party.Party{Row: party.Row{ID: "c1", Kind: auth.Customer, Name: "Apollo", Level: "V3"}}, "test", today.Start())
		if err := account.Open(tx, "c1", balance, "opening", today.Start()); err != nil {
			t.Fatal(err)
		}
		tx.Create(&subscription.Product{
			Head:       table.Head{PK: "PRODUCT#p", SK: "PRODUCT"},
			ProductRow: subscription.ProductRow{ID: "p", MonthPrice: price, OnSale: true},
		})
		tx.Create(&subscription.Subscription{
			Head: table.Head{PK: "PARTY#c1", SK: "SUB#r1"}, Anchor: expiry.Day, Bought: month,
			SubscriptionRow: subscription.SubscriptionRow{
				ResourceID: "r1", Name: "ecs <1>", Customer: "c1", ProductID: "p", Status: subscription.StatusInUse, Expiry: expiry,
			},
		})
	})
	return w
}

func (w *world) write(add func(*table.Tx)) {
	w.t.Helper()
	tx := table.NewTx()
	add(tx)
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) link() link.Link {
	o := subscription.Offer{Customer: "c1", Resource: "r1", Expiry: expiry, Term: month, Price: price}
	return renewlink.To(o, notify.English, w.clock.Now())
}

func (w *world) url(l link.Link) string {
	w.t.Helper()
	url, err := link.SignerOf(w.env).URL(w.t.Context(), l)
	if err != nil {
		w.t.Fatal(err)
	}
	return url
}

// call answers a request as a browser makes it.
func (w *world) call(method, path string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, path, http.NoBody)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", rest.FormType)
	}
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return out
}

// sees checks the status and that the page says something.
func (w *world) sees(method, path string, status int, says string) string {
	w.t.Helper()
	got := w.call(method, path)
	if got.Code != status || !strings.Contains(got.Body.String(), says) {
		w.t.Fatalf("%s: got %d, want %d with %q:\n%s", method, got.Code, status, says, got.Body)
	}
	return got.Body.String()
}

func (w *world) holds(wantExpiry calendar.Date, wantBalance money.Fen) {
	w.t.Helper()
	f, err := subscription.LoadFamily(w.t.Context(), w.db, "c1", "r1")
	if err != nil {
		w.t.Fatal(err)
	}
	balance, err := subscription.BalanceOf(w.t.Context(), w.db, "c1")
	if err != nil {
		w.t.Fatal(err)
	}
	if f.Main.Expiry != wantExpiry || balance != wantBalance {
		w.t.Errorf("expires on %s with a balance of %s, want %s and %s", f.Main.Expiry, balance, wantExpiry, wantBalance)
	}
}

// CASES.md B42.
func TestGetAHundredTimesChangesNothing(t *testing.T) {
	w := newWorld(t, 100_00)
	url := w.url(w.link())
	for range 100 {
		w.sees(http.MethodGet, url, http.StatusOK, "Renew this resource?")
	}
	w.holds(expiry, 100_00)
}

// CASES.md B42, B44.
func TestPostRenewsOnceAndShowsTheSameTwice(t *testing.T) {
	w := newWorld(t, 100_00)
	url := w.url(w.link())
	first := w.sees(http.MethodPost, url, http.StatusOK, "The resource is renewed")
	w.clock.Advance(time.Hour)
	if second := w.sees(http.MethodPost, url, http.StatusOK, "The resource is renewed"); second != first {
		t.Errorf("second page:\n%s\nfirst:\n%s", second, first)
	}
	if shown := w.sees(http.MethodGet, url, http.StatusOK, "The resource is renewed"); shown != first {
		t.Errorf("GET afterwards:\n%s\nPOST:\n%s", shown, first)
	}
	w.holds(expiry.Add(month, expiry.Day), 100_00-price)
}

func TestConcurrentPostsRenewOnce(t *testing.T) {
	w := newWorld(t, 100_00)
	url := w.url(w.link())
	done := make(chan int)
	for range 5 {
		go func() { done <- w.call(http.MethodPost, url).Code }()
	}
	for range 5 {
		if code := <-done; code != http.StatusOK {
			t.Errorf("status %d", code)
		}
	}
	w.holds(expiry.Add(month, expiry.Day), 100_00-price)
}

func TestShortLinkDoesAsItsLongOne(t *testing.T) {
	w := newWorld(t, 100_00)
	short, err := link.SignerOf(w.env).Short(t.Context(), w.link())
	if err != nil {
		t.Fatal(err)
	}
	w.sees(http.MethodGet, short, http.StatusOK, "Renew this resource?")
	w.sees(http.MethodPost, w.url(w.link()), http.StatusOK, "The resource is renewed")
	w.sees(http.MethodPost, short, http.StatusOK, "The resource is renewed")
	w.holds(expiry.Add(month, expiry.Day), 100_00-price)
}

func TestLinkThatNoLongerHoldsSaysWhyAndChangesNothing(t *testing.T) {
	cases := map[string]struct {
		balance money.Fen
		change  func(w *world, l *link.Link)
		says    string
	}{
		"too little money": {price - 1, func(*world, *link.Link) {}, "too small"},
		"another price":    {100_00, func(_ *world, l *link.Link) { l.Price++ }, "price has changed"},
		"another term":     {100_00, func(_ *world, l *link.Link) { l.Period = "2026-11-08+2*1" }, "has changed since"},
		"unknown resource": {100_00, func(_ *world, l *link.Link) { l.Object = "r2" }, "has changed since"},
		"frozen account": {100_00, func(w *world, _ *link.Link) {
			w.write(func(tx *table.Tx) {
				old, err := party.Get(context.Background(), w.db, "c1")
				if err != nil {
					w.t.Fatal(err)
				}
				frozen := old
				frozen.Standing = party.Frozen
				tx.Replace(&old, &frozen)
			})
		}, "frozen or restricted"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.balance)
			l := w.link()
			c.change(w, &l)
			page := w.sees(http.MethodPost, w.url(l), http.StatusOK, "was not renewed")
			if !strings.Contains(page, c.says) {
				t.Errorf("the page does not say %q:\n%s", c.says, page)
			}
			w.holds(expiry, c.balance)
		})
	}
}

func TestLinksThatAreNoneHavePagesOfTheirOwn(t *testing.T) {
	w := newWorld(t, 100_00)
	url := w.url(w.link())
	other := w.link()
	other.Purpose = "other"
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w.sees(method, url[:len(url)-1], http.StatusNotFound, "Not a valid link")
		w.sees(method, "/links/x", http.StatusNotFound, "Not a valid link")
		w.sees(method, "/l/abcdefghij", http.StatusNotFound, "Not a valid link")
		w.sees(method, "/l/%3Cscript%3E", http.StatusNotFound, "Not a valid link")
		w.sees(method, w.url(other), http.StatusNotFound, "Not a valid link")
	}
	w.clock.Advance(renewlink.Lifetime)
	w.sees(http.MethodGet, url, http.StatusGone, "This link has expired")
	w.sees(http.MethodPost, url, http.StatusGone, "This link has expired")
	w.holds(expiry, 100_00)
}

// CASES.md B43.
func TestAnExpiredPlanInvitationSaysWhomToAskForANewOne(t *testing.T) {
	w := newWorld(t, 0)
	w.write(func(tx *table.Tx) {
		party.Create(tx, party.Party{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "North Distribution"}}, "test", w.clock.Now())
	})
	for plan, host := range map[membership.PlanCode]struct {
		id     auth.PartyID
		en, zh string
	}{
		membership.Reselling:    {"dist", "ask North Distribution for a new one", "请联系North Distribution重新发送"},
		membership.Distribution: {membership.Vendor, "ask the vendor for a new one", "请联系华为云重新发送"},
	} {
		m := &membership.Membership{
			Head: table.Head{PK: "PARTY#c1", SK: "MEMBERSHIP#" + string(plan)}, Serial: 1, Expires: w.clock.Now().Add(time.Hour), Locale: notify.English,
			Row: membership.Row{Party: "c1", Plan: plan, State: membership.Invited, Host: host.id, Since: w.clock.Now()},
		}
		w.write(func(tx *table.Tx) { tx.Create(m) })
		english := w.url(m.Link())
		m.Locale = notify.Chinese
		chinese := w.url(m.Link())
		w.sees(http.MethodGet, english, http.StatusOK, "Invitation to a partner plan")
		w.clock.Advance(time.Hour)
		w.sees(http.MethodGet, english, http.StatusGone, host.en)
		w.sees(http.MethodPost, chinese, http.StatusGone, host.zh)
	}
}

func TestPagesAreNotStoredReferredOrFramed(t *testing.T) {
	w := newWorld(t, 100_00)
	header := w.call(http.MethodGet, w.url(w.link())).Header()
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
}
