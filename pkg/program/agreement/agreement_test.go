package agreement_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/program/agreement"
)

func TestAnAgreementReSignedWhileAPayoutIsBlockedByIt(t *testing.T) {
	w := newWorld(t)
	if err := w.agreed("partner", agreement.Payout); err != nil {
		t.Fatalf("nothing is published, and it says %v", err)
	}
	hash := w.publish("integrity-commitment", 1, "2026-12-01", `"payout","joining"`)
	err := w.agreed("partner", agreement.Payout)
	refusal, refused := problem.As(err)
	if !errors.Is(err, agreement.ErrUnsigned) || !refused || !strings.Contains(refusal.Message, "integrity-commitment version 1") {
		t.Fatalf("got %v, want a refusal that names what to sign", err)
	}
	if err := w.agreed("partner", agreement.Invoicing); err != nil {
		t.Errorf("invoicing does not need it, and it says %v", err)
	}
	w.sign(partner, "integrity-commitment", 1, hash).Into(t, nil)
	if err := w.agreed("partner", agreement.Payout); err != nil {
		t.Errorf("it is signed, and it says %v", err)
	}
	if err := w.agreed("rival", agreement.Payout); !errors.Is(err, agreement.ErrUnsigned) {
		t.Errorf("another's signature counts: %v", err)
	}
	next := w.publish("integrity-commitment", 2, "2026-12-10", `"payout"`)
	if err := w.agreed("partner", agreement.Payout); err != nil {
		t.Errorf("the new version does not count yet, and it says %v", err)
	}
	w.clock.Advance(9 * 24 * time.Hour)
	if err := w.agreed("partner", agreement.Payout); !errors.Is(err, agreement.ErrUnsigned) || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("got %v, want that version 2 is to be signed", err)
	}
	if err := w.agreed("partner", agreement.Joining); err != nil {
		t.Errorf("joining no longer needs it, and it says %v", err)
	}
	w.sign(partner, "integrity-commitment", 1, hash).Refused(t, http.StatusConflict, "CBC.99001202", "version 2")
	w.sign(partner, "integrity-commitment", 2, hash).Refused(t, http.StatusConflict, "CBC.99001203", next)
	w.sign(partner, "integrity-commitment", 2, next).Into(t, nil)
	if err := w.agreed("partner", agreement.Payout); err != nil {
		t.Errorf("it is signed anew, and it says %v", err)
	}
	if n := w.told("partner", agreement.EventSigned); n != 2 {
		t.Errorf("%d events tell of signatures, want 2", n)
	}
}

func TestASignatureIsMadeOnceAndNeverChanged(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("letter", 1, "2026-12-01", `"payout"`)
	type given struct {
		SignedBy string `json:"signed_by"`
		SignedAt string `json:"signed_at"`
		Hash     string `json:"document_hash"`
	}
	var first given
	w.sign(partner, "letter", 1, hash).Into(t, &first)
	if first.SignedBy != "bob" || first.Hash != hash {
		t.Errorf("got %+v", first)
	}
	w.clock.Advance(time.Hour)
	var again given
	w.sign("partner partner admin zoe", "letter", 1, hash).Into(t, &again)
	if again != first {
		t.Errorf("signing again gives %+v, want %+v", again, first)
	}
	var list struct {
		Signatures []given
		Total      int `json:"total_count"`
	}
	w.call(sales, "GET", "/v2/agreement-signatures", "").Into(t, &list)
	if list.Total != 1 || list.Signatures[0] != first {
		t.Errorf("got %+v", list)
	}
	w.call(vendor, "GET", "/v2/agreement-signatures?party_id=partner", "").Into(t, &list)
	if list.Total != 1 || list.Signatures[0] != first {
		t.Errorf("the vendor sees %+v", list)
	}
	w.call(vendor, "GET", "/v2/agreement-signatures", "").Refused(t, 400, "CBC.0100", "party_id")
	w.call(rival, "GET", "/v2/agreement-signatures?party_id=partner", "").Refused(t, 400, "CBC.99000047", "does not exist")
	w.call(rival, "GET", "/v2/agreement-signatures?party_id=nobody", "").Refused(t, 400, "CBC.99000047", "does not exist")
	w.call(rival, "GET", "/v2/agreement-signatures", "").Into(t, &list)
	if list.Total != 0 {
		t.Errorf("a rival sees %+v", list)
	}
}

