package subscription

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type unsubscribeInput struct {
	rest.Lenient
	Body unsubscribeBody
}

type unsubscribeBody struct {
	ResourceIDs []string `json:"resource_ids" minItems:"1" maxItems:"10" uniqueItems:"true" doc:"Main resources"`
	Type        int      `json:"unsubscribe_type" enum:"1,2" doc:"1 the resources with their renewals, 2 only the renewal periods that have not begun"`
	ReasonType  int      `json:"unsubscribe_reason_type,omitempty" enum:"1,2,3,4,5" doc:"1 hard to use, 2 a missing function, 3 hard to operate, 4 bad service, 5 other"`
	Reason      string   `json:"unsubscribe_reason,omitempty" maxLength:"300"`
}

// unsubscribe unsubscribes each resource by itself: one order each, or a refusal.
func (s *Service) unsubscribe(ctx context.Context, in *unsubscribeInput) (*ordersOutput, error) {
	caller := rest.Caller(ctx)
	whole := s.bundling(in.Body.ResourceIDs, ErrWholeService, nil)
	if in.Body.Type == WholeResource {
		whole.judge = func(id ID) error {
			_, _, err := s.unsubscribable(ctx, caller, in.Body.Type, id)
			return err
		}
	}
	all, err := s.each(ctx, in.Body.ResourceIDs, func(n int, _ ID) (Order, error) {
		return s.unsubscribeFamily(ctx, caller, in.Body, whole, n)
	})
	if err != nil {
		return nil, err
	}
	return ordersOf(all), nil
}

// unsubscribable gives the ending of a resource by an unsubscription of a kind, and what gives money back of it.
// Errors: ErrUnknown, ErrNotMain, those of GuardUnsubscribe.
func (s *Service) unsubscribable(ctx context.Context, caller auth.Principal, kind int, id ID) (ending, []Stake, error) {
	e, err := s.begin(ctx, caller.Party, id, caller.Masked())
	if err != nil {
		return e, nil, err
	}
	product, err := loadProduct(ctx, s.Table, e.family.Main.ProductID)
	if err != nil {
		return e, nil, err
	}
	stakes := e.stakes
	if kind == RenewalPeriods {
		stakes = e.toCome()
	}
	return e, stakes, GuardUnsubscribe(e.family.Main, product, kind, len(stakes) > 0)
}

// unsubscribeFamily unsubscribes the n-th resource of a request. Errors: ErrWholeService, those of unsubscribable.
func (s *Service) unsubscribeFamily(ctx context.Context, caller auth.Principal, wish unsubscribeBody, whole *bundling, n int) (Order, error) {
	e, stakes, err := s.unsubscribable(ctx, caller, wish.Type, ID(wish.ResourceIDs[n]))
	if err != nil {
		return Order{}, err
	}
	if err := whole.guard(ctx, e.family.Main); err != nil {
		return Order{}, err
	}
	basis := BasisInUse
	refund := Refund{Kind: wish.Type, ReasonType: wish.ReasonType, Reason: wish.Reason}
	if wish.Type == WholeResource {
		if refund.FiveDay, err = s.fiveDayLeft(ctx, &e); err != nil {
			return Order{}, err
		}
		if refund.FiveDay {
			basis = BasisFiveDay
		}
	}
	refund.Lines = Ending(stakes, basis, e.now)
	e.of(OrderUnsubscribe, refund)
	return s.commit(ctx, e, func(tx *table.Tx, o Order) { rest.ClaimOf(ctx).Put(tx, n, string(o.ID)) })
}

// toCome gives the stakes of renewal periods that have not begun.
func (e ending) toCome() []Stake {
	effective := map[ID]time.Time{}
	for _, one := range e.family.Members() {
		effective[one.ResourceID] = one.Effective
	}
	var future []Stake
	for _, s := range e.stakes {
		if !s.begun(e.now) && s.Line.From.After(effective[s.Line.Resource]) {
			future = append(future, s)
		}
	}
	return future
}
