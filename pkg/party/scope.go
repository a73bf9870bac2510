package party

import (
	"context"
	"errors"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Reader is who looks at what customers have, and how far that one sees.
type Reader struct {
	Party   auth.PartyID
	Kind    auth.Kind
	Manager auth.UserID // whose customers alone it sees; empty for everybody's
}

// ReaderOf gives the reader that a caller is: who is an account manager and nothing else sees its own customers alone.
// Source: DOMAIN.md 0, "Roles inside a partner".
func ReaderOf(caller auth.Principal) Reader {
	r := Reader{Party: caller.Party, Kind: caller.Kind}
	if len(caller.Roles) == 1 && caller.Roles[0] == auth.AccountManager {
		r.Manager = caller.User
	}
	return r
}

// Looks says whether a reader sees what an account manager looks after.
func (r Reader) Looks(manager auth.UserID) bool { return r.Manager == "" || r.Manager == manager }

// Scope is what a reader sees of customers. It reads each party once, and is for one request.
type Scope struct {
	Reader
	table   *table.Client
	parties map[auth.PartyID]Party
}

// NewScope gives the scope of a reader.
func NewScope(db *table.Client, r Reader) *Scope {
	return &Scope{Reader: r, table: db, parties: map[auth.PartyID]Party{}}
}

// Sees gives a customer of a partner. ok is false when the reader does not see what that has: it is not the partner's any more, the partner is
// neither the reader nor its reseller, or an account manager looks after others. A reseller's customers are its distributor's account manager's when
// the reseller is.
func (s *Scope) Sees(ctx context.Context, partner, id auth.PartyID) (customer Party, ok bool, err error) {
	customer, err = s.party(ctx, id)
	if err != nil || customer.Partner != partner {
		return customer, false, err
	}
	manager := customer.Profile.Manager
	if partner != s.Party {
		if s.Kind != auth.Distributor {
			return customer, false, nil
		}
		reseller, err := s.party(ctx, partner)
		if err != nil || reseller.Distributor != s.Party {
			return customer, false, err
		}
		manager = reseller.Profile.Manager
	}
	return customer, s.Looks(manager), nil
}

func (s *Scope) party(ctx context.Context, id auth.PartyID) (Party, error) {
	if p, known := s.parties[id]; known {
		return p, nil
	}
	p, err := Get(ctx, s.table, id)
	if errors.Is(err, ErrUnknown) {
		err = nil
	}
	s.parties[id] = p
	return p, err
}

// Listed is which customers' things a reader sees in the lists that a partner's index has.
type Listed struct {
	scope   *Scope
	partner auth.PartyID
	leaving map[auth.PartyID]bool
}

// ListedFor gives what a reader sees in a partner's lists. It reads, strongly consistent, which customers are leaving the partner: mostly nobody.
func ListedFor(ctx context.Context, db *table.Client, r Reader, partner auth.PartyID) (Listed, error) {
	leaving, err := Departing(ctx, db, partner)
	return Listed{scope: NewScope(db, r), partner: partner, leaving: leaving}, err
}

// Sees says whether the reader sees what a customer has. Only of account managers it reads who looks after the customer.
func (l Listed) Sees(ctx context.Context, customer auth.PartyID) (bool, error) {
	if l.leaving[customer] || l.scope.Manager == "" {
		return !l.leaving[customer], nil
	}
	_, ok, err := l.scope.Sees(ctx, l.partner, customer)
	return ok, err
}

// Within leaves out of a partner's list what belongs to customers that the reader does not see.
func Within[T any](ctx context.Context, l Listed, all iter.Seq2[T, error], of func(T) auth.PartyID) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range all {
			sees := err == nil
			if sees {
				sees, err = l.Sees(ctx, of(item))
			}
			if (sees || err != nil) && !yield(item, err) || err != nil {
				return
			}
		}
	}
}
