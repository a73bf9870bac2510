package membership

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/party"
)

// Opened is what the page of an invitation's link shows.
type Opened struct {
	Membership
	Plan  Plan
	Alive bool   // the link is that of the invitation that stands
	Host  string // who invites, by name; empty for the vendor
}

// Open reads what a link of an invitation stands for now. It changes nothing: who is invited signs in and accepts.
func (s *Service) Open(ctx context.Context, l link.Link) (Opened, error) {
	return s.opened(ctx, l.Party, PlanCode(l.Object), l.Period)
}

// opened reads an invitation that was sent with a serial number.
func (s *Service) opened(ctx context.Context, of auth.PartyID, code PlanCode, sent string) (Opened, error) {
	m, err := Load(ctx, s.Table, of, code)
	if err != nil {
		return Opened{}, err
	}
	plan, known := PlanOf(code)
	o := Opened{Membership: m, Plan: plan, Alive: known && m.StateAt(s.Clock.Now()) == Invited && serial(m.Serial) == sent}
	if m.Host == Vendor || m.Host == "" {
		return o, nil
	}
	host, err := party.Get(ctx, s.Table, m.Host)
	o.Host = host.Name
	return o, err
}
