package subscription

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// bundling keeps the promotional bundles of one request whole: it holds for a resource of one only when all of it is named and nothing of it is
// refused. Source: DOMAIN.md 1, Renewal.
type bundling struct {
	service *Service
	named   []string
	refusal *problem.Error
	judge   func(id ID) error // says whether a resource by itself would be refused; nil when each may be

	live    bundles
	refused map[OrderID]ID // of each bundle that was judged the first that is refused; empty for none
}

func (s *Service) bundling(named []string, refusal *problem.Error, judge func(id ID) error) *bundling {
	return &bundling{service: s, named: named, refusal: refusal, judge: judge, live: bundles{}, refused: map[OrderID]ID{}}
}

// guard holds for a resource that is no part of a bundle, and for one that is refused by itself, which says so better.
func (t *bundling) guard(ctx context.Context, main Subscription) error {
	if err := t.service.guardBundle(ctx, t.live, main, t.named, t.refusal); err != nil {
		return err
	}
	live, bundled := t.live[main.Bundle]
	if !bundled || t.judge == nil {
		return nil
	}
	refused, judged := t.refused[main.Bundle]
	if !judged {
		var err error
		if refused, err = t.firstRefused(ctx, live); err != nil {
			return err
		}
		t.refused[main.Bundle] = refused
	}
	if refused != "" && refused != main.ResourceID {
		return t.refusal.Saying("resource %q belongs to a promotional bundle with %q, which is refused", main.ResourceID, refused)
	}
	return nil
}

// firstRefused judges the resources of a bundle but those that an earlier call of the same request was done with.
func (t *bundling) firstRefused(ctx context.Context, live []ID) (ID, error) {
	for _, id := range live {
		_, done, err := rest.ClaimOf(ctx).Taken(ctx, t.service.Table, slices.Index(t.named, string(id)))
		if err != nil {
			return "", err
		}
		if done {
			continue
		}
		err = t.judge(id)
		if _, refused := problem.As(err); refused {
			return id, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
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
