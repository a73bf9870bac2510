package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
)

// View is an invoice list as its page shows it: the list and its content or, when Why has reasons, why there is none to see.
type View struct {
	List    List
	Content Content
	Why     []Hidden
	From    time.Time // when time alone ends what hides the list
}

// Look gives an invoice list of a partner as it stands, strongly consistent, or why it is not to be seen. It changes nothing.
func (s *Service) Look(ctx context.Context, partner auth.PartyID, id ListID) (View, error) {
	l, err := s.list(ctx, partner, id)
	switch {
	case errors.Is(err, ErrNoList):
		return s.lookForRequest(ctx, partner, id)
	case err != nil:
		return View{}, err
	case l.State == Draft:
		v := View{List: l}
		v.Why, v.From, err = s.hidden(ctx, l)
		return v, err
	}
	c, err := s.content(ctx, l)
	return View{List: l, Content: c}, err
}

// lookForRequest says why there is no list of an id: by what is known of the payment request.
func (s *Service) lookForRequest(ctx context.Context, partner auth.PartyID, id ListID) (View, error) {
	business, err := s.business(ctx, partner)
	if err != nil {
		return View{}, err
	}
	var p *Payable
	if source, payable, ok := id.parts(); ok && source == Incentive {
		if p, err = s.payable(ctx, partner, payable); err != nil {
			return View{}, err
		}
	}
	v := View{}
	v.Why, v.From = Why(business, p, s.Clock.Now())
	if len(v.Why) == 0 {
		v.Why = []Hidden{InPreparation}
	}
	return v, nil
}
