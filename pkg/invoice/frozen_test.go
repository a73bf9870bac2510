package invoice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// CASES.md, invariant 8.
func TestAnIssuedListNeverChanges(t *testing.T) {
	w := newWorld(t)
	before := w.issued("PR1", 1000_00)
	w.as(vendor, http.MethodPut, buyerPath, strings.Replace(buyer, "华为云计算技术有限公司", "另一家公司", 1)).Into(t, nil)
	w.business["p"] = invoice.Business{}
	w.register(partner, before.ListID, special(digital(1), "943.40", "56.60", "1000.00")).Into(t, nil)
	after := w.list(partner, before.ListID)
	if after.Buyer != before.Buyer || after.ListNo != before.ListNo || after.Remark != before.Remark || fmt.Sprint(after.Lines) != fmt.Sprint(before.Lines) {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	if second := w.issuedAgain(); second.Buyer.Title != "另一家公司" {
		t.Errorf("a later list is for %q", second.Buyer.Title)
	}
}

// Byte for byte, whatever changes of what it was made of.
func TestAnIssuedListStaysAsItIsToTheByte(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	shown := func() string {
		t.Helper()
		got := w.as(vendor, http.MethodGet, vendorListsPath+"/p/"+id, "")
		if got.Status != http.StatusOK || !strings.Contains(got.Body, "招商银行") || !strings.Contains(got.Body, "91520900MA6J6CBN9Q") {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
		return got.Body
	}
	before := shown()
	for _, change := range []string{"华为云计算技术有限公司", "91520900MA6J6CBN9Q", "中国银行贵安支行", "132057361123", "invoices@example.com"} {
		changed := strings.Replace(change, string([]rune(change)[:2]), string([]rune(change)[1:3]), 1)
		w.as(vendor, http.MethodPut, buyerPath, strings.Replace(buyer, change, changed, 1)).Into(t, nil)
		if after := shown(); after != before {
			t.Errorf("after %s became %s\n%s\nwas\n%s", change, changed, after, before)
		}
	}
	w.business["p"] = invoice.Business{Certified: true, Title: "新名称有限公司", TaxID: "91440300MA5CHANGED", Bank: "工商银行", BankAccount: "4000000000000"}
	w.renamed("p", "新名称有限公司")
	p := w.payables["PR1"]
	p.Amount, p.Periods = 1, []invoice.Month{"2026-01"}
	w.payables["PR1"] = p
	w.clock.Set(calendar.Date{Year: 2027, Month: 6, Day: 1}.Start())
	w.due()
	if after := shown(); after != before {
		t.Errorf("after the partner changed\n%s\nwas\n%s", after, before)
	}
	w.register(partner, id, special(digital(1), "943.40", "56.60", "1000.00")).Into(t, nil)
	w.mail(id, `{}`).Into(t, nil)
	w.review(id, "receive", "").Into(t, nil)
	w.review(id, "approve", "").Into(t, nil)
	if was, is := frozen(t, before), frozen(t, shown()); is != was {
		t.Errorf("after its invoices\n%s\nwas\n%s", is, was)
	}
}

// frozen gives what of a list's JSON never changes: all but how far its invoices are.
func frozen(t *testing.T, body string) string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state", "invoices", "parcels", "pay_by"} {
		delete(fields, name)
	}
	left, err := json.Marshal(fields)
	if err != nil || len(fields) < 15 {
		t.Fatalf("%d fields are left of %s (%v)", len(fields), body, err)
	}
	return string(left)
}

// renamed gives a party another name.
func (w *world) renamed(id auth.PartyID, name string) {
	w.t.Helper()
	old, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next := old
	next.Name = name
	tx := table.NewTx()
	tx.Replace(&old, &next)
	w.commit(tx)
}

func (w *world) issuedAgain() list {
	w.business["p"] = w.business["rival"]
	return w.issued("PR2", 5_00)
}
