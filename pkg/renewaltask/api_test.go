package renewaltask_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/party"
)

// busy is a world on 2 December with tasks: c1 and c2 of the partner, r1 of the reseller, d1 of the distributor, o1 of another partner.
func busy(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, c := range []struct {
		id, partner auth.PartyID
		manager     auth.UserID
		price       string
		day         int
	}{
		{"c1", "partner", "max", "5000.00", 1},
		{"c2", "partner", "eve", "8000.00", 20},
		{"r1", "res", "", "7000.00", 10},
		{"d1", "dist", "", "6000.00", 10},
		{"o1", "other", "", "9000.00", 10},
	} {
		w.customer(c.id, c.partner, c.manager)
		w.holds(c.id, c.price, december(c.day), "of-"+string(c.id))
	}
	w.until(december(2), 0, 10)
	return w
}

const manager = caller("partner partner account_manager max")

func TestListsAreWithinTheCallersScope(t *testing.T) {
	w := busy(t)
	for _, c := range []struct {
		who   caller
		query string
		want  string
	}{
		{admin, "", "c1 c2"},
		{otherAdmin, "", "o1"},
		{manager, "", "c1"},
		{"partner partner account_manager eve", "", "c2"},
		{"partner partner account_manager nobody", "", ""},
		{"partner partner account_manager+sales max", "", "c1 c2"}, // combined with another role, it sees all
		{"partner partner supervisor max", "", "c1 c2"},
		{reseller, "", "r1"},
		{distributor, "", "d1"},
		{distributor, "?tab=OWN", "d1"},
		{distributor, "?tab=RESELLERS", "r1"},
		{distributor, "?indirect_partner_id=res", "r1"},
		{"distributor dist account_manager max", "?tab=RESELLERS", ""},
	} {
		if got := w.tasks(c.who, c.query).customers(); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.who, c.query, got, c.want)
		}
	}
	w.change("res", func(p *party.Party) { p.Profile.Manager = "max" })
	if got := w.tasks("distributor dist account_manager max", "?tab=RESELLERS").customers(); got != "r1" {
		t.Errorf("the account manager of the reseller sees %q, want r1", got)
	}
	w.change("c2", func(p *party.Party) { p.Profile.Manager = "max" })
	if got := w.tasks(manager, "").customers(); got != "c1 c2" {
		t.Errorf("once both are its own, the account manager sees %q", got)
	}
	w.leaves("c1")
	if got := w.tasks(admin, "?state=ALL").customers(); got != "c2" {
		t.Errorf("once c1 has left, its partner sees %q", got)
	}
}

