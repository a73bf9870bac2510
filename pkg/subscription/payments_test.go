package subscription_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// paysFor writes what pays for a resource since a day, the newest first: the type of each order, until when it pays, what is held of it, and whether
// it is a part of the transaction.
func (w *world) paysFor(id string, since calendar.Date, transaction string) string {
	w.t.Helper()
	p := subscription.PaymentsOf(w.db, "c")
	s, err := p.Resource(w.t.Context(), subscription.ID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := p.Stretches(w.t.Context(), s, since)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, one := range all {
		out = append(out, fmt.Sprint(int(one.Type), " ", one.Until, " ", one.Held, " ", one.Term, " ", string(one.Transaction) == transaction))
	}
	return strings.Join(out, "; ")
}

func TestWhatPaysForAResource(t *testing.T) {
	w := shopWorld(t, "1000.00")
	combined := w.buys(1, "small", "small") // until 2027-01-01
	first, ids := combined.OrderID, w.resourcesOf(combined.Parts[0])
	since := calendar.Date{Year: 2027, Month: 1, Day: 1}
	if got, want := w.paysFor(ids[0], since, first), "1 2027-01-01 10.00 1 month true"; got != want {
		t.Errorf("bought: got %s, want %s", got, want)
	}
	renewal := w.renews(ids[0], 1)
	if got, want := w.paysFor(ids[0], since, renewal), "2 2027-02-01 10.00 1 month true; 1 2027-01-01 10.00 1 month false"; got != want {
		t.Errorf("renewed: got %s, want %s", got, want)
	}
	if got, want := w.paysFor(ids[0], since.AddDays(1), renewal), "2 2027-02-01 10.00 1 month true"; got != want {
		t.Errorf("since the day after: got %s, want %s", got, want)
	}
	w.ends(ids[0], 2)
	if got, want := w.paysFor(ids[0], since, first), "1 2027-01-01 10.00 1 month true"; got != want {
		t.Errorf("without the renewal: got %s, want %s", got, want)
	}
	w.ends(ids[0], 1)
	if got := w.paysFor(ids[0], since, first); got != "" {
		t.Errorf("unsubscribed: got %s, want nothing", got)
	}
}

func TestTheResourcesOfATransaction(t *testing.T) {
	w := shopWorld(t, "1000.00")
	var family bought
	body := `{"products":[{"product_id":"small","period_type":2,"period_num":1,"attached":[{"product_id":"tiny"}]}],"is_auto_pay":1}`
	w.as("c", http.MethodPost, buyPath, body).Into(t, &family)
	combined := w.buys(1, "small", "big")
	for order, want := range map[string][]string{
		family.OrderID:   w.resourcesOf(family.OrderID),
		combined.OrderID: append(w.resourcesOf(combined.Parts[0]), w.resourcesOf(combined.Parts[1])...),
	} {
		p := subscription.PaymentsOf(w.db, "c")
		got, err := p.Resources(t.Context(), subscription.OrderID(order))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(got) != 2 {
			t.Errorf("got %v (%v), want %v", got, err, want)
		}
		for _, id := range got {
			if s, err := p.Resource(t.Context(), id); err != nil || s.ResourceID != id {
				t.Errorf("%s: got %s (%v)", id, s.ResourceID, err)
			}
		}
	}
	p := subscription.PaymentsOf(w.db, "c")
	if _, err := p.Resources(t.Context(), "CS1"); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("an order that is none: got %v", err)
	}
	if _, err := p.Resource(t.Context(), "nobody"); !errors.Is(err, subscription.ErrUnknown) {
		t.Errorf("a resource that is none: got %v", err)
	}
	crash := w.db.WithFault(func(table.Op) table.Verdict { return table.CrashBefore })
	if _, err := subscription.PaymentsOf(crash, "c").Resource(t.Context(), "r"); !errors.Is(err, table.ErrCrash) {
		t.Errorf("a read that fails: got %v, want no word about the resource", err)
	}
}

func TestWhatExpiresInAMonth(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V0", "10.00")
	w.resources(
		row{ID: "a", Customer: "c", Expiry: calendar.Date{Year: 2026, Month: 12, Day: 10}},
		row{ID: "a1", Customer: "c", Parent: "a", Expiry: calendar.Date{Year: 2026, Month: 12, Day: 10}},
		row{ID: "a-2", Customer: "c", Expiry: calendar.Date{Year: 2026, Month: 12, Day: 10}},
		row{ID: "b", Customer: "c", Expiry: calendar.Date{Year: 2026, Month: 12, Day: 31}},
		row{ID: "january", Customer: "c", Expiry: calendar.Date{Year: 2027, Month: 1, Day: 1}},
	)
	december := calendar.Date{Year: 2026, Month: 12, Day: 7}
	var got []string
	var marks []string
	for s, err := range subscription.Expiring(t.Context(), w.db, "partner", december, "", 2) {
		if err != nil {
			t.Fatal(err)
		}
		got, marks = append(got, string(s.ResourceID)), append(marks, s.G1SK)
	}
	if fmt.Sprint(got) != "[a a-2 a1 b]" {
		t.Errorf("got %v", got)
	}
	for i, mark := range marks {
		var rest []string
		for s, err := range subscription.Expiring(t.Context(), w.db, "partner", december, mark, 2) {
			if err != nil {
				t.Fatal(err)
			}
			rest = append(rest, string(s.ResourceID))
		}
		if fmt.Sprint(rest) != fmt.Sprint(got[i+1:]) {
			t.Errorf("behind %s: got %v, want %v", mark, rest, got[i+1:])
		}
	}
}
