package invoice

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Invoiceable gives what an account can ask the vendor's invoices for, now or once the month is out: what it consumed in the running month and in the last
// twelve before it, where no live request invoices it. The months that are not out count as well: an account that becomes a partner is never
// invoiced for what it consumed as a customer. Error: party.ErrUnknown.
func (s *Service) Invoiceable(ctx context.Context, account auth.PartyID) (sum money.Fen, err error) {
	p, err := party.Get(ctx, s.Table, account)
	if err != nil || s.Parts.Consumption == nil {
		return 0, err
	}
	this := MonthOf(calendar.DateOf(s.Clock.Now()))
	var months []Month
	var keys []table.Key
	for m := max(this.plus(-mostMonths), MonthOf(calendar.DateOf(p.Created))); m <= this; m = m.plus(1) {
		months, keys = append(months, m), append(keys, monthKey(account, m))
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
