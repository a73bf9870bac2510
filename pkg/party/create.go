package party

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// NewParty is a party that the vendor wants to have, and its first administrator.
type NewParty struct {
	Party      Party
	AdminName  string
	AdminEmail string
	Claim      rest.Claim // of the request that wants it
}

// ErrExists: a party with that id is there already. ASSUMED code.
var ErrExists = problem.New(http.StatusConflict, "CBC.0409", "the party exists")

// check says what is wrong with a new party, without looking at others.
func (n NewParty) check() error {
	p := n.Party
	switch {
	case p.Kind == auth.Reseller && p.Distributor == "":
		return problem.Invalid("distributor_id", "a reseller needs its distributor")
	case p.Kind != auth.Reseller && p.Distributor != "":
		return problem.Invalid("distributor_id", "only a reseller has a distributor, and this is a %s", p.Kind)
	case p.Kind != auth.Customer && (p.Partner != "" || p.Level != ""):
		return problem.Invalid("partner_id", "only a customer has a partner and a level, and this is a %s", p.Kind)
	case (p.Partner == "") != (p.AssociationType == 0):
		return problem.Invalid("association_type", "a partner and an association type, 1 or 2, go together")
	case p.Kind == auth.Customer && p.Level == "":
		return problem.Invalid("customer_level", "a customer has a level from V0 to V5")
	}
	return nil
}

// Add puts a party there with its first administrator, and lets that one sign in when it has a mail address. It returns the administrator.
//
// Errors: ErrExists, CBC.0100 for relations that can't be.
func (s *Service) Add(ctx context.Context, n NewParty, by auth.Principal) (auth.UserID, error) {
	if err := n.check(); err != nil {
		return "", err
	}
	if err := s.related(ctx, n.Party); err != nil {
		return "", err
	}
	admin := auth.NewUser(auth.UserID(ulid.Make().String()), n.Party.ID, n.Party.Kind, n.AdminName, n.AdminEmail, []auth.Role{auth.Admin})
	tx := table.NewTx()
	Create(tx, n.Party, by.Masked(), s.Clock.Now())
	tx.Create(admin)
	n.Claim.Put(tx, 0, string(n.Party.ID)+" "+string(admin.ID))
	err := s.Table.Commit(ctx, tx)
	if errors.Is(err, table.ErrConflict) {
		return "", ErrExists.Saying("party %q exists", n.Party.ID).In("party_id")
	}
	if err != nil {
		return "", err
	}
	return admin.ID, s.letIn(ctx, admin)
}

// letIn lets a user sign in, if it has a mail address.
func (s *Service) letIn(ctx context.Context, u *auth.User) error {
	if u.Email == "" {
		return nil
	}
	return s.Directory.Add(ctx, u.ID, u.Email)
}

// related checks that the parties that a new one names are there and of the right kind.
func (s *Service) related(ctx context.Context, p Party) error {
	for _, r := range []struct {
		field string
		id    auth.PartyID
		kinds []auth.Kind
	}{
		{"distributor_id", p.Distributor, []auth.Kind{auth.Distributor}},
		{"partner_id", p.Partner, []auth.Kind{auth.Partner, auth.Reseller, auth.Distributor}},
	} {
		if r.id == "" {
			continue
		}
		other, err := Get(ctx, s.Table, r.id)
		if errors.Is(err, ErrUnknown) {
			return problem.Invalid(r.field, "party %q does not exist", r.id)
		}
		if err != nil {
			return err
		}
		if !slices.Contains(r.kinds, other.Kind) {
			return problem.Invalid(r.field, "party %q is a %s, and none of %v", r.id, other.Kind, r.kinds)
		}
	}
	return nil
}

// SetStanding sets whether a party may do business. Its resources' attempts are made and refused meanwhile, so that nothing is caught up when
// it may again. Error: ErrUnknown.
func (s *Service) SetStanding(ctx context.Context, id auth.PartyID, to Standing, why string, by auth.Principal) (Party, error) {
	var next Party
	err := s.retry(func() error {
		old, err := Get(ctx, s.Table, id)
		if err != nil {
			return err
		}
		next = old
		if old.Standing == to {
			return nil
		}
		next.Standing, next.StandingSince = to, s.Clock.Now()
		tx := table.NewTx()
		tx.Replace(&old, &next)
		s.audit(tx, by, EventStanding, id, string(id), why)
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}
