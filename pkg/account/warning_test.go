package account_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

const cashWarning = "/v2/accounts/partner.cash/warning"

// lows counts the warnings of the partner.
func (w *world) lows() int {
	n := 0
	for _, e := range w.events("partner") {
		if e == "balance_low" {
			n++
		}
	}
	return n
}

func TestALowBalanceIsToldOnceUntilItRisesAgain(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	if a := w.as(provider, "PUT", cashWarning, `{"threshold":50}`); !strings.Contains(a.Body, `"threshold":50.00,"amount":100.00,"low":false`) {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	told := func(want int) {
		t.Helper()
		if got := w.lows(); got != want {
			t.Errorf("%d warnings with %s, want %d", got, w.balance("partner"), want)
		}
	}
	w.as(provider, "POST", givePath, adjust("c1", "50")).transfer(t)
	told(0) // it is no lower
	w.as(provider, "POST", givePath, adjust("c1", "0.01")).transfer(t)
	told(1)
	w.as(provider, "POST", givePath, adjust("c1", "9.99")).transfer(t)
	told(1)
	w.as(provider, "POST", takePath, adjust("c1", "10")).transfer(t)
	if err := debit(w.db, "partner.cash", 1, 1); err != nil { // an order
		t.Fatal(err)
	}
	told(2)
	w.topUp("partner", "r2", "1")
	w.withdraws("2")
	told(3)
	w.as(provider, "PUT", cashWarning, `{"threshold":0}`).Into(t, new(any))
	w.as(provider, "POST", givePath, adjust("c1", "1")).transfer(t)
	told(3)
	w.as(provider, "PUT", cashWarning, `{"threshold":1000}`).Into(t, new(any)) // it is below already
	told(4)
	if a := w.as(provider, "GET", cashWarning, ""); !strings.Contains(a.Body, `"low":true`) || !strings.Contains(a.Body, `"threshold":1000.00`) {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	w.state()
}

func TestBadWarningsAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, amount := range []string{"-1", "1.005", "1e400", "NaN", `"１００"`, `" 1"`, "null"} {
		w.as(provider, "PUT", cashWarning, `{"threshold":`+amount+`}`).Refused(t, 400, "CBC.0100", "")
	}
	for _, id := range []string{"rival.cash", "partner.reward", "partner.held", "nobody", "partner."} {
		path := strings.Replace(cashWarning, "partner.cash", id, 1)
		w.as(provider, "PUT", path, `{"threshold":1}`).Refused(t, 400, "CBC.99000047", "does not exist")
		w.as(provider, "GET", path, "").Refused(t, 400, "CBC.99000047", "does not exist")
	}
	w.as("customer c1", "PUT", cashWarning, `{"threshold":1}`).Refused(t, 403, "CBC.0155", "partner")
	if got := w.events("partner"); slices.Contains(got, "balance_low") {
		t.Errorf("the events are %v", got)
	}
}

func TestDebitsAtOnceTellOfALowBalanceOnce(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "0.30")
	w.as(provider, "PUT", cashWarning, `{"threshold":0.20}`).Into(t, new(any))
	var wait sync.WaitGroup
	for n := range 20 {
		wait.Go(func() {
			if err := debit(w.db, "partner.cash", n, 1); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if w.lows() != 1 || w.balance("partner") != "0.10" {
		t.Errorf("%d warnings, and the balance is %s", w.lows(), w.balance("partner"))
	}
}
