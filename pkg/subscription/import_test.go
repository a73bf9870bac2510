package subscription_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

func TestAnImportJudgesEachRowAndIsIdempotentByID(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	good := row{ID: "good", Customer: "c", Expiry: tenth}.csv()
	bad := func(old, new string) string {
		return strings.Replace(row{ID: "bad", Customer: "c", Expiry: tenth}.csv(), old, new, 1)
	}
	sheet := resourcesHeader + good +
		bad(",10.00,", ",-1.00,") + bad(",10.00,", ",1.005,") + bad("2026-12-10T15:59:59Z", "2026-12-10") + bad("2026-12-10T15:59:59Z", "2026-12-10T16:00:00Z") +
		bad("Name of bad", "=cmd()") + bad("bad,", "b a d,") + bad(",c,", ",nobody,") + bad("cn-north-1,,", "cn-north-1,nothing,") + good
	got := w.imports("subscriptions", "", sheet)
	says := []string{"", "price_per_period", "price_per_period", "expire_time", "15:59:59Z", "formula", "resource_id", "customer_id", "parent_resource_id", "line 2"}
	if got.Rows != 10 || got.Imported != 1 || got.Refused != 9 {
		t.Errorf("got %+v", got)
	}
	for _, v := range got.Verdicts {
		if want := says[v.Line-2]; !strings.Contains(v.Message, want) {
			t.Errorf("line %d: %q does not say %q", v.Line, v.Message, want)
		}
	}
	again := w.imports("subscriptions", "", "\xef\xbb\xbf"+strings.ReplaceAll(resourcesHeader+good, "\n", "\r\n"))
	if again.Exists != 1 || again.Imported != 0 {
		t.Errorf("the same again: %+v", again)
	}
	if got := len(w.events("c")); got != 0 {
		t.Errorf("%d events besides the imports", got)
	}
}

func TestADryRunJudgesAndWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	sheet := resourcesHeader + row{ID: "disk", Customer: "c", Parent: "main", Expiry: tenth}.csv() + row{ID: "main", Customer: "c", Expiry: tenth}.csv()
	if got := w.imports("subscriptions", "?dry_run=true", sheet); got.Imported != 2 {
		t.Errorf("got %+v, want both rows fit for import, in any order", got)
	}
	if got := w.imports("subscriptions", "", sheet); got.Imported != 2 {
		t.Errorf("the dry run left something behind: %+v", got)
	}
}

func TestAColumnThatIsMissingOrUnknownRefusesTheSheet(t *testing.T) {
	w := newWorld(t)
	for header, says := range map[string]string{
		"resource_id,resource_name\n":                                "expire_policy",
		strings.TrimSpace(resourcesHeader) + ",colour\n":             "colour",
		strings.Replace(resourcesHeader, "resource_name", "name", 1): "resource_name",
	} {
		w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/subscriptions/import", "text/csv", header).Refused(t, 400, "CBC.0100", says)
	}
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/subscriptions/import", "application/json", "{}").Refused(t, 415, "CBC.0100", "text/csv")
	w.call(auth.Customer, "c", http.MethodPost, "/v2/vendor/subscriptions/import", "text/csv", resourcesHeader).Refused(t, 403, "CBC.0155", "vendor")
}

