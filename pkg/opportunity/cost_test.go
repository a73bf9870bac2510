package opportunity_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"partnercenter/pkg/foundation/table"
)

// metered gives what a list costs.
func (w *world) metered(who, path string) table.Use {
	w.t.Helper()
	var meter table.Meter
	r := httptest.NewRequestWithContext(table.WithMeter(w.t.Context(), &meter), http.MethodGet, path, http.NoBody)
	r.Header.Set("Authorization", who)
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
	for i := range 110 {
		id := w.submits(alpha, fmt.Sprintf("上海阿波罗数据科技第%d有限公司", i), "offer-1", "hws.service.type.dws")
		if i%2 == 0 { // the queue merges both states
			w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`)
		}
	}
	for who, path := range map[string]string{alpha: path, vendor: "/v2/vendor/opportunities"} {
		first := w.list(who, path+"?limit=50")
		if len(first.Opportunities) != 50 || first.Total != 110 {
			t.Fatalf("got %d of %d", len(first.Opportunities), first.Total)
		}
		if got := w.metered(who, path+"?limit=50&marker="+first.Marker); got.RCU > 7 || got.WCU > 0 {
			t.Errorf("%s: it costs %+v, want at most 7 RCU", path, got)
		}
	}
}
