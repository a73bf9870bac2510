package renewaltask_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/renewaltask"
)

// metered gives what a list costs.
func (w *world) metered(who caller, path string) table.Use {
	w.t.Helper()
	var meter table.Meter
	r := httptest.NewRequestWithContext(table.WithMeter(w.t.Context(), &meter), http.MethodGet, path, http.NoBody)
	r.Header.Set("Authorization", string(who))
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	if out.Code != http.StatusOK {
		w.t.Fatalf("got %d %s", out.Code, out.Body)
	}
	return meter.Read()
}

// DESIGN.md "Speed and cost": a list page of 50 by marker costs at most 7 RCU.
func TestAPageOfFiftyByMarkerCostsLittle(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	var ids []string
	for i := range 120 {
		ids = append(ids, fmt.Sprintf("r%03d", i))
	}
	w.holds("c1", "5000.00", december(10), ids...)
	w.until(december(1), 0, 31)
	first := w.tasks(admin, "?limit=50")
	if len(first.Tasks) != 50 || first.Total != 120 {
		t.Fatalf("got %d of %d", len(first.Tasks), first.Total)
	}
	if got := w.metered(admin, tasksPath+"?limit=50&marker="+first.Marker); got.RCU > 7 || got.WCU > 0 {
		t.Errorf("it costs %+v, want at most 7 RCU", got)
	}
}

func TestADailyLookCostsLittle(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "5000.00", december(10), "r")
	w.until(december(1), 0, 31)
	id := w.only(admin, "").TaskID
	w.clock.Set(december(1).At(4, 0))
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#partner", SK: "RENEWALTASK#" + id[:7] + "#" + id[8:]}, Kind: renewaltask.WorkTask}
	var meter table.Meter
	if err := w.handlers[due.Kind](table.WithMeter(t.Context(), &meter), due); err != nil {
		t.Fatal(err)
	}
	// The task, its customer, its resource and the order; the task and its two entries in the due index.
	if got := meter.Read(); got.RCU > 4 || got.WCU > 4 {
		t.Errorf("it costs %+v, want at most 4 RCU and 4 WCU", got)
	}
}
