package renewaltask_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/renewaltask"
)

func TestAMonthsTasksAreThereOnItsFirstAtHalfPastMidnight(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "5000.00", december(10), "large")
	w.holds("c1", "4999.99", december(10), "small")
	w.holds("c1", "9000.00", calendar.Date{Year: 2027, Month: 1, Day: 1}, "january")
	w.until(december(1), 0, 29)
	if got := w.tasks(admin, "?state=ALL"); len(got.Tasks) > 0 {
		t.Fatalf("a minute before there are %+v", got.Tasks)
	}
	w.until(december(1), 0, 30)
	got := w.only(admin, "")
	if got.CustomerID != "c1" || got.CustomerName != "Name of c1" || got.Month != "2026-12" || got.State != "TODO" || got.ExpireDate != "2026-12-10" ||
		got.Expiring != "5000.00" || got.Paid != "0.00" || got.Rate != "0.00" || got.Renewed || got.Overdue || got.TaskID != "2026-12-"+got.OrderID {
		t.Errorf("got %+v", got)
	}
	shown := w.show(admin, got.TaskID)
	if len(shown.Lines) != 1 || shown.Lines[0].ResourceID != "large" || shown.Lines[0].PaidAmount != "5000.00" || len(shown.Records) > 0 {
		t.Errorf("got lines %+v and records %+v", shown.Lines, shown.Records)
	}
	w.until(calendar.Date{Year: 2027, Month: 1, Day: 1}, 0, 30)
	if got := w.only(admin, "?expire_date_begin=2027-01-01"); got.ExpireDate != "2027-01-01" || got.Expiring != "9000.00" {
		t.Errorf("in January: got %+v", got)
	}
	if got, want := w.events("partner"), "created terminated created"; got != want {
		t.Errorf("got %s, want %s: December's order was released at level V0", got, want)
	}
}

func TestAMissedGenerationIsMadeUpFor(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "6000.00", december(30), "large")
	january := calendar.Date{Year: 2027, Month: 1, Day: 20}
	w.holds("c1", "7000.00", january, "later")
	w.until(december(1), 0, 0)
	w.clock.Set(calendar.Date{Year: 2027, Month: 1, Day: 2}.At(12, 0)) // an outage over two firsts of a month
	key := table.Key{PK: "PARTY#partner", SK: "RENEWALGENERATION"}
	w.work().Do(t, lifecycle.Due{Key: key, Kind: renewaltask.WorkGeneration})
	got := w.tasks(admin, "")
	if len(got.Tasks) != 2 || got.Tasks[0].Month != "2026-12" || !got.Tasks[0].Overdue || got.Tasks[1].Month != "2027-01" || got.Tasks[1].Overdue {
		t.Errorf("got %+v, want December's, overdue, and January's", got.Tasks)
	}
	w.work().Do(t, lifecycle.Due{Key: key, Kind: renewaltask.WorkGeneration})
	if again := w.tasks(admin, ""); len(again.Tasks) != 2 || w.events("partner") != "created created" {
		t.Errorf("delivered twice: got %+v and %s", again.Tasks, w.events("partner"))
	}
	var g renewaltask.Generation
	if err := w.db.Get(t.Context(), key, &g); err != nil || g.Month != "2027-02" {
		t.Errorf("the generation is at %s (%v), want February", g.Month, err)
	}
	if at, armed := lifecycle.DueAt(&g.Head); !armed || !at.Equal(calendar.Date{Year: 2027, Month: 2, Day: 1}.At(0, 30)) {
		t.Errorf("it is due %t at %s, want on 1 February at 00:30", armed, at)
	}
}

func TestAGenerationThatIsCutShortAnywhereMakesEachTaskOnce(t *testing.T) {
	for try := 0; ; try++ {
		call, how := try/2+1, []table.Verdict{table.CrashBefore, table.CrashAfter}[try%2]
		w := newWorld(t)
		w.customer("c1", "partner", "")
		w.holds("c1", "6000.00", december(10), "r1", "r2")
		w.clock.Set(december(1).At(0, 30))
		crashed := false
		mortal := renewaltask.Service{Clock: w.clock, Table: w.db.WithFault(func(op table.Op) table.Verdict {
			if op.N == call {
				crashed = true
				return how
			}
			return table.Pass
		})}
		due := lifecycle.Due{Key: table.Key{PK: "PARTY#partner", SK: "RENEWALGENERATION"}, Kind: renewaltask.WorkGeneration}
		err := mortal.DoGeneration(context.Background(), due)
		if !crashed {
			if err != nil || call < 10 {
				t.Fatalf("after %d calls: %v", call, err)
			}
			return
		}
		if !errors.Is(err, table.ErrCrash) {
			t.Fatalf("call %d: got %v, want a crash", call, err)
		}
		w.work().Do(t, due)
		if got := w.tasks(admin, ""); len(got.Tasks) != 2 || w.events("partner") != "created created" {
			t.Errorf("cut short at call %d: got %d tasks and %s", call, len(got.Tasks), w.events("partner"))
		}
		var recipient table.Raw
		if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#partner", SK: "DIGEST"}, &recipient); err != nil {
			t.Errorf("cut short at call %d: the partner is not told: %v", call, err)
		}
	}
}

