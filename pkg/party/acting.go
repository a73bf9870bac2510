package party

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ErrNotMine: an indirect_partner_id that is no reseller of the calling distributor. Source: DOMAIN.md 11, 18.
var ErrNotMine = problem.New(http.StatusBadRequest, "CBC.99000037", "no right to operate this reseller")

// ActingFor gives the partner whose business a call is: the caller, or the reseller that a distributor names by indirect_partner_id. A reseller of
// somebody else looks like one that does not exist. Error: ErrNotMine.
func ActingFor(ctx context.Context, db *table.Client, caller auth.Principal, indirect auth.PartyID) (auth.PartyID, error) {
	if indirect == "" {
		return caller.Party, nil
	}
	refusal := ErrNotMine.Saying("%q is no reseller of yours", indirect).In("indirect_partner_id")
	if caller.Kind != auth.Distributor {
		return "", refusal
	}
	reseller, err := Get(ctx, db, indirect)
	switch {
	case errors.Is(err, ErrUnknown):
		return "", refusal
	case err != nil:
		return "", err
	case reseller.Kind != auth.Reseller || reseller.Distributor != caller.Party:
		return "", refusal
	}
	return reseller.ID, nil
}

// departure is a customer whose association with a partner has ended and whose items are still being moved out of that partner's lists.
type departure struct {
	table.Head
	Customer auth.PartyID `dynamodbav:"cust"`
}

// Depart appends to tx that a customer leaves a partner: from here on the partner's lists leave out what is still to be moved.
func Depart(tx *table.Tx, partner, customer auth.PartyID) {
	key := departureKey(partner, customer)
	tx.Create(&departure{Head: key.Head(), Customer: customer})
}

// Departed appends to tx that nothing of a customer is left in a partner's lists.
func Departed(ctx context.Context, db *table.Client, tx *table.Tx, partner, customer auth.PartyID) error {
	var d departure
	if err := db.Get(ctx, departureKey(partner, customer), &d); err != nil {
		return err
	}
	tx.Remove(&d)
	return nil
}

// Departing reads which customers are leaving a partner, strongly consistent: mostly nobody. Whoever lists what a partner's customers have by the
// partner's index leaves these out.
func Departing(ctx context.Context, db *table.Client, partner auth.PartyID) (map[auth.PartyID]bool, error) {
	leaving := map[auth.PartyID]bool{}
	q := departureKey(partner, "")
	for d, err := range table.All[departure](ctx, db, table.Query{PK: q.PK, Prefix: q.SK, Strong: true}) {
		if err != nil {
			return nil, err
		}
		leaving[d.Customer] = true
	}
	return leaving, nil
}
