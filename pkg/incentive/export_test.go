package incentive

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// ApplyForTest appends a payment request for all that a method pays.
func (s *Service) ApplyForTest(ctx context.Context, tx *table.Tx, partner auth.PartyID, m Method, now time.Time) (Request, error) {
	return s.apply(ctx, tx, partner, nil, m, false, now)
}
