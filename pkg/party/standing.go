package party

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Standing says whether a party may do business.
type Standing string

// The standings. Source: DOMAIN.md 0, "Partner restricted/frozen cascade".
const (
	Normal     Standing = "normal"
	Restricted Standing = "restricted"
	Frozen     Standing = "frozen"
	Exiting    Standing = "exiting" // of a reseller that is leaving its distributor (退出中). ASSUMED name. Source: DOMAIN.md 11
)

// Blocked reports whether a party can't consume: by its own standing, because its partner has frozen it or, for a resale customer, by the
// standing of its partner and of its partner's distributor. Source: DOMAIN.md 0.
func Blocked(ctx context.Context, db *table.Client, p Party) (bool, error) {
	if p.Standing != Normal || p.Profile.Frozen != NotFrozen {
		return true, nil
	}
	above := p.Distributor
	if p.Kind == auth.Customer && p.AssociationType == Resale {
		above = p.Partner
	}
	if above == "" {
		return false, nil
	}
	next, err := Get(ctx, db, above)
	if err != nil {
		return false, err
	}
	return Blocked(ctx, db, next)
}

// severity orders standings by what they forbid.
var severity = map[Standing]int{Normal: 0, Restricted: 1, Frozen: 2}

// Stands gives a party as it is when the vendor has set a standing for it, and the one above it has another one: the more severe counts, and each is
// remembered, so that lifting one leaves the other. Who is exiting goes on to exit; what was set is in force when it joins again.
func (p Party) Stands(own, above Standing) Party {
	p.Own, p.Above = "", ""
	if severity[above] > 0 {
		p.Above = above
	}
	if p.Standing != Exiting {
		p.Standing = own
		if severity[p.Above] > severity[own] {
			p.Standing = p.Above
		}
	}
	if own != p.Standing {
		p.Own = own
	}
	return p
}

// Itself gives the standing that the vendor has set for a party, whatever counts.
func (p Party) Itself() Standing {
	switch {
	case p.Own != "":
		return p.Own
	case p.Standing == Exiting:
		return Normal
	}
	return p.Standing
}

// Leaves gives a party that begins to exit. What the vendor has set for it is remembered.
func (p Party) Leaves() Party {
	if p.Own = p.Itself(); p.Own == Normal {
		p.Own = ""
	}
	p.Standing = Exiting
	return p
}

// SetStanding sets whether a party may do business; to set it again changes nothing. What its distributor's standing does to it stays. Its resources'
// attempts are made and refused meanwhile, so that nothing is caught up when it may again. Error: ErrUnknown.
func (s *Service) SetStanding(ctx context.Context, id auth.PartyID, to Standing, why string, by auth.Principal) (Party, error) {
	var next Party
	err := table.Retry(ctx, func() error {
		old, err := Get(ctx, s.Table, id)
		next = old
		if err != nil || old.Itself() == to {
			return err
		}
		tx := table.NewTx()
		if next, err = Stand(ctx, s.Table, tx, old, old.Stands(to, old.Above), why, by.Masked(), s.Clock.Now()); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}
