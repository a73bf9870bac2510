package invoice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
)

func TestAnIssuedListSaysWhatToInvoice(t *testing.T) {
	w := newWorld(t)
	l := w.issued("PR1", 1000_00)
	if l.ListNo != "HWC-2026-000001" || l.State != "TO_INVOICE" || l.Net != "943.40" || l.Tax != "56.60" || l.Gross != "1000.00" || l.TaxRate != "0.06" ||
		l.Remark != "申付单号：PR1；账期：2026-11" || l.Buyer.Title != "华为云计算技术有限公司" || len(l.Lines) != 1 || l.Lines[0].Gross != "1000.00" {
		t.Errorf("got %+v", l)
	}
	if !strings.HasPrefix(l.PagePath, "/links/") {
		t.Errorf("page at %q", l.PagePath)
	}
}

// CASES.md B34: 200 at once get 1 to 200, without a gap, all of them.
func TestTwoHundredListsIssuedAtOnceAreNumberedWithoutAGap(t *testing.T) {
	w := newWorld(t)
	const n = 200
	for i := range n {
		w.request(fmt.Sprint("PR", i), money.Fen(100+i))
	}
	s := w.service()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			id := invoice.ListID(fmt.Sprintf("I-PR%d-a", i))
			err := s.Issue(context.Background(), "p", id)
			for errors.Is(err, rest.ErrTryAgain) { // as the worker does, later
				err = s.Issue(context.Background(), "p", id)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var got struct {
		Lists []list `json:"invoice_lists"`
		Total int    `json:"total_count"`
	}
	w.as(vendor, http.MethodGet, vendorListsPath+"/issued?limit=1000&year=2026", "").Into(t, &got)
	seen := map[string]bool{}
	for i, l := range got.Lists {
		if want := fmt.Sprintf("HWC-2026-%06d", i+1); l.ListNo != want || seen[l.ListID] {
			t.Fatalf("number %d is %s of %s", i+1, l.ListNo, l.ListID)
		}
		seen[l.ListID] = true
	}
	if got.Total != n || len(seen) != n {
		t.Errorf("%d lists have numbers", got.Total)
	}
}

func TestAListThatIsIssuedTwiceKeepsItsNumber(t *testing.T) {
	w := newWorld(t)
	first := w.issued("PR1", 5_00)
	if err := w.service().Issue(context.Background(), "p", "I-PR1-a"); err != nil {
		t.Error(err)
	}
	if again := w.list(partner, "I-PR1-a"); again.ListNo != first.ListNo {
		t.Errorf("%s became %s", first.ListNo, again.ListNo)
	}
	if next := w.issued("PR2", 5_00); next.ListNo != "HWC-2026-000002" {
		t.Errorf("the next is %s", next.ListNo)
	}
}

func TestNumbersBeginAnewInABeijingYear(t *testing.T) {
	w := newWorld(t)
	w.issued("PR1", 5_00)
	w.clock.Set(calendar.Date{Year: 2027, Month: 1, Day: 1}.Start())
	if l := w.issued("PR2", 5_00); l.ListNo != "HWC-2027-000001" {
		t.Errorf("got %s", l.ListNo)
	}
}

func TestSeveralRatesAreSeveralListsAndThePaymentRequestHearsOnce(t *testing.T) {
	w := newWorld(t)
	p := invoice.Payable{
		Source: invoice.Incentive, ID: "PR1", Partner: "p", Periods: []invoice.Month{"2026-10", "2026-11"}, Applied: w.clock.Now(), Basis: invoice.NetAmounts,
		Items: []invoice.Item{{Goods: "a", Rate: 600, Amount: 100_00}, {Goods: "b", Rate: 1300, Amount: 50_00}, {Goods: "a", Rate: 600, Amount: 1}},
	}
	w.payables["PR1"] = p
	tx := table.NewTx()
	if err := w.service().Request(context.Background(), tx, p, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.commit(tx)
	w.due()
	a, b := w.list(partner, "I-PR1-a"), w.list(partner, "I-PR1-b")
	if a.TaxRate != "0.06" || a.Net != "100.01" || a.Tax != "6.00" || b.TaxRate != "0.13" || b.Gross != "56.50" || !strings.Contains(a.Remark, "2026-10、2026-11") {
		t.Fatalf("got %+v and %+v", a, b)
	}
	w.register(partner, "I-PR1-a", special(digital(1), "100.01", "6.00", "106.01")).Into(t, nil)
	w.register(partner, "I-PR1-b", special(digital(1), "50.00", "6.50", "56.50")).Refused(t, 409, "CBC.99001144", "tax rate is another")
	w.register(partner, "I-PR1-b", special(digital(2), "50.00", "6.50", "56.50")).Into(t, nil)
	for _, step := range []func(id string){
		func(id string) { w.mail(id, `{}`).Into(t, nil) },
		func(id string) { w.review(id, "receive", "").Into(t, nil) },
		func(id string) { w.review(id, "approve", "").Into(t, nil) },
	} {
		step("I-PR1-a")
		before := len(w.told)
		step("I-PR1-b")
		if len(w.told) != before+1 {
			t.Errorf("told %s", w.told)
		}
	}
	if want := []string{"PR1 mailed", "PR1 received", "PR1 approved"}; !slices.Equal(w.told, want) {
		t.Errorf("told %s, want %s", w.told, want)
	}
}

func TestInvoicesGoToTheVendorAndBack(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	paper := typed("SPECIAL_PAPER", "12345678", "943.40", "56.60", "1000.00")
	w.mail(id, `{}`).Refused(t, 409, "CBC.99001140", "TO_INVOICE")
	w.register(partner, id, paper).Into(t, nil)
	w.mail(id, `{}`).Refused(t, 400, "CBC.0100", "carrier")
	w.mail(id, `{"carrier":"SF Express","tracking_no":"SF1234567890"}`).Into(t, nil)
	w.review(id, "approve", "").Refused(t, 409, "CBC.99001140", "MAILED")
	w.review(id, "receive", "").Into(t, nil)
	w.review(id, "reject", "").Refused(t, 400, "CBC.0100", "reason")
	w.review(id, "reject", "the remark lacks the period").Into(t, nil)
	l := w.list(partner, id)
	if l.State != "REJECTED" || l.Reason != "the remark lacks the period" {
		t.Fatalf("got %+v", l)
	}
	w.register(partner, id, special(digital(7), "943.40", "56.60", "1000.00")).Into(t, nil)
	w.mail(id, `{}`).Into(t, nil)
	w.review(id, "receive", "").Into(t, nil)
	w.clock.Set(december(31).At(17, 0)) // Thursday; 1 January is a holiday
	w.review(id, "approve", "").Into(t, nil)
	if l = w.list(partner, id); l.State != "APPROVED" || l.PayBy != "2027-01-05" || len(l.Invoices) != 1 || l.Invoices[0].No != digital(7) {
		t.Errorf("got %+v", l)
	}
	if got := strings.Join(w.told, ", "); got != "PR1 mailed, PR1 received, PR1 rejected, PR1 mailed, PR1 received, PR1 approved" {
		t.Errorf("told %s", got)
	}
	w.register(partner, id, special(digital(8), "943.40", "56.60", "1000.00")).Refused(t, 409, "CBC.99001140", "APPROVED")
}

func TestInvoicesThatAreNotRightChangeNothing(t *testing.T) {
	w := newWorld(t)
	id, other := w.issued("PR1", 1000_00).ListID, w.issued("PR2", 1000_00).ListID
	whole := special(digital(1), "943.40", "56.60", "1000.00")
	w.register(partner, other, whole).Into(t, nil)
	for name, c := range map[string]struct {
		code, says string
		status     int
		invoices   []string
	}{
		"a fen too much":     {"CBC.99001142", "0.01 off", 400, []string{special(digital(2), "943.41", "56.60", "1000.01")}},
		"a fen too little":   {"CBC.99001142", "-0.01 off", 400, []string{special(digital(2), "943.39", "56.60", "999.99")}},
		"tax a fen off":      {"CBC.99001142", "tax is", 400, []string{special(digital(2), "943.41", "56.59", "1000.00")}},
		"ordinary":           {"CBC.99001143", "SPECIAL_PAPER", 400, []string{typed("ORDINARY_ELECTRONIC", digital(2), "943.40", "56.60", "1000.00")}},
		"of no type":         {"CBC.99001143", "SPECIAL_PAPER", 400, []string{typed("", digital(2), "943.40", "56.60", "1000.00")}},
		"of another request": {"CBC.99001144", "another payment request", 409, []string{whole}},
		"twice":              {"CBC.0100", "twice", 400, []string{special(digital(2), "471.70", "28.30", "500.00"), special(digital(2), "471.70", "28.30", "500.00")}},
		"no number":          {"CBC.0100", "invoice_no", 400, []string{special("=1+1", "943.40", "56.60", "1000.00")}},
		"tomorrow's":         {"CBC.0100", "today", 400, []string{strings.Replace(special(digital(2), "943.40", "56.60", "1000.00"), "2026-12-01", "2026-12-02", 1)}},
		"no day":             {"CBC.0100", "invoice_date", 400, []string{strings.Replace(special(digital(2), "943.40", "56.60", "1000.00"), "2026-12-01", "2026-02-30", 1)}},
		"three decimals":     {"CBC.0100", "", 400, []string{special(digital(2), "943.401", "56.60", "1000.00")}},
		"none":               {"CBC.0100", "", 400, nil},
	} {
		t.Run(name, func(t *testing.T) { w.register(partner, id, c.invoices...).Refused(t, c.status, c.code, c.says) })
	}
	if l := w.list(partner, id); l.State != "TO_INVOICE" || len(l.Invoices) != 0 {
		t.Errorf("got %+v", l)
	}
}

func TestWhatWasNotMailedCanBeCorrectedAndIsFreeAgain(t *testing.T) {
	w := newWorld(t)
	id, other := w.issued("PR1", 1000_00).ListID, w.issued("PR2", 1000_00).ListID
	w.register(partner, id, special(digital(1), "943.40", "56.60", "1000.00")).Into(t, nil)
	w.register(partner, id, special(digital(2), "471.70", "28.30", "500.00"), special(digital(3), "471.70", "28.30", "500.00")).Into(t, nil)
	w.register(partner, other, special(digital(2), "943.40", "56.60", "1000.00")).Refused(t, 409, "CBC.99001144", digital(2))
	w.register(partner, other, special(digital(1), "943.40", "56.60", "1000.00")).Into(t, nil)
	if l := w.list(partner, id); len(l.Invoices) != 2 || l.State != "REGISTERED" {
		t.Errorf("got %+v", l)
	}
}

// DOMAIN.md 7: one invoice is for one payment request, so that two partners can't both have issued it. Whose it is the other one does not hear.
func TestAnInvoiceOfOnePartnerIsNotAnothersToo(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	theirs := invoice.Payable{Source: invoice.Incentive, ID: "PR2", Partner: "rival", Periods: []invoice.Month{"2026-11"}, Applied: w.clock.Now(), Amount: 1000_00}
	w.payables["PR2"] = theirs
	tx := table.NewTx()
	if err := w.service().Request(t.Context(), tx, theirs, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.commit(tx)
	w.due()
	whole := special(digital(1), "943.40", "56.60", "1000.00")
	w.register(partner, id, whole).Into(t, nil)
	refused := w.register(rival, "I-PR2-a", whole)
	refused.Refused(t, 409, "CBC.99001144", digital(1))
	if strings.Contains(refused.Body, "PR1") || strings.Contains(refused.Body, "某某") {
		t.Errorf("it says whose it is: %s", refused.Body)
	}
	if l := w.list(rival, "I-PR2-a"); l.State != "TO_INVOICE" || len(l.Invoices) != 0 {
		t.Errorf("got %+v", l)
	}
	w.register(partner, id, special(digital(2), "943.40", "56.60", "1000.00")).Into(t, nil) // the first was a slip, and never mailed
	w.register(rival, "I-PR2-a", whole).Into(t, nil)
	w.register(partner, id, whole).Refused(t, 409, "CBC.99001144", digital(1))
}

func TestOneInvoiceForTwoRequestsAtOnceIsForOne(t *testing.T) {
	w := newWorld(t)
	ids := []string{w.issued("PR1", 1000_00).ListID, w.issued("PR2", 1000_00).ListID, w.issued("PR3", 1000_00).ListID}
	codes := make(chan int, len(ids))
	for i, id := range ids {
		body := `{"invoices":[` + special(digital(1), "943.40", "56.60", "1000.00") + `]}`
		go func() {
			codes <- w.send(fmt.Sprint("at-once-", i), partner, http.MethodPost, listsPath+"/"+id+"/invoices", body).Status
		}()
	}
	taken := 0
	for range ids {
		if code := <-codes; code == http.StatusOK {
			taken++
		} else if code != http.StatusConflict {
			t.Errorf("status %d", code)
		}
	}
	if taken != 1 {
		t.Errorf("it is for %d", taken)
	}
}

func TestARepeatedRegistrationIsAsOne(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	body := `{"invoices":[` + special(digital(1), "943.40", "56.60", "1000.00") + `]}`
	for range 2 {
		w.send("same", partner, http.MethodPost, listsPath+"/"+id+"/invoices", body).Into(t, nil)
	}
	w.mail(id, `{}`).Into(t, nil)
	if again := w.send("same", partner, http.MethodPost, listsPath+"/"+id+"/invoices", body); again.Status != 200 || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %d %s", again.Status, again.Body)
	}
}

func TestAStrangersListIsNone(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	for _, path := range []string{id, "I-none-a", "x", "I-PR1-z"} {
		want := strings.Replace(w.as(rival, http.MethodGet, listsPath+"/I-none-a", "").Body, "I-none-a", path, 1)
		if got := w.as(rival, http.MethodGet, listsPath+"/"+path, ""); got.Status != 404 || got.Body != want {
			t.Errorf("%s: got %d %s, want %s", path, got.Status, got.Body, want)
		}
	}
	w.register(rival, id, special(digital(1), "943.40", "56.60", "1000.00")).Refused(t, 404, "CBC.0404", id)
	w.as("partner p sales", http.MethodGet, listsPath, "").Refused(t, 403, "CBC.0155", "invoice:read")
	w.as("vendor vendor operations", http.MethodGet, vendorListsPath, "").Refused(t, 403, "CBC.0155", "invoice:review")
}

func TestListsAreListedNewestFirstAndFiltered(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.clock.Set(december(1+i).At(10, 0))
		w.issued(fmt.Sprint("PR", i), 100_00)
	}
	w.register(partner, "I-PR3-a", special(digital(1), "94.34", "5.66", "100.00")).Into(t, nil)
	ids := func(query string) string {
		var got struct {
			Lists  []list `json:"invoice_lists"`
			Marker string `json:"marker"`
			Total  int    `json:"total_count"`
		}
		w.as(partner, http.MethodGet, listsPath+"?"+query, "").Into(t, &got)
		text := ""
		for _, l := range got.Lists {
			text += l.PaymentID + " "
		}
		if got.Marker != "" {
			text += "more"
		}
		return text
	}
	for query, want := range map[string]string{
		"": "PR4 PR3 PR2 PR1 PR0 ", "limit=2": "PR4 PR3 more", "offset=3": "PR1 PR0 ", "state=REGISTERED": "PR3 ", "payment_request_id=PR2": "PR2 ",
		"period=2026-11&limit=1": "PR4 more", "period=2026-10": "", "source=KOOGALLERY": "",
	} {
		if got := ids(query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	w.as(partner, http.MethodGet, listsPath+"?period=2026-13", "").Refused(t, 400, "CBC.0100", "period")
	w.as(partner, http.MethodGet, listsPath+"?marker=x", "").Refused(t, 400, "CBC.0100", "marker")
}

func TestTheVendorsQueueHasWhatIsToDo(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		id := w.issued(fmt.Sprint("PR", i), 100_00).ListID
		w.register(partner, id, special(digital(i), "94.34", "5.66", "100.00")).Into(t, nil)
		w.mail(id, `{}`).Into(t, nil)
	}
	w.clock.Set(calendar.Date{Year: 2027, Month: 1, Day: 10}.At(9, 0))
	id := w.issued("PR9", 100_00).ListID
	w.register(partner, id, special(digital(9), "94.34", "5.66", "100.00")).Into(t, nil)
	w.mail(id, `{}`).Into(t, nil)
	queue := func(query string) (ids []string, marker string) {
		var got struct {
			Lists  []list `json:"invoice_lists"`
			Marker string `json:"marker"`
		}
		w.as(vendor, http.MethodGet, vendorListsPath+"?"+query, "").Into(t, &got)
		for _, l := range got.Lists {
			ids = append(ids, l.PaymentID)
		}
		return ids, got.Marker
	}
	if ids, _ := queue("state=MAILED"); fmt.Sprint(ids) != "[PR0 PR1 PR2 PR9]" {
		t.Errorf("mailed are %s", ids)
	}
	ids, marker := queue("state=MAILED&limit=3")
	more, _ := queue("state=MAILED&limit=3&marker=" + marker)
	if fmt.Sprint(ids, more) != "[PR0 PR1 PR2] [PR9]" {
		t.Errorf("pages are %s and %s", ids, more)
	}
	w.as(vendor, http.MethodGet, vendorListsPath+"?state=RECEIVED&limit=3&marker="+marker, "").Refused(t, 400, "CBC.0100", "marker")
	w.review("I-PR1-a", "receive", "").Into(t, nil)
	if ids, _ := queue(""); fmt.Sprint(ids) != "[PR1]" {
		t.Errorf("received are %s", ids)
	}
	w.review("I-PR1-a", "approve", "").Into(t, nil)
	if ids, _ := queue(""); len(ids) != 0 {
		t.Errorf("still to decide on are %s", ids)
	}
	w.clock.Set(calendar.Date{Year: 2028, Month: 2, Day: 1}.Start()) // the marker's month is no longer among the queue's
	w.as(vendor, http.MethodGet, vendorListsPath+"?state=MAILED&limit=3&marker="+marker, "").Refused(t, 400, "CBC.0100", "marker")
}

func TestNobodyInvoicesBeforeItHasSignedWhatInvoicingNeeds(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	w.valid()
	w.consumed["c 2026-10"] = 100_00
	const body = `{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`
	whole := special(digital(1), "943.40", "56.60", "1000.00")
	w.unsigned["p"], w.unsigned["c"] = true, true
	w.register(partner, id, whole).Refused(t, 409, "CBC.99001200", "not signed")
	w.as(customer, http.MethodPost, requestsPath, body).Refused(t, 409, "CBC.99001200", "not signed")
	if l, i := w.list(partner, id), w.info(customer); l.State != "TO_INVOICE" || i.Open != 0 {
		t.Errorf("got %+v and %+v", l, i)
	}
	w.unsigned["p"], w.unsigned["c"] = false, false
	w.register(partner, id, whole).Into(t, nil)
	w.ask(body)
}
