package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

const (
	plansPath = resourcesPath + "renewals/plans"
	byMonth   = "?period_type=2&period_num=1"
)

type toldPlan struct {
	PlanID     string `json:"plan_id"`
	State      string
	ValidUntil string `json:"valid_until"`
	Total      string `json:"total_amount"`
	Balance    string
	Rows       int
	Accepted   int
	Renewed    int
	Refused    int
	OrderIDs   []string `json:"order_ids"`
	Results    []struct {
		Line       int
		ResourceID string `json:"resource_id"`
		Outcome    string
		Amount     string
		Until      string `json:"new_expire_time"`
		OrderID    string `json:"order_id"`
		ErrorCode  string `json:"error_code"`
		ErrorMsg   string `json:"error_msg"`
	}
}

func (w *world) plans(query, sheet string) (answer, toldPlan) {
	w.t.Helper()
	var p toldPlan
	a := w.call(auth.Customer, "c", http.MethodPost, plansPath+query, "text/csv", sheet)
	a.Into(w.t, &p)
	return a, p
}

func (w *world) commits(id string) (answer, toldPlan) {
	w.t.Helper()
	var p toldPlan
	a := w.as("c", http.MethodPost, plansPath+"/"+id+"/commit", "")
	a.Into(w.t, &p)
	return a, p
}

// outcomes gives each row of a plan in short.
func (p toldPlan) outcomes() string {
	var words []string
	for _, r := range p.Results {
		words = append(words, strings.TrimSpace(fmt.Sprint(r.Line, " ", r.ResourceID, " ", r.Outcome, " ", r.Amount, " ", r.ErrorCode)))
	}
	return strings.Join(words, "; ")
}

