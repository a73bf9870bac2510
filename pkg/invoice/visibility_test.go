package invoice_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
)

type visibility struct {
	Visible bool `json:"visible"`
	Missing []struct {
		Reason      string `json:"reason"`
		Explanation string `json:"explanation"`
	} `json:"missing"`
	From string   `json:"visible_from"`
	IDs  []string `json:"list_ids"`
}

func (v visibility) reasons() (all []string) {
	for _, m := range v.Missing {
		all = append(all, m.Reason)
	}
	return all
}

func (w *world) visibility(id string) (v visibility) {
	w.t.Helper()
	w.as(partner, http.MethodGet, listsPath+"/visibility?payment_request_id="+id, "").Into(w.t, &v)
	return v
}

// DOMAIN.md 21, row 12: each guard has its answer.
func TestEachGuardAnswersWhyAListIsNotSeen(t *testing.T) {
	w := newWorld(t)
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[NO_PAYMENT_REQUEST]" || v.Missing[0].Explanation == "" {
		t.Errorf("nothing applied for: %+v", v)
	}
	w.payables["PRV"] = invoice.Payable{Source: invoice.Incentive, ID: "PRV", Partner: "p", NoList: true, Periods: []invoice.Month{"2026-11"}}
	tx := table.NewTx()
	if err := w.service().Request(context.Background(), tx, w.payables["PRV"], w.clock.Now()); err != nil || tx.Len() != 0 {
		t.Errorf("a voucher's request makes %d items: %v", tx.Len(), err)
	}
	if v := w.visibility("PRV"); fmt.Sprint(v.reasons()) != "[NO_INVOICE_NEEDED]" {
		t.Errorf("by voucher: %+v", v)
	}
	certified := w.business["p"]
	w.business["p"] = invoice.Business{}
	w.request("PR1", 5_00)
	w.due()
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[BUSINESS_NOT_CERTIFIED]" {
		t.Errorf("not certified: %+v", v)
	}
	w.as(partner, http.MethodGet, listsPath+"/I-PR1-a", "").Refused(t, 409, "CBC.99001145", "not certified")
	certified.UnderReview = true
	w.business["p"] = certified
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[BUSINESS_UNDER_REVIEW]" {
		t.Errorf("under review: %+v", v)
	}
	certified.UnderReview = false
	w.business["p"] = certified
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[IN_PREPARATION]" {
		t.Errorf("all there: %+v", v)
	}
	w.clock.Set(december(2).Start()) // drafts that wait are looked at again then
	w.due()
	if v := w.visibility("PR1"); !v.Visible || fmt.Sprint(v.IDs) != "[I-PR1-a]" || len(v.Missing) != 0 {
		t.Errorf("issued: %+v", v)
	}
}

func TestCertifiedAndAppliedOnOneDayIsSeenTheNextMidnight(t *testing.T) {
	w := newWorld(t)
	b := w.business["p"]
	b.Since = december(1).At(1, 0)
	w.business["p"] = b
	w.request("PR1", 5_00)
	w.due()
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[PENDING_SYNC]" || v.From != "2026-12-01T16:00:00Z" {
		t.Errorf("got %+v", v)
	}
	w.as(partner, http.MethodGet, listsPath+"/I-PR1-a", "").Refused(t, 409, "CBC.99001145", "2026-12-02 00:00 Beijing")
	w.clock.Set(december(2).Start().Add(-time.Second))
	w.due()
	if v := w.visibility("PR1"); v.Visible {
		t.Errorf("a second before midnight: %+v", v)
	}
	w.clock.Set(december(2).Start())
	w.due()
	if l := w.list(partner, "I-PR1-a"); l.ListNo != "HWC-2026-000001" {
		t.Errorf("at midnight: %+v", l)
	}
}

func TestADraftHasNoNumberAndIsNotListed(t *testing.T) {
	w := newWorld(t)
	w.business["p"] = invoice.Business{}
	w.request("PR1", 5_00)
	var got struct {
		Total int `json:"total_count"`
	}
	w.as(partner, http.MethodGet, listsPath, "").Into(t, &got)
	w.as(vendor, http.MethodGet, vendorListsPath+"/p/I-PR1-a", "").Refused(t, 404, "CBC.0404", "not issued")
	if got.Total != 0 {
		t.Errorf("%d listed", got.Total)
	}
}

// A list whose buyer the vendor has not set yet is no failure: it waits, says so, and is issued once there is one.
func TestAListWaitsForItsBuyer(t *testing.T) {
	w := newWorld(t)
	p := invoice.Payable{
		Source: invoice.Incentive, ID: "PR1", Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: w.clock.Now(), Amount: 5_00, Buyer: "SZX",
	}
	w.payables["PR1"] = p
	tx := table.NewTx()
	if err := w.service().Request(context.Background(), tx, p, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.commit(tx)
	for day := 2; day < 12; day++ { // longer than anything that fails is tried
		w.due()
		if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[BUYER_NOT_SET]" || v.From != "" {
			t.Fatalf("without a buyer: %+v", v)
		}
		w.as(partner, http.MethodGet, listsPath+"/I-PR1-a", "").Refused(t, 409, "CBC.99001145", "has not set yet")
		w.clock.Set(december(day).Start())
	}
	w.as(vendor, http.MethodPut, "/v2/vendor/invoice-buyers/SZX", buyer).Into(t, nil)
	if v := w.visibility("PR1"); fmt.Sprint(v.reasons()) != "[IN_PREPARATION]" {
		t.Errorf("once it is set: %+v", v)
	}
	w.clock.Set(december(12).Start())
	w.due()
	if l := w.list(partner, "I-PR1-a"); l.ListNo != "SZX-2026-000001" {
		t.Errorf("got %+v", l)
	}
}
