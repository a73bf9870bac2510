package promotion_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

func (w *world) up(quotas ...string) answer {
	w.t.Helper()
	list, _ := json.Marshal(quotas)
	return w.as("distributor dist", http.MethodPost, upPath, `{"quota_ids":`+string(list)+`,"remark":"year's end"}`)
}

// child issues a quota to a reseller, and gives its id.
func (w *world) child(parent, value, reseller string) string {
	w.t.Helper()
	var out results
	w.down(parent, value, reseller).Into(w.t, &out)
	if len(out.Quotas) != 1 {
		w.t.Fatalf("got %+v", out)
	}
	return out.Quotas[0].QuotaID
}

func TestADistributorsQuotaReachesItsResellersCustomersAndComesBack(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "1000", `,"cloud_service_types":["ecs"]`)
	child := w.child(parent, "300", "reseller")
	id := w.issue("reseller reseller", child, "50", "below")
	if c := w.coupon("below", id); len(c.Limits.Services) != 1 {
		t.Errorf("the limits got lost: %+v", c)
	}
	var out results
	w.as("distributor dist", http.MethodPost, couponsPath, issueBody(child, "20", `,"indirect_partner_id":"reseller"`, "below", "c1", "nobody")).Into(t, &out)
	if got := out.text(); got != "below c1:CBC.50000021 nobody:CBC.50000021" {
		t.Errorf("on the reseller's behalf got %s", got)
	}
	if got := w.sums("dist", parent); got.Balance != 700_00 || got.Children != 300_00 {
		t.Errorf("got %+v", got)
	}
	w.up(child).Into(t, &out)
	var again results
	w.up(child).Into(t, &again)
	if got := again.text(); got != child+":CBC.99001009" {
		t.Errorf("taken back again: got %s", got)
	}
	if got := w.sums("dist", parent); got.Balance != 930_00 || got.Children != 70_00 {
		t.Errorf("got %+v", got)
	}
	w.as("reseller reseller", http.MethodPost, couponsPath, issueBody(child, "1", "", "below")).Refused(t, "CBC.99001006", "reclaimed")
	if a := w.reclaim("reseller reseller", id); a.Status != http.StatusNoContent {
		t.Fatal(a.Body)
	}
	w.up(child).Into(t, &out)
	if got := w.sums("dist", parent); got.Balance != 980_00 || got.Children != 20_00 {
		t.Errorf("what came back later can be taken too: got %+v", got)
	}
}

func TestResellersAreRefusedByThemselves(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "700", "")
	var out results
	w.down(parent, "100", "reseller", "frozen-reseller", "exiting-reseller", "foreign-reseller", "nobody", "c1", "reseller-2").Into(t, &out)
	want := "reseller reseller-2 frozen-reseller:CBC.99003626 exiting-reseller:CBC.99007490 foreign-reseller:CBC.99000037 nobody:CBC.99000037 c1:CBC.99000037"
	if got := out.text(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := w.sums("dist", parent); got.Children != 200_00 {
		t.Errorf("got %+v", got)
	}
	child := w.child(parent, "100", "reseller")
	expired, adjusting := w.grant("dist", "100", ""), w.grant("dist", "100", "")
	w.set("dist", expired, 3)
	w.set("dist", adjusting, 4)
	for name, c := range map[string]struct {
		a          answer
		code, says string
	}{
		"too much":            {w.down(parent, "200.01", "reseller", "reseller-2"), "CBC.99001003", "400.02"},
		"nothing":             {w.down(parent, "0", "reseller"), "CBC.0100", "quota_amount"},
		"three decimals":      {w.down(parent, "0.001", "reseller"), "CBC.0100", ""},
		"less than nothing":   {w.down(parent, "-1", "reseller"), "CBC.0100", "quota_amount"},
		"1e400":               {w.down(parent, "1e400", "reseller"), "CBC.0100", ""},
		"not a number":        {w.down(parent, "NaN", "reseller"), "CBC.0100", ""},
		"full-width digits":   {w.down(parent, `"１００"`, "reseller"), "CBC.0100", ""},
		"spaces":              {w.down(parent, `" 1"`, "reseller"), "CBC.0100", ""},
		"an invalid quota":    {w.down(expired, "1", "reseller"), "CBC.99001006", "invalid"},
		"one being adjusted":  {w.down(adjusting, "1", "reseller"), "CBC.99001006", "adjusted"},
		"nobody":              {w.down(parent, "1"), "CBC.0100", "indirect_partner_ids"},
		"one twice":           {w.down(parent, "1", "reseller", "reseller"), "CBC.0100", "twice"},
		"a reseller's quota":  {w.down(child, "1", "reseller-2"), "CBC.0101", "no quota"},
		"another's":           {w.down(w.grant("partner", "1", ""), "1", "reseller"), "CBC.0101", "no quota"},
		"a boundless one":     {w.down(parent, "1", strings.Repeat("x", 500_000)), "CBC.0100", "indirect_partner_ids"},
		"none taken back":     {w.up(), "CBC.0100", "quota_ids"},
		"eleven taken back":   {w.up(strings.Split("1 2 3 4 5 6 7 8 9 10 11", " ")...), "CBC.0100", "quota_ids"},
		"by a partner":        {w.as("partner partner", http.MethodPost, downPath, `{"quota_id":"x","quota_amount":1,"indirect_partner_ids":["reseller"]}`), "CBC.0155", ""},
		"of another's":        {w.as("distributor other-dist", http.MethodPost, queryPath, `{"indirect_partner_id":"reseller"}`), "CBC.99000037", "reseller"},
		"another's vouchers":  {w.as("distributor other-dist", http.MethodGet, couponsPath+"?indirect_partner_id=reseller", ""), "CBC.99000037", "reseller"},
		"another's records":   {w.as("distributor other-dist", http.MethodGet, recordsPath+"?indirect_partner_id=reseller", ""), "CBC.99000037", "reseller"},
		"another's tree":      {w.as("distributor other-dist", http.MethodGet, quotasPath+"/"+child+"/tree?indirect_partner_id=reseller", ""), "CBC.99000037", "reseller"},
		"a stranger's tree":   {w.as("partner partner", http.MethodGet, quotasPath+"/"+parent+"/tree", ""), "CBC.0101", "no quota"},
		"a list of another's": {w.as("distributor other-dist", http.MethodGet, issuedPath+"?indirect_partner_id=reseller", ""), "CBC.99000037", "reseller"},
	} {
		t.Run(name, func(t *testing.T) { c.a.Refused(t, c.code, c.says) })
	}
	if got := w.sums("dist", parent); got.Children != 300_00 || got.Balance != 400_00 {
		t.Errorf("refused calls left %+v, want 400 as before", got)
	}
	w.as("distributor other-dist", http.MethodPost, upPath, `{"quota_ids":["`+child+`"]}`).Into(t, &out)
	if got := out.text(); got != child+":CBC.0101" {
		t.Errorf("another distributor got %s", got)
	}
	cash := `{"quota_type":1,"quota_value":10,"effective_time":"2026-12-01T00:00:00Z","expire_time":"2026-12-31T16:00:00Z"}`
	var granted struct {
		QuotaID string `json:"quota_id"`
	}
	w.as("vendor vendor", http.MethodPost, "/v2/vendor/partners/dist/coupon-quotas", cash).Into(t, &granted)
	w.down(granted.QuotaID, "1", "reseller").Refused(t, "CBC.99001006", "cash coupons")
}

