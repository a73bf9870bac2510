package account

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// EventUnbound: a customer's balance went back to its partner, since their association has ended or was switched.
const EventUnbound = "account.unbound"

// Held reads how a customer's cash splits: what came from its partner and would go back to it, and what is its own from before.
func Held(ctx context.Context, db *table.Client, customer auth.PartyID) (back, own money.Fen, err error) {
	a, err := loadOrNew(ctx, db, customer, Cash)
	return a.Free(), a.Designated, err
}

// Unbind appends to tx that all of a customer's cash which is not its own goes back to a partner, and returns the amount. It writes the customer's
// account even when nothing goes back: an appropriation that was begun while the association still held finds the account changed.
//
// Errors: ErrTooMuch; table.ErrConflict, from the commit, when either account has moved. Source: DOMAIN.md 3, Effects, "BEUNBIND".
func Unbind(
	ctx context.Context, db *table.Client, tx *table.Tx, customer party.Party, partner auth.PartyID, by string, now time.Time,
) (money.Fen, error) {
	lower, err := loadOrNew(ctx, db, customer.ID, Cash)
	if err != nil {
		return 0, err
	}
	back := lower.Free()
	if back == 0 {
		next := lower
		next.write(tx, lower)
		return 0, nil
	}
	upper, err := loadOrNew(ctx, db, partner, Cash)
	if err != nil {
		return 0, err
	}
	id := table.NewID(now)
	t := Transfer{ID: id, Amount: back, Reason: Unbinding, Reference: id, Below: customer.ID, BelowName: customer.Name, At: now}
	if _, _, err := Move(tx, lower, upper, t); err != nil {
		return 0, err
	}
	event.Append(tx, event.Event{
		Type: EventUnbound, Subject: id, Owner: string(customer.ID), At: now, By: by,
		Data: map[string]string{"amount": back.String(), "from": string(lower.ID), "to": string(upper.ID)},
	})
	return back, nil
}

// Own appends to tx, on the condition that nothing comes in meanwhile, that what a customer's account holds is the customer's own: a partner whose resale customer it becomes can't take it back.
// Source: DOMAIN.md 3, Effects, "existing customer balance stays withdrawable by the customer".
func Own(ctx context.Context, db *table.Client, tx *table.Tx, customer auth.PartyID) error {
	a, err := loadOrNew(ctx, db, customer, Cash)
	if err != nil {
		return err
	}
	next := a
	next.Designated = next.Balance
	next.write(tx, a)
	return nil
}