func TestAPlanJudgesAndPricesEachRowAndChangesNothing(t *testing.T) {
	w := portfolioWorld(t)
	before := w.state("c", "other")
	sheet := "\xef\xbb\xbfresource_id,period_type,period_num\r\nmain,,\r\ntheirs,,\r\nnothing,,\r\ndisk,,\r\ngone,,\r\nmain,2,3\r\nfrozen,2,3\r\n" +
		"b a d,,\r\nx,4,1\r\ny,3,4\r\n=z,,\r\nshort\r\n"
	a, p := w.plans(byMonth, sheet)
	want := "2 main accepted 20.00; 3 theirs refused 0.00 CBC.99003012; 4 nothing refused 0.00 CBC.99003012; 5 disk refused 0.00 CBC.30010036; " +
		"6 gone refused 0.00 CBC.99003016; 7 main refused 0.00 CBC.30050012; 8 frozen accepted 30.00; 9  refused 0.00 CBC.0100; " +
		"10 x refused 0.00 CBC.0100; 11 y refused 0.00 CBC.30010069; 12  refused 0.00 CBC.0100; 13  refused 0.00 CBC.0100"
	if got := p.outcomes(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	counts := fmt.Sprint(p.Rows, p.Accepted, p.Refused, p.Renewed)
	if a.Status != http.StatusCreated || p.State != "planned" || p.Total != "50.00" || p.Balance != "100.00" || counts != "12 2 10 0" ||
		p.Results[0].Until != "2027-01-10T15:59:59Z" || !strings.Contains(p.Results[5].ErrorMsg, "line 2") {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	if got := w.as("c", http.MethodGet, plansPath+"/"+p.PlanID, ""); got.Body != a.Body {
		t.Errorf("shown as %s, made as %s", got.Body, a.Body)
	}
	if after := w.state("c", "other"); after != before {
		t.Errorf("planning changed\n%s\nto\n%s", before, after)
	}
}

func TestASheetThatIsNoPlanIsRefusedWhole(t *testing.T) {
	w := portfolioWorld(t)
	many := "resource_id\n" + strings.Repeat("main\n", 1001)
	for name, c := range map[string]struct{ query, sheet, code, says string }{
		"1,001 rows":          {byMonth, many, "CBC.0100", "1000"},
		"no rows":             {byMonth, "resource_id\n", "CBC.0100", "no rows"},
		"empty":               {byMonth, "", "CBC.0100", "body"},
		"an unknown column":   {byMonth, "resource_id,colour\nmain,red\n", "CBC.0100", "colour"},
		"a missing column":    {byMonth, "period_type\n2\n", "CBC.0100", "resource_id"},
		"not UTF-8":           {byMonth, "resource_id\n\xff\n", "CBC.0100", "UTF-8"},
		"12 months":           {"?period_type=2&period_num=12", "resource_id\nmain\n", "CBC.30010069", "1 to 11"},
		"an unknown period":   {"?period_type=5&period_num=1", "resource_id\nmain\n", "CBC.0100", "period_type"},
		"a type alone":        {"?period_type=2", "resource_id\nmain\n", "CBC.0100", "both or neither"},
		"a number that isn't": {"?period_type=2&period_num=x", "resource_id\nmain\n", "CBC.0100", "period_num"},
	} {
		t.Run(name, func(t *testing.T) {
			w.call(auth.Customer, "c", http.MethodPost, plansPath+c.query, "text/csv", c.sheet).Refused(t, 400, c.code, c.says)
		})
	}
	w.call(auth.Customer, "c", http.MethodPost, plansPath+byMonth, "application/json", `{}`).Refused(t, 415, "CBC.0100", "text/csv")
	w.call(auth.Partner, "partner", http.MethodPost, plansPath+byMonth, "text/csv", "resource_id\nmain\n").Refused(t, 403, "CBC.0155", "customer")
	if _, p := w.plans("", "resource_id\nmain\n"); p.outcomes() != "2 main refused 0.00 CBC.0100" {
		t.Errorf("without any period: %s", p.outcomes())
	}
	if _, p := w.plans(byMonth, "resource_id\n"+strings.Repeat("main\n", 1000)); p.Accepted != 1 || p.Refused != 999 {
		t.Errorf("of one resource a thousand times %d are accepted and %d refused", p.Accepted, p.Refused)
	}
}

func TestAPlanRequestThatIsRepeatedIsOnePlan(t *testing.T) {
	w := portfolioWorld(t)
	ids := map[string]bool{}
	for range 2 {
		var p toldPlan
		w.signed(auth.Customer, "c", "same", http.MethodPost, plansPath+byMonth, "text/csv", "resource_id\nmain\n").Into(t, &p)
		ids[p.PlanID] = true
	}
	if len(ids) != 1 {
		t.Errorf("got the plans %v", ids)
	}
}

func TestACommittedPlanRenewsOnceAtItsPrices(t *testing.T) {
	w := portfolioWorld(t)
	_, p := w.plans(byMonth, "resource_id\nmain\nfrozen\nnothing\n")
	first, done := w.commits(p.PlanID)
	if first.Status != http.StatusOK || done.State != "done" || done.Renewed != 2 || done.Refused != 1 || len(done.OrderIDs) != 2 {
		t.Fatalf("got %d %s", first.Status, first.Body)
	}
	w.clock.Advance(2 * time.Hour) // when it could not be committed any more
	if again, _ := w.commits(p.PlanID); again.Body != first.Body || again.Status != http.StatusOK {
		t.Errorf("committed again it answers %d %s, first %s", again.Status, again.Body, first.Body)
	}
	main, frozen := w.read("c", "main"), w.read("c", "frozen")
	if main.Expiry.String() != "2027-01-10" || w.read("c", "main#disk").Expiry != main.Expiry || frozen.Status != subscription.StatusInUse {
		t.Errorf("main expires on %s, the frozen one is %s", main.Expiry, frozen.Status)
	}
	if got := w.balance("c"); got != "70.00" {
		t.Errorf("the balance is %s, want 100.00 less 20.00 and 10.00", got)
	}
	if got := fmt.Sprint(w.events("c")); got != "[renewal_plan_committed renewed renewed]" {
		t.Errorf("the events are %s", got)
	}
	if left := w.parts(); len(left) != 0 {
		t.Errorf("work is left: %+v", left)
	}
	w.sound("c")
}

func TestARowThatChangedSinceThePlanIsRefused(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "50.00")
	for i, id := range []string{"dearer", "renewed", "twice", "pending", "unsold", "good", "costly"} {
		w.resources(row{ID: id, Customer: "c", Expiry: tenth, Price: fmt.Sprintf("%d.00", i+1)})
	}
	_, p := w.plans(byMonth, "resource_id\ndearer\nrenewed\ntwice\npending\nunsold\ngood\ncostly\n")
	dearer := "/v2/vendor/products/" + string(w.read("c", "dearer").ProductID)
	w.call(auth.Vendor, "vendor", "PUT", dearer, "application/json", `{"month_price":"1.01","on_sale":true}`)
	pays := func(ids string, pay int) {
		w.as("c", "POST", renewPath, fmt.Sprintf(`{"resource_ids":[%s],"period_type":2,"period_num":1,"is_auto_pay":%d}`, ids, pay))
	}
	pays(`"renewed","twice"`, 1)
	pays(`"twice"`, 1)
	pays(`"pending"`, 0)
	w.offShelf("unsold")
	w.resources(row{ID: "greedy", Customer: "c", Expiry: tenth, Price: "31.00"})
	pays(`"greedy"`, 1) // 50 less 2, 3, 3 and 31 leaves 11: enough for good (6), not for costly (7)
	before := w.balance("c")
	_, done := w.commits(p.PlanID)
	want := "2 dearer refused 1.00 CBC.99003652; 3 renewed refused 2.00 CBC.99003653; 4 twice refused 3.00 CBC.99003653; " +
		"5 pending refused 4.00 CBC.99003100; 6 unsold refused 5.00 CBC.30010001; 7 good renewed 6.00; 8 costly refused 7.00 CBC.99001001"
	if got := done.outcomes(); got != want || before != "11.00" || w.balance("c") != "5.00" {
		t.Errorf("with %s, then %s, got\n%s\nwant\n%s", before, w.balance("c"), got, want)
	}
	w.sound("c")
}

func TestAPlanExpiresAfterAnHour(t *testing.T) {
	w := portfolioWorld(t)
	before := w.state("c")
	_, p := w.plans(byMonth, "resource_id\nmain\n")
	until := instant(t, p.ValidUntil)
	w.clock.Set(until)
	w.as("c", http.MethodPost, plansPath+"/"+p.PlanID+"/commit", "").Refused(t, 400, "CBC.99003670", "make another")
	var shown toldPlan
	w.as("c", http.MethodGet, plansPath+"/"+p.PlanID, "").Into(t, &shown)
	if after := w.state("c"); shown.State != "expired" || after != before {
		t.Errorf("it is %s, and\n%s\nbecame\n%s", shown.State, before, after)
	}
}

func TestAnothersPlanLooksAbsent(t *testing.T) {
	w := portfolioWorld(t)
	_, p := w.plans(byMonth, "resource_id\nmain\n")
	for _, id := range []string{p.PlanID, "nothing", "c%23" + p.PlanID} {
		w.as("other", http.MethodGet, plansPath+"/"+id, "").Refused(t, 404, "CBC.0404", "no plan")
		w.as("other", http.MethodPost, plansPath+"/"+id+"/commit", "").Refused(t, 404, "CBC.0404", "no plan")
	}
	if got := w.balance("c") + w.balance("other"); got != "100.00100.00" {
		t.Errorf("the balances are %s", got)
	}
}

func TestACustomerThatIsBlockedPlansAndRenewsNothing(t *testing.T) {
	w := portfolioWorld(t)
	_, p := w.plans(byMonth, "resource_id\nmain\n")
	w.standing("c", party.Frozen)
	another := w.call(auth.Customer, "c", http.MethodPost, plansPath+byMonth, "text/csv", "resource_id\nmain\n")
	another.Refused(t, party.ErrBlocked.Status, party.ErrBlocked.Code, "")
	if _, done := w.commits(p.PlanID); done.Renewed != 0 || done.Results[0].ErrorCode != party.ErrBlocked.Code || w.balance("c") != "100.00" {
		t.Errorf("got %+v with %s", done, w.balance("c"))
	}
}

// bundled puts a customer's resources into one promotional bundle, as a combined transaction does that bought them.
func (w *world) bundled(c auth.PartyID, ids ...string) {
	w.t.Helper()
	const transaction = "CS261101000000BUNDLE00"
	order := func(id subscription.OrderID) *subscription.Order {
		return &subscription.Order{
			Head:     table.Head{PK: "PARTY#" + string(c), SK: "ORDER#" + string(id)},
			OrderRow: subscription.OrderRow{ID: id, Customer: c, Type: subscription.OrderNew, Status: subscription.OrderCompleted},
		}
	}
	w.commit(func(tx *table.Tx) {
		whole := order(transaction)
		for n, id := range ids {
			part := order(subscription.OrderID(fmt.Sprintf("CS261101000000PART000%d", n)))
			part.Lines = []subscription.OrderLine{{Resource: subscription.ID(id)}}
			whole.Parts = append(whole.Parts, part.ID)
			tx.Create(part)
			old := w.read(c, id)
			next := old
			next.Bundle = transaction
			tx.Replace(&old, &next)
		}
		tx.Create(whole)
	})
}

func TestAPlanRenewsAPromotionalBundleWholeOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	for _, id := range []string{"one", "two", "alone"} {
		w.resources(row{ID: id, Customer: "c", Expiry: tenth})
	}
	w.bundled("c", "one", "two")
	for sheet, want := range map[string]string{
		"one\nalone\n":     "2 one refused 0.00 CBC.99003634; 3 alone accepted 10.00",
		"two\none\n":       "2 two accepted 10.00; 3 one accepted 10.00",
		"one,3,1\ntwo,,\n": "2 one refused 0.00 CBC.30010069; 3 two refused 0.00 CBC.99003634", // not sold by the year
	} {
		header := "resource_id\n"
		if strings.Contains(sheet, ",") {
			header = "resource_id,period_type,period_num\n"
		}
		if _, p := w.plans(byMonth, header+sheet); p.outcomes() != want {
			t.Errorf("%q: got %s, want %s", sheet, p.outcomes(), want)
		}
	}
}

