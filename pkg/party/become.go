package party

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// EventIdentity: an account has become a party of another kind, or the reseller of another distributor.
const EventIdentity = "party.identity_changed"

// ErrManyUsers: an account has too many users to change its kind with them at once. ASSUMED code.
var ErrManyUsers = problem.New(http.StatusConflict, "CBC.99001210", "the account has too many users")

// mostUsers is how many users an account that becomes a partner has at most: they change with it, in one transaction. ASSUMED
const mostUsers = 40

// Become appends to tx that an account becomes a party of another kind, with all its users, and returns it as it will be: a customer without a partner
// becomes a partner of a kind, a reseller that of a distributor. Of a reseller that has another distributor it changes that alone, and one that was exiting
// is so no more; when nothing changes it makes the transaction hold only while the account stays as it is.
//
// Errors: ErrAssociated for a customer that has a partner; ErrManyUsers.
func Become(
	ctx context.Context, db *table.Client, tx *table.Tx, old Party, kind auth.Kind, distributor auth.PartyID, by string, now time.Time,
) (Party, error) {
	switch {
	case old.Kind != kind || old.Distributor != distributor:
	case old.Standing == Exiting:
		return Stand(ctx, db, tx, old, old.joins(), "it has joined again", by, now)
	default:
		tx.Check(&old)
		return old, nil
	}
	if old.Partner != "" {
		return old, ErrAssociated
	}
	next := old
	if old.Standing == Exiting {
		next = old.joins()
		next.StandingSince = now
	}
	next.Kind, next.Distributor, next.Level = kind, distributor, ""
	next.Profile.Associated, next.Profile.Manager = now, ""
	list(&next)
	tx.Replace(&old, &next)
	if err := unlist(ctx, db, tx, old); err != nil {
		return old, err
	}
	Enlist(tx, next, now)
	if old.Kind != kind {
		if err := convert(ctx, db, tx, old.ID, kind); err != nil {
			return old, err
		}
	}
	event.Append(tx, event.Event{
		Type: EventIdentity, Owner: string(old.ID), Subject: string(old.ID), At: now, By: by,
		Data: map[string]string{"from": string(old.Kind), "to": string(kind), "distributor": string(distributor)},
	})
	return next, nil
}

// joins gives a party that had exited, and is a member again: as the vendor has set it.
func (p Party) joins() Party {
	own := p.Itself()
	p.Standing = own
	return p.Stands(own, "")
}

// Left appends to tx that a reseller that has exited has no distributor any more.
func Left(ctx context.Context, db *table.Client, tx *table.Tx, old Party) error {
	if err := unlist(ctx, db, tx, old); err != nil {
		return err
	}
	next := old
	next.Distributor, next.Above = "", ""
	tx.Replace(&old, &next)
	return nil
}

// unlist appends to tx that a party leaves the list of the one above it, if it stands there.
func unlist(ctx context.Context, db *table.Client, tx *table.Tx, p Party) error {
	key, below := memberKey(p)
	if !below {
		return nil
	}
	var listed Member
	err := db.Get(ctx, key, &listed)
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	if err == nil {
		tx.Remove(&listed)
	}
	return err
}

// convert appends to tx that the users of an account are of another kind of party. Error: ErrManyUsers.
func convert(ctx context.Context, db *table.Client, tx *table.Tx, of auth.PartyID, kind auth.Kind) error {
	n := 0
	for listed, err := range table.All[auth.User](ctx, db, table.Query{Index: table.Listed, PK: auth.UsersOf(of)}) {
		if err != nil {
			return err
		}
		if n++; n > mostUsers {
			return ErrManyUsers.Saying("%q has more than %d users; remove some, and invite them again afterwards", of, mostUsers)
		}
		var u auth.User
		err := db.Get(ctx, auth.UserKey(listed.ID), &u)
		if errors.Is(err, table.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		next := u
		next.Kind = kind
		tx.Replace(&u, &next)
	}
	return nil
}

// Transfer appends to tx that a customer goes over from its partner to another one by the same type of association, and is departing from the first:
// what it has is still to be moved out of that one's lists. It is frozen with the other one from then on, or not. It returns the customer as it will be.
func Transfer(ctx context.Context, db *table.Client, tx *table.Tx, old, to Party, now time.Time) (Party, error) {
	if err := unlist(ctx, db, tx, old); err != nil {
		return old, err
	}
	next := old
	next.leaves(tx, now)
	next.Partner = to.ID
	next.Profile.Associated, next.Profile.Label, next.Profile.Manager = now, "", ""
	next.Profile.FrozenAbove = to.Standing == Frozen && old.AssociationType == Resale
	tx.Replace(&old, &next)
	tx.Check(&to)
	Enlist(tx, next, now)
	Depart(tx, old.Partner, old.ID)
	return next, nil
}

// Stand appends to tx that a party stands as next does, also in the list of the one above it, and returns it as it will be.
func Stand(ctx context.Context, db *table.Client, tx *table.Tx, old, next Party, why, by string, now time.Time) (Party, error) {
	if next.Standing != old.Standing {
		next.StandingSince = now
	}
	data := map[string]string{"from": string(old.Standing), "to": string(next.Standing)}
	if next.Own != "" {
		data["set"] = string(next.Own)
	}
	event.Append(tx, event.Event{Type: EventStanding, Owner: string(old.ID), Subject: string(old.ID), Why: why, At: now, By: by, Data: data})
	return next, Change(ctx, db, tx, old, next)
}
