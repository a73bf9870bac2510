package subscription

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// judged is what became of one resource of a request: an order, or a refusal.
type judged struct {
	ID      string
	Order   Order
	Refusal *problem.Error
}

// failedResource is a refusal of one resource among several.
type failedResource struct {
	ResourceID string `json:"resource_id"`
	ErrorCode  string `json:"error_code"`
	ErrorMsg   string `json:"error_msg"`
}

// each judges every resource of a request by itself, in their order. A conflict or a failure ends the request, whose repeat goes on where it
// stopped. Source: DOMAIN.md 1, Decisions 5.
func (s *Service) each(ctx context.Context, ids []string, effect func(n int, id ID) (Order, error)) ([]judged, error) {
	all := make([]judged, len(ids))
	for n, id := range ids {
		o, err := s.once(ctx, n, func() (Order, error) { return effect(n, ID(id)) })
		all[n] = judged{ID: id, Order: o}
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			all[n].Refusal = refusal
		case err != nil:
			return nil, err
		}
	}
	return all, nil
}

// ordersOutput answers a request that made an order of each of its resources, or refused it.
type ordersOutput struct {
	Body struct {
		OrderIDs []OrderID        `json:"order_ids"`
		Failed   []failedResource `json:"fail_resource_infos,omitempty"`
	}
}

func ordersOf(all []judged) *ordersOutput {
	out := &ordersOutput{}
	out.Body.OrderIDs = []OrderID{}
	for _, j := range all {
		if j.Refusal != nil {
			out.Body.Failed = append(out.Body.Failed, failedResource{ResourceID: j.ID, ErrorCode: j.Refusal.Code, ErrorMsg: j.Refusal.Public()})
			continue
		}
		out.Body.OrderIDs = append(out.Body.OrderIDs, j.Order.ID)
	}
	return out
}

// once does the n-th effect of the caller's request, which makes an order and puts the request's claim into its transaction. A repeated request
// finds the claim of the first and answers with its order.
func (s *Service) once(ctx context.Context, n int, effect func() (Order, error)) (Order, error) {
	var o Order
	claim := rest.ClaimOf(ctx)
	err := s.retry(ctx, func() error {
		earlier, found, err := claim.Taken(ctx, s.Table, n)
		if err != nil {
			return err
		}
		if found {
			rest.MarkReplay(ctx)
			return s.Table.Get(ctx, orderKey(rest.Caller(ctx).Party, OrderID(earlier)), &o)
		}
		o, err = effect()
		return err
	})
	return o, err
}
