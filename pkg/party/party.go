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

// Standing says whether a party may do business.
type Standing string

// The standings. Source: DOMAIN.md 0, "Partner restricted/frozen cascade".
const (
	Normal     Standing = "normal"
	Restricted Standing = "restricted"
	Frozen     Standing = "frozen"
)

// AssociationType says how a customer stands to its partner.
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
}

// Row is what lists show of a party.
type Row struct {
	ID              auth.PartyID `dynamodbav:"id" json:"party_id"`
	Kind            auth.Kind    `dynamodbav:"kind" json:"kind"`
	Name            string       `dynamodbav:"name" json:"name"`
	Email           string       `dynamodbav:"email,omitempty" json:"email,omitempty"`
	Level           string       `dynamodbav:"level,omitempty" json:"customer_level,omitempty"` // V0 to V5, of a customer
	Partner         auth.PartyID `dynamodbav:"partner,omitempty" json:"partner_id,omitempty"`   // whom a customer is associated with
	AssociationType int          `dynamodbav:"assoc,omitempty" json:"association_type,omitempty"`
	Standing        Standing     `dynamodbav:"standing" json:"standing"`
	Created         time.Time    `dynamodbav:"created" json:"created_at"` // business time, UTC
}

// What is refused of parties. Source: DOMAIN.md 18.
var (
	ErrUnknown = problem.New(http.StatusBadRequest, "CBC.99000047", "the account does not exist")
	ErrBlocked = problem.New(http.StatusBadRequest, "CBC.99003626", "the account is frozen or restricted")
)

// The events of parties.
const (
	EventCreated     = "party.created"
	EventStanding    = "party.standing_changed"
	EventUserInvited = "party.user_invited"
	EventUserChanged = "party.user_changed"
	EventUserRemoved = "party.user_removed"
	EventKeyIssued   = "party.access_key_issued"
	EventKeyChanged  = "party.access_key_changed"
	EventKeyDeleted  = "party.access_key_deleted"
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
	event.Append(tx, event.Event{Type: EventCreated, Subject: string(p.ID), Owner: string(p.ID), At: now, By: by})
}

// Get reads a party, strongly consistent. Error: ErrUnknown.
func Get(ctx context.Context, db *table.Client, id auth.PartyID) (Party, error) {
	var p Party
	err := db.Get(ctx, Key(id), &p)
	if errors.Is(err, table.ErrNotFound) {
		return p, ErrUnknown.Saying("party %q does not exist", id)
	}
	return p, err
}

// ForCaller reads a customer that the caller may see: itself, or one that is associated with it. Another party's customer looks like one that
// does not exist. Error: ErrUnknown.
func ForCaller(ctx context.Context, db *table.Client, caller auth.Principal, id auth.PartyID) (Party, error) {
	p, err := Get(ctx, db, id)
	if err != nil {
		return p, err
	}
	if caller.Kind == auth.Vendor || p.ID == caller.Party || p.Partner == caller.Party {
		return p, nil
	}
	return Party{}, ErrUnknown.Saying("party %q does not exist", id)
}

// Blocked reports whether a party can't consume: by its own standing or, for a resale customer, by that of its partner and of its partner's
// distributor. Source: DOMAIN.md 0.
func Blocked(ctx context.Context, db *table.Client, p Party) (bool, error) {
	if p.Standing != Normal {
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
