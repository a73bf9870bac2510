package invoice_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
)

// meets lets the next transaction meet a fault.
func (w *world) meets(v table.Verdict) {
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.FirstTx(w.t, w.db, v))
}

var faults = map[string]table.Verdict{
	"conflict": table.Conflict, "throttle": table.Throttle, "lost": table.LostAnswer, "not-done": table.CrashBefore, "done": table.CrashAfter, "none": table.Pass,
}

// CASES.md B34.
func TestAnIssueThatMeetsAFaultLeavesNoGapAndTakesOneNumber(t *testing.T) {
	w := newWorld(t)
	n := 0
	for name, fault := range faults {
		w.request(name, 100_00)
		w.meets(fault)
		s := w.service()
		_ = s.Issue(context.Background(), "p", invoice.ListID("I-"+name+"-a")) // may have crashed
		if err := s.Issue(context.Background(), "p", invoice.ListID("I-"+name+"-a")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		n++
		if l := w.list(partner, "I-"+name+"-a"); l.ListNo != fmt.Sprintf("HWC-2026-%06d", n) {
			t.Errorf("%s: number %s, want the %d.", name, l.ListNo, n)
		}
	}
}

func TestACrashBehindTheIssueLosesNoReminder(t *testing.T) {
	w := newWorld(t)
	w.request("PR1", 100_00)
	w.meets(table.CrashAfter)
	if err := w.service().Issue(context.Background(), "p", "I-PR1-a"); err == nil {
		t.Fatal("it did not crash")
	}
	r, err := notify.LoadRecipient(context.Background(), w.db, table.Key{PK: "PARTY#p", SK: "DIGEST"})
	if err != nil {
		t.Fatal(err)
	}
	if at, armed := lifecycle.DueAt(&r.Head); !armed || !at.Equal(december(2).At(9, 0)) {
		t.Errorf("the digest is due %s, %t", at, armed)
	}
}

func TestARegistrationThatMeetsAFaultHappensOnce(t *testing.T) {
	w := newWorld(t)
	n := 0
	for name, fault := range faults {
		n++
		id := w.issued(name, 1000_00).ListID
		w.meets(fault)
		body := `{"invoices":[` + special(digital(n), "943.40", "56.60", "1000.00") + `]}`
		for range 2 {
			w.send("fault-"+name, partner, http.MethodPost, listsPath+"/"+id+"/invoices", body)
		}
		if l := w.list(partner, id); l.State != "REGISTERED" || len(l.Invoices) != 1 {
			t.Errorf("%s: got %+v", name, l)
		}
		if got := strings.Count(w.events("p", id), "register"); got != 1 {
			t.Errorf("%s: %d events", name, got)
		}
	}
}

// events gives the steps that the events of a subject tell of.
func (w *world) events(owner, subject string) (steps string) {
	w.t.Helper()
	q := table.Query{PK: "PARTY#" + owner, Prefix: "EVENT#", Strong: true}
	for e, err := range table.All[event](context.Background(), w.db, q) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Subject == subject {
			steps += e.Data["step"] + " "
			if e.Data["cause"] != "" {
				steps += "for " + e.Data["cause"] + " "
			}
			if e.Data["writer"] != "" && e.Data["writer"] != invoice.WriterIssued {
				steps += "by " + e.Data["writer"] + " "
			}
		}
	}
	return steps
}

// event is an event as the table has it.
type event struct {
	table.Head
	Subject string            `dynamodbav:"subj"`
	Data    map[string]string `dynamodbav:"data"`
}

// CASES.md, invariant 9.
func TestEveryStepOfAListIsOneEvent(t *testing.T) {
	w := newWorld(t)
	id := w.issued("PR1", 1000_00).ListID
	w.register(partner, id, special(digital(1), "943.40", "56.60", "1000.00")).Into(t, nil)
	w.mail(id, `{}`).Into(t, nil)
	w.review(id, "receive", "").Into(t, nil)
	w.review(id, "approve", "").Into(t, nil)
	if got := w.events("p", id); got != "draft issue register mail receive approve " {
		t.Errorf("the events are %s", got)
	}
}

// Of the last two lists of a bill that are approved at once, one tells the bill, and it is told.
func TestTheLastOfSeveralListsTellsTheBillHoweverTheyMeet(t *testing.T) {
	w := newWorld(t)
	b := w.countersigned(line("1", "A", "0.06", "100.00"), line("2", "B", "0.13", "100.00"))
	invoices := []string{special(digital(1), "100.00", "6.00", "106.00"), special(digital(2), "100.00", "13.00", "113.00")}
	for i, id := range b.Lists {
		w.register(partner, id, invoices[i]).Into(t, nil)
		w.mail(id, `{}`).Into(t, nil)
		w.review(id, "receive", "").Into(t, nil)
	}
	done := make(chan answer)
	for i, id := range b.Lists {
		go func() {
			done <- w.send(fmt.Sprint("approve-", i), vendor, http.MethodPost, vendorListsPath+"/p/"+id+"/steps", `{"step":"approve"}`)
		}()
	}
	for range b.Lists {
		if got := <-done; got.Status != http.StatusOK {
			t.Errorf("got %d %s", got.Status, got.Body)
		}
	}
	if b = w.bill(b.BillID); b.State != "PAYING" || b.InvoiceState != "APPROVED" {
		t.Errorf("got %+v", b)
	}
}
