package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// tally counts answers by their status and error code. It is safe for concurrent use.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *tally) add(a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	code := ""
	if i := strings.Index(a.Body, "CBC."); i >= 0 {
		code = a.Body[i : i+len("CBC.99001001")]
	}
	c.n[fmt.Sprint(a.Status, " ", code)]++
}

// atOnce calls an operation n times at once, each signed by itself.
func (w *world) atOnce(wait *sync.WaitGroup, n int, caller, path, body string, counted *tally) {
	for i := range n {
		wait.Go(func() {
			counted.add(w.send(fmt.Sprint(path, i), caller, http.MethodPost, path, body))
		})
	}
}

func TestB31SixtyFourAppropriationsAtOnceOfABalanceForThirty(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "0.30")
	var wait sync.WaitGroup
	var counted tally
	w.atOnce(&wait, 64, provider, givePath, adjust("c1", "0.01"), &counted)
	wait.Wait()
	if counted.n["200 "] != 30 || counted.n["400 CBC.99001001"] != 34 {
		t.Errorf("got %v, want 30 successes and 34 refusals for want of balance", counted.n)
	}
	sums, err := account.AuditAll(context.Background(), w.db, accounts()...)
	if err != nil || sums.Received != 30 || w.balance("partner") != "0.00" || w.balance("c1") != "0.30" {
		t.Errorf("the partner holds %s and the customer %s; the audit says %+v, %v", w.balance("partner"), w.balance("c1"), sums, err)
	}
}

func TestAppropriationReclaimAndADebitRacingConserveTheSum(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "1")
	w.as(provider, "POST", givePath, adjust("c1", "0.20")).transfer(t)
	var wait sync.WaitGroup
	var gave, took tally
	var paid, short sync.Map
	w.atOnce(&wait, 15, provider, givePath, adjust("c1", "0.02"), &gave)
	w.atOnce(&wait, 15, provider, takePath, adjust("c1", "0.03"), &took)
	for n := range 15 {
		wait.Go(func() {
			switch err := debit(w.db, "c1.cash", n, 2); {
			case err == nil:
				paid.Store(n, true)
			case errors.Is(err, account.ErrInsufficientBalance):
				short.Store(n, true)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if gave.n["200 "] != 15 || took.n["200 "]+took.n["400 CBC.99001001"] != 15 || size(&paid)+size(&short) != 15 {
		t.Errorf("appropriations %v, reclaims %v, debits %d and %d refused", gave.n, took.n, size(&paid), size(&short))
	}
	sums, err := account.AuditAll(context.Background(), w.db, accounts()...)
	if err != nil {
		t.Error(err)
	}
	moves := 1 + gave.n["200 "] + took.n["200 "]
	want := int64(1 + 2*moves + size(&paid)) // the top-up, both sides of each movement, the debits
	if sums.Entries != want || sums.Paid != money.Fen(2*size(&paid)) || sums.Received != sums.Given || sums.Balance() != 100-sums.Paid {
		t.Errorf("the audit says %+v, want %d entries", sums, want)
	}
}

func size(m *sync.Map) int {
	n := 0
	m.Range(func(any, any) bool { n++; return true })
	return n
}

// debit pays from an account, again while others are in the way.
func debit(db *table.Client, id account.ID, n int, amount money.Fen) error {
	for {
		a, err := account.Load(context.Background(), db, id)
		if err != nil {
			return err
		}
		tx := table.NewTx()
		_, err = account.Debit(tx, a, account.Transfer{
			ID: fmt.Sprint("debit", n), To: account.VendorRevenue, Amount: amount, Reason: account.Renewal, Reference: fmt.Sprint("order", n), At: at,
		})
		if err != nil {
			return err
		}
		if err = db.Commit(context.Background(), tx); !errors.Is(err, table.ErrConflict) && !errors.Is(err, table.ErrBusy) {
			return err
		}
	}
}

// How often a movement is tried: a busy table 8 times in each of 6 effects, an account that moves 12 times 6 effects.
const (
	busyLimit     = 8 * 6
	conflictLimit = 12 * 6
)

func TestConflictsAreRetriedUpToTheirLimitAndThenNothingMoved(t *testing.T) {
	for _, c := range []struct {
		name      string
		conflicts int
		want      string
	}{
		{"none", 0, "200 "}, {"three", 3, "200 "}, {"one less than the limit", busyLimit - 1, "200 "}, {"the limit", busyLimit, "409 CBC.0409"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.topUp("partner", "r1", "100")
			before, met := w.state(), 0
			w.serve(w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx && met < c.conflicts {
					met++
					return table.Conflict
				}
				return table.Pass
			}))
			checkMove(t, w, c.want, before)
			if met != c.conflicts {
				t.Errorf("%d conflicts were met, want %d", met, c.conflicts)
			}
		})
	}
}