func TestListsAreFiltered(t *testing.T) {
	w := busy(t)
	order := strings.TrimPrefix(w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID, "2026-12-")
	id := w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID
	product := w.read("partner", id).Lines[0].Product
	for query, want := range map[string]string{
		"?state=TODO":                   "c1 c2",
		"?state=IN_PROGRESS":            "",
		"?state=ALL":                    "c1 c2",
		"?state=":                       "c1 c2", // empty is absent
		"?overdue=true":                 "c1",
		"?overdue=false":                "c2",
		"?renewed=true":                 "",
		"?renewed=false":                "c1 c2",
		"?expire_date_begin=2026-12-04": "c2",
		"?expire_date_begin=2026-12-01&expire_date_end=2026-12-20": "c1 c2",
		"?expire_date_begin=2026-12-01&expire_date_end=2026-12-19": "c1",
		"?expire_date_begin=2027-01-01":                            "",
		"?customer_id=c1":                                          "c1",
		"?customer_id=o1":                                          "",
		"?customer_name=NAME+OF+C2":                                "c2",
		"?order_id=" + order:                                       "c2",
		"?order_id=CS1":                                            "",
		"?product=" + product:                                      "c2",
		"?product=hws.service.type.ec2":                            "c1 c2",
		"?product=hws.service.type.waf":                            "",
		"?limit=1":                                                 "c1",
		"?limit=1&offset=1":                                        "c2",
		"?offset=2":                                                "",
		"?state=TODO&overdue=false&product=HWS.SERVICE.TYPE.EC2":   "c2",
		"?tab=OWN&expire_date_begin=2025-12-31&expire_date_end=2026-12-31": "c1 c2",
	} {
		if got := w.tasks(admin, query).customers(); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	first := w.tasks(admin, "?limit=1")
	if got := w.tasks(admin, "?limit=1&marker="+first.Marker); got.customers() != "c2" || got.Marker != "" || first.Total != 2 {
		t.Errorf("by marker: got %q, more %q, of %d", got.customers(), got.Marker, first.Total)
	}
	w.call(otherAdmin, http.MethodGet, tasksPath+"?limit=1&marker="+first.Marker, "").Refused(t, 400, "CBC.0100", "marker")
	w.call(admin, http.MethodGet, tasksPath+"?limit=1&state=ALL&marker="+first.Marker, "").Refused(t, 400, "CBC.0100", "marker")
}

func TestAResellersListGoesOnByMarker(t *testing.T) {
	w := newWorld(t)
	w.customer("r1", "res", "")
	w.holds("r1", "5000.00", december(10), "a", "b", "c")
	w.until(december(1), 1, 0)
	for _, who := range []struct {
		caller
		query string
	}{{reseller, ""}, {distributor, "&tab=RESELLERS"}} {
		seen, marker := map[string]bool{}, ""
		for pages := 1; ; pages++ {
			page := w.tasks(who.caller, "?limit=2"+who.query+"&marker="+marker)
			for _, one := range page.Tasks {
				seen[one.TaskID] = true
			}
			if marker = page.Marker; marker == "" {
				if pages != 2 || len(seen) != 3 {
					t.Errorf("%s: %d pages and %d tasks, want 2 and 3", who.caller, pages, len(seen))
				}
				break
			}
		}
	}
}

func TestListsRefuseWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who          caller
		query        string
		status       int
		code, inside string
	}{
		{admin, "?state=DONE", 400, "CBC.0100", "state"},
		{admin, "?tab=ALL", 400, "CBC.0100", "tab"},
		{admin, "?overdue=maybe", 400, "CBC.0100", "overdue"},
		{admin, "?expire_date_begin=2026-12-32", 400, "CBC.0100", "expire_date_begin"},
		{admin, "?expire_date_end=tomorrow", 400, "CBC.0100", "expire_date_end"},
		{admin, "?expire_date_begin=2026-12-02&expire_date_end=2026-12-01", 400, "CBC.0100", "expire_date_end"},
		{admin, "?expire_date_begin=2025-12-01&expire_date_end=2026-12-02", 400, "CBC.0100", "12 months"},
		{admin, "?limit=0", 400, "CBC.0100", "limit"},
		{admin, "?limit=1001", 400, "CBC.0100", "limit"},
		{admin, "?offset=10001", 400, "CBC.0100", "offset"},
		{admin, "?marker=made-up", 400, "CBC.0100", "marker"},
		{admin, "?tab=RESELLERS", 403, "CBC.0155", "distributor"},
		{reseller, "?tab=RESELLERS", 403, "CBC.0155", "distributor"},
		{admin, "?indirect_partner_id=res", 400, "CBC.99000037", "res"},
		{distributor, "?indirect_partner_id=partner", 400, "CBC.99000037", "partner"},
		{distributor, "?indirect_partner_id=res&tab=OWN", 400, "CBC.0100", "indirect_partner_id"},
		{"partner partner finance ann", "", 403, "CBC.0155", "renewaltask:read"},
		{"customer c1 admin ann", "", 403, "CBC.0155", "customer"},
		{vendor, "", 403, "CBC.0155", "vendor"},
	} {
		w.call(c.who, http.MethodGet, tasksPath+c.query, "").Refused(t, c.status, c.code, c.inside)
	}
}

func TestAListOfTheLastMonthThereIsEnds(t *testing.T) {
	w := newWorld(t)
	var page struct {
		Total int `json:"total_count"`
	}
	w.call(admin, http.MethodGet, tasksPath+"?expire_date_begin=9999-12-01&expire_date_end=9999-12-31", "").Into(t, &page)
	if page.Total != 0 {
		t.Errorf("there are %d", page.Total)
	}
}

