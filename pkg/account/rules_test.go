package account

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

func anAccount(t *rapid.T, id ID) Account {
	a := Account{ID: id, Balance: money.Fen(rapid.Int64Range(0, 1000).Draw(t, "balance")), Seq: rapid.Int64Range(0, 9).Draw(t, "seq")}
	a.Designated = money.Fen(rapid.Int64Range(0, int64(a.Balance)).Draw(t, "designated"))
	return a
}

func TestAMovementConservesTheSumAndCountsOneEntryOnEachSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := anAccount(t, "a.cash"), anAccount(t, "b.cash")
		amount := money.Fen(rapid.Int64Range(-5, 1100).Draw(t, "amount"))
		giver, taker, entry, err := moved(from, to, Transfer{Amount: amount})
		if possible := amount > 0 && amount <= from.Free(); possible != (err == nil) {
			t.Fatalf("moving %d of %+v gave %v", amount, from, err)
		}
		if err != nil {
			return
		}
		if giver.Balance+taker.Balance != from.Balance+to.Balance || from.Balance-giver.Balance != amount {
			t.Fatalf("%d and %d became %d and %d by %d", from.Balance, to.Balance, giver.Balance, taker.Balance, amount)
		}
		if giver.Designated != from.Designated || taker.Designated != to.Designated || giver.Free() < 0 {
			t.Fatalf("designated money moved: %+v, %+v", giver, taker)
		}
		if giver.Seq != from.Seq+1 || taker.Seq != to.Seq+1 || entry.FromSeq != giver.Seq || entry.ToSeq != taker.Seq {
			t.Fatalf("the entries are %+v, of %+v and %+v", entry, giver, taker)
		}
		if entry.FromAfter != giver.Balance || entry.ToAfter != taker.Balance || entry.From != "a.cash" || entry.To != "b.cash" {
			t.Fatalf("the entries are %+v, of %+v and %+v", entry, giver, taker)
		}
	})
}

func TestADebitSpendsDesignatedMoneyLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anAccount(t, "a.cash")
		amount := money.Fen(rapid.Int64Range(1, 1100).Draw(t, "amount"))
		next, _, err := debited(a, Transfer{Amount: amount})
		if (err == nil) != (amount <= a.Balance) {
			t.Fatalf("a debit of %d from %+v gave %v", amount, a, err)
		}
		if err != nil {
			return
		}
		want := a.Designated
		if amount > a.Free() {
			want -= amount - a.Free()
		}
		if next.Designated != want || next.Balance != a.Balance-amount {
			t.Fatalf("%+v became %+v by %d", a, next, amount)
		}
	})
}

func TestACreditLimitKeepsWhatIsUsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := Account{ID: "a.credit", Limit: money.Fen(rapid.Int64Range(0, 1000).Draw(t, "limit"))}
		line.Balance = money.Fen(rapid.Int64Range(0, int64(line.Limit)).Draw(t, "left"))
		limit := money.Fen(rapid.Int64Range(0, 1200).Draw(t, "new"))
		if limit == line.Limit {
			return // nothing to do
		}
		used := line.Limit - line.Balance
		next, _, err := limited(line, limit, Transfer{})
		if limit < used {
			if !errors.Is(err, ErrInsufficientBalance) {
				t.Fatalf("%d of %d used, a limit of %d gave %v", used, line.Limit, limit, err)
			}
			return
		}
		if err != nil || next.Limit != limit || next.Limit-next.Balance != used {
			t.Fatalf("%d of %d used, a limit of %d gave %+v, %v", used, line.Limit, limit, next, err)
		}
	})
}

func TestMovementsThatAreNoneAreRefused(t *testing.T) {
	a, b := Account{ID: "a.cash", Balance: 100}, Account{ID: "b.cash", Balance: money.Max}
	for name, err := range map[string]error{
		"to itself": second(Move(table.NewTx(), a, a, Transfer{Amount: 1})),
		"of 0":      second(Move(table.NewTx(), a, b, Transfer{})),
		"below 0":   second(Move(table.NewTx(), a, b, Transfer{Amount: -1})),
		"too much":  second(Move(table.NewTx(), a, b, Transfer{Amount: 1})),
		"too large": second(Move(table.NewTx(), a, b, Transfer{Amount: 101})),
	} {
		if err == nil {
			t.Errorf("a movement %s was taken", name)
		}
	}
	if err := second(Move(table.NewTx(), a, b, Transfer{Amount: 1})); !errors.Is(err, ErrTooMuch) {
		t.Errorf("a balance beyond all bounds gave %v", err)
	}
}

