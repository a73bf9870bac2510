package performance

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/events/demo"
	"partnercenter/pkg/foundation/problem"
)

// ids gives the identities of a file's lines.
func ids(t *testing.T, file []byte) map[string]bool {
	t.Helper()
	s, err := scan(bytes.NewReader(file), focus())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, span := range s.Spans {
		for n, row := range rowsOf(t, s.Header, file[span.From:span.To]) {
			found[lineID(content(s.Header, row), max(1, span.Ordinals[n]))] = true
		}
	}
	return found
}

func rowsOf(t *testing.T, header []string, part []byte) [][]string {
	t.Helper()
	var rows [][]string
	for row, err := range records(bytes.NewReader(part), header) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, append([]string(nil), row...))
	}
	return rows
}

func TestSpansTileTheFileWithItsLines(t *testing.T) {
	for name, file := range map[string][]byte{
		"as it is": demo.Consumption(), "with a byte-order mark": append([]byte("\xef\xbb\xbf"), demo.Consumption()...),
		"with carriage returns": bytes.ReplaceAll(demo.Consumption(), []byte("\n"), []byte("\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := scan(bytes.NewReader(file), focus())
			if err != nil || s.Records != 999 || len(s.Spans) != 2 || s.Size != int64(len(file)) {
				t.Fatalf("got %d lines in %d spans of %d bytes, %v", s.Records, len(s.Spans), s.Size, err)
			}
			for i, span := range s.Spans {
				if i > 0 && span.From != s.Spans[i-1].To {
					t.Errorf("span %d starts at %d, the one before ends at %d", i, span.From, s.Spans[i-1].To)
				}
			}
			if last := s.Spans[1]; last.To != s.Size || last.Line != 502 {
				t.Errorf("the last span is %+v", last)
			}
		})
	}
}

func TestALineKeepsItsIdentityInWhateverFileAndOrder(t *testing.T) {
	lines := strings.SplitAfter(string(demo.Consumption()), "\n")
	header, lines := lines[0], lines[1:len(lines)-1]
	whole := ids(t, demo.Consumption())
	if len(whole) != 999 {
		t.Fatalf("%d identities, want 999", len(whole))
	}
	shuffled := append([]string(nil), lines...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	apart := ids(t, []byte(header+strings.Join(shuffled[:400], "")))
	for id := range ids(t, []byte(header+strings.Join(shuffled[400:], ""))) {
		apart[id] = true
	}
	for id := range ids(t, []byte(header+strings.Join(shuffled, ""))) {
		apart[id] = true
	}
	if len(apart) != 999 {
		t.Errorf("shuffled and in two they are %d lines, want 999", len(apart))
	}
	for id := range apart {
		if !whole[id] {
			t.Errorf("%s is another line", id)
		}
	}
}

func TestEqualLinesOfAFileCountAsOftenAsItHasThem(t *testing.T) {
	lines := strings.SplitAfter(string(demo.Consumption()), "\n")
	file := lines[0] + strings.Repeat(lines[1], 3) + lines[2]
	if got := len(ids(t, []byte(file))); got != 4 {
		t.Errorf("%d lines, want 4", got)
	}
}

func TestContentIgnoresTheOrderOfColumnsAndThoseWithoutAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.MapOf(rapid.StringMatching(`[A-Z][a-z]{1,4}`), rapid.StringMatching(`[a-z:0-9]{0,4}|NULL`)).Draw(t, "cells")
		var header, values []string
		for name, value := range cells {
			header, values = append(header, name), append(values, value)
		}
		before := content(header, values)
		order := rapid.Permutation(indices(len(header))).Draw(t, "order")
		var moved, movedValues []string
		for _, i := range order {
			moved, movedValues = append(moved, header[i]), append(movedValues, values[i])
		}
		if content(append(moved, "Later"), append(movedValues, "NULL")) != before {
			t.Fatal("it is another line")
		}
	})
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestABrokenFileIsRefusedAsAWhole(t *testing.T) {
	file := string(demo.Consumption())
	lines := strings.SplitAfter(file, "\n")
	header := lines[0]
	for name, c := range map[string]struct{ file, says string }{
		"empty":                         {"", "empty"},
		"a header alone":                {header, "no lines"},
		"cut off within a line":         {file[:len(file)-300], "cut off"},
		"cut off in the last cell":      {file[:len(file)-3], "line break"},
		"cut off in quotation marks":    {header + lines[2][:strings.Index(lines[2], `"{""`)+20], "cut off"},
		"not UTF-8":                     {strings.Replace(file, "SunBird", "Sun\xffBird", 1), "UTF-8"},
		"a header that is not UTF-8":    {strings.Replace(file, "Tags", "T\xfegs", 1), "UTF-8"},
		"zero bytes":                    {strings.Replace(file, "SunBird", "Sun\x00Bird", 1), "zero byte"},
		"a column is missing":           {strings.Replace(file, "BilledCost", "x_Cost", 1), `"BilledCost" is missing`},
		"what paid is missing":          {strings.Replace(file, "x_PaymentInstrument", "x_Other", 1), `"x_PaymentInstrument" is missing`},
		"a column twice":                {strings.Replace(file, "ListUnitPrice", "BilledCost", 1), `"BilledCost" is there twice`},
		"an unknown column":             {strings.Replace(file, "ListUnitPrice", "ListUnitPrise", 1), `"ListUnitPrise" is unknown`},
		"a formula for a column":        {strings.Replace(file, "ListUnitPrice", "=1+1", 1), `"=1+1" is unknown`},
		"more cells than columns":       {header + strings.Replace(lines[1], "\n", ",more\n", 1), "number of cells"},
		"a quotation mark in a cell":    {strings.Replace(file, "SunBird", `Sun"Bird`, 1), `bare "`},
		"an endless cell":               {header + `"` + strings.Repeat("x\n", 3<<20), "does not end"},
		"a cell that is too long":       {strings.Replace(file, "SunBird", strings.Repeat("x", 70<<10), 1), "more than"},
		"something that is no CSV file": {"\x1f\x8b\x08\x00\x00", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scan(strings.NewReader(c.file), focus())
			refusal, ok := problem.As(err)
			if !ok || !strings.Contains(refusal.Public(), c.says) {
				t.Errorf("got %v, want a refusal that says %q", err, c.says)
			}
		})
	}
}

