package account

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// EventRebate is an incentive that reached a partner's top-up account. The owner is the partner.
const EventRebate = "account.rebate"

// GiveRebate appends to tx that an incentive is paid to a partner's top-up account (返充值账户), for a payment request as its reference. It is for who owns the
// payment, which is made once. Error: ErrTooMuch. Source: DOMAIN.md 6, change record "充值(激励返点)".
func GiveRebate(ctx context.Context, db *table.Client, tx *table.Tx, partner auth.PartyID, amount money.Fen, reference string, now time.Time) error {
	cash, err := loadOrNew(ctx, db, partner, Cash)
	if err != nil {
		return err
	}
	t := Transfer{ID: table.NewID(now), From: VendorBank, To: cash.ID, Amount: amount, Reason: Rebate, Reference: reference, At: now}
	if _, err := Credit(tx, cash, t); err != nil {
		return err
	}
	tell(ctx, tx, EventRebate, t, partner)
	return nil
}
