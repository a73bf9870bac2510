package specialist_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/specialist"
)

// uploads hands in a certificate of a member, and gives the answer.
func (w *world) uploads(who, id, number string) (review string) {
	w.t.Helper()
	var out struct {
		Review string `json:"review_id"`
	}
	w.call(who, http.MethodPost, members+"/"+id+"/certificates", fmt.Sprintf(
		`{"certificate_no":%q,"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31","file_id":%q}`, number, w.file(who))).Into(w.t, &out)
	return out.Review
}

func (w *world) refusesUpload(who, id, number, code, says string) {
	w.t.Helper()
	a := w.call(who, http.MethodPost, members+"/"+id+"/certificates", fmt.Sprintf(
		`{"certificate_no":%q,"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31","file_id":%q}`, number, w.file(who)))
	if !strings.Contains(a.Body, code) || !strings.Contains(a.Body, says) {
		w.t.Errorf("got %d %s, want %s with %q", a.Status, a.Body, code, says)
	}
}

func (w *world) transfers(who, number, to string) (review string) {
	w.t.Helper()
	var out struct {
		Review string `json:"review_id"`
	}
	w.transfer(who, number, to).Into(w.t, &out)
	return out.Review
}

func TestACertificateCountsForWhoeverItsHolderIsBoundTo(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.sync("a1", "c1", "c2").Into(t, nil) // before it belongs to anybody
	w.expectCounted("", "")
	w.bind(partner, "a1")
	w.expectCounted("C1 C2", "")
	w.sync("a1", "c3").Into(t, nil) // while it is bound
	w.expectCounted("C1 C2 C3", "")
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.expectCounted("", "")
	w.sync("a1", "c4").Into(t, nil)
	w.bind(second, "a1")
	w.expectCounted("", "C1 C2 C3 C4")
}

func (w *world) expectCounted(first, other string) {
	w.t.Helper()
	if one, two := w.counted(partner), w.counted(second); one != first || two != other {
		w.t.Errorf("the partners count %q and %q, want %q and %q", one, two, first, other)
	}
}

func TestANumberIsHeldOnce(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.bind(partner, "a1")
	w.bind(second, "a2")
	w.sync("a1", "C1").Into(t, nil)
	var out struct {
		Verdicts []struct {
			Result string
			Code   string `json:"error_code"`
		}
	}
	const body = `{"certificates":[{"certificate_no":"c1","type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"},` +
		`{"certificate_no":"C2","type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"}]}`
	one := w.signed(vendor, "sync", http.MethodPost, keeping+"a2/certificates", body)
	again := w.signed(vendor, "sync", http.MethodPost, keeping+"a2/certificates", body)
	if one.Body != again.Body || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %s, and again %s", one.Body, again.Body)
	}
	again.Into(t, &out)
	if out.Verdicts[0].Result != "REFUSED" || out.Verdicts[0].Code != "CBC.99001266" || out.Verdicts[1].Result != "ADDED" {
		t.Errorf("got %+v", out)
	}
	w.refusesUpload(second, "a2", "C1", "CBC.99001266", "held by another account")
	w.refusesUpload(partner, "a1", "C1", "CBC.99001266", "known already")
	w.expectCounted("C1", "C2")
	w.sync("a2", "C2").Into(t, &out)
	if out.Verdicts[0].Result != "UPDATED" {
		t.Errorf("got %+v", out)
	}
	w.expectCounted("C1", "C2")
}

func TestAnUploadedCertificateCountsWhenTheVendorHasPassedIt(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.bind(partner, "a1")
	w.bind(second, "a2")
	review := w.uploads(partner, "a1", "C1")
	w.expectCounted("", "")
	w.refusesUpload(partner, "a1", "C1", "CBC.99001266", "REVIEWING")
	w.decide(review, "REJECT").Into(t, nil)
	w.expectCounted("", "")
	if shown := w.call(partner, http.MethodGet, members+"/a1", "").Body; !strings.Contains(shown, `"REJECTED"`) {
		t.Errorf("the rejected one is not shown: %s", shown)
	}
	w.decide(w.uploads(partner, "a1", "C1"), "PASS").Into(t, nil) // once more
	w.expectCounted("C1", "")
	rejected := w.uploads(partner, "a1", "C2")
	w.decide(rejected, "REJECT").Into(t, nil)
	w.decide(w.uploads(second, "a2", "C2"), "PASS").Into(t, nil) // a rejected one gives its number free
	w.expectCounted("C1", "C2")
	w.refusesUpload(partner, "a1", "C2", "CBC.99001266", "held by another account")
}