func TestALineThatDoesNotCountIsRefusedByItself(t *testing.T) {
	s, err := scan(bytes.NewReader(demo.Consumption()), focus())
	if err != nil {
		t.Fatal(err)
	}
	first := rowsOf(t, s.Header, demo.Consumption()[s.Spans[0].From:s.Spans[0].To])[1]
	if rec, err := focus().Parse(s.Header, first, "2026-11"); err != nil || rec.Amount != "0.0160599" || rec.Instrument != Cash || rec.Category != Usage ||
		rec.Service != "Elastic Load Balancing" || rec.At.Day() != 30 || rec.Account != "43883916739" {
		t.Fatalf("got %+v, %v", rec, err)
	}
	for _, c := range []struct{ column, value string }{
		{"BilledCost", "NULL"},
		{"BilledCost", ""},
		{"BilledCost", "1e5"},
		{"BilledCost", strings.Repeat("7", 64)},
		{"BilledCost", "=1+1"},
		{"BillingCurrency", "USD"},
		{"BillingCurrency", "NULL"},
		{"BillingPeriodStart", "2026-10-01 00:00:00"},
		{"BillingPeriodEnd", "2026-12-02 00:00:00"},
		{"ChargePeriodStart", "2026-12-01 00:00:00"},
		{"ChargePeriodStart", "2026-10-31 23:59:59"},
		{"ChargePeriodStart", "18.11.2026"},
		{"ChargePeriodStart", "NULL"},
		{"ChargeCategory", "Gift"},
		{"SubAccountId", "NULL"},
		{"ServiceName", "NULL"},
		{"x_PaymentInstrument", "NULL"},
		{"x_PaymentInstrument", "gold"},
		{"ConsumedQuantity", "1e3"},
		{"ListCost", "much"},
	} {
		t.Run(c.column+" "+c.value[:min(8, len(c.value))], func(t *testing.T) {
			cells := append([]string(nil), first...)
			for i, name := range s.Header {
				if name == c.column {
					cells[i] = c.value
				}
			}
			_, err := focus().Parse(s.Header, cells, "2026-11")
			if refusal, ok := problem.As(err); !ok || refusal.Field != c.column || refusal.Code != "CBC.0100" {
				t.Errorf("got %v, want CBC.0100 on %s", err, c.column)
			}
		})
	}
}

func TestTheOriginalSampleIsReadAndAllOfItIsOfAnotherCurrency(t *testing.T) {
	cash := Sources()["focus-cash"]
	s, err := scan(bytes.NewReader(demo.FOCUSSample()), cash)
	if err != nil || s.Records != 1000 {
		t.Fatalf("got %d lines, %v", s.Records, err)
	}
	for _, span := range s.Spans {
		for _, row := range rowsOf(t, s.Header, demo.FOCUSSample()[span.From:span.To]) {
			if _, err := cash.Parse(s.Header, row, "2024-09"); err == nil || !strings.Contains(err.Error(), "BillingCurrency") {
				t.Fatalf("got %v", err)
			}
		}
	}
}

func TestCodesAreThoseOfThePortfolio(t *testing.T) {
	for name, want := range map[string]string{
		"Amazon Simple Queue Service": "hws.service.type.amazon-simple-queue-service", "COMPUTE": "hws.service.type.compute",
		"AI and Machine Learning": "hws.service.type.ai-and-machine-learning", "弹性云服务器": "hws.service.type.e5bc",
	} {
		if got := codeOf(servicePrefix, name); !strings.HasPrefix(got, want) || len(got) > longestCode {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := codeOf(servicePrefix, fmt.Sprint(strings.Repeat("long ", 30))); len(got) > longestCode {
		t.Errorf("%s is longer than %d", got, longestCode)
	}
}

// endless is a bill of so many lines that nobody holds as a whole.
type endless struct {
	lines, at int
	part      []byte
	most      uint64 // bytes of memory in use, while it is read
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.part) == 0 {
		if e.at > e.lines {
			return 0, io.EOF
		}
		e.part = []byte("BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargeCategory,SubAccountId,ServiceName,x_PaymentInstrument,Tags,Id\n")
		if e.at > 0 {
			e.part = fmt.Appendf(nil, "1.00,CNY,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-02T00:00:00Z,Usage,sub,Service,cash,%s,%d\n", strings.Repeat("t", 600), e.at)
		}
		if e.at%20_000 == 1 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			e.most = max(e.most, m.HeapAlloc)
		}
		e.at++
	}
	n := copy(p, e.part)
	e.part = e.part[n:]
	return n, nil
}

