package feeds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/icalendar"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/specialist"
)

func date(month time.Month, day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: month, Day: day}
}

var now = date(time.December, 10).At(9, 0)

// item gives the head of an item of p1.
func item(sk string) table.Head { return table.Head{PK: "PARTY#p1", SK: sk} }

// listedAt is item, listed.
func listedAt(sk, list, at string) table.Head {
	return table.Head{PK: "PARTY#p1", SK: sk, G1PK: list, G1SK: at}
}

// deadlines are things of p1, some with a day that a feed shows.
func deadlines() []table.Item {
	list := func(id string, state invoice.ListState, issued calendar.Date) *invoice.List {
		at := issued.At(9, 0)
		return &invoice.List{
			Head:    listedAt("INVOICELIST#"+id, "INVOICELISTS#p1", at.UTC().Format("20060102T150405")+"#"+id),
			ListRow: invoice.ListRow{ID: invoice.ListID(id), Partner: "p1", State: state, Number: "N-" + id, Payable: "PR-" + id, IssuedAt: at},
		}
	}
	bill := func(id string, state invoice.BillState) *invoice.Bill {
		return &invoice.Bill{
			Head: item("SETTLEMENTBILL#" + id), ConfirmBy: date(12, 14),
			BillRow: invoice.BillRow{ID: invoice.BillID(id), Partner: "p1", State: state, Period: "2026-11", PayBy: date(12, 28), Out: date(12, 3).Start()},
		}
	}
	statement := func(id string, state incentive.StatementState) *incentive.Statement {
		return &incentive.Statement{
			Head: item("INCENTIVESTATEMENT#" + id), ID: id, Partner: "p1", State: state, Deadline: date(12, 15), Closed: date(12, 5).Start(), Amount: 123456,
		}
	}
	shared := func(id string, state opportunity.State, end time.Time) *opportunity.Opportunity {
		return &opportunity.Opportunity{Head: item("OPPORTUNITY#" + id), Row: opportunity.Row{
			ID: opportunity.ID(id), Partner: "p1", State: state, Deadline: end, Name: "Lake for Apollo", Company: "Apollo", Entered: date(12, 9).At(10, 0), Provisional: id == "h1",
		}}
	}
	certificate := func(n, holder string, status specialist.Status, expires calendar.Date) *specialist.Certificate {
		return &specialist.Certificate{
			Head: table.Head{PK: "PERSONAL#" + holder, SK: "CERTIFICATE#" + n, G1PK: "CERTIFICATES#p1", G1SK: expires.String() + "#" + n},
			CertificateRow: specialist.CertificateRow{
				Number: specialist.Number(n), Type: specialist.HCIP, Account: specialist.AccountID(holder), Person: "A**", Partner: "p1", Issued: date(1, 1), Expires: expires,
				Status: status,
			},
		}
	}
	member := func(plan membership.PlanCode, state membership.State) *membership.Membership {
		return &membership.Membership{
			Head: item("MEMBERSHIP#" + string(plan)), Row: membership.Row{Party: "p1", Plan: plan, State: state, Since: date(1, 1).Start()},
			Until: date(12, 31).End(), Expires: date(12, 20).At(10, 0),
		}
	}
	return []table.Item{
		list("l1", invoice.ToInvoice, date(12, 1)), list("l2", invoice.Rejected, date(11, 10)), list("l3", invoice.Mailed, date(12, 1)),
		bill("b1", invoice.ToConfirm), bill("b2", invoice.Paying), bill("b3", invoice.Completed), bill("b4", invoice.Collecting),
		statement("2026-11-1", incentive.ToConfirm), statement("2026-11-2", incentive.Issued),
		shared("h1", opportunity.Shared, date(12, 11).End()), shared("p1", opportunity.Verifying, date(12, 22).End()), shared("p2", opportunity.Auditing, date(12, 22).End()),
		shared("p3", opportunity.Verified, time.Time{}),
		certificate("C1", "ada", specialist.Valid, date(12, 25)), certificate("C2", "bob", specialist.Valid, calendar.Date{Year: 2036, Month: 1, Day: 1}),
		certificate("C3", "eve", specialist.Revoked, date(12, 26)),
		member("services", membership.Joined), member("reseller", membership.Invited), member("distribution", membership.Exited),
		&agreement.Relations{Head: item("RELATIONS"), N: 2, Until: calendar.Date{Year: 2027, Month: 3, Day: 1}.End()},
		&invoice.VendorInvoice{Head: item("INVOICEREQUEST#v1"), VendorInvoiceRow: invoice.VendorInvoiceRow{ID: "v1", State: invoice.Issuing, At: now}, Due: date(12, 17)},
		&invoice.VendorInvoice{Head: item("INVOICEREQUEST#v2"), VendorInvoiceRow: invoice.VendorInvoiceRow{ID: "v2", State: invoice.Issued, At: now}},
	}
}