func TestForeignTasksLookAbsent(t *testing.T) {
	w := busy(t)
	mine := w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID
	below := w.tasks(reseller, "").Tasks[0].TaskID
	body := `{"contact_result":"REACHED","intention":"YES"}`
	said := func(a answer, id string) string { return strings.ReplaceAll(fmt.Sprint(a.Status, a.Body), id, "ID") }
	nobodys := "2026-12-CS261201000000ABCDEFGH"
	for _, c := range []struct {
		who   caller
		id    string
		query string
	}{
		{otherAdmin, mine, ""},
		{manager, mine, ""},
		{distributor, below, ""},
		{admin, below, ""},
		{reseller, mine, ""},
		{admin, "2026-12", ""},
		{admin, "nonsense", ""},
		{distributor, mine, "?indirect_partner_id=res"},
	} {
		got := w.call(c.who, http.MethodGet, tasksPath+"/"+c.id+c.query, "")
		got.Refused(t, 404, "CBC.0404", c.id)
		if none := w.call(c.who, http.MethodGet, tasksPath+"/"+nobodys+c.query, ""); said(got, c.id) != said(none, nobodys) {
			t.Errorf("%s, %s: %s differs from %s", c.who, c.id, got.Body, none.Body)
		}
		if c.who != reseller {
			w.call(c.who, http.MethodPost, tasksPath+"/"+c.id+"/handling"+c.query, body).Refused(t, 404, "CBC.0404", c.id)
		}
	}
	w.call(admin, http.MethodGet, tasksPath+"/"+below+"?indirect_partner_id=res", "").Refused(t, 400, "CBC.99000037", "res")
	w.leaves("c2")
	w.call(admin, http.MethodGet, tasksPath+"/"+mine, "").Refused(t, 404, "CBC.0404", mine)
}

func TestATaskIsHandledAgainAndAgain(t *testing.T) {
	w := busy(t)
	id := w.tasks(manager, "").Tasks[0].TaskID
	path := tasksPath + "/" + id + "/handling"
	first := `{"contact_result":"UNREACHABLE","intention":"UNSURE","remark":"no answer"}`
	second := `{"contact_result":"REACHED","intention":"NO","reason":"BUDGET","remark":"` + strings.Repeat("说", 500) + `"}`
	var got toldTask
	w.call(manager, http.MethodPost, path, first).Into(t, &got)
	if got.State != "IN_PROGRESS" || got.Intention != "UNSURE" || len(got.Records) != 1 || !got.Overdue {
		t.Errorf("got %+v", got)
	}
	w.call(admin, http.MethodPost, path, second).Into(t, &got)
	if got.State != "IN_PROGRESS" || got.Intention != "NO" || len(got.Records) != 2 || got.HandledAt == "" {
		t.Fatalf("got %+v", got)
	}
	newest, oldest := got.Records[0], got.Records[1]
	if newest.Reason != "BUDGET" || newest.By != "partner/ann" || len([]rune(newest.Remark)) != 500 || newest.Contact != "REACHED" ||
		oldest.Remark != "no answer" || oldest.By != "partner/max" || oldest.Intention != "UNSURE" {
		t.Errorf("got %+v", got.Records)
	}
	if list := w.only(admin, "?state=IN_PROGRESS"); list.TaskID != id || list.Intention != "NO" {
		t.Errorf("got %+v", list)
	}
	if got, want := w.events("partner"), "created created handled handled"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestARepeatedHandlingIsRecordedOnce(t *testing.T) {
	w := busy(t)
	id := w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID
	path, body := tasksPath+"/"+id+"/handling", `{"contact_result":"REACHED","intention":"YES","expected_date":"2026-12-15"}`
	w.signed(admin, "same", http.MethodPost, path, body).Into(t, &struct{}{})
	again := w.signed(admin, "same", http.MethodPost, path, body)
	var got toldTask
	again.Into(t, &got)
	if again.Header.Get("Idempotent-Replay") != "true" || len(got.Records) != 1 || got.Records[0].Expected != "2026-12-15" {
		t.Errorf("got %v and %+v", again.Header, got.Records)
	}
	w.signed(admin, "same", http.MethodPost, path, `{"contact_result":"REACHED","intention":"UNSURE"}`).Refused(t, 409, "CBC.0409", "")
}

func TestTwoWhoHandleATaskAtOnceAreBothRecorded(t *testing.T) {
	w := busy(t)
	id := w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			body := fmt.Sprintf(`{"contact_result":"REACHED","intention":"UNSURE","remark":"%d"}`, i)
			if got := w.signed(admin, fmt.Sprint("at once ", i), http.MethodPost, tasksPath+"/"+id+"/handling", body); got.Status != http.StatusOK {
				t.Errorf("%d: got %d %s", i, got.Status, got.Body)
			}
		})
	}
	wait.Wait()
	remarks := map[string]bool{}
	for _, r := range w.show(admin, id).Records {
		remarks[r.Remark] = true
	}
	if len(remarks) != 4 || w.events("partner") != "created created handled handled handled handled" {
		t.Errorf("got %v and %s", remarks, w.events("partner"))
	}
}