// bulk gives a customer with many resources of one yuan, and the sheet that names them all.
func (w *world) bulk(n int) string {
	w.t.Helper()
	w.customer("c", "V3", fmt.Sprintf("%d.00", n))
	sheet, rows := "resource_id\n", []row{}
	for i := range n {
		rows = append(rows, row{ID: fmt.Sprintf("r-%04d", i), Customer: "c", Expiry: tenth, Price: "1.00"})
		sheet += rows[i].ID + "\n"
	}
	w.resources(rows...)
	return sheet
}

// parts gives the due work of the customer's plan.
func (w *world) parts() []lifecycle.Due {
	w.t.Helper()
	var all []lifecycle.Due
	pk := fmt.Sprintf("DUE#%02d", lifecycle.Shard("c"))
	for item, err := range table.All[table.Raw](context.Background(), w.db, table.Query{Index: table.Due, PK: pk}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if item.Work == subscription.WorkBulk {
			all = append(all, lifecycle.Due{Key: item.Key(), Kind: item.Work, Account: "c"})
		}
	}
	return all
}

// runs does the work of parts until a call fails.
func runs(s *subscription.Service, parts []lifecycle.Due) error {
	for _, due := range parts {
		if err := s.DoBulk(context.Background(), due); err != nil {
			return err
		}
	}
	return nil
}

