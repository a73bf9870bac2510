package performance_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/events/demo"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
)

// bill makes a bill of November of lines in which single columns are set.
func bill(lines ...map[string]string) string {
	rows := strings.SplitAfter(string(demo.Consumption()), "\n")
	names := strings.Split(strings.TrimSpace(rows[0]), ",")
	var file strings.Builder
	file.WriteString(rows[0])
	for n, set := range lines {
		cells := make([]string, len(names))
		for i, name := range names {
			value, is := set[name]
			if !is {
				value, is = usual[name]
			}
			if !is {
				value = "NULL"
			}
			if name == "Id" {
				value = fmt.Sprint("id-", n, set["Id"])
			}
			if strings.ContainsAny(value, ",\"\n") {
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			}
			cells[i] = value
		}
		file.WriteString(strings.Join(cells, ",") + "\n")
	}
	return file.String()
}

// usual is what a line of bill says where nothing else is set.
var usual = map[string]string{
	"BilledCost": "10.00", "BillingCurrency": "CNY", "BillingPeriodStart": "2026-11-01 00:00:00", "BillingPeriodEnd": "2026-12-01 00:00:00",
	"ChargePeriodStart": "2026-11-10 08:00:00", "ChargeCategory": "Usage", "SubAccountId": "sub-a", "ServiceName": "Elastic Cloud Server",
	"ServiceCategory": "Compute", "x_PaymentInstrument": "cash", "ResourceId": "vm-1", "RegionId": "cn-north-1",
}

func TestLinesAreRefusedByThemselvesAndTheVerdictsSayWhy(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a;sub-a2")
	got := w.imports(bill(
		map[string]string{}, map[string]string{"SubAccountId": "sub-a2", "x_PaymentInstrument": "voucher"},
		map[string]string{"SubAccountId": "nobody"}, map[string]string{"BillingCurrency": "USD"}, map[string]string{"BilledCost": "1e3"},
		map[string]string{"BilledCost": strings.Repeat("9", 64)}, map[string]string{"BilledCost": "NULL"},
		map[string]string{"ChargePeriodStart": "2026-12-01 00:00:00"}, map[string]string{"BillingPeriodStart": "2026-10-01 00:00:00"},
		map[string]string{"ServiceName": "=cmd|' /C calc'!A0", "ResourceName": "+1+1"},
	))
	if got.State != "DONE" || got.Lines != 10 || got.Imported != 3 || got.Refused != 7 {
		t.Fatalf("got %+v", got)
	}
	type verdict struct {
		Line       int
		Outcome    string
		CustomerID string `json:"customer_id"`
		PartnerID  string `json:"partner_id"`
		Counts     bool
		Rule       string
		Message    string
	}
	var all []verdict
	for marker := ""; ; { // two at a time
		var out struct {
			Verdicts []verdict
			Marker   string
		}
		w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+got.ImportID+"/verdicts?limit=2"+marker, "").Into(t, &out)
		all = append(all, out.Verdicts...)
		if out.Marker == "" {
			break
		}
		marker = "&marker=" + out.Marker
	}
	for n, want := range []struct{ outcome, rule, says string }{
		{"imported", "cash", "counts"},
		{"imported", "voucher", "voucher"},
		{"refused", "", "SubAccountId"},
		{"refused", "", "BillingCurrency"},
		{"refused", "", "exponent"},
		{"refused", "", "digits"},
		{"refused", "", "no value"},
		{"refused", "", "outside 2026-11"},
		{"refused", "", "billing period"},
		{"imported", "cash", "counts"},
	} {
		v := all[n]
		if v.Line != n+2 || v.Outcome != want.outcome || v.Rule != want.rule || !strings.Contains(v.Message, want.says) || (v.CustomerID == "a") != (want.outcome == "imported") {
			t.Errorf("line %d: %+v, want %+v", n+2, v, want)
		}
	}
	if len(all) != 10 || w.amount("partner") != "20.00" {
		t.Errorf("%d verdicts, performance %s", len(all), w.amount("partner"))
	}
	w.audit("partner")
}

