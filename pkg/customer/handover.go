package customer

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// HandOver appends to tx what ends between a customer and a partner that it has left for the partner's distributor without a request, since that one
// exits: of a resale customer, what is left of the partner's money goes back to it, and its budget is no more; the authorization and a request that
// nobody has decided end. Of a customer that is not the distributor's any more, no money moves: what it has is another's. To do so twice is as once.
// Source: DOMAIN.md 11.
func (s *Service) HandOver(ctx context.Context, tx *table.Tx, c party.Party, from, to auth.PartyID) error {
	if c.AssociationType == party.Resale && c.Partner == to {
		if _, err := s.unbind(ctx, tx, Parting{Customer: c, Partner: from, At: s.Clock.Now()}); err != nil {
			return err
		}
		tx.Check(&c)
	}
	if err := s.dropBudget(ctx, tx, c.ID, from); err != nil {
		return err
	}
	if err := s.overtaken(ctx, tx, c.ID, from); err != nil {
		return err
	}
	return s.RevokeAuthorization(ctx, tx, from, c.ID)
}

// overtaken appends to tx that the request which nobody has decided between a customer and a partner has failed, since their association is no more. One
// whose time is over has its own due work, and one that is executed goes on.
func (s *Service) overtaken(ctx context.Context, tx *table.Tx, customer, partner auth.PartyID) error {
	is, err := s.associationsOf(ctx, customer)
	if err != nil || is.Live == "" || is.With != partner {
		return err
	}
	old, err := s.record(ctx, partner, is.Live)
	if err != nil || old.StateAt(s.Clock.Now()) != RequestPending {
		return err
	}
	next := old
	next.Failed = failing(facts{
		Kind: old.Kind, By: old.Initiator, Type: old.Type, Target: old.Target, Admin: true, Executing: true, Changed: true,
	})
	return s.close(ctx, tx, old, next, RequestFails)
}

// revoking is how many invitations one transaction revokes: each is an item and an event. ASSUMED
const revoking = 20

// RevokeInvitations appends to tx that invitations of a partner, which exits, are good no more, and answers how far it came, empty when none is left.
// Called again with what it answered before, it goes on there. Those whose time is over could be sent again, and are revoked as well. Source: DOMAIN.md 11.
func (s *Service) RevokeInvitations(ctx context.Context, tx *table.Tx, partner auth.PartyID, after string) (string, error) {
	q := table.Query{PK: ownerKey(partner), From: invitationPrefix + after, To: invitationPrefix + behind, Strong: true}
	if after != "" {
		q.From += behind
	}
	n := 0
	for i, err := range table.All[Invitation](ctx, s.Table, q) {
		switch {
		case err != nil:
			return "", err
		case i.State != InviteOpen:
			continue
		case n == revoking:
			return after, nil
		}
		if err := s.revoke(ctx, tx, *i); err != nil {
			return "", err
		}
		n, after = n+1, i.ID
	}
	return "", nil
}

// Obstacles reads what the vendor knows to be in the way of an account's changes, contracts and arrears among them.
func Obstacles(ctx context.Context, db *table.Client, id auth.PartyID) ([]Obstacle, error) {
	known, err := (&Service{Table: db}).obstaclesOf(ctx, id)
	return known.Of, err
}
