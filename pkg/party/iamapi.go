package party

import (
	"context"
	"log/slog"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// everyKind allows users of every kind of party that hold a permission item.
func everyKind(item auth.Permission) auth.Allow {
	var allow auth.Allow
	for _, kind := range auth.Kinds() {
		allow = allow.Or(kind, item)
	}
	return allow
}

func users(api *rest.API, env *function.Env) {
	manages := everyKind(auth.UserManage)
	rest.Register(api, rest.Operation{
		ID: "InviteUser", Method: http.MethodPost, Path: "/v2/iam/users", Status: http.StatusCreated,
		Summary: "Invite a user into one's party", Allow: manages,
	}, function.Lazily(env, New, (*Service).inviteUser))
	rest.Register(api, rest.Operation{
		ID: "ListUsers", Method: http.MethodGet, Path: "/v2/iam/users",
		Summary: "List the users of one's party", Allow: manages,
	}, function.Lazily(env, New, (*Service).listUsers))
	rest.Register(api, rest.Operation{
		ID: "SetUserRoles", Method: http.MethodPut, Path: "/v2/iam/users/{user_id}/roles",
		Summary: "Set a user's roles", Allow: manages,
	}, function.Lazily(env, New, (*Service).setRoles))
	rest.Register(api, rest.Operation{
		ID: "RemoveUser", Method: http.MethodDelete, Path: "/v2/iam/users/{user_id}", Status: http.StatusNoContent,
		Summary: "Remove a user and its access keys", Allow: manages,
	}, function.Lazily(env, New, (*Service).removeUser))
}

func accessKeys(api *rest.API, env *function.Env) {
	manages := everyKind(auth.KeyManage)
	rest.Register(api, rest.Operation{
		ID: "IssueAccessKey", Method: http.MethodPost, Path: "/v2/iam/access-keys", Status: http.StatusCreated,
		Summary: "Issue an access key", Description: "The secret is in the first answer and nowhere else: a repeated request shows the key without it.", Allow: manages,
	}, function.Lazily(env, New, (*Service).issueKey))
	rest.Register(api, rest.Operation{
		ID: "ListAccessKeys", Method: http.MethodGet, Path: "/v2/iam/access-keys",
		Summary: "List a user's access keys with their last use", Allow: manages,
	}, function.Lazily(env, New, (*Service).listKeys))
	rest.Register(api, rest.Operation{
		ID: "SetAccessKeyStatus", Method: http.MethodPut, Path: "/v2/iam/access-keys/{access_key}",
		Summary: "Enable or disable an access key", Allow: manages,
	}, function.Lazily(env, New, (*Service).enableKey))
	rest.Register(api, rest.Operation{
		ID: "DeleteAccessKey", Method: http.MethodDelete, Path: "/v2/iam/access-keys/{access_key}", Status: http.StatusNoContent,
		Summary: "Delete an access key", Allow: manages,
	}, function.Lazily(env, New, (*Service).deleteKey))
}

type userBody struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Email  string `json:"email,omitempty"`
	RolesBody
}

type userOutput struct{ Body userBody }

func showUser(u auth.UserRow) userBody {
	return userBody{UserID: string(u.ID), Name: u.Name, Email: u.Email, RolesBody: RolesBody{u.Roles}}
}

type inviteInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"128"`
		Email string `json:"email,omitempty" format:"email" maxLength:"254" doc:"Signs in with it; absent for a user of access keys alone"`
		RolesBody
	}
}

// RolesBody is what a user may do, on the wire.
type RolesBody struct {
	Roles []auth.Role `json:"roles" minItems:"1" maxItems:"10" uniqueItems:"true" doc:"Preset roles and ids of custom ones"`
}

func (s *Service) inviteUser(ctx context.Context, in *inviteInput) (*userOutput, error) {
	b := in.Body
	u, err := s.Join(ctx, rest.Caller(ctx), NewUser{
		Name: b.Name, Email: b.Email, Roles: b.Roles, Claim: rest.ClaimOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: showUser(u.UserRow)}, nil
}

type listUsersInput struct{ rest.QueryPaging }

type listUsersOutput struct {
	rest.CountHeader
	Body struct {
		Users      []userBody `json:"users"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

