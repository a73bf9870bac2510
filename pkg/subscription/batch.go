package subscription

import (
	"context"
	"net/http"
	"slices"

	"partnercenter/pkg/foundation/auth"
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

// bundles are the resources of promotional bundles that are still there, each bundle read once.
type bundles map[OrderID][]ID

// guardBundle holds for a resource that is no part of a promotional bundle, or of one whose resources that are still there are all named.
// Source: DOMAIN.md 1, Renewal.
func (s *Service) guardBundle(ctx context.Context, known bundles, main Subscription, named []string, refusal *problem.Error) error {
	if main.Bundle == "" || main.Status == StatusClosed {
		return nil
	}
	if _, read := known[main.Bundle]; !read {
		live, err := s.bundle(ctx, main.Customer, main.Bundle)
		if err != nil {
			return err
		}
		known[main.Bundle] = live
	}
	for _, other := range known[main.Bundle] {
		if !slices.Contains(named, string(other)) {
			return refusal.Saying("resource %q belongs to a promotional bundle with %q: name all of its resources", main.ResourceID, other)
		}
	}
	return nil
}

// mainOnly reads a main resource without what is attached to it; the zero Subscription when there is none.
func (s *Service) mainOnly(ctx context.Context, customer auth.PartyID, id ID) (Subscription, error) {
	var main Subscription
	err := s.Table.Get(ctx, subKey(customer, id), &main)
	if isAbsent(err) {
		return Subscription{}, nil
	}
	return main, err
}

// bundle gives the resources of a promotional bundle that are still there.
func (s *Service) bundle(ctx context.Context, customer auth.PartyID, id OrderID) ([]ID, error) {
	var transaction Order
	if err := s.Table.Get(ctx, orderKey(customer, id), &transaction); err != nil {
		return nil, err
	}
	var live []ID
	for _, part := range transaction.Parts {
		var o Order
		if err := s.Table.Get(ctx, orderKey(customer, part), &o); err != nil {
			return nil, err
		}
		main, err := s.mainOnly(ctx, customer, o.Main())
		if err != nil {
			return nil, err
		}
		if main.Bundle == id && main.Status != StatusClosed {
			live = append(live, main.ResourceID)
		}
	}
	return live, nil
}
