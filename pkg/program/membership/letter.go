package membership

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/party"
)

// Told reads what an event of a mail is about: the membership as it is now, and whether the event still speaks of it.
func (s *Service) Told(ctx context.Context, e event.Event) (Opened, error) {
	o, err := s.opened(ctx, auth.PartyID(e.Data[PartyOf]), PlanCode(e.Subject), e.Data["serial"])
	if err != nil {
		return o, err
	}
	if e.Data["state"] != string(Invited) {
		o.Alive = string(o.StateAt(s.Clock.Now())) == e.Data["state"]
	}
	return o, nil
}

// Recipient reads whom a mail goes to.
func (s *Service) Recipient(ctx context.Context, e event.Event) (party.Party, error) {
	return party.Get(ctx, s.Table, auth.PartyID(e.Owner))
}
