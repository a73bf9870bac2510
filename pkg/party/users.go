package party

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ErrNoUser: the party has no such user. ASSUMED code.
var ErrNoUser = problem.New(http.StatusNotFound, "CBC.0404", "no such user")

// checkRoles refuses roles that users of a kind of party can't have, and none at all.
func checkRoles(kind auth.Kind, roles []auth.Role) error {
	known := auth.RolesOf(kind)
	for _, role := range roles {
		if !slices.Contains(known, role) {
			return problem.Invalid("roles", "%q is none of a %s's roles %v", role, kind, known)
		}
	}
	if len(roles) == 0 {
		return problem.Invalid("roles", "a user has at least one of the roles %v", known)
	}
	return nil
}

// Invite adds a user to the caller's party, who signs in with a mail address. Error: CBC.0100 for roles that can't be.
func (s *Service) Invite(ctx context.Context, by auth.Principal, name, email string, roles []auth.Role) (*auth.User, error) {
	if err := checkRoles(by.Kind, roles); err != nil {
		return nil, err
	}
	u := auth.NewUser(auth.UserID(ulid.Make().String()), by.Party, by.Kind, name, email, roles)
	tx := table.NewTx()
	tx.Create(u)
	s.audit(tx, by, EventUserInvited, by.Party, string(u.ID), "")
	if err := s.Table.Commit(ctx, tx); err != nil {
		return nil, err
	}
	return u, s.letIn(ctx, u)
}

// user reads a user of a party; another party's looks like none. Error: ErrNoUser.
func (s *Service) user(ctx context.Context, of auth.PartyID, id auth.UserID) (auth.User, error) {
	var u auth.User
	err := s.Table.Get(ctx, auth.UserKey(id), &u)
	if errors.Is(err, table.ErrNotFound) || err == nil && u.Party != of {
		return auth.User{}, ErrNoUser.Saying("the party has no user %q", id).In("user_id")
	}
	return u, err
}

// SetRoles sets the roles of a user of the caller's party. They hold within a minute. Errors: ErrNoUser, CBC.0100.
func (s *Service) SetRoles(ctx context.Context, by auth.Principal, id auth.UserID, roles []auth.Role) (auth.User, error) {
	if err := checkRoles(by.Kind, roles); err != nil {
		return auth.User{}, err
	}
	if id == by.User && !slices.Contains(roles, auth.Admin) {
		return auth.User{}, problem.Invalid("roles", "an administrator does not take its own role; another administrator can")
	}
	var next auth.User
	err := s.retry(func() error {
		old, err := s.user(ctx, by.Party, id)
		if err != nil {
			return err
		}
		next = old
		next.Roles = roles
		tx := table.NewTx()
		tx.Replace(&old, &next)
		s.audit(tx, by, EventUserChanged, by.Party, string(id), "")
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}

// Expel removes a user of the caller's party, and its access keys with it. Error: ErrNoUser; CBC.0100 for the caller itself.
func (s *Service) Expel(ctx context.Context, by auth.Principal, id auth.UserID) error {
	if id == by.User {
		return problem.Invalid("user_id", "nobody removes itself; another administrator can")
	}
	err := s.retry(func() error {
		old, err := s.user(ctx, by.Party, id)
		if err != nil {
			return err
		}
		tx := table.NewTx()
		tx.Remove(&old)
		for _, name := range old.Keys {
			var key auth.AccessKey
			if err := s.Table.Get(ctx, auth.AccessKeyKey(name), &key); err != nil {
				return err
			}
			tx.Remove(&key)
		}
		s.audit(tx, by, EventUserRemoved, by.Party, string(id), "")
		return s.Table.Commit(ctx, tx)
	})
	if err != nil {
		return err
	}
	return s.Directory.Drop(ctx, id)
}