func TestAListSaysWhatEachUnsignedAgreementBlocks(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("letter", 1, "2026-12-01", `"payout","invoicing"`)
	w.publish("free", 1, "2026-12-01", "")
	w.publish("letter", 2, "2027-01-01", `"payout"`)
	var out struct {
		Agreements []agreement.AgreementBody
	}
	list := func() []agreement.AgreementBody {
		w.call(sales, "GET", "/v2/agreements?locale=en-US", "").Into(t, &out)
		return out.Agreements
	}
	got := list()
	if len(got) != 2 || got[0].Code != "free" || len(got[0].Blocks) != 0 || got[1].Title != "Letter" || len(got[1].Blocks) != 2 || got[1].Version != 1 {
		t.Fatalf("got %+v", got)
	}
	if next := got[1].Next; next == nil || next.Version != 2 || next.EffectiveFrom != "2027-01-01" || next.Signed {
		t.Errorf("the next version is %+v", next)
	}
	w.sign(partner, "letter", 1, hash).Into(t, nil)
	if got = list(); len(got[1].Blocks) != 0 || got[1].Signature == nil || got[1].Signature.SignedBy != "bob" {
		t.Errorf("signed, it is %+v", got[1])
	}
	w.call(vendor, "GET", "/v2/agreements?locale=en-US", "").Into(t, &out)
	if len(out.Agreements) != 2 {
		t.Errorf("the vendor sees %+v", out.Agreements)
	}
	w.call(customer, "GET", "/v2/agreements", "").Into(t, &out)
	if len(out.Agreements) != 0 {
		t.Errorf("a customer has %+v, which partners sign", out.Agreements)
	}
}

func TestWhatAVersionForOthersSupersedesIsNotListed(t *testing.T) {
	w := newWorld(t)
	w.publish("letter", 1, "2026-12-01", `"payout"`)
	others := strings.Replace(publication("letter", 2, "2026-12-10", `"payout"`), `{"code"`, `{"signed_by":["distributor"],"code"`, 1)
	w.call(vendor, "POST", "/v2/vendor/agreements", others).Into(t, nil)
	listed := func() (got []string) {
		var out struct {
			Agreements []agreement.AgreementBody
		}
		w.call(partner, "GET", "/v2/agreements", "").Into(t, &out)
		for _, a := range out.Agreements {
			got = append(got, fmt.Sprint(a.Code, a.Version, a.Blocks, a.Next != nil))
		}
		return got
	}
	if got := listed(); !slices.Equal(got, []string{"letter1 [payout] false"}) {
		t.Errorf("before, it lists %v", got)
	}
	w.clock.Advance(9 * 24 * time.Hour)
	if err := w.agreed("partner", agreement.Payout); err != nil {
		t.Errorf("partners sign nothing any more, and it says %v", err)
	}
	if got := listed(); len(got) != 0 {
		t.Errorf("it lists %v, which nobody can sign any more", got)
	}
}

func TestWhatIsNoPublicationIsRefusedAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	good := publication("letter", 1, "2026-12-01", `"payout"`)
	for name, c := range map[string]struct {
		body, code, says string
		status           int
	}{
		"in the past":       {publication("letter", 1, "2026-11-30", ""), "CBC.0100", "effective_from", 400},
		"no date":           {publication("letter", 1, "2026-13-01", ""), "CBC.0100", "effective_from", 400},
		"the second first":  {publication("letter", 2, "2026-12-01", ""), "CBC.99001201", "publish version 1", 409},
		"one language":      {strings.Replace(good, "en-US", "zh-CN", 1), "CBC.0100", "one in en-US", 400},
		"no such purpose":   {publication("letter", 1, "2026-12-01", `"party"`), "CBC.0100", "required_for", 400},
		"no code":           {publication("Letter!", 1, "2026-12-01", ""), "CBC.0100", "code", 400},
		"too long":          {strings.Replace(good, "第一条", strings.Repeat("条", 100_001), 1), "CBC.0100", "100000 are the most", 400},
		"an unknown signer": {strings.Replace(good, `"documents"`, `"signed_by":["vendor"],"documents"`, 1), "CBC.0100", "signed_by", 400},
	} {
		t.Run(name, func(t *testing.T) {
			w.call(vendor, "POST", "/v2/vendor/agreements", c.body).Refused(t, c.status, c.code, c.says)
		})
	}
	if err := w.agreed("partner", agreement.Payout); err != nil || w.told("vendor", agreement.EventPublished) != 0 {
		t.Errorf("something was published: %v", err)
	}
	w.call(partner, "POST", "/v2/vendor/agreements", good).Refused(t, 403, "CBC.0155", "")
	w.call(sales, "POST", "/v2/agreements/letter/signatures", `{"version":1,"locale":"zh-CN","document_hash":"`+strings.Repeat("0", 64)+`","accepted":true}`).
		Refused(t, 403, "CBC.0155", "")
}

func TestWhatCannotBeSignedIsRefused(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("letter", 1, "2026-12-01", `"payout"`)
	w.sign(partner, "letter", 2, hash).Refused(t, 404, "CBC.0404", "no version 2")
	w.sign(partner, "other", 1, hash).Refused(t, 404, "CBC.0404", "")
	w.sign(customer, "letter", 1, hash).Refused(t, 404, "CBC.0404", "") // partners sign it
	w.call(partner, "POST", "/v2/agreements/letter/signatures", `{"version":1,"locale":"zh-CN","document_hash":"`+hash+`","accepted":false}`).
		Refused(t, 400, "CBC.0100", "accepted")
	w.call(partner, "POST", "/v2/agreements/letter/signatures", `{"version":1,"locale":"zh-CN","document_hash":"x","accepted":true}`).
		Refused(t, 400, "CBC.0100", "document_hash")
	if n := w.told("partner", agreement.EventSigned); n != 0 {
		t.Errorf("%d signatures are told of", n)
	}
}

func TestADocumentIsTheVendorsTextWithItsHashAndTheSignature(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("letter", 1, "2026-12-01", `"payout"`)
	var shown struct {
		Text string
		Hash string `json:"document_hash"`
	}
	w.call(partner, "GET", "/v2/agreements/letter", "").Into(t, &shown)
	if shown.Text != "第一条\n\n第二条 v1" || shown.Hash != hash {
		t.Errorf("got %+v", shown)
	}
	w.call(partner, "GET", "/v2/agreements/letter/document", "").Into(t, nil)
	w.sign(partner, "letter", 1, hash).Into(t, nil)
	a := w.call(partner, "GET", "/v2/agreements/letter/document?version=1", "")
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" || len(w.printed) != 2 {
		t.Fatalf("got %+v", a)
	}
	d := w.printed[1]
	if d.Title != "承诺书" || d.Blocks[0] != document.Paragraph("第一条") || d.Blocks[1] != document.Paragraph("第二条 v1") || !strings.Contains(d.Note, hash) {
		t.Errorf("it prints %+v", d)
	}
	facts := d.Blocks[3].(document.Facts)
	if len(facts) != 6 || facts[2].Value != "bob" || facts[4].Value != hash {
		t.Errorf("the signature reads %+v", facts)
	}
	w.call(partner, "GET", "/v2/agreements/letter/document?version=2", "").Refused(t, 404, "CBC.0404", "")
	w.call(customer, "GET", "/v2/agreements/letter/document", "").Refused(t, 404, "CBC.0404", "")
}

