package invoice

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Invoiceable gives what an account can ask the vendor's invoices for now: what it consumed in the months of the last year that are out and that no live
// request invoices. Error: party.ErrUnknown.
func (s *Service) Invoiceable(ctx context.Context, account auth.PartyID) (sum money.Fen, err error) {
	p, err := party.Get(ctx, s.Table, account)
	if err != nil || s.Parts.Consumption == nil {
		return 0, err
	}
	now := s.Clock.Now()
	this := MonthOf(calendar.DateOf(now))
	var months []Month
	var keys []table.Key
	for m := max(this.plus(-mostMonths), MonthOf(calendar.DateOf(p.Created))); m < this; m = m.plus(1) {
		if !now.Before(invoiceable(p.Kind, m)) {
			months, keys = append(months, m), append(keys, monthKey(account, m))
		}
	}
	taken, err := table.GetAll[invoicedMonth](ctx, s.Table, keys)
	if err != nil {
		return 0, err
	}
	for n, m := range months {
		if taken[keys[n]] != nil {
			continue
		}
		amount, err := s.Parts.Consumption(ctx, account, m)
		if err != nil {
			return 0, err
		}
		sum += max(amount, 0)
	}
	return sum, nil
}
