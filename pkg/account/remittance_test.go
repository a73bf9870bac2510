package account_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

const (
	payeePath  = "/v2/accounts/partner-accounts/remittance-account"
	payersPath = "/v2/accounts/partner-accounts/payers"
	claimsPath = "/v2/accounts/partner-accounts/remittance-claims"
	feedPath   = "/v2/vendor/remittances/import"
	header     = "remittance_no,payer_name,amount,currency,arrived_on,account_no\n"
)

type feed struct {
	Rows     int
	Verdicts []struct {
		Line      int
		Outcome   string
		Partner   auth.PartyID `json:"partner_id"`
		ErrorCode string       `json:"error_code"`
		ErrorMsg  string       `json:"error_msg"`
	}
}

// outcomes gives the outcome of each row, with whose it is or why not.
func (f feed) outcomes() string {
	var all []string
	for _, v := range f.Verdicts {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s%s", v.Outcome, v.Partner, v.ErrorCode)))
	}
	return strings.Join(all, ", ")
}

func (w *world) importsText(text string) answer {
	w.calls++
	r := httptest.NewRequest(http.MethodPost, feedPath, strings.NewReader(text))
	r.Header.Set("Authorization", "vendor vendor")
	r.Header.Set("X-Signature", fmt.Sprint("feed-", w.calls))
	r.Header.Set("Content-Type", "text/csv")
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return answer{resttest.Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}}
}

func (w *world) imports(rows ...string) feed {
	w.t.Helper()
	var f feed
	w.importsText(header+strings.Join(rows, "\n")).Into(w.t, &f)
	return f
}

// opensPayee opens a partner's remittance account and gives its number.
func (w *world) opensPayee(id auth.PartyID) string {
	w.t.Helper()
	var out struct {
		AccountNo string `json:"account_no"`
	}
	w.as("partner "+string(id), "POST", payeePath, `{"verification_code":"`+w.code(id)+`"}`).Into(w.t, &out)
	return out.AccountNo
}

func (w *world) registers(id auth.PartyID, name string) string {
	w.t.Helper()
	var out struct {
		PayerID string `json:"payer_id"`
	}
	w.as("partner "+string(id), "POST", payersPath, `{"payer_name":"`+name+`"}`).Into(w.t, &out)
	return out.PayerID
}

func TestARemittanceAccountIsOneOfAPartnerAndNeedsACodeOnce(t *testing.T) {
	w := newWorld(t)
	w.as(provider, "GET", payeePath, "").Refused(t, 404, "CBC.0404", "no remittance account")
	w.as(provider, "POST", payeePath, `{}`).Refused(t, 400, "CBC.99001011", "verification_code")
	number, rival := w.opensPayee("partner"), w.opensPayee("rival")
	if len(number) != 17 || number == rival {
		t.Errorf("the accounts are %q and %q", number, rival)
	}
	for _, a := range []answer{w.as(provider, "POST", payeePath, `{}`), w.as(provider, "GET", payeePath, "")} {
		if !strings.Contains(a.Body, number) || !strings.Contains(a.Body, "Name of partner") {
			t.Errorf("got %d %s, want the account again", a.Status, a.Body)
		}
	}
	w.as("customer c1", "POST", payeePath, `{}`).Refused(t, 403, "CBC.0155", "partner")
}

