package subscription

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Family is a main resource and what is attached to it: they are read, renewed and ended together.
type Family struct {
	Main     Subscription
	Attached []Subscription
}

// Members gives the main resource and what is attached to it, in that order.
func (f Family) Members() []Subscription { return append([]Subscription{f.Main}, f.Attached...) }

// loadFamily reads a main resource and what is attached to it in one strong query.
//
// Errors: ErrUnknown when the customer has no such main resource, ErrNotMain when the id is of an attached one.
func loadFamily(ctx context.Context, db *table.Client, customer auth.PartyID, id ID) (Family, error) {
	var f Family
	if !table.IsID(string(id)) {
		return f, ErrUnknown.Saying("no resource %.64q", id).In("resource_ids")
	}
	found := false
	key := subKey(customer, id)
	for s, err := range table.All[Subscription](ctx, db, table.Query{PK: key.PK, From: key.SK, To: key.SK + "#" + afterFamily, Strong: true}) {
		switch {
		case err != nil:
			return f, err
		case s.SK == key.SK:
			f.Main, found = *s, true
		default:
			f.Attached = append(f.Attached, *s)
		}
	}
	if found {
		return f, nil
	}
	return f, notMain(ctx, db, customer, id)
}

// notMain says why id is no main resource of the customer.
func notMain(ctx context.Context, db *table.Client, customer auth.PartyID, id ID) error {
	_, err := mainOf(ctx, db, customer, id)
	switch {
	case err == nil:
		return ErrNotMain.Saying("%q is attached to another resource and follows it; name the main resource", id).In("resource_ids")
	case errors.Is(err, table.ErrNotFound):
		return ErrUnknown.Saying("no resource %q", id).In("resource_ids")
	default:
		return err
	}
}

// loadAny reads a main resource and what is attached to it, or an attached resource alone, as a family of its own. Error: ErrUnknown.
func loadAny(ctx context.Context, db *table.Client, customer auth.PartyID, id ID) (Family, error) {
	f, err := loadFamily(ctx, db, customer, id)
	if !errors.Is(err, ErrNotMain) {
		return f, err
	}
	main, err := mainOf(ctx, db, customer, id)
	if err == nil {
		err = db.Get(ctx, attachedKey(customer, main, id), &f.Main)
	}
	return f, err
}

// pointer leads from an attached resource to its main one.
type pointer struct {
	table.Head
	Main ID `dynamodbav:"main"`
}

func mainOf(ctx context.Context, db *table.Client, customer auth.PartyID, attached ID) (ID, error) {
	var p pointer
	err := db.Get(ctx, pointerKey(customer, attached), &p)
	return p.Main, err
}

// change appends to tx the family as each of its members becomes by change.
func (f Family) change(tx *table.Tx, change func(Subscription) Subscription) Family {
	next := Family{Main: put(tx, f.Main, change(f.Main))}
	for _, a := range f.Attached {
		next.Attached = append(next.Attached, put(tx, a, change(a)))
	}
	return next
}

// put appends the replacement of one member, listed by its new expiry.
func put(tx *table.Tx, old, next Subscription) Subscription {
	listSub(&next)
	tx.Replace(&old, &next)
	return next
}
