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

type renewOutput struct {
	Body struct {
		OrderIDs []OrderID        `json:"order_ids"`
		Failed   []failedResource `json:"fail_resource_infos,omitempty"`
	}
}

type failedResource struct {
	ResourceID string `json:"resource_id"`
	ErrorCode  string `json:"error_code"`
	ErrorMsg   string `json:"error_msg"`
}

// ErrPayment: automatic payment failed; the orders await payment. Source: DOMAIN.md 18.
var ErrPayment = problem.New(http.StatusBadRequest, "CBC.30050006", "automatic payment failed")

// renew renews each resource by itself: one order each, or a refusal. Source: DOMAIN.md 1, Decisions 5.
func (s *Service) renew(ctx context.Context, in *renewInput) (*renewOutput, error) {
	term := calendar.Term{Unit: calendar.Unit(in.Body.PeriodType), Count: in.Body.PeriodNum}
	if err := CheckTerm(term); err != nil {
		return nil, err
	}
	wish := renewWish{caller: rest.Caller(ctx), term: term, pay: in.Body.IsAutoPay == 1, claim: rest.ClaimOf(ctx)}
	out := &renewOutput{}
	out.Body.OrderIDs = []OrderID{}
	var unpaid []string
	for n, id := range in.Body.ResourceIDs {
		o, err := s.renewOne(ctx, wish, n, ID(id))
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			out.Body.Failed = append(out.Body.Failed, failedResource{ResourceID: id, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()})
		case err != nil:
			return nil, err
		default:
			out.Body.OrderIDs = append(out.Body.OrderIDs, o.ID)
			if wish.pay && o.Status == OrderAwaitingPayment {
				unpaid = append(unpaid, string(o.ID))
			}
		}
	}
	if len(unpaid) > 0 {
		return nil, ErrPayment.Saying("the balance is too small for the orders %s; they await payment", strings.Join(unpaid, ", "))
	}
	return out, nil
}

// renewWish is what one request wants for each of its resources.
type renewWish struct {
	caller auth.Principal
	term   calendar.Term
	pay    bool
	claim  rest.Claim
}

// renewOne renews the n-th resource of a request. A repeated request finds the claim of the first and answers with its order.
func (s *Service) renewOne(ctx context.Context, w renewWish, n int, id ID) (Order, error) {
	var o Order
	err := s.retry(ctx, func() error {
		earlier, found, err := w.claim.Taken(ctx, s.Table, n)
		if err != nil {
			return err
		}
		if found {
			rest.MarkReplay(ctx)
			return s.Table.Get(ctx, orderKey(w.caller.Party, OrderID(earlier)), &o)
		}
		o, err = s.renewFamily(ctx, w, n, id)
		return err
	})
	return o, err
}

func (s *Service) renewFamily(ctx context.Context, w renewWish, n int, id ID) (Order, error) {
	family, err := loadFamily(ctx, s.Table, w.caller.Party, id)
	if err != nil {
		return Order{}, err
	}
	now := s.Clock.Now()
	catalogue, err := products(ctx, s.Table, family)
	if err != nil {
		return Order{}, err
	}
	if err := Guard(family.Main, catalogue[family.Main.ProductID], w.term, now); err != nil {
		return Order{}, err
	}
	holder, err := party.Get(ctx, s.Table, w.caller.Party)
	if err != nil {
		return Order{}, err
	}
	r := Renewal{Family: family, Products: catalogue, Term: w.term, Day: holder.ExpiryDay, Source: SourceCustomer, By: w.caller.Masked(), Now: now}
	tx, o, err := s.place(ctx, r, holder, w.pay)
	if err != nil {
		return o, err
	}
	w.claim.Put(tx, n, string(o.ID))
	return o, s.Table.Commit(ctx, tx)
}

// place gives the transaction of a paid order, or of one that awaits payment: because that was asked for, or because the balance is
// too small.
func (s *Service) place(ctx context.Context, r Renewal, holder party.Party, pay bool) (*table.Tx, Order, error) {
	if pay {
		payer, err := payerOf(ctx, s.Table, holder.ID)
		if err != nil {
			return nil, Order{}, err
		}
		blocked, err := party.Blocked(ctx, s.Table, holder)
		if err != nil {
			return nil, Order{}, err
		}
		if blocked {
			return nil, Order{}, party.ErrBlocked
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
