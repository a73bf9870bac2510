package renewaltask

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// reader is who looks at tasks, and how far that one sees.
type reader struct {
	Party   auth.PartyID
	Kind    auth.Kind
	Manager auth.UserID // whose customers alone it sees; empty for everybody's
}

// readerOf gives the reader that a caller is: who is an account manager and nothing else sees its own customers alone.
// Source: DOMAIN.md 0, "Roles inside a partner".
func readerOf(caller auth.Principal) reader {
	r := reader{Party: caller.Party, Kind: caller.Kind}
	if len(caller.Roles) == 1 && caller.Roles[0] == auth.AccountManager {
		r.Manager = caller.User
	}
	return r
}

// view is what a reader sees. It reads each party once.
type view struct {
	reader
	table   *table.Client
	parties map[auth.PartyID]party.Party
}

func (s *Service) view(r reader) *view {
	return &view{reader: r, table: s.Table, parties: map[auth.PartyID]party.Party{}}
}

// sees gives the customer of a task. ok is false when the reader does not see the task: the customer is not the partner's any more, the partner is
// neither the reader nor its reseller, or an account manager looks after others. A reseller's customers are its distributor's account manager's
// when the reseller is.
func (v *view) sees(ctx context.Context, r Row) (customer party.Party, ok bool, err error) {
	customer, err = v.party(ctx, r.Customer)
	if err != nil || customer.Partner != r.Partner {
		return customer, false, err
	}
	manager := customer.Profile.Manager
	if r.Partner != v.Party {
		reseller, err := v.party(ctx, r.Partner)
		if err != nil || reseller.Distributor != v.Party {
			return customer, false, err
		}
		manager = reseller.Profile.Manager
	}
	return customer, v.Manager == "" || v.Manager == manager, nil
}

func (v *view) party(ctx context.Context, id auth.PartyID) (party.Party, error) {
	if p, known := v.parties[id]; known {
		return p, nil
	}
	p, err := party.Get(ctx, v.table, id)
	if errors.Is(err, party.ErrUnknown) {
		err = nil
	}
	v.parties[id] = p
	return p, err
}
