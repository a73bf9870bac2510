package subscription_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

var otherPartner = party.Party{Row: party.Row{ID: "stranger", Kind: auth.Partner, Name: "Stranger"}}

// family gives a family of one that renews itself by the month and expires on a date.
func family(t rapid.TB, id, expiry string) subscription.Family {
	t.Helper()
	s := held(day(t, "2026-11-10"), day(t, expiry), subscription.PolicyAutoRenew)
	s.Head = table.Head{PK: "PARTY#c", SK: "SUB#" + id, Ver: 1}
	s.ResourceID, s.Customer, s.ProductID, s.Anchor = subscription.ID(id), "c", "p", s.Expiry.Day
	return subscription.Family{Main: s}
}

// outlook gives families on a product of ten yuan a month, as of noon on 1 December.
func outlook(t rapid.TB, balance money.Fen, families ...subscription.Family) subscription.Outlook {
	t.Helper()
	p := subscription.Product{ProductRow: subscription.ProductRow{ID: "p", MonthPrice: 1000, OnSale: true}}
	return subscription.Outlook{
		Holder:   party.Party{Row: party.Row{ID: "c", Kind: auth.Customer, Level: "V3"}},
		Families: families, Products: subscription.Products{"p": p}, Balance: balance, Now: at(t, "2026-12-01 12:00"), Days: 30,
	}
}

// told gives a forecast in short: each attempt with its day and verdict.
func told(f subscription.Forecast) string {
	var words []string
	for _, d := range f.Days {
		for _, a := range d.Due {
			verdict := string(a.Refusal)
			if verdict == "" {
				verdict = "pays"
			}
			words = append(words, fmt.Sprintf("%s %s %s", d.Day.String()[5:], a.Resource, verdict))
		}
	}
	return strings.Join(words, ", ")
}

func TestAForecastPaysInTheOrderOfDueWorkUntilTheMoneyIsGone(t *testing.T) {
	a, b, c := family(t, "a", "2026-12-11"), family(t, "b", "2026-12-10"), family(t, "c", "2026-12-10")
	for name, o := range map[string]struct {
		outlook subscription.Outlook
		want    string
		missing money.Fen
		fails   string
	}{
		"enough":                   {outlook(t, 3000, a, c, b), "12-03 b pays, 12-03 c pays, 12-04 a pays", 0, ""},
		"the last fails every day": {shorter(outlook(t, 2999, a, c, b), 4), "12-03 b pays, 12-03 c pays, 12-04 a balance, 12-05 a balance", 1, "a"},
		"nothing at all":           {shorter(outlook(t, 0, b), 3), "12-03 b balance, 12-04 b balance", 1000, "b"},
		"not in these days":        {shorter(outlook(t, 0, b), 1), "", 0, ""},
		"blocked":                  {blocked(shorter(outlook(t, 5000, b, c), 2)), "12-03 b blocked, 12-03 c blocked", 0, "b"},
		"off the shelf":            {unsold(shorter(outlook(t, 5000, b), 2), subscription.Product{}), "12-03 b off_shelf", 0, "b"},
		"not sold by the month": {
			unsold(shorter(outlook(t, 5000, b), 2), subscription.Product{ProductRow: subscription.ProductRow{OnSale: true, YearPrice: 1}}),
			"12-03 b period", 0, "b",
		},
		"an order until the 5th": {
			pending(t, shorter(outlook(t, 5000, b), 5), "2026-12-05 02:00"), "12-03 b pending_order, 12-04 b pending_order, 12-05 b pays", 0, "b",
		},
		"an order under way": {pending(t, shorter(outlook(t, 5000, b), 2), ""), "12-03 b pending_order", 0, "b"},
		"three terms":        {shorter(outlook(t, 2500, b), 65), "12-03 b pays, 01-03 b pays, 02-03 b balance, 02-04 b balance", 500, "b"},
	} {
		f, err := subscription.Foresee(o.outlook)
		if err != nil {
			t.Fatal(err)
		}
		failing := ""
		if f.Fails != nil {
			failing = string(f.Fails.Resource)
		}
		if got := told(f); got != o.want || f.Missing != o.missing || failing != o.fails {
			t.Errorf("%s: %s; missing %s, failing %q; want %s; %s, %q", name, got, f.Missing, failing, o.want, o.missing, o.fails)
		}
		if o.outlook.Families[0].Main.LastRenewal.Order != "" {
			t.Errorf("%s: the forecast changed what it was given", name)
		}
	}
}

func shorter(o subscription.Outlook, days int) subscription.Outlook {
	o.Days = days
	return o
}

