package party

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// The association types: how a customer stands to its partner. Source: DOMAIN.md 0.
const (
	Referral = 1 // 顾问销售: the customer trades with the vendor
	Resale   = 2 // 代售: the customer trades with the partner
)

// Party is a vendor, distributor, reseller, partner or customer.
type Party struct {
	table.Head
	Row `dynamodbav:"row"`

	Mobile        string       `dynamodbav:"mobile,omitempty"`
	Locale        string       `dynamodbav:"locale,omitempty"`      // zh-CN or en-US
	Distributor   auth.PartyID `dynamodbav:"distributor,omitempty"` // of a reseller
	StandingSince time.Time    `dynamodbav:"since,omitempty"`       // business time, UTC
	Own           Standing     `dynamodbav:"own,omitempty"`         // what the vendor has set for it, where its standing is another one; see [Party.Stands]
	Above         Standing     `dynamodbav:"above,omitempty"`       // its distributor's, where that is restricted or frozen

	Profile Profile  `dynamodbav:"profile,omitempty"`
	Past    []Tenure `dynamodbav:"past,omitempty"` // whose a customer was, oldest first; see AssociatedAt

	// How a customer's resources renew; package subscription gives it meaning.
	DeductionDays int `dynamodbav:"ddays,omitempty"` // 0 is the default
	ExpiryDay     int `dynamodbav:"xday,omitempty"`  // 0 is none
}

// Row is what lists show of a party.
type Row struct {
	ID              auth.PartyID `dynamodbav:"id"`
	Kind            auth.Kind    `dynamodbav:"kind"`
	Name            string       `dynamodbav:"name"`
	Email           string       `dynamodbav:"email,omitempty"`
	Level           string       `dynamodbav:"level,omitempty"`   // V0 to V5, of a customer
	Partner         auth.PartyID `dynamodbav:"partner,omitempty"` // whom a customer is associated with
	AssociationType int          `dynamodbav:"assoc,omitempty"`
	Standing        Standing     `dynamodbav:"standing"`
	Created         time.Time    `dynamodbav:"created"` // business time, UTC
}

// What is refused of parties. Source: DOMAIN.md 18.
var (
	ErrUnknown = problem.New(http.StatusBadRequest, "CBC.99000047", "the account does not exist")
	ErrBlocked = problem.New(http.StatusBadRequest, "CBC.99003626", "the account is frozen or restricted")
	ErrExiting = problem.New(http.StatusBadRequest, "CBC.99007490", "the reseller is exiting")
)

// The events of parties.
const (
	EventCreated      = "party.created"
	EventStanding     = "party.standing_changed"
	EventUserInvited  = "party.user_invited"
	EventUserChanged  = "party.user_changed"
	EventUserRemoved  = "party.user_removed"
	EventRolesChanged = "party.custom_roles_changed"
	EventKeyIssued    = "party.access_key_issued"
	EventKeyChanged   = "party.access_key_changed"
	EventKeyDeleted   = "party.access_key_deleted"
)

// Create appends a new party to tx, with its event.
func Create(tx *table.Tx, p Party, by string, now time.Time) {
	key := Key(p.ID)
	p.PK, p.SK, p.Created = key.PK, key.SK, now
	if p.Standing == "" {
		p.Standing = Normal
	}
	list(&p)
	tx.Create(&p)
	event.Append(tx, event.Event{
		Type: EventCreated, Subject: string(p.ID), Owner: string(p.ID), At: now, By: by, Data: map[string]string{"kind": string(p.Kind)},
	})
}

// Get reads a party, strongly consistent. Error: ErrUnknown.
func Get(ctx context.Context, db *table.Client, id auth.PartyID) (Party, error) {
	var p Party
	err := db.Get(ctx, Key(id), &p)
	if errors.Is(err, table.ErrNotFound) {
		return p, unknown(id)
	}
	return p, err
}

// Address gives where a party is told, in its language.
func (p Party) Address() notify.Address {
	return notify.Address{Email: p.Email, Mobile: p.Mobile, Locale: notify.LocaleOf(p.Locale)}
}

func unknown(id auth.PartyID) error { return ErrUnknown.Saying("party %q does not exist", id) }

// ForCaller reads a customer that the caller may see. Any other looks like one that does not exist. Error: ErrUnknown.
func ForCaller(ctx context.Context, db *table.Client, caller auth.Principal, id auth.PartyID) (Party, error) {
	p, err := Get(ctx, db, id)
	if err != nil {
		return p, err
	}
	sees, err := seen(ctx, db, caller, p)
	if err != nil {
		return Party{}, err
	}
	if !sees {
		return Party{}, unknown(id)
	}
	return p, nil
}

// seen reports whether p is a customer that the caller may see: the vendor sees all; a customer itself; a partner's user those in its
// scope. Source: DESIGN.md "Who is calling".
func seen(ctx context.Context, db *table.Client, caller auth.Principal, p Party) (bool, error) {
	switch {
	case p.Kind != auth.Customer:
		return false, nil
	case caller.Kind == auth.Vendor, p.ID == caller.Party:
		return true, nil
	case p.Partner == "" || caller.Kind == auth.Customer:
		return false, nil
	}
	scope := NewScope(db, ReaderOf(caller))
	scope.parties[p.ID] = p
	_, ok, err := scope.Sees(ctx, p.Partner, p.ID)
	return ok, err
}