func TestALongPlanRunsAsDueWorkAndGoesOnWhereACrashStoppedIt(t *testing.T) {
	for _, c := range []struct {
		rows, parts, at int
		crash           table.Verdict
	}{{101, 2, 8, table.CrashBefore}, {11, 1, 9, table.CrashAfter}} {
		t.Run(fmt.Sprint("write ", c.at), func(t *testing.T) {
			w := newWorld(t)
			_, p := w.plans(byMonth, w.bulk(c.rows))
			first, running := w.commits(p.PlanID)
			parts := w.parts()
			if first.Status != http.StatusAccepted || running.State != "running" || running.Renewed != 0 || len(parts) != c.parts {
				t.Fatalf("got %d %s with %d parts", first.Status, first.Body, len(parts))
			}
			writes := 0
			crashing := *w.service()
			crashing.Table = w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx {
					writes++
				}
				if writes == c.at {
					return c.crash
				}
				return table.Pass
			})
			if err := runs(&crashing, parts); !errors.Is(err, table.ErrCrash) {
				t.Fatalf("the crash did not stop it: %v", err)
			}
			var midway toldPlan
			w.as("c", http.MethodGet, plansPath+"/"+p.PlanID, "").Into(t, &midway)
			paid := c.at - 1
			if c.crash == table.CrashAfter {
				paid = c.at
			}
			if midway.State != "running" || midway.Renewed != paid || w.balance("c") != fmt.Sprintf("%d.00", c.rows-paid) {
				t.Errorf("after the crash it is %s with %d renewed and %s left, want %d renewed", midway.State, midway.Renewed, w.balance("c"), paid)
			}
			for range 2 { // a second delivery changes nothing
				if err := runs(w.service(), parts); err != nil {
					t.Fatal(err)
				}
			}
			again, done := w.commits(p.PlanID)
			if again.Status != http.StatusOK || done.State != "done" || done.Renewed != c.rows || len(done.OrderIDs) != c.rows || len(w.parts()) != 0 {
				t.Errorf("got %d, %s with %d renewed, %d parts left", again.Status, done.State, done.Renewed, len(w.parts()))
			}
			for n, id := range midway.OrderIDs {
				if done.OrderIDs[n] != id {
					t.Errorf("row %d was order %s before the crash and is %s", n, id, done.OrderIDs[n])
				}
			}
			if got := w.balance("c"); got != "0.00" {
				t.Errorf("the balance is %s, want all paid", got)
			}
			w.sound("c")
		})
	}
}

