package account

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
)

// consumption are the reasons for which money is spent on what the vendor sells.
var consumption = []Reason{Renewal, AutoRenewal, Purchase, SpecChange}

// Consumed gives what a party spent of its own accounts in a Beijing month that is over, less what it got back in it, as far as it happened at instants
// that count. It is made of the stored entries, so that all of it is what the month's statement says.
func (s *Service) Consumed(ctx context.Context, id auth.PartyID, month calendar.Date, counts func(at time.Time) bool) (money.Fen, error) {
	var spent money.Fen
	for _, kind := range []Kind{Cash, CreditLine} {
		r, err := s.stretch(ctx, Of(id, kind), monthOf(month))
		if err != nil {
			return 0, err
		}
		one, err := s.section(ctx, r, kind)
		if err != nil {
			return 0, err
		}
		for _, t := range one.Entries {
			_, _, received := t.side(r.Account)
			switch {
			case !counts(t.At):
			case !received && slices.Contains(consumption, t.Reason):
				spent += t.Amount
			case received && t.Reason == Refund:
				spent -= t.Amount
			}
		}
	}
	return spent, nil
}
