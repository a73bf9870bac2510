// Package staff is the function of project specialists, with the store of their evidence and what programmes say of partners.
package staff

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/upload/s3"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/specialist"
)

// Function declares the function of project specialists.
var Function = specialist.Function(s3.Port, s3.Use, parts)

// plansOf are the plans of the programme by which a partner has specialists for a path or plan. None is for an empty path, which any plan is.
// Source: DOMAIN.md 13, "Preconditions of partner".
var plansOf = map[specialist.Path][]membership.PlanCode{
	specialist.PathServices:         {"services"},
	specialist.PathIntegration:      {"system-integration"},
	specialist.PathLearning:         {"learning"},
	specialist.PlanDistribution:     {membership.Distribution, membership.Reselling},
	specialist.PlanSolutionProvider: {"solution-provider"},
}

// parts tells specialists which partners have joined a path or a plan.
func parts(env *function.Env) specialist.Parts {
	return specialist.Parts{Joined: func(ctx context.Context, partner auth.PartyID, path specialist.Path) (bool, error) {
		plans := plansOf[path]
		if path != "" && len(plans) == 0 {
			return false, nil
		}
		return membership.Member(ctx, env.Table(), partner, env.Clock.Now(), plans...)
	}}
}
