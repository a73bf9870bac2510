package specialist_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/specialist"
)

// meanwhile lets something happen once, before the first call that a test of the operation's calls holds for.
func (w *world) meanwhile(holds func(op table.Op) bool, happens func()) {
	w.t.Helper()
	use := function.Port[*table.Client]{Name: "table"}
	use.Put(w.env, tabletest.Before(w.t, w.db, holds, func() {
		use.Put(w.env, w.db)
		happens()
	}))
}

// reading holds for the reading of an item.
func reading(pk, sk string) func(op table.Op) bool {
	return tabletest.Reading(table.Key{PK: pk, SK: sk})
}

func committing(op table.Op) bool { return op.Kind == table.OpTx }

// trail gives the events of a type in a partner's audit trail.
func (w *world) trail(of auth.PartyID, kind string) []event.Event {
	w.t.Helper()
	var all []event.Event
	for e, err := range event.List(w.t.Context(), w.db, string(of), december(1).Start()) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Type == kind {
			all = append(all, *e)
		}
	}
	return all
}

// seen gives all that a partner is shown of an account and of its certificates.
func (w *world) seen(who, id string) string {
	w.t.Helper()
	return w.call(who, http.MethodGet, members+"/"+id, "").Body + w.call(who, http.MethodGet, members+"/certificates", "").Body
}

func TestACertificateMovesToWhoHasUploadedItInVain(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
		w.bind(partner, id)
	}
	w.decide(w.uploads(partner, "a2", "C1"), "REJECT").Into(t, nil)
	w.sync("a1", "C1").Into(t, nil)
	w.decide(w.transfers(partner, "C1", "a2"), "PASS").Into(t, nil)
	w.expectCounted("C1", "")
	var a specialist.Account
	if err := w.db.Get(t.Context(), table.Key{PK: "PERSONAL#a2", SK: "ACCOUNT"}, &a); err != nil || a.Certificates != 1 {
		t.Errorf("B holds %d certificates, want 1, %v", a.Certificates, err)
	}
	if shown := w.call(partner, http.MethodGet, members+"/a1", "").Body; strings.Contains(shown, `"C1"`) {
		t.Errorf("A holds it still: %s", shown)
	}
}

func TestAnUploadNobodyHasDecidedOnGivesWayToTheTalentPlatform(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.bind(partner, "a1")
	w.bind(second, "a2")
	review := w.uploads(partner, "a1", "C1")
	if got := w.sync("a2", "C1").Body; !strings.Contains(got, `"ADDED"`) {
		t.Errorf("got %s", got)
	}
	w.expectCounted("", "C1")
	w.decide(review, "PASS").Refused(t, 409, "CBC.99001261", "REJECTED")
	w.expectCounted("", "C1")
	told := w.trail("p1", specialist.EventReviewed)
	if len(told) != 1 || told[0].Data["review"] != review || told[0].Data["outcome"] != "REJECTED" || !strings.Contains(told[0].Why, "talent platform") {
		t.Errorf("the partner is told %+v", told)
	}
	mails := w.trail("p1", immediate.Event)
	if last := mails[len(mails)-1]; last.Subject != review {
		t.Errorf("no mail tells the partner, the last is of %+v", last)
	}
	if shown := w.seen(partner, "a1"); !strings.Contains(shown, `"REJECTED"`) {
		t.Errorf("the upload is shown as %s", shown)
	}
	w.sync("a1", "C1").Into(t, nil) // what is synced is held for good
	w.expectCounted("", "C1")
}

func TestAPassedUploadDoesNotGiveWay(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.bind(partner, "a1")
	w.bind(second, "a2")
	w.decide(w.uploads(partner, "a1", "C1"), "PASS").Into(t, nil)
	if got := w.sync("a2", "C1").Body; !strings.Contains(got, "CBC.99001266") {
		t.Errorf("got %s", got)
	}
	w.expectCounted("C1", "")
}

// Forty rows, each of which takes the place of an upload, are not too much for the transactions that they are.
func TestManyUploadsGiveWayAtOnce(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.account("a2")
	w.bind(partner, "a1")
	w.bind(second, "a2")
	var numbers []string
	for n := range 40 {
		numbers = append(numbers, fmt.Sprintf("C%02d", n))
		w.uploads(partner, "a1", numbers[n])
	}
	w.sync("a2", numbers...).Into(t, nil)
	w.expectCounted("", strings.Join(numbers, " "))
}

