package party

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Freeze says what a partner has frozen of its customer. Its numbers are BSS's. Source: DOMAIN.md 4, is_frozen.
type Freeze int

// The freezes.
const (
	NotFrozen       Freeze = 0
	AccountFrozen   Freeze = 1
	ResourcesFrozen Freeze = 2 // the account as well
)

// The real-name states, less one: BSS's −1 is our zero, which a party without a profile has. Source: DOMAIN.md 4, verified_status.
const (
	Unverified     = 0
	UnderReview    = 1
	ReviewRejected = 2
	Verified       = 3
)

// Shown gives what is frozen of a customer as lists show it: by its partner, or with it.
func (p Profile) Shown() Freeze {
	if p.FrozenAbove {
		return ResourcesFrozen
	}
	return p.Frozen
}

// Profile is what a partner's list shows of a customer or a reseller beyond its row.
type Profile struct {
	Account      string      `dynamodbav:"account,omitempty"` // login name
	RealName     string      `dynamodbav:"real,omitempty"`    // verified name
	VerifiedAs   int         `dynamodbav:"verified,omitempty"`
	CustomerType int         `dynamodbav:"ctype,omitempty"` // 0 none yet, 1 individual, 2 enterprise
	Frozen       Freeze      `dynamodbav:"frozen,omitempty"`
	FrozenAbove  bool        `dynamodbav:"fabove,omitempty"`  // with its resources, since its partner or that one's distributor is
	XAccount     string      `dynamodbav:"xid,omitempty"`     // the partner's platform's id of the customer
	XType        string      `dynamodbav:"xtype,omitempty"`   // the platform
	Associated   time.Time   `dynamodbav:"assoc,omitempty"`   // business time, UTC
	Country      string      `dynamodbav:"country,omitempty"` // ISO 3166, two letters
	NoMarketing  bool        `dynamodbav:"nomkt,omitempty"`   // wants no marketing messages
	Label        string      `dynamodbav:"label,omitempty"`   // the partner's
	Manager      auth.UserID `dynamodbav:"manager,omitempty"` // 客户经理, at the partner
	NewTag       string      `dynamodbav:"tag,omitempty"`     // new-customer tag Y, N; empty is UNDETERMINED
	TagFrom      string      `dynamodbav:"tfrom,omitempty"`   // Beijing month such as 2026-12
	TagTo        string      `dynamodbav:"tto,omitempty"`
}

// Member is a party as the one above it lists it: a customer of a partner, or a reseller of a distributor. It copies the party's columns, and
// every change of those goes through Change, which writes both.
type Member struct {
	table.Head
	Row     Row     `dynamodbav:"listed"`
	Profile Profile `dynamodbav:"profile"`
	Mobile  string  `dynamodbav:"mobile,omitempty"`
}

// ErrAssociated: the customer has a partner already. ASSUMED code.
var ErrAssociated = problem.New(http.StatusConflict, "CBC.99001006", "the customer is associated with a partner already")

const (
	customerPrefix = "CUSTOMER#"
	resellerPrefix = "RESELLER#"
)

func memberKey(p Party) (table.Key, bool) {
	switch {
	case p.Kind == auth.Customer && p.Partner != "":
		return table.Key{PK: "PARTY#" + string(p.Partner), SK: customerPrefix + string(p.ID)}, true
	case p.Kind == auth.Reseller && p.Distributor != "":
		return table.Key{PK: "PARTY#" + string(p.Distributor), SK: resellerPrefix + string(p.ID)}, true
	default:
		return table.Key{}, false
	}
}

func memberOf(p Party, key table.Key) *Member {
	return &Member{Head: key.Head(), Row: p.Row, Profile: p.Profile, Mobile: p.Mobile}
}

// Enlist appends to tx that a new party stands in the list of the one above it, if it has one. now is when they came together, unless the
// party's profile says another time.
func Enlist(tx *table.Tx, p Party, now time.Time) {
	if key, below := memberKey(p); below {
		m := memberOf(p, key)
		if m.Profile.Associated.IsZero() {
			m.Profile.Associated = now
		}
		tx.Create(m)
	}
}

// Change appends to tx that a party becomes next, also in the list of the one above it, who stays the same.
func Change(ctx context.Context, db *table.Client, tx *table.Tx, old, next Party) error {
	tx.Replace(&old, &next)
	key, below := memberKey(next)
	if !below {
		return nil
	}
	var listed Member
	err := db.Get(ctx, key, &listed)
	if errors.Is(err, table.ErrNotFound) { // put there before there were such lists
		tx.Create(memberOf(next, key))
		return nil
	}
	if err != nil {
		return err
	}
	copied := memberOf(next, key)
	if copied.Profile.Associated.IsZero() {
		copied.Profile.Associated = listed.Profile.Associated
	}
	tx.Replace(&listed, copied)
	return nil
}

// Associate appends to tx that a customer without a partner joins one, and returns the customer as it will be. The condition is the customer
// itself: of two associations made at once one holds. Error: ErrAssociated.
func Associate(tx *table.Tx, old Party, partner auth.PartyID, kind int, label string, manager auth.UserID, now time.Time) (Party, error) {
	if old.Partner != "" {
		return old, ErrAssociated
	}
	next := old
	next.Partner, next.AssociationType = partner, kind
	next.Profile.Associated, next.Profile.Label, next.Profile.Manager = now, label, manager
	tx.Replace(&old, &next)
	Enlist(tx, next, now)
	return next, nil
}

// Dissociate appends to tx that from now on a customer has no partner any more and is departing from the one that it had, and returns the customer
// as it will be.
func Dissociate(ctx context.Context, db *table.Client, tx *table.Tx, old Party, now time.Time) (Party, error) {
	key, below := memberKey(old)
	if !below || old.Kind != auth.Customer {
		return old, ErrUnknown.Saying("customer %q has no partner", old.ID)
	}
	var listed Member
	err := db.Get(ctx, key, &listed)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return old, err
	}
	if err == nil {
		tx.Remove(&listed)
	}
	next := old
	next.leaves(tx, now)
	next.Partner, next.AssociationType = "", 0
	next.Profile.Associated, next.Profile.Label, next.Profile.Manager, next.Profile.Frozen = time.Time{}, "", "", NotFrozen
	next.Profile.FrozenAbove = false
	tx.Replace(&old, &next)
	Depart(tx, old.Partner, old.ID)
	return next, nil
}

// Customers finds the Members that are a partner's customers, in id order.
func Customers(partner auth.PartyID) table.Query {
	return table.Query{PK: "PARTY#" + string(partner), Prefix: customerPrefix}
}

// Resellers finds the Members that are a distributor's resellers, in id order.
func Resellers(distributor auth.PartyID) table.Query {
	return table.Query{PK: "PARTY#" + string(distributor), Prefix: resellerPrefix}
}

// CustomerOf reads a customer of a partner, strongly consistent. Anybody else's looks like one that does not exist. Error: ErrUnknown.
func CustomerOf(ctx context.Context, db *table.Client, partner, customer auth.PartyID) (Party, error) {
	if !table.IsID(string(customer)) {
		return Party{}, unknown(customer)
	}
	p, err := Get(ctx, db, customer)
	if err != nil {
		return Party{}, err
	}
	if p.Kind != auth.Customer || p.Partner != partner {
		return Party{}, unknown(customer)
	}
	return p, nil
}
