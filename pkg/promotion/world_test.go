package promotion_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

const (
	quotasPath   = "/v2/partners/coupon-quotas"
	queryPath    = quotasPath + "/query"
	downPath     = quotasPath + "/indirect-partner-adjust"
	upPath       = quotasPath + "/indirect-partner-reclaim"
	qRecordsPath = quotasPath + "/records"
	issuedPath   = "/v2/partners/issued-coupon-quotas"
	couponsPath  = "/v2/promotions/benefits/partner-coupons"
	reclaimPath  = couponsPath + "/reclaim"
	recordsPath  = couponsPath + "/records/query"
	ownPath      = "/v2/promotions/benefits/coupons"
)

var at = time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)

// world is a table of its own with a vendor, a solution provider, a distributor with resellers and their customers, and the capability's API.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	api   *rest.API
	work  map[string]lifecycle.Handler
	calls int
}

// customers of a world: their partner, type of association and standing.
var customers = map[auth.PartyID]struct {
	partner  auth.PartyID
	kind     int
	standing party.Standing
}{
	"c1": {"partner", party.Resale, party.Normal}, "c2": {"partner", party.Resale, party.Normal}, "c3": {"partner", party.Resale, party.Normal},
	"advisory": {"partner", party.Referral, party.Normal}, "frozen": {"partner", party.Resale, party.Frozen},
	"theirs": {"rival", party.Resale, party.Normal}, "below": {"reseller", party.Resale, party.Normal},
	"of-exiting": {"exiting-reseller", party.Resale, party.Normal},
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(at)}
	w.serve()
	row := func(id auth.PartyID, kind auth.Kind, standing party.Standing) party.Row {
		return party.Row{ID: id, Kind: kind, Name: "Name of " + string(id), Standing: standing}
	}
	w.party(party.Party{Row: row("partner", auth.Partner, party.Normal)})
	w.party(party.Party{Row: row("rival", auth.Partner, party.Normal)})
	w.party(party.Party{Row: row("frozen-partner", auth.Partner, party.Frozen)})
	w.party(party.Party{Row: row("dist", auth.Distributor, party.Normal)})
	w.party(party.Party{Row: row("other-dist", auth.Distributor, party.Normal)})
	for id, standing := range map[auth.PartyID]party.Standing{
		"reseller": party.Normal, "reseller-2": party.Normal, "frozen-reseller": party.Frozen, "exiting-reseller": "exiting",
	} {
		w.party(party.Party{Row: row(id, auth.Reseller, standing), Distributor: "dist"})
	}
	w.party(party.Party{Row: row("foreign-reseller", auth.Reseller, party.Normal), Distributor: "other-dist"})
	for id, c := range customers {
		p := party.Party{Row: row(id, auth.Customer, c.standing)}
		p.Partner, p.AssociationType = c.partner, c.kind
		w.party(p)
	}
	return w
}

// serve makes the API and the due work.
func (w *world) serve() {
	wall := ticking{clock.NewFake(at)}
	env := &function.Env{
		Clock: w.clock, Wall: wall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: wall, Log: env.Log,
	})
	promotion.Function.HTTP(w.api, env)
	w.work = promotion.Work(env)
}

// ticking is a wall clock that moves on by a second whenever it is read, so that nobody calls faster than the limit of one party.
type ticking struct{ *clock.Fake }

// Now moves the clock on.
func (c ticking) Now() time.Time {
	c.Advance(time.Second)
	return c.Fake.Now()
}

func (w *world) party(p party.Party) {
	w.t.Helper()
	tx := table.NewTx()
	party.Create(tx, p, "test", w.clock.Now())
	w.commit(tx)
}

func (w *world) commit(tx *table.Tx) {
	w.t.Helper()
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// answer is what an operation answered.
type answer struct{ resttest.Answer }

// as calls an operation as a party's administrator, "kind id". Each call is signed anew.
func (w *world) as(caller, method, path, body string) answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(100 * time.Millisecond)
	return w.send(fmt.Sprint("signature-", w.calls), caller, method, path, body)
}

func (w *world) send(signature, caller, method, path, body string) answer {
	call := resttest.Call{Who: caller, Signature: signature, Method: method, Path: path, Body: body}
	return answer{call.On(w.api)}
}

// Refused checks the code and a part of the message.
func (a answer) Refused(t *testing.T, code, says string) {
	t.Helper()
	if a.Status < http.StatusBadRequest || !strings.Contains(a.Body, `"`+code+`"`) || !strings.Contains(a.Body, says) {
		t.Errorf("got %d %s, want %s with %q", a.Status, a.Body, code, says)
	}
}

