package account_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var at = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

const cash account.ID = "c.cash"

func open(t *testing.T, opening money.Fen) *table.Client {
	t.Helper()
	db := tabletest.New(t)
	tx := table.NewTx()
	if err := account.Open(tx, "c", opening, "opening", at); err != nil {
		t.Fatal(err)
	}
	if err := db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	return db
}

// pay debits the account once, again while others are in the way.
func pay(db *table.Client, n int, amount money.Fen) error { return debit(db, cash, n, amount) }

func TestB31ThirtyOfSixtyFourDebitsAtOnceSucceed(t *testing.T) {
	db := open(t, 30)
	var paid, short atomic.Int32
	var wait sync.WaitGroup
	for n := range 64 {
		wait.Go(func() {
			switch err := pay(db, n, 1); {
			case err == nil:
				paid.Add(1)
			case errors.Is(err, account.ErrInsufficientBalance):
				short.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if paid.Load() != 30 || short.Load() != 34 {
		t.Errorf("%d debits succeeded and %d were refused, want 30 and 34", paid.Load(), short.Load())
	}
	sums, err := account.Audit(context.Background(), db, cash)
	if err != nil || sums.Entries != 31 || sums.Opened != 30 || sums.Paid != 30 {
		t.Errorf("the audit says %+v, %v", sums, err)
	}
}

func TestAnEntryHasTheBalanceAfterIt(t *testing.T) {
	db := open(t, 10000)
	for n, amount := range []money.Fen{2500, 1, 7499} {
		if err := pay(db, n, amount); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for e, err := range account.Entries(context.Background(), db, cash) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d:%s", max(e.FromSeq, e.ToSeq), max(e.FromAfter, e.ToAfter)))
	}
	if want := "[1:100.00 2:75.00 3:74.99 4:0.00]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if err := pay(db, 9, 1); !errors.Is(err, account.ErrInsufficientBalance) {
		t.Errorf("paying from nothing gave %v", err)
	}
}

func TestACreditIsAnEntryToo(t *testing.T) {
	db := open(t, 0)
	a, err := account.Load(context.Background(), db, cash)
	if err != nil {
		t.Fatal(err)
	}
	tx := table.NewTx()
	if _, err := account.Credit(tx, a, account.Transfer{ID: "t", From: account.VendorRevenue, Amount: 500, Reason: "REFUND", At: at}); err != nil {
		t.Fatal(err)
	}
	if err := db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	sums, err := account.Audit(context.Background(), db, cash)
	if err != nil || sums.Refunded != 500 || sums.Entries != 1 {
		t.Errorf("the audit says %+v, %v", sums, err)
	}
}

func TestAnAuditFindsWhatDoesNotBalance(t *testing.T) {
	db := open(t, 100)
	old, err := account.Load(context.Background(), db, cash)
	if err != nil {
		t.Fatal(err)
	}
	next := old
	next.Balance++
	if err := db.Replace(context.Background(), &old, &next); err != nil {
		t.Fatal(err)
	}
	if _, err := account.Audit(context.Background(), db, cash); err == nil {
		t.Error("a fen from nowhere was not found")
	}
}

func TestAmountsThatAreNoneAreRefused(t *testing.T) {
	for _, amount := range []money.Fen{0, -1} {
		a := account.Account{ID: cash, Balance: 100}
		if _, err := account.Debit(table.NewTx(), a, account.Transfer{Amount: amount}); err == nil {
			t.Errorf("a debit of %d was taken", amount)
		}
		if _, err := account.Credit(table.NewTx(), a, account.Transfer{Amount: amount}); err == nil {
			t.Errorf("a credit of %d was taken", amount)
		}
	}
	if err := account.Open(table.NewTx(), "c", -1, "x", at); err == nil {
		t.Error("a negative opening balance was taken")
	}
}
