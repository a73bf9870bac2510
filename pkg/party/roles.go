package party

import (
	"context"
	"net/http"
	"slices"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// What is refused of custom roles. ASSUMED codes.
var (
	ErrNoRole   = problem.New(http.StatusNotFound, "CBC.0404", "no such role")
	ErrRoles    = problem.New(http.StatusBadRequest, "CBC.99001017", "the limit is reached")
	ErrRoleUsed = problem.New(http.StatusConflict, "CBC.99001016", "users have the role")
)

// customRoles registers how a partner puts permission items together. Source: DOMAIN.md 0, "Roles inside a partner".
func customRoles(api *rest.API, env *function.Env) {
	const path = "/v2/iam/roles"
	manages := auth.Partners(auth.UserManage)
	rest.Register(api, rest.Operation{
		ID: "ListRoles", Method: http.MethodGet, Path: path,
		Summary: "List the preset roles and the party's own, each with its permission items", Allow: everyKind(auth.UserManage),
	}, function.Lazily(env, New, (*Service).listRoles))
	rest.Register(api, rest.Operation{
		ID: "CreateRole", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Make a custom role of permission items; a party has ten at most", Allow: manages,
	}, function.Lazily(env, New, (*Service).createRole))
	rest.Register(api, rest.Operation{
		ID: "ChangeRole", Method: http.MethodPut, Path: path + "/{role_id}",
		Summary: "Change a custom role's name and permission items, for all who have it within a minute", Allow: manages,
	}, function.Lazily(env, New, (*Service).changeRole))
	rest.Register(api, rest.Operation{
		ID: "DeleteRole", Method: http.MethodDelete, Path: path + "/{role_id}", Status: http.StatusNoContent,
		Summary: "Delete a custom role that no user has", Allow: manages,
	}, function.Lazily(env, New, (*Service).deleteRole))
}

type shownRole struct {
	RoleID      auth.Role         `json:"role_id"`
	Name        string            `json:"name,omitempty"`
	Preset      bool              `json:"preset"`
	Permissions []auth.Permission `json:"permissions"`
}

type shownRolesOutput struct {
	Body struct {
		Roles []shownRole `json:"roles"`
	}
}

func (s *Service) listRoles(ctx context.Context, _ *struct{}) (*shownRolesOutput, error) {
	by := rest.Caller(ctx)
	own, err := auth.LoadCustomRoles(ctx, s.Table, by.Party)
	out := &shownRolesOutput{}
	for _, role := range auth.RolesOf(by.Kind) {
		out.Body.Roles = append(out.Body.Roles, shownRole{RoleID: role, Preset: true, Permissions: auth.PermissionsOf(by.Kind, []auth.Role{role})})
	}
	for _, role := range own.Of {
		out.Body.Roles = append(out.Body.Roles, showRole(role))
	}
	return out, err
}

func showRole(r auth.CustomRole) shownRole {
	return shownRole{RoleID: r.ID, Name: r.Name, Permissions: r.Items}
}

// RoleBody is a custom role, on the wire.
type RoleBody struct {
	Name        string            `json:"name" minLength:"1" maxLength:"64"`
	Permissions []auth.Permission `json:"permissions" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"Permission items that the party's administrator has"`
}

// check refuses permission items that the caller's party doesn't have, and those that it lacks itself. Errors: CBC.0100; CBC.0155.
func (b RoleBody) check(by auth.Principal) error {
	most := auth.PermissionsOf(by.Kind, []auth.Role{auth.Admin})
	for _, item := range b.Permissions {
		if !slices.Contains(most, item) {
			return problem.Invalid("permissions", "%q is none of a %s's permission items %v", item, by.Kind, most)
		}
	}
	return within(by, b.Permissions)
}

func (b RoleBody) role(id auth.Role) auth.CustomRole {
	return auth.CustomRole{ID: id, Name: b.Name, Items: slices.Sorted(slices.Values(b.Permissions))}
}

type createRoleInput struct{ Body RoleBody }

type shownRoleOutput struct{ Body shownRole }

func (s *Service) createRole(ctx context.Context, in *createRoleInput) (*shownRoleOutput, error) {
	claim := rest.ClaimOf(ctx)
	id, _, err := claim.Once(ctx, s.Table, func() (string, error) {
		role := in.Body.role(auth.NewCustomRole(ulid.Make().String()))
		return string(role.ID), s.setRoleList(ctx, in.Body, role.ID, func(tx *table.Tx, old []auth.CustomRole) ([]auth.CustomRole, error) {
			if len(old) >= auth.MaxCustomRoles {
				return nil, ErrRoles.Saying("the party has %d custom roles, as many as it can have; delete one first", len(old))
			}
			claim.Put(tx, 0, string(role.ID))
			return append(slices.Clone(old), role), nil
		})
	})
	if err != nil {
		return nil, err
	}
	return s.shownRole(ctx, auth.Role(id))
}

type changeRoleInput struct {
	RoleID auth.Role `path:"role_id" maxLength:"64"`
	Body   RoleBody
}

func (s *Service) changeRole(ctx context.Context, in *changeRoleInput) (*shownRoleOutput, error) {
	err := s.setRoleList(ctx, in.Body, in.RoleID, func(_ *table.Tx, old []auth.CustomRole) ([]auth.CustomRole, error) {
		next := slices.Clone(old)
		at, err := indexOf(old, in.RoleID)
		if err == nil {
			next[at] = in.Body.role(in.RoleID)
		}
		return next, err
	})
	if err != nil {
		return nil, err
	}
	return s.shownRole(ctx, in.RoleID)
}

type rolePath struct {
	RoleID auth.Role `path:"role_id" maxLength:"64"`
}

// deleteRole deletes a custom role. A user who is given it at that moment has nothing by it.
func (s *Service) deleteRole(ctx context.Context, in *rolePath) (*struct{}, error) {
	of := rest.Caller(ctx).Party
	for u, err := range table.All[auth.User](ctx, s.Table, table.Query{Index: table.Listed, PK: auth.UsersOf(of)}) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(u.Roles, in.RoleID) {
			return nil, ErrRoleUsed.Saying("user %q has the role %q; set the user's roles first", u.ID, in.RoleID)
		}
	}
	return nil, s.setRoleList(ctx, RoleBody{}, in.RoleID, func(_ *table.Tx, old []auth.CustomRole) ([]auth.CustomRole, error) {
		at, err := indexOf(old, in.RoleID)
		if err != nil {
			return nil, err
		}
		return slices.Delete(slices.Clone(old), at, at+1), nil
	})
}

