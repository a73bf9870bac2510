package subscription

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type renewInput struct {
	rest.Lenient
	Body struct {
		ResourceIDs []string `json:"resource_ids" minItems:"1" maxItems:"10" uniqueItems:"true" doc:"Main resources"`
		PeriodType  int      `json:"period_type" enum:"2,3" doc:"2 month, 3 year"`
		PeriodNum   int      `json:"period_num" doc:"1-11 months or 1-3 years"`
		IsAutoPay   int      `json:"is_auto_pay,omitempty" enum:"0,1" doc:"1 pays the orders at once"`
	}
}

// ErrPayment: automatic payment failed; the orders await payment. Source: DOMAIN.md 18.
var ErrPayment = problem.New(http.StatusBadRequest, "CBC.30050006", "automatic payment failed")

// renew renews each resource by itself: one order each, or a refusal. Source: DOMAIN.md 1, Decisions 5.
func (s *Service) renew(ctx context.Context, in *renewInput) (*ordersOutput, error) {
	term := calendar.Term{Unit: calendar.Unit(in.Body.PeriodType), Count: in.Body.PeriodNum}
	if err := CheckTerm(term); err != nil {
		return nil, err
	}
	caller, pay := rest.Caller(ctx), in.Body.IsAutoPay == 1
	whole := s.bundling(in.Body.ResourceIDs, ErrWholeBundle, func(id ID) error {
		family, err := loadFamily(ctx, s.Table, caller.Party, id)
		if err == nil {
			_, _, err = s.renewalOf(ctx, caller, term, family)
		}
		return err
	})
	all, err := s.each(ctx, in.Body.ResourceIDs, func(n int, id ID) (Order, error) {
		family, err := loadFamily(ctx, s.Table, caller.Party, id)
		if err != nil {
			return Order{}, err
		}
		if err := whole.guard(ctx, family.Main); err != nil {
			return Order{}, err
		}
		return s.renewFamily(ctx, caller, term, pay, n, family)
	})
	if err != nil {
		return nil, err
	}
	return ordersOf(all), unpaid(all, pay)
}

// unpaid says which orders await payment though they were to be paid at once. Error: ErrPayment.
func unpaid(all []judged, pay bool) error {
	var ids []string
	for _, j := range all {
		if pay && j.Refusal == nil && j.Order.Status == OrderAwaitingPayment {
			ids = append(ids, string(j.Order.ID))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return ErrPayment.Saying("the balance is too small for the orders %s; they await payment", strings.Join(ids, ", "))
}

// renewalOf gives the renewal of a family by its holder. Errors: those of Guard.
func (s *Service) renewalOf(ctx context.Context, caller auth.Principal, term calendar.Term, family Family) (Renewal, party.Party, error) {
	r := Renewal{Family: family, Term: term, Source: sourceOf(caller), By: caller.Masked(), Now: s.Clock.Now()}
	var err error
	if r.Products, err = products(ctx, s.Table, family); err != nil {
		return r, party.Party{}, err
	}
	holder, err := party.Get(ctx, s.Table, caller.Party)
	if err != nil {
		return r, holder, err
	}
	r.Day = holder.ExpiryDay
	if err := r.guard(); err != nil {
		return r, holder, err
	}
	_, err = r.lines()
	return r, holder, err
}

// renewFamily renews the n-th resource of a request.
func (s *Service) renewFamily(ctx context.Context, caller auth.Principal, term calendar.Term, pay bool, n int, family Family) (Order, error) {
	r, holder, err := s.renewalOf(ctx, caller, term, family)
	if err != nil {
		return Order{}, err
	}
	tx, o, err := s.place(ctx, r, holder, pay)
	if err != nil {
		return o, err
	}
	rest.ClaimOf(ctx).Put(tx, n, string(o.ID))
	return o, s.Table.Commit(ctx, tx)
}

// place gives the transaction of a paid order, or of one that awaits payment: because that was asked for, or because the balance is
// too small.
func (s *Service) place(ctx context.Context, r Renewal, holder party.Party, pay bool) (*table.Tx, Order, error) {
	if pay {
		payer, err := s.payer(ctx, holder)
		if err != nil {
			return nil, Order{}, err
		}
		tx := table.NewTx()
		o, _, err := r.Pay(tx, payer, TermsOf(holder))
		if !errors.Is(err, account.ErrInsufficientBalance) {
			return tx, o, err
		}
	}
	tx := table.NewTx()
	o, err := r.Await(tx)
	return tx, o, err
}

// payer reads the account that pays what a customer orders. Error: party.ErrBlocked for a customer that can't consume.
func (s *Service) payer(ctx context.Context, holder party.Party) (account.Account, error) {
	blocked, err := party.Blocked(ctx, s.Table, holder)
	if err != nil {
		return account.Account{}, err
	}
	if blocked {
		return account.Account{}, party.ErrBlocked
	}
	return payerOf(ctx, s.Table, holder.ID)
}
