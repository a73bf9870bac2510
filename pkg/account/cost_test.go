package account_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// metered calls an operation and gives what it used.
func (w *world) metered(caller, method, path, body string) (answer, table.Use) {
	var m table.Meter
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r = r.WithContext(table.WithMeter(context.Background(), &m))
	r.Header.Set("Authorization", caller)
	r.Header.Set("X-Signature", strings.Repeat("5f", 32)+path[:4])
	r.Header.Set("Content-Type", "application/json")
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return answer{resttest.Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}}, m.Read()
}

// TestCeilingsOfCost holds the ceilings of DESIGN.md for ids and names as long as they come.
func TestCeilingsOfCost(t *testing.T) {
	w := newWorld(t)
	long := auth.PartyID("0123456789abcdef0123456789abcdef")
	p := party.Party{Row: party.Row{ID: long, Kind: auth.Customer, Name: strings.Repeat("客户", 32), Partner: "partner", AssociationType: party.Resale}}
	w.party(p)
	w.topUp("partner", "r1", "1000")
	for n := range 120 {
		w.as(provider, "POST", givePath, adjust(string(long), fmt.Sprintf("%d.%02d", n/100, n%100+1))).transfer(t)
	}
	a, used := w.metered(provider, "POST", givePath, adjust(string(long), "1"))
	id := a.transfer(t)
	if used.WCU > 12 || used.RCU > 8 {
		t.Errorf("an appropriation used %+v, want at most 12 WCU and 8 RCU", used)
	}
	var first records
	w.as(provider, "GET", adjustsPath+"?limit=50", "").Into(t, &first)
	a, used = w.metered(provider, "GET", adjustsPath+"?limit=50&marker="+first.Marker, "")
	var page records
	if a.Into(t, &page); used.RCU > 7 || used.WCU > 0 || len(page.Records) == 0 {
		t.Errorf("a page of %d records used %+v, want at most 7 RCU", len(page.Records), used)
	}
	w.clock.Set(at.Add(time.Hour)) // nothing is after the window's end by the clock alone
	a, used = w.metered(provider, "GET", adjustsPath+"?trans_id="+id, "")
	if a.Into(t, &page); used.RCU > 8 || len(page.Records) != 1 || page.Records[0].TransID != id {
		t.Errorf("a record by its id used %+v of %d entries, want at most 8 RCU; got %s", used, 122, a.Body)
	}
}