// TestAnAccountThatMovesIsReadAgain has somebody else spend from the account between each reading of it and the write.
func TestAnAccountThatMovesIsReadAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		others int
		want   string
	}{{"one less than the limit", conflictLimit - 1, "200 "}, {"the limit", conflictLimit, "409 CBC.0409"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.topUp("partner", "r1", "100")
			others := 0
			w.serve(w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx && others < c.others {
					others++
					if err := debit(w.db, "partner.cash", others, 1); err != nil {
						t.Error(err)
					}
				}
				return table.Pass
			}))
			a := w.as(provider, "POST", givePath, adjust("c1", "30"))
			if got := fmt.Sprint(a.Status); !strings.HasPrefix(c.want, got) {
				t.Fatalf("got %d %s, want %s", a.Status, a.Body, c.want)
			}
			want := "30.00"
			if a.Status == http.StatusConflict {
				a.Refused(t, 409, "CBC.0409", "try again")
				want = "0.00"
			}
			if got := w.balance("c1"); got != want || others != c.others {
				t.Errorf("the customer holds %s after %d others, want %s after %d", got, others, want, c.others)
			}
			w.state()
		})
	}
}

// checkMove appropriates 30 of 100 yuan and checks that they moved, or that nothing did and a later call can move them.
func checkMove(t *testing.T, w *world, want, before string) {
	t.Helper()
	a := w.signed("move", provider, "POST", givePath, adjust("c1", "30"))
	if !strings.HasPrefix(want, fmt.Sprint(a.Status)) {
		t.Fatalf("got %d %s, want %s", a.Status, a.Body, want)
	}
	if a.Status == http.StatusConflict {
		a.Refused(t, 409, "CBC.0409", "try again")
		if after := w.state(); after != before {
			t.Errorf("a refused call changed\n%s\nto\n%s", before, after)
		}
		w.signed("move", provider, "POST", givePath, adjust("c1", "30")).transfer(t)
	}
	if got := w.balance("partner") + " " + w.balance("c1"); got != "70.00 30.00" {
		t.Errorf("the balances are %s", got)
	}
	w.state()
}

func TestALostAnswerAndACrashMoveMoneyOnce(t *testing.T) {
	for name, verdict := range map[string]table.Verdict{"lost answer": table.LostAnswer, "crash before": table.CrashBefore, "crash after": table.CrashAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.topUp("partner", "r1", "100")
			w.serve(tabletest.FirstTx(t, w.db, verdict))
			w.signed("move", provider, "POST", givePath, adjust("c1", "30"))
			again := w.signed("move", provider, "POST", givePath, adjust("c1", "30"))
			again.transfer(t)
			if replayed := again.Header.Get("Idempotent-Replay") == "true"; replayed != (verdict != table.CrashBefore) {
				t.Errorf("the repeat was answered as a replay: %v", replayed)
			}
			if got := w.balance("partner") + " " + w.balance("c1"); got != "70.00 30.00" {
				t.Errorf("the balances are %s", got)
			}
			w.state()
		})
	}
}

func TestARemittanceBookedByManyAtOnceIsBookedOnce(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	var ids, refused sync.Map
	for i := range 16 {
		partner := []string{"partner", "rival"}[i%2]
		wait.Go(func() {
			path := "/v2/vendor/partners/" + partner + "/top-ups"
			a := w.send(fmt.Sprint("s", i), "vendor vendor", http.MethodPost, path, `{"remittance_no":"ICBC-9","amount":100}`)
			if a.Status == http.StatusConflict {
				refused.Store(i, true)
				return
			}
			ids.Store(a.transfer(t), true)
		})
	}
	wait.Wait()
	if size(&ids) != 1 || size(&refused) != 8 {
		t.Errorf("%d transfers and %d refusals, want one, and eight of the other partner", size(&ids), size(&refused))
	}
	sums, err := account.AuditAll(context.Background(), w.db, accounts()...)
	if err != nil || sums.ToppedUp != 10000 || sums.Entries != 1 {
		t.Errorf("the audit says %+v, %v", sums, err)
	}
}
