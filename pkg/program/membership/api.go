package membership

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Path is the path below which everything but the certificates is this package's.
const Path = "/v2/program"

const (
	plansPath       = Path + "/plans"
	membershipsPath = Path + "/memberships"
	membersPath     = Path + "/members"
)

// joiners allows accounts that are members or may become one.
func joiners(item auth.Permission) auth.Allow { return auth.Partners(item).Or(auth.Customer, item) }

// deciders allows those who run plans.
func deciders(item auth.Permission) auth.Allow {
	return auth.Only(auth.Vendor, item).Or(auth.Distributor, item)
}

// Register registers the operations, but for the one that prints.
func Register(api *rest.API, env *function.Env) {
	ofMembers(api, env)
	ofHosts(api, env)
}

func ofMembers(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListPartnerPlans", Method: http.MethodGet, Path: plansPath,
		Summary: "List the plans with their benefits and duties, and how the caller stands to each", Allow: joiners(auth.PlanRead).Or(auth.Vendor, auth.PlanReview),
	}, function.Lazily(env, New, (*Service).listPlans))
	rest.Register(api, rest.Operation{
		ID: "ApplyForPlan", Method: http.MethodPost, Path: plansPath + "/{plan}/applications", Status: http.StatusCreated,
		Summary:     "Apply for a plan, as a reseller with a distributor",
		Description: "Everything that is in the way is named at once. The application is checked again a moment later, and then waits for its decision.",
		Allow:       joiners(auth.PlanJoin),
	}, function.Lazily(env, New, (*Service).applyForPlan))
	rest.Register(api, rest.Operation{
		ID: "ChangeOwnMembership", Method: http.MethodPost, Path: membershipsPath + "/{plan}/action",
		Summary:     "Accept an invitation to a plan, renew a membership, or exit",
		Description: "A reseller that exits begins nothing new, and its customers go over to its distributor one after another.",
		Allow:       joiners(auth.PlanJoin),
	}, function.Lazily(env, New, (*Service).changeOwn))
}

func ofHosts(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "InviteToPlan", Method: http.MethodPost, Path: Path + "/invitations", Status: http.StatusCreated,
		Summary: "Invite an account to a plan by mail, or again; a distributor invites resellers", Allow: deciders(auth.PlanInvite),
	}, function.Lazily(env, New, (*Service).inviteToPlan))
	rest.Register(api, rest.Operation{
		ID: "RegisterReseller", Method: http.MethodPost, Path: Path + "/resellers", Status: http.StatusCreated,
		Summary: "Make a new account for a reseller, and invite it", Allow: auth.Only(auth.Distributor, auth.PlanInvite),
	}, function.Lazily(env, New, (*Service).registerReseller))
	rest.Register(api, rest.Operation{
		ID: "ListPlanMembers", Method: http.MethodGet, Path: membersPath,
		Summary: "List the accounts that stand to a plan in a state, the newest first", Allow: deciders(auth.PlanReview),
	}, function.Lazily(env, New, (*Service).listMembers))
	rest.Register(api, rest.Operation{
		ID: "DecideMemberships", Method: http.MethodPost, Path: membersPath + "/decisions",
		Summary: "Approve or reject applications, each by itself", Allow: deciders(auth.PlanReview),
	}, function.Lazily(env, New, (*Service).decide))
}

// PlanPath names a plan. It is exported for the schema of the operations alone.
type PlanPath struct {
	Plan string `path:"plan" maxLength:"40"`
}

type applyInput struct {
	PlanPath
	Body struct {
		DistributorID string `json:"distributor_id,omitempty" maxLength:"64" doc:"Of a reseller: whom it wants to belong to"`
	}
}

type membershipOutput struct{ Body Body }

// applyForPlan applies. Errors: those of apply.
func (s *Service) applyForPlan(ctx context.Context, in *applyInput) (*membershipOutput, error) {
	plan, err := planOf(in.Plan)
	if err != nil {
		return nil, err
	}
	host := Vendor
	switch {
	case plan.InviteOnly:
		return nil, ErrInviteOnly.Saying("the plan %q is by invitation only: ask the vendor's ecosystem manager", plan.Code)
	case plan.Reviewer == auth.Distributor && in.Body.DistributorID == "":
		return nil, problem.Invalid("distributor_id", "a reseller applies with a distributor; name it")
	case plan.Reviewer == auth.Distributor:
		host = auth.PartyID(in.Body.DistributorID)
	case in.Body.DistributorID != "":
		return nil, problem.Invalid("distributor_id", "the plan %q is the vendor's; leave it out", plan.Code)
	}
	caller := rest.Caller(ctx)
	return s.own(ctx, plan, func(tx *table.Tx) error { return s.apply(ctx, tx, plan, Apply, host, caller) })
}

type changeOwnInput struct {
	PlanPath
	Body struct {
		Action string `json:"action" enum:"accept,decline,renew,exit"`
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"Of an exit, which needs one, and of who declines, if it wants"`
	}
}

// changeOwn changes the caller's membership. Errors: those of apply, decline, renew and leave.
func (s *Service) changeOwn(ctx context.Context, in *changeOwnInput) (*membershipOutput, error) {
	plan, err := planOf(in.Plan)
	if err != nil {
		return nil, err
	}
	caller, action, why := rest.Caller(ctx), Event(in.Body.Action), in.Body.Reason
	if action != Decline && (action == Leave) != (why != "") {
		return nil, problem.Invalid("reason", "an exit has a reason, a refusal may have one, and nothing else has")
	}
	return s.own(ctx, plan, func(tx *table.Tx) error {
		switch action {
		case Accept:
			return s.apply(ctx, tx, plan, Accept, "", caller)
		case Decline:
			return s.decline(ctx, tx, plan, why, caller)
		case Renew:
			return s.renew(ctx, tx, plan, caller)
		default:
			return s.leave(ctx, tx, plan, why, caller)
		}
	})
}

// own does a change of the caller's membership and shows it.
func (s *Service) own(ctx context.Context, plan Plan, change func(tx *table.Tx) error) (*membershipOutput, error) {
	if err := s.once(ctx, change); err != nil {
		return nil, err
	}
	m, err := Load(ctx, s.Table, rest.Caller(ctx).Party, plan.Code)
	return &membershipOutput{Body: m.body(s.Clock.Now())}, err
}

type inviteInput struct {
	Body struct {
		Plan    string `json:"plan" maxLength:"40"`
		PartyID string `json:"party_id" maxLength:"64" doc:"The account"`
		Email   string `json:"email,omitempty" format:"email" maxLength:"254" doc:"Where the invitation goes: by a distributor the account's own address, by the vendor another if it wants"`
		Locale  string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"Of the mail; the account's own when absent"`
	}
}

// inviteToPlan invites an account. Errors: those of invite and hosts.
func (s *Service) inviteToPlan(ctx context.Context, in *inviteInput) (*membershipOutput, error) {
	b, caller := in.Body, rest.Caller(ctx)
	plan, err := planOf(b.Plan)
	if err != nil {
		return nil, err
	}
	host, err := hosts(plan, caller)
	if err != nil {
		return nil, err
	}
	err = s.once(ctx, func(tx *table.Tx) error {
		_, err := s.invite(ctx, tx, invitation{
			Plan: plan, Party: auth.PartyID(b.PartyID), Email: b.Email, Locale: notify.Locale(b.Locale),
		}, host, caller)
		return err
	})
	if err != nil {
		return nil, err
	}
	m, err := Load(ctx, s.Table, auth.PartyID(b.PartyID), plan.Code)
	return &membershipOutput{Body: m.body(s.Clock.Now())}, err
}
