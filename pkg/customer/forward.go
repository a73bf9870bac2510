package customer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
)

// Forward sends an online invitation on the terms of an offline one to the mail address that who opened the offline one gives: its link alone makes an
// account, so nobody can make one with another's address. An address that has just got its mail gets no second one.
//
// Errors: as Open; CBC.0100 for what is no mail address; ErrLimit when the invitation has brought too many today; ErrState when the partner has revoked
// the address's own invitation.
func (s *Service) Forward(ctx context.Context, l link.Link, email string) (Opened, error) {
	o, err := s.Open(ctx, l)
	if err != nil {
		return o, err
	}
	email = strings.TrimSpace(email)
	if err := (ContactBody{Email: email}).check(); err != nil {
		return o, err
	}
	now, via := s.Clock.Now(), o.Invitation
	_, err = s.Table.Count(ctx, forwardedKey(via.Partner, via.ID, calendar.DateOf(now)), forwardsADay, forwardsKept)
	if errors.Is(err, table.ErrLimit) {
		return o, ErrLimit.Saying("the invitation was used too often today; try again tomorrow")
	}
	if err != nil {
		return o, err
	}
	sum := sha256.Sum256([]byte(via.ID + "#" + strings.ToLower(email)))
	id := hex.EncodeToString(sum[:16])
	return o, table.Retry(ctx, func() error {
		tx := table.NewTx()
		old, err := s.Invitation(ctx, via.Partner, id)
		switch {
		case errors.Is(err, ErrMissing):
			err = s.invite(ctx, tx, Invitation{
				ID: id, Partner: via.Partner, Kind: Online, Type: via.Type, Label: via.Label, Manager: via.Manager, Email: email, Locale: l.Locale, Via: via.ID,
			})
		case err != nil:
		case old.State == InviteAccepted, now.Before(old.Expires.Add(forwardAgain - inviteLife)):
			return nil
		default:
			err = s.resend(ctx, tx, old, old)
		}
		if err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}
