package promotion_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAPartnerListsItsQuotas(t *testing.T) {
	w := newWorld(t)
	normal := w.grant("partner", "100", `,"cloud_service_types":["ecs"],"min_order_amount":5`)
	frozen := w.grant("partner", "50", "")
	w.grant("rival", "70", "")
	w.set("partner", frozen, 5)
	list := func(body string) string {
		t.Helper()
		var out struct {
			Quotas []struct {
				ID string `json:"quota_id"`
			} `json:"quotas"`
		}
		w.as("partner partner", http.MethodPost, queryPath, body).Into(t, &out)
		var ids []string
		for _, q := range out.Quotas {
			ids = append(ids, q.ID)
		}
		return strings.Join(ids, " ")
	}
	for body, want := range map[string]string{
		`{}`: frozen + " " + normal, `{"quota_status_list":[5]}`: frozen, `{"quota_status_list":[0,3]}`: normal, `{"quota_type":1}`: "",
		`{"quota_ids":["` + normal + `"]}`: normal, `{"quota_ids":[],"quota_status_list":null}`: frozen + " " + normal,
		`{"expire_time_end":"2026-12-30T00:00:00Z"}`: "", `{"effective_time_begin":"2026-12-01T00:00:00Z","limit":1}`: frozen,
		`{"create_time_end":"2026-12-01T01:00:00Z"}`: "",
	} {
		if got := list(body); got != want {
			t.Errorf("%s lists %q, want %q", body, got, want)
		}
	}
	a := w.as("partner partner", http.MethodPost, queryPath, `{"quota_ids":["`+normal+`"]}`)
	for _, part := range []string{
		`"limit_infos":[{"limit_key":"cloudServiceType","limit_values":[{"value1":"ecs"}]},{"limit_key":"minOrderAmount","limit_values":[{"value1":"5.00"}]}]`,
		`"quota_value":100.00`, `"measure_id":1`, `"currency":"CNY"`, `"expire_time":"2026-12-31T16:00:00Z"`,
	} {
		if !strings.Contains(a.Body, part) {
			t.Errorf("%s lacks %s", a.Body, part)
		}
	}
	w.clock.Set(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if got := list(`{"quota_status_list":[3]}`); got != frozen+" "+normal {
		t.Errorf("expired are %q", got)
	}
	w.as("partner partner", http.MethodPost, queryPath, `{"limit":0}`).Refused(t, "CBC.0100", "limit")
	w.as("partner partner", http.MethodPost, queryPath, `{"create_time_begin":"2026-12-02T00:00:00Z","create_time_end":"2026-12-01T00:00:00Z"}`).
		Refused(t, "CBC.0100", "create_time_end")
}

// couponIDs lists vouchers by a path.
func (w *world) couponIDs(caller, path string) (ids []string, marker string) {
	w.t.Helper()
	var out struct {
		UserCoupons []struct {
			ID string `json:"coupon_id"`
		} `json:"user_coupons"`
		Marker string `json:"marker"`
	}
	w.as(caller, http.MethodGet, path, "").Into(w.t, &out)
	for _, c := range out.UserCoupons {
		ids = append(ids, c.ID)
	}
	return ids, out.Marker
}

func TestAPartnerListsWhatItIssuedPageByPage(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "1000", "")
	var all []string
	for range 5 {
		all = append([]string{w.issue("partner partner", quota, "10", "c1")}, all...)
	}
	w.use("c1", all[0], "CS7", 10_00)
	w.lock("c1", all[1], "CS8")
	var seen []string
	for path := couponsPath + "?limit=2"; path != ""; {
		ids, marker := w.couponIDs("partner partner", path)
		seen = append(seen, ids...)
		if path = ""; marker != "" {
			path = couponsPath + "?limit=2&marker=" + marker
		}
	}
	if got := strings.Join(seen, " "); got != strings.Join(all, " ") {
		t.Errorf("got %s, want %s", got, strings.Join(all, " "))
	}
	for query, want := range map[string]int{
		"?status=3": 1, "?status=2": 4, "?status=1": 0, "?order_id=CS7": 1, "?order_id=CS8": 1, "?customer_id=c2": 0, "?coupon_id=" + all[4]: 1,
		"?coupon_type=4": 0, "?coupon_type=1": 5, "?create_time_begin=2026-12-01T02:00:00Z": 5, "?create_time_end=2026-12-01T01:59:59Z": 0,
		"?expire_time_begin=2027-01-01T00:00:00Z": 0, "?offset=3": 2,
	} {
		if ids, _ := w.couponIDs("partner partner", couponsPath+query); len(ids) != want {
			t.Errorf("%s lists %d, want %d", query, len(ids), want)
		}
	}
	if ids, _ := w.couponIDs("partner rival", couponsPath); len(ids) != 0 {
		t.Errorf("a rival sees %v", ids)
	}
	w.as("partner partner", http.MethodGet, couponsPath+"?status=9", "").Refused(t, "CBC.0100", "status")
	w.as("partner partner", http.MethodGet, couponsPath+"?offset=10001", "").Refused(t, "CBC.0100", "offset")
	w.as("customer c1", http.MethodGet, couponsPath, "").Refused(t, "CBC.0155", "")
}