func TestManyAtOnceShareAQuotaWithoutLossOrSurplus(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "50", "")
	var wait sync.WaitGroup
	for n := range 16 {
		wait.Go(func() {
			w.send(fmt.Sprint("down-", n), "distributor dist", http.MethodPost, downPath,
				`{"quota_id":"`+parent+`","quota_amount":10,"indirect_partner_ids":["reseller"]}`)
		})
	}
	wait.Wait()
	if got := w.sums("dist", parent); got.Children != 50_00 || got.Balance != 0 {
		t.Errorf("got %+v, want all of 50 given, five times 10", got)
	}
}

func TestADistributorListsWhatItIssuedToResellers(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "1000", "")
	one := w.child(parent, "100", "reseller")
	two := w.child(parent, "200", "reseller-2")
	w.clock.Advance(time.Second)
	var back results
	w.up(one).Into(t, &back)
	var quotas struct {
		TotalCount int `json:"total_count"`
		Quotas     []struct {
			QuotaID  string      `json:"quota_id"`
			Status   int         `json:"quota_status"`
			Value    json.Number `json:"quota_value"`
			Balance  json.Number `json:"balance"`
			Parent   string      `json:"parent_quota_id"`
			Reseller string      `json:"indirect_partner_id"`
			Name     string      `json:"indirect_partner_name"`
		} `json:"quotas"`
		Marker string `json:"marker"`
	}
	w.as("distributor dist", http.MethodGet, issuedPath+"?limit=1", "").Into(t, &quotas)
	if quotas.TotalCount != 2 || quotas.Quotas[0].QuotaID != two || quotas.Marker == "" {
		t.Fatalf("got %+v", quotas)
	}
	w.as("distributor dist", http.MethodGet, issuedPath+"?limit=1&marker="+quotas.Marker, "").Into(t, &quotas)
	got := quotas.Quotas[0]
	if got.QuotaID != one || got.Status != 6 || got.Value != "100.00" || got.Balance != "0.00" || got.Parent != parent || got.Name != "Name of reseller" {
		t.Errorf("got %+v", got)
	}
	for query, want := range map[string]int{
		"": 2, "?indirect_partner_id=reseller": 1, "?quota_id=" + two: 1, "?parent_quota_id=" + parent: 2, "?parent_quota_id=x": 0,
	} {
		w.as("distributor dist", http.MethodGet, issuedPath+query, "").Into(t, &quotas)
		if quotas.TotalCount != want {
			t.Errorf("%s lists %d, want %d", query, quotas.TotalCount, want)
		}
	}
	for query, want := range map[string]string{
		"": "11/100.00 10/200.00 10/100.00", "?operation_type=11": "11/100.00", "?operation_type=x&quota_id=" + two: "10/200.00",
		"?operation_time_end=2026-12-01T00:00:00Z": "", "?operation_time_begin=2026-12-01T02:00:00Z&indirect_partner_id=reseller-2": "10/200.00",
	} {
		var records struct {
			Records []struct {
				Type   string      `json:"operation_type"`
				Amount json.Number `json:"amount"`
			} `json:"records"`
		}
		w.as("distributor dist", http.MethodGet, qRecordsPath+query, "").Into(t, &records)
		var parts []string
		for _, r := range records.Records {
			parts = append(parts, r.Type+"/"+r.Amount.String())
		}
		if got := strings.Join(parts, " "); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	w.as("distributor dist", http.MethodGet, qRecordsPath+"?operation_time_begin=yesterday", "").Refused(t, "CBC.0100", "operation_time_begin")
}