func TestALongGenerationGoesOnFromItsLastChunk(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	var ids []string
	for i := range 205 { // more than two chunks
		ids = append(ids, fmt.Sprintf("r%03d", i))
	}
	w.holds("c1", "5000.00", december(10), ids...)
	w.until(december(1), 0, 31)
	got := w.tasks(admin, "?limit=1")
	if got.Total != 205 {
		t.Errorf("got %d tasks, want 205", got.Total)
	}
	seen, marker := map[string]bool{}, ""
	for {
		page := w.tasks(admin, "?limit=50&marker="+marker)
		for _, one := range page.Tasks {
			if seen[one.TaskID] {
				t.Errorf("%s is listed twice", one.TaskID)
			}
			seen[one.TaskID] = true
		}
		if marker = page.Marker; marker == "" {
			break
		}
	}
	if len(seen) != 205 {
		t.Errorf("by marker: %d tasks, want 205", len(seen))
	}
}

func TestATaskIsCompletedByRenewalsOfSixtyPercent(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "6000.00", december(20), "large")
	var p struct {
		Products []struct {
			ID string `json:"product_id"`
		} `json:"products"`
	}
	w.call(vendor, http.MethodGet, "/v2/vendor/products?service_type_code=hws.service.type.ec2", "").Into(t, &p)
	w.call(vendor, http.MethodPut, "/v2/vendor/products/"+p.Products[0].ID, `{"month_price":"500.00"}`).Into(t, &struct{}{})
	w.until(december(1), 1, 0)
	id := w.only(admin, "").TaskID
	w.renews("c1", "large", 2, 7) // 3,500.00 of 6,000.00
	w.until(december(1), 3, 59)
	if got := w.show(admin, id); got.Paid != "0.00" {
		t.Errorf("before the daily look: %+v", got)
	}
	w.until(december(1), 4, 0)
	if got := w.show(admin, id); got.State != "TODO" || got.Paid != "3500.00" || got.Rate != "58.33" || got.Renewed {
		t.Errorf("after 58.33 percent: %+v", got)
	}
	w.renews("c1", "large", 2, 1)
	w.until(december(2), 4, 0)
	if got := w.show(admin, id); got.State != "COMPLETED" || got.Ending != "RENEWED" || got.Paid != "4000.00" || got.Rate != "66.66" || !got.Renewed {
		t.Errorf("after 66.66 percent: %+v", got)
	}
	if got := w.tasks(admin, ""); len(got.Tasks) > 0 {
		t.Errorf("it is still to do: %+v", got.Tasks)
	}
	if got := w.only(admin, "?state=COMPLETED&renewed=true"); got.TaskID != id {
		t.Errorf("got %+v", got)
	}
	w.until(december(31), 0, 0)
	if got, want := w.events("partner"), "created completed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestATaskEndsWithItsResourcesItsCustomerAndItsTerm(t *testing.T) {
	handled := `{"contact_result":"REACHED","intention":"NO","reason":"PRICE"}`
	for _, c := range []struct {
		name, ending string
		until        calendar.Date
		by           func(w *world, id string)
	}{
		{"unsubscribed", "RESOURCES_ENDED", december(1), func(w *world, _ string) { w.unsubscribes("c1", "large") }},
		{"released after its retention", "RESOURCES_ENDED", december(13), func(*world, string) {}},
		{"declined, once the term has passed", "DECLINED", december(11), func(w *world, id string) {
			w.call(admin, http.MethodPost, tasksPath+"/"+id+"/handling", handled).Into(w.t, &struct{}{})
		}},
		{"the customer has left", "CUSTOMER_LEFT", december(1), func(w *world, _ string) { w.leaves("c1") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.customer("c1", "partner", "")
			w.holds("c1", "6000.00", december(10), "large")
			w.until(december(1), 1, 0)
			id := w.only(admin, "").TaskID
			c.by(w, id)
			w.until(c.until, 3, 0)
			if got := w.read("partner", id); !got.State.Open() {
				t.Fatalf("too early: %s, %s", got.State, got.Ending)
			}
			w.until(c.until, 4, 0)
			got := w.read("partner", id)
			if got.State != renewaltask.Terminated || string(got.Ending) != c.ending || got.Ended.IsZero() {
				t.Errorf("got %s, %s, want TERMINATED, %s", got.State, got.Ending, c.ending)
			}
			if _, armed := lifecycle.DueAt(&got.Head); armed {
				t.Error("it is still due")
			}
			if c.ending != "CUSTOMER_LEFT" {
				w.call(admin, http.MethodPost, tasksPath+"/"+id+"/handling", handled).Refused(t, 409, "CBC.99001062", "TERMINATED")
			}
		})
	}
}

