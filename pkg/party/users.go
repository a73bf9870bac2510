package party

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// ErrNoUser: the party has no such user. ASSUMED code.
var ErrNoUser = problem.New(http.StatusNotFound, "CBC.0404", "no such user")

// NewUser is a user that somebody wants in its party.
type NewUser struct {
	ID    auth.UserID // made when empty
	Name  string
	Email string // signs in with it; empty for a user of access keys alone
	Roles []auth.Role
	Claim rest.Claim // of the request that wants it

	BySystem bool // nobody requests it: who adds it is no user that could have been removed meanwhile
}

// checkRoles refuses roles that a user can't have. Error: CBC.0100.
func checkRoles(kind auth.Kind, roles []auth.Role, own auth.CustomRoles) error {
	known := auth.RolesOf(kind)
	for _, role := range roles {
		if _, ok := own.Find(role); !ok && !slices.Contains(known, role) {
			return problem.Invalid("roles", "%q is none of a %s's roles %v, and no custom role of the party", role, kind, known)
		}
	}
	if len(roles) == 0 {
		return problem.Invalid("roles", "a user has at least one of the roles %v", known)
	}
	return nil
}

// enabled gives a user with roles, if it may have them and the caller may give them. Errors: CBC.0100; CBC.0155.
func (s *Service) enabled(ctx context.Context, by auth.Principal, u auth.User, roles []auth.Role) (auth.User, error) {
	own, err := auth.LoadCustomRoles(ctx, s.Table, by.Party)
	if err != nil {
		return u, err
	}
	if err := checkRoles(by.Kind, roles, own); err != nil {
		return u, err
	}
	u.Roles = roles
	u = u.By(own)
	return u, within(by, u.Permissions())
}

// Invite adds a user to the caller's party as Join does, on nobody's request.
func (s *Service) Invite(ctx context.Context, by auth.Principal, name, email string, roles []auth.Role) (*auth.User, error) {
	return s.Join(ctx, by, NewUser{Name: name, Email: email, Roles: roles, BySystem: true})
}

// Join adds a user to the caller's party, who may sign in when it has a mail address. The same request again adds nothing, but lets the
// user in if it was cut short before that.
//
// Errors: ErrExists; CBC.0100 for roles that can't be; CBC.0155 for roles that are more than the caller's own, and for who no longer manages users.
func (s *Service) Join(ctx context.Context, by auth.Principal, n NewUser) (*auth.User, error) {
	if n.ID == "" {
		n.ID = auth.UserID(ulid.Make().String())
	}
	answer, err := n.Claim.Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) { return string(n.ID), s.join(ctx, tx, by, n) })
	if table.ConflictOn(err, auth.UserKey(n.ID)) {
		err = ErrExists.Saying("user %q exists", n.ID)
	}
	if err != nil {
		return nil, err
	}
	found, err := s.user(ctx, by.Party, auth.UserID(answer))
	if err != nil {
		return nil, err
	}
	return &found, s.letIn(ctx, found.ID)
}

// join appends to tx the effect of Join. The user is of the kind that the caller's is now, whatever its credential was believed to be.
func (s *Service) join(ctx context.Context, tx *table.Tx, by auth.Principal, n NewUser) error {
	if !n.BySystem {
		caller, err := s.asManager(ctx, tx, by)
		if err != nil {
			return err
		}
		by.Kind = caller.Kind
	}
	u, err := s.enabled(ctx, by, *auth.NewUser(n.ID, by.Party, by.Kind, n.Name, n.Email, n.Roles), n.Roles)
	if err != nil {
		return err
	}
	tx.Create(&u)
	s.audit(tx, by, userEvent(EventUserInvited, u))
	return nil
}

// letIn lets a user sign in, if it is there and has a mail address.
func (s *Service) letIn(ctx context.Context, id auth.UserID) error {
	var u auth.User
	err := s.Table.Get(ctx, auth.UserKey(id), &u)
	if errors.Is(err, table.ErrNotFound) || err == nil && u.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Directory.Add(ctx, u.ID, u.Email)
}