func blocked(o subscription.Outlook) subscription.Outlook {
	o.Blocked = true
	return o
}

func unsold(o subscription.Outlook, p subscription.Product) subscription.Outlook {
	o.Products = subscription.Products{"p": p}
	return o
}

// pending puts the first family into an order that awaits payment until a time.
func pending(t *testing.T, o subscription.Outlook, until string) subscription.Outlook {
	t.Helper()
	o.Families = slices.Clone(o.Families)
	o.Families[0].Main.PendingOrder = "CS9"
	if until != "" {
		o.Unpaid = map[subscription.OrderID]time.Time{"CS9": at(t, until)}
	}
	return o
}

func TestAForecastSpendsVouchersAsAutoRenewalDoes(t *testing.T) {
	o := shorter(outlook(t, 15_00, family(t, "a", "2026-12-10"), family(t, "b", "2026-12-10"), family(t, "c", "2026-12-10")), 4)
	voucher := func(id promotion.CouponID, balance money.Fen, until string) promotion.Coupon {
		return promotion.Coupon{ID: id, Type: promotion.Voucher, Balance: balance, Status: promotion.CouponUsable, Expire: at(t, until)}
	}
	o.Coupons = []promotion.Coupon{voucher("small", 2_00, "2027-01-01 00:00"), voucher("large", 6_00, "2027-01-01 00:00"), voucher("late", 9_00, "2026-12-02 00:00")}
	f, err := subscription.Foresee(o)
	if err != nil {
		t.Fatal(err)
	}
	// Of 10.00 each a pays 4.00 and the large one, b 8.00 and the small one; c needs 10.00 of the 3.00 that are left.
	if got, want := told(f), "12-03 a pays, 12-03 b pays, 12-03 c balance, 12-04 c balance, 12-05 c balance"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f.Balance != 3_00 || f.Needed != 22_00 || f.Missing != 7_00 {
		t.Errorf("it ends with %s, needs %s and misses %s; want 3.00, 22.00 and 7.00", f.Balance, f.Needed, f.Missing)
	}
}

func TestTheMissingMoneyIsWhatMakesEveryRenewalSucceed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := outlook(t, money.Fen(rapid.IntRange(0, 9000).Draw(t, "balance")))
		o.Days = rapid.IntRange(1, 90).Draw(t, "days")
		for i := range rapid.IntRange(1, 5).Draw(t, "families") {
			expiry := day(t, "2026-12-01").AddDays(rapid.IntRange(0, 40).Draw(t, "expiry"))
			o.Families = append(o.Families, family(t, fmt.Sprint("r", i), expiry.String()))
		}
		f, err := subscription.Foresee(o)
		if err != nil {
			t.Fatal(err)
		}
		balance := o.Balance
		for _, d := range f.Days {
			if balance -= d.Paid; d.Balance != balance || balance < 0 {
				t.Fatalf("on %s %s is paid and the balance is %s, want %s", d.Day, d.Paid, d.Balance, balance)
			}
		}
		if (f.Fails != nil) != (f.Missing > 0) {
			t.Fatalf("%s is missing, and the first to fail is %+v", f.Missing, f.Fails)
		}
		o.Balance += f.Missing
		if topped, err := subscription.Foresee(o); err != nil || topped.Fails != nil {
			t.Fatalf("with %s more, %+v fails, %v", f.Missing, topped.Fails, err)
		}
		if o.Balance--; f.Missing > 0 {
			if short, err := subscription.Foresee(o); err != nil || short.Fails == nil {
				t.Fatalf("with a fen less than %s more, nothing fails, %v", f.Missing, err)
			}
		}
	})
}

type toldForecast struct {
	Balance      string
	BalanceAfter string `json:"balance_after"`
	Needed       string `json:"needed_amount"`
	Missing      string `json:"missing_amount"`
	First        *struct {
		ResourceID string `json:"resource_id"`
		Reason     string
	} `json:"first_failure"`
	Data []struct {
		Date, Balance string
		Renewals      []struct {
			ResourceID string `json:"resource_id"`
			Amount     string
			Verdict    string
			Reason     string
		}
	}
}

// short gives each attempt with its day, amount and outcome, and the balance behind each day.
func (f toldForecast) short() []string {
	words := []string{}
	for _, d := range f.Data {
		for _, r := range d.Renewals {
			amount, outcome := r.Amount, r.Verdict
			if r.Verdict == "refused" {
				amount, outcome = "0.00", r.Reason
			}
			words = append(words, fmt.Sprintf("%s %s %s %s", d.Date, r.ResourceID, amount, outcome))
		}
		words = append(words, d.Date+" leaves "+d.Balance)
	}
	return words
}

