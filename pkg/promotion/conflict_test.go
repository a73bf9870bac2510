package promotion_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

// How often an effect is tried: a busy table 8 times in each of 6 effects, a quota that moves 12 times 6 effects.
const (
	busyLimit     = 8 * 6
	conflictLimit = 12 * 6
)

func TestConflictsAreRetriedUpToTheirLimitAndThenNothingIsIssued(t *testing.T) {
	for _, c := range []struct {
		name      string
		conflicts int
		issued    bool
	}{{"three", 3, true}, {"one less than the limit", busyLimit - 1, true}, {"the limit", busyLimit, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			quota, met := w.grant("partner", "100", ""), 0
			w.db = w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx && met < c.conflicts {
					met++
					return table.Conflict
				}
				return table.Pass
			})
			w.serve()
			w.checkIssue(quota, c.issued)
			if met != c.conflicts {
				t.Errorf("%d conflicts were met, want %d", met, c.conflicts)
			}
		})
	}
}

// TestAQuotaThatMovesIsReadAgain has somebody else set the quota's status between each reading of it and the write.
func TestAQuotaThatMovesIsReadAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		others int
		issued bool
	}{{"one less than the limit", conflictLimit - 1, true}, {"the limit", conflictLimit, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			quota, others := w.grant("partner", "100", ""), 0
			inner := w.db
			w.db = w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx && others < c.others {
					others++
					old, tx := promotion.Quota{}, table.NewTx()
					if err := inner.Get(context.Background(), table.Key{PK: "PARTY#partner", SK: "QUOTA#" + quota}, &old); err != nil {
						t.Error(err)
					}
					next := old
					tx.Replace(&old, &next)
					if err := inner.Commit(context.Background(), tx); err != nil {
						t.Error(err)
					}
				}
				return table.Pass
			})
			w.serve()
			w.checkIssue(quota, c.issued)
			if others != c.others {
				t.Errorf("%d others were met, want %d", others, c.others)
			}
		})
	}
}

// checkIssue issues 10 yuan of a quota of 100 and checks that it was done, or that nothing was and a later call can do it.
func (w *world) checkIssue(quota string, issued bool) {
	w.t.Helper()
	issue := func() answer {
		return w.send("issue", "partner partner", http.MethodPost, couponsPath, issueBody(quota, "10", "", "c1"))
	}
	a := issue()
	if done := strings.Contains(a.Body, `"coupon_id"`); done != issued {
		w.t.Fatalf("got %d %s, issued should be %v", a.Status, a.Body, issued)
	}
	if !issued {
		a.Refused(w.t, "CBC.0409", "try again")
		if got := w.sums("partner", quota); got.Balance != 100_00 || a.Status != http.StatusConflict || w.operations("partner partner", "") != "" {
			w.t.Errorf("refused with %d it left %+v and the records %q", a.Status, got, w.operations("partner partner", ""))
		}
		if a := issue(); a.Status != http.StatusOK {
			w.t.Errorf("afterwards it gave %d %s", a.Status, a.Body)
		}
	}
	if got := fmt.Sprint(w.sums("partner", quota).Balance, w.sums("partner", quota).Held); got != "90.00 10.00" {
		w.t.Errorf("the quota has %s left and held, want 90.00 10.00", got)
	}
}
