package auth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/table"
)

// CustomRole is a bundle of permission items that a partner's administrator has put together.
type CustomRole struct {
	ID    Role         `dynamodbav:"id"`
	Name  string       `dynamodbav:"name"`
	Items []Permission `dynamodbav:"items"` // sorted
}

// CustomRoles are a party's, in one item: the write enforces how many there are.
type CustomRoles struct {
	table.Head
	Of []CustomRole `dynamodbav:"of"`
}

// MaxCustomRoles is how many custom roles a party has at most. Source: DOMAIN.md 0, "Roles inside a partner".
const MaxCustomRoles = 10

// customPrefix starts the id of every custom role, and of no preset one.
const customPrefix = "custom:"

// NewCustomRole gives the id of a new custom role from a unique word.
func NewCustomRole(word string) Role { return Role(customPrefix + word) }

// IsCustom says whether a role is one that a party has made.
func (r Role) IsCustom() bool { return strings.HasPrefix(string(r), customPrefix) }

// CustomRolesKey gives the table key of a party's custom roles.
func CustomRolesKey(party PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(party), SK: "ROLES"}
}

// LoadCustomRoles reads a party's custom roles, none when it has made none.
func LoadCustomRoles(ctx context.Context, db *table.Client, party PartyID) (CustomRoles, error) {
	var all CustomRoles
	err := db.Get(ctx, CustomRolesKey(party), &all)
	if errors.Is(err, table.ErrNotFound) {
		return CustomRoles{}, nil
	}
	return all, err
}

// Find gives a custom role by its id.
func (c CustomRoles) Find(id Role) (CustomRole, bool) {
	at := slices.IndexFunc(c.Of, func(r CustomRole) bool { return r.ID == id })
	if at < 0 {
		return CustomRole{}, false
	}
	return c.Of[at], true
}

// LoadUser reads a user with what its custom roles hold. Error: table.ErrNotFound.
func LoadUser(ctx context.Context, db *table.Client, id UserID) (User, error) {
	var u User
	if err := db.Get(ctx, UserKey(id), &u); err != nil {
		return User{}, err
	}
	if !slices.ContainsFunc(u.Roles, Role.IsCustom) {
		return u, nil
	}
	own, err := LoadCustomRoles(ctx, db, u.Party)
	return u.By(own), err
}

// By gives a user with what its custom roles hold. One that is not among its party's holds nothing.
func (u User) By(own CustomRoles) User {
	u.Custom = nil
	for _, id := range u.Roles {
		if role, ok := own.Find(id); ok {
			u.Custom = append(u.Custom, role.Items...)
		}
	}
	return u
}