// plot is a small portfolio of a customer and what is odd about it.
type plot struct {
	balance int
	rows    []row
	spoil   int // 0 nothing, 1 blocked, 2 the first in an unpaid order, 3 the first off the shelf, 4 a unified expiry day
	days    int
}

var anyPlot = rapid.Custom(func(t *rapid.T) plot {
	p := plot{balance: rapid.IntRange(0, 60).Draw(t, "yuan"), spoil: rapid.IntRange(0, 4).Draw(t, "spoil"), days: rapid.IntRange(5, 45).Draw(t, "days")}
	for i := range rapid.IntRange(1, 3).Draw(t, "mains") {
		r := row{
			Expiry: firstOfDecember.AddDays(rapid.IntRange(-4, 25).Draw(t, "expiry")), Policy: rapid.SampledFrom([]int{3, 3, 3, 0}).Draw(t, "policy"),
			Price: fmt.Sprintf("%d.%02d", rapid.IntRange(1, 30).Draw(t, "price"), i),
		}
		p.rows = append(p.rows, r)
		if rapid.Bool().Draw(t, "attached") {
			r.Parent, r.Price = fmt.Sprint(i), "2.50"
			p.rows = append(p.rows, r)
		}
	}
	return p
})

// plant imports a plot for a customer of its own at noon of the next day, as if that were 1 December, and spoils it.
func (w *world) plant(c auth.PartyID, p plot) {
	w.t.Helper()
	today := calendar.DateOf(w.clock.Now()).AddDays(1)
	w.clock.Set(today.At(12, 0))
	w.customer(c, "V3", fmt.Sprintf("%d.00", p.balance))
	mains := 0
	for i := range p.rows {
		r := &p.rows[i]
		r.Customer, r.Expiry = string(c), today.AddDays(firstOfDecember.DaysUntil(r.Expiry))
		if r.Parent != "" {
			r.ID, r.Parent = fmt.Sprintf("%s-disk%d", c, i), fmt.Sprintf("%s-r%s", c, r.Parent)
			continue
		}
		r.ID = fmt.Sprintf("%s-r%d", c, mains)
		mains++
	}
	w.resources(p.rows...)
	switch p.spoil {
	case 1:
		w.standing(c, party.Frozen)
	case 2:
		w.as(c, "POST", renewPath, `{"resource_ids":["`+p.rows[0].ID+`"],"period_type":2,"period_num":1}`)
	case 3:
		w.unlist(c, p.rows[0].ID)
	case 4:
		w.change(c, func(held *party.Party) { held.ExpiryDay = 20 })
	}
}