func TestTheTalentPlatformsWordHoldsOverAnUpload(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	review := w.uploads(partner, "a1", "C1")
	w.sync("a1", "C1").Into(t, nil)
	w.expectCounted("C1", "")
	w.decide(review, "REJECT").Into(t, nil)
	w.expectCounted("C1", "")
	w.does(vendor, http.MethodPost, keeping+"a1/certificates",
		`{"certificates":[{"certificate_no":"C1","type":"HCIP","issued":"2026-11-01","expires":"2027-12-31","revoked":true}]}`)
	w.expectCounted("", "")
}

func TestAnExpiredCertificateCountsNoMore(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	w.does(vendor, http.MethodPost, keeping+"a1/certificates",
		`{"certificates":[{"certificate_no":"C1","type":"HCIP","issued":"2026-11-01","expires":"2026-12-05"}]}`)
	w.clock.Set(december(5).LastSecond())
	w.expectCounted("C1", "")
	w.clock.Set(december(6).Start())
	w.expectCounted("", "")
	if shown := w.call(partner, http.MethodGet, members+"/certificates", "").Body; !strings.Contains(shown, `"counts":false`) {
		t.Errorf("it is not listed: %s", shown)
	}
}

func TestATransferMovesACertificateAndCountsItOnceAllTheTime(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2", "a3"} {
		w.account(id)
	}
	w.sync("a1", "C1").Into(t, nil)
	w.bind(partner, "a1")
	w.bind(partner, "a2")
	w.bind(second, "a3")
	w.decide(w.applies(partner, "a1"), "PASS").Into(t, nil)
	w.transfer(partner, "C1", "a2").Refused(t, 409, "CBC.99001260", "cancel the specialist first")
	w.decide(w.cancels(partner, "a1"), "PASS").Into(t, nil)
	w.transfer(partner, "C1", "a3").Refused(t, 404, "CBC.0404", "to_account_id")
	w.transfer(partner, "C1", "a1").Refused(t, 400, "CBC.0100", "to_account_id")
	w.transfer(partner, "C9", "a2").Refused(t, 404, "CBC.0404", "certificate_no")
	w.transfer(second, "C1", "a3").Refused(t, 404, "CBC.0404", "certificate_no")
	w.decide(w.transfers(partner, "C1", "a2"), "REJECT").Into(t, nil)
	w.expectCounted("C1", "")
	review := w.transfers(partner, "C1", "a2")
	w.transfer(partner, "C1", "a2").Refused(t, 409, "CBC.99001260", "already")
	w.expectCounted("C1", "")
	w.act(partner, "a1", "UNBIND").Into(t, nil) // A leaves first, then B holds it: DOMAIN.md 13
	w.expectCounted("", "")
	w.decide(review, "PASS").Into(t, nil)
	w.expectCounted("C1", "")
	w.bind(second, "a1") // what has moved does not come along
	w.expectCounted("C1", "")
	if shown := w.call(partner, http.MethodGet, members+"/a2", "").Body; !strings.Contains(shown, `"C1"`) {
		t.Errorf("B does not hold it: %s", shown)
	}
}

func (w *world) transfer(who, number, to string) answer {
	w.t.Helper()
	return w.call(who, http.MethodPost, members+"/certificates/"+number+"/transfer", fmt.Sprintf(`{"to_account_id":%q,"reason":"one person"}`, to))
}

func TestACertificateOfWhoHasGoneToAnotherPartnerIsNotMoved(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.sync("a1", "C1").Into(t, nil)
	w.bind(partner, "a1")
	w.bind(partner, "a2")
	review := w.transfers(partner, "C1", "a2")
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.bind(second, "a1")
	w.decide(review, "PASS").Refused(t, 404, "CBC.0404", "certificate_no")
	w.expectCounted("", "C1")
	w.decide(review, "REJECT").Into(t, nil)
	w.transfer(partner, "C1", "a2").Refused(t, 404, "CBC.0404", "certificate_no")
	w.expectCounted("", "C1")
}