// shows gives what the feed of a party of a kind shows, by the id of each entry.
func shows(t *testing.T, db *table.Client, kind auth.Kind, locale notify.Locale) map[string]icalendar.Entry {
	t.Helper()
	env := &function.Env{Clock: clock.NewFake(now), Wall: clock.System{}, Setting: func(string) string { return "" }, Sealer: auth.LocalSealer{Key: make([]byte, 32)}}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	ask := icalendar.Ask{
		Party: party.Party{Row: party.Row{ID: "p1", Kind: kind}}, Now: now, From: date(11, 1), To: calendar.Date{Year: 2028, Month: 1, Day: 31}, Locale: locale,
	}
	all := map[string]icalendar.Entry{}
	for _, source := range sources(env) {
		for e, err := range source(t.Context(), ask) {
			if err != nil {
				t.Fatal(err)
			}
			id := strings.TrimSuffix(e.UID, "@partner-center")
			if _, twice := all[id]; twice || id == e.UID || e.Day.IsZero() {
				t.Errorf("the entry %+v", e)
			}
			all[id] = e
		}
	}
	return all
}

func filled(t *testing.T) *table.Client {
	t.Helper()
	db := tabletest.New(t)
	for _, one := range deadlines() {
		if err := db.Create(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestAPartnersFeedHasEveryDeadline(t *testing.T) {
	db := filled(t)
	want := map[string][3]string{ // the day, and what is said of it; what others have as well is named by whose it is
		"invoice-list-l1":        {"2026-12-16", "请寄送发票，开票清单：N-l1", "Send the invoices of list N-l1"}, // its next reminder
		"invoice-list-l2":        {"2026-12-10", "请寄送发票，开票清单：N-l2", "Send the invoices of list N-l2"}, // its last one, of today
		"bill-confirm-p1-b1":     {"2026-12-14", "结算账单确认截止：b1", "Last day to confirm the settlement bill b1"},
		"bill-pay-p1-b2":         {"2026-12-28", "结算账单付款截止：b2", "The settlement bill is paid by today: b2"},
		"statement-p1-2026-11-1": {"2026-12-15", "激励对账单确认截止：2026-11-1", "Last day to confirm the incentive statement 2026-11-1"},
		"opportunity-h1":         {"2026-12-11", "机会点接受截止：h1", "Last day to accept the opportunity h1"},
		"opportunity-p1":         {"2026-12-22", "机会点验证截止：p1", "Last day to verify the opportunity p1"},
		"certificate-C1":         {"2026-12-25", "证书到期：HCIP", "Certificate expires: HCIP"},
		"plan-p1-services":       {"2026-12-31", "计划成员资格到期：", "Membership ends: "},
		"plan-p1-reseller":       {"2026-12-20", "计划邀请接受截止：", "Last day to accept the invitation: "},
		"relations-p1":           {"2027-03-01", "关系申报到期", "Declaration of relations ends"},
		"invoice-request-v1":     {"2026-12-17", "发票申请处理截止：v1", "The vendor deals with the invoice request v1"},
	}
	if got := shows(t, db, auth.Partner, notify.English)["opportunity-h1"].Text; !strings.Contains(got, "the day may move") {
		t.Errorf("of a provisional day it says %q", got)
	}
	for n, locale := range []notify.Locale{notify.Chinese, notify.English} {
		got := shows(t, db, auth.Partner, locale)
		if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
			t.Errorf("the feed has\n%v\nwant\n%v", a, b)
		}
		for id, w := range want {
			e := got[id]
			if e.Day.String() != w[0] || !strings.HasPrefix(e.Summary, w[n+1]) || e.Changed.IsZero() {
				t.Errorf("%s is %+v, want %s %s", id, e, w[0], w[n+1])
			}
		}
		if at := got["invoice-list-l1"].Changed; !at.Equal(date(12, 8).Start()) { // its reminder of then moved it to the next
			t.Errorf("the list's entry was changed at %s", at)
		}
		text := fmt.Sprint(got)
		for _, secret := range []string{"Apollo", "A**", "1234.56"} {
			if strings.Contains(text, secret) {
				t.Errorf("the feed shows %s", secret)
			}
		}
	}
}

// A customer has what it asked the vendor for, and its plans; the vendor and others have nothing of p1's.
func TestWhoHasWhichDeadlines(t *testing.T) {
	db := filled(t)
	got := slices.Sorted(maps.Keys(shows(t, db, auth.Customer, notify.English)))
	if want := []string{"invoice-request-v1", "plan-p1-reseller", "plan-p1-services"}; !slices.Equal(got, want) {
		t.Errorf("a customer has %v, want %v", got, want)
	}
	for _, kind := range []auth.Kind{auth.Distributor, auth.Reseller} {
		if got := shows(t, db, kind, notify.English); len(got) != 12 {
			t.Errorf("a %s has %d entries, want 12", kind, len(got))
		}
	}
	if got := shows(t, tabletest.New(t), auth.Partner, notify.English); len(got) != 0 {
		t.Errorf("who has nothing has %v", got)
	}
}