func (w *world) change(id auth.PartyID, change func(*party.Party)) {
	w.t.Helper()
	old, err := party.Get(context.Background(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next := old
	change(&next)
	w.commit(func(tx *table.Tx) { tx.Replace(&old, &next) })
}

func (w *world) unlist(c auth.PartyID, resource string) {
	w.t.Helper()
	product := w.read(c, resource).ProductID
	w.call(auth.Vendor, "vendor", "PUT", "/v2/vendor/products/"+string(product), "application/json", `{"on_sale":false}`)
}

// earliest gives the piece of work of an account that the due index has first, up to a time.
func (w *world) earliest(account auth.PartyID, until time.Time) (lifecycle.Due, bool) {
	w.t.Helper()
	pk := fmt.Sprintf("DUE#%02d", lifecycle.Shard(string(account)))
	for item, err := range table.All[table.Raw](context.Background(), w.db, table.Query{Index: table.Due, PK: pk}) {
		if err != nil {
			w.t.Fatal(err)
		}
		at, ok := lifecycle.DueAt(&item.Head)
		if !ok || !at.Before(until) {
			break
		}
		if strings.Split(item.G2SK, "#")[1] == string(account) {
			return lifecycle.Due{Key: item.Key(), Kind: item.Work, Account: string(account), At: at}, true
		}
	}
	return lifecycle.Due{}, false
}

// live runs an account's due work for some days, each at its time, and tells of its attempts and balances as short does.
func (w *world) live(c auth.PartyID, days int) []string {
	w.t.Helper()
	told, from := []string{}, w.clock.Now()
	work, tries := subscription.Work(w.env), 0
	for d := range days + 1 {
		today := calendar.DateOf(from).AddDays(d)
		for {
			due, ok := w.earliest(c, today.End())
			if !ok {
				break
			}
			if tick := due.At.Add(time.Second); tick.After(w.clock.Now()) { // an order's window may close within its second
				w.clock.Set(tick)
			}
			if tries++; tries > 500 {
				w.t.Fatalf("%+v stays due", due)
			}
			if err := work[due.Kind](context.Background(), due); err != nil {
				w.t.Fatal(err)
			}
		}
		attempts := w.attemptsOn(c, today, from)
		if told = append(told, attempts...); len(attempts) > 0 {
			told = append(told, fmt.Sprintf("%s leaves %s", today, w.balance(c)))
		}
		w.clock.Set(today.End())
	}
	return told
}

// attemptsOn tells of the auto-renewals that an account's events of a day, behind a time, speak of.
func (w *world) attemptsOn(c auth.PartyID, on calendar.Date, behind time.Time) []string {
	w.t.Helper()
	var told []string
	for e, err := range event.List(context.Background(), w.db, string(c), on.Start()) {
		switch {
		case err != nil:
			w.t.Fatal(err)
		case !e.At.Before(on.End()) || e.At.Before(behind):
		case e.Type == subscription.EventRenewalFailed:
			told = append(told, fmt.Sprintf("%s %s 0.00 %s", on, e.Subject, e.Why))
		case e.Type == subscription.EventRenewed && e.Data["auto"] == "yes":
			told = append(told, fmt.Sprintf("%s %s %s would_pay", on, e.Subject, e.Data["amount"]))
		}
	}
	return told
}

// A forecast is what due work then does, attempt by attempt and fen by fen.
func TestTheForecastIsWhatHappens(t *testing.T) {
	w := newWorld(t)
	attempts := 0
	for seed := range 16 {
		p, c := anyPlot.Example(seed), auth.PartyID(fmt.Sprint("c", seed))
		w.plant(c, p)
		var f toldForecast
		w.as(c, "GET", fmt.Sprint(resourcesPath, "renewals-forecast?days=", p.days), "").Into(t, &f)
		foreseen, happened := f.short(), w.live(c, p.days)
		attempts += len(happened)
		if !slices.Equal(foreseen, happened) {
			t.Errorf("%+v: foreseen\n%s\nhappened\n%s", p, strings.Join(foreseen, "\n"), strings.Join(happened, "\n"))
		}
		if got := w.balance(c); got != f.BalanceAfter {
			t.Errorf("%+v: the balance is %s, foreseen was %s", p, got, f.BalanceAfter)
		}
		w.sound(c)
	}
	if attempts < 50 {
		t.Errorf("only %d lines happened: the portfolios are too dull", attempts)
	}
}

func TestAForecastIsForTheCustomerAndItsPartner(t *testing.T) {
	w := newWorld(t)
	w.party(otherPartner)
	w.customer("c", "V3", "15.00")
	w.resources(row{ID: "b", Customer: "c", Expiry: tenth, Policy: 3}, row{ID: "a", Customer: "c", Expiry: tenth, Policy: 3})
	own := w.as("c", "GET", resourcesPath+"renewals-forecast", "")
	var f toldForecast
	own.Into(t, &f)
	if f.Balance != "15.00" || f.BalanceAfter != "5.00" || f.Needed != "20.00" || f.Missing != "5.00" || f.First == nil || f.First.ResourceID != "b" ||
		f.First.Reason != "balance" || f.Data[0].Date != "2026-12-03" {
		t.Errorf("got %s", own.Body)
	}
	const path = resourcesPath + "renewals-forecast"
	if got := w.call(auth.Partner, "partner", "GET", path+"?customer_id=c", "", ""); got.Body != own.Body {
		t.Errorf("the partner sees %s, the customer %s", got.Body, own.Body)
	}
	if got := w.as("c", "GET", path+"?customer_id=other", ""); got.Body != own.Body {
		t.Errorf("a customer that names another one sees %s", got.Body)
	}
	w.call(auth.Partner, "partner", "GET", path, "", "").Refused(t, 400, "CBC.0100", "customer_id")
	w.call(auth.Partner, "stranger", "GET", path+"?customer_id=c", "", "").Refused(t, 400, "CBC.99000047", "c")
	w.as("c", "GET", path+"?days=0", "").Refused(t, 400, "CBC.0100", "days")
	w.as("c", "GET", path+"?days=91", "").Refused(t, 400, "CBC.0100", "days")
	w.as("c", "GET", path+"?days=x", "").Refused(t, 400, "CBC.0100", "days")
	w.call(auth.Vendor, "vendor", "GET", path, "", "").Refused(t, 403, "CBC.0155", "")
}