func TestTheTreeAddsUp(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "1000", "")
	child := w.child(parent, "100", "reseller")
	id := w.issue("reseller reseller", child, "40", "below")
	w.use("below", id, "CS1", 15_00)
	var tree struct {
		Value    json.Number `json:"quota_value"`
		Balance  json.Number `json:"balance"`
		Child    json.Number `json:"child_quota_amount"`
		Balanced bool        `json:"balanced"`
		Children []struct {
			Balance  json.Number `json:"balance"`
			Held     json.Number `json:"voucher_amount"`
			Used     json.Number `json:"used_amount"`
			Balanced bool        `json:"balanced"`
			Vouchers []struct {
				CouponID string `json:"coupon_id"`
			} `json:"vouchers"`
		} `json:"child_quotas"`
	}
	w.as("distributor dist", http.MethodGet, quotasPath+"/"+parent+"/tree", "").Into(t, &tree)
	if tree.Value != "1000.00" || tree.Balance != "900.00" || tree.Child != "100.00" || !tree.Balanced || len(tree.Children) != 1 {
		t.Fatalf("got %+v", tree)
	}
	below := tree.Children[0]
	if below.Balance != "60.00" || below.Held != "25.00" || below.Used != "15.00" || !below.Balanced || below.Vouchers[0].CouponID != id {
		t.Errorf("below it is %+v", below)
	}
}

// TestATreeThatMovesWhileItIsReadAddsUp has a voucher issued, and a quota taken back, while the vouchers of the tree are read.
func TestATreeThatMovesWhileItIsReadAddsUp(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "1000", "")
	child := w.child(parent, "100", "reseller")
	inner, api := w.db, w.api
	for name, c := range map[string]struct {
		owner   string // whose vouchers are being read then
		happens func()
	}{
		"a voucher":    {"reseller", func() { w.issue("reseller reseller", child, "40", "below") }},
		"a quota back": {"dist", func() { w.up(child).Into(t, nil) }},
	} {
		var met atomic.Bool
		w.db = inner.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpQuery && op.Keys[0].PK == "PARTY#"+c.owner && met.CompareAndSwap(false, true) {
				faulty := w.api
				w.api = api
				c.happens()
				w.api = faulty
			}
			return table.Pass
		})
		w.serve()
		var tree struct {
			Balanced bool `json:"balanced"`
			Children []struct {
				Balanced bool `json:"balanced"`
			} `json:"child_quotas"`
		}
		a := w.as("distributor dist", http.MethodGet, quotasPath+"/"+parent+"/tree", "")
		if a.Into(t, &tree); !met.Load() || !tree.Balanced || !tree.Children[0].Balanced {
			t.Errorf("%s: got %s", name, a.Body)
		}
	}
}

func TestAMemoIsForTheIssuerAlone(t *testing.T) {
	w := newWorld(t)
	parent := w.grant("dist", "1000", "")
	child := w.child(parent, "100", "reseller")
	w.as("reseller reseller", http.MethodPost, couponsPath, issueBody(child, "1", `,"memo":"for their patience"`, "below")).Into(t, nil)
	if a := w.as("reseller reseller", http.MethodGet, quotasPath+"/"+child+"/tree", ""); !strings.Contains(a.Body, "patience") {
		t.Errorf("the issuer gets %s", a.Body)
	}
	if a := w.as("distributor dist", http.MethodGet, quotasPath+"/"+parent+"/tree", ""); strings.Contains(a.Body, "patience") {
		t.Errorf("its distributor gets %s", a.Body)
	}
}

func TestAStatusSetAgainChangesNothing(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	events := func() (n int) {
		for e, err := range event.List(t.Context(), w.db, "partner", time.Time{}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Type == promotion.EventQuotaSet {
				n++
			}
		}
		return n
	}
	for n, status := range []int{4, 4, 0, 0, 3, 3} {
		if a := w.set("partner", quota, status); a.Status != http.StatusNoContent || events() != n/2+1 {
			t.Errorf("the %d. setting gave %d %s and %d events", n, a.Status, a.Body, events())
		}
	}
}
