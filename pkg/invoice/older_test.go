package invoice_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAccountsWithOlderInvoiceInfoKeepItAndAddNone(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.as(vendor, http.MethodPost, infoPaths+"/c/older", infoBody("旧名称有限公司")).Into(t, nil)
	}
	w.as(customer, http.MethodPost, infoPath, infoBody("客户有限公司")).Refused(t, 409, "CBC.99001146", "no other is added")
	i := w.info(customer)
	if len(i.Older) != 2 || i.State != "NONE" {
		t.Fatalf("got %+v", i)
	}
	w.consumed["c 2026-10"] = 100_00
	body := `{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC","info_id":"` + i.Older[1].ID + `"}`
	if r := w.ask(body); r.Title != "旧名称有限公司" {
		t.Errorf("got %+v", r)
	}
	w.as(customer, http.MethodPost, requestsPath, strings.Replace(body, i.Older[1].ID, "nothing", 1)).Refused(t, 404, "CBC.0404", "nothing")
}

// DOMAIN.md 9: who has several keeps them, and may change each by review; none is added.
func TestAnOlderInvoiceInfoIsChangedByReview(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.as(vendor, http.MethodPost, infoPaths+"/c/older", infoBody("旧名称有限公司")).Into(t, nil)
	}
	first, second := w.info(customer).Older[0].ID, w.info(customer).Older[1].ID
	changed, to := infoBody("客户有限公司"), infoPath+"?info_id="+second
	w.as(customer, http.MethodPut, infoPath, changed).Refused(t, 404, "CBC.0404", "name which")
	w.as(customer, http.MethodPut, infoPath+"?info_id=none", changed).Refused(t, 404, "CBC.0404", "none")
	w.as(customer, http.MethodPut, to, infoBody("另一家")).Refused(t, 400, "CBC.99001141", "verified name")
	w.as("customer resale", http.MethodPut, to, infoBody("转售客户")).Refused(t, 404, "CBC.0404", second)
	w.as(customer, http.MethodPut, to, changed).Into(t, nil)
	if i := w.info(customer); i.State != "UNDER_REVIEW" || i.Of != second || i.Pending.Title != "客户有限公司" || i.Older[1].Info.Title != "旧名称有限公司" {
		t.Fatalf("while it is reviewed: %+v", i)
	}
	w.as(customer, http.MethodPut, infoPath+"?info_id="+first, changed).Refused(t, 409, "CBC.99001147", "under review")
	w.consumed["c 2026-10"], w.consumed["c 2026-09"] = 100_00, 100_00
	ask := func(month, id string) string {
		return `{"months":["` + month + `"],"invoice_type":"SPECIAL_ELECTRONIC","info_id":"` + id + `"}`
	}
	w.as(customer, http.MethodPost, requestsPath, ask("2026-10", second)).Refused(t, 409, "CBC.99001147", "under review")
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":false,"reason":"the bank is unknown"}`).Into(t, nil)
	if i := w.info(customer); i.State != "NONE" || i.Reason != "the bank is unknown" || i.Pending != nil || i.Of != "" || i.Older[1].Info.Title != "旧名称有限公司" {
		t.Fatalf("a refused change: %+v", i)
	}
	w.as(customer, http.MethodPut, to, changed).Into(t, nil)
	if r := w.ask(ask("2026-09", first)); r.Title != "旧名称有限公司" {
		t.Errorf("by the other one: %+v", r)
	}
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":true}`).Into(t, nil)
	i := w.info(customer)
	if i.State != "NONE" || i.Valid != nil || len(i.Older) != 2 || i.Older[0].Info.Title != "旧名称有限公司" || i.Older[1].Info.Title != "客户有限公司" {
		t.Errorf("an approved change: %+v", i)
	}
	w.as(customer, http.MethodPut, infoPath+"?info_id="+first, changed).Refused(t, 409, "CBC.99001147", "1 requests")
	w.as(customer, http.MethodPost, infoPath, changed).Refused(t, 409, "CBC.99001146", "no other is added")
	if r := w.ask(ask("2026-10", second)); r.Title != "客户有限公司" {
		t.Errorf("by the changed one: %+v", r)
	}
}