// Within the call, whichever write the process ends before: due work takes up what is left, and the repeat answers with it.
func TestAShortPlanWhoseCallBreaksOffIsFinishedByDueWork(t *testing.T) {
	for at := 2; at <= 4; at++ { // behind the commit: two rows, and the part
		w := newWorld(t)
		_, p := w.plans(byMonth, w.bulk(2))
		writes := 0
		whole := w.db
		w.db = whole.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx || op.Kind == table.OpWrite {
				writes++
			}
			if writes == at {
				return table.CrashBefore
			}
			return table.Pass
		})
		function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
		broke := w.as("c", http.MethodPost, plansPath+"/"+p.PlanID+"/commit", "")
		w.db = whole
		function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
		parts := w.parts()
		if broke.Status != http.StatusInternalServerError || len(parts) != 1 {
			t.Fatalf("before write %d it answers %d %s, with %d parts due", at, broke.Status, broke.Body, len(parts))
		}
		if err := runs(w.service(), parts); err != nil {
			t.Fatal(err)
		}
		if _, done := w.commits(p.PlanID); done.State != "done" || done.Renewed != 2 || w.balance("c") != "0.00" || len(w.parts()) != 0 {
			t.Errorf("before write %d it ends %s with %d renewed and %s left", at, done.State, done.Renewed, w.balance("c"))
		}
		w.sound("c")
	}
}