func TestAHundredThousandLinesAreReadInBoundedMemory(t *testing.T) {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	file := &endless{lines: 100_000}
	s, err := scan(file, focus())
	if err != nil || s.Records != 100_000 || len(s.Spans) != 200 || s.Size < 70_000_000 {
		t.Fatalf("got %d lines in %d spans of %d bytes, %v", s.Records, len(s.Spans), s.Size, err)
	}
	if used := file.most - min(file.most, before.HeapAlloc); used > 24<<20 {
		t.Errorf("reading %d MB took %d MB of memory, want 24 at most", s.Size>>20, used>>20)
	}
}

// focus12 is the header of a FOCUS 1.2 file with all 57 columns of the specification, in the alphabetical order that a large provider's export has them
// in, with three columns of that provider's own behind them.
const focus12 = "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingAccountType,BillingCurrency,BillingPeriodEnd,BillingPeriodStart," +
	"CapacityReservationId,CapacityReservationStatus,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart," +
	"CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountName,CommitmentDiscountQuantity,CommitmentDiscountStatus,CommitmentDiscountType," +
	"CommitmentDiscountUnit,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceId,InvoiceIssuerName,ListCost," +
	"ListUnitPrice,PricingCategory,PricingCurrency,PricingCurrencyContractedUnitPrice,PricingCurrencyEffectiveCost,PricingCurrencyListUnitPrice," +
	"PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName," +
	"ServiceSubcategory,SkuId,SkuMeter,SkuPriceDetails,SkuPriceId,SubAccountId,SubAccountName,SubAccountType,Tags,x_Discounts,x_Operation,x_ServiceCode"

func TestAHeaderOfFOCUS12IsReadWithAllItsColumns(t *testing.T) {
	columns := strings.Split(focus12, ",")
	if len(columns) != 60 {
		t.Fatalf("%d columns", len(columns))
	}
	values := map[string]string{
		"BilledCost": "12.3456", "BillingCurrency": "CNY", "BillingPeriodStart": "2026-11-01T00:00:00Z", "BillingPeriodEnd": "2026-12-01T00:00:00Z",
		"ChargePeriodStart": "2026-11-18T23:00:00Z", "ChargePeriodEnd": "2026-11-19T00:00:00Z", "ChargeCategory": "Usage", "SubAccountId": "sub-1",
		"ServiceName": "Elastic Cloud Server", "ServiceCategory": "Compute", "ServiceSubcategory": "Virtual Machines", "ResourceId": "vm-1",
		"ResourceName": "web", "RegionId": "cn-north-1", "SkuId": "sku-1", "ConsumedQuantity": "2.5", "ConsumedUnit": "Hours", "ListCost": "15",
		"PricingCategory": "Committed", "SkuPriceDetails": `"{""CoreCount"": 4, ""Term"": ""1y""}"`, "Tags": `"{""env"": ""prod""}"`, "PricingCurrency": "CNY",
		"InvoiceId": "INV-1", "BillingAccountType": "Payer", "SubAccountType": "Linked",
	}
	cells := make([]string, len(columns))
	for i, name := range columns {
		cells[i] = null
		if v := values[name]; v != "" {
			cells[i] = v
		}
	}
	file := []byte(focus12 + "\n" + strings.Join(cells, ",") + "\n")
	source := Sources()["focus-cash"] // the specification has no column for what paid
	s, err := scan(bytes.NewReader(file), source)
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, s.Header, file[s.Spans[0].From:s.Spans[0].To])
	r, err := source.Parse(s.Header, rows[0], "2026-11")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if r.Account != "sub-1" || r.Amount != "12.3456" || r.Service != "Elastic Cloud Server" || r.ServiceCategory != "Compute" || r.Resource != "vm-1" ||
		r.Pricing != committed || r.Quantity != "2.5" || r.ListCost != "15" || r.Instrument != Cash || r.At.Hour() != 23 {
		t.Errorf("got %+v", r)
	}
	_, err = scan(bytes.NewReader(bytes.Replace(file, []byte("BilledCost"), []byte("BilledCosts"), 1)), source)
	if err == nil || !strings.Contains(err.Error(), "BilledCost") {
		t.Errorf("without BilledCost: %v", err)
	}
	if _, err := scan(bytes.NewReader(file), Sources()["focus"]); err == nil || !strings.Contains(err.Error(), "x_PaymentInstrument") {
		t.Errorf("as a source that says what paid: %v", err)
	}
}
