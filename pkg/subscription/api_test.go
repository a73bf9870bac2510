package subscription_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/subscription"
)

const (
	renewPath  = "/v2/orders/subscriptions/resources/renew"
	listPath   = "/v2/orders/suscriptions/resources/query"
	togglePath = "/v2/orders/subscriptions/resources/autorenew/"
)

// portfolioWorld has a customer with a family, an imported release, and another customer.
func portfolioWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("c", "V1", "100.00")
	w.customer("other", "V1", "100.00")
	w.resources(
		row{ID: "main", Customer: "c", Expiry: tenth}, row{ID: "disk", Customer: "c", Parent: "main", Expiry: tenth},
		row{ID: "gone", Customer: "c", Expiry: firstOfDecember.AddDays(-20)}, row{ID: "theirs", Customer: "other", Expiry: tenth},
		row{ID: "frozen", Customer: "c", Expiry: firstOfDecember.AddDays(-4)},
	)
	return w
}

// state gives what must not change: the resources and the balance of a customer.
func (w *world) state(customers ...auth.PartyID) string {
	text := ""
	for _, c := range customers {
		a := w.call(auth.Customer, c, http.MethodPost, listPath, "application/json", `{"limit":1000,"status_list":[2,3,4,5]}`)
		text += a.Body + w.balance(c) + fmt.Sprint(w.events(c))
	}
	return text
}

