package auth

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"partnercenter/pkg/foundation/table"
)

// Keys of this package:
//
//	USER#<user> / USER       a user; listed in GSI1 under PARTY#<party>#USER
//	PARTY#<party> / ROLES    a party's custom roles
//	AK#<access key> / KEY    an access key
//	SECRET#<purpose> / KEY   a key of the keyring
//
//	PARTY#<partner> / AUTHORIZATION#<customer>     a customer's authorization of its partner    due work "authorization"
//	PARTY#<reseller> / DISTRIBUTORAUTHORIZATION    its distributor's leave to act for customers
//
// Access patterns: a user by id, an access key by itself, the users of a party, a purpose's key; an authorization by partner and customer; those
// that a partner has, in the order of its customers' ids.

// User is somebody who acts for a party.
type User struct {
	table.Head
	UserRow `dynamodbav:"row"`
	Party   PartyID  `dynamodbav:"party"`
	Kind    Kind     `dynamodbav:"kind"`
	Keys    []string `dynamodbav:"keys,omitempty"` // its access keys, two at most

	Custom []Permission `dynamodbav:"-"` // what its custom roles hold, as [LoadUser] has read it
}

// Permissions gives the permission items that the user's roles have, sorted.
func (u User) Permissions() []Permission {
	items := PermissionsOf(u.Kind, u.Roles)
	most := PermissionsOf(u.Kind, []Role{Admin})
	for _, item := range u.Custom {
		if slices.Contains(most, item) {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// UserRow is what lists show of a user.
type UserRow struct {
	ID    UserID `dynamodbav:"id"`
	Name  string `dynamodbav:"name"`
	Email string `dynamodbav:"email,omitempty"`
	Roles []Role `dynamodbav:"roles"` // preset and custom ones
}

// AccessKey is a program's credential. Its secret is sealed, and its plain text is shown once, when it is issued.
type AccessKey struct {
	table.Head
	ID          string       `dynamodbav:"id"`
	User        UserID       `dynamodbav:"user"`
	Party       PartyID      `dynamodbav:"party"`
	Secret      []byte       `dynamodbav:"secret"` // sealed
	Disabled    bool         `dynamodbav:"disabled"`
	Permissions []Permission `dynamodbav:"permissions,omitempty"` // fewer than its user's; empty is all of them
	Sources     []string     `dynamodbav:"sources,omitempty"`     // CIDR blocks that it may be used from; empty is everywhere
	Created     time.Time    `dynamodbav:"created"`               // business time, UTC
	LastUsed    time.Time    `dynamodbav:"used,omitempty"`        // wall clock, UTC, up to an hour behind
}

// UserKey gives the table key of a user.
func UserKey(id UserID) table.Key { return table.Key{PK: "USER#" + string(id), SK: "USER"} }

// AccessKeyKey gives the table key of an access key.
func AccessKeyKey(id string) table.Key { return table.Key{PK: "AK#" + id, SK: "KEY"} }

// UsersOf gives the partition of GSI1 that lists a party's users.
func UsersOf(party PartyID) string { return "PARTY#" + string(party) + "#USER" }

// NewUser returns the item of a new user.
func NewUser(id UserID, party PartyID, kind Kind, name, email string, roles []Role) *User {
	key := UserKey(id)
	return &User{
		Head:    table.Head{PK: key.PK, SK: key.SK, G1PK: UsersOf(party), G1SK: string(id)},
		UserRow: UserRow{ID: id, Name: name, Email: email, Roles: roles},
		Party:   party, Kind: kind,
	}
}

// Issue returns the item of a new access key of a user, and its secret in plain text.
func Issue(ctx context.Context, sealer Sealer, u *User, now time.Time) (*AccessKey, string, error) {
	id, secret := "AK"+rand.Text()[:18], rand.Text()+rand.Text()[:14]
	sealed, err := sealer.Seal(ctx, []byte(secret), keyContext(id))
	if err != nil {
		return nil, "", err
	}
	key := AccessKeyKey(id)
	return &AccessKey{
		Head: key.Head(), ID: id, User: u.ID, Party: u.Party, Secret: sealed, Created: now,
	}, secret, nil
}

// keyContext binds a sealed secret to its access key, so that one can't be put in another's place.
func keyContext(id string) string { return "access-key:" + id }
