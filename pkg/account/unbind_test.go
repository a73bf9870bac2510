package account_test

import (
	"errors"
	"sync"
	"testing"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// unbinds takes a customer's balance back to its partner.
func (w *world) unbinds(customer, partner party.Party) money.Fen {
	w.t.Helper()
	var back money.Fen
	err := table.Retry(w.t.Context(), func() (err error) {
		tx := table.NewTx()
		if back, err = account.Unbind(w.t.Context(), w.db, tx, customer, partner.ID, "system", w.clock.Now()); err != nil {
			return err
		}
		return w.db.Commit(w.t.Context(), tx)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return back
}

func (w *world) reads(id auth.PartyID) party.Party {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestAnUnboundBalanceIsAnEntryOfBothByItsOwnName(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	w.as(provider, "POST", givePath, adjust("c1", "30.05")).transfer(t)
	if back := w.unbinds(w.reads("c1"), w.reads("partner")); back != 30_05 {
		t.Errorf("%s went back", back)
	}
	if back := w.unbinds(w.reads("c1"), w.reads("partner")); back != 0 { // to do it again moves nothing
		t.Errorf("%s went back again", back)
	}
	if w.balance("c1") != "0.00" || w.balance("partner") != "100.00" {
		t.Errorf("the customer has %s and the partner %s", w.balance("c1"), w.balance("partner"))
	}
	adjusted := w.list(provider, adjustsPath, "operation_type=SOURCE_OPERATION_BEUNBIND")
	if adjusted.TotalCount != 1 || adjusted.Records[0].CustomerID != "c1" || adjusted.Records[0].OperationType != "SOURCE_OPERATION_BEUNBIND" {
		t.Errorf("the adjust records are %+v", adjusted)
	}
	changed := w.list(provider, changesPath, "balance_type=BALANCE_TYPE_DEBIT&trade_type=BEUNBIND")
	if changed.TotalCount != 1 || changed.Records[0].Type != "1" || changed.Records[0].TradeDetailType != "SOURCE_OPERATION_BEUNBIND" ||
		changed.Records[0].TradeID != adjusted.Records[0].TransID {
		t.Errorf("the change records are %+v", changed)
	}
	if _, err := account.AuditAll(t.Context(), w.db, accounts()...); err != nil {
		t.Error(err)
	}
}

func TestWhatIsACustomersOwnStaysWithIt(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	w.as(provider, "POST", givePath, adjust("c1", "20")).transfer(t)
	tx := table.NewTx()
	if err := account.Own(t.Context(), w.db, tx, "c1"); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	w.as(provider, "POST", takePath, adjust("c1", "0.01")).Refused(t, 400, "CBC.99001001", "0.00")
	w.as(provider, "POST", givePath, adjust("c1", "5")).transfer(t)
	back, own, err := account.Held(t.Context(), w.db, "c1")
	if err != nil || back != 5_00 || own != 20_00 {
		t.Errorf("%s would go back and %s is its own, %v", back, own, err)
	}
	if back := w.unbinds(w.reads("c1"), w.reads("partner")); back != 5_00 || w.balance("c1") != "20.00" {
		t.Errorf("%s went back, the customer has %s", back, w.balance("c1"))
	}
	if back, own, err := account.Held(t.Context(), w.db, "c2"); err != nil || back != 0 || own != 0 {
		t.Errorf("who never had money has %s and %s, %v", back, own, err)
	}
}

func TestNoAppropriationLandsBehindAnUnbinding(t *testing.T) {
	for _, opened := range []bool{false, true} {
		w := newWorld(t)
		w.topUp("partner", "r1", "100")
		if opened {
			w.as(provider, "POST", givePath, adjust("c1", "1")).transfer(t)
			w.as(provider, "POST", takePath, adjust("c1", "1")).transfer(t)
		}
		customer, partner := w.reads("c1"), w.reads("partner")
		var once sync.Once
		w.serve(w.db.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx { // the association ends between what the appropriation reads and its commit
				once.Do(func() {
					tx := table.NewTx()
					if _, err := party.Dissociate(t.Context(), w.db, tx, customer, w.clock.Now()); err != nil {
						t.Error(err)
					}
					if err := w.db.Commit(t.Context(), tx); err != nil {
						t.Error(err)
					}
					w.unbinds(customer, partner)
				})
			}
			return table.Pass
		}))
		w.as(provider, "POST", givePath, adjust("c1", "7")).Refused(t, 400, "CBC.99000047", "c1")
		if w.balance("c1") != "0.00" || w.balance("partner") != "100.00" {
			t.Errorf("opened %t: the customer has %s and the partner %s", opened, w.balance("c1"), w.balance("partner"))
		}
		if _, err := account.Load(t.Context(), w.db, "c1.cash"); errors.Is(err, table.ErrNotFound) {
			t.Errorf("opened %t: the customer's account was not written", opened)
		}
	}
}
