package customer

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Parting is an association that has ended or was switched away from resale, as those see it who undo what hangs on it.
type Parting struct {
	Record   string      // the request's id, the same in every call
	Kind     RecordKind  // Switch or Disassociate; Associate for what a new customer had before
	Customer party.Party // as it is now: without the partner, or with it by the other type
	Partner  auth.PartyID
	At       time.Time // business time, UTC
	After    string    // what the call before answered; empty at first
}

// Part appends to tx some of what is to be undone, and answers how far it came, as a [lifecycle.Stage] does.
type Part func(ctx context.Context, tx *table.Tx, p Parting) (after string, err error)

// Holdings are what hangs on an association, as other capabilities know it.
type Holdings struct {
	Payments      []string // ids of orders that wait for the partner to pay
	Vouchers      int      // that the partner issued and that are not used up
	VoucherAmount money.Fen
	Discounts     int // that the partner granted
	Resources     int // yearly and monthly ones, which stay
}

// Parts are what other capabilities know of an association and do when it ends, handed in by the declaration. Those that are absent know and do
// nothing.
type Parts struct {
	Holdings []func(ctx context.Context, customer, partner auth.PartyID, h *Holdings) error // each adds what it knows

	Vouchers  Part // back to the partner's quota
	Discounts Part // end
	Resources Part // leave the lists of a former partner and, of a new customer, enter those of its partner
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "association parts", Open: func(*function.Env) Parts { return Parts{} }}

// Associations declares the HTTP function of customers' associations with partners, of the authorizations within them, and of the reports that lead to
// them, with the parts of other capabilities. The other operations on customers do without these, and associations do without sending codes.
func Associations(parts func(env *function.Env) Parts) function.Declaration {
	return function.Declaration{
		Name: "association",
		Does: "Customers' associations with partners: requests, records, authorizations, and the reports that come before them",
		HTTP: func(api *rest.API, env *function.Env) {
			PartsPort.Put(env, parts(env))
			associationOperations(api, env)
			ownAssociationOperations(api, env)
			authorizationOperations(api, env)
			reportOperations(api, env)
		},
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey},
		Under:  []string{requestsPath, ownRequestsPath, authorizationsPath, ownAuthorizationsPath, reportsPath},
	}
}

// holdings asks every capability what hangs on an association.
func (s *Service) holdings(ctx context.Context, customer, partner auth.PartyID) (Holdings, error) {
	var h Holdings
	for _, add := range s.Parts.Holdings {
		if err := add(ctx, customer, partner, &h); err != nil {
			return h, err
		}
	}
	return h, nil
}
