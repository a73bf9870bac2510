package customer

import (
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The kinds of budget, by BSS's names.
const (
	budgetMonthly = "MONTHLY" // begins anew with every Beijing month
	budgetPackage = "PACKAGE" // for once
)

// Budget is what a resale customer may spend, as its partner has set it. What is used is counted from payments, a little later.
// Source: DOMAIN.md 5, "INTL variant"; SDK UpdateSubCustomerBudget.
type Budget struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"partner"` // who set it; another partner's counts as none
	Amount  money.Fen    `dynamodbav:"amount"`
	Type    string       `dynamodbav:"btype"`
	Auto    bool         `dynamodbav:"auto,omitempty"` // the account is frozen when the budget is exceeded
	Used    money.Fen    `dynamodbav:"used,omitempty"`
	Month   string       `dynamodbav:"month,omitempty"` // Beijing month that Used is of, such as 2026-12
	Told    bool         `dynamodbav:"told,omitempty"`  // that it is exceeded has done what it does, since it was set or its month began
}

// UsedIn gives what is used of the budget in a Beijing month such as 2026-12.
func (b Budget) UsedIn(month string) money.Fen {
	if b.Type == budgetMonthly && b.Month != month {
		return 0
	}
	return b.Used
}

// Spent gives the budget after an amount was spent in a Beijing month. What belongs to a month that is over no longer counts.
func (b Budget) Spent(amount money.Fen, month string) Budget {
	if b.Type == budgetMonthly && month < b.Month {
		return b
	}
	b.Told = b.Told && (b.Type != budgetMonthly || b.Month == month)
	b.Used, b.Month = b.UsedIn(month)+amount, month
	return b
}

// Exceeded says whether more is used than the budget allows.
func (b Budget) Exceeded() bool { return b.Used > b.Amount }

// budgetSet is one setting of a budget.
type budgetSet struct {
	table.Head
	Amount   money.Fen `dynamodbav:"amount"`
	Type     string    `dynamodbav:"btype"`
	At       time.Time `dynamodbav:"at"` // business time, UTC
	Operator string    `dynamodbav:"op"`
}

// budgetOf reads a customer's budget, and a budget of nothing when its partner has set none.
func (s *Service) budgetOf(ctx context.Context, c party.Party) (Budget, error) {
	var b Budget
	err := s.Table.Get(ctx, budgetKey(c.ID), &b)
	if err != nil && !absent(err) {
		return b, err
	}
	if absent(err) {
		b = Budget{Type: budgetMonthly}
	}
	if b.Partner != c.Partner {
		b = Budget{Head: b.Head, Type: budgetMonthly}
	}
	return b, nil
}

// keep appends to tx that a customer's budget becomes next.
func (b Budget) keep(tx *table.Tx, customer auth.PartyID, next Budget) {
	if b.Ver == 0 {
		next.Head = budgetKey(customer).Head()
		tx.Create(&next)
		return
	}
	next.Head = b.Head
	tx.Replace(&b, &next)
}

// setting is what a partner sets.
type setting struct {
	amount money.Fen
	kind   string
	auto   *bool // nil leaves it
	thaw   bool  // the account is unfrozen as well
}

// setBudget appends to tx that a partner sets its customer's budget. The condition is that it is still the partner's customer of resale: a budget that
// is new was not there to end with the association. Error: ErrNotResale.
func (s *Service) setBudget(ctx context.Context, tx *table.Tx, c party.Party, to setting, by string) error {
	if c.AssociationType != party.Resale {
		return ErrNotResale.Saying("customer %q is no resale customer of yours", c.ID)
	}
	old, err := s.budgetOf(ctx, c)
	if err != nil {
		return err
	}
	now, next := s.Clock.Now(), old
	next.Partner, next.Amount, next.Told = c.Partner, to.amount, false
	if next.Type != to.kind {
		next.Type, next.Used, next.Month = to.kind, 0, monthOf(now) // counting begins anew. ASSUMED
	}
	if to.auto != nil {
		next.Auto = *to.auto
	}
	old.keep(tx, c.ID, next)
	tx.Create(&budgetSet{
		Head: budgetSetKey(c.ID, c.Partner, now, ulid.Make().String()).Head(), Amount: to.amount, Type: to.kind, At: now, Operator: by,
	})
	s.audit(ctx, tx, event.Event{
		Type: EventBudgetSet, Owner: string(c.ID), Subject: string(c.ID),
		Data: map[string]string{"partner": string(c.Partner), "amount": to.amount.String(), "type": to.kind},
	})
	if !to.thaw || c.Profile.Frozen == party.NotFrozen {
		if old.Partner == "" {
			tx.Check(&c)
		}
		return nil
	}
	thawedTo, err := thawed(c.Profile.Frozen, freezeAccount)
	if err != nil {
		return err
	}
	unfrozen := c
	unfrozen.Profile.Frozen = thawedTo
	s.audit(ctx, tx, event.Event{
		Type: EventUnfrozen, Owner: string(c.ID), Subject: string(c.ID), Data: map[string]string{"partner": string(c.Partner)},
	})
	return party.Change(ctx, s.Table, tx, c, unfrozen)
}

// spentMark says that a payment is counted.
type spentMark struct {
	table.Head
}

// spentKept is how long, wall clock, it is known that a payment is counted. ASSUMED
const spentKept = 30 * 24 * time.Hour

// CountSpent counts a customer's payment in its budget, once for each id of the payment's event. A budget that is exceeded freezes the
// account when its partner wants that.
func (s *Service) CountSpent(ctx context.Context, customer auth.PartyID, eventID string, amount money.Fen, at time.Time) error {
	return table.Retry(ctx, func() error {
		var budget Budget // of most customers there is none
		if err := s.Table.Get(ctx, budgetKey(customer), &budget); err != nil {
			if absent(err) {
				return nil
			}
			return err
		}
		var mark spentMark
		if err := s.Table.Get(ctx, spentKey(customer, eventID), &mark); err == nil || !absent(err) {
			return err
		}
		c, err := party.Get(ctx, s.Table, customer)
		if err != nil || budget.Partner != c.Partner || c.AssociationType != party.Resale {
			return err
		}
		next := budget.Spent(amount, monthOf(at))
		news := next.Exceeded() && !next.Told
		next.Told = next.Exceeded()
		tx := table.NewTx()
		mark.Head = spentKey(customer, eventID).Head()
		mark.TTL = s.Wall.Now().Add(spentKept).Unix()
		tx.Create(&mark)
		budget.keep(tx, customer, next)
		if news {
			if err := s.freezeExceeded(ctx, tx, c, next); err != nil {
				return err
			}
		}
		return s.Table.Commit(ctx, tx)
	})
}

// freezeExceeded appends to tx what happens when a payment has exceeded a budget.
func (s *Service) freezeExceeded(ctx context.Context, tx *table.Tx, c party.Party, next Budget) error {
	event.Append(tx, event.Event{
		Type: EventBudgetExceeded, Owner: string(c.ID), Subject: string(c.ID), At: s.Clock.Now(), By: "system",
		Data: map[string]string{"partner": string(c.Partner), "used": next.Used.String(), "amount": next.Amount.String()},
	})
	if !next.Auto || c.Profile.Frozen != party.NotFrozen {
		return nil
	}
	frozenNow := c
	frozenNow.Profile.Frozen = party.AccountFrozen
	event.Append(tx, event.Event{
		Type: EventFrozen, Owner: string(c.ID), Subject: string(c.ID), At: s.Clock.Now(), By: "system", Why: "the budget is exceeded",
		Data: map[string]string{"partner": string(c.Partner)},
	})
	return party.Change(ctx, s.Table, tx, c, frozenNow)
}