func TestAFormulaIsKeptAsTextAndNeutralInExports(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{"ServiceName": "=cmd|' /C calc'!A0", "ResourceId": "@SUM(1)"}))
	if l := w.lines("partner", "")[0]; l.ResourceID != "@SUM(1)" {
		t.Errorf("got %+v", l)
	}
	w.call(admin, http.MethodPost, "/v2/partners/performance/exports", `{"period":"2026-11"}`).Into(t, nil)
	w.settle()
	at := slices.IndexFunc(sortedKeys(w.files.files), func(key string) bool { return strings.HasPrefix(key, "exports/") })
	if at < 0 {
		t.Fatalf("there is no export among %v", sortedKeys(w.files.files))
	}
	file := string(w.files.files[sortedKeys(w.files.files)[at]])
	if !strings.Contains(file, "'=cmd|") || !strings.Contains(file, "'@SUM(1)") || !strings.Contains(file, "paid in cash") {
		t.Errorf("got %s", file)
	}
}

func sortedKeys(files map[string][]byte) []string {
	var keys []string
	for key := range files {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func TestAnUploadedFileIsImportedWhenItIsTheOneThatWasAnnounced(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	file := bill(map[string]string{})
	sum := sha256.Sum256([]byte(file))
	announce := func(size int) answer {
		return w.call(vendor, http.MethodPost, "/v2/vendor/consumption/uploads",
			fmt.Sprintf(`{"source":"focus","period":"2026-11","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), size))
	}
	var im imported
	announce(len(file)).Into(t, &im)
	if im.State != "ANNOUNCED" || im.UploadURL != "memory:consumption/"+im.ImportID+".csv" {
		t.Fatalf("got %+v", im)
	}
	start := "/v2/vendor/consumption/imports/" + im.ImportID + "/start"
	expect(t, w.call(vendor, http.MethodPost, start, ""), http.StatusConflict, "CBC.99001016", "not uploaded")
	w.files.files["consumption/"+im.ImportID+".csv"] = []byte(file + "x")
	expect(t, w.call(vendor, http.MethodPost, start, ""), http.StatusConflict, "CBC.99001016", "bytes")
	expect(t, announce(len(file)+1), http.StatusBadRequest, "CBC.0100", "size")

	wrong := []byte(strings.Replace(file, "10.00", "99.00", 1)) // as long, and another file
	w.files.files["consumption/"+im.ImportID+".csv"] = wrong
	w.call(vendor, http.MethodPost, start, "").Into(t, &im)
	if im.State != "SCANNING" {
		t.Errorf("got %+v", im)
	}
	w.settle()
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+im.ImportID, "").Into(t, &im)
	if im.State != "FAILED" || !strings.Contains(im.Reason, "sha256") || w.amount("partner") != "0.00" {
		t.Errorf("another file: got %+v, %s", im, w.amount("partner"))
	}
	announce(len(file)).Into(t, &im)
	w.files.files["consumption/"+im.ImportID+".csv"] = []byte(file)
	w.call(vendor, http.MethodPost, start, "").Into(t, nil)
	w.settle()
	w.call(vendor, http.MethodPost, start, "").Into(t, &im) // again: it is what it is
	if im.State != "DONE" || im.Imported != 1 || w.amount("partner") != "10.00" {
		t.Errorf("got %+v, %s", im, w.amount("partner"))
	}
	if again := w.imports(file); again.ImportID != im.ImportID {
		t.Errorf("the same file by a call is another import: %+v", again)
	}
	var list struct{ Imports []imported }
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports?period=2026-11", "").Into(t, &list)
	if len(list.Imports) != 1 || list.Imports[0].ImportID != im.ImportID {
		t.Errorf("got %+v", list)
	}
}

func TestABrokenUploadFailsAsAWhole(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	file := bill(map[string]string{}) + "cut,off"
	sum := sha256.Sum256([]byte(file))
	var im imported
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/uploads",
		fmt.Sprintf(`{"source":"focus","period":"2026-11","sha256":"%s","size":%d}`, hex.EncodeToString(sum[:]), len(file))).Into(t, &im)
	w.files.files["consumption/"+im.ImportID+".csv"] = []byte(file)
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports/"+im.ImportID+"/start", "").Into(t, nil)
	w.settle()
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+im.ImportID, "").Into(t, &im)
	if im.State != "FAILED" || !strings.Contains(im.Reason, "line 3") || w.amount("partner") != "0.00" {
		t.Errorf("got %+v", im)
	}
}

func TestBadImportsAreRefusedAndChangeNothing(t *testing.T) {
	w := newWorld(t)
	const path = "/v2/vendor/consumption/imports?source=focus&period=2026-11"
	for name, c := range map[string]struct{ path, body, says string }{
		"an unknown source":          {strings.Replace(path, "focus", "gold", 1), bill(nil), "source"},
		"no source":                  {"/v2/vendor/consumption/imports?period=2026-11", bill(nil), "source"},
		"a period that is none":      {strings.Replace(path, "2026-11", "2026-13", 1), bill(nil), "period"},
		"a period that has not come": {strings.Replace(path, "2026-11", "2027-01", 1), bill(nil), "has not begun"},
		"an empty file":              {path, "", "body"},
		"a file that is cut off":     {path, bill(nil)[:len(bill(nil))-2], "body"},
		"bytes that are not UTF-8":   {path, strings.Replace(bill(nil), "vm-1", "v\xff", 1), "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, w.call(vendor, http.MethodPost, c.path, c.body), http.StatusBadRequest, "CBC.0100", c.says)
		})
	}
	for name, body := range map[string]string{
		"a hash that is none": `{"source":"focus","period":"2026-11","sha256":"` + strings.Repeat("g", 64) + `","size":5}`,
		"no bytes":            `{"source":"focus","period":"2026-11","sha256":"` + strings.Repeat("a", 64) + `","size":0}`,
		"too many bytes":      `{"source":"focus","period":"2026-11","sha256":"` + strings.Repeat("a", 64) + `","size":2000000000000}`,
		"a source of nobody":  `{"source":"gold","period":"2026-11","sha256":"` + strings.Repeat("a", 64) + `","size":5}`,
		"an unknown field":    `{"source":"focus","period":"2026-11","sha256":"` + strings.Repeat("a", 64) + `","size":5,"more":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/consumption/uploads", body), http.StatusBadRequest, "CBC.0100", "")
		})
	}
	for _, path := range []string{"imp-0", "imp-0/verdicts", "a%2Fb"} {
		expect(t, w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+path, ""), http.StatusNotFound, "CBC.0404", "")
	}
	expect(t, w.call(admin, http.MethodPost, path, bill(nil)), http.StatusForbidden, "CBC.0155", "")
	var list struct{ Imports []imported }
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports?period=2026-11", "").Into(t, &list)
	if len(list.Imports) != 0 || len(w.files.files) != 0 {
		t.Errorf("there are %v and %d files", list.Imports, len(w.files.files))
	}
}

func TestASubAccountIsOneCustomersForGood(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "partner", 2, "")
	const path = "/v2/vendor/consumption/sub-accounts"
	for range 2 {
		w.call(vendor, http.MethodPut, path, `{"sub_account_id":"/sub/b 1","customer_id":"b"}`).Into(t, nil)
	}
	expect(t, w.call(vendor, http.MethodPut, path, `{"sub_account_id":"sub-a","customer_id":"b"}`), http.StatusConflict, "CBC.0409", "sub_account_id")
	expect(t, w.call(vendor, http.MethodPut, path, `{"sub_account_id":"new","customer_id":"nobody"}`), http.StatusBadRequest, "CBC.99000047", "")
	expect(t, w.call(vendor, http.MethodPut, path, `{"sub_account_id":"new","customer_id":"partner"}`), http.StatusBadRequest, "CBC.99000047", "")
	var list struct {
		SubAccounts []struct {
			ID string `json:"sub_account_id"`
		} `json:"sub_accounts"`
	}
	w.call(vendor, http.MethodGet, path+"?customer_id=b", "").Into(t, &list)
	if len(list.SubAccounts) != 1 || list.SubAccounts[0].ID != "/sub/b 1" {
		t.Errorf("got %+v", list)
	}
	var out struct {
		Refused  int
		Verdicts []struct{ Message string }
	}
	sheet := customersHeader + "c,C,V0,2,c@x.example,13800000000,zh-CN,0.00,sub-a\nd,D,V0,2,d@x.example,13800000000,zh-CN,0.00,sub-d\n" +
		"e,E,V0,2,e@x.example,13800000000,zh-CN,0.00,sub-e;sub-d\n"
	w.call(vendor, http.MethodPost, "/v2/vendor/customers/import?partner_id=partner", sheet).Into(t, &out)
	if out.Refused != 2 || !strings.Contains(out.Verdicts[0].Message, `customer "a"`) || !strings.Contains(out.Verdicts[2].Message, `customer "d"`) {
		t.Errorf("got %+v", out)
	}
	w.imports(bill(map[string]string{"SubAccountId": "/sub/b 1"}))
	if l := w.lines("partner", "&customer_id=b"); len(l) != 1 {
		t.Errorf("got %v", l)
	}
}

// chunks counts the chunks of an import, and how many of them are due.
func (w *world) chunks(id string) (there, due int) {
	w.t.Helper()
	for c, err := range table.All[performance.Chunk](w.t.Context(), w.db, table.Query{PK: "CONSUMPTIONIMPORT#" + id, Prefix: "CHUNK#", Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		there++
		if c.Work != "" {
			due++
		}
	}
	return there, due
}

func TestChunksOfAnImportThatWasCutOffAreGivenUpAfterADay(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	const path = "/v2/vendor/consumption/imports?source=focus&period=2026-11"
	w.open(w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpTx && slices.ContainsFunc(op.Keys, func(key table.Key) bool { return key.SK == "IMPORT" }) {
			return table.CrashBefore
		}
		return table.Pass
	}))
	if got := w.call(vendor, http.MethodPost, path, bill(nil)); got.Status < 500 {
		t.Fatalf("got %+v", got)
	}
	w.open(w.db)
	id := strings.TrimSuffix(strings.TrimPrefix(sortedKeys(w.files.files)[0], "consumption/"), ".csv")
	w.runs(w.clock.Now().Add(23 * time.Hour))
	if there, due := w.chunks(id); there != 1 || due != 1 {
		t.Errorf("after 23 hours: %d chunks, %d due", there, due)
	}
	w.runs(w.clock.Now().Add(2 * time.Hour))
	if there, _ := w.chunks(id); there != 0 {
		t.Errorf("after a day: %d chunks", there)
	}
	if got := w.imports(bill(nil)); got.State != "DONE" || w.amount("partner") != "10.00" {
		t.Errorf("taken again: %+v, %s", got, w.amount("partner"))
	}
}

func TestAChunkPutBehindTheEndOfItsImportIsNotDue(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	slow := w.beside(func(op table.Op) bool { return op.Kind == table.OpWrite && strings.HasPrefix(op.Keys[0].SK, "CHUNK#") }, func() { w.imports(bill(nil)) })
	var out imported
	slow.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports?source=focus&period=2026-11", bill(nil)).Into(t, &out)
	if out.State != "DONE" || !out.AlreadyExists {
		t.Fatalf("got %+v", out)
	}
	if _, due := w.chunks(out.ImportID); due != 1 {
		t.Fatalf("%d chunks are due", due)
	}
	w.settle()
	if there, due := w.chunks(out.ImportID); there != 1 || due != 0 || w.amount("partner") != "10.00" {
		t.Errorf("%d chunks, %d due, %s", there, due, w.amount("partner"))
	}
}