func TestASignatureSaysFromWhereItWasMade(t *testing.T) {
	w := newWorld(t)
	hash := w.publish("letter", 1, "2026-12-01", `"payout"`)
	const source = "203.0.113.7"
	from := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.api.ServeHTTP(out, r.WithContext(rest.WithTrace(r.Context(), &rest.Trace{Source: source})))
	})
	resttest.Call{
		Who: partner, Signature: "signs", Method: "POST", Path: "/v2/agreements/letter/signatures",
		Body: fmt.Sprintf(`{"version":1,"locale":"zh-CN","document_hash":%q,"accepted":true}`, hash),
	}.On(from).Into(t, nil)
	for who, query := range map[string]string{partner: "", vendor: "?party_id=partner"} {
		var list struct {
			Signatures []struct {
				Source string `json:"source_address"`
			}
		}
		w.call(who, "GET", "/v2/agreement-signatures"+query, "").Into(t, &list) // from elsewhere
		if len(list.Signatures) != 1 || list.Signatures[0].Source != source {
			t.Errorf("to %s, it lists %+v", who, list)
		}
	}
	w.call(partner, "GET", "/v2/agreements/letter/document?locale=en-US", "").Into(t, nil)
	facts := w.printed[0].Blocks[len(w.printed[0].Blocks)-1].(document.Facts)
	if last := facts[len(facts)-1]; last != (document.Fact{Name: "Signed from", Value: source}) {
		t.Errorf("it prints %+v", facts)
	}
}

func TestADeclarationIsRenewedEachYear(t *testing.T) {
	w := newWorld(t)
	type declaration struct {
		Version    int
		State      string
		None       bool
		ValidUntil string `json:"valid_until"`
		Items      []agreement.Relation
	}
	var one declaration
	body := `{"items":[{"employee":"Li","relation":"spouse","description":"works in sales"}]}`
	w.signed(partner, "same", "POST", "/v2/relation-declarations", body).Into(t, &one)
	w.signed(partner, "same", "POST", "/v2/relation-declarations", body).Into(t, &one)
	if one.Version != 1 || one.State != "VALID" || one.ValidUntil != "2027-12-01T16:00:00Z" || len(one.Items) != 1 {
		t.Fatalf("got %+v", one)
	}
	key := table.Key{PK: "PARTY#partner", SK: "RELATIONS"}
	s := &agreement.Service{Table: w.db, Clock: w.clock}
	if err := s.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is not due, and it says %v", err)
	}
	end := time.Date(2027, 12, 1, 16, 0, 0, 0, time.UTC)
	w.clock.Set(end.Add(-5 * 24 * time.Hour)) // past two thresholds
	for range 2 {
		if err := s.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
			t.Fatal(err)
		}
	}
	if n := w.told("partner", agreement.EventDeclarationDue); n != 1 {
		t.Errorf("%d reminders for two missed days, want 1", n)
	}
	w.clock.Set(end)
	if err := s.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); err != nil || w.told("partner", agreement.EventDeclarationDue) != 2 {
		t.Errorf("at the end: %v", err)
	}
	var list struct{ Declarations []declaration }
	w.call(partner, "GET", "/v2/relation-declarations", "").Into(t, &list)
	if list.Declarations[0].State != "ENDED" {
		t.Errorf("got %+v", list)
	}
	w.call(partner, "POST", "/v2/relation-declarations", `{"none":true}`).Into(t, &one)
	w.call(partner, "GET", "/v2/relation-declarations", "").Into(t, &list)
	if one.Version != 2 || !one.None || len(list.Declarations) != 2 || list.Declarations[0].State != "VALID" || list.Declarations[1].State != "REPLACED" {
		t.Errorf("renewed, they are %+v", list)
	}
	if err := s.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("renewed, it is still due: %v", err)
	}
	w.call(partner, "POST", "/v2/relation-declarations", `{}`).Refused(t, 400, "CBC.0100", "none=true")
	w.call(customer, "POST", "/v2/relation-declarations", `{"none":true}`).Refused(t, 403, "CBC.0155", "")
}