func TestAnUploadForWhoLeavesMeanwhileIsRefused(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	body := fmt.Sprintf(`{"certificate_no":"C1","type":"HCIP","issued":"2026-11-01","expires":"2027-12-31","file_id":%q}`, w.file(partner))
	w.meanwhile(reading("PERSONAL#a1", "ACCOUNT"), func() {
		w.act(partner, "a1", "UNBIND").Into(t, nil)
		w.bind(second, "a1")
	})
	w.call(partner, http.MethodPost, members+"/a1/certificates", body).Refused(t, 409, "CBC.99001260", "UNBOUND")
	if shown := w.seen(second, "a1"); strings.Contains(shown, "C1") {
		t.Errorf("the next partner sees %s", shown)
	}
}

// An account whose upload is rejected, by the talent platform or by a decision, while it uploads once more: the number is held by one at most.
func TestAnUploadThatLosesItsNumberMeanwhileDoesNotHoldIt(t *testing.T) {
	for name, lost := range map[string]func(w *world, review string){
		"to another account": func(w *world, _ string) { w.sync("a2", "C1").Into(w.t, nil) },
		"to nobody":          func(w *world, review string) { w.decide(review, "REJECT").Into(w.t, nil) },
	} {
		for _, first := range []table.Key{{PK: "CERTIFICATE#C1", SK: "CERTIFICATE"}, {PK: "PERSONAL#a1", SK: "CERTIFICATE#C1"}} {
			w := newWorld(t)
			for _, id := range []string{"a1", "a2"} {
				w.account(id)
			}
			w.bind(partner, "a1")
			review := w.uploads(partner, "a1", "C1")
			body := fmt.Sprintf(`{"certificate_no":"C1","type":"HCIP","issued":"2026-11-01","expires":"2027-12-31","file_id":%q}`, w.file(partner))
			w.meanwhile(reading(first.PK, first.SK), func() { lost(w, review) })
			got := w.call(partner, http.MethodPost, members+"/a1/certificates", body)
			if got.Status >= http.StatusInternalServerError {
				t.Errorf("%s: %d %s", name, got.Status, got.Body)
			}
			w.expectHeldOnce(fmt.Sprintf("%s before %s is read", name, first), "C1", "a1", "a2")
		}
	}
}

func TestATransferToWhoLeavesMeanwhileIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
		w.bind(partner, id)
	}
	w.sync("a1", "C1").Into(t, nil)
	w.meanwhile(committing, func() { w.act(partner, "a2", "UNBIND").Into(t, nil) })
	w.transfer(partner, "C1", "a2").Refused(t, 409, "CBC.99001260", "UNBOUND")
}

func TestNoCertificateLeavesWhoIsAppliedForMeanwhile(t *testing.T) {
	for _, asked := range []bool{false, true} {
		w := newWorld(t)
		for _, id := range []string{"a1", "a2"} {
			w.account(id)
			w.bind(partner, id)
		}
		w.sync("a1", "C1").Into(t, nil)
		review := ""
		if asked {
			review = w.transfers(partner, "C1", "a2")
		}
		w.meanwhile(committing, func() { w.applies(partner, "a1") })
		if asked {
			w.decide(review, "PASS").Refused(t, 409, "CBC.99001260", "SPECIALIST_REVIEWING")
		} else {
			w.transfer(partner, "C1", "a2").Refused(t, 409, "CBC.99001260", "SPECIALIST_REVIEWING")
		}
		if shown := w.call(partner, http.MethodGet, members+"/a1", "").Body; !strings.Contains(shown, `"C1"`) {
			t.Errorf("asked before %t: A does not hold it: %s", asked, shown)
		}
	}
}

