package account_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// record is a record of either list, with what the tests look at.
type record struct {
	AccountChangeID    string `json:"account_change_id"`
	TransID            string `json:"trans_id"`
	OperationType      string `json:"operation_type"`
	TradeDetailType    string `json:"trade_detail_type"`
	CustomerID         string `json:"customer_id"`
	CustomerName       string `json:"customer_name"`
	Amount             string `json:"amount"`
	ChangeAmount       string `json:"change_amount"`
	BalanceAfterChange string `json:"balance_after_change"`
	Type               string `json:"type"`
	RevenueExpenseType string `json:"revenue_expense_type"`
	OperationTime      string `json:"operation_time"`
	TradeTime          string `json:"trade_time"`
	TradeID            string `json:"trade_id"`
	BillCycle          string `json:"bill_cycle"`
	PaymentChannelID   string `json:"payment_channel_id"`
	PaymentChannelNo   string `json:"payment_channel_no"`
	Currency           string `json:"currency"`
}

type records struct {
	Records    []record `json:"records"`
	TotalCount int      `json:"total_count"`
	Marker     string   `json:"marker"`
}

func (w *world) list(caller, path string, query ...string) records {
	w.t.Helper()
	var out records
	w.as(caller, "GET", path+"?"+strings.Join(query, "&"), "").Into(w.t, &out)
	return out
}