func second(_, _ Account, err error) error { return err }

func TestWhoMayBeAdjusted(t *testing.T) {
	customer := func(partner auth.PartyID, association int) party.Party {
		return party.Party{Row: party.Row{ID: "x", Kind: auth.Customer, Partner: partner, AssociationType: association}}
	}
	reseller := party.Party{Row: party.Row{ID: "x", Kind: auth.Reseller}, Distributor: "p"}
	for name, c := range map[string]struct {
		below party.Party
		kind  auth.Kind
		want  error
	}{
		"a resale customer":              {customer("p", party.Resale), auth.Customer, nil},
		"an advisory customer":           {customer("p", party.Referral), auth.Customer, ErrNotResale},
		"an association of no type":      {customer("p", 0), auth.Customer, ErrNotResale},
		"another's resale customer":      {customer("q", party.Resale), auth.Customer, party.ErrUnknown},
		"another's advisory customer":    {customer("q", party.Referral), auth.Customer, party.ErrUnknown},
		"nobody's customer":              {customer("", party.Resale), auth.Customer, party.ErrUnknown},
		"a reseller":                     {reseller, auth.Reseller, nil},
		"a reseller as a customer":       {reseller, auth.Customer, party.ErrUnknown},
		"a customer as a reseller":       {customer("p", party.Resale), auth.Reseller, party.ErrUnknown},
		"another distributor's reseller": {party.Party{Row: party.Row{Kind: auth.Reseller}, Distributor: "q"}, auth.Reseller, party.ErrUnknown},
	} {
		got := guardBelow(c.below, adjustment{Partner: "p", Kind: c.kind})
		if (c.want == nil) != (got == nil) || !errors.Is(got, c.want) {
			t.Errorf("%s gave %v, want %v", name, got, c.want)
		}
	}
}

func TestWhichStandingLetsMoneyGoWhichWay(t *testing.T) {
	for standing, want := range map[party.Standing][2]error{
		party.Normal: {nil, nil}, party.Restricted: {party.ErrBlocked, nil}, party.Frozen: {party.ErrBlocked, party.ErrBlocked}, party.Exiting: {party.ErrExiting, nil},
	} {
		for d, want := range want {
			if got := guardStanding(standing, direction(d), "x"); (want == nil) != (got == nil) || !errors.Is(got, want) {
				t.Errorf("%s, direction %d: got %v, want %v", standing, d, got, want)
			}
		}
	}
}

func TestWindows(t *testing.T) {
	today := calendar.Date{Year: 2028, Month: 2, Day: 29}
	for _, c := range []struct{ begin, end, from, until string }{
		{"", "", "2027-02-27T16:00:00Z", "2028-02-29T16:00:00Z"}, // the 29th a year before is the 28th; both in Beijing
		{"2028-02-01", "", "2028-01-31T16:00:00Z", "2028-02-29T16:00:00Z"},
		{"", "2026-12-31", "2025-12-30T16:00:00Z", "2026-12-31T16:00:00Z"},
		{"2026-12-31", "2026-12-31", "2026-12-30T16:00:00Z", "2026-12-31T16:00:00Z"},
	} {
		w, err := days(c.begin, c.end, today)
		const form = "2006-01-02T15:04:05Z"
		if from, until := w.from.Format(form), w.until.Format(form); err != nil || from != c.from || until != c.until {
			t.Errorf("%q to %q is %s to %s, %v, want %s to %s", c.begin, c.end, from, until, err, c.from, c.until)
		}
	}
}

func TestEveryReasonHasItsTrade(t *testing.T) {
	for _, r := range []Reason{
		Opening, TopUp, Renewal, AutoRenewal, Purchase, SpecChange, Refund, Appropriation, Reclaim, Unbinding, LimitChange,
	} {
		if trades[r].kind == "" || trades[r].detail == "" {
			t.Errorf("%s has no trade type", r)
		}
	}
}