// results are what an operation on several answered.
type results struct {
	ErrorDetails []struct {
		ID   string `json:"id"`
		Code string `json:"error_code"`
	} `json:"error_details"`
	CouponInfos []struct {
		ID       string `json:"id"`
		CouponID string `json:"coupon_id"`
	} `json:"coupon_infos"`
	Quotas []struct {
		ID      string `json:"id"`
		QuotaID string `json:"quota_id"`
	} `json:"simple_quota_infos"`
}

// text gives who got something, and the codes of who did not, sorted as they were asked.
func (r results) text() string {
	var parts []string
	for _, one := range r.CouponInfos {
		parts = append(parts, one.ID)
	}
	for _, one := range r.Quotas {
		parts = append(parts, one.ID)
	}
	for _, one := range r.ErrorDetails {
		parts = append(parts, one.ID+":"+one.Code)
	}
	return strings.Join(parts, " ")
}

// grant grants a quota of December to a partner; more is more of its body.
func (w *world) grant(partner, value, more string) string {
	w.t.Helper()
	body := `{"quota_type":0,"quota_value":` + value + `,"effective_time":"2026-12-01T00:00:00Z","expire_time":"2026-12-31T16:00:00Z"` + more + `}`
	var out struct {
		QuotaID string `json:"quota_id"`
	}
	w.as("vendor vendor", http.MethodPost, "/v2/vendor/partners/"+partner+"/coupon-quotas", body).Into(w.t, &out)
	return out.QuotaID
}

// set sets a quota's status.
func (w *world) set(partner, quota string, status int) answer {
	w.t.Helper()
	path := "/v2/vendor/partners/" + partner + "/coupon-quotas/" + quota + "/status"
	return w.as("vendor vendor", http.MethodPut, path, fmt.Sprintf(`{"quota_status":%d}`, status))
}

// issueBody asks for vouchers; more is more of the body.
func issueBody(quota, face, more string, ids ...string) string {
	list, _ := json.Marshal(ids)
	return `{"quota_id":"` + quota + `","face_value":` + face + `,"customer_ids":` + string(list) + more + `}`
}

// issue gives a customer a voucher as a caller, and its id.
func (w *world) issue(caller, quota, face, customer string) string {
	w.t.Helper()
	var out results
	w.as(caller, http.MethodPost, couponsPath, issueBody(quota, face, "", customer)).Into(w.t, &out)
	if len(out.CouponInfos) != 1 {
		w.t.Fatalf("got %+v", out)
	}
	return out.CouponInfos[0].CouponID
}

func (w *world) reclaim(caller, coupon string) answer {
	w.t.Helper()
	return w.as(caller, http.MethodPost, reclaimPath, `{"coupon_id":"`+coupon+`"}`)
}

// down issues quotas to resellers.
func (w *world) down(quota, each string, resellers ...string) answer {
	w.t.Helper()
	list, _ := json.Marshal(resellers)
	return w.as("distributor dist", http.MethodPost, downPath, `{"quota_id":"`+quota+`","quota_amount":`+each+`,"indirect_partner_ids":`+string(list)+`}`)
}

// sums gives where a quota's value is, after checking that nothing is missing of it or of those below it.
func (w *world) sums(owner, quota string) promotion.Sums {
	w.t.Helper()
	tree, err := promotion.Grow(context.Background(), w.db, auth.PartyID(owner), promotion.QuotaID(quota))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, one := range append(tree.Children, tree) {
		if err := one.Sums.Check(); err != nil {
			w.t.Errorf("quota %s of %s: %v", one.Quota.ID, one.Quota.Owner, err)
		}
	}
	return tree.Sums
}

// coupon reads a voucher.
func (w *world) coupon(customer, id string) promotion.Coupon {
	w.t.Helper()
	c, err := promotion.Load(context.Background(), w.db, auth.PartyID(customer), promotion.CouponID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	if c.Face != c.Balance+c.Used+c.Back {
		w.t.Errorf("face %s is not balance %s, used %s and back %s", c.Face, c.Balance, c.Used, c.Back)
	}
	return c
}

// due does the due work of a voucher.
func (w *world) due(customer, id string) error {
	w.t.Helper()
	c := w.coupon(customer, id)
	return w.work[promotion.WorkCoupon](context.Background(), lifecycle.Due{Key: c.Key()})
}

// operations gives the operation types of the records of a partner, the latest first.
func (w *world) operations(caller, query string) string {
	w.t.Helper()
	var out struct {
		Records []struct {
			OperationType   string      `json:"operation_type"`
			Result          string      `json:"result"`
			CustomerID      string      `json:"customer_id"`
			OperationAmount json.Number `json:"operation_amount"`
		} `json:"records"`
		TotalCount int `json:"total_count"`
	}
	w.as(caller, http.MethodGet, recordsPath+query, "").Into(w.t, &out)
	parts := []string{}
	for _, r := range out.Records {
		parts = append(parts, r.OperationType+"/"+r.Result+"/"+r.CustomerID+"/"+r.OperationAmount.String())
	}
	return strings.Join(parts, " ")
}
