package webhook

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Fan makes the deliveries of an event: one for each endpoint that hears of it. To do so twice is as once. Who has changed its endpoints within the
// last second may miss an event, or get one more.
func (s *Service) Fan(ctx context.Context, e event.Event) error {
	if e.Type == EventAsked {
		return s.hasten(ctx, auth.PartyID(e.Owner), e.Subject, e.Data[deliveryDatum])
	}
	e = plain(e)
	if _, known := published[e.Type]; !known {
		return nil
	}
	n, err := noticeOf(e)
	if err != nil {
		return err
	}
	listeners, err := s.listeners(ctx, e)
	if err != nil {
		return err
	}
	for _, id := range listeners {
		if err := s.tell(ctx, id, n); err != nil {
			return err
		}
	}
	return nil
}

// tell makes the deliveries of a notice to a party's endpoints.
func (s *Service) tell(ctx context.Context, id auth.PartyID, n Notice) error {
	d, err := s.recalled(ctx, id)
	if err != nil {
		return err
	}
	for _, to := range d.Endpoints {
		if !to.hears(n.Type) {
			continue
		}
		made := s.newDelivery(id, to, n)
		err := s.Table.Create(ctx, made)
		if errors.Is(err, table.ErrExists) {
			continue // and a sweep sees to what a crash kept from the queue
		}
		if err != nil {
			return err
		}
		s.prompt(ctx, &made.Head)
	}
	return nil
}

// listeners are the parties that hear of an event.
func (s *Service) listeners(ctx context.Context, e event.Event) ([]auth.PartyID, error) {
	all := []auth.PartyID{auth.PartyID(e.Owner)}
	add := func(id string) {
		if p := auth.PartyID(id); p != "" && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	switch published[e.Type] {
	case partnerNamed:
		add(e.Data[partnerDatum])
	case bothNamed:
		add(e.Data[fromDatum])
		add(e.Data[toDatum])
	case partnerAsWell:
		var holder party.Party
		err := s.Table.GetEventual(ctx, party.Key(all[0]), &holder)
		if errors.Is(err, table.ErrNotFound) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if holder.AssociationType == party.Resale {
			add(string(holder.Partner))
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

// newDelivery gives the delivery of a notice to an endpoint, due now.
func (s *Service) newDelivery(owner auth.PartyID, to Endpoint, n Notice) *Delivery {
	d := &Delivery{
		ID: n.ID, Party: owner, Endpoint: to.ID, Type: n.Type, Body: n.Body, State: Pending, Created: s.Clock.Now(),
	}
	key := deliveryKey(owner, to.ID, n.ID)
	d.PK, d.SK, d.TTL = key.PK, key.SK, later(s.Wall.Now())
	d.arm(d.Created)
	return d
}

// arm makes a delivery due: as work of its endpoint, whose order it keeps, and of nobody else.
func (d *Delivery) arm(at time.Time) {
	lifecycle.Arm(&d.Head, WorkDelivery, d.Endpoint, d.ID, at)
}

// hasten has a delivery that its owner asked for sent at once. One that is no longer to be sent is left.
func (s *Service) hasten(ctx context.Context, owner auth.PartyID, endpoint, id string) error {
	var d Delivery
	err := s.Table.Get(ctx, deliveryKey(owner, endpoint, id), &d)
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	if err == nil {
		s.prompt(ctx, &d.Head)
	}
	return err
}

// prompt sends due work to its queue at once. It is the sweep's all the same: what fails here is sent by that one, five minutes later.
func (s *Service) prompt(ctx context.Context, work *table.Head) {
	if s.Queue == nil {
		return
	}
	if err := lifecycle.Prompt(ctx, s.Queue, work); err != nil {
		function.Note(ctx, "webhook_prompt_error", err.Error())
	}
}