// A decision is told to who asked, whoever the account belongs to by then.
func TestTheNextPartnerHearsNothingOfWhatTheFormerAsked(t *testing.T) {
	for _, decision := range []string{"REJECT", "PASS"} {
		w := newWorld(t)
		w.account("a1")
		w.bind(partner, "a1")
		review := w.uploads(partner, "a1", "C1")
		w.act(partner, "a1", "UNBIND").Into(t, nil)
		w.bind(second, "a1")
		w.decide(review, decision).Into(t, nil)
		if told := w.trail("p1", specialist.EventReviewed); len(told) != 1 || told[0].Data["review"] != review || told[0].Why != "remark" {
			t.Errorf("%s: the former is told %+v", decision, told)
		}
		told := w.trail("p2", specialist.EventReviewed)
		if fmt.Sprint(told) != "[]" && (decision == "REJECT" || told[0].Data["review"] != "" || told[0].Why != "") {
			t.Errorf("%s: the next is told %+v", decision, told)
		}
		if decision == "PASS" && (len(told) != 1 || told[0].Data["certificate"] != "C1") { // it counts from now on
			t.Errorf("the next is told %+v", told)
		}
		if shown := w.seen(second, "a1"); strings.Contains(shown, "remark") {
			t.Errorf("%s: the next sees %s", decision, shown)
		}
	}
}

func TestARemarkStaysWithThePartnerItWasMadeTo(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	w.decide(w.uploads(partner, "a1", "C1"), "REJECT").Into(t, nil)
	if shown := w.seen(partner, "a1"); !strings.Contains(shown, "remark") {
		t.Errorf("who asked sees %s", shown)
	}
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.bind(second, "a1")
	if shown := w.seen(second, "a1"); strings.Contains(shown, "remark") {
		t.Errorf("the next sees %s", shown)
	}
}

func TestTheTrailNamesEachCertificateThatWasTold(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.account("a2")
	w.sync("a2", "C3").Into(t, nil)
	w.bind(partner, "a1")
	const row = `"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"`
	w.sync("a1", "C1").Into(t, nil)
	w.does(vendor, http.MethodPost, keeping+"a1/certificates",
		`{"certificates":[{"certificate_no":"C1",`+row+`},{"certificate_no":"C2",`+row+`,"revoked":true},{"certificate_no":"C3",`+row+`}]}`)
	told := w.trail("p1", specialist.EventSynced)
	if want := "C1 UPDATED, C2 ADDED REVOKED, C3 REFUSED"; len(told) != 2 || told[1].Data["certificates"] != want {
		t.Errorf("got %+v, want %s", told, want)
	}
	var long []string
	for n := range 40 {
		long = append(long, fmt.Sprintf("%s%02d", strings.Repeat("N", 60), n))
	}
	w.sync("a1", long...).Into(t, nil)
	all := ""
	for _, e := range w.trail("p1", specialist.EventSynced) {
		all += e.Data["certificates"] + ", "
		if len(e.Data["certificates"]) > 1000 {
			t.Errorf("an event has %d bytes of certificates", len(e.Data["certificates"]))
		}
	}
	for _, no := range long {
		if strings.Count(all, no+" ADDED,") != 1 {
			t.Errorf("%s is not named once", no)
		}
	}
}

// Who has left leaves no handle: what it holds and gets later looks like what does not exist.
func TestAFormerPartnerCannotAskForCertificates(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
		w.bind(partner, id)
	}
	w.sync("a1", "C1").Into(t, nil)
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.sync("a1", "C2").Into(t, nil)
	for _, no := range []string{"C1", "C2"} {
		held, missing := w.transfer(partner, no, "a2"), w.transfer(partner, "C9", "a2")
		if held.Status != notFound || strings.ReplaceAll(held.Body, no, "C9") != missing.Body {
			t.Errorf("%s: got %d %s, want %s", no, held.Status, held.Body, missing.Body)
		}
	}
}

func TestATransferAskedForIsOverWhenItsHolderIsBoundAgain(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
		w.bind(partner, id)
	}
	w.account("a3")
	w.bind(second, "a3")
	w.sync("a1", "C1").Into(t, nil)
	review := w.transfers(partner, "C1", "a2")
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.bind(second, "a1")
	w.decide(w.transfers(second, "C1", "a3"), "PASS").Into(t, nil) // the former's request is not in the way
	w.expectCounted("", "C1")
	w.decide(review, "PASS").Refused(t, notFound, "CBC.0404", "certificate_no")
	w.decide(review, "REJECT").Into(t, nil)
	w.expectCounted("", "C1")
}