func TestAFeedIsMatchedByAccountOrByTheOnePartnerOfThePayer(t *testing.T) {
	w := newWorld(t)
	number := w.opensPayee("partner")
	w.registers("rival", "Payer（A）Ltd")
	w.registers("rival", "Both")
	w.registers("partner", "Both")
	f := w.imports(
		"b1,Anybody,10,CNY,2026-12-01,"+number, "b2,payer (a) LTD,20.5,CNY,2026-12-01,", "b3,Name of partner,30,CNY,2026-11-30,",
		"b4,Both,40,CNY,2026-12-01,", "b5,Nobody,50,CNY,2026-12-01,", "b6,Anybody,60,CNY,2026-12-01,123")
	want := "credited partner, credited rival, credited partner, unmatched, unmatched, unmatched"
	if f.outcomes() != want || w.balance("partner") != "40.00" || w.balance("rival") != "20.50" {
		t.Errorf("got %s (%s, %s), want %s", f.outcomes(), w.balance("partner"), w.balance("rival"), want)
	}
	var list struct {
		Total int `json:"total_count"`
	}
	w.as("vendor vendor", "GET", "/v2/vendor/remittances/unmatched?arrived_on=2026-12-01", "").Into(t, &list)
	if list.Total != 3 {
		t.Errorf("%d are unmatched, want 3", list.Total)
	}
	id := w.registers("rival", "Nobody")
	f = w.imports("b1,Anybody,10,CNY,2026-12-01,"+number, "b5,Nobody,50,CNY,2026-12-01,", "b2,payer (a) LTD,20.5,CNY,2026-12-01,")
	if want := "known partner, credited rival, known rival"; f.outcomes() != want || w.balance("rival") != "70.50" {
		t.Errorf("again it gave %s (%s), want %s", f.outcomes(), w.balance("rival"), want)
	}
	if a := w.as("partner rival", "DELETE", payersPath+"/"+id, ""); a.Status != http.StatusNoContent {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	if f = w.imports("b7,Nobody,50,CNY,2026-12-01,"); f.outcomes() != "unmatched" {
		t.Errorf("a removed payer's gave %s", f.outcomes())
	}
	w.state()
}

func TestBadRowsOfAFeedAreRefusedByThemselves(t *testing.T) {
	w := newWorld(t)
	number := w.opensPayee("partner")
	w.topUp("partner", "by-hand", "10")
	w.imports("b1,Anybody,10,CNY,2026-12-01," + number)
	before := w.state()
	for row, want := range map[string]string{
		"b2,A,1,USD,2026-12-01,":                 "CBC.99001074",
		"b2,A,1,cny,2026-12-01,":                 "CBC.99001074",
		"b2,A,1,,2026-12-01,":                    "CBC.99001074",
		"b1,Anybody,11,CNY,2026-12-01," + number: "CBC.0409",
		"b1,Other,10,CNY,2026-12-01," + number:   "CBC.0409",
		"by-hand,A,11,CNY,2026-12-01," + number:  "CBC.0409",
		"by-hand,A,10,CNY,2026-12-01,":           "CBC.0409",
		"b2,A,1,CNY,2026-12-02,":                 "CBC.0100",
		"b2,A,1,CNY,2026-02-30,":                 "CBC.0100",
		"b/2,A,1,CNY,2026-12-01,":                "CBC.0100",
		",A,1,CNY,2026-12-01,":                   "CBC.0100",
		"b2,,1,CNY,2026-12-01,":                  "CBC.0100",
		"b2,=A,1,CNY,2026-12-01,":                "CBC.0100",
		"b2,A,1":                                 "CBC.0100",
		"b2,A,0,CNY,2026-12-01,":                 "CBC.0100",
		"b2,A,-1,CNY,2026-12-01,":                "CBC.0100",
		"b2,A,1.005,CNY,2026-12-01,":             "CBC.0100",
		"b2,A,1e400,CNY,2026-12-01,":             "CBC.0100",
		"b2,A,NaN,CNY,2026-12-01,":               "CBC.0100",
		"b2,A,１００,CNY,2026-12-01,":               "CBC.0100",
		"b2,A,1 0,CNY,2026-12-01,":               "CBC.0100",
	} {
		if f := w.imports(row); f.outcomes() != "refused "+want {
			t.Errorf("%s gave %s %+v, want %s", row, f.outcomes(), f.Verdicts, want)
		}
	}
	if after := w.state(); after != before {
		t.Errorf("refused rows changed\n%s\nto\n%s", before, after)
	}
	if f := w.imports("by-hand,A,10,CNY,2026-12-01," + number); f.outcomes() != "credited partner" || w.balance("partner") != "20.00" {
		t.Errorf("what was booked by hand gave %s, and the balance is %s", f.outcomes(), w.balance("partner"))
	}
	w.importsText("remittance_no,amount\n").Refused(t, 400, "CBC.0100", "payer_name")
	w.importsText(header+strings.Repeat("b9,A,1,CNY,2026-12-01,\n", 201)).Refused(t, 400, "CBC.0100", "200")
	w.as(provider, "GET", "/v2/vendor/remittances/unmatched?arrived_on=2026-12-01", "").Refused(t, 403, "CBC.0155", "vendor")
}

func TestTheSameFeedByManyAtOnceCreditsOnce(t *testing.T) {
	w := newWorld(t)
	number := w.opensPayee("partner")
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			r := httptest.NewRequest(http.MethodPost, feedPath, strings.NewReader(header+"b1,A,10,CNY,2026-12-01,"+number+"\nb2,B,5,CNY,2026-12-01,"))
			r.Header.Set("Authorization", "vendor vendor")
			r.Header.Set("X-Signature", fmt.Sprint("at-once-", n))
			r.Header.Set("Content-Type", "text/csv")
			out := httptest.NewRecorder()
			w.api.ServeHTTP(out, r)
			if out.Code != http.StatusOK || strings.Contains(out.Body.String(), "refused") {
				t.Errorf("got %d %s", out.Code, out.Body)
			}
		})
	}
	wait.Wait()
	if got := w.balance("partner"); got != "10.00" {
		t.Errorf("the balance is %s", got)
	}
	w.state()
}