func indexOf(roles []auth.CustomRole, id auth.Role) (int, error) {
	at := slices.IndexFunc(roles, func(r auth.CustomRole) bool { return r.ID == id })
	if at < 0 {
		return at, ErrNoRole.Saying("the party has no custom role %q", id).In("role_id")
	}
	return at, nil
}

func (s *Service) shownRole(ctx context.Context, id auth.Role) (*shownRoleOutput, error) {
	all, err := auth.LoadCustomRoles(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	role, ok := all.Find(id)
	if !ok {
		return nil, ErrNoRole.Saying("the party has no custom role %q", id).In("role_id")
	}
	return &shownRoleOutput{Body: showRole(role)}, nil
}

// setRoleList changes the caller's party's custom roles by one of them, on the condition that they are what they were. As nobody changes its own roles,
// nobody changes a role that it has: so somebody stays who manages users. Errors: as check, and as change; CBC.0100 for a role that the caller has.
func (s *Service) setRoleList(ctx context.Context, b RoleBody, id auth.Role, change func(*table.Tx, []auth.CustomRole) ([]auth.CustomRole, error)) error {
	by := rest.Caller(ctx)
	if err := b.check(by); err != nil {
		return err
	}
	return table.Retry(ctx, func() error {
		old, err := auth.LoadCustomRoles(ctx, s.Table, by.Party)
		if err != nil {
			return err
		}
		tx := table.NewTx()
		caller, err := s.manager(ctx, tx, by, old)
		if err != nil {
			return err
		}
		if slices.Contains(caller.Roles, id) {
			return problem.Invalid("role_id", "nobody changes a role that it has itself; another administrator can")
		}
		next := auth.CustomRoles{Head: old.Head}
		if next.Of, err = change(tx, old.Of); err != nil {
			return err
		}
		if old.Ver > 0 {
			tx.Replace(&old, &next)
		} else {
			key := auth.CustomRolesKey(by.Party)
			next.Head = key.Head()
			tx.Create(&next)
		}
		s.audit(tx, by, event.Event{Type: EventRolesChanged, Owner: string(by.Party), Subject: string(by.Party)})
		return s.Table.Commit(ctx, tx)
	})
}