func (s *Service) listUsers(ctx context.Context, in *listUsersInput) (*listUsersOutput, error) {
	of := rest.Caller(ctx).Party
	query := table.Query{Index: table.Listed, PK: auth.UsersOf(of), Scope: "users " + string(of)}
	page, err := rest.List[auth.User](ctx, s.Table, query, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &listUsersOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Users = page.Total, page.Marker, []userBody{}
	for _, u := range page.Items {
		out.Body.Users = append(out.Body.Users, showUser(u.UserRow))
	}
	return out, nil
}

type rolesInput struct {
	UserID string `path:"user_id" maxLength:"64"`
	Body   RolesBody
}

func (s *Service) setRoles(ctx context.Context, in *rolesInput) (*userOutput, error) {
	u, err := s.SetRoles(ctx, rest.Caller(ctx), auth.UserID(in.UserID), in.Body.Roles)
	return &userOutput{Body: showUser(u.UserRow)}, err
}

type userPath struct {
	UserID string `path:"user_id" maxLength:"64"`
}

func (s *Service) removeUser(ctx context.Context, in *userPath) (*struct{}, error) {
	return nil, s.Expel(ctx, rest.Caller(ctx), auth.UserID(in.UserID))
}

type keyBody struct {
	AccessKey   string            `json:"access_key"`
	Secret      string            `json:"secret,omitempty" doc:"Shown once, when the key is issued"`
	UserID      string            `json:"user_id"`
	Status      string            `json:"status" enum:"enabled,disabled"`
	Permissions []auth.Permission `json:"permissions,omitempty" doc:"Fewer than the user's; absent is all of them"`
	Sources     []string          `json:"sources,omitempty" doc:"CIDR blocks that it may be used from; absent is everywhere"`
	CreatedAt   rest.Instant      `json:"created_at"`
	LastUsedAt  *rest.Instant     `json:"last_used_at,omitempty" doc:"To the hour; absent when it was never used"`
}

// LogValue leaves the secret out.
func (b keyBody) LogValue() slog.Value { return slog.StringValue(b.AccessKey) }

// String leaves the secret out.
func (b keyBody) String() string { return b.AccessKey }

type keyOutput struct{ Body keyBody }

func showKey(k auth.AccessKey) keyBody {
	b := keyBody{
		AccessKey: k.ID, UserID: string(k.User), Status: "enabled", Permissions: k.Permissions, Sources: k.Sources,
		CreatedAt: rest.Instant(k.Created),
	}
	if k.Disabled {
		b.Status = "disabled"
	}
	if !k.LastUsed.IsZero() {
		at := rest.Instant(k.LastUsed)
		b.LastUsedAt = &at
	}
	return b
}

type issueInput struct {
	Body struct {
		UserID      string            `json:"user_id,omitempty" maxLength:"64" doc:"A user of one's party; oneself when absent"`
		Permissions []auth.Permission `json:"permissions,omitempty" maxItems:"50" uniqueItems:"true" doc:"Fewer than the user's; absent is all of them"`
		Sources     []string          `json:"sources,omitempty" maxItems:"20" uniqueItems:"true" doc:"CIDR blocks that it may be used from; absent is everywhere"`
	}
}

func (s *Service) issueKey(ctx context.Context, in *issueInput) (*keyOutput, error) {
	by := rest.Caller(ctx)
	wish := NewKey{
		User: auth.UserID(in.Body.UserID), Permissions: in.Body.Permissions, Sources: in.Body.Sources, Claim: rest.ClaimOf(ctx),
	}
	if wish.User == "" {
		wish.User = by.User
	}
	key, secret, err := s.Issue(ctx, by, wish)
	if err != nil {
		return nil, err
	}
	out := &keyOutput{Body: showKey(*key)}
	out.Body.Secret = secret
	return out, nil
}

type listKeysInput struct {
	UserID string `query:"user_id" maxLength:"64" doc:"A user of one's party; oneself when absent"`
}

type listKeysOutput struct {
	Body struct {
		AccessKeys []keyBody `json:"access_keys"`
	}
}

func (s *Service) listKeys(ctx context.Context, in *listKeysInput) (*listKeysOutput, error) {
	by := rest.Caller(ctx)
	of := auth.UserID(in.UserID)
	if of == "" {
		of = by.User
	}
	keys, err := s.Keys(ctx, by, of)
	if err != nil {
		return nil, err
	}
	out := &listKeysOutput{}
	out.Body.AccessKeys = []keyBody{}
	for _, k := range keys {
		out.Body.AccessKeys = append(out.Body.AccessKeys, showKey(*k))
	}
	return out, nil
}

type enableInput struct {
	AccessKey string `path:"access_key" maxLength:"64"`
	Body      struct {
		Status string `json:"status" enum:"enabled,disabled"`
	}
}

func (s *Service) enableKey(ctx context.Context, in *enableInput) (*keyOutput, error) {
	key, err := s.Enable(ctx, rest.Caller(ctx), in.AccessKey, in.Body.Status == "enabled")
	return &keyOutput{Body: showKey(key)}, err
}

type keyPath struct {
	AccessKey string `path:"access_key" maxLength:"64"`
}

func (s *Service) deleteKey(ctx context.Context, in *keyPath) (*struct{}, error) {
	return nil, s.Delete(ctx, rest.Caller(ctx), in.AccessKey)
}
