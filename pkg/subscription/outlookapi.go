package subscription

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

type forecastInput struct {
	Days       int    `query:"days" minimum:"1" maximum:"90" default:"30" doc:"The rest of today in Beijing and so many days after it"`
	CustomerID string `query:"customer_id" maxLength:"64" doc:"For partners: whose renewals they are"`
}

// forecastRenewal is an auto-renewal attempt to come, on the wire.
type forecastRenewal struct {
	ResourceID string          `json:"resource_id"`
	Time       rest.Instant    `json:"time"`
	PeriodType int             `json:"period_type" enum:"2,3" doc:"2 month, 3 year"`
	PeriodNum  int             `json:"period_num"`
	Amount     rest.AmountText `json:"amount" doc:"Yuan: of the resource and what is attached to it"`
	Coupon     rest.AmountText `json:"coupon_amount" doc:"Yuan: of it, what a voucher pays"`
	Verdict    string          `json:"verdict" enum:"would_pay,refused"`
	Reason     string          `json:"reason,omitempty" enum:"balance,pending_order,blocked,off_shelf,period" doc:"Why it would be refused"`
	ExpireTime rest.Instant    `json:"expire_time" doc:"Of the resource after the attempt"`
}

// forecastDay is a day with attempts on the wire.
type forecastDay struct {
	Date     string            `json:"date" doc:"Beijing"`
	Needed   rest.AmountText   `json:"needed_amount" doc:"Yuan: of the balance, for the renewals that money can pay for"`
	Paid     rest.AmountText   `json:"paid_amount" doc:"Yuan"`
	Balance  rest.AmountText   `json:"balance" doc:"Yuan: when the day ends"`
	Renewals []forecastRenewal `json:"renewals" doc:"In the order in which they are tried"`
}

type forecastOutput struct {
	Body struct {
		CustomerID   string           `json:"customer_id"`
		Days         int              `json:"days"`
		Currency     string           `json:"currency"`
		Balance      rest.AmountText  `json:"balance" doc:"Yuan: now"`
		BalanceAfter rest.AmountText  `json:"balance_after" doc:"Yuan: at the end"`
		Needed       rest.AmountText  `json:"needed_amount" doc:"Yuan: for all renewals that money can pay for"`
		Missing      rest.AmountText  `json:"missing_amount" doc:"Yuan: to top up, so that none is refused for want of money"`
		First        *forecastRenewal `json:"first_failure,omitempty"`
		Data         []forecastDay    `json:"data" doc:"The days on which renewals are tried"`
	}
}

// forecast says which auto-renewals of a customer are to come, and which of them would be paid. It changes nothing.
func (s *Service) forecast(ctx context.Context, in *forecastInput) (*forecastOutput, error) {
	holder, err := s.holderFor(ctx, in.CustomerID)
	if err != nil {
		return nil, err
	}
	outlook, err := ReadOutlook(ctx, s.Table, holder, Families(ctx, s.Table, holder.ID), in.Days, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	seen, err := Foresee(outlook)
	if err != nil {
		return nil, err
	}
	out := &forecastOutput{}
	b := &out.Body
	b.CustomerID, b.Days, b.Currency, b.Data = string(holder.ID), in.Days, "CNY", []forecastDay{}
	b.Balance, b.BalanceAfter = rest.AmountText(outlook.Balance), rest.AmountText(seen.Balance)
	b.Needed, b.Missing = rest.AmountText(seen.Needed), rest.AmountText(seen.Missing)
	if seen.Fails != nil {
		first := showForeseen(*seen.Fails)
		b.First = &first
	}
	for _, d := range seen.Days {
		day := forecastDay{
			Date: d.Day.String(), Needed: rest.AmountText(d.Needed), Paid: rest.AmountText(d.Paid), Balance: rest.AmountText(d.Balance),
		}
		for _, one := range d.Due {
			day.Renewals = append(day.Renewals, showForeseen(one))
		}
		b.Data = append(b.Data, day)
	}
	return out, nil
}

// ReadOutlook reads what a forecast of a customer's auto-renewals goes by, of all that it holds.
func ReadOutlook(
	ctx context.Context, db *table.Client, holder party.Party, all iter.Seq2[Family, error], days int, now time.Time,
) (Outlook, error) {
	o := Outlook{Holder: holder, Unpaid: map[OrderID]time.Time{}, Now: now, Days: days}
	for f, err := range all {
		if err != nil {
			return o, err
		}
		if f.Main.Policy != PolicyAutoRenew || f.Main.Status == StatusClosed {
			continue
		}
		o.Families = append(o.Families, f)
		if err := awaited(ctx, db, f.Main, o.Unpaid); err != nil {
			return o, err
		}
	}
	var err error
	if o.Products, err = ReadProducts(ctx, db, o.Families); err != nil {
		return o, err
	}
	if o.Balance, err = BalanceOf(ctx, db, holder.ID); err != nil {
		return o, err
	}
	if o.Coupons, err = promotion.Coupons(ctx, db, holder.ID); err != nil {
		return o, err
	}
	o.Blocked, err = party.Blocked(ctx, db, holder)
	return o, err
}

// awaited notes until when the order that a resource is in awaits its payment.
func awaited(ctx context.Context, db *table.Client, main Subscription, until map[OrderID]time.Time) error {
	if main.PendingOrder == "" || main.Reviewing {
		return nil
	}
	var o Order
	if err := db.Get(ctx, orderKey(main.Customer, main.PendingOrder), &o); err != nil {
		return err
	}
	if o.Status == OrderAwaitingPayment {
		until[o.ID] = o.PayBefore
	}
	return nil
}

func showForeseen(f Foreseen) forecastRenewal {
	shown := forecastRenewal{
		ResourceID: string(f.Resource), Time: rest.Instant(f.At), PeriodType: int(f.Term.Unit), PeriodNum: f.Term.Count,
		Amount: rest.AmountText(f.Price), Coupon: rest.AmountText(f.Coupon), Verdict: "would_pay", Reason: string(f.Refusal), ExpireTime: rest.Instant(f.Until.LastSecond()),
	}
	if f.Refusal != "" {
		shown.Verdict = "refused"
	}
	return shown
}
