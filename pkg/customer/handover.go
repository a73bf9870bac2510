package customer

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// HandOver appends to tx what ends between a customer and a partner that it has left without a request, since that one exits: of a resale customer, what
// is left of the partner's money goes back to it, and its budget is no more; the authorization ends. To do so twice is as once.
// Source: DOMAIN.md 11.
func (s *Service) HandOver(ctx context.Context, tx *table.Tx, c party.Party, from auth.PartyID) error {
	if c.AssociationType == party.Resale {
		if _, err := s.unbind(ctx, tx, Parting{Customer: c, Partner: from, At: s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.dropBudget(ctx, tx, c.ID, from); err != nil {
			return err
		}
	}
	return s.RevokeAuthorization(ctx, tx, from, c.ID)
}

// Obstacles reads what the vendor knows to be in the way of an account's changes, contracts and arrears among them.
func Obstacles(ctx context.Context, db *table.Client, id auth.PartyID) ([]Obstacle, error) {
	var o obstacles
	err := db.Get(ctx, obstaclesKey(id), &o)
	if errors.Is(err, table.ErrNotFound) {
		return nil, nil
	}
	return o.Of, err
}
