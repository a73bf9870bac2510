package opportunity_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/rest/resttest"
)

// together calls operations at once and gives their answers.
func (w *world) together(calls ...resttest.Call) []resttest.Answer {
	answers := make([]resttest.Answer, len(calls))
	var all sync.WaitGroup
	for i, call := range calls {
		w.calls++
		call.Signature = fmt.Sprint("race", w.calls)
		all.Go(func() { answers[i] = call.On(w.api) })
	}
	all.Wait()
	return answers
}

// onlyOne checks that exactly one call went through, and that the others are refused as duplicates.
func onlyOne(t *testing.T, answers []resttest.Answer) {
	t.Helper()
	through := 0
	for _, a := range answers {
		if a.Status/100 == 2 {
			through++
		} else {
			refusedIs(t, a, http.StatusConflict, "CBC.99001232", "another")
		}
	}
	if through != 1 {
		t.Errorf("%d of %d went through, want one", through, len(answers))
	}
}

const rounds = 6 // of a race, each for a company of its own

func TestOfAVerificationAndAnHOThatRaceExactlyOneCounts(t *testing.T) {
	w := newWorld(t)
	for n := range rounds {
		company := "Apollo" + strings.Repeat("o", n)
		po := w.verifying(alpha, company, "offer-1", "s1")
		onlyOne(t, w.together(
			resttest.Call{Who: vendor, Method: http.MethodPost, Path: decisions(alpha, po), Body: `{"decision":"VERIFY_PASS"}`},
			resttest.Call{Who: vendor + "2", Method: http.MethodPost, Path: "/v2/vendor/opportunities", Body: ho(beta, company+" Ltd", "s1")},
		))
		if got := w.holds(company); got != "LIVE:alpha O:alpha S:alpha" && got != "LIVE:alpha LIVE:beta O:beta S:beta" {
			t.Errorf("held is %s", got)
		}
	}
}

func TestOfAVerificationAndAnEditThatRaceForAServiceExactlyOneHasIt(t *testing.T) {
	w := newWorld(t)
	for n := range rounds {
		company := "Apollo" + strings.Repeat("o", n)
		verified := w.verified(alpha, company, "offer-1", "s1")
		po := w.verifying(beta, company, "offer-2", "s2")
		onlyOne(t, w.together(
			resttest.Call{Who: vendor, Method: http.MethodPost, Path: decisions(beta, po), Body: `{"decision":"VERIFY_PASS"}`},
			resttest.Call{
				Who: vendor + "2", Method: http.MethodPut, Path: "/v2/vendor/opportunities/alpha/" + verified, IfMatch: "*", Body: `{"cloud_services":["s1","s2"]}`,
			},
		))
		if got := w.holds(company); got != "LIVE:alpha LIVE:beta O:alpha S:alpha S:alpha" && got != "LIVE:alpha LIVE:beta O:alpha O:beta S:alpha S:beta" {
			t.Errorf("held is %s", got)
		}
	}
}
