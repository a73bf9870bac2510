package specialist_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/specialist"
)

// pair is an account that a test is about, and another one, both bound to the first partner, with a certificate's number.
type pair struct {
	*world
	one, other, number string
}

// pair puts two fresh accounts there, on a fresh day.
func (w *world) pair(n int) pair {
	w.t.Helper()
	w.clock.Advance(25 * time.Hour) // another day's invitations
	p := pair{w, fmt.Sprint("a", n), fmt.Sprint("b", n), fmt.Sprint("C", n)}
	for _, id := range []string{p.one, p.other} {
		w.account(id)
		w.bind(partner, id)
	}
	return p
}

// asks asks for a review of a kind, and gives it.
func (p pair) asks(kind specialist.ReviewKind) (review string) {
	p.t.Helper()
	switch kind {
	case specialist.ReviewApplication:
		return p.applies(partner, p.one)
	case specialist.ReviewCancel:
		p.decide(p.applies(partner, p.one), "PASS").Into(p.t, nil)
		return p.cancels(partner, p.one)
	case specialist.ReviewCertificate:
		return p.uploads(partner, p.one, p.number)
	default:
		p.sync(p.one, p.number).Into(p.t, nil)
		return p.transfers(partner, p.number, p.other)
	}
}

// ends brings a review to an outcome.
func (p pair) ends(review string, as specialist.Outcome) answer {
	p.t.Helper()
	switch as {
	case specialist.Passed:
		return p.decide(review, "PASS")
	case specialist.Refused:
		return p.decide(review, "REJECT")
	default:
		return p.act(partner, p.one, "WITHDRAW")
	}
}

// TestEveryEndOfEveryReview walks the state machine of reviews, of each kind: each pair is legal, or refused with its code and changes nothing.
func TestEveryEndOfEveryReview(t *testing.T) {
	w, n := newWorld(t), 0
	ends := []specialist.Outcome{specialist.Passed, specialist.Refused, specialist.Withdrawn}
	for _, kind := range []specialist.ReviewKind{specialist.ReviewApplication, specialist.ReviewCancel, specialist.ReviewCertificate, specialist.ReviewTransfer} {
		for _, from := range specialist.Outcomes() {
			withdrawn := kind == specialist.ReviewCancel // no other one is withdrawn
			if from == specialist.Withdrawn && !withdrawn {
				continue
			}
			for _, end := range ends {
				n++
				p := w.pair(n)
				review, want := p.asks(kind), ""
				if from != specialist.Pending {
					p.ends(review, from).Into(t, nil)
				}
				switch {
				case end == specialist.Withdrawn && (!withdrawn || from != specialist.Pending):
					want = "CBC.99001260"
				case from != specialist.Pending:
					want = "CBC.99001261"
				}
				p.expectEnd(review, fmt.Sprintf("%s of a %s that is %s", end, kind, from), from, end, want)
			}
		}
	}
	if want := 3 * (3 + 4 + 3 + 3); n != want {
		t.Errorf("%d were walked, want %d", n, want)
	}
}

// expectEnd ends a review and looks whether it is refused with a code and as it was, or ended.
func (p pair) expectEnd(review, name string, from, end specialist.Outcome, code string) {
	p.t.Helper()
	before, err := p.service().Review(p.t.Context(), review)
	if err != nil {
		p.t.Fatal(err)
	}
	a := p.ends(review, end)
	after, err := p.service().Review(p.t.Context(), review)
	switch {
	case err != nil:
		p.t.Fatal(err)
	case code == "" && (a.Status != http.StatusOK || after.State != end):
		p.t.Errorf("%s: got %d %s, and it is %s", name, a.Status, a.Body, after.State)
	case code != "" && (a.Status != http.StatusConflict || !strings.Contains(a.Body, code) || after.State != from || after.Ver != before.Ver):
		p.t.Errorf("%s: got %d %s, and it is %s; want %s", name, a.Status, a.Body, after.State, code)
	}
}

// TestEveryStepOfEveryCertificate walks the state machine of certificates that were uploaded: each pair is legal, or refused with its code and
// changes nothing.
func TestEveryStepOfEveryCertificate(t *testing.T) {
	const closed, taken, state, missing = "CBC.99001261", "CBC.99001266", "CBC.99001260", "CBC.0404"
	reviewing, valid, rejected, revoked := specialist.Reviewing, specialist.Valid, specialist.Rejected, specialist.Revoked
	steps := []string{"sync", "revoke", "PASS", "REJECT", "transfer", "upload"}
	wants := map[specialist.Status][]string{ // the code, or the status behind the step; of a transfer the receiver's
		reviewing: {string(valid), string(revoked), string(valid), string(rejected), state, taken},
		valid:     {string(valid), string(revoked), closed, closed, string(valid), taken},
		rejected:  {string(valid), string(revoked), closed, closed, missing, string(reviewing)},
		revoked:   {string(valid), string(revoked), closed, closed, state, taken},
	}
	w, n := newWorld(t), 0
	for from, row := range wants {
		for i, want := range row {
			n++
			p := w.pair(n)
			review := p.brought(from)
			holder := p.one
			if steps[i] == "transfer" && want == string(valid) {
				holder = p.other
			}
			before := p.certificate(p.one)
			a := p.steps(steps[i], review)
			name := fmt.Sprintf("%s of one that is %s", steps[i], from)
			if strings.HasPrefix(want, "CBC.") {
				if after := p.certificate(p.one); a.Status < 400 || !strings.Contains(a.Body, want) || after.Ver != before.Ver {
					t.Errorf("%s: got %d %s, and it is %s; want %s", name, a.Status, a.Body, after.Status, want)
				}
			} else if after := p.certificate(holder); a.Status >= 300 || string(after.Status) != want {
				t.Errorf("%s: got %d %s, and it is %s; want %s", name, a.Status, a.Body, after.Status, want)
			}
		}
	}
}

// brought uploads a certificate and brings it to a status. It gives the upload's review.
func (p pair) brought(to specialist.Status) (review string) {
	p.t.Helper()
	review = p.uploads(partner, p.one, p.number)
	if to != specialist.Reviewing {
		p.decide(review, map[bool]string{true: "REJECT", false: "PASS"}[to == specialist.Rejected]).Into(p.t, nil)
	}
	if to == specialist.Revoked {
		p.steps("revoke", review).Into(p.t, nil)
	}
	return review
}

// steps takes a step of a certificate.
func (p pair) steps(step, review string) answer {
	p.t.Helper()
	row := fmt.Sprintf(`"certificate_no":%q,"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"`, p.number)
	switch step {
	case "sync":
		return p.sync(p.one, p.number)
	case "revoke":
		return p.call(vendor, http.MethodPost, keeping+p.one+"/certificates", `{"certificates":[{`+row+`,"revoked":true}]}`)
	case "transfer":
		if a := p.transfer(partner, p.number, p.other); a.Status >= 300 {
			return a
		}
		return p.decide(p.certificate(p.one).Moving, "PASS")
	case "upload":
		return p.call(partner, http.MethodPost, members+"/"+p.one+"/certificates", fmt.Sprintf(`{%s,"file_id":%q}`, row, p.file(partner)))
	default:
		return p.decide(review, step)
	}
}

// certificate reads what an account has of the number.
func (p pair) certificate(holder string) specialist.Certificate {
	p.t.Helper()
	var c specialist.Certificate
	if err := p.db.Get(p.t.Context(), table.Key{PK: "PERSONAL#" + holder, SK: "CERTIFICATE#" + p.number}, &c); err != nil {
		p.t.Fatal(err)
	}
	return c
}
