package customer

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// ask is what a side asks for.
type ask struct {
	Kind   RecordKind
	By     Side
	Target int // of a switch
	Admin  bool
	Reason string
	Code   string // verification code
}

// obstacles are what the vendor knows of a customer.
type obstacles struct {
	table.Head
	Of []Obstacle `dynamodbav:"of,omitempty"`
}

func (s *Service) obstaclesOf(ctx context.Context, customer auth.PartyID) (obstacles, error) {
	var o obstacles
	err := s.Table.Get(ctx, obstaclesKey(customer), &o)
	if absent(err) {
		return obstacles{}, nil
	}
	return o, err
}

func (s *Service) associationsOf(ctx context.Context, customer auth.PartyID) (associations, error) {
	var a associations
	err := s.Table.Get(ctx, associationsKey(customer), &a)
	if absent(err) {
		return associations{}, nil
	}
	return a, err
}

// facts reads what decides whether the association of a customer can end or switch.
func (s *Service) facts(ctx context.Context, c party.Party, is associations, a ask) (facts, error) {
	f := facts{
		Kind: a.Kind, By: a.By, Type: c.AssociationType, Target: a.Target, Admin: a.Admin, Live: is.Live != "",
		CustomerAsked: dateOf(is.ByCustomer), Today: calendar.DateOf(s.Clock.Now()), CustomerFrozen: c.Profile.Frozen != party.NotFrozen,
	}
	if is.Partner == c.Partner {
		f.PartnerAsked = dateOf(is.ByPartner)
	}
	if is.Asked == c.Partner {
		f.CustomerAskedUs = dateOf(is.ByCustomer)
	}
	known, err := s.obstaclesOf(ctx, c.ID)
	if err != nil {
		return f, err
	}
	f.Obstacles = known.Of
	h, err := s.holdings(ctx, c.ID, c.Partner)
	if err != nil {
		return f, err
	}
	f.Payments = h.Payments
	f.PartnerFrozen, f.PartnerBlocked, err = s.blockedAbove(ctx, c.Partner)
	return f, err
}

// blockedAbove says whether a partner or its distributor is frozen, and whether one of them is that or restricted.
// Source: DOMAIN.md 0, "Partner restricted/frozen cascade".
func (s *Service) blockedAbove(ctx context.Context, partner auth.PartyID) (frozen, blocked bool, err error) {
	for partner != "" && !frozen {
		p, err := party.Get(ctx, s.Table, partner)
		if err != nil {
			return frozen, blocked, err
		}
		frozen, blocked, partner = p.Standing == party.Frozen, blocked || p.Standing != party.Normal, p.Distributor
	}
	return frozen, blocked, nil
}

type obstaclesInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
	Body       struct {
		Obstacles []Obstacle `json:"obstacles" maxItems:"8" enum:"INDEPENDENT_MEMBERS,INDEPENDENT_MEMBER,RESERVED_INSTANCE,SUPPORT_PLAN,ARREARS,SPECIAL_CONTRACT,PICKUP_COUPON,PROFESSIONAL_SERVICE"`
	}
}

// setObstacles notes all that the vendor knows to be in the way of a customer's association ending; what is not named is not in the way any more.
func (s *Service) setObstacles(ctx context.Context, in *obstaclesInput) (*struct{}, error) {
	c, err := party.ForCaller(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.CustomerID))
	if err != nil {
		return nil, err
	}
	of := slices.Clone(in.Body.Obstacles)
	slices.Sort(of)
	of = slices.Compact(of)
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		old, err := s.obstaclesOf(ctx, c.ID)
		if err != nil || slices.Equal(old.Of, of) {
			return err
		}
		next := obstacles{Head: old.Head, Of: of}
		if old.Ver == 0 {
			next.Head = obstaclesKey(c.ID).Head()
			tx.Create(&next)
		} else {
			tx.Replace(&old, &next)
		}
		data := map[string]string{}
		for _, o := range of {
			data[string(o)] = "true"
		}
		s.audit(ctx, tx, event.Event{Type: EventObstaclesSet, Owner: string(c.ID), Subject: string(c.ID), Data: data})
		return nil
	})
}