func TestADistributorHandlesForItsResellersWhoCannot(t *testing.T) {
	w := busy(t)
	id := w.tasks(reseller, "").Tasks[0].TaskID
	path, body := tasksPath+"/"+id+"/handling", `{"contact_result":"CALL_BACK","intention":"UNSURE"}`
	w.call(reseller, http.MethodPost, path, body).Refused(t, 400, "CBC.18000016", "contact your distributor")
	if got := w.show(reseller, id); got.State != "TODO" || len(got.Records) > 0 {
		t.Errorf("the reseller's refused handling left %+v", got)
	}
	var got toldTask
	w.call(distributor, http.MethodPost, path+"?indirect_partner_id=res", body).Into(t, &got)
	if got.State != "IN_PROGRESS" || got.Records[0].By != "dist/ann" || got.Reseller != "res" {
		t.Errorf("got %+v", got)
	}
	if seen := w.show(reseller, id); len(seen.Records) != 1 {
		t.Errorf("the reseller sees %+v", seen.Records)
	}
}

func TestHandlingRefusesWhatCannotBe(t *testing.T) {
	w := busy(t)
	id := w.tasks(admin, "?customer_id=c2").Tasks[0].TaskID
	path := tasksPath + "/" + id + "/handling"
	for body, field := range map[string]string{
		`{}`:                           "contact_result",
		`{"contact_result":"REACHED"}`: "intention",
		`{"contact_result":"MET","intention":"YES"}`:                                                  "contact_result",
		`{"contact_result":"REACHED","intention":"MAYBE"}`:                                            "intention",
		`{"contact_result":"REACHED","intention":"NO"}`:                                               "reason",
		`{"contact_result":"REACHED","intention":"NO","reason":"BORED"}`:                              "reason",
		`{"contact_result":"REACHED","intention":"YES","reason":"PRICE"}`:                             "reason",
		`{"contact_result":"REACHED","intention":"YES","expected_date":"2026-12-01"}`:                 "expected_date",
		`{"contact_result":"REACHED","intention":"YES","expected_date":"soon"}`:                       "expected_date",
		`{"contact_result":"REACHED","intention":"NO","reason":"PRICE","expected_date":"2026-12-30"}`: "expected_date",
		`{"contact_result":"REACHED","intention":"YES","remark":"` + strings.Repeat("说", 501) + `"}`:  "remark",
		`{"contact_result":"REACHED","intention":"YES","mood":"good"}`:                                "mood",
	} {
		w.call(admin, http.MethodPost, path, body).Refused(t, 400, "CBC.0100", field)
	}
	w.call("partner partner finance ann", http.MethodPost, path, `{"contact_result":"REACHED","intention":"YES"}`).
		Refused(t, 403, "CBC.0155", "renewaltask:handle")
	if got := w.show(admin, id); got.State != "TODO" || len(got.Records) > 0 {
		t.Errorf("refused handlings left %+v", got)
	}
}

func TestACombinedTransactionIsOneTask(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.call(vendor, http.MethodPost, "/v2/vendor/products", `{"product_id":"big","service_type_code":"hws.service.type.ec2","service_type_name":"ECS",`+
		`"resource_type_code":"vm","resource_spec_code":"s","region_code":"cn","month_price":"2600.00","on_sale":true}`).Into(t, &struct{}{})
	w.until(december(5), 0, 0)
	var order struct {
		OrderID string `json:"order_id"`
	}
	const two = `{"products":[{"product_id":"big","period_type":2,"period_num":1},{"product_id":"big","period_type":2,"period_num":1}],"is_auto_pay":1}`
	w.call("customer c1 admin c", http.MethodPost, "/v2/orders/subscriptions", two).Into(t, &order)
	january := calendar.Date{Year: 2027, Month: 1, Day: 1}
	w.until(january, 1, 0)
	got := w.only(admin, "")
	if got.OrderID != order.OrderID || got.Expiring != "5200.00" || got.ExpireDate != "2027-01-05" {
		t.Fatalf("got %+v, want one task of %s for 5200.00", got, order.OrderID)
	}
	lines := w.show(admin, got.TaskID).Lines
	if len(lines) != 2 {
		t.Fatalf("got %+v", lines)
	}
	w.renews("c1", lines[0].ResourceID, 2, 1)
	w.until(january.AddDays(1), 4, 0)
	if half := w.show(admin, got.TaskID); half.State != "TODO" || half.Rate != "50.00" {
		t.Errorf("one of two renewed: %+v", half)
	}
	w.renews("c1", lines[1].ResourceID, 2, 1)
	w.until(january.AddDays(2), 4, 0)
	if done := w.show(admin, got.TaskID); done.State != "COMPLETED" || done.Rate != "100.00" {
		t.Errorf("both renewed: %+v", done)
	}
}
