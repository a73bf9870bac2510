package customer

import (
	"context"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// followed is somebody whom the vendor looks after itself, by mail address or phone number. Source: DOMAIN.md 4.
type followed struct {
	table.Head
	By string `dynamodbav:"by"`
}

// followedBy says in words who at the vendor looks after somebody.
var followedBy = map[string]string{
	"DIRECT_SALES":    "is followed by the vendor's direct sales",
	"VENDOR_REPORTED": "is reported by the vendor",
	"TELE_SALES":      "is owned by the vendor's tele-sales",
	"SUPPORT_CENTRE":  "is owned by an authorized support centre",
}

// follower reads who at the vendor looks after a contact; empty for nobody.
func (s *Service) follower(ctx context.Context, contact string) (string, error) {
	if contact == "" {
		return "", nil
	}
	var f followed
	err := s.Table.Get(ctx, followedKey(contact), &f)
	if absent(err) {
		return "", nil
	}
	return f.By, err
}

// followerOf reads who at the vendor looks after a customer, by its mail address or phone number; empty for nobody.
func (s *Service) followerOf(ctx context.Context, c party.Party) (string, error) {
	for _, contact := range []string{c.Email, c.Mobile} {
		if by, err := s.follower(ctx, contact); err != nil || by != "" {
			return by, err
		}
	}
	return "", nil
}

// free refuses a contact that no partner can report: the vendor looks after it, or it belongs to a customer that has a partner.
// Error: ErrBarred.
func (s *Service) free(ctx context.Context, contact string) error {
	by, err := s.follower(ctx, contact)
	if err != nil {
		return err
	}
	if by != "" {
		return ErrBarred.Saying("%q %s", contact, followedBy[by])
	}
	holder, err := s.holder(ctx, byEmail, contact)
	if err != nil || holder.Party == "" {
		return err
	}
	p, err := party.Get(ctx, s.Table, holder.Party)
	if err == nil && p.Partner != "" {
		return ErrBarred.Saying("%q is a customer that has a partner already", contact)
	}
	return err
}

type followInput struct {
	Body struct {
		Contact    string `json:"contact" minLength:"1" maxLength:"254" doc:"A mail address or phone number"`
		FollowedBy string `json:"followed_by" enum:"DIRECT_SALES,VENDOR_REPORTED,TELE_SALES,SUPPORT_CENTRE,NOBODY"`
	}
}

const nobody = "NOBODY"

// follow says who at the vendor looks after somebody, or that nobody does any more.
func (s *Service) follow(ctx context.Context, in *followInput) (*struct{}, error) {
	b := in.Body
	if !mailAddress().MatchString(b.Contact) && !chinaMobile().MatchString(b.Contact) {
		return nil, problem.Invalid("contact", "%q is neither a mail address nor a phone number of China such as 13800000000", b.Contact)
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		var old followed
		err := s.Table.Get(ctx, followedKey(b.Contact), &old)
		if err != nil && !absent(err) {
			return err
		}
		next := followed{Head: followedKey(b.Contact).Head(), By: b.FollowedBy}
		switch {
		case absent(err) && b.FollowedBy == nobody:
			return nil
		case absent(err):
			tx.Create(&next)
		case b.FollowedBy == nobody:
			tx.Remove(&old)
		default:
			tx.Replace(&old, &next)
		}
		s.audit(ctx, tx, event.Event{
			Type: EventFollowed, Owner: string(rest.Caller(ctx).Party), Subject: hashed(b.Contact), Data: map[string]string{"by": b.FollowedBy},
		})
		return nil
	})
}