func TestAPartnerHasAtMostFivePayersEvenAtOnce(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	var counted tally
	for n := range 12 {
		wait.Go(func() {
			counted.add(w.send(fmt.Sprint("p", n), provider, "POST", payersPath, fmt.Sprintf(`{"payer_name":"Payer %d"}`, n)))
		})
	}
	wait.Wait()
	if counted.n["201 "] != 5 || counted.n["400 CBC.99001072"] != 7 {
		t.Errorf("got %v, want five and seven refusals", counted.n)
	}
	var list struct {
		Payers []struct {
			PayerID   string `json:"payer_id"`
			PayerName string `json:"payer_name"`
		}
	}
	w.as(provider, "GET", payersPath, "").Into(t, &list)
	if len(list.Payers) != 5 {
		t.Fatalf("got %+v", list)
	}
	w.as(provider, "POST", payersPath, `{"payer_name":" `+strings.ToUpper(list.Payers[0].PayerName)+`"}`).Refused(t, 409, "CBC.99001073", "already")
	w.as("partner rival", "DELETE", payersPath+"/"+list.Payers[0].PayerID, "").Refused(t, 404, "CBC.0404", "payer")
	if a := w.as(provider, "DELETE", payersPath+"/"+list.Payers[0].PayerID, ""); a.Status != http.StatusNoContent {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	w.registers("partner", "A sixth")
	w.as(provider, "POST", payersPath, `{"payer_name":"\u3000 "}`).Refused(t, 400, "CBC.0100", "payer_name")
}

func TestAClaimCreditsOnceTheVendorApproves(t *testing.T) {
	w := newWorld(t)
	w.imports("b1,Somebody,10,CNY,2026-12-01,", "b2,Else,20,CNY,2026-12-01,")
	claim := func(number, payer, amount string) string {
		return `{"remittance_no":"` + number + `","payer_name":"` + payer + `","amount":` + amount + `}`
	}
	w.as(provider, "POST", claimsPath, claim("b1", "Somebody", "10")).Refused(t, 400, "CBC.99001076", "from 2026-12-02 on")
	w.clock.Advance(24 * time.Hour)
	for _, body := range []string{claim("b1", "Somebody", "10.01"), claim("b1", "Nobody", "10"), claim("b9", "Somebody", "10")} {
		w.as(provider, "POST", claimsPath, body).Refused(t, 400, "CBC.99001075", "no remittance")
	}
	for _, amount := range []string{"0", "-1", "1.005", "1e400", "NaN", `"１００"`, `" 1"`} {
		w.as(provider, "POST", claimsPath, claim("b1", "Somebody", amount)).Refused(t, 400, "CBC.0100", "")
	}
	type shown struct {
		ID         string `json:"claim_id"`
		State      string
		TransferID string `json:"transfer_id"`
	}
	var mine, theirs, wrong shown
	w.as(provider, "POST", claimsPath, claim("b1", "somebody", "10")).Into(t, &mine)
	w.as("partner rival", "POST", claimsPath, claim("b1", "Somebody", "10")).Into(t, &theirs)
	w.as(provider, "POST", claimsPath, claim("b2", "Else", "20")).Into(t, &wrong)
	decision := func(partner, id string) string {
		return "/v2/vendor/partners/" + partner + "/remittance-claims/" + id + "/decision"
	}
	w.as("vendor vendor", "POST", decision("rival", mine.ID), `{"approve":true}`).Refused(t, 404, "CBC.0404", "no claim")
	w.as("vendor vendor", "POST", decision("partner", mine.ID), `{"approve":false}`).Refused(t, 400, "CBC.0100", "reason")
	w.as(provider, "POST", decision("partner", mine.ID), `{"approve":true}`).Refused(t, 403, "CBC.0155", "vendor")
	w.as("vendor vendor", "POST", decision("partner", mine.ID), `{"approve":true}`).Into(t, &mine)
	w.as("vendor vendor", "POST", decision("partner", mine.ID), `{"approve":true}`).Refused(t, 409, "CBC.99001016", "approved")
	w.as("vendor vendor", "POST", decision("rival", theirs.ID), `{"approve":true}`).Refused(t, 400, "CBC.99001075", "waits")
	w.as("vendor vendor", "POST", decision("rival", theirs.ID), `{"approve":false,"reason":"another's"}`).Into(t, &theirs)
	w.as("vendor vendor", "POST", decision("partner", wrong.ID), `{"approve":false,"reason":"no proof"}`).Into(t, &wrong)
	if mine.State != "approved" || mine.TransferID == "" || theirs.State != "rejected" || wrong.State != "rejected" {
		t.Errorf("got %+v %+v %+v", mine, theirs, wrong)
	}
	if got := w.balance("partner") + " " + w.balance("rival"); got != "10.00 0.00" {
		t.Errorf("the balances are %s", got)
	}
	if f := w.imports("b1,Somebody,10,CNY,2026-12-01,"); f.outcomes() != "known partner" {
		t.Errorf("imported again it gave %s", f.outcomes())
	}
	var list struct {
		Claims []shown
	}
	w.as("vendor vendor", "GET", "/v2/vendor/partners/partner/remittance-claims", "").Into(t, &list)
	if len(list.Claims) != 2 || list.Claims[0].ID != wrong.ID {
		t.Errorf("got %+v", list)
	}
	w.as("partner rival", "GET", claimsPath, "").Into(t, &list)
	if len(list.Claims) != 1 || list.Claims[0].ID != theirs.ID {
		t.Errorf("got %+v", list)
	}
	w.state()
}

// meanwhile has something happen before the first reading of a partition, once.
func (w *world) meanwhile(partition string, happens func()) {
	w.t.Helper()
	reading := func(op table.Op) bool { return op.Kind == table.OpGet && op.Keys[0].PK == partition }
	w.serve(tabletest.Before(w.t, w.db, reading, w.unhindered(happens)))
}

// unhindered gives what happens by the API as it is now, whatever it is when that happens.
func (w *world) unhindered(happens func()) func() {
	now := w.api
	return func() {
		then := w.api
		w.api = now
		happens()
		w.api = then
	}
}

func TestAnArrivalThatIsCreditedMeanwhileIsKnown(t *testing.T) {
	for name, whose := range map[string]string{"to the same": "partner", "to another": "rival"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			row := "b1,Somebody,10,CNY,2026-11-30,"
			w.imports(row)
			w.registers("partner", "Somebody")
			w.meanwhile("REMITTANCE#b1", func() {
				var claim struct {
					ID string `json:"claim_id"`
				}
				w.as("partner "+whose, "POST", claimsPath, `{"remittance_no":"b1","payer_name":"Somebody","amount":10}`).Into(t, &claim)
				path := "/v2/vendor/partners/" + whose + "/remittance-claims/" + claim.ID + "/decision"
				w.as("vendor vendor", "POST", path, `{"approve":true}`).Into(t, &claim)
			})
			if f := w.imports(row); f.outcomes() != "known "+whose || w.balance(auth.PartyID(whose)) != "10.00" {
				t.Errorf("got %s, and it holds %s", f.outcomes(), w.balance(auth.PartyID(whose)))
			}
			w.state()
		})
	}
}

