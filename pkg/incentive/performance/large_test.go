package performance_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
)

// uploads imports a file of November that is announced and uploaded, and does what is due of it.
func (w *world) uploads(file string) imported {
	w.t.Helper()
	sum := sha256.Sum256([]byte(file))
	var im imported
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/uploads",
		fmt.Sprintf(`{"source":"focus","period":"2026-11","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(file))).Into(w.t, &im)
	w.files.files["consumption/"+im.ImportID+".csv"] = []byte(file)
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports/"+im.ImportID+"/start", "").Into(w.t, nil)
	w.settle()
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+im.ImportID, "").Into(w.t, &im)
	return im
}

// Of 100,000 lines 100 are refused, 10,000 are vouchers and 89,900 count, with 0.01 yuan each.
func TestAHundredThousandLinesAreImportedFromEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 99,900 items")
	}
	w := newWorld(t)
	for _, c := range []string{"a", "b", "c"} {
		w.customer(c, "partner", 2, "sub-"+c)
	}
	rows := make([]map[string]string, 100_000)
	for n := range rows {
		rows[n] = map[string]string{
			"BilledCost": "0.01", "Id": fmt.Sprint(n), "SubAccountId": "sub-" + string("abc"[n%3]), "ChargePeriodStart": fmt.Sprintf("2026-11-%02d 08:00:00", 1+n%28),
		}
		switch {
		case n%1000 == 0:
			rows[n]["SubAccountId"] = "nobody's"
		case n%10 == 1:
			rows[n]["x_PaymentInstrument"] = "voucher"
		}
	}
	file := bill(rows...)
	began := time.Now()
	im := w.uploads(file)
	t.Logf("%d bytes in %s", len(file), time.Since(began))
	s := w.slip(vendor, vendorSlip)
	if im.State != "DONE" || im.Lines != 100_000 || im.Imported != 99_900 || im.Refused != 100 {
		t.Errorf("got %+v", im)
	}
	if s.Amount != "899.00" || s.Lines != 99_900 || s.CountedLines != 89_900 {
		t.Errorf("got %s of %d of %d lines", s.Amount, s.CountedLines, s.Lines)
	}
	w.audit("partner")
}

func TestTwoImportsAtOnceOfOneCustomersMonthAddUp(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "partner", 2, "sub-b")
	var files [2][]map[string]string // each has 200 lines that the other one has as well, and then 400 of its own
	for f := range files {
		for n := range 600 {
			row := map[string]string{"BilledCost": "0.10", "SubAccountId": "sub-" + string("ab"[n%2])}
			if n >= 200 {
				row["Id"] = fmt.Sprint(" of file ", f)
			}
			files[f] = append(files[f], row)
		}
	}
	var under sync.WaitGroup
	failed := make([]error, len(files))
	var ids [2]string
	for f, rows := range files {
		var im imported
		w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports?source=focus&period=2026-11", bill(rows...)).Into(t, &im)
		ids[f] = im.ImportID
	}
	for f, id := range ids {
		under.Go(func() { failed[f] = w.worksOff(t.Context(), id, len(files[f])) })
	}
	under.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for f, id := range ids {
		var im imported
		w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+id, "").Into(t, &im)
		if im.State != "DONE" || im.Imported != len(files[f]) {
			t.Errorf("got %+v, want %d lines", im, len(files[f]))
		}
	}
	if s := w.slip(vendor, vendorSlip); s.Amount != "100.00" || s.Lines != 1000 {
		t.Errorf("got %s of %d lines", s.Amount, s.Lines)
	}
	w.audit("partner")
}

// worksOff does the chunks of an import and then counts it, as a worker does that meets others: what conflicts is done again.
func (w *world) worksOff(ctx context.Context, id string, lines int) error {
	pk := "CONSUMPTIONIMPORT#" + id
	works := []lifecycle.Due{{Key: table.Key{PK: pk, SK: "IMPORT"}, Kind: performance.WorkImport}}
	for n := (lines - 1) / 500; n >= 0; n-- {
		works = append([]lifecycle.Due{{Key: table.Key{PK: pk, SK: fmt.Sprintf("CHUNK#%05d", n)}, Kind: performance.WorkChunk}}, works...)
	}
	for _, due := range works {
		err := table.Persist(ctx, func() error { return w.handlers[due.Kind](ctx, due) })
		if err != nil && !errors.Is(err, lifecycle.ErrNotDue) && !errors.Is(err, table.ErrConflict) {
			return fmt.Errorf("%s: %w", due.Key, err)
		}
	}
	return nil
}