func userEvent(kind string, u auth.User) event.Event {
	roles := make([]string, len(u.Roles))
	for i, role := range u.Roles {
		roles[i] = string(role)
	}
	return event.Event{
		Type: kind, Owner: string(u.Party), Subject: string(u.ID), Data: map[string]string{"roles": strings.Join(roles, " ")},
	}
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

// asManager makes tx conditional on the caller being somebody who still manages users, whatever its credential was believed to be a
// moment ago: so two administrators who remove each other leave one. It gives the caller's user. Error: CBC.0155.
func (s *Service) asManager(ctx context.Context, tx *table.Tx, by auth.Principal) (auth.User, error) {
	own, err := auth.LoadCustomRoles(ctx, s.Table, by.Party)
	if err != nil {
		return auth.User{}, err
	}
	caller, err := s.manager(ctx, tx, by, own)
	if err == nil && !slices.Contains(auth.PermissionsOf(caller.Kind, caller.Roles), auth.UserManage) { // but by a custom role
		tx.Check(&own)
	}
	return caller, err
}

// manager makes tx conditional on the caller's user, who manages users as the party's custom roles are. If it does so by one of these, tx has to be
// conditional on them as well. Error: CBC.0155.
func (s *Service) manager(ctx context.Context, tx *table.Tx, by auth.Principal, own auth.CustomRoles) (auth.User, error) {
	caller, err := s.user(ctx, by.Party, by.User)
	if err != nil && !errors.Is(err, ErrNoUser) {
		return caller, err
	}
	if !slices.Contains(caller.By(own).Permissions(), auth.UserManage) {
		return caller, problem.Denied("this needs the permission item %s, which the user no longer has", auth.UserManage)
	}
	tx.Check(&caller)
	return caller, nil
}

// SetRoles sets the roles of a user of the caller's party. They hold within a minute.
//
// Errors: ErrNoUser; CBC.0100 for roles that can't be; CBC.0155 for roles that are more than the caller's own.
func (s *Service) SetRoles(ctx context.Context, by auth.Principal, id auth.UserID, roles []auth.Role) (auth.User, error) {
	if id == by.User {
		return auth.User{}, problem.Invalid("user_id", "nobody changes its own roles; another administrator can")
	}
	var next auth.User
	err := table.Retry(ctx, func() error {
		old, err := s.user(ctx, by.Party, id)
		if err != nil {
			return err
		}
		if next, err = s.enabled(ctx, by, old, roles); err != nil {
			return err
		}
		tx := table.NewTx()
		if _, err := s.asManager(ctx, tx, by); err != nil {
			return err
		}
		tx.Replace(&old, &next)
		s.audit(tx, by, userEvent(EventUserChanged, next))
		return s.Table.Commit(ctx, tx)
	})
	return next, err
}

// Expel removes a user of the caller's party, and its access keys with it. It ends the user's sign-in first: a call that was cut short
// can be made again. Errors: ErrNoUser; CBC.0100 for the caller itself.
func (s *Service) Expel(ctx context.Context, by auth.Principal, id auth.UserID) error {
	if id == by.User {
		return problem.Invalid("user_id", "nobody removes itself; another administrator can")
	}
	return table.Retry(ctx, func() error {
		old, err := s.user(ctx, by.Party, id)
		if err != nil {
			return err
		}
		tx := table.NewTx()
		if _, err := s.asManager(ctx, tx, by); err != nil {
			return err
		}
		keys, err := table.GetAll[auth.AccessKey](ctx, s.Table, keysOf(old))
		if err != nil {
			return err
		}
		for _, key := range keys {
			tx.Remove(key)
		}
		tx.Remove(&old)
		s.audit(tx, by, userEvent(EventUserRemoved, old))
		if err := s.Directory.Drop(ctx, id); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}

// keysOf gives the table keys of a user's access keys.
func keysOf(u auth.User) []table.Key {
	keys := make([]table.Key, len(u.Keys))
	for i, id := range u.Keys {
		keys[i] = auth.AccessKeyKey(id)
	}
	return keys
}