func TestAResourcePastItsTermIsPlacedWhereItWouldBe(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V5", "100.00") // seven days of grace, fifteen of retention
	w.resources(
		row{ID: "grace", Customer: "c", Expiry: firstOfDecember.AddDays(-2), Policy: 3},
		row{ID: "frozen", Customer: "c", Expiry: firstOfDecember.AddDays(-9), Policy: 3},
		row{ID: "released", Customer: "c", Expiry: firstOfDecember.AddDays(-40), Policy: 3},
	)
	for id, want := range map[string]subscription.Status{
		"grace": subscription.StatusExpired, "frozen": subscription.StatusFrozen, "released": subscription.StatusClosed,
	} {
		if got := w.read("c", id).Status; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	w.run("c", "grace", firstOfDecember.AddDays(3).Start())
	if got := w.balance("c"); got != "100.00" {
		t.Errorf("the balance is %s: an imported resource was charged for a term before its import", got)
	}
}

func TestALongSheetRunsAsDueWorkAndEveryRowGetsItsVerdict(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	var sheet strings.Builder
	sheet.WriteString(resourcesHeader)
	for i := range 1001 {
		parent := ""
		if i%10 == 0 {
			parent = fmt.Sprintf("r-%04d", i+1)
		}
		sheet.WriteString(row{ID: fmt.Sprintf("r-%04d", i), Customer: "c", Parent: parent, Expiry: tenth}.csv())
	}
	accepted := w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/subscriptions/import", "text/csv", sheet.String())
	var first imported
	accepted.Into(t, &first)
	if accepted.Status != http.StatusAccepted || first.ImportID == "" || first.State != "running" {
		t.Fatalf("got %d %+v", accepted.Status, first)
	}
	w.clock.Advance(24 * time.Hour)
	for range 2 { // a second delivery changes nothing
		for _, shard := range []string{"00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15"} {
			for item, err := range table.All[table.Raw](context.Background(), w.db, table.Query{Index: table.Due, PK: "DUE#" + shard}) {
				if err != nil {
					t.Fatal(err)
				}
				if item.Work != subscription.WorkImport {
					continue
				}
				if err := w.service().DoImport(context.Background(), lifecycle.Due{Key: item.Key()}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var done imported
	w.call(auth.Vendor, "vendor", http.MethodGet, "/v2/vendor/imports/"+first.ImportID, "", "").Into(t, &done)
	if done.State != "done" || done.Rows != 1001 || done.Refused != 1 || done.Imported != 1000 || len(done.Verdicts) != 1001 {
		t.Errorf("got %s: %d rows, %d imported, %d refused, %d verdicts", done.State, done.Rows, done.Imported, done.Refused, len(done.Verdicts))
	}
	w.call(auth.Vendor, "vendor", http.MethodGet, "/v2/vendor/imports/nothing", "", "").Refused(t, 404, "CBC.0404", "nothing")
}

func TestWhatIsAttachedGoesByTheMainResourceThatIsKept(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	w.resources(row{ID: "main", Customer: "c", Expiry: tenth})
	w.one(renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":1,"is_auto_pay":1}`) // until 2027-01-10
	main := row{ID: "main", Customer: "c", Expiry: tenth}.csv()
	disk := row{ID: "disk", Customer: "c", Parent: "main", Expiry: tenth}.csv()
	got := w.imports("subscriptions", "", resourcesHeader+main+disk)
	if got.Refused != 1 || got.Exists != 1 || !strings.Contains(got.Verdicts[1].Message, "2027-01-10") {
		t.Errorf("attached to what has been renewed since: %+v, want its expiry refused", got)
	}
	w.resources(row{ID: "gone", Customer: "c", Expiry: tenth})
	w.ends("gone", subscription.WholeResource)
	disk = row{ID: "left", Customer: "c", Parent: "gone", Expiry: tenth}.csv()
	got = w.imports("subscriptions", "", resourcesHeader+disk)
	if got.Refused != 1 || !strings.Contains(got.Verdicts[0].Message, "parent_resource_id") {
		t.Errorf("attached to what was unsubscribed: %+v", got)
	}
	first, second := row{ID: "new", Customer: "c", Expiry: tenth}.csv(), row{ID: "new", Customer: "c", Expiry: tenth.AddDays(5)}.csv()
	disk = row{ID: "other", Customer: "c", Parent: "new", Expiry: tenth.AddDays(5)}.csv()
	got = w.imports("subscriptions", "", resourcesHeader+first+second+disk)
	if got.Refused != 2 || !strings.Contains(got.Verdicts[2].Message, "2026-12-10") {
		t.Errorf("attached to a row that is refused: %+v", got)
	}
}

func TestACustomerIsImportedWithAnAddressThatMailCanReach(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{"nobody", "a@", "Nobody <n@customer.example>", "n@customer.example, m@customer.example"} {
		sheet := customersHeader + fmt.Sprintf("c,Name,V1,2,%q,13800000000,zh-CN,0.00,\n", address)
		if got := w.imports("customers", "?partner_id=partner", sheet); got.Refused != 1 || !strings.Contains(got.Verdicts[0].Message, "email") {
			t.Errorf("%q: %+v", address, got)
		}
	}
}