func TestACustomerSeesItsVouchersAndEndedOnesForAYear(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "1000", "")
	used, left := w.issue("partner partner", quota, "10", "c1"), w.issue("partner partner", quota, "10", "c1")
	w.issue("partner partner", quota, "10", "c2")
	w.use("c1", used, "CS1", 10_00)
	list := func(query string) int {
		t.Helper()
		ids, _ := w.couponIDs("customer c1", ownPath+query)
		return len(ids)
	}
	for query, want := range map[string]int{
		"": 2, "?source_id=partner": 2, "?source_id=rival": 0, "?status=3": 1, "?coupon_id=" + left: 1, "?coupon_type=2": 0, "?promotion_plan_id=x": 0,
	} {
		if got := list(query); got != want {
			t.Errorf("%s lists %d, want %d", query, got, want)
		}
	}
	if a := w.as("customer c1", http.MethodGet, ownPath, ""); strings.Contains(a.Body, "memo") || !strings.Contains(a.Body, `"source_id":"partner"`) {
		t.Errorf("got %s", a.Body)
	}
	w.clock.Set(time.Date(2027, 12, 2, 0, 0, 0, 0, time.UTC))
	if got := list(""); got != 1 {
		t.Errorf("a year after the use %d are listed, want the one that expired at the end of December", got)
	}
	w.clock.Set(time.Date(2028, 1, 2, 0, 0, 0, 0, time.UTC))
	if got := list(""); got != 0 {
		t.Errorf("after two years %d are listed", got)
	}
	w.as("partner partner", http.MethodGet, ownPath, "").Refused(t, "CBC.0155", "")
	const backwards = "?active_start_time=2026-12-02T00:00:00Z&active_end_time=2026-12-01T00:00:00Z"
	w.as("customer c1", http.MethodGet, ownPath+backwards, "").Refused(t, "CBC.0100", "active_end_time")
}

func TestRecordsAreAskedForByWhatTheySay(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "1000", "")
	one := w.issue("partner partner", quota, "10", "c1")
	w.clock.Advance(time.Minute)
	two := w.issue("partner partner", quota, "20", "c2")
	w.clock.Advance(time.Minute)
	w.reclaim("partner partner", one)
	for query, want := range map[string]string{
		"": "2/0/c1/10.00 1/0/c2/20.00 1/0/c1/10.00", "?operation_types=2&operation_types=3": "2/0/c1/10.00", "?customer_id=c2": "1/0/c2/20.00",
		"?coupon_ids=" + one + "&coupon_ids=" + two + "&limit=2": "2/0/c1/10.00 1/0/c2/20.00", "?quota_id=x": "", "?quota_type=1": "",
		"?operation_time_begin=2026-12-01T02:00:30Z&operation_time_end=2026-12-01T02:01:30Z": "1/0/c2/20.00", "?result=-1": "", "?result=x&limit=1": "2/0/c1/10.00",
	} {
		if got := w.operations("partner partner", query); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	if got := w.operations("partner rival", ""); got != "" {
		t.Errorf("a rival sees %s", got)
	}
}