// short gives a list in one line.
func (r records) short() string {
	text := []string{}
	for _, one := range r.Records {
		kind := one.OperationType + one.TradeDetailType
		words := []string{kind[strings.LastIndex(kind, "_")+1:], one.Amount, one.ChangeAmount, one.BalanceAfterChange, one.CustomerID}
		text = append(text, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
	}
	return fmt.Sprint(r.TotalCount, " ", strings.Join(text, ", "))
}

// seasons has a year and a half of a partner's adjustments: 1 yuan on 1 December 2026, 2 on 2 January, 3 on 3 February 2027, and so on.
func seasons(t *testing.T) *world {
	w := newWorld(t)
	w.topUp("partner", "r1", "1000")
	for n := range 18 {
		day := calendar.Date{Year: 2026, Month: time.December, Day: 1}.AddMonths(n, n+1)
		w.clock.Set(day.At(10, 0))
		path, customer := givePath, "c1"
		if n%3 == 1 {
			path = takePath
		}
		if n%3 == 2 {
			customer = "c2"
		}
		w.as(provider, "POST", path, adjust(customer, fmt.Sprint(amountOf(n)))).transfer(t)
	}
	return w
}

// amountOf gives what the n-th season moves: a reclaim takes a part of the appropriation before.
func amountOf(n int) int {
	if n%3 == 1 {
		return n
	}
	return n + 1
}

func TestAdjustRecordsAreListedLatestFirstAndFiltered(t *testing.T) {
	w := seasons(t)
	for name, c := range map[string]struct{ query, want string }{
		"all":           {"limit=3", "18 BEADJUST 18 c2, BERETRIEVE 16 c1, BEADJUST 16 c1"},
		"an offset":     {"limit=2&offset=1", "18 BERETRIEVE 16 c1, BEADJUST 16 c1"},
		"the end":       {"limit=10&offset=16", "18 BERETRIEVE 1 c1, BEADJUST 1 c1"},
		"beyond it":     {"offset=18", "18 "},
		"one customer":  {"customer_id=c2&limit=2", "6 BEADJUST 18 c2, BEADJUST 15 c2"},
		"nobody":        {"customer_id=theirs", "0 "},
		"a type":        {"operation_type=SOURCE_OPERATION_BERETRIEVE&limit=1", "6 BERETRIEVE 16 c1"},
		"an empty type": {"operation_type=&limit=1", "18 BEADJUST 18 c2"},
		"no unbinding":  {"operation_type=SOURCE_OPERATION_BEUNBIND", "0 "},
		"a window":      {"operation_time_begin=2027-01-01T00:00:00Z&operation_time_end=2027-02-03T02:00:00Z", "2 BEADJUST 3 c2, BERETRIEVE 1 c1"},
		"to a second":   {"operation_time_end=2026-12-01T02:00:00Z", "1 BEADJUST 1 c1"},
		"before all":    {"operation_time_end=2026-11-30T00:00:00Z", "0 "},
		"after all":     {"operation_time_begin=2030-01-01T00:00:00Z", "0 "},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.list(provider, adjustsPath, c.query).short()
			if got = strings.ReplaceAll(got, ".00", ""); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	one := w.list(provider, adjustsPath, "limit=1").Records[0]
	if one.CustomerName != "Name of c2" || one.Currency != "CNY" || one.OperationTime != "2028-05-18T02:00:00Z" || one.Amount != "18.00" {
		t.Errorf("got %+v", one)
	}
	if got := w.list(provider, adjustsPath, "trans_id="+one.TransID); got.TotalCount != 1 || got.Records[0] != one {
		t.Errorf("by its id it is %+v", got)
	}
	w.as(provider, "GET", adjustsPath+"?operation_time_begin=2027-01-01", "").Refused(t, 400, "CBC.0100", "operation_time_begin")
	w.as(provider, "GET", adjustsPath+"?operation_time_begin=2027-02-01T00:00:00Z&operation_time_end=2027-01-01T00:00:00Z", "").Refused(t, 400, "CBC.0100", "after")
	w.as(provider, "GET", adjustsPath+"?operation_type=X", "").Refused(t, 400, "CBC.0100", "operation_type")
	w.as(provider, "GET", adjustsPath+"?offset=10001", "").Refused(t, 400, "CBC.0100", "marker")
	w.as(provider, "GET", adjustsPath+"?limit=1001", "").Refused(t, 400, "CBC.0100", "limit")
	w.as(provider, "GET", adjustsPath+"?indirect_partner_id=reseller", "").Refused(t, 400, "CBC.99000037", "reseller")
	if got := w.list("partner rival", adjustsPath, "customer_id=c1"); got.TotalCount != 0 {
		t.Errorf("a rival reads %+v", got)
	}
}

func TestMarkersGoThroughAListOnce(t *testing.T) {
	w := seasons(t)
	for _, query := range []string{"", "operation_type=SOURCE_OPERATION_BEADJUST", "operation_time_end=2027-12-01T00:00:00Z", "customer_id=c1"} {
		want := []string{}
		for _, r := range w.list(provider, adjustsPath, query, "limit=100").Records {
			want = append(want, r.TransID)
		}
		got, marker := []string{}, ""
		for range 20 {
			page := w.list(provider, adjustsPath, query, "limit=5", "marker="+url.QueryEscape(marker))
			for _, r := range page.Records {
				got = append(got, r.TransID)
			}
			if marker = page.Marker; marker == "" {
				break
			}
		}
		if !slices.Equal(got, want) || len(want) < 5 {
			t.Errorf("%q: got %v, want %v", query, got, want)
		}
	}
	marker := w.list(provider, adjustsPath, "limit=1").Marker
	for _, foreign := range []string{"customer_id=c1&marker=" + marker, "operation_type=SOURCE_OPERATION_BEADJUST&marker=" + marker, "marker=AAAA"} {
		w.as(provider, "GET", adjustsPath+"?"+foreign, "").Refused(t, 400, "CBC.0100", "marker")
	}
	w.as("partner rival", "GET", adjustsPath+"?marker="+marker, "").Refused(t, 400, "CBC.0100", "marker")
}

func TestPartnerChangeRecordsHaveTheBalanceAfterEach(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "ICBC-1", "100")
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":50}`)
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":20}`)
	given := w.as(provider, "POST", givePath, adjust("c1", "30.5")).transfer(t)
	w.as(provider, "POST", takePath, adjust("c1", "0.25")).transfer(t)
	for query, want := range map[string]string{
		"balance_type=BALANCE_TYPE_DEBIT":                                 "3 BERETRIEVE 0.25 69.75 c1, BEADJUST 30.50 69.50 c1, RECHARGE 100.00 100.00",
		"balance_type=BALANCE_TYPE_DEBIT&trade_type=BEADJUST":             "1 BEADJUST 30.50 69.50 c1",
		"balance_type=BALANCE_TYPE_DEBIT&trade_type=":                     "3 BERETRIEVE 0.25 69.75 c1, BEADJUST 30.50 69.50 c1, RECHARGE 100.00 100.00",
		"balance_type=BALANCE_TYPE_DEBIT&trade_type=RECHARGE":             "1 RECHARGE 100.00 100.00",
		"balance_type=BALANCE_TYPE_DEBIT&trade_type=REFUND":               "0 ",
		"balance_type=BALANCE_TYPE_CREDIT":                                "2 CREDIT 30.00 20.00, CREDIT 50.00 50.00",
		"balance_type=BALANCE_TYPE_DEBIT&trade_time_end=2026-11-30":       "0 ",
		"balance_type=BALANCE_TYPE_DEBIT&trade_time_begin=2026-12-02":     "0 ",
		"balance_type=BALANCE_TYPE_CREDIT&trade_time_begin=2026-12-01":    "2 CREDIT 30.00 20.00, CREDIT 50.00 50.00",
		"balance_type=BALANCE_TYPE_DEBIT&limit=1&offset=2&trade_type=":    "3 RECHARGE 100.00 100.00",
		"balance_type=BALANCE_TYPE_DEBIT&limit=1&trade_time_end=20261201": "",
	} {
		if want == "" {
			w.as(provider, "GET", changesPath+"?"+query, "").Refused(t, 400, "CBC.0100", "trade_time_end")
			continue
		}
		if got := w.list(provider, changesPath, query).short(); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
	all := w.list(provider, changesPath, "balance_type=BALANCE_TYPE_DEBIT").Records
	if all[0].Type != "1" || all[1].Type != "2" || all[1].TradeID != given || all[2].TradeID != "ICBC-1" || all[1].AccountChangeID == all[2].AccountChangeID {
		t.Errorf("got %+v", all)
	}
	for query, says := range map[string]string{
		"": "balance_type", "balance_type=X": "balance_type", "balance_type=BALANCE_TYPE_DEBIT&trade_type=X": "trade_type",
		"balance_type=BALANCE_TYPE_DEBIT&trade_time_begin=2026-13-01":                           "trade_time_begin",
		"balance_type=BALANCE_TYPE_DEBIT&trade_time_begin=2026-12-02&trade_time_end=2026-12-01": "trade_time_begin",
	} {
		w.as(provider, "GET", changesPath+"?"+query, "").Refused(t, 400, "CBC.0100", says)
	}
}

func TestChangeRecordsReachBackAYear(t *testing.T) {
	w := seasons(t) // the last is of 18 May 2028
	got := w.list(provider, changesPath, "balance_type=BALANCE_TYPE_DEBIT&limit=100").Records
	if last := got[len(got)-1]; len(got) != 12 || last.TradeTime != "2027-06-07T02:00:00Z" {
		t.Errorf("%d records back to %s, want 12 back to 7 June 2027", len(got), got[len(got)-1].TradeTime)
	}
	all := w.list(provider, changesPath, "balance_type=BALANCE_TYPE_DEBIT&limit=100&trade_time_begin=2026-01-01").Records
	if len(all) != 19 {
		t.Errorf("%d records in all, want 19", len(all))
	}
}

func TestADistributorReadsItsResellersRecords(t *testing.T) {
	w := newWorld(t)
	w.topUp("dist", "r1", "100")
	w.as(distributor, "POST", giveDownPath, `{"indirect_partner_id":"reseller","amount":20}`).transfer(t)
	w.as("reseller reseller", "POST", givePath, adjust("below", "5")).transfer(t)
	for query, want := range map[string]string{
		"":                             "1 BEADJUST 20.00 reseller",
		"customer_id=reseller":         "1 BEADJUST 20.00 reseller",
		"customer_id=below":            "0 ",
		"indirect_partner_id=reseller": "1 BEADJUST 5.00 below",
		"indirect_partner_id=reseller&customer_id=below": "1 BEADJUST 5.00 below",
	} {
		if got := w.list(distributor, adjustsPath, query).short(); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	changes := w.list(distributor, changesPath, "balance_type=BALANCE_TYPE_DEBIT&indirect_partner_id=reseller").short()
	if want := "2 BEADJUST 5.00 15.00 below, BEADJUST 20.00 20.00 reseller"; changes != want {
		t.Errorf("got %s, want %s", changes, want)
	}
	w.as(distributor, "GET", changesPath+"?balance_type=BALANCE_TYPE_DEBIT&indirect_partner_id=foreign-reseller", "").Refused(t, 400, "CBC.99000037", "foreign")
}

func TestACustomerOfTheVendorReadsItsRecordsAndAResaleCustomerDoesNot(t *testing.T) {
	w := newWorld(t)
	w.opens("advisory", 10000)
	if err := debit(w.db, "advisory.cash", 7, 2550); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"": "2 DEDEUCT 25.50 74.50, RECHARGE 100.00 100.00", "revenue_expense_type=EXPENSE": "1 DEDEUCT 25.50 74.50",
		"revenue_expense_type=REVENUE": "1 RECHARGE 100.00 100.00", "trade_type=DEDEUCT": "1 DEDEUCT 25.50 74.50", "trade_id=order7": "1 DEDEUCT 25.50 74.50",
		"payment_channel_id=1,2": "1 RECHARGE 100.00 100.00", "payment_channel_id=1": "0 ", "payment_channel_no=opening": "1 RECHARGE 100.00 100.00",
		"trade_time_end=2026-11-01": "0 ",
	} {
		if got := w.list("customer advisory", ownChanges, "balance_type=BALANCE_TYPE_DEBIT", query).short(); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	one := w.list("customer advisory", ownChanges, "balance_type=BALANCE_TYPE_DEBIT").Records[0]
	if one.RevenueExpenseType != "EXPENSE" || one.BillCycle != "2026-12" || one.TradeID != "order7" {
		t.Errorf("got %+v", one)
	}
	w.as("customer c1", "GET", ownChanges+"?balance_type=BALANCE_TYPE_DEBIT", "").Refused(t, 400, "CBC.18000016", "partner")
	w.as("customer advisory", "GET", ownChanges, "").Refused(t, 400, "CBC.0100", "balance_type")
}