func TestATaskThatIsRenewedTooLittleLapses(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "6000.00", december(20), "large")
	var p struct {
		Products []struct {
			ID string `json:"product_id"`
		} `json:"products"`
	}
	w.call(vendor, http.MethodGet, "/v2/vendor/products?service_type_code=hws.service.type.ec2", "").Into(t, &p)
	w.call(vendor, http.MethodPut, "/v2/vendor/products/"+p.Products[0].ID, `{"month_price":"500.00"}`).Into(t, &struct{}{})
	w.until(december(1), 1, 0)
	id := w.only(admin, "").TaskID
	w.renews("c1", "large", 2, 6)
	w.until(calendar.Date{Year: 2027, Month: 4, Day: 1}, 3, 0)
	if got := w.show(admin, id); got.State != "TODO" || !got.Overdue || got.Rate != "50.00" {
		t.Errorf("in March: %+v", got)
	}
	w.until(calendar.Date{Year: 2027, Month: 4, Day: 1}, 4, 0)
	if got := w.show(admin, id); got.State != "TERMINATED" || got.Ending != "LAPSED" || got.Overdue {
		t.Errorf("in April: %+v", got)
	}
}

// leaves ends a customer's association.
func (w *world) leaves(id auth.PartyID) {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		if _, err := party.Dissociate(w.t.Context(), w.db, tx, p, w.clock.Now()); err != nil {
			w.t.Fatal(err)
		}
	})
}

// read reads a task from the table.
func (w *world) read(partner auth.PartyID, id string) renewaltask.Task {
	w.t.Helper()
	var got renewaltask.Task
	key := table.Key{PK: "PARTY#" + string(partner), SK: "RENEWALTASK#" + id[:7] + "#" + id[8:]}
	if err := w.db.Get(w.t.Context(), key, &got); err != nil {
		w.t.Fatal(err)
	}
	return got
}

func TestEnrollingTwiceIsAsOnceAndCustomersAreLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	for _, id := range []auth.PartyID{"partner", "c1"} {
		w.enrol(id)
	}
	var g renewaltask.Generation
	if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#partner", SK: "RENEWALGENERATION"}, &g); err != nil || g.Ver != 1 || g.Month != "2026-11" {
		t.Errorf("got version %d of %s (%v), want the first", g.Ver, g.Month, err)
	}
	if at, armed := lifecycle.DueAt(&g.Head); !armed || !at.Equal(november.Start()) {
		t.Errorf("it is due %t at %s, want at once", armed, at)
	}
	if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#c1", SK: "RENEWALGENERATION"}, &g); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("a customer is enrolled: %v", err)
	}
	if err := renewaltask.New(w.env).Enrol(t.Context(), "nobody", "test"); !errors.Is(err, party.ErrUnknown) {
		t.Errorf("nobody is enrolled: %v", err)
	}
	const path = "/v2/vendor/renewal-tasks/partners/"
	for _, id := range []string{"c1", "nobody", "a%23b"} {
		w.call(vendor, http.MethodPut, path+id, "").Refused(t, 400, "CBC.99000047", "")
	}
	w.call(admin, http.MethodPut, path+"partner", "").Refused(t, 403, "CBC.0155", "vendor")
	w.commit(func(tx *table.Tx) {
		party.Create(tx, party.Party{Row: party.Row{ID: "late", Kind: auth.Partner, Name: "Late"}}, "test", w.clock.Now())
	})
	for range 2 {
		if got := w.call(vendor, http.MethodPut, path+"late", ""); got.Status != http.StatusNoContent {
			t.Errorf("got %d %s, want 204", got.Status, got.Body)
		}
	}
	if got, want := w.events("late"), "partner_enrolled"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestACustomerThatIsLeavingGetsNoTask(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.customer("c2", "partner", "")
	w.holds("c1", "5000.00", december(10), "r1")
	w.holds("c2", "5000.00", december(10), "r2")
	w.leaves("c1") // its resources are still in the partner's list
	w.until(december(1), 1, 0)
	if got, want := w.events("partner"), "created"; got != want || w.tasks(admin, "").customers() != "c2" {
		t.Errorf("got %s, want one task, of c2", got)
	}
}