func TestBadCertificatesNameTheirField(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	for row, field := range map[string]string{
		`"certificate_no":"a#b","type":"HCIA","issued":"2026-01-01","expires":"2027-01-01"`: "certificate_no",
		`"certificate_no":"C1","type":"HCIX","issued":"2026-01-01","expires":"2027-01-01"`:  "type",
		`"certificate_no":"C1","type":"HCIA","issued":"2026-01-41","expires":"2027-01-01"`:  "issued",
		`"certificate_no":"C1","type":"HCIA","issued":"2026-01-01","expires":"2025-01-01"`:  "expires",
	} {
		w.call(partner, http.MethodPost, members+"/a1/certificates", "{"+row+`,"file_id":"f"}`).Refused(t, 400, "CBC.0100", field)
		w.call(vendor, http.MethodPost, keeping+"a1/certificates", `{"certificates":[{`+row+`}]}`).Refused(t, 400, "CBC.0100", field)
	}
	const over = `{"certificate_no":"C1","type":"HCIA","issued":"2024-01-01","expires":"2026-11-30","file_id":"f"}`
	w.call(partner, http.MethodPost, members+"/a1/certificates", over).Refused(t, 400, "CBC.0100", "expires")
	w.sync("a1", "C1", "c1").Refused(t, 400, "CBC.0100", "twice")
	w.sync("a9", "C1").Refused(t, 400, "CBC.99001262", "account_id")
	w.expectCounted("", "")
}

func TestAnAccountHoldsFiftyCertificates(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	var numbers []string
	for n := range 60 {
		numbers = append(numbers, fmt.Sprintf("C%02d", n))
	}
	w.sync("a1", numbers[:30]...).Into(t, nil)
	refused := strings.Count(w.sync("a1", numbers[30:]...).Body, "CBC.99001267")
	w.bind(partner, "a1")
	w.call(partner, http.MethodGet, members+"/certificates?limit=100", "").Into(t, nil)
	got, err := w.service().Counted(t.Context(), "p1", december(1))
	if err != nil || refused != 10 || got[specialist.HCIP] != 50 {
		t.Errorf("%d were refused and %v are counted, %v", refused, got, err)
	}
}

// Whatever happens to two accounts and two partners, a certificate counts at most once. Source: issue "a certificate counted twice".
func TestNoCertificateIsEverCountedTwice(t *testing.T) {
	w, n := newWorld(t), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		w.clock.Advance(25 * time.Hour) // another day's invitations
		accounts, number := []string{fmt.Sprint("a", n), fmt.Sprint("b", n)}, fmt.Sprint("C", n)
		w.account(accounts[0])
		w.account(accounts[1])
		for range rapid.IntRange(3, 9).Draw(r, "steps") {
			who := rapid.SampledFrom([]string{partner, second}).Draw(r, "who")
			of := rapid.IntRange(0, 1).Draw(r, "account")
			w.random(r, who, accounts[of], accounts[1-of], number)
			held := strings.Fields(w.counted(partner) + " " + w.counted(second))
			if twice := len(slices.DeleteFunc(held, func(no string) bool { return no != number })); twice > 1 {
				r.Fatalf("%s is counted %d times", number, twice)
			}
		}
		for _, id := range accounts {
			w.act(partner, id, "UNBIND")
			w.act(second, id, "UNBIND")
		}
	})
}

// random does something to an account, of which much is refused.
func (w *world) random(r *rapid.T, who, id, other, number string) {
	switch rapid.SampledFrom([]string{"bind", "bind", "unbind", "sync", "transfer"}).Draw(r, "step") {
	case "bind":
		w.invite(who, id)
		if m, err := w.service().Member(w.t.Context(), partyOf(who), specialist.AccountID(id)); err == nil {
			_, _ = w.service().Accept(w.t.Context(), m.Link())
		}
	case "unbind":
		w.act(who, id, "UNBIND")
	case "sync":
		w.sync(id, number)
	case "transfer":
		if a := w.transfer(who, number, other); a.Status < http.StatusBadRequest {
			w.decide(strings.Split(a.Body, `"`)[3], "PASS")
		}
	}
}
