package opportunity_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
)

// world is a table of its own with the vendor, two partners and a customer, and the API of opportunities.
type world struct {
	t        *testing.T
	db       *table.Client
	clock    *clock.Fake
	env      *function.Env
	api      *rest.API
	store    memory
	handlers map[string]lifecycle.Handler
	calls    int
}

// memory is a store of files.
type memory map[string][]byte

func (m memory) Put(_ context.Context, key string, file []byte) error {
	m[key] = file
	return nil
}

func (m memory) URL(_ context.Context, key, _ string, _ time.Duration) (string, error) {
	return "memory:" + key, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(today), store: memory{}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	s3.Port.Put(w.env, w.store)
	address.Port.Put(w.env, w.store)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	opportunity.Function.HTTP(w.api, w.env)
	w.handlers = opportunity.DueWork(w.env)
	maps.Copy(w.handlers, export.Work(w.env, s3.Port, map[string]export.Producer{opportunity.Kind: opportunity.Producer(w.env)}))
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}},
		{Row: party.Row{ID: "alpha", Kind: auth.Partner, Name: "Alpha"}},
		{Row: party.Row{ID: "beta", Kind: auth.Distributor, Name: "Beta"}},
		{Row: party.Row{ID: "cold", Kind: auth.Partner, Name: "Cold", Standing: party.Frozen}},
		{Row: party.Row{ID: "customer", Kind: auth.Customer, Name: "Customer"}},
	} {
		tx := table.NewTx()
		party.Create(tx, p, "test", w.clock.Now())
		if err := w.db.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Who calls: kind, party, roles and user.
const (
	vendor   = "vendor vendor operations bd"
	reviewer = "vendor vendor reviewer pdm"
	alpha    = "partner alpha admin ann"
	manager  = "partner alpha account_manager max"
	another  = "partner alpha account_manager mia"
	beta     = "distributor beta sales bob"
)

const path = "/v2/partners/opportunities"

// told is an opportunity as an operation shows it.
type told struct {
	OpportunityID string   `json:"opportunity_id"`
	PartnerID     string   `json:"partner_id"`
	State         string   `json:"state"`
	Reason        string   `json:"reason"`
	Category      string   `json:"reason_category"`
	Deadline      string   `json:"deadline"`
	Escalated     bool     `json:"escalated"`
	Name          string   `json:"opportunity_name"`
	Company       string   `json:"customer_company"`
	CopyOf        string   `json:"copy_of"`
	UserID        string   `json:"user_id"`
	Services      []string `json:"cloud_services"`
	Tags          []string `json:"tags"`
	Fields        []string `json:"editable_fields"`
	Consent       bool     `json:"personal_data_consent"`
	Contact       struct{ Name, Phone, Email, Title string }
	Offerings     []struct {
		ID string `json:"offering_id"`
	}
	History []struct {
		Step, State, Reason, Note, Stage, Side, By string
		Category                                   string `json:"reason_category"`
	}
	Duplicates []struct {
		PartnerID     string `json:"partner_id"`
		OpportunityID string `json:"opportunity_id"`
		Counts        bool   `json:"counts"`
	}
	etag string
}

// call calls an operation. Each call is signed anew.
func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return resttest.Call{Who: who, Signature: fmt.Sprint("s", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

// ok calls an operation that is to succeed and gives the opportunity that it shows.
func (w *world) ok(who, method, path, body string) told {
	w.t.Helper()
	var out told
	answer := w.call(who, method, path, body)
	answer.Into(w.t, &out)
	out.etag = answer.Header.Get("ETag")
	return out
}

// refused calls an operation that is to be refused: with a status, a code, and a message that says something.
func (w *world) refused(who, method, path, body string, status int, code, says string) {
	w.t.Helper()
	refusedIs(w.t, w.call(who, method, path, body), status, code, says)
}

func refusedIs(t *testing.T, got resttest.Answer, status int, code, says string) {
	t.Helper()
	if got.Status != status || !strings.Contains(got.Body, `"`+code+`"`) || !strings.Contains(got.Body, says) {
		t.Errorf("got %d %s, want %d %s that says %q", got.Status, got.Body, status, code, says)
	}
}

// matching calls an operation on a version.
func (w *world) matching(who, method, path, etag, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond)
	return resttest.Call{Who: who, Signature: fmt.Sprint("s", w.calls), Method: method, Path: path, Body: body, IfMatch: etag}.On(w.api)
}

// draft is the body of an opportunity of a company for an offering and a cloud service that no reviewer finds fault with.
func draft(company, offering, service string) string {
	return fmt.Sprintf(`{"opportunity_name":"Data lake","customer_company":%q,"customer_region":"Shanghai","customer_industry":"Retail",
		"description":"A data lake for the sales figures","budget":"1 million approved","authority":"The CIO decides","need":"Reports overnight",
		"timing":"Before April","amount":1000000.50,"expected_order_date":"2027-03-31","presales_activities":["MEETING","POC"],
		"offerings":[{"offering_id":%q,"offering_name":"Lake","kind":"KOOGALLERY"}],"cloud_services":[%q],
		"contact":{"name":"Li Lei","phone":"13800001234","email":"li.lei@apollo.example","title":"CIO"},"personal_data_consent":true}`, company, offering, service)
}

// drafts begins a draft.
func (w *world) drafts(who, company, offering, service string) string {
	w.t.Helper()
	return w.ok(who, http.MethodPost, path, draft(company, offering, service)).OpportunityID
}

// submits begins a draft and submits it.
func (w *world) submits(who, company, offering, service string) string {
	w.t.Helper()
	id := w.drafts(who, company, offering, service)
	w.ok(who, http.MethodPost, path+"/"+id+"/submit", "")
	return id
}

func partyOf(who string) string { return strings.Fields(who)[1] }

func decisions(partner, id string) string {
	return "/v2/vendor/opportunities/" + partyOf(partner) + "/" + id + "/decisions"
}

// verifying submits an opportunity that then passes its audit.
func (w *world) verifying(who, company, offering, service string) string {
	w.t.Helper()
	id := w.submits(who, company, offering, service)
	w.ok(reviewer, http.MethodPost, decisions(who, id), `{"decision":"AUDIT_PASS"}`)
	return id
}

// verified is verifying, and then verified.
func (w *world) verified(who, company, offering, service string) string {
	w.t.Helper()
	id := w.verifying(who, company, offering, service)
	w.ok(vendor, http.MethodPost, decisions(who, id), `{"decision":"VERIFY_PASS"}`)
	return id
}

// shared is an HO that waits for a partner's answer.
func (w *world) shared(who, company, service string) string {
	w.t.Helper()
	return w.ok(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(who, company, service)).OpportunityID
}

func ho(who, company, service string) string {
	return strings.Replace(draft(company, "offer-1", service), `{"opp`, fmt.Sprintf(`{"partner_id":%q,"opp`, partyOf(who)), 1)
}

func (w *world) show(who, id string) told {
	w.t.Helper()
	return w.ok(who, http.MethodGet, path+"/"+id, "")
}

// work is the due work of the table.
func (w *world) work() lifecycletest.Work {
	return lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: w.handlers}
}

// until moves the clock, doing what comes due on the way.
func (w *world) until(end time.Time) { w.t.Helper(); w.work().Until(w.t, end) }

// events gives what happened to an opportunity of a party: for each event its type and step; what is told at once begins with "notify".
func (w *world) events(owner, id string) []string {
	w.t.Helper()
	var all []string
	for e, err := range event.List(w.t.Context(), w.db, owner, today.Add(-time.Hour)) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Subject == id {
			all = append(all, strings.TrimSpace(strings.TrimPrefix(e.Type, "opportunity.")+" "+e.Data[opportunity.StepDatum]))
		}
	}
	return all
}

// audit is events without what is told at once.
func (w *world) audit(owner, id string) string {
	w.t.Helper()
	return strings.Join(slices.DeleteFunc(w.events(owner, id), func(e string) bool { return strings.HasPrefix(e, "notify") }), ", ")
}

// holds gives how many things are held at a company.
func (w *world) holds(company string) string {
	w.t.Helper()
	var all []string
	for item, err := range table.All[opportunity.Hold](w.t.Context(), w.db, table.Query{PK: opportunity.HeldBy(company), Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		kind, _, _ := strings.Cut(item.SK, "#")
		all = append(all, kind+":"+string(item.Partner))
	}
	return strings.Join(all, " ")
}

func steps(o told) string {
	var all []string
	for _, r := range slices.Backward(o.History) {
		all = append(all, r.Step)
	}
	return strings.Join(all, " ")
}

func decode(t *testing.T, text string, out any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