func TestBadInputIsRefusedWithItsDocumentedCodeAndChangesNothing(t *testing.T) {
	w := portfolioWorld(t)
	before := w.state("c", "other")
	renew := func(ids string) string {
		return `{"resource_ids":[` + ids + `],"period_type":2,"period_num":1,"is_auto_pay":1}`
	}
	eleven := strings.Repeat(`"x",`, 10) + `"x"`
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code, says         string
	}{
		"no id":                 {"POST", renewPath, renew(``), 400, "CBC.0100", "resource_ids"},
		"eleven ids":            {"POST", renewPath, renew(eleven), 400, "CBC.0100", "resource_ids"},
		"an id twice":           {"POST", renewPath, renew(`"main","main"`), 400, "CBC.0100", "resource_ids"},
		"no ids field":          {"POST", renewPath, `{"period_type":2,"period_num":1}`, 400, "CBC.0100", "resource_ids"},
		"period 0":              {"POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":0}`, 400, "CBC.30010069", "period_num"},
		"12 months":             {"POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":12}`, 400, "CBC.30010069", "1 to 11"},
		"4 years":               {"POST", renewPath, `{"resource_ids":["main"],"period_type":3,"period_num":4}`, 400, "CBC.30010069", "1 to 3"},
		"an unknown period":     {"POST", renewPath, `{"resource_ids":["main"],"period_type":5,"period_num":1}`, 400, "CBC.0100", "period_type"},
		"no JSON":               {"POST", renewPath, `{"resource_ids":["main"`, 400, "CBC.0100", "JSON"},
		"an empty body":         {"POST", renewPath, ``, 400, "CBC.0100", "body"},
		"a key twice":           {"POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":1,"period_num":2}`, 400, "CBC.0100", "period_num"},
		"a text for a number":   {"POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":"1"}`, 400, "CBC.0100", "period_num"},
		"a number for a text":   {"POST", renewPath, renew(`7`), 400, "CBC.0100", "resource_ids[0]"},
		"a fraction":            {"POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":1.5}`, 400, "CBC.0100", "period_num"},
		"two megabytes":         {"POST", renewPath, renew(`"` + strings.Repeat("x", 2<<20) + `"`), 413, "APIG.0201", "1048576"},
		"offset 10,001":         {"POST", listPath, `{"offset":10001}`, 400, "CBC.0100", "marker"},
		"limit 0":               {"POST", listPath, `{"limit":0}`, 400, "CBC.0100", "limit"},
		"a made-up marker":      {"POST", listPath, `{"marker":"AAAA"}`, 400, "CBC.0100", "marker"},
		"a bad time":            {"POST", listPath, `{"expire_time_begin":"2026-12-01"}`, 400, "CBC.0100", "expire_time_begin"},
		"count 100":             {"POST", togglePath + "main", `{"auto_renew_times":100}`, 400, "CBC.0100", "auto_renew_times"},
		"by the week":           {"POST", togglePath + "main", `{"period_type":"WEEK"}`, 400, "CBC.0100", "period_type"},
		"by an unsold year":     {"POST", togglePath + "main", `{"period_type":"YEAR"}`, 400, "CBC.30010069", "year"},
		"toggle unknown":        {"POST", togglePath + "nobody", ``, 400, "CBC.99003012", "nobody"},
		"toggle foreign":        {"POST", togglePath + "theirs", ``, 400, "CBC.99003012", "theirs"},
		"toggle attached":       {"POST", togglePath + "disk", ``, 400, "CBC.30010036", "disk"},
		"toggle released":       {"POST", togglePath + "gone", ``, 400, "CBC.99003016", "gone"},
		"toggle frozen":         {"POST", togglePath + "frozen", ``, 400, "CBC.99003602", "frozen"},
		"cancel what is off":    {"DELETE", togglePath + "main", ``, 400, "CBC.99003605", "main"},
		"cancel unknown":        {"DELETE", togglePath + "nobody", ``, 400, "CBC.99003012", "nobody"},
		"cancel foreign":        {"DELETE", togglePath + "theirs", ``, 400, "CBC.99003012", "theirs"},
		"an operation not ours": {"POST", "/v2/orders/nothing", ``, 404, "APIG.0101", "path"},
		"a method not ours":     {"PUT", renewPath, ``, 405, "APIG.0103", "POST"},
	} {
		t.Run(name, func(t *testing.T) {
			w.call(auth.Customer, "c", c.method, c.path, "application/json", c.body).Refused(t, c.status, c.code, c.says)
		})
	}
	w.call(auth.Customer, "c", http.MethodPost, renewPath, "text/xml", "<x/>").Refused(t, 415, "CBC.0100", "application/json")
	w.call(auth.Partner, "partner", http.MethodPost, renewPath, "application/json", renew(`"main"`)).Refused(t, 403, "CBC.0155", "customer")
	if after := w.state("c", "other"); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestEachResourceOfARenewalIsJudgedByItself(t *testing.T) {
	w := portfolioWorld(t)
	var out struct {
		OrderIDs []string `json:"order_ids"`
		Failed   []struct {
			ResourceID string `json:"resource_id"`
			ErrorCode  string `json:"error_code"`
			ErrorMsg   string `json:"error_msg"`
		} `json:"fail_resource_infos"`
	}
	w.as("c", http.MethodPost, renewPath, `{"resource_ids":["nobody","theirs","disk","gone","main","frozen"],"period_type":2,"period_num":1,"is_auto_pay":1,"unknown":null}`).Into(t, &out)
	if len(out.OrderIDs) != 2 {
		t.Errorf("got the orders %v, want two", out.OrderIDs)
	}
	want := map[string]string{"nobody": "CBC.99003012", "theirs": "CBC.99003012", "disk": "CBC.30010036", "gone": "CBC.99003016"}
	for _, f := range out.Failed {
		if want[f.ResourceID] != f.ErrorCode || f.ErrorMsg == "" {
			t.Errorf("%s was refused with %s %q, want %s", f.ResourceID, f.ErrorCode, f.ErrorMsg, want[f.ResourceID])
		}
		delete(want, f.ResourceID)
	}
	if len(want) > 0 {
		t.Errorf("not refused: %v", want)
	}
	if got := w.balance("c"); got != "70.00" {
		t.Errorf("the balance is %s, want 100.00 less three resources", got)
	}
	frozen := w.read("c", "frozen")
	if wantExpiry := firstOfDecember.AddDays(-4).AddMonths(1, 27); frozen.Expiry != wantExpiry || frozen.Status != subscription.StatusInUse {
		t.Errorf("the frozen resource is %s and expires on %s, want in use until %s: the term starts at the old expiry", frozen.Status, frozen.Expiry, wantExpiry)
	}
	w.sound("c", "other")
}

func TestARequestSentTwiceIsOneRenewal(t *testing.T) {
	w := portfolioWorld(t)
	body := `{"resource_ids":["main"],"period_type":2,"period_num":1,"is_auto_pay":1}`
	first := w.signed(auth.Customer, "c", "same", http.MethodPost, renewPath, "application/json", body)
	second := w.signed(auth.Customer, "c", "same", http.MethodPost, renewPath, "application/json", body)
	if first.Status != 200 || first.Body != second.Body || first.Header.Get("Idempotent-Replay") != "" || second.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("the first answer is %d %s, the second %d %s (%v)", first.Status, first.Body, second.Status, second.Body, second.Header)
	}
	if got := w.balance("c"); got != "80.00" {
		t.Errorf("the balance is %s, want 100.00 less two resources", got)
	}
	w.signed(auth.Customer, "c", "same", http.MethodPost, renewPath, "application/json",
		strings.Replace(body, `"period_num":1`, `"period_num":2`, 1)).Refused(t, 409, "CBC.0409", "Idempotency-Key")
}

func TestAShortBalanceLeavesTheOrderUnpaidAndIsSaidAgainOnARepeat(t *testing.T) {
	w := portfolioWorld(t)
	w.customer("poor", "V1", "9.99")
	w.resources(row{ID: "p", Customer: "poor", Expiry: tenth})
	body := `{"resource_ids":["p"],"period_type":2,"period_num":1,"is_auto_pay":1}`
	first := w.signed(auth.Customer, "poor", "same", http.MethodPost, renewPath, "application/json", body)
	first.Refused(t, 400, "CBC.30050006", "CS")
	again := w.signed(auth.Customer, "poor", "same", http.MethodPost, renewPath, "application/json", body)
	if again.Body != first.Body {
		t.Errorf("the repeat says %s, the first %s", again.Body, first.Body)
	}
	if s := w.read("poor", "p"); s.PendingOrder == "" || s.Expiry != tenth {
		t.Errorf("the pending order is %q, the expiry %s", s.PendingOrder, s.Expiry)
	}
}

func TestB14AndB15SwitchingIsReadYourWriteAndEveryFieldIsReadable(t *testing.T) {
	w := portfolioWorld(t)
	policies := func() string {
		var out struct {
			Data []struct {
				ID     string `json:"resource_id"`
				Policy int    `json:"expire_policy"`
			} `json:"data"`
		}
		w.as("c", http.MethodPost, listPath, `{"resource_ids":["main"]}`).Into(t, &out)
		return fmt.Sprint(out.Data)
	}
	if got := w.as("c", http.MethodPost, togglePath+"main", `{"auto_renew_times":2,"period_type":"MONTH"}`); got.Status != 204 || got.Body != "" {
		t.Errorf("got %d %q, want 204 without a body", got.Status, got.Body)
	}
	if got := policies(); got != "[{main 3} {disk 3}]" {
		t.Errorf("after switching on: %s", got)
	}
	if got := w.as("c", http.MethodDelete, togglePath+"main", ``); got.Status != 204 {
		t.Errorf("got %d %q, want 204", got.Status, got.Body)
	}
	if got := policies(); got != "[{main 0} {disk 0}]" {
		t.Errorf("after switching off: %s", got)
	}
}

func TestB16AutoRenewalEndsWithItsCount(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "1000.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth})
	w.as("c", http.MethodPost, togglePath+"r", `{"auto_renew_times":2}`)
	w.run("c", "r", tenth.AddDays(200).Start())
	if got := strings.Join(w.events("c"), " "); got != "auto_renewal_switched renewed renewed grace_began frozen released" {
		t.Errorf("the events are %s", got)
	}
}

func TestAPartnerSeesItsCustomersAndNobodyElses(t *testing.T) {
	w := portfolioWorld(t)
	read := func(kind auth.Kind, id auth.PartyID, body string) answer {
		return w.call(kind, id, http.MethodPost, listPath, "application/json", body)
	}
	var out struct {
		Data []struct {
			ID string `json:"resource_id"`
		} `json:"data"`
		Total int `json:"total_count"`
	}
	read(auth.Partner, "partner", `{"customer_id":"other"}`).Into(t, &out)
	if fmt.Sprint(out.Data) != "[{theirs}]" || out.Total != 1 {
		t.Errorf("got %+v", out)
	}
	read(auth.Partner, "partner", `{}`).Into(t, &out)
	if fmt.Sprint(out.Data) != "[{frozen} {disk} {main} {theirs}]" || out.Total != 4 {
		t.Errorf("got %+v, want all by expiry", out)
	}
	read(auth.Partner, "stranger", `{}`).Into(t, &out)
	if len(out.Data) != 0 {
		t.Errorf("a stranger sees %+v", out)
	}
	foreign, unknown := read(auth.Partner, "stranger", `{"customer_id":"other"}`), read(auth.Partner, "stranger", `{"customer_id":"nobody"}`)
	if foreign.Status != 400 || strings.Replace(foreign.Body, "other", "nobody", 1) != unknown.Body {
		t.Errorf("another's customer answers %d %s, an unknown one %d %s", foreign.Status, foreign.Body, unknown.Status, unknown.Body)
	}
}

func TestMarkersWalkAListAtOneCostAPage(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	var rows []row
	for i := range 60 {
		rows = append(rows, row{ID: fmt.Sprintf("r-%02d", i), Customer: "c", Expiry: firstOfDecember.AddDays(5 + i)})
	}
	w.resources(rows...)
	for kind, caller := range map[auth.Kind]auth.PartyID{auth.Customer: "c", auth.Partner: "partner"} {
		marker, seen := "", []string{}
		for pages := 1; ; pages++ {
			var out struct {
				Data []struct {
					ID string `json:"resource_id"`
				} `json:"data"`
				Marker string `json:"marker"`
			}
			w.call(kind, caller, http.MethodPost, listPath, "application/json", fmt.Sprintf(`{"limit":25,"marker":%q}`, marker)).Into(t, &out)
			for _, r := range out.Data {
				seen = append(seen, r.ID)
			}
			if marker = out.Marker; marker == "" {
				if pages != 3 {
					t.Errorf("%s: %d pages, want 3", kind, pages)
				}
				break
			}
		}
		for i, id := range seen {
			if id != fmt.Sprintf("r-%02d", i) || len(seen) != 60 {
				t.Errorf("%s: %d resources, the one at %d is %s", kind, len(seen), i, id)
				break
			}
		}
	}
}