func TestAPayerThatIsRemovedMeanwhileIsNone(t *testing.T) {
	w := newWorld(t)
	id := w.registers("partner", "Somebody")
	sum := sha256.Sum256([]byte("somebody"))
	w.meanwhile("PAYER#"+hex.EncodeToString(sum[:]), func() {
		if a := w.as(provider, "DELETE", payersPath+"/"+id, ""); a.Status != http.StatusNoContent {
			t.Errorf("got %d %s", a.Status, a.Body)
		}
	})
	w.as(provider, "DELETE", payersPath+"/"+id, "").Refused(t, 404, "CBC.0404", "no payer")
}

func (w *world) unmatched(on string) int {
	w.t.Helper()
	var list struct {
		Total int `json:"total_count"`
	}
	w.as("vendor vendor", "GET", "/v2/vendor/remittances/unmatched?arrived_on="+on, "").Into(w.t, &list)
	return list.Total
}

func TestWhatTheFeedHadIsBookedByHandAsThatAndIsNoLongerNobodys(t *testing.T) {
	w := newWorld(t)
	row := "b1,Somebody,10,CNY,2026-11-30,"
	w.imports(row)
	topUps := "/v2/vendor/partners/partner/top-ups"
	w.as("vendor vendor", "POST", topUps, `{"remittance_no":"b1","amount":1000}`).Refused(t, 409, "CBC.0409", "10.00")
	if w.balance("partner") != "0.00" || w.unmatched("2026-11-30") != 1 {
		t.Errorf("refused, the partner holds %s and %d are unmatched", w.balance("partner"), w.unmatched("2026-11-30"))
	}
	w.topUp("partner", "b1", "10")
	w.topUp("partner", "b1", "10") // again changes nothing
	if n := w.unmatched("2026-11-30"); w.balance("partner") != "10.00" || n != 0 {
		t.Errorf("the partner holds %s and %d are unmatched, want none", w.balance("partner"), n)
	}
	if f := w.imports(row); f.outcomes() != "known partner" {
		t.Errorf("imported again it gave %s", f.outcomes())
	}
	w.state()
}

func TestAFeedAndABookingByHandAtOnceAgree(t *testing.T) {
	const row, byHand = "b1,Somebody,10,CNY,2026-11-30,", `{"remittance_no":"b1","amount":1000}`
	topUps := "/v2/vendor/partners/partner/top-ups"
	t.Run("the feed is first", func(t *testing.T) {
		w := newWorld(t)
		w.serve(tabletest.Meanwhile(t, w.db, w.unhindered(func() { w.imports(row) })))
		w.as("vendor vendor", "POST", topUps, byHand).Refused(t, 409, "CBC.0409", "10.00")
		w.state()
	})
	t.Run("the booking is first", func(t *testing.T) {
		w := newWorld(t)
		w.serve(tabletest.Meanwhile(t, w.db, w.unhindered(func() { w.topUp("partner", "b1", "1000") })))
		if f := w.imports(row); f.outcomes() != "refused CBC.0409" || w.unmatched("2026-11-30") != 0 {
			t.Errorf("got %s, and %d unmatched", f.outcomes(), w.unmatched("2026-11-30"))
		}
		w.state()
	})
}
