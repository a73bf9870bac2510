package party

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// NewParty is a party that the vendor wants to have, and its first administrator.
type NewParty struct {
	Party      Party       // its id is made when empty; a customer without a level gets the lowest
	AdminID    auth.UserID // made when empty
	AdminName  string
	AdminEmail string     // signs in with it; empty for a party of programs alone
	Claim      rest.Claim // of the request that wants it
}

// Added says what Add made.
type Added struct {
	Party auth.PartyID
	Admin auth.UserID
}

// ErrExists: a party or user with that id is there already. ASSUMED code.
var ErrExists = problem.New(http.StatusConflict, "CBC.0409", "it exists")

// Add puts a party there with its first administrator, who may sign in when it has a mail address. The same request again adds nothing,
// but lets the administrator in if it was cut short before that.
//
// Errors: ErrExists, CBC.0100 for relations that can't be.
func (s *Service) Add(ctx context.Context, n NewParty, by auth.Principal) (Added, error) {
	if n.Party.ID == "" {
		n.Party.ID = auth.PartyID(ulid.Make().String())
	}
	if n.Party.Kind == auth.Customer && n.Party.Level == "" {
		n.Party.Level = lowestLevel
	}
	if n.AdminID == "" {
		n.AdminID = auth.UserID(ulid.Make().String())
	}
	answer, _, err := n.Claim.Once(ctx, s.Table, func() (string, error) { return s.add(ctx, n, by) })
	if err != nil {
		return Added{}, err
	}
	id, admin, _ := strings.Cut(answer, " ")
	return Added{Party: auth.PartyID(id), Admin: auth.UserID(admin)}, s.letIn(ctx, auth.UserID(admin))
}

// add is the effect of Add.
func (s *Service) add(ctx context.Context, n NewParty, by auth.Principal) (answer string, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	answer = string(n.Party.ID) + " " + string(n.AdminID)
	err = table.Retry(ctx, func() error {
		tx := table.NewTx()
		p, err := s.related(ctx, tx, n.Party)
		if err != nil {
			return err
		}
		Create(tx, p, by.Masked(), s.Clock.Now())
		Enlist(tx, p, s.Clock.Now())
		tx.Create(auth.NewUser(n.AdminID, p.ID, p.Kind, n.AdminName, n.AdminEmail, []auth.Role{auth.Admin}))
		n.Claim.Put(tx, 0, answer)
		err = s.Table.Commit(ctx, tx)
		if errors.Is(err, table.ErrExists) {
			return ErrExists.Saying("party %q exists", p.ID).In("party_id")
		}
		return err
	})
	return answer, err
}

// check says what is wrong with a new party, without looking at others.
func (n NewParty) check() error {
	p := n.Party
	switch {
	case p.Kind == auth.Reseller && p.Distributor == "":
		return problem.Invalid("distributor_id", "a reseller needs its distributor")
	case p.Kind != auth.Reseller && p.Distributor != "":
		return problem.Invalid("distributor_id", "only a reseller has a distributor, and this is a %s", p.Kind)
	case p.Kind != auth.Customer && (p.Partner != "" || p.AssociationType != 0):
		return problem.Invalid("partner_id", "only a customer has a partner, and this is a %s", p.Kind)
	case p.Kind != auth.Customer && p.Level != "":
		return problem.Invalid("customer_level", "only a customer has a level, and this is a %s", p.Kind)
	case (p.Partner == "") != (p.AssociationType == 0):
		return problem.Invalid("association_type", "a partner and an association type, 1 or 2, go together")
	}
	return nil
}

// related checks that the parties that a new one names are there and of the right kind, and appends to tx that they stay as they are: it gives the new one
// as it stands below them. Error: CBC.0100.
func (s *Service) related(ctx context.Context, tx *table.Tx, p Party) (Party, error) {
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
			return p, problem.Invalid(r.field, "party %q does not exist", r.id)
		}
		if err != nil {
			return p, err
		}
		if !slices.Contains(r.kinds, other.Kind) {
			return p, problem.Invalid(r.field, "party %q is a %s, and none of %v", r.id, other.Kind, r.kinds)
		}
		tx.Check(&other)
		if p.Kind == auth.Reseller {
			p = p.Stands(Normal, other.Standing)
		}
		p.Profile.FrozenAbove = other.Standing == Frozen && p.AssociationType == Resale
	}
	return p, nil
}
