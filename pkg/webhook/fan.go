package webhook

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Fan makes the deliveries of an event: one for each endpoint that hears of it. To do so twice is as once. Who has changed its endpoints within the
// last second may miss an event, or get one more.
func (s *Service) Fan(ctx context.Context, e event.Event) error {
	if _, known := published[e.Type]; !known {
		return nil
	}
	listeners, err := s.listeners(ctx, e)
	if err != nil {
		return err
	}
	for _, id := range listeners {
		d, err := s.recalled(ctx, id)
		if err != nil {
			return err
		}
		for _, to := range d.Endpoints {
			if !to.hears(e.Type) {
				continue
			}
			err := s.deliver(ctx, id, to, e)
			if err != nil && !errors.Is(err, table.ErrExists) {
				return err
			}
		}
	}
	return nil
}

// listeners are the parties that hear of an event.
func (s *Service) listeners(ctx context.Context, e event.Event) ([]auth.PartyID, error) {
	owner := auth.PartyID(e.Owner)
	all := []auth.PartyID{owner}
	switch published[e.Type] {
	case partnerNamed:
		if partner := auth.PartyID(e.Data[partnerDatum]); partner != "" && partner != owner {
			all = append(all, partner)
		}
	case partnerAsWell:
		var holder party.Party
		err := s.Table.GetEventual(ctx, party.Key(owner), &holder)
		if errors.Is(err, table.ErrNotFound) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if holder.AssociationType == party.Resale && holder.Partner != "" {
			all = append(all, holder.Partner)
		}
	case ownerAlone:
	}
	return all, nil
}

// recalled reads a party's endpoints once a batch.
func (s *Service) recalled(ctx context.Context, id auth.PartyID) (*Directory, error) {
	if d, ok := s.known[id]; ok {
		return d, nil
	}
	d := &Directory{}
	if err := s.Table.GetEventual(ctx, directoryKey(id), d); err != nil && !errors.Is(err, table.ErrNotFound) {
		return nil, err
	}
	if s.known == nil {
		s.known = map[auth.PartyID]*Directory{}
	}
	s.known[id] = d
	return d, nil
}

// deliver makes the delivery of an event to an endpoint. Error: table.ErrExists when it was made before.
func (s *Service) deliver(ctx context.Context, owner auth.PartyID, to Endpoint, e event.Event) error {
	d, err := s.newDelivery(owner, to, e)
	if err != nil {
		return err
	}
	return s.Table.Create(ctx, d)
}

func (s *Service) newDelivery(owner auth.PartyID, to Endpoint, e event.Event) (*Delivery, error) {
	body, err := payload(e)
	if err != nil {
		return nil, err
	}
	d := &Delivery{
		ID: e.ID, Party: owner, Endpoint: to.ID, Type: e.Type, Body: body, State: Pending, Created: s.Clock.Now(),
	}
	key := deliveryKey(owner, to.ID, e.ID)
	d.PK, d.SK, d.TTL = key.PK, key.SK, later(s.Wall.Now())
	d.arm(d.Created)
	return d, nil
}

// arm makes a delivery due: as work of its endpoint, whose order it keeps, and of nobody else.
func (d *Delivery) arm(at time.Time) {
	lifecycle.Arm(&d.Head, WorkDelivery, d.Endpoint, d.ID, at)
}
