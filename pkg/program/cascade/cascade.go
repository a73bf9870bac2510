// Package cascade carries a partner's restriction or freeze down to whoever stands below it, and lifts it again: a distributor's to its resellers, and a
// frozen partner's to its resale customers, whose resources are frozen with it.
//
// Whether somebody can consume is decided at once, from the standing of those above (party.Blocked). What the cascade adds is what is shown and what is
// asked of a party itself: a reseller stands no better than its distributor, and a customer says that it is frozen with its resources. What the vendor has
// set for a reseller itself is kept apart, and counts again when its distributor may do business; so is what a partner itself has frozen of a customer, so
// that a frozen partner can lift that and no more.
//
// It is due work: it goes through the list below a partner, some in each transaction, on the condition that nothing else has begun meanwhile. A standing
// that changes while it runs starts it over. Each reseller's own change starts its own cascade.
//
// Source: DOMAIN.md 0, "Partner restricted/frozen cascade".
package cascade

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Keys of this package:
//
//	PARTY#<partner> / CASCADE          how far a partner's standing is carried down        due work "cascade"
//
// Access patterns: each by its key; the resellers and customers below a partner by package party's lists.

// WorkCascade is the kind of due work that a cascade is.
const WorkCascade = "cascade"

// The numbers of this package. ASSUMED
const (
	// together is how many of those below one transaction changes: each is its item, its place in the list and an event.
	together = 20

	// stepsAtOnce is how many transactions one call of due work makes: what it does not reach is due again at once.
	stepsAtOnce = 20
)

// The events of those below, whose owners they are. A reseller's is party.EventStanding.
const (
	EventFrozen   = "customer.frozen_with_partner"
	EventUnfrozen = "customer.unfrozen_with_partner"
)

const system = "system"

// walk is how far a partner's standing is carried down.
type walk struct {
	table.Head
	To    party.Standing `dynamodbav:"to"`
	Since time.Time      `dynamodbav:"since"`
	List  string         `dynamodbav:"list"`            // which list it is in
	After auth.PartyID   `dynamodbav:"after,omitempty"` // whom it has come to
}

// The lists that a walk goes through, in order.
const (
	resellers = "resellers"
	customers = "customers"
)

func walkKey(of auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(of), SK: "CASCADE"}
}

// Service does the package's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
}

// New returns the service in env.
func New(env *function.Env) *Service { return &Service{Table: env.Table(), Clock: env.Clock} }

// Work is the due work that the package does, by kind.
func (s *Service) Work() map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{WorkCascade: s.DoCascade}
}

// Begin makes it due that a party's standing is carried down, if it has anybody below it. To do so twice for one change is as once.
func (s *Service) Begin(ctx context.Context, of auth.PartyID) error {
	return table.Retry(ctx, func() error {
		p, err := party.Get(ctx, s.Table, of)
		if err != nil || p.Kind == auth.Customer || p.Kind == auth.Vendor {
			return err
		}
		var old walk
		err = s.Table.Get(ctx, walkKey(of), &old)
		if err != nil && !errors.Is(err, table.ErrNotFound) || err == nil && old.To == p.Standing && old.Since.Equal(p.StandingSince) {
			return err
		}
		next := walk{Head: old.Head, To: p.Standing, Since: p.StandingSince, List: resellers}
		lifecycle.Arm(&next.Head, WorkCascade, string(of), "cascade", s.Clock.Now())
		if old.Ver > 0 {
			return s.Table.Replace(ctx, &old, &next)
		}
		key := walkKey(of)
		next.PK, next.SK = key.PK, key.SK
		return s.Table.Create(ctx, &next)
	})
}

// DoCascade carries a standing down, some in each transaction. It is a lifecycle.Handler.
func (s *Service) DoCascade(ctx context.Context, due lifecycle.Due) error {
	for range stepsAtOnce {
		more := false
		err := table.Retry(ctx, func() (err error) {
			more, err = s.some(ctx, due.Key)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// some makes one transaction of a cascade, and says whether there is more. Error: lifecycle.ErrNotDue.
func (s *Service) some(ctx context.Context, key table.Key) (more bool, err error) {
	var old walk
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, key, now, &old); err != nil {
		return false, err
	}
	next, tx := old, table.NewTx()
	if err := s.step(ctx, tx, &next, auth.PartyID(old.PK[len("PARTY#"):])); err != nil {
		return false, err
	}
	if more = next.List != ""; more {
		lifecycle.Arm(&next.Head, WorkCascade, old.PK[len("PARTY#"):], "cascade", now)
	} else {
		lifecycle.Disarm(&next.Head)
	}
	tx.Replace(&old, &next)
	return more, s.Table.Commit(ctx, tx)
}

// step appends to tx what a standing does to some of those below, and moves the walk on.
func (s *Service) step(ctx context.Context, tx *table.Tx, w *walk, of auth.PartyID) error {
	list, each := party.Resellers(of), s.reseller
	if w.List == customers {
		list, each = party.Customers(of), s.customer
	}
	list.Strong = true
	if w.After != "" {
		list.From, list.To, list.Prefix = list.Prefix+string(w.After)+"#", list.Prefix+"~", "" // "#" sorts before all that an id has
	}
	n := 0
	for m, err := range table.All[party.Member](ctx, s.Table, list) {
		if err != nil {
			return err
		}
		if n == together {
			return nil
		}
		n, w.After = n+1, m.Row.ID
		if err := each(ctx, tx, of, m.Row.ID, w.To); err != nil {
			return err
		}
	}
	w.After = ""
	if w.List == resellers {
		w.List = customers
	} else {
		w.List = ""
	}
	return nil
}

// reseller appends to tx that a reseller follows its distributor: what the vendor has set for it itself stays. Source: party.Party.Stands.
func (s *Service) reseller(ctx context.Context, tx *table.Tx, of, id auth.PartyID, above party.Standing) error {
	old, err := party.Get(ctx, s.Table, id)
	if err != nil || old.Distributor != of { // it has left meanwhile
		return err
	}
	next := old.Stands(old.Itself(), above)
	if next.Standing == old.Standing && next.Above == old.Above {
		return nil
	}
	_, err = party.Stand(ctx, s.Table, tx, old, next, "its distributor is "+string(above), system, s.Clock.Now())
	return err
}

// customer appends to tx that a resale customer is frozen with its partner, or is no more.
func (s *Service) customer(ctx context.Context, tx *table.Tx, of, id auth.PartyID, above party.Standing) error {
	c, err := party.Get(ctx, s.Table, id)
	if err != nil || c.Partner != of { // it has left meanwhile
		return err
	}
	frozen := above == party.Frozen && c.AssociationType == party.Resale
	if c.Profile.FrozenAbove == frozen {
		return nil
	}
	next := c
	next.Profile.FrozenAbove = frozen
	kind := EventUnfrozen
	if frozen {
		kind = EventFrozen
	}
	event.Append(tx, event.Event{
		Type: kind, Owner: string(id), Subject: string(id), At: s.Clock.Now(), By: system, Why: "its partner is " + string(above),
		Data: map[string]string{"partner": string(c.Partner)},
	})
	return party.Change(ctx, s.Table, tx, c, next)
}
